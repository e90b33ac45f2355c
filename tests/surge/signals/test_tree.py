"""Where it happens: planted clusters, the formula by hand, and p under nothing but luck."""

import math

import numpy as np
import pytest

from strandline.surge.signals.rules import BadCounts, BadTree, where

TREE: dict[str, str | None] = {
    "everyone": None,
    "health": "everyone",
    "hospital workers": "health",
    "care workers": "health",
    "transport": "everyone",
    "bus drivers": "transport",
    "rail workers": "transport",
    "students": "everyone",
}
LEAVES = ["hospital workers", "care workers", "bus drivers", "rail workers", "students"]
USUAL = dict(zip(LEAVES, [20.0, 10.0, 15.0, 15.0, 40.0], strict=True))


def _rng() -> np.random.Generator:
    return np.random.default_rng(42)


def test_a_planted_section_is_named() -> None:
    counts = {
        "hospital workers": 70,
        "care workers": 11,
        "bus drivers": 14,
        "rail workers": 16,
        "students": 39,
    }

    found = where(TREE, counts, USUAL, _rng())

    assert found.section is not None
    assert (found.section.name, found.section.count) == ("hospital workers", 70)
    assert found.section.p == 0.001
    assert found.why == "It is hospital workers, not everyone: 70 where 30 would be their usual share."


def test_a_whole_branch_is_named_rather_than_one_of_its_parts() -> None:
    counts = {
        "hospital workers": 60,
        "care workers": 30,
        "bus drivers": 15,
        "rail workers": 15,
        "students": 40,
    }

    found = where(TREE, counts, USUAL, _rng())

    assert found.section is not None
    assert found.section.name == "health"


def test_a_rise_of_all_is_everyone() -> None:
    counts = {name: int(usual * 5) for name, usual in USUAL.items()}

    found = where(TREE, counts, USUAL, _rng())

    assert found.section is None
    assert found.why == "It is everyone: no section stands out."


def test_evidence_is_kulldorffs_formula() -> None:
    counts = {
        "hospital workers": 50,
        "care workers": 10,
        "bus drivers": 15,
        "rail workers": 15,
        "students": 40,
    }

    found = {one.name: one for one in where(TREE, counts, USUAL, _rng()).branches}

    total = 130
    for name, seen, due in (("hospital workers", 50, 26.0), ("health", 60, 39.0)):
        wanted = seen * math.log(seen / due) + (total - seen) * math.log((total - seen) / (total - due))
        assert found[name].expected == pytest.approx(due)
        assert found[name].evidence == pytest.approx(wanted)
    assert (found["students"].evidence, found["everyone"].evidence) == (0.0, 0.0)


def test_everything_in_one_section_has_the_formulas_limit() -> None:
    found = where(TREE, {"students": 12}, USUAL, _rng())

    assert found.section is not None
    assert found.section.evidence == pytest.approx(12 * math.log(12 / (12 * 0.4)))


def test_p_is_the_share_of_draws_as_strong() -> None:
    counts = {
        "hospital workers": 26,
        "care workers": 10,
        "bus drivers": 15,
        "rail workers": 14,
        "students": 35,
    }
    draws = 199

    found = where(TREE, counts, USUAL, _rng(), draws=draws)

    again = _rng().multinomial(100, _share_in_order(), size=draws)
    strongest = []
    for row in again:
        drawn = dict(zip(_names_in_order(), row.tolist(), strict=True))
        strongest.append(max(one.evidence for one in where(TREE, drawn, USUAL, _rng(), draws=1).branches))
    wanted = (1 + sum(value >= found.branches[0].evidence - 1e-9 for value in strongest)) / (draws + 1)
    assert found.branches[0].p == pytest.approx(wanted)


def _names_in_order() -> list[str]:
    """Deepest first, as given: the order in which sections are drawn."""
    depth = {"everyone": 0, "health": 1, "transport": 1, "students": 1}
    return sorted(TREE, key=lambda name: -depth.get(name, 2))


def _share_in_order() -> list[float]:
    return [USUAL.get(name, 0.0) / 100 for name in _names_in_order()]


def test_luck_alone_rarely_names_a_section() -> None:
    rng = np.random.default_rng(9)
    share = np.array([USUAL[name] for name in LEAVES]) / 100
    named = sum(
        where(
            TREE, dict(zip(LEAVES, rng.multinomial(80, share).tolist(), strict=True)), USUAL, rng, draws=99
        ).section
        is not None
        for _ in range(300)
    )

    assert named <= 300 * 0.05 + 3 * math.sqrt(300 * 0.05 * 0.95)


def test_the_same_seed_gives_the_same_answer() -> None:
    counts = {"hospital workers": 28, "students": 40, "bus drivers": 20}

    assert where(TREE, counts, USUAL, _rng()) == where(TREE, counts, USUAL, _rng())


def test_nobody_is_nowhere() -> None:
    assert where(TREE, {}, USUAL, _rng()).branches == ()


@pytest.mark.parametrize(
    ("parents", "reason"),
    [
        ({"a": "b", "b": "a"}, "a lies beneath itself."),
        ({"a": "a"}, "a lies beneath itself."),
        ({"a": "lost"}, "a lies beneath lost, which is not in the tree."),
    ],
)
def test_what_is_no_tree_is_refused(parents: dict[str, str | None], reason: str) -> None:
    with pytest.raises(BadTree) as refused:
        where(parents, {}, {}, _rng())

    assert str(refused.value) == reason


@pytest.mark.parametrize(
    ("counts", "expected", "reason"),
    [
        ({"nurses": 3}, USUAL, "nurses is not in the tree."),
        ({"students": 3}, {"nurses": 1.0}, "nurses is not in the tree."),
        ({"health": 3}, USUAL, "health has a count but nothing was expected of it."),
        ({"students": 3}, {}, "The expected counts add up to nothing."),
        ({"students": 3}, {"students": -1.0}, "Expected counts must be numbers of 0 or more."),
        ({"students": 3}, {"students": float("nan")}, "Expected counts must be numbers of 0 or more."),
    ],
)
def test_counts_that_do_not_fit_are_refused(
    counts: dict[str, int], expected: dict[str, float], reason: str
) -> None:
    with pytest.raises(BadCounts) as refused:
        where(TREE, counts, expected, _rng())

    assert str(refused.value) == reason


def test_no_draws_are_refused() -> None:
    with pytest.raises(ValueError, match="1 draw"):
        where(TREE, {"students": 1}, USUAL, _rng(), draws=0)
