"""Watch and alarm: what is said of each step, from the counts up to it and nothing after."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from strandline.surge.signals.rules import words
from strandline.surge.signals.rules.evidence import Evidence, glr, raised, yearly_echo
from strandline.surge.signals.rules.settings import A_DAY, CADENCES, SETTINGS, Cadence, Settings, Step, Tier
from strandline.surge.signals.rules.usual import (
    BadCounts,
    Baseline,
    Flags,
    Floats,
    as_counts,
    expect,
    tail,
)


@dataclass(frozen=True)
class Decision:
    """What is said of one step, and on what.

    For hourly counts, `count` and `expected` are of the day that ends with the hour. `span` is the number of weeks or
    days whose sum weighs most, `luck` how often such a sum comes by luck alone at any one step, `revision` how often
    the counts had been corrected when this was said.
    """

    index: int
    tier: Tier
    count: int
    expected: float | None
    evidence: float
    span: int
    luck: float
    why: str
    revision: int = 0


@dataclass(frozen=True)
class _Judged:
    """One series in the steps that decide."""

    counts: Floats
    usual: Baseline
    weighed: Evidence
    watch: Flags
    alarm: Flags


def watch(counts: ArrayLike, step: Step | str, settings: Settings = SETTINGS) -> Flags:
    """Say for each step whether more are coming than usual: worth a look.

    Raises BadCounts for counts, and ValueError for a step, that cannot be read.
    """
    return _tiers(counts, Step(step), settings)[0]


def alarm(counts: ArrayLike, step: Step | str, settings: Settings = SETTINGS) -> Flags:
    """Say for each step whether a surge is confirmed: a watch, and a doubling that lasts or a single overwhelming step."""
    return _tiers(counts, Step(step), settings)[1]


def replay(
    counts: ArrayLike, step: Step | str, settings: Settings = SETTINGS, *, since: int = 0
) -> tuple[Decision, ...]:
    """Give the decision of each step as it would have been given on the day, from `since` on."""
    given, chosen, since = as_counts(counts), Step(step), max(since, 0)
    told: list[Decision | None] = [None] * len(given)
    for places in _phases(len(given), chosen):
        first = int(np.searchsorted(places, since))
        if first >= len(places):
            continue
        judged = _judge(_sums(given, chosen)[places], CADENCES[chosen], settings, first)
        for at in range(first, len(places)):
            told[int(places[at])] = _said(judged, at, int(places[at]), chosen, settings)
    return tuple(
        # None is left only before the first whole day of hours has passed.
        said or _too_young(int(given[index]), index, chosen, settings)
        for index, said in enumerate(told[since:], start=since)
    )


def reach_back(step: Step | str) -> int:
    """How many steps the newest decision rests on; older counts cannot change it."""
    chosen = Step(step)
    cadence = CADENCES[chosen]
    windows = cadence.memory + 2 * (cadence.long + cadence.guard) + 2 * cadence.reach
    seasons = 3 * cadence.year + 2 * SETTINGS.echo_width if cadence.year else 0
    return (windows + seasons + 1) * A_DAY[chosen]


def update(counts: ArrayLike, step: Step | str, settings: Settings = SETTINGS) -> Decision:
    """Decide on the newest step alone, from no more than the window it rests on. Raises BadCounts if there is none."""
    given = np.asarray(counts)
    if not given.size:
        raise BadCounts("There are no counts.")
    recent = given[-reach_back(step) :]
    skipped = len(given) - len(recent)
    said = replay(recent, step, settings, since=len(recent) - 1)[0]
    return replace(said, index=said.index + skipped)


def reconsider(
    history: Sequence[Decision], counts: ArrayLike, step: Step | str, settings: Settings = SETTINGS
) -> tuple[Decision, ...]:
    """Judge again after late or corrected counts: the history as it was, then each answer that is new or now differs.

    Nothing is taken out, so that it stays known what was said, and on what.
    """
    stood = {said.index: said for said in history}
    revision = 1 + max((said.revision for said in history), default=-1)
    changed = [
        replace(now, revision=revision)
        for now in replay(counts, step, settings)
        if not (old := stood.get(now.index)) or (old.tier, old.count) != (now.tier, now.count)
    ]
    return (*history, *changed)


def standing(history: Sequence[Decision]) -> tuple[Decision, ...]:
    """Give what holds now: of each step the last decision, in order of time."""
    last = {said.index: said for said in history}
    return tuple(last[index] for index in sorted(last))


def budget(streams: int, step: Step | str, settings: Settings = SETTINGS) -> float:
    """Give the share of one stream and one decision in the organisation's budget of one false watch a month."""
    if streams < 1:
        raise ValueError("The number of streams must be 1 or more.")
    return settings.false_watches_a_month * 12 / CADENCES[Step(step)].a_year / streams


