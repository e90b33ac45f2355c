"""The picture of a tie: what is asked for it, and its words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from strandline.steady.ties import queries
from strandline.steady.ties.rules import Outcome, TieKind, TouchKind
from strandline.web.requests import Request
from strandline.web.templatetags.words import day, long_day, month

from . import timeline
from .timeline import BROAD, SLIM, Contact, Drawing, Month, Names, Shape, Silence, Strand

if TYPE_CHECKING:
    from strandline.steady.people.models import Person
    from strandline.steady.ties.models import Tie, TieStatus

YEAR, TWO_YEARS = 12, 24
# Enough before the picture to tell how long a silence at its edge has lasted.
BEFORE = timedelta(days=120)


@dataclass(frozen=True)
class TiePicture:
    """The drawing at two widths, what it says in a sentence, and the same as a table."""

    broad: Drawing
    slim: Drawing
    finding: str
    rows: list[Month]
    strands: list[tuple[str, str]]
    months: int

    @property
    def has_attempts(self) -> bool:
        return any(row.counts[Shape.TRIED.value] for row in self.rows)

    @property
    def has_letters(self) -> bool:
        return any(row.counts[Shape.WROTE.value] for row in self.rows)


def strand_words() -> dict[TieKind, str]:
    """Return the kinds of tie as a page begins a line with them."""
    return {
        TieKind.CONTACT: _("Contact"),
        TieKind.SUPPORTER: _("Supporter"),
        TieKind.INTERLOCUTOR: _("Interlocutor"),
        TieKind.ALLY: _("Ally"),
        TieKind.ORGANISER: _("Organiser"),
    }


def shape_words() -> dict[Shape, str]:
    return {
        Shape.TALK: _("talked"),
        Shape.CAME: _("came"),
        Shape.WROTE: _("wrote"),
        Shape.TRIED: _("tried, no talk"),
    }


def of(
    request: Request, person: Person, ties: Sequence[Tie], statuses: Sequence[TieStatus], *, months: int
) -> TiePicture:
    """Return the picture of a person's ties over the last months."""
    on = request.today
    firsts = timeline.months_back(on, months)
    since = datetime.combine(firsts[0] - BEFORE, datetime.min.time(), request.zone)
    touches = queries.touches_since(viewer=request.viewer, person=person, since=since)
    contacts = [
        Contact(t.at.astimezone(request.zone).date(), TouchKind(t.kind), Outcome(t.outcome), t.is_two_way)
        for t in touches
    ]
    strands = [_strand(request, tie, statuses) for tie in ties]
    found = timeline.silences(contacts, strands, since=firsts[0], on=on)
    names = Names(
        strands=strand_words(),
        contacts=_("Contacts"),
        absent=_("not yet"),
        quiet={s.weeks: _quiet(s) for s in found},
        months={first: date_format(first, "M") for first in firsts},
        shapes=shape_words(),
        days={c.on: day(c.on) for c in contacts},
    )
    windows = queries.windows(on=on)
    broad, slim = (
        timeline.draw(
            frame, strands=strands, contacts=contacts, windows=windows, firsts=firsts, on=on, names=names
        )
        for frame in (BROAD, SLIM)
    )
    return TiePicture(
        broad,
        slim,
        _finding(strands, found),
        timeline.table(contacts, firsts),
        [(names.strands[s.kind], s.note) for s in strands],
        months,
    )


def _strand(request: Request, tie: Tie, statuses: Sequence[TieStatus]) -> Strand:
    first = min((s for s in statuses if s.tie_id == tie.pk), key=lambda s: s.since_at, default=None)
    last = max((s for s in statuses if s.tie_id == tie.pk), key=lambda s: s.since_at, default=None)
    began = tie.began_at.astimezone(request.zone).date()
    ended = tie.ended_at.astimezone(request.zone).date() if tie.ended_at else None
    note = _("since %(day)s") % {"day": long_day(began)}
    if first is not None and first.by is not None:
        note = _("%(note)s, recorded by %(who)s") % {"note": note, "who": first.by.name}
    if ended and last is not None:
        note = _("%(note)s; %(status)s on %(day)s") % {
            "note": note,
            "status": last.get_status_display(),
            "day": long_day(ended),
        }
        if last.reason:
            note = f"{note}: {last.reason}"
    return Strand(TieKind(tie.kind), began, ended, tie.rhythm_days, note)


def _quiet(silence: Silence) -> str:
    return ngettext("%(n)s week quiet", "%(n)s weeks quiet", silence.weeks) % {"n": silence.weeks}


def _finding(strands: Sequence[Strand], found: Sequence[Silence]) -> str:
    """Return what the picture shows, in a sentence or two."""
    words = strand_words()
    running = [s for s in strands if s.ended_on is None and s.kind is not TieKind.CONTACT]
    parts = [
        _("%(kind)s since %(month)s") % {"kind": words[s.kind], "month": month(s.began_on)} for s in running
    ]
    first = ", ".join([*parts[:1], *(p[:1].lower() + p[1:] for p in parts[1:])]) or _(
        "Not an organised tie yet"
    )
    if not found:
        return _("%(first)s. No long silence.") % {"first": first}
    longest = max(found, key=lambda s: s.weeks)
    return _("%(first)s. Longest silence: %(weeks)s weeks, from %(month)s.") % {
        "first": first,
        "weeks": longest.weeks,
        "month": month(longest.since),
    }


def since_line(ties: Sequence[Tie]) -> list[tuple[str, date | datetime]]:
    """Return the running kinds with when each began, organised ones first: the line under the name."""
    words = strand_words()
    running = [t for t in ties if t.ended_at is None]
    organised = [t for t in running if t.kind != TieKind.CONTACT] or running
    return [(words[TieKind(t.kind)], t.began_at) for t in organised]
