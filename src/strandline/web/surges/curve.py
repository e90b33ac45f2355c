"""Sign-ups a day: what came, what is usual, what is expected, and when the signal was given."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from strandline.surge.absorption.rules.outlook import Expected, Level
from strandline.surge.moments.rules import PhaseKind
from strandline.web.pictures.drawing import HALF, SLIM, Drawing
from strandline.web.pictures.picture import Key, Picture, Table, number
from strandline.web.pictures.scale import Scale, ticks, top_of
from strandline.web.templatetags.words import day as day_words

HEIGHT, TOP, FOOT, LEFT, RIGHT = 236, 26, 26, 40, 6
WITH_SIGNAL = 48  # from the top, where the signal has its words there
BEFORE = 6  # ordinary days shown before the first
MOST_DAYS = 63  # more bars than this cannot be told apart on a phone
LETTER = 7.2  # how wide a letter of 13 units is, about


@dataclass(frozen=True)
class Signal:
    """When a signal spoke up, and the false alarms of its series this year; None where nobody counts them."""

    at: datetime
    false_alarms: int


@dataclass(frozen=True)
class Course:
    """What the curve is drawn of. Without `words` the counts read as numbers; bands bring words of their own."""

    first_on: date
    daily: Sequence[int]
    before: Sequence[int]
    usual: tuple[Level, ...] | None
    expected: Sequence[Expected]
    phase: PhaseKind
    peaked_on: date | None
    on: date
    signal: Signal | None = None
    words: dict[date, str] | None = None

    @property
    def last_on(self) -> date:
        return self.first_on + timedelta(days=len(self.daily) - 1)

    @property
    def is_running(self) -> bool:
        return self.last_on == self.on

    def reads(self, on: date, count: int) -> str:
        """Return a count as the page may say it."""
        return number(count) if self.words is None else self.words.get(on, "")


@dataclass(frozen=True)
class _Slot:
    """One place on the axis: a day with its count, or what is expected of it."""

    on: date
    count: int | None = None
    expected: Expected | None = None
    is_before: bool = False


def picture(course: Course, *, here: ZoneInfo) -> Picture:
    """Return the curve by days."""
    slots = _slots(course)
    says = _says(course, slots)
    broad, slim = (_drawn(course, slots, width, says, here) for width in (HALF, SLIM))
    legend = [Key("sea", _("came"))]
    if course.expected:
        legend.append(Key("estimate", _("expected")))
    if course.usual:
        legend.append(Key("well", _("usual level")))
    return Picture(
        name="curve",
        title=finding(course),
        broad=broad.markup(),
        slim=slim.markup(),
        table=_table(course, slots),
        counted="/help/counted/curve/",
        legend=tuple(legend),
        notes=_notes(course),
    )


def finding(course: Course) -> str:
    """Return what the curve finds, in a few words."""
    top = _peak(course)
    today = course.daily[-1] if course.daily else 0
    if course.words is not None or top is None:
        return _("Sign-ups a day")
    if not course.is_running:
        return _("Sign-ups a day: at most %(top)s, on %(day)s") % {
            "top": number(top[1]),
            "day": day_words(top[0]),
        }
    if course.phase is PhaseKind.RISING:
        return _("Sign-ups a day are rising: %(now)s so far today") % {"now": number(today)}
    if course.phase is PhaseKind.PEAK:
        return _("Sign-ups a day are at their peak: %(top)s") % {"top": number(top[1])}
    whole = course.daily[-2] if len(course.daily) > 1 else today
    return _("Sign-ups a day fell to %(now)s from %(top)s") % {"now": number(whole), "top": number(top[1])}


def _peak(course: Course) -> tuple[date, int] | None:
    if course.peaked_on is None:
        return None
    return course.peaked_on, course.daily[(course.peaked_on - course.first_on).days]


def _slots(course: Course) -> list[_Slot]:
    before = list(course.before)[-BEFORE:]
    eve = course.first_on - timedelta(days=len(before))
    found = [_Slot(eve + timedelta(days=n), count, is_before=True) for n, count in enumerate(before)]
    found += [_Slot(course.first_on + timedelta(days=n), count) for n, count in enumerate(course.daily)]
    found = found[-MOST_DAYS:]
    found += [
        _Slot(course.last_on + timedelta(days=ahead), expected=one)
        for ahead, one in enumerate(course.expected, start=1)
    ]
    return found


def _level(course: Course, on: date) -> Level | None:
    return course.usual[on.weekday()] if course.usual else None


def _usual_words(course: Course) -> str:
    if not course.usual:
        return ""
    low, high = min(one.low for one in course.usual), max(one.high for one in course.usual)
    return _("Usual level %(low)s to %(high)s.") % {"low": number(low), "high": number(high)}


def _says(course: Course, slots: Sequence[_Slot]) -> str:
    """The picture in one sentence or two, for those who do not see it."""
    told = [
        _("Sign-ups a day, %(first)s to %(last)s.")
        % {"first": date_format(slots[0].on, _("j F")), "last": date_format(slots[-1].on, _("j F"))},
        _usual_words(course),
    ]
    top = _peak(course)
    if top is not None:
        told.append(
            _("Most on %(day)s: %(count)s.")
            % {"day": day_words(top[0]), "count": course.reads(top[0], top[1])}
        )
    lead = _lead_hours(course, None)
    if lead:
        told.append(_("The signal was given %(hours)s hours before.") % {"hours": lead})
    if course.is_running and course.words is None:
        today = course.daily[-1]
        told.append(ngettext("%(n)s so far today.", "%(n)s so far today.", today) % {"n": number(today)})
    return " ".join(filter(None, told))


def _lead_hours(course: Course, here: ZoneInfo | None) -> int:
    """How many hours before the middle of the peak's day the signal was given; 0 when it was not before."""
    top = _peak(course)
    if course.signal is None or top is None:
        return 0
    zone = here or course.signal.at.tzinfo
    noon = datetime.combine(top[0], time(12), zone)
    return max(0, int((noon - course.signal.at).total_seconds() // 3600))


def _notes(course: Course) -> tuple[str, ...]:
    if course.signal is None:
        return ()
    count = course.signal.false_alarms
    if not count:
        return (_("No false alarm of this signal so far this year."),)
    return (
        ngettext(
            "%(n)s false alarm of this signal so far this year.",
            "%(n)s false alarms of this signal so far this year.",
            count,
        )
        % {"n": number(count)},
    )


def _table(course: Course, slots: Sequence[_Slot]) -> Table:
    """The same numbers: what came, what is usual on that weekday, what is expected."""
    rows = []
    for slot in slots:
        level = _level(course, slot.on)
        usual = f"{number(level.low)}–{number(level.high)}" if level else "–"
        expected = "–"
        if slot.expected is not None:
            one = slot.expected
            expected = f"{number(one.count)} ({number(one.low)}–{number(one.high)})"
        came = course.reads(slot.on, slot.count) if slot.count is not None else "–"
        rows.append((day_words(slot.on), came, usual, expected))
    return Table(_("Sign-ups a day"), (_("Day"), _("Came"), _("Usual"), _("Expected")), tuple(rows))


def _drawn(course: Course, slots: Sequence[_Slot], width: int, says: str, here: ZoneInfo) -> Drawing:
    drawing = Drawing(f"curve-{width}", width=width, height=HEIGHT, says=says)
    base = HEIGHT - FOOT
    step = (width - LEFT - RIGHT) / max(1, len(slots))
    highest = [max(one.count or 0, one.expected.high if one.expected else 0) for one in slots]
    usual = [level.high for slot in slots if (level := _level(course, slot.on))]
    most = max([*highest, *usual, 0])
    up = Scale(0, top_of([most]), base, TOP if course.signal is None else WITH_SIGNAL)
    for tick in ticks(most):
        drawing.line(LEFT, up(tick), width - RIGHT, up(tick), "base" if tick == 0 else "axis")
        drawing.text(LEFT - 6, up(tick) + 4, number(tick), anchor="end")
    for place, slot in enumerate(slots):
        _band(drawing, up, LEFT + place * step, step, _level(course, slot.on))
    bar = max(1.5, step * (0.86 if step > 6 else 0.7))
    for place, slot in enumerate(slots):
        _bar(drawing, course, up, LEFT + place * step + (step - bar) / 2, bar, slot)
    drawing.line(LEFT, base, width - RIGHT, base, "base")
    stem = _stem(course, slots, step, here)
    _peak_words(drawing, course, slots, up, step, stem)
    if stem is not None:
        _signal_line(drawing, course, stem, base, here)
    _days(drawing, course, slots, step)
    return drawing


def _band(drawing: Drawing, up: Scale, x: float, step: float, level: Level | None) -> None:
    if level is not None:
        top, foot = up(level.high), up(level.low)
        drawing.rect(x, top - 1, step, max(2.0, foot - top + 2), "fill-well", hatch="well")


def _bar(drawing: Drawing, course: Course, up: Scale, x: float, width: float, slot: _Slot) -> None:
    radius = min(2.0, width / 3)
    if slot.expected is not None:
        one = slot.expected
        drawing.rect(x, up(one.count), width, up(0) - up(one.count), "estimate-sea", radius=radius)
        drawing.line(x + width / 2, up(one.high), x + width / 2, up(one.low), "line-quiet")
    elif slot.count:
        css = "fill-sea faint" if slot.is_before else "fill-sea"
        title = f"{day_words(slot.on)}: {course.reads(slot.on, slot.count)}"
        drawing.rect(x, up(slot.count), width, up(0) - up(slot.count), css, radius=radius, title=title)


def _middle(slots: Sequence[_Slot], on: date, step: float) -> float | None:
    place = next((n for n, slot in enumerate(slots) if slot.on == on), None)
    return None if place is None else LEFT + (place + 0.5) * step


def _peak_words(
    drawing: Drawing, course: Course, slots: Sequence[_Slot], up: Scale, step: float, stem: float | None
) -> None:
    """Name the peak beside its bar, clear of the signal's stem, and today's count above today's."""
    top = _peak(course)
    x = _middle(slots, top[0], step) if top else None
    if top is not None and x is not None:
        words = _("Peak, %(day)s: %(count)s") % {
            "day": date_format(top[0], "D"), "count": course.reads(top[0], top[1])
        }  # fmt: skip
        wide = len(words) * LETTER
        at = x + step / 2 + 6
        # To the right of its bar, unless another day reaches up there, or the range of one to come; then above it.
        if at + wide < drawing.width and _reach(slots, at - 4, at + wide + 4, step) <= top[1] * 0.85:
            drawing.text(at, max(TOP - 2, up(top[1]) + 4), words, "text-ink text-strong")
        else:
            at = max(LEFT, x + step / 2 - wide)
            if stem is not None and at - 4 < stem < at + wide + 4:
                at = min(stem + 8, drawing.width - wide - 2)
            foot = up(max(top[1], _reach(slots, at - step / 2, at + wide + step / 2, step))) - 6
            drawing.text(at, foot, words, "text-ink text-strong halo")
    today = _middle(slots, course.on, step) if course.is_running else None
    count = course.daily[-1] if course.daily else 0
    if today is not None and count and (top is None or top[0] != course.on):
        words = course.reads(course.on, count)
        at = min(today, drawing.width - len(words) * LETTER / 2)
        drawing.text(at, up(count) - 6, words, "text-ink halo", anchor="middle")


def _reach(slots: Sequence[_Slot], left: float, right: float, step: float) -> float:
    """How high the days between two places reach, with the ranges of those to come."""
    inside = [slot for n, slot in enumerate(slots) if left < LEFT + (n + 0.5) * step < right]
    return max((max(one.count or 0, one.expected.high if one.expected else 0) for one in inside), default=0)


def _stem(course: Course, slots: Sequence[_Slot], step: float, here: ZoneInfo) -> float | None:
    """Where the signal's line stands; None where it was given outside the days that are drawn."""
    if course.signal is None:
        return None
    moment = course.signal.at.astimezone(here)
    place = next((n for n, slot in enumerate(slots) if slot.on == moment.date()), None)
    return None if place is None else LEFT + (place + (moment.hour + moment.minute / 60) / 24) * step


def _signal_line(drawing: Drawing, course: Course, x: float, base: float, here: ZoneInfo) -> None:
    drawing.line(x, 18, x, base, "line-due")
    drawing.circle(x, 18, 5, "fill-due")
    lead = _lead_hours(course, here)
    words = [_("Signal")] + ([_("%(hours)s h before") % {"hours": lead}] if lead else [])
    right = x - 10 - max(len(one) for one in words) * LETTER < 0
    at, anchor = (x + 10, "") if right else (x - 10, "end")
    drawing.text(at, 16, words[0], "text-due text-strong", anchor=anchor)
    if lead:
        drawing.text(at, 33, words[1], anchor=anchor)


def _days(drawing: Drawing, course: Course, slots: Sequence[_Slot], step: float) -> None:
    """Name days under the axis, as many as there is room for; today by its name."""
    today = course.on if course.is_running else None
    room = drawing.width - LEFT - RIGHT
    every = max(1, -(-len(slots) * 44 // int(room)))
    taken = [-1e9]
    if today is not None and (x := _middle(slots, today, step)) is not None:
        taken.append(x)
        drawing.text(x, HEIGHT - 8, _("today"), "text-ink text-strong", anchor="middle")
    for place, slot in enumerate(slots):
        x = LEFT + (place + 0.5) * step
        is_named = place % every == 0 and slot.on != today and all(abs(x - one) > 38 for one in taken[1:])
        if is_named:
            fresh = place == 0 or slot.on.day <= every
            drawing.text(
                max(x, LEFT + 4), HEIGHT - 8, date_format(slot.on, "j M" if fresh else "j"), anchor="middle"
            )


def by_hour(hourly: Sequence[int], since: datetime, *, here: ZoneInfo) -> Picture:
    """Return the curve of the first two days, by hours."""
    total = sum(hourly)
    says = ngettext(
        "Sign-ups an hour since %(since)s: %(n)s person so far, %(most)s at most in an hour.",
        "Sign-ups an hour since %(since)s: %(n)s people so far, %(most)s at most in an hour.",
        total,
    ) % {"since": day_words(since), "n": number(total), "most": number(max(hourly, default=0))}
    broad, slim = (_hours_drawn(hourly, since, width, says, here) for width in (HALF, SLIM))
    local = [(since + timedelta(hours=n)).astimezone(here) for n in range(len(hourly))]
    rows = tuple(
        (f"{day_words(at)}, {at:%H:%M}", number(count)) for at, count in zip(local, hourly, strict=True)
    )
    return Picture(
        name="curve",
        title=_("Sign-ups an hour, %(most)s at most") % {"most": number(max(hourly, default=0))},
        broad=broad.markup(),
        slim=slim.markup(),
        table=Table(_("Sign-ups an hour"), (_("Hour"), _("Came")), rows),
        counted="/help/counted/curve/",
        legend=(Key("sea", _("came")),),
    )


def _hours_drawn(hourly: Sequence[int], since: datetime, width: int, says: str, here: ZoneInfo) -> Drawing:
    drawing = Drawing(f"curve-{width}", width=width, height=HEIGHT, says=says)
    base, step = HEIGHT - FOOT, (width - LEFT - RIGHT) / 48
    most = max(hourly, default=0)
    up = Scale(0, top_of([most]), base, TOP)
    for tick in ticks(most):
        drawing.line(LEFT, up(tick), width - RIGHT, up(tick), "base" if tick == 0 else "axis")
        drawing.text(LEFT - 6, up(tick) + 4, number(tick), anchor="end")
    for place, count in enumerate(hourly):
        if count:
            drawing.rect(LEFT + place * step + 1, up(count), step - 2, base - up(count), "fill-sea", radius=1)
    drawing.line(LEFT, base, width - RIGHT, base, "base")
    for hours in (0, 12, 24, 36):
        at = (since + timedelta(hours=hours)).astimezone(here)
        words = date_format(at, "D j M") if hours % 24 == 0 else f"{at:%H:%M}"
        drawing.text(LEFT + hours * step, HEIGHT - 8, words)
    return drawing
