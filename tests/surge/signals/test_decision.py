"""Watch and alarm: causal, quiet on noise, early on a rise, and honest about what was said before."""

import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from strandline.surge.signals.rules import (
    BadCounts,
    Step,
    Tier,
    agreement,
    alarm,
    budget,
    reach_back,
    reconsider,
    replay,
    standing,
    update,
    watch,
)

STEPS = [one.value for one in Step]
any_counts = st.lists(st.integers(0, 3000) | st.integers(0, 4), max_size=120)


@given(any_counts, st.sampled_from(STEPS), st.integers(0, 120))
@settings(deadline=None)
def test_answers_do_not_change_with_later_counts(counts: list[int], step: str, cut: int) -> None:
    for tier in (watch, alarm):
        whole = tier(counts, step)

        assert whole.dtype == np.bool_
        assert whole.shape == (len(counts),)
        assert tier(counts[:cut], step).tolist() == whole[:cut].tolist()


@pytest.mark.parametrize("step", ["3h", "hour"])
def test_answers_over_days_of_hours_do_not_change_with_later_counts(step: str) -> None:
    rng = np.random.default_rng(4)
    size = 24 if step == "hour" else 8
    counts = rng.poisson(5, size * 40)
    counts[size * 30 : size * 33] *= 12
    whole = watch(counts, step)

    assert whole.any()
    for cut in (size * 30 + 3, size * 31, len(counts) - 1):
        assert watch(counts[:cut], step).tolist() == whole[:cut].tolist()


@given(any_counts, st.sampled_from(STEPS))
@settings(deadline=None)
def test_an_alarm_is_a_watch(counts: list[int], step: str) -> None:
    assert not (alarm(counts, step) & ~watch(counts, step)).any()


@given(st.integers(0, 10**9), st.integers(0, 400), st.sampled_from(STEPS))
@settings(deadline=None)
def test_a_constant_never_signals(count: int, length: int, step: str) -> None:
    assert not watch([count] * length, step).any()


@pytest.mark.parametrize(("step", "length"), [("week", 3000), ("day", 6000)])
@pytest.mark.parametrize("mean", [0.2, 3.0, 40.0])
def test_noise_stays_within_the_budget(step: str, length: int, mean: float) -> None:
    counts = np.random.default_rng(17).poisson(mean, length)

    said = watch(counts, step)

    episodes = int((said & ~np.concatenate([[False], said[:-1]])).sum())
    assert episodes <= budget(15, step) * length
    assert int(alarm(counts, step).sum()) <= episodes


@pytest.mark.parametrize("step", ["week", "day"])
def test_overdispersed_noise_stays_within_the_budget(step: str) -> None:
    counts = np.random.default_rng(18).negative_binomial(3, 3 / (3 + 20.0), 4000)

    said = watch(counts, step)

    episodes = int((said & ~np.concatenate([[False], said[:-1]])).sum())
    assert episodes <= budget(15, step) * 4000


@pytest.mark.parametrize(("step", "doubling"), [("week", 2.0), ("week", 3.0), ("day", 3.0)])
@pytest.mark.parametrize("mean", [2.0, 30.0, 2000.0])
def test_a_rise_is_found_before_half_its_height(step: str, doubling: float, mean: float) -> None:
    late = []
    for seed in range(20):
        rise = mean * 2 ** (np.arange(1, 13) / doubling)
        level = np.concatenate([np.full(120, mean), rise])
        counts = np.random.default_rng(seed).poisson(level)
        said = np.flatnonzero(watch(counts, step)[120:])
        late.append(not len(said) or rise[said[0]] > rise[-1] / 2)

    assert sum(late) == 0


def test_a_surge_out_of_an_ebb_is_found() -> None:
    counts = [500] * 30 + [60, 55, 62, 58, 61, 57, 60, 59, 63, 58, 130, 190]

    assert watch(counts, "week")[-1]


