"""The tie, month by month: where each mark of the picture stands, and the same in words and numbers.

Pure geometry over plain values: nothing here asks a database or reads a clock.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from itertools import pairwise

from strandline.steady.ties.rules import Outcome, TieKind, TouchKind

STRANDS = (TieKind.SUPPORTER, TieKind.INTERLOCUTOR, TieKind.ALLY)
# A silence is named when it is longer than twice the rhythm of the tie (DESIGN section 4).
SILENT_RHYTHMS = 2


class Shape(StrEnum):
    """How a contact is drawn: a dot for a talk, a square for a meeting, a diamond for a letter, a ring for an attempt."""

    TALK = "talk"
    CAME = "came"
    WROTE = "wrote"
    TRIED = "tried"


CAME = frozenset({TouchKind.EVENT, TouchKind.ATTENDANCE, TouchKind.MEETING})
WROTE = frozenset({TouchKind.LETTER})
# Our own sending and attempts without an answer are no contact.
ATTEMPTS = frozenset({Outcome.NO_ANSWER, Outcome.LEFT_MESSAGE, Outcome.SENT, Outcome.MOVED})


@dataclass(frozen=True)
class Contact:
    """One touch as the picture knows it."""

    on: date
    kind: TouchKind
    outcome: Outcome
    is_two_way: bool

    @property
    def shape(self) -> Shape:
        if self.outcome in ATTEMPTS or not self.is_two_way:
            return Shape.TRIED
        if self.kind in CAME or self.outcome is Outcome.ATTENDED:
            return Shape.CAME
        return Shape.WROTE if self.kind in WROTE else Shape.TALK


@dataclass(frozen=True)
class Strand:
    """One tie as the picture knows it, with who recorded it and why."""

    kind: TieKind
    began_on: date
    ended_on: date | None
    rhythm_days: int
    note: str = ""


@dataclass(frozen=True)
class Silence:
    """A time without a talk that is longer than twice the rhythm."""

    since: date
    until: date

    @property
    def weeks(self) -> int:
        return (self.until - self.since).days // 7


@dataclass(frozen=True)
class Bar:
    """A stretch of a strand: thick while the tie was live, thin while it was not."""

    x1: float
    x2: float
    y: float
    is_live: bool


@dataclass(frozen=True)
class Mark:
    """One thing drawn at a place, with what it says."""

    x: float
    y: float
    text: str
    shape: str = ""
    path: str = ""


@dataclass(frozen=True)
class Label:
    """A word at a place."""

    x: float
    y: float
    text: str
    anchor: str = "start"


@dataclass(frozen=True)
class Band:
    """A silence as it is drawn; `label` is empty where there is no room for one."""

    x: float
    y: float
    width: float
    height: float
    label: Label | None


@dataclass(frozen=True)
class Frame:
    """The measures of one drawing: broad for a desk, slim for a phone."""

    width: int
    height: int
    left: int
    right: int
    first: int
    step: int
    is_slim: bool
    months_apart: int


BROAD = Frame(width=660, height=214, left=104, right=652, first=26, step=40, is_slim=False, months_apart=1)
SLIM = Frame(width=326, height=236, left=0, right=318, first=34, step=46, is_slim=True, months_apart=2)


@dataclass
class Drawing:
    """Everything a template needs to draw, in units of the picture."""

    frame: Frame
    height: int
    base: int
    months: list[Label] = field(default_factory=list)
    names: list[Label] = field(default_factory=list)
    rails: list[float] = field(default_factory=list)
    bars: list[Bar] = field(default_factory=list)
    starts: list[Mark] = field(default_factory=list)
    ends: list[Mark] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)
    bands: list[Band] = field(default_factory=list)
    absent: list[Label] = field(default_factory=list)


@dataclass(frozen=True)
class Month:
    """One month in numbers: the table beside the picture."""

    on: date
    counts: dict[str, int]

    @property
    def total(self) -> int:
        return sum(self.counts.values())


def months_back(on: date, months: int) -> list[date]:
    """Return the first days of this month and of those before it, earliest first."""
    firsts = [on.replace(day=1)]
    while len(firsts) < months:
        firsts.append((firsts[-1] - timedelta(days=1)).replace(day=1))
    return firsts[::-1]


def silences(
    contacts: Sequence[Contact], strands: Sequence[Strand], *, since: date, on: date
) -> list[Silence]:
    """Return the times within the picture without a talk, longer than twice the shortest running rhythm."""
    rhythm = min((s.rhythm_days for s in strands if s.ended_on is None), default=0)
    talks = sorted({c.on for c in contacts if c.is_two_way})
    if not rhythm or not (talks or strands):
        return []
    began = min([*talks, *(s.began_on for s in strands)])
    edges = sorted({max(began, min(since, talks[0]) if talks else since), *talks, on})
    found = []
    for before, after in pairwise(edges):
        if (after - before).days > SILENT_RHYTHMS * rhythm and after > since:
            found.append(Silence(max(before, since), after))
    return found


def stretches(
    strand: Strand, contacts: Sequence[Contact], *, window: int, on: date
) -> list[tuple[date, date, bool]]:
    """Return when a tie was live and when it was not, from its beginning to its end or today."""
    end = strand.ended_on or on
    live: list[tuple[date, date]] = []
    for day in sorted({c.on for c in contacts if c.is_two_way}):
        since, until = max(day, strand.began_on), min(day + timedelta(days=window), end)
        if since > until:
            continue
        if live and since <= live[-1][1]:
            live[-1] = (live[-1][0], max(live[-1][1], until))
        else:
            live.append((since, until))
    found: list[tuple[date, date, bool]] = []
    at = strand.began_on
    for since, until in live:
        if since > at:
            found.append((at, since, False))
        found.append((since, until, True))
        at = until
    if at < end:
        found.append((at, end, False))
    return found


def table(contacts: Sequence[Contact], firsts: Sequence[date]) -> list[Month]:
    """Return the picture in numbers, the latest month first."""
    counts = {first: dict.fromkeys((s.value for s in Shape), 0) for first in firsts}
    for contact in contacts:
        first = contact.on.replace(day=1)
        if first in counts:
            counts[first][contact.shape.value] += 1
    return [Month(first, counts[first]) for first in reversed(firsts)]


@dataclass(frozen=True)
class Names:
    """The words of the drawing, already in the reader's language."""

    strands: dict[TieKind, str]
    contacts: str
    absent: str
    quiet: dict[int, str]
    months: dict[date, str]
    shapes: dict[Shape, str]
    days: dict[date, str]


