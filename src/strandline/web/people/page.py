"""The page of one person, gathered in one place so that every action on it answers with the same part."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from django.http import HttpResponse
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from strandline.lib.text import is_confusable
from strandline.organisation.accounts.rules import Role
from strandline.organisation.branches import queries as branches
from strandline.steady.followup import queries as followup
from strandline.steady.followup.rules import HandoffState, propose
from strandline.steady.people import queries as people
from strandline.steady.people.rules import ChannelKind, ConsentPurpose, SourceKind
from strandline.steady.ties import queries as ties
from strandline.steady.ties.rules import Outcome, Status, TieKind, TouchKind
from strandline.store import cursors
from strandline.web import render
from strandline.web.followup.forms import StepForm
from strandline.web.requests import Request
from strandline.web.rows import Chip, Glyph, due_chip
from strandline.web.ties import picture
from strandline.web.ties.forms import BeginForm, StatusForm

from .bonds import bonds
from .forms import PURPOSES, ConsentForm, ReachForm, ShareForm, TagForm

if TYPE_CHECKING:
    from strandline.steady.followup.models import FollowUp, Handoff
    from strandline.steady.people.models import Channel, Person, Source
    from strandline.steady.ties.models import Stage, StageMove, Tie, TieStatus, Touch

MOST_EVENTS = 10
TOUCHES = "touches"


@dataclass(frozen=True)
class Event:
    """One thing that happened, as the page tells it."""

    code: str
    at: datetime
    text: str
    who: str
    note: str
    chip: Chip | None


@dataclass(frozen=True)
class TieCard:
    """One tie with what may be done with it."""

    tie: Tie
    kind: str
    status: str
    status_kind: str
    reason: str
    stages: list[Stage]
    moves: list[StageMove]
    offer: Handoff | None
    may_withdraw: bool


@dataclass(frozen=True)
class Way:
    """How someone was met, in words, with who introduced them if the reader may see that person."""

    words: str
    label: str
    on: date
    by: str
    introducer: Any


@dataclass(frozen=True)
class Own:
    """A field of the organisation's own, with what it says of this person."""

    field: Any
    value: str


@dataclass(frozen=True)
class Agreement:
    """What someone agreed to, and whether they still do."""

    purpose: str
    words: str
    consent: Any


def part(request: Request, code: str, *, status: int = 200, **forms: Any) -> HttpResponse:
    """Answer the page of a person, or the part of it that an action has changed; bound forms replace fresh ones."""
    person = people.person(viewer=request.viewer, code=code)
    context, shows = _gather(request, person)
    return render.page(
        request,
        "people/person_detail.html",
        part="person",
        context=context | forms,
        status=status,
        shows=[person.audit_id, *shows],
    )


def _gather(request: Request, person: Person) -> tuple[dict[str, Any], list[str]]:
    viewer = request.viewer
    sees = person.sees_contact  # type: ignore[attr-defined]  # set by `with_sight`
    own_ties = ties.ties_of(viewer=viewer, person=person)
    statuses = ties.statuses_of(viewer=viewer, person=person)
    events, earlier = events_of(request, person)
    introducers = people.people_by_code(
        viewer=viewer, codes=[s.introducer.code for s in person.sources.all() if s.introducer]
    )
    twins = people.twins_of(viewer=viewer, person=person) if sees else []
    months = picture.TWO_YEARS if request.GET.get("months") == "24" else picture.YEAR
    may_work = viewer.works_with_people and sees
    context = {
        "person": person,
        "sees": sees,
        "may_work": may_work,
        "since": picture.since_line(own_ties),
        "glyph": _glyph(ties.live_kinds(viewer=viewer, people=[person], on=request.today)[person.pk]),
        "picture": picture.of(request, person, own_ties, statuses, months=months) if own_ties else None,
        "events": events,
        "earlier": earlier,
        "ways": _ways(person, introducers) if sees else [],
        "twins": twins,
        "is_confusable": is_confusable(person.full_name),
        "today": request.today,
        **_reaches(person, sees),
        **_steps(request, person),
        **_ties(request, person, own_ties, statuses),
        **(_record(person) if sees else {}),
        **(bonds(request, person, own_ties) if sees else {}),
        **_sight(request, person, may_work),
    }
    return context, [p.audit_id for p in [*introducers, *twins]]


