"""The page of methods line by line: which test proves which of its check values, and the few that had none.

Sections 0 to 3 and 7 of METHODS. Each line names what the page says and the test that asserts it with the page's own
numbers; a test below sees to it that every test named here is there.
"""

import importlib
import inspect

import numpy as np
import pytest

from strandline.ledger.capacity.rules.bound import MOST_TRIES, attempts, least_capacity, organisers_needed
from strandline.ledger.capacity.rules.chance import luck
from strandline.ledger.capacity.rules.interest import ASSUMED
from strandline.ledger.capacity.rules.queue import Load, simulate
from strandline.ledger.ebb.rules.cells import LEAST
from strandline.ledger.waves.rules.burden import MOST_PEOPLE
from strandline.ledger.waves.rules.history import DEFAULT_WINDOW
from strandline.ledger.waves.rules.resample import DRAWS
from strandline.organisation.privacy.rules.bands import BRANCHES_NEEDED, SMALL, WIDTH
from strandline.surge.absorption.rules.cohorts import BASELINE_DAYS, QUIET_DAYS, WINDOW
from strandline.surge.absorption.rules.measures import (
    FEWEST,
    PROMISE_HOURS,
    STILL_HERE_DAYS,
    FirstAct,
    first_act,
)
from strandline.surge.absorption.rules.survival import Z95
from strandline.surge.signals.rules import where