def draw(
    frame: Frame,
    *,
    strands: Sequence[Strand],
    contacts: Sequence[Contact],
    windows: dict[TieKind, int],
    firsts: Sequence[date],
    on: date,
    names: Names,
) -> Drawing:
    """Place strands, contacts and silences in the frame."""
    kinds = [*STRANDS, *sorted({s.kind for s in strands} & {TieKind.ORGANISER})]
    lane = frame.first + frame.step * len(kinds) + (20 if frame.is_slim else 6)
    picture = Drawing(frame, height=lane + 62, base=lane + 36)
    span = (on - firsts[0]).days or 1

    def x(day: date) -> float:
        inside = min(max((day - firsts[0]).days, 0), span)
        return round(frame.left + (frame.right - frame.left) * inside / span, 1)

    every = frame.months_apart * (2 if len(firsts) > 12 else 1)
    picture.months = [Label(x(first), picture.height - 8, names.months[first]) for first in firsts[::every]]
    for place, kind in enumerate(kinds):
        y = frame.first + frame.step * place
        above = y - 10 if frame.is_slim else y + 5
        picture.names.append(Label(0, above, names.strands[kind]))
        picture.rails.append(y)
        mine = [s for s in strands if s.kind is kind]
        if not mine:
            picture.absent.append(Label(frame.right, y - 8, names.absent, "end"))
        _draw_strands(picture, mine, contacts, window=windows[kind], y=y, since=firsts[0], on=on, place=x)
    picture.names.append(Label(0, lane - 14 if frame.is_slim else lane + 5, names.contacts))
    _draw_silences(picture, silences(contacts, strands, since=firsts[0], on=on), lane, names, x)
    picture.marks = [
        _mark(contact, x(contact.on), lane, f"{names.days[contact.on]}: {names.shapes[contact.shape]}")
        for contact in contacts
        if contact.on >= firsts[0]
    ]
    return picture


def _draw_strands(
    picture: Drawing,
    mine: Iterable[Strand],
    contacts: Sequence[Contact],
    *,
    window: int,
    y: float,
    since: date,
    on: date,
    place: Callable[[date], float],
) -> None:
    for strand in mine:
        if (strand.ended_on or on) < since:
            continue
        for first, last, is_live in stretches(strand, contacts, window=window, on=on):
            if last > since:
                picture.bars.append(Bar(place(max(first, since)), place(last), y, is_live))
        if strand.began_on >= since:
            picture.starts.append(Mark(place(strand.began_on), y, strand.note))
        if strand.ended_on:
            picture.ends.append(Mark(place(strand.ended_on), y, strand.note))


def _draw_silences(
    picture: Drawing, found: Sequence[Silence], lane: float, names: Names, place: Callable[[date], float]
) -> None:
    free_from = 0.0
    for silence in found:
        left, right = place(silence.since), place(silence.until)
        text = names.quiet[silence.weeks]
        middle = (left + right) / 2
        half = len(text) * 3.4
        middle = min(max(middle, picture.frame.left + half), picture.frame.right - half)
        label = Label(round(middle, 1), lane - 21, text, "middle") if middle - half > free_from else None
        if label:
            free_from = middle + half + 8
        picture.bands.append(Band(left, lane - 16, round(right - left, 1), 32, label))


def _mark(contact: Contact, x: float, y: float, text: str) -> Mark:
    shape = contact.shape
    if shape is Shape.WROTE:
        return Mark(x, y, text, shape.value, f"M{x} {y - 5.5}l5.5 5.5-5.5 5.5-5.5-5.5z")
    if shape is Shape.CAME:
        return Mark(round(x - 4, 1), y - 4, text, shape.value)
    return Mark(x, y, text, shape.value)