def agreement(watches: Sequence[ArrayLike], sources: Sequence[str], *, within: int = 3) -> Flags:
    """Say where two independent streams are in watch within the last `within` steps: together they make an alarm.

    Streams from one source count once: what they share may be one error. All streams are in the same steps.
    """
    if len(watches) != len(sources):
        raise ValueError("Each stream needs the name of its source.")
    if within < 1:
        raise ValueError("Two streams agree within 1 step or more.")
    rows = [np.asarray(stream, dtype=np.bool_) for stream in watches]
    if len({len(row) for row in rows}) > 1:
        raise ValueError("The streams must cover the same steps.")
    length = len(rows[0]) if rows else 0
    lately: dict[str, Flags] = {}
    for row, source in zip(rows, sources, strict=True):
        recent = np.zeros(length, dtype=np.bool_)
        for back in range(min(within, length)):
            recent[back:] |= row[: length - back]
        lately[source] = lately.get(source, np.zeros(length, dtype=np.bool_)) | recent
    agreeing = np.sum(list(lately.values()), axis=0) if lately else np.zeros(0)
    now = np.any(rows, axis=0) if rows else np.zeros(0, dtype=np.bool_)
    both: Flags = (agreeing >= 2) & now
    return both


def _tiers(counts: ArrayLike, step: Step, settings: Settings) -> tuple[Flags, Flags]:
    given = as_counts(counts)
    watching, alarmed = (np.zeros(len(given), dtype=np.bool_) for _ in range(2))
    sums = _sums(given, step)
    for places in _phases(len(given), step):
        judged = _judge(sums[places], CADENCES[step], settings, 0)
        watching[places], alarmed[places] = judged.watch, judged.alarm
    return watching, alarmed


def _judge(counts: Floats, cadence: Cadence, settings: Settings, since: int) -> _Judged:
    # The yearly echo asks what was said up to three years ago, so the evidence is needed that far back.
    first = max(0, since - 3 * cadence.year - settings.echo_width)
    usual = expect(counts, cadence, settings, first)
    paced = settings.at_pace(cadence)
    weighed = glr(counts, usual, cadence, settings, first)
    safe = np.where(usual.known, usual.mean, np.inf)
    above = (counts >= safe) & (counts >= 1) & ~yearly_echo(counts, usual, weighed, cadence, settings)
    lasting = (weighed.best > paced.bar) & (raised(counts, usual, settings.ratio) >= 2)
    alone = (weighed.alone > paced.bar_alone) & (counts >= settings.ratio_alone * safe)
    watching: Flags = above & (lasting | alone)
    for at in np.flatnonzero(watching[first:]) + first:
        watching[at] = _luck(counts, usual, weighed, int(at))[0] <= settings.luck(cadence)
    in_three = np.convolve(counts, np.ones(3))[: len(counts)] >= settings.least_people
    doubled = (weighed.best > paced.alarm_bar) & (raised(counts, usual, settings.alarm_ratio) >= 2)
    doubled &= counts >= settings.ratio * safe
    huge = (weighed.alone > paced.alarm_bar_alone) & (counts >= settings.alarm_ratio_alone * safe)
    return _Judged(counts, usual, weighed, watching, watching & in_three & (doubled | huge))


def _sums(counts: Floats, step: Step) -> Floats:
    """The day that ends with each hour; the counts themselves when a step is a day or a week."""
    size = A_DAY[step]
    if size == 1 or not len(counts):
        return counts
    return np.convolve(counts, np.ones(size))[: len(counts)]


def _phases(length: int, step: Step) -> list[NDArray[np.int64]]:
    """The steps by hour of the day: each hour has its own row of whole days that end with it."""
    size = A_DAY[step]
    rows = [np.arange(size - 1 + phase, length, size, dtype=np.int64) for phase in range(size)]
    return [row for row in rows if len(row)]


def _said(judged: _Judged, at: int, index: int, step: Step, settings: Settings) -> Decision:
    """Put one judged step in words."""
    count = int(judged.counts[at])
    if not judged.usual.known[at]:
        return _too_young(count, index, step, settings)
    tier = Tier.ALARM if judged.alarm[at] else Tier.WATCH if judged.watch[at] else Tier.USUAL
    luck, span, seen, expected = _luck(judged.counts, judged.usual, judged.weighed, at)
    mean = float(judged.usual.mean[at])
    why = words.explain(tier, count, mean, span, int(seen), expected, step)
    return Decision(index, tier, count, mean, float(judged.weighed.best[at]), span, luck, why)


def _luck(counts: Floats, usual: Baseline, weighed: Evidence, at: int) -> tuple[float, int, float, float]:
    """How often luck alone gives the sum that weighs most; its span, what was seen in it, and what was expected."""
    span = int(weighed.table[:, at].argmax()) + 1
    window = slice(at - span + 1, at + 1)
    seen, expected = float(counts[window].sum()), float(usual.mean[window].sum())
    # The mean of the window behind may be luck too, and by more the longer the sum: METHODS 1 at a span of 1.
    spread = float(usual.dispersion[at]) * (1 + span / float(usual.behind[at]))
    return float(tail(np.array([seen]), np.array([expected]), np.array([spread]))[0]), span, seen, expected


def _too_young(count: int, index: int, step: Step, settings: Settings) -> Decision:
    missing = settings.young * A_DAY[step] - 1 - index
    return Decision(index, Tier.YOUNG, count, None, 0.0, 0, 1.0, words.too_little(missing, step))
