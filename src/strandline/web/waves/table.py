"""The wave ledger as a table: a line for each wave, and what stands behind its verdict."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from strandline.ledger.waves.rules.outlook import outlook
from strandline.ledger.waves.rules.ratchet import Ratchet, as_released
from strandline.web.pictures.picture import number, percent, signed

from .strandline import Cone, WavePoint, WeekPoint, came_words

if TYPE_CHECKING:
    from strandline.ledger.waves.models import WeeklyTotal
    from strandline.ledger.waves.queries import Entry

AFTER = 90
FINDINGS = {"stronger": "kept", "weaker": "due", "cannot tell yet": ""}


@dataclass(frozen=True)
class Fact:
    """One figure behind a verdict, in a sentence, with the page that says how it is counted."""

    name: str
    words: str
    counted: str


@dataclass(frozen=True)
class EbbRow:
    """How many of one section stepped back or turned against us. Together: of one of the two it may be a single person."""

    name: str
    people: str
    left: str


@dataclass(frozen=True)
class Line:
    """One wave as the table shows it."""

    code: str
    name: str
    starts_on: date
    came: str
    before: str
    after: str
    known_on: date | None
    net: str
    on_time: str
    sections: str
    finding: str
    chip: str
    why: str
    facts: tuple[Fact, ...] = field(default_factory=tuple)
    ebb: tuple[EbbRow, ...] = ()
    counted_at: Any = None
    is_running: bool = False


def lines(entries: Sequence[Entry], *, on: date) -> list[Line]:
    """Return the lines of these waves, the latest first."""
    return [_line(entry, on) for entry in entries]


def _line(entry: Entry, on: date) -> Line:
    surge, row = entry.surge, entry.line
    running = surge.ends_on is None
    if row is None:
        return Line(
            code=surge.code, name=surge.name, starts_on=surge.starts_on, came="–", before="–", after="", known_on=None,
            net="–", on_time="–", sections="–", finding="", chip="", why=_("It is counted tonight."), is_running=running,
        )  # fmt: skip
    told, balance = row.figures, _balance(row, AFTER)
    known_on = None if running or surge.ends_on is None else surge.ends_on + timedelta(days=AFTER + 1)
    return Line(
        code=surge.code,
        name=surge.name,
        starts_on=surge.starts_on,
        came=number(told["came"]),
        before=number(told["before"]),
        after=number(balance["after"]) if balance else "",
        known_on=known_on,
        net=signed(balance["net"]) if balance else "–",
        on_time=percent(told["calls"]["on_time"]["value"]),
        sections=_sections(told, running),
        finding=told["finding"],
        chip=FINDINGS.get(told["finding"], ""),
        why=told["why"],
        facts=tuple(_facts(row, told)),
        ebb=tuple(_ebb_rows(told["ebb"])),
        counted_at=row.counted_at,
        is_running=running,
    )


def _balance(row: Any, after: int) -> dict[str, Any] | None:
    """The figures of a horizon as released, else as last counted; None before its day."""
    found: dict[str, Any] | None = row.released.get(str(after)) or row.figures["after"].get(str(after))
    return found


def _sections(told: dict[str, Any], running: bool) -> str:
    """*3 in, 1 out*: sections that came to five organised ties, and that fell under."""
    if running:
        return _("running")
    change = told["breadth"]
    if change is None:
        return "–"
    parts = [_("%(n)s in") % {"n": change["into"]}] if change["into"] else []
    parts += [_("%(n)s out") % {"n": change["out"]}] if change["out"] else []
    return ", ".join(parts) or _("as before")


def _facts(row: Any, told: dict[str, Any]) -> list[Fact]:
    """Every figure of the line in a sentence, in the order in which one asks."""
    found = []
    for after in ("90", "180"):
        balance = row.released.get(after) or told["after"].get(after)
        if balance is None:
            continue
        days = {"days": after}
        found.append(Fact(_("After %(days)s days") % days, balance["sentence"], "M6"))
        found.append(Fact(_("Kept share, %(days)s days") % days, balance["kept_words"], "kept"))
        found.append(
            Fact(_("Against no wave, %(days)s days") % days, balance["without"]["reason"], "without")
        )
        if again := _again(balance, told["after"].get(after)):
            found.append(Fact(_("As released"), again, "weekly"))
    found.append(Fact(_("On time"), told["calls"]["on_time"]["reason"], "M0"))
    for days, one in told["here"].items():
        found.append(Fact(_("Still here after %(days)s days") % {"days": days}, one["reason"], "M3"))
    if told["lift"].get("90"):
        found.append(Fact(_("Lift"), told["lift"]["90"]["reason"], "M4"))
    if told["stayed"]:
        found.append(Fact(_("Days stayed"), told["stayed"]["reason"], "M5"))
    if told["breadth"]:
        found.append(Fact(_("Breadth"), told["breadth"]["sentence"], "M7"))
    found.append(Fact(_("Load"), told["load"]["sentence"], "M8"))
    found.append(Fact(_("Steady work"), told["cost"]["sentence"], "M9"))
    found.append(Fact(_("Organiser hours"), _hours(told["hours"]), "hours"))
    found.append(Fact(_("Ebb"), _ebb(told["ebb"]), "M10"))
    return found


def _again(balance: dict[str, Any], fresh: dict[str, Any] | None) -> str:
    """What a count of today says beside the released one, where they differ."""
    if "erased" not in balance or fresh is None:
        return ""
    was, now = (_ratchet(one, balance["erased"]) for one in (balance, fresh))
    told = as_released(was, now)
    return told.sentence if told.recomputed != told.net else ""


def _ratchet(one: dict[str, Any], erased: int) -> Ratchet:
    names = ("before", "after", "newcomers", "others", "lost", "returned", "moved_or_died")
    return Ratchet(day=0, erased_since=erased, **{name: one[name] for name in names})


def _hours(told: dict[str, Any]) -> str:
    return ngettext(
        "About %(hours)s hour for %(touches)s talks and tries; %(noted)s of them have their length on record.",
        "About %(hours)s hours for %(touches)s talks and tries; %(noted)s of them have their length on record.",
        told["hours"],
    ) % {"hours": number(told["hours"]), "touches": number(told["touches"]), "noted": number(told["noted"])}


def _ebb(told: dict[str, Any]) -> str:
    """M10 in words; under five nothing but that there are few."""
    whole = told["all"]
    if whole is None:
        return _("Nobody held an organised tie on the day before the wave.")
    if whole["stepped_back"] is None:
        return _(
            "Of %(people)s who held a tie when it began, fewer than five stepped back or turned against us in %(days)s days."
        ) % {
            "people": number(whole["people"]),
            "days": told["days"],
        }
    return _(
        "Of %(people)s who held a tie when it began, %(back)s of 100 had stepped back and %(against)s of 100 had turned against us after %(days)s days."
    ) % {
        "people": number(whole["people"]),
        "back": round(100 * whole["stepped_back"][0]),
        "against": round(100 * whole["opposed"][0]),
        "days": told["days"],
    }


def _ebb_rows(told: dict[str, Any]) -> list[EbbRow]:
    """The ebb of each section; those with few people are counted in the one above."""
    return [
        EbbRow(
            one["name"],
            number(one["people"]),
            percent(one["stepped_back"][0] + one["opposed"][0]) if one["stepped_back"] else _("under 5"),
        )
        for one in told["sections"]
    ]


def week_points(weeks: Sequence[WeeklyTotal]) -> list[WeekPoint]:
    """The released weeks as the picture draws them."""
    return [WeekPoint(one.on, one.active, one.organised) for one in weeks]


def wave_points(entries: Sequence[Entry], weeks: Sequence[WeekPoint], *, place: int) -> list[WavePoint]:
    """The waves as the picture of one branch names them; the running one with its outlook."""
    own = [entry for entry in entries if entry.line is not None and entry.line.branch_id == place]
    past = [
        (balance["net"], entry.line.figures["calls"]["arrivals"])
        for entry in own
        if entry.line is not None and (balance := _balance(entry.line, AFTER)) is not None
    ]
    return [
        _point(entry, past) if entry in own else _from_weeks(entry, weeks)
        for entry in entries
        if entry.line is not None
    ]


def _point(entry: Entry, past: Sequence[tuple[int, Sequence[int]]]) -> WavePoint:
    surge, row = entry.surge, entry.line
    assert row is not None  # asked by who calls
    balance = _balance(row, AFTER)
    whole = row.figures["calls"]["arrivals"][:-1]  # the day of counting is not over
    told = outlook(row.figures["before"], whole, past) if surge.ends_on is None else None
    return WavePoint(
        name=surge.name,
        starts_on=surge.starts_on,
        ends_on=surge.ends_on,
        came=came_words(row.figures["came"]),
        after_on=date.fromisoformat(balance["on"]) if balance else None,
        after=balance["after"] if balance else None,
        net=balance["net"] if balance else None,
        cone=Cone(told.low, told.middle, told.high, told.waves) if told else None,
    )


def _from_weeks(entry: Entry, weeks: Sequence[WeekPoint]) -> WavePoint:
    """A wave of a branch below: its own people came, but the shore that is drawn is that of the whole."""
    surge, row = entry.surge, entry.line
    assert row is not None  # asked by who calls
    after_on = surge.ends_on + timedelta(days=AFTER) if surge.ends_on else None
    over = after_on is not None and after_on <= weeks[-1].on
    after = _organised(weeks, after_on) if over and after_on is not None else None
    before = _organised(weeks, surge.starts_on - timedelta(days=1))
    return WavePoint(
        name=surge.name,
        starts_on=surge.starts_on,
        ends_on=surge.ends_on,
        came=came_words(row.figures["came"]),
        after_on=after_on if after is not None else None,
        after=after,
        net=None if after is None or before is None else after - before,
    )


def _organised(weeks: Sequence[WeekPoint], day: date) -> int | None:
    """The organised ties at the end of the last week up to a day."""
    return next((one.organised for one in reversed(weeks) if one.on <= day), None)