def test_hours_are_decided_on_whole_days() -> None:
    daily = np.random.default_rng(2).poisson(240, 60)
    hours = np.repeat(daily // 24, 24)
    hours[24 * 50 : 24 * 52] = 90
    ends = hours.reshape(60, 24).sum(axis=1)

    assert watch(hours, "hour")[23::24].tolist() == watch(ends, "day").tolist()


def test_one_busy_hour_in_a_usual_day_says_nothing() -> None:
    hours = np.full(24 * 40, 10)
    hours[24 * 35 + 4] = 100

    assert not watch(hours, "hour").any()


@pytest.mark.parametrize(
    ("step", "length", "why"),
    [
        ("week", 7, "Too little history: 1 more week is needed."),
        ("week", 3, "Too little history: 5 more weeks are needed."),
        ("day", 1, "Too little history: 7 more days are needed."),
        ("hour", 100, "Too little history: 92 more hours are needed."),
        ("hour", 10, "Too little history: 182 more hours are needed."),
        ("3h", 60, "Too little history: 12 more hours are needed."),
    ],
)
def test_a_young_series_says_so(step: str, length: int, why: str) -> None:
    said = replay([500] * length, step)[-1]

    assert (said.tier, said.expected, said.why) == (Tier.YOUNG, None, why)


@pytest.mark.parametrize(("step", "needed"), [("week", 8), ("day", 8), ("hour", 192), ("3h", 64)])
def test_the_first_decision_comes_when_it_was_promised(step: str, needed: int) -> None:
    tiers = [one.tier for one in replay([3] * needed, step)]

    assert tiers == [Tier.YOUNG] * (needed - 1) + [Tier.USUAL]


def test_replay_tells_what_watch_and_alarm_say() -> None:
    counts = np.concatenate([np.random.default_rng(1).poisson(9, 60), [30, 60, 90, 40, 8, 9]])

    told = replay(counts, "week")

    assert [one.tier in (Tier.WATCH, Tier.ALARM) for one in told] == watch(counts, "week").tolist()
    assert [one.tier is Tier.ALARM for one in told] == alarm(counts, "week").tolist()
    assert replay(counts, "week", since=50) == told[50:]
    assert replay(counts[:62], "week") == told[:62]


def test_an_alarm_explains_itself() -> None:
    counts = [10] * 40 + [30, 40]

    said = replay(counts, "week")[-1]

    assert said.tier is Tier.ALARM
    assert (said.count, said.expected, said.span) == (40, 10.0, 2)
    assert said.why == (
        "70 in 2 weeks, 40 of them this week; about 20 is usual. This many in so few weeks is more than luck has "
        "given us in a year. It is confirmed: decide whether this is a surge."
    )


def test_a_usual_week_explains_itself() -> None:
    assert (
        replay([10] * 40 + [11], "week")[-1].why
        == "11 this week; about 10 is usual. Nothing out of the ordinary."
    )


@pytest.mark.parametrize(("step", "length"), [("week", 700), ("day", 1100), ("hour", 13000), ("3h", 4300)])
def test_update_says_what_a_whole_replay_says(step: str, length: int) -> None:
    rng = np.random.default_rng(6)
    counts = rng.negative_binomial(4, 4 / (4 + 6.0), length)
    size = {"hour": 24, "3h": 8}.get(step, 1)
    counts[-2 * size :] *= 6
    assert length > reach_back(step)

    for cut in (length, length - size, length - 5 * size):
        now, then = update(counts[:cut], step), replay(counts[:cut], step, since=cut - 1)[-1]

        assert now == then
    assert update(counts, step).tier is not Tier.USUAL


def test_update_without_counts_is_refused() -> None:
    with pytest.raises(BadCounts, match="no counts"):
        update([], "day")


@pytest.mark.parametrize("step", STEPS)
def test_update_takes_at_most_ten_milliseconds(step: str) -> None:
    counts = np.random.default_rng(6).poisson(8, reach_back(step) + 100)
    spent = []
    for _ in range(15):
        start = time.process_time()  # of this process, so that a busy machine does not fail it
        update(counts, step)
        spent.append(time.process_time() - start)

    assert sorted(spent)[7] <= 0.010


def test_late_counts_are_judged_again_and_the_history_is_kept() -> None:
    early = [10] * 40 + [3, 2]
    corrected = [10] * 40 + [31, 42]
    first = reconsider((), early, "week")

    both = reconsider(first, corrected, "week")

    assert both[: len(first)] == first
    assert [(one.index, one.tier, one.count, one.revision) for one in both[len(first) :]] == [
        (40, Tier.WATCH, 31, 1),
        (41, Tier.ALARM, 42, 1),
    ]
    assert [one.tier for one in standing(both)] == [one.tier for one in replay(corrected, "week")]
    assert [one.tier for one in first[-2:]] == [Tier.USUAL, Tier.USUAL]


def test_a_new_week_adds_one_answer() -> None:
    first = reconsider((), [10] * 20, "week")

    both = reconsider(first, [10] * 21, "week")

    assert [one.index for one in both[20:]] == [20]
    assert reconsider(both, [10] * 21, "week") == both


def test_budget_is_one_false_watch_a_month_over_all_streams() -> None:
    assert budget(1, "week") * 52.18 == pytest.approx(12)
    assert budget(30, "day") * 365.25 * 30 == pytest.approx(12)
    with pytest.raises(ValueError, match="1 or more"):
        budget(0, "day")


def test_two_independent_streams_agree() -> None:
    sign_ups = [False, False, True, False, False, False, False, False]
    theme = [False, False, False, False, True, False, False, True]

    assert agreement([sign_ups, theme], ["forms", "touches"]).tolist() == [False] * 4 + [True] + [False] * 3
    assert not agreement([sign_ups, theme], ["forms", "forms"]).any()
    assert not agreement([sign_ups, theme], ["forms", "touches"], within=2).any()
    assert agreement([], []).tolist() == []


@pytest.mark.parametrize(
    ("streams", "sources", "within"),
    [([[True]], [], 3), ([[True], [True, False]], ["a", "b"], 3), ([[True]], ["a"], 0)],
)
def test_streams_that_do_not_fit_are_refused(
    streams: list[list[bool]], sources: list[str], within: int
) -> None:
    with pytest.raises(ValueError):
        agreement(streams, sources, within=within)
