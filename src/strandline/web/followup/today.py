"""Today: whom to reach, most pressing first, and what else waits for an answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.contrib.humanize.templatetags.humanize import apnumber
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_safe

from strandline.organisation.accounts.rules import PEOPLE_ROLES, Role
from strandline.organisation.notices import queries as notices
from strandline.steady.circles import queries as circles
from strandline.steady.followup import queries as followup
from strandline.steady.followup.rules import StepKind
from strandline.steady.people import queries as people
from strandline.steady.ties.rules import TieKind
from strandline.surge.signals import queries as signals
from strandline.web import render, rows
from strandline.web.requests import Request
from strandline.web.rows import Chip, Row, Sight
from strandline.web.said import said
from strandline.web.signals.words import name_of
from strandline.web.surges import strip as surges
from strandline.web.templatetags.words import day
from strandline.web.ties.picture import strand_words

if TYPE_CHECKING:
    from strandline.organisation.notices.models import Notice
    from strandline.steady.followup.models import FollowUp
    from strandline.steady.people.models import Person
    from strandline.steady.ties.models import Tie
    from strandline.surge.signals.models import Alert

PLACE = "today"
# As many as fit into an answer of 30 kB; the rest is a tap away.
SHORT, LONG = 20, 200
MOST_LOOSE = 10


# Who has no day of their own is sent to what they do.
ELSEWHERE: tuple[tuple[frozenset[Role], str], ...] = (
    (PEOPLE_ROLES, "/people/"),
    (frozenset({Role.CALLER}), "/calls/"),
    (frozenset({Role.CONVENOR}), "/circles/"),
    (frozenset({Role.ADMINISTRATOR}), "/settings/team/"),
)
TOTALS_ONLY = gettext_lazy(
    "The centre sees totals, never people. What each wave brought and left stands under Surges, in bands."
)
NO_ROLE = gettext_lazy(
    "Your account has no role yet, so there is nothing due here. An administrator of your organisation gives roles."
)
# These stand on the page already, in a section of their own.
SHOWN_ELSEWHERE = frozenset({"handoff.offered"})


@dataclass(frozen=True)
class Offer:
    """A tie that was offered, to me or by me."""

    code: str
    row: Row
    kind: str
    who: str
    note: str


@dataclass(frozen=True)
class Told:
    """A notice in words, with the person it is about if the reader may see them."""

    code: str
    text: str
    url: str
    name: str


def say_number(number: int) -> str:
    """Write a count as a sentence begins with it: *Seven*, *23*."""
    return str(capfirst(str(apnumber(number))))


def lead_of(owed: followup.Owed) -> str:
    """Return the day in a sentence: *Seven people to reach. One is late.*"""
    if not owed.count:
        return _("Nobody is due today.")
    reach = ngettext("%(n)s person to reach.", "%(n)s people to reach.", owed.count)
    sentence = reach % {"n": say_number(owed.count)}
    if owed.late_count:
        late = ngettext("%(n)s is late.", "%(n)s are late.", owed.late_count)
        sentence += " " + late % {"n": say_number(owed.late_count)}
    return sentence


@require_safe
def today(request: Request) -> HttpResponse:
    """Show the day of whoever works with people; others are sent to what they do, or told that there is nothing here."""
    if request.viewer.works_with_people:
        return part(request)
    for roles, place in ELSEWHERE:
        if request.viewer.is_(*roles):
            return redirect(place)
    waiting, about = told(request)
    is_centre = request.viewer.is_(Role.CENTRE)
    context = {
        "notices": waiting,
        "words": TOTALS_ONLY if is_centre else NO_ROLE,
        "place": "/surges/" if is_centre else "",
    }
    return render.page(request, "followup/today_none.html", context=context, shows=about)


def part(request: Request) -> HttpResponse:
    """Answer the page, or the part of it that an action has changed."""
    context, shows = _gather(request)
    return render.page(request, "followup/today.html", part="today", context=context, shows=shows)


def _gather(request: Request) -> tuple[dict[str, Any], list[str]]:
    viewer, on = request.viewer, request.today
    most = LONG if request.GET.get("all") == "1" else SHORT
    owed = followup.owed(viewer=viewer, on=on, most=most)
    steps = (owed.late + owed.due)[:most]
    new = followup.new_to(viewer=viewer, at=request.at)
    offered, offering = followup.offered_to(viewer=viewer), followup.offered_by(viewer=viewer)
    fading = followup.fading(viewer=viewer, on=on)
    # Who is about to fade stands there already, with the same thing to do.
    but = [f.tie.person_id for f in fading]
    loose_ties, loose_count = followup.without_next_step(viewer=viewer, but=but, most=MOST_LOOSE)
    notices, about = told(request)
    shown = [
        *(s.person for s in steps),
        *new,
        *(o.person for o in [*offered, *offering]),
        *(f.tie.person for f in fading),
        *(t.person for t in loose_ties),
    ]
    sight = Sight.of(request, shown)
    context = {
        "is_first": not shown and not people.sees_anybody(viewer=viewer),
        "lead": lead_of(owed),
        "rows": [_owed_row(request, sight, step) for step in steps],
        "count": owed.count,
        "rest": owed.count - len(steps),
        "new": _new_rows(request, sight, new, known={step.person_id for step in steps}),
        "offered": _offers(sight, [(o, o.offered_by.name) for o in offered]),
        "offering": _offers(sight, [(o, o.offered_to.name) for o in offering]),
        "fading": [_fading_row(sight, f) for f in fading],
        "loose": [_loose_row(sight, t) for t in {t.person_id: t for t in loose_ties}.values()],
        "loose_count": loose_count,
        "notices": notices,
        "meetings": circles.mine_today(viewer=viewer, on=on),
        "live": surges.live(request),
        "week": followup.my_week(viewer=viewer, on=on),
        "is_lead": viewer.is_(Role.TEAM_LEAD, Role.BRANCH_LEAD),
        "on": on,
    }
    return context, [*(p.audit_id for p in shown), *about]


def _new_rows(request: Request, sight: Sight, new: list[Person], *, known: set[int]) -> list[Row]:
    fresh = [person for person in new if person.pk not in known]
    steps = followup.next_steps_of(viewer=request.viewer, people=fresh) if fresh else {}
    chips = (Chip("sea", _("New")),)
    return [
        sight.row(person, why=_arrived(person), place=PLACE, chips=chips, step=steps.get(person.pk))
        for person in fresh
    ]


def _fading_row(sight: Sight, fading: followup.Fading) -> Row:
    chips = (Chip("due", _("Fades after %(day)s") % {"day": day(fading.until_on)}),)
    words = strand_words()[TieKind(fading.tie.kind)]
    why = _("%(kind)s tie: quiet for a while, and no step before it fades.") % {"kind": words}
    return sight.row(fading.tie.person, why=why, place=PLACE, chips=chips)


def _loose_row(sight: Sight, tie: Tie) -> Row:
    why = _("%(kind)s tie, nothing agreed.") % {"kind": strand_words()[TieKind(tie.kind)]}
    return sight.row(tie.person, why=why, place=PLACE)


def _owed_row(request: Request, sight: Sight, step: FollowUp) -> Row:
    why = said(step.words)
    if not step.reason and step.kind == StepKind.FIRST_CALL:
        why = _arrived(step.person)
    return sight.row(step.person, why=why, place=PLACE, chips=(rows.due_chip(step, request),), step=step)


def _arrived(person: Person) -> str:
    return _("On record since %(day)s. No one has called yet.") % {"day": day(person.added_at)}


def _offers(sight: Sight, offers: list[tuple[Any, str]]) -> list[Offer]:
    """Return the offers person by person: the ties of one are answered together."""
    beside: dict[tuple[int, str], list[Any]] = {}
    for offer, who in offers:
        beside.setdefault((offer.person_id, who), []).append(offer)
    made = []
    for (_person, who), ties in beside.items():
        row = sight.row(ties[0].person, why="", place=PLACE, can_log=False)
        kinds = ", ".join(str(strand_words()[TieKind(o.tie.kind)]).lower() for o in ties)
        made.append(Offer(ties[0].code, row, kinds, who, ties[0].note))
    return made


# What a notice says with the name behind it, and what it says when there is none to show.
TELLS = {
    "handoff.declined": (
        gettext_lazy("Your offer was declined. You still hold the tie with"),
        gettext_lazy("Your offer was declined."),
    ),
    "person.shared": (
        gettext_lazy("Someone shared a record with you:"),
        gettext_lazy("Someone shared a record with you."),
    ),
    "person.opened_with_reason": (
        gettext_lazy("Opened with a written reason by someone who does not hold the tie:"),
        gettext_lazy("A record was opened with a written reason."),
    ),
    "export.asked": (
        gettext_lazy("Someone asks to take a large list along. Your answer is needed:"),
        gettext_lazy("Someone asks to take a large list along. Your answer is needed."),
    ),
    "export.answered": (
        gettext_lazy("Your list was answered:"),
        gettext_lazy("The large list that you asked for was answered."),
    ),
    "ties.let_go": (
        gettext_lazy("Ties of your team have nobody who holds them:"),
        gettext_lazy("Ties of your team have nobody who holds them. My team shows them."),
    ),
}
# Notices that point at an alert: they name nobody and repeat no counts.
SIGNALS = {
    "signal.watch": gettext_lazy("More are coming than usual."),
    "signal.alarm": gettext_lazy("A surge may have begun: decide."),
}
# Where something is answered or looked at that is about nobody in particular.
LEADS_TO = {
    "export.asked": ("/people/exports/", gettext_lazy("Lists taken along")),
    "export.answered": ("/people/exports/", gettext_lazy("Lists taken along")),
    "ties.let_go": ("/team/", gettext_lazy("My team")),
}
OTHER_NOTICE = (gettext_lazy("Something concerns you:"), gettext_lazy("Something concerns you."))


def told(request: Request) -> tuple[list[Told], list[str]]:
    """Return the reader's notices in words, and the audit ids of the people they name."""
    unread = notices.unread(viewer=request.viewer, but=SHOWN_ELSEWHERE)
    subjects = [n.subject for n in unread if n.subject and n.kind not in SIGNALS]
    alerts = signals.alert_subjects(
        viewer=request.viewer, codes=[n.subject for n in unread if n.kind in SIGNALS]
    )
    about = people.people_by_code(viewer=request.viewer, codes=subjects) if subjects else []
    names = {p.code: p.full_name for p in about}
    return [_told(notice, names, alerts) for notice in unread], [p.audit_id for p in about]


def _told(notice: Notice, names: dict[str, str], alerts: dict[str, Alert]) -> Told:
    if notice.kind in SIGNALS:
        alert = alerts.get(notice.subject)
        url = f"/surges/alerts/{alert.code}/" if alert else ""
        name = str(name_of(alert.series.source, alert.series.name)) if alert else ""
        return Told(notice.code, str(SIGNALS[notice.kind]), url, name)
    named, nameless = TELLS.get(notice.kind, OTHER_NOTICE)
    if notice.kind in LEADS_TO:
        place, words = LEADS_TO[notice.kind]
        return Told(notice.code, str(named), place, str(words))
    name = names.get(notice.subject, "")
    url = f"/people/{notice.subject}/" if name else ""
    return Told(notice.code, str(named if name else nameless), url, name)