PROOFS = """
0 live: status, accepted owner, touch within the window | ledger.waves.test_history::test_tie_is_live_from_the_touch_until_forty_five_days_later
0 live: accepted by its owner | ledger.waves.test_history::test_tie_is_not_live_before_its_owner_accepted
0 live: active, waiting, resting | ledger.waves.test_history::test_resting_and_waiting_are_live_and_stepped_back_is_not
0 the window as set on the day | ledger.waves.test_history::test_window_is_the_one_set_on_the_day
0 organised: four kinds, not contact | ledger.waves.test_history::test_contact_is_live_and_not_organised
0 organised on any past day, from the record | ledger.waves.test_history::test_organised_agrees_with_the_definition_on_every_day
0 the same over the stored rows | ledger.waves.test_record::test_history_counts_every_past_day_as_the_question_over_the_rows_does
0 late entries count on their day | ledger.waves.test_history::test_late_entry_counts_on_the_day_it_happened
0 merged people are one, earliest date | ledger.waves.test_history::test_merged_people_are_one_with_the_earliest_date
0 erased, moved and died are competing exits | surge.absorption.test_cohorts::test_leaving_is_not_failing
0 weekly tables stay as released | ledger.waves.test_released::test_released_weeks_stay_when_somebody_is_erased
0 n erased since | ledger.waves.test_ratchet::test_released_figure_stays_and_tells_of_the_erased
1 baseline: 56 days, 26 weeks, guard, winsor, weekdays | surge.signals.test_baseline::test_weekly_baseline_is_what_loops_find
1 weekday factor | surge.signals.test_baseline::test_weekdays_are_expected_by_weekday
1 p_t negative-binomial with (1 + 1/n) | surge.signals.test_baseline::test_p_is_scipys_negative_binomial
1 S_y ln(S_y/S_mu) - (S_y - S_mu) | surge.signals.test_evidence::test_ratio_with_endless_history_is_the_one_of_methods
1 max over k | surge.signals.test_evidence::test_glr_over_every_sum_is_what_loops_find
1 one false watch a month over all streams | surge.signals.test_decision::test_budget_is_one_false_watch_a_month_over_all_streams
1 two independent streams make an alarm | surge.signals.test_decision::test_two_independent_streams_agree
1 fewer than 8 steps: too little history | surge.signals.test_decision::test_a_young_series_says_so
1 hours decide on daily sums | surge.signals.test_decision::test_hours_are_decided_on_whole_days
1 Kulldorff's LLR | surge.signals.test_tree::test_evidence_is_kulldorffs_formula
1 "it is the hospital workers, not everyone" | surge.signals.test_tree::test_a_planted_section_is_named
1 growth only after an alarm | surge.signals.test_growth::test_growth_is_not_shown_before_an_alarm
1 causal on prefixes | surge.signals.test_decision::test_answers_do_not_change_with_later_counts
1 one update within 10 ms | surge.signals.test_decision::test_update_takes_at_most_ten_milliseconds
1 the goal, watch | surge.signals.test_scores::test_watch_keeps_what_it_reached
1 the goal, alarm | surge.signals.test_scores::test_alarm_keeps_what_it_reached
2 wave: first of 14 days under the upper limit | surge.absorption.test_cohorts::test_wave_end_is_the_definition_read_day_by_day
2 cohorts: first contact, other waves excluded | surge.absorption.test_cohorts::test_baseline_cohort_leaves_out_other_waves
2 M1: who waits is censored | surge.absorption.test_measures::test_reached_in_time_counts_who_waits_for_as_long_as_they_waited
2 M2: Aalen-Johansen | surge.absorption.test_survival::test_incidence_and_variance_agree_with_lifelines
2 M3: retention ends at last touch + window | surge.absorption.test_cohorts::test_stays_are_the_definition_read_day_by_day
2 M3: ten at risk, else too early | surge.absorption.test_measures::test_still_here_is_shown_with_ten_at_risk_and_not_with_nine
2 M4: 1.96 sqrt(V_W + V_0), "41 ... 52" | surge.absorption.test_measures::test_lift_adds_the_two_variances
2 active: a touch in the 30 days to t | surge.absorption.test_cohorts::test_active_people_had_a_touch_in_thirty_days
2 M5: "stayed 74 of the first 180 days" | surge.absorption.test_measures::test_days_stayed_is_said_in_days
2 M6: the four add up, any history | ledger.waves.test_ratchet::test_four_whole_numbers_add_up_on_any_record
2 M6: the four add up, by the actions | ledger.waves.test_record::test_four_whole_numbers_add_up_whatever_happens_to_the_record
2 against no wave, by hand | ledger.waves.test_without::test_parts_of_a_small_record_by_hand
2 clustered by circle | ledger.waves.test_resample::test_circles_make_the_interval_wider
2 K_d | ledger.waves.test_ratchet::test_kept_share_is_of_the_rise_to_the_crest
2 M7: at least 5 held, 1/sum p^2 | ledger.waves.test_breadth::test_breadth_counts_sections_with_five
2 M8: without owner | ledger.waves.test_burden::test_people_without_owner_have_a_standing_tie_nobody_accepted
2 M8: median, share over 10 | ledger.waves.test_burden::test_load_tells_the_median_and_who_has_too_many
2 M9: Newcombe | ledger.waves.test_burden::test_newcombe_agrees_with_the_published_example
2 M10: by constituency | ledger.ebb.test_ebb::test_ebb_counts_causes_apart_and_the_departed_in_the_hundred
2 cells under 5 go up to the parent | ledger.ebb.test_ebb::test_roll_up_loses_nobody_and_shows_no_small_cell_below_the_top
2 verdict | ledger.waves.test_verdict::test_verdict_follows_from_bounds_and_breadth
2 Freireich: seven shares | surge.absorption.test_survival::test_curve_agrees_with_the_published_remissions
2 Freireich: .503-.889, median 23 | surge.absorption.test_survival::test_interval_and_median_agree_with_the_published_remissions
2 1,000 cohorts: bias, cover, and "still on the list" is wrong | surge.absorption.test_survival::test_a_thousand_censored_cohorts_are_told_truly
3 least capacity: 600, 300, 225, 150, 105 | ledger.capacity.test_bound::test_least_capacity_of_the_worked_example
3 equals brute force | ledger.capacity.test_bound::test_least_capacity_is_enough_and_nothing_less_is
3 attempts | ledger.capacity.test_bound::test_attempts_are_the_mean_of_trying_up_to_six_times
3 983, 1,145, 1,253 of 1,310 | ledger.capacity.test_interest::test_loss_of_interest_of_the_worked_example
3 theta from own history, else .02 .05 .1 | ledger.capacity.test_interest::test_fading_is_not_told_from_too_little
3 Erlang-A, exact | ledger.capacity.test_queue::test_exact_answer_agrees_with_the_check_values
3 3.71 s | ledger.capacity.test_queue::test_mean_wait_in_seconds_where_rates_are_by_the_minute
3 within three standard errors | ledger.capacity.test_queue::test_simulation_is_within_three_standard_errors
3 common random numbers | ledger.capacity.test_forecast::test_common_luck_tells_variants_apart_far_better_than_separate_luck
3 backtest | ledger.capacity.test_history::test_backtest_finds_courses_of_the_model_inside
3 too little data: says so | ledger.capacity.test_question::test_too_little_history_is_refused_with_its_reason
7 under 5, then tens: 5 to 14 reads about 10 | organisation.privacy.test_bands::test_band_reads_under_five_then_tens
7 one- and two-way tables only | organisation.privacy.test_bands::test_release_holds_no_table_of_three_dimensions
7 six branches | organisation.privacy.test_bands::test_totals_over_branches_need_six
7 the auditor | acceptance.test_cells::test_hiding_small_cells_alone_is_found_out
"""
ROWS = [tuple(part.strip() for part in line.split("|")) for line in PROOFS.strip().splitlines()]
# Six hundred on the first day, as the page has it: 1,310 in all.
WAVE = [600, 300, 150, 75, 40, 20, 10, *[5] * 23]