def _glyph(kinds: set[TieKind]) -> Glyph:
    return Glyph(TieKind.SUPPORTER in kinds, TieKind.INTERLOCUTOR in kinds, TieKind.ALLY in kinds)


def _reaches(person: Person, sees: bool) -> dict[str, Any]:
    channels: list[Channel] = list(person.channels.all()) if sees else []
    usable = [c for c in channels if not c.is_bad and c.opted_out_at is None]
    refused = set(person.refuses) if sees else set()
    phone = next((c for c in usable if c.kind == ChannelKind.PHONE), None)
    mail = next((c for c in usable if c.kind == ChannelKind.EMAIL and "email" not in refused), None)
    number = quote(phone.normal, safe="+") if phone else ""
    return {
        "channels": channels,
        "refused": sorted(refused),
        "call_url": f"tel:{number}" if number and "phone" not in refused else "",
        "message_url": f"sms:{number}" if number and not refused & {"phone", "sms"} else "",
        "mail_url": f"mailto:{quote(mail.normal, safe='@+.-_')}" if mail else "",
        "reach_form": ReachForm(auto_id="reach-%s"),
    }


def _steps(request: Request, person: Person) -> dict[str, Any]:
    open_steps = followup.open_steps_of(viewer=request.viewer, person=person)
    mine = request.viewer.account_id
    ordered: list[FollowUp] = sorted(open_steps, key=lambda s: (s.owner_id != mine, s.due_on))
    proposal = propose(rhythm_days=7, on=request.today)
    return {
        "steps": [(step, due_chip(step, request)) for step in ordered],
        "step_form": StepForm(
            auto_id="step-%s", initial={"due_on": proposal.due_on, "kind": proposal.kind.value}
        ),
    }


def _ties(
    request: Request, person: Person, own: Sequence[Tie], statuses: Sequence[TieStatus]
) -> dict[str, Any]:
    moves = ties.stage_moves_of(viewer=request.viewer, person=person)
    offers = followup.handoffs_of(viewer=request.viewer, person=person)
    pathways: dict[str, list[Stage]] = {}
    for stage in ties.pathways():
        pathways.setdefault(stage.kind, []).append(stage)
    cards = []
    for tie in own:
        standing = next((s for s in statuses if s.tie_id == tie.pk and s.until_at is None), None)
        offer = next((o for o in offers if o.tie_id == tie.pk and o.state == HandoffState.OFFERED), None)
        cards.append(
            TieCard(
                tie=tie,
                kind=picture.strand_words()[TieKind(tie.kind)],
                status=_status_words(tie, standing),
                status_kind=_status_kind(Status(tie.status)),
                reason=standing.reason if standing else "",
                stages=pathways.get(tie.kind, []),
                moves=[m for m in moves if m.tie_id == tie.pk],
                offer=offer,
                may_withdraw=bool(offer and offer.offered_by_id == request.viewer.account_id),
            )
        )
    running = {t.kind for t in own if t.ended_at is None}
    begin = BeginForm(auto_id="begin-%s")
    begin.fields["kind"].choices = [  # type: ignore[attr-defined]  # a choice field
        (kind.value, words) for kind, words in picture.strand_words().items() if kind.value not in running
    ]
    return {
        "ties": [card for card in cards if card.tie.ended_at is None],
        "ended": [card for card in cards if card.tie.ended_at is not None],
        "begin_form": begin,
        "status_form": StatusForm(auto_id=False),
        "holds": any(t.owner_id == request.viewer.account_id for t in own if t.ended_at is None),
    }


