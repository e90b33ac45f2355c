"""What the page of a surge shows: the four figures, the warning, the bars, the sentences."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from strandline.ledger.capacity.rules.pace import NOTICE, AtThisPace, Standing, at_this_pace
from strandline.ledger.capacity.rules.remedy import PROMISED
from strandline.surge.absorption.queries import SurgeFigures
from strandline.surge.absorption.rules.cohorts import WINDOW
from strandline.surge.absorption.rules.funnel import Step
from strandline.surge.absorption.rules.measures import Figure
from strandline.surge.moments.rules import Phase, PhaseKind, SurgePostKind
from strandline.web.pictures.picture import Table, number, percent, signed
from strandline.web.said import said
from strandline.web.templatetags.words import day as day_words

if TYPE_CHECKING:
    from strandline.surge.moments.models import Surge

THIRTY = 30


@dataclass(frozen=True)
class Big:
    """One of the four figures: the number, what it is, a line under it, its colour."""

    value: str
    words: str
    small: str
    kind: str = ""


@dataclass(frozen=True)
class Warned:
    """What will go wrong, in a sentence, what stands behind it, and what would help."""

    finding: str
    behind: str


@dataclass(frozen=True)
class BarRow:
    """One bar of the funnel. `value` is of a hundred, for the drawing."""

    words: str
    people: str
    share: str
    value: str
    small: str
    kind: str
    says: str


@dataclass(frozen=True)
class Fact:
    """One figure in a sentence, with the page that says how it is counted."""

    name: str
    words: str
    counted: str


STEPS = {
    Step.CAME: lambda: _("Came"),
    Step.CALLED: lambda: _("First call made"),
    Step.SPOKE: lambda: _("Had a real conversation"),
    Step.ASKED: lambda: _("Asked to a circle or a task"),
    Step.ACTED: lambda: _("Came to one"),
}


def lead_line(surge: Surge, phase: Phase, *, on: date) -> str:
    """Return where the surge stands and who leads it: *Day 10, falling since Friday 9 January. Lead: ...*"""
    told = [_standing(surge, phase, on=on)]
    lead, deputy = surge.holder(SurgePostKind.LEAD), surge.holder(SurgePostKind.DEPUTY)
    if lead is not None and deputy is not None:
        told.append(_("Lead: %(lead)s, deputy: %(deputy)s.") % {"lead": lead.name, "deputy": deputy.name})
    elif lead is not None:
        told.append(_("Lead: %(lead)s.") % {"lead": lead.name})
    return " ".join(told)


def _standing(surge: Surge, phase: Phase, *, on: date) -> str:
    number_ = (on - surge.starts_on).days + 1
    since = date_format(phase.began_on, _("l j F"))
    if phase.kind is PhaseKind.CLOSED:
        return _("Closed on %(day)s.") % {"day": since}
    if surge.ends_on is not None and on > surge.ends_on:
        after = (on - surge.ends_on).days
        return ngettext(
            "People came until %(day)s, %(n)s day ago.", "People came until %(day)s, %(n)s days ago.", after
        ) % {"day": date_format(surge.ends_on, _("l j F")), "n": after}
    words = {
        PhaseKind.RISING: _("Day %(n)s, rising since %(day)s."),
        PhaseKind.PEAK: _("Day %(n)s, at its peak since %(day)s."),
        PhaseKind.EBB: _("Day %(n)s, falling since %(day)s."),
    }[phase.kind]
    return words % {"n": number_, "day": since}


def four(surge: Surge, figures: SurgeFigures) -> list[Big]:
    """Return the four figures."""
    return [_came(surge, figures), _waiting(surge, figures), _on_time(surge, figures), _acted(surge, figures)]


def _came(surge: Surge, figures: SurgeFigures) -> Big:
    came = figures.came
    words = ngettext("person came", "people came", came)
    if figures.last_on == figures.on and surge.closed_at is None:
        return Big(number(came), words, _("%(n)s today") % {"n": number(figures.today)})
    days = len(figures.daily)
    return Big(number(came), words, ngettext("in %(n)s day", "in %(n)s days", days) % {"n": days})


def _waiting(surge: Surge, figures: SurgeFigures) -> Big:
    queue = figures.queue
    if surge.closed_at is not None:
        words = ngettext("was never called", "were never called", queue.waiting)
        small = _("the surge is closed") if queue.waiting else _("nobody was left out")
        return Big(number(queue.waiting), words, small, "late" if queue.waiting else "kept")
    words = ngettext("waits for a first call", "wait for a first call", queue.waiting)
    if queue.late:
        small = ngettext(
            "%(n)s is past %(hours)s h", "%(n)s are past %(hours)s h", queue.late
        ) % {"n": number(queue.late), "hours": surge.promise_hours}  # fmt: skip
        return Big(number(queue.waiting), words, small, "late")
    if queue.next_left is None:
        return Big(number(queue.waiting), words, _("nobody is owed a call"), "kept")
    return Big(
        number(queue.waiting),
        words,
        _("oldest has %(hours)s h left") % {"hours": int(queue.next_left)},
        "due",
    )


def _on_time(surge: Surge, figures: SurgeFigures) -> Big:
    words = _("called within %(hours)s h") % {"hours": surge.promise_hours}
    promised = _("promised: %(share)s") % {"share": percent(PROMISED)}
    if figures.kept.value is None:
        return Big("–", words, _("too early; %(promised)s") % {"promised": promised})
    return Big(
        percent(figures.kept.value), words, promised, "kept" if figures.kept.value >= PROMISED else "due"
    )


def _acted(surge: Surge, figures: SurgeFigures) -> Big:
    acted = figures.funnel.bars[-1].people
    words = _("came to a circle or task")
    known_on = surge.starts_on + timedelta(days=THIRTY)
    month = figures.acts[THIRTY]
    if figures.on < known_on:
        small = _("30-day count from %(day)s") % {"day": date_format(known_on, "j M")}
    elif month.value is not None:
        small = _("%(share)s within 30 days") % {"share": percent(month.value)}
    else:
        small = _("too few for a share yet")
    return Big(number(acted), words, small, "wrack")


def outlook(surge: Surge, figures: SurgeFigures) -> AtThisPace | None:
    """Return what becomes of the queue at the pace of the last days; None once the window is over."""
    if figures.last_on != figures.on or surge.closed_at is not None or not figures.came:
        return None
    ahead = [one.count for one in figures.expected] or [float(figures.daily[-1])] * 2
    standing = Standing(
        hours_left=figures.queue.hours_left,
        expected=ahead,
        promise_hours=float(surge.promise_hours),
        calls_a_day=figures.pace.first_calls,
        callers=figures.pace.callers,
    )
    return at_this_pace(standing)


def warning(surge: Surge, figures: SurgeFigures) -> Warned | None:
    """Return what the promise will miss at this pace, and the smallest change that keeps it."""
    told = outlook(surge, figures)
    if told is None or told.is_kept:
        return None
    hours = surge.promise_hours
    if told.missed:
        by = date_format(figures.on + timedelta(days=told.days), "l")
        finding = ngettext(
            "At this pace %(n)s person misses their %(hours)s hours by %(day)s.",
            "At this pace %(n)s people miss their %(hours)s hours by %(day)s.",
            told.missed,
        ) % {"n": number(told.missed), "hours": hours, "day": by}
    else:
        finding = ngettext(
            "%(n)s person has waited longer than %(hours)s hours.",
            "%(n)s people have waited longer than %(hours)s hours.",
            told.late,
        ) % {"n": number(told.late), "hours": hours}
    return Warned(finding, " ".join(filter(None, (_pace_words(figures), _remedy_words(told)))))


def _pace_words(figures: SurgeFigures) -> str:
    """*14 callers make 84 calls a day, 60 of them second conversations.*"""
    pace = figures.pace
    if not pace.callers:
        return _("Nobody has called in the last %(days)s days.") % {"days": pace.days}
    made = ngettext(
        "%(n)s caller makes %(calls)s calls a day", "%(n)s callers make %(calls)s calls a day", pace.callers
    ) % {"n": number(pace.callers), "calls": number(pace.tries)}
    again = round(pace.tries) - round(pace.first_calls)
    if again <= 0:
        return f"{made}."
    return _("%(made)s, %(again)s of them to people called before.") % {"made": made, "again": number(again)}


def _remedy_words(told: AtThisPace) -> str:
    if told.more_callers and told.too_soon:
        words = ngettext(
            "%(n)s more caller would keep the promise for all but the %(soon)s whose time runs out within %(hours)s hours.",
            "%(n)s more callers would keep the promise for all but the %(soon)s whose time runs out within %(hours)s hours.",
            told.more_callers,
        )
        return words % {"n": number(told.more_callers), "soon": number(told.too_soon), "hours": round(NOTICE)}
    if told.more_callers:
        return ngettext(
            "%(n)s more caller would keep the promise.", "%(n)s more callers would keep the promise.", told.more_callers
        ) % {"n": number(told.more_callers)}  # fmt: skip
    if told.more_callers is None:
        return _("%(n)s first calls a day would keep the promise.") % {"n": number(told.needed_a_day)}
    if told.missed:
        return _("Their time runs out within %(hours)s hours: call them first.") % {"hours": round(NOTICE)}
    return _("Call them first; the others are called in time at this pace.")


def bars(figures: SurgeFigures) -> list[BarRow]:
    """Return the five bars, each with its count and its share of those who came."""
    small = {
        Step.CAME: _forms_words(figures),
        Step.CALLED: _called_words(figures),
        Step.ACTED: "",
    }
    found = []
    for bar in figures.funnel.bars:
        words = STEPS[bar.step]()
        says = _("%(words)s: %(n)s, %(share)s of those who came") % {
            "words": words, "n": number(bar.people), "share": percent(bar.share)
        }  # fmt: skip
        found.append(
            BarRow(
                words=words,
                people=number(bar.people),
                share=percent(bar.share),
                value=f"{100 * bar.share:.1f}",
                small=small.get(bar.step, ""),
                kind="wrack" if bar.step is Step.ACTED else "",
                says=says,
            )
        )
    return found


def _forms_words(figures: SurgeFigures) -> str:
    if not figures.forms:
        return ""
    told = ngettext("%(n)s form sent in", "%(n)s forms sent in", figures.forms) % {"n": number(figures.forms)}
    same = figures.funnel.same_person
    words = _("%(forms)s, %(same)s found to be the same person") % {"forms": told, "same": number(same)}
    parts = [words if same else told]
    if figures.known_before:
        parts.append(
            ngettext("%(n)s by someone known before", "%(n)s by people known before", figures.known_before)
            % {"n": number(figures.known_before)}
        )
    return "; ".join(parts)


def _called_words(figures: SurgeFigures) -> str:
    told = figures.funnel
    parts = []
    if told.promise_due:
        parts.append(
            _("%(n)s in time, of %(due)s who were called or whose time is up")
            % {"n": number(told.called_in_time), "due": number(told.promise_due)}
        )
    if told.still_waiting:
        parts.append(
            ngettext("%(n)s still waits", "%(n)s still wait", told.still_waiting)
            % {"n": number(told.still_waiting)}
        )
    return "; ".join(parts)


def funnel_table(figures: SurgeFigures) -> Table:
    """Return the same as the bars."""
    rows = tuple((row.words, row.people, row.share) for row in bars(figures))
    return Table(_("From a sign-up to a tie"), (_("Step"), _("People"), _("Of those who came")), rows)


def funnel_finding(figures: SurgeFigures) -> str:
    """Return what the bars find, in a few words."""
    if not figures.came:
        return _("From a sign-up to a tie")
    return _("From a sign-up to a tie: %(share)s so far") % {"share": percent(figures.funnel.bars[-1].share)}


def _kept_words(figures: SurgeFigures) -> str:
    """Say the promise as a share; why it is not the share of the bars, while some wait whose time is not up."""
    words = _told(figures.kept)
    if figures.kept.value is None or not figures.funnel.still_waiting:
        return words
    return " ".join((words, _("Who still waits is counted for as long as they have waited.")))


def facts(surge: Surge, figures: SurgeFigures) -> list[Fact]:
    """Return the figures M0 to M5 in sentences, each with its interval, or why there is none yet."""
    found = [
        Fact(_("Promise kept"), _kept_words(figures), "M0"),
        Fact(_("Reached in time"), _told(figures.reached), "M1"),
    ]
    for days, figure in figures.acts.items():
        known_on = surge.starts_on + timedelta(days=days)
        words = _told(figure)
        if figures.on < known_on:
            words = _("Known from %(day)s: nobody has had %(days)s days yet.") % {
                "day": date_format(known_on, _("j F")), "days": days
            }  # fmt: skip
        found.append(Fact(_("First act, %(days)s days") % {"days": days}, words, "M2"))
    for days, figure in figures.lift.items():
        # Within the window nobody can have gone quiet: there is nothing to compare yet.
        if days <= WINDOW or figures.on < surge.starts_on + timedelta(days=days):
            continue
        words = figure.reason
        if figure.value is not None:
            points = f"{signed(100 * figure.value)} ({signed(100 * (figure.lower or 0))} {_('to')} {signed(100 * (figure.upper or 0))})"
            words = f"{figure.reason} {points}"
        found.append(Fact(_("Lift, %(days)s days") % {"days": days}, words, "M4"))
    if figures.stayed is not None:
        words = figures.stayed.reason
        if figures.stayed.value is not None:
            words += f" ({number(figures.stayed.lower or 0)}–{number(figures.stayed.upper or 0)})"
        found.append(Fact(_("Days stayed"), words, "M5"))
    return found


def _told(figure: Figure) -> str:
    if figure.value is None:
        return figure.reason
    return f"{said(figure.reason).removesuffix('.')} ({percent(figure.lower)}–{percent(figure.upper)})."


def history_words(one: Any) -> dict[str, Any]:
    """Return a line of the history as the page shows it."""
    what = {
        "name": _("Name"),
        "window": _("Window"),
        "promise": _("Promise"),
        "lead": _("Lead"),
        "deputy": _("Deputy"),
        "phase": _("Phase"),
    }[one.what]
    before, after = one.before, one.after
    if one.what == "window":
        before, after = (_window_words(text) for text in (before, after))
    elif one.what == "promise":
        before, after = (_("%(n)s hours") % {"n": text} for text in (before, after))
    elif one.what == "phase":
        words = {"rising": _("rising"), "peak": _("at its peak"), "ebb": _("falling"), "closed": _("closed")}
        after = words[one.after] + (f", {day_words(one.on)}" if one.on else "")
    return {
        "at": one.at,
        "by": one.by or _("counted"),
        "what": what,
        "before": before,
        "after": after or _("nobody"),
        "reason": one.reason,
    }


def _window_words(text: str) -> str:
    first, _slash, last = text.partition("/")
    since = day_words(date.fromisoformat(first))
    return f"{since} – {day_words(date.fromisoformat(last))}" if last else _("since %(day)s") % {"day": since}
