"""Who may answer, what is judged again, which watches stand together, and for whom a rise is named."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from strandline.organisation.accounts.rules import Role, Scope, Viewer
from strandline.surge.signals.rules import SETTINGS, band, baseline, p_values
from strandline.surge.signals.rules.places import SMALL, folded, whereabouts
from strandline.surge.signals.rules.settings import Step
from strandline.surge.signals.rules.watched import (
    Answer,
    Course,
    Said,
    Source,
    Standing,
    Watched,
    in_company,
    judge,
    last_whole,
    may_answer,
    may_keep,
    may_look,
)

DAY0 = date(2026, 1, 1)


def viewer(role: Role, *, branches: tuple[int, ...] = (), teams: tuple[int, ...] = ()) -> Viewer:
    return Viewer(1, "c", "a", "N", scopes=(Scope(role, frozenset(branches), frozenset(teams)),))


@pytest.mark.parametrize(
    ("role", "looks"),
    [(role, role not in (Role.ADMINISTRATOR, Role.CONVENOR, Role.CALLER)) for role in Role],
)
def test_signals_are_for_who_works_in_a_branch_and_for_the_centre(role: Role, looks: bool) -> None:
    assert may_look(viewer(role)) is looks


@pytest.mark.parametrize(
    ("who", "team", "ok"),
    [
        (viewer(Role.BRANCH_LEAD, branches=(7,)), None, True),
        (viewer(Role.STEWARD, branches=(7,)), 3, True),
        (viewer(Role.BRANCH_LEAD, branches=(8,)), None, False),
        (viewer(Role.TEAM_LEAD, teams=(3,)), 3, True),
        (viewer(Role.TEAM_LEAD, teams=(3,)), None, False),
        (viewer(Role.ORGANISER, teams=(3,)), 3, False),
    ],
)
def test_series_are_kept_by_leads_and_stewards_of_their_place(
    who: Viewer, team: int | None, ok: bool
) -> None:
    verdict = may_keep(who, branch=7, team=team)

    assert (verdict.ok, bool(verdict.reason)) == (ok, not ok)


@pytest.mark.parametrize(
    ("standing", "answer", "is_lead", "says"),
    [
        (Standing(Answer.OPEN, False), Answer.ACKNOWLEDGED, False, ""),
        (Standing(Answer.OPEN, False), Answer.DISMISSED, True, ""),
        (Standing(Answer.ACKNOWLEDGED, False), Answer.SURGE, True, ""),
        (Standing(Answer.DISMISSED, False), Answer.SURGE, True, ""),
        (Standing(Answer.ACKNOWLEDGED, False), Answer.ACKNOWLEDGED, True, "answered already"),
        (Standing(Answer.OPEN, False), Answer.SURGE, False, "Leads of the team"),
        (Standing(Answer.DISMISSED, False), Answer.DISMISSED, True, "dismissed already"),
        (Standing(Answer.SURGE, False), Answer.DISMISSED, True, "became a surge already"),
        (Standing(Answer.OPEN, True), Answer.ACKNOWLEDGED, True, "nothing is left of this alert"),
    ],
)
def test_alert_is_answered_by_who_decides_and_once(
    standing: Standing, answer: Answer, is_lead: bool, says: str
) -> None:
    verdict = may_answer(viewer(Role.TEAM_LEAD), standing, answer, is_lead=is_lead)

    assert (verdict.ok, says in verdict.reason) == (not says, True)


def test_every_source_and_answer_has_words_and_a_record() -> None:
    assert len({source.words for source in Source}) == len(Source)
    assert len({answer.words for answer in Answer}) == len(Answer)
    assert Source.EXTERNAL.record("a") != Source.EXTERNAL.record("b")
    assert Source.FORM.record("a") == Source.BRANCH.record("b")


@pytest.mark.parametrize(
    ("today", "step", "on"),
    [
        (date(2026, 1, 16), Step.DAY, date(2026, 1, 15)),
        (date(2026, 1, 16), Step.WEEK, date(2026, 1, 5)),
        (date(2026, 1, 18), Step.WEEK, date(2026, 1, 5)),
        (date(2026, 1, 19), Step.WEEK, date(2026, 1, 12)),
    ],
)
def test_last_whole_step_is_over(today: date, step: Step, on: date) -> None:
    assert last_whole(today, step) == on


def stood_of(counts: list[int], days: int) -> dict[date, Said]:
    """What stands after each of the last nights, one after another."""
    stood: dict[date, Said] = {}
    for last in range(len(counts) - days, len(counts)):
        course = Course(DAY0, tuple(counts[: last + 1]), Step.DAY)
        for said in judge(course, stood, SETTINGS, since=DAY0):
            stood[course.day(said.index)] = Said(said.tier, said.count, said.revision)
    return stood


@given(st.lists(st.integers(0, 30), min_size=30, max_size=60), st.integers(1, 20))
def test_judging_twice_says_nothing_new(counts: list[int], days: int) -> None:
    stood = stood_of(counts, days)

    assert judge(Course(DAY0, tuple(counts), Step.DAY), stood, SETTINGS, since=DAY0) == []
    assert {said.revision for said in stood.values()} == {0}
    assert len(stood) == days


@given(st.lists(st.integers(0, 30), min_size=40, max_size=60), st.integers(0, 19), st.integers(0, 300))
def test_after_a_correction_all_stands_as_if_it_had_been_so(counts: list[int], back: int, count: int) -> None:
    stood = stood_of(counts, 20)
    corrected = list(counts)
    corrected[len(counts) - 1 - back] = count
    course = Course(DAY0, tuple(corrected), Step.DAY)

    for said in judge(course, stood, SETTINGS, since=DAY0):
        stood[course.day(said.index)] = Said(said.tier, said.count, said.revision)

    anew = stood_of(corrected, 20)
    assert {on: (s.tier, s.count) for on, s in stood.items()} == {
        on: (s.tier, s.count) for on, s in anew.items()
    }


def test_nothing_is_judged_without_counts_and_nothing_before_the_first_watch() -> None:
    course = Course(DAY0, tuple([3] * 40), Step.DAY)

    first = judge(course, {}, SETTINGS, since=DAY0)

    assert judge(Course(DAY0, (), Step.DAY), {}, SETTINGS, since=DAY0) == []
    assert [said.index for said in first] == [39]
    assert course.until(DAY0 - timedelta(days=3)).counts == ()


LINES = {1: [1], 2: [2, 1], 3: [3, 1]}


@pytest.mark.parametrize(
    ("other", "together"),
    [
        (Watched(2, "attendance", 2, DAY0, 1), True),
        (Watched(2, "attendance", 1, DAY0, 1), True),
        (Watched(2, "sign-ups", 2, DAY0, 1), False),
        (Watched(2, "attendance", 3, DAY0, 1), False),
        (Watched(2, "attendance", 2, DAY0 - timedelta(days=3), 1), False),
        (Watched(2, "attendance", 2, DAY0 - timedelta(days=6), 7), True),
        (Watched(2, "attendance", 2, DAY0 + timedelta(days=1), 1), False),
    ],
)
def test_watches_stand_together_when_they_are_independent_near_and_fresh(
    other: Watched, together: bool
) -> None:
    one = Watched(1, "sign-ups", 2, DAY0, 1)

    assert in_company([one, other], LINES, on=DAY0) == (frozenset({1, 2}) if together else frozenset())


TREE = {"all": None, "health": "all", "ward": "health", "lab": "health", "transport": "all"}
NAMES = {name: name.title() for name in TREE}


@given(st.dictionaries(st.sampled_from(sorted(TREE)), st.integers(0, 40)))
def test_folding_loses_nobody_and_keeps_no_small_section(counts: dict[str, int]) -> None:
    kept, own, due = folded(TREE, counts, dict.fromkeys(TREE, 1.0))

    assert sum(own.values()) == sum(counts.values())
    assert sum(due.values()) == len(TREE)
    for name in kept:
        beneath = [
            one
            for one in kept
            if one == name or TREE.get(one) == name or TREE.get(TREE.get(one) or "") == name
        ]
        assert TREE[name] is None or sum(own[one] for one in beneath) >= SMALL


def test_section_that_stands_out_is_named_and_the_same_each_time() -> None:
    counts, usual = {"ward": 40, "transport": 9}, {"ward": 10.0, "lab": 5.0, "transport": 10.0}

    said = {whereabouts(TREE, NAMES, counts, usual, seed=5) for _ in range(3)}

    assert len(said) == 1
    assert said.pop().startswith(
        ("It is Ward, not everyone: 40 where about", "It is Health, not everyone: 40")
    )


@pytest.mark.parametrize(
    ("counts", "usual", "says"),
    [
        (
            {"ward": 4, "transport": 1},
            {"ward": 0.1, "transport": 9.0},
            "It is everyone: no section stands out.",
        ),
        (
            {"ward": 10, "transport": 11},
            {"ward": 10.0, "transport": 10.0},
            "It is everyone: no section stands out.",
        ),
        ({"lab": 30, "transport": 5}, {"transport": 20.0}, "It is Health, not everyone: 30 where about 1"),
        ({}, {"ward": 3.0}, ""),
    ],
)
def test_small_even_and_unseen_sections_are_told_as_they_are(
    counts: dict[str, int], usual: dict[str, float], says: str
) -> None:
    found = whereabouts(TREE, NAMES, counts, usual, seed=1)

    assert found.startswith(says) if says else found == ""


def test_band_holds_as_many_usual_counts_as_it_says() -> None:
    counts = np.random.default_rng(3).poisson(20, 400)

    usual = baseline(counts, "day")
    low, high = band(usual)

    known = usual.known
    inside = ((counts >= low) & (counts <= high))[known].mean()
    assert 0.78 <= inside <= 0.93
    assert np.isnan(low[~known]).all()
    assert (p_values(np.nan_to_num(high), usual)[known] >= 0.1 - 1e-9).all()