def _status_words(tie: Tie, standing: TieStatus | None) -> str:
    words = _(Status(tie.status).words)
    if tie.status == Status.RESTING and standing is not None and standing.until_on is not None:
        return _("%(status)s until %(day)s") % {
            "status": words,
            "day": date_format(standing.until_on, "j M Y"),
        }
    return words


def _status_kind(status: Status) -> str:
    return {Status.ACTIVE: "kept", Status.WAITING: "sea", Status.RESTING: ""}.get(status, "late")


def _ways(person: Person, introducers: Sequence[Person]) -> list[Way]:
    seen = {p.pk: p for p in introducers}
    sources: list[Source] = list(person.sources.all())
    return [
        Way(
            words=_(SourceKind(s.kind).words),
            label=s.label,
            on=s.met_on,
            by=s.by.name if s.by else "",
            introducer=seen.get(s.introducer_id) if s.introducer_id else None,
        )
        for s in sources
    ]


def _record(person: Person) -> dict[str, Any]:
    given = {c.purpose: c for c in person.consents.all() if c.withdrawn_at is None}
    values = {v.field_id: v.value for v in person.custom_values.all()}
    return {
        "tags": [worn.tag for worn in person.person_tags.all()],
        "tag_form": TagForm(auto_id="tag-%s"),
        "own_fields": [Own(f, values.get(f.pk, "")) for f in people.custom_fields(person=person)],
        "identifiers": list(person.identifiers.all()),
        "addresses": list(person.addresses.all()),
        "agreements": [
            Agreement(purpose.value, str(words), given.get(purpose.value))
            for purpose, words in PURPOSES.items()
        ],
        "has_agreed": bool(given),
        "consent_form": ConsentForm(auto_id="consent-%s"),
        "may_note_views": ConsentPurpose.VIEWS.value in given,
    }


def _sight(request: Request, person: Person, may_work: bool) -> dict[str, Any]:
    seeing = people.who_can_see(viewer=request.viewer, person=person)
    known = {account.pk for account, _reason in seeing}
    colleagues = branches.colleagues(viewer=request.viewer, at=request.at) if may_work else []
    return {
        "seeing": [(account, _reason(why)) for account, why in seeing],
        "grants": people.grants_of(viewer=request.viewer, person=person) if may_work else [],
        "share_form": ShareForm(
            auto_id="share-%s", colleagues=[(a.code, a.name) for a in colleagues if a.pk not in known]
        ),
        "may_share": any(a.pk not in known for a in colleagues),
        "is_branch_lead": request.viewer.is_(Role.BRANCH_LEAD),
    }


def _reason(why: str) -> str:
    """Write why someone sees a record in the reader's language; a role stands in the catalogue as it begins a line."""
    found = _(why)
    return found if found != why else _(capfirst(why)).lower()


def events_of(request: Request, person: Person, *, before: int | None = None) -> tuple[list[Event], str]:
    """Return what happened, latest first, and the sealed place from which *Earlier* goes on."""
    found: list[Touch] = ties.touches_of(
        viewer=request.viewer, person=person, before=before, most=MOST_EVENTS + 1
    )
    shown = found[:MOST_EVENTS]
    more = (
        cursors.seal((str(shown[-1].pk),), asked=(TOUCHES, person.code)) if len(found) > MOST_EVENTS else ""
    )
    return [_event(touch) for touch in shown], more


def _event(touch: Touch) -> Event:
    kind, outcome = TouchKind(touch.kind), Outcome(touch.outcome)
    text = f"{_(kind.words)}, {touch.minutes} min" if touch.minutes else _(kind.words)
    chip = None
    if outcome is not Outcome.SPOKE:
        chip = Chip("kept" if touch.is_two_way else "", _(outcome.words))
    return Event(
        touch.code, touch.at, text, touch.by.name if touch.by else "", touch.said or touch.practical, chip
    )