@pytest.mark.parametrize(("value", "test"), ROWS, ids=[row[1].rpartition("::")[2] for row in ROWS])
def test_every_check_value_has_its_test(value: str, test: str) -> None:
    module, _, name = test.partition("::")

    found = getattr(importlib.import_module(f"tests.{module}"), name, None)

    assert inspect.isfunction(found), f"{value}: {test} is not there"


def test_numbers_of_the_page_are_those_of_the_code() -> None:
    assert (DEFAULT_WINDOW, WINDOW) == (45, 45)
    assert (PROMISE_HOURS, STILL_HERE_DAYS, FEWEST) == (48, (30, 90, 180), 10)
    assert pytest.approx(1.96, abs=5e-5) == Z95
    assert (DRAWS, BASELINE_DAYS, QUIET_DAYS, MOST_PEOPLE) == (1000, 180, 14, 10)
    assert (LEAST, SMALL, WIDTH, BRANCHES_NEEDED) == (5, 5, 10, 6)
    assert (MOST_TRIES, ASSUMED) == (6, (0.02, 0.05, 0.1))


def test_a_forecast_is_a_thousand_courses_of_a_hundred_and_twenty_days() -> None:
    drawn = luck(1)

    assert (drawn.replications, drawn.days) == (1000, 120)


def test_the_scan_draws_999_times() -> None:
    parents = {"all": None, "here": "all", "there": "all"}

    found = where(parents, {"here": 200}, {"here": 50.0, "there": 50.0}, np.random.default_rng(1))

    assert found.section is not None
    assert found.section.p == 1 / (999 + 1)


def test_the_wave_of_the_worked_example_is_1310_people_and_its_organisers_follow() -> None:
    bound = least_capacity(WAVE, 2)

    assert sum(WAVE) == 1310
    assert float(bound.a_day) == 225
    # (1 - .5^6) / .5 tries a person, six minutes a try, two hours a day.
    assert organisers_needed(225, attempts(0.5), 6, 120) == pytest.approx(225 * (1 - 0.5**6) / 0.5 * 6 / 120)


def test_first_act_counts_unreachable_and_gone_as_competing_within_14_and_30_days() -> None:
    outcomes = [FirstAct.ACTED, FirstAct.DECLINED, FirstAct.UNREACHABLE, FirstAct.LEFT, FirstAct.NOTHING_YET]
    days = [20] * 4 + [3] * 4 + [10] * 4 + [12] * 4 + [40] * 4

    found = [first_act(days, [one for one in outcomes for _ in range(4)], within) for within in (14, 30)]

    # Nobody is censored before day 30, so that it is the plain share: leaving is no reason to count out of fewer.
    assert [one.value for one in found] == pytest.approx([0, 4 / 20])


@pytest.mark.parametrize(
    ("load", "name", "value", "rounding"),
    [
        (Load(48, 1, 0.5, 50), "p_abandon", 0.0309, 5e-5),
        (Load(48, 1, 0.5, 50), "mean_wait", 3.71 / 60, 5e-3 / 60),
        (Load(48, 1, 0.5, 50), "mean_queue", 2.97, 5e-3),
        (Load(48, 1, 0.5, 50), "busy", 0.930, 5e-4),
        (Load(48, 1, 1, 50), "p_wait", 0.40540, 5e-6),
        (Load(48, 1, 1, 50), "p_abandon", 0.03942, 5e-6),
        (Load(1, 1, 1, 1), "p_abandon", 0.36788, 5e-6),
        (Load(1, 1, 1, 1), "p_wait", 0.63212, 5e-6),
        (Load(2, 1, 0, 3), "p_wait", 0.44444, 5e-6),
        (Load(2, 1, 0.5, 3), "p_wait", 0.35480, 5e-6),
        (Load(2, 1, 0.5, 3), "p_abandon", 0.08068, 5e-6),
        (Load(2, 1, 0.5, 3), "mean_queue", 0.32271, 5e-6),
        (Load(120, 1, 0.5, 100), "p_abandon", 0.16679, 5e-6),
        (Load(120, 1, 0.5, 100), "mean_queue", 40.03, 5e-3),
    ],
)
def test_simulation_is_within_three_standard_errors_of_the_page(
    load: Load, name: str, value: float, rounding: float
) -> None:
    found = simulate(load, seed=1, replications=200)

    assert found.errors is not None
    assert abs(getattr(found, name) - value) <= 3 * getattr(found.errors, name) + rounding
