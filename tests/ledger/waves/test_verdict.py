"""One word and its reason."""

import pytest

from strandline.ledger.waves.rules.breadth import Breadth, BreadthChange
from strandline.ledger.waves.rules.explain import HOW_COUNTED
from strandline.ledger.waves.rules.verdict import Finding, judge
from strandline.ledger.waves.rules.without import WithoutWave

BROADER = BreadthChange(Breadth(3, 2.5, ()), Breadth(4, 3.0, ()), -0.2, 1.0)
NARROWER = BreadthChange(Breadth(4, 2.5, ()), Breadth(3, 2.0, ()), -1.0, 0.1)


def against(value: float, low: float, high: float) -> WithoutWave:
    return WithoutWave(value, low, high, 0.0, 0.5, 1.0, 50.0, "reason")


@pytest.mark.parametrize(
    ("without", "breadth", "finding", "reason"),
    [
        (
            against(60, 1, 120),
            BROADER,
            Finding.STRONGER,
            "180 days on there are about 60 organised ties (+1 to +120) more than there would be without the wave, and "
            "breadth did not fall.",
        ),
        (
            against(60, 1, 120),
            NARROWER,
            Finding.CANNOT_TELL,
            f"More ties are left, but breadth fell. {NARROWER.sentence}",
        ),
        (
            against(60, 1, 120),
            None,
            Finding.CANNOT_TELL,
            "More ties are left, but no sections are on record to judge breadth by.",
        ),
        (
            against(60, 0, 120),
            BROADER,
            Finding.CANNOT_TELL,
            "The difference to no wave lies between +0 and +120 ties: it may be chance.",
        ),
        (
            against(-60, -120, -1),
            BROADER,
            Finding.WEAKER,
            "180 days on there are about 60 organised ties (-120 to -1) fewer than there would be without the wave.",
        ),
        (None, None, Finding.CANNOT_TELL, "The 180 days after the wave are not over."),
        (
            WithoutWave(None, None, None, None, 0, 0, 0, "Too little history."),
            BROADER,
            Finding.CANNOT_TELL,
            "Too little history.",
        ),
    ],
)
def test_verdict_follows_from_bounds_and_breadth(
    without: WithoutWave | None, breadth: BreadthChange | None, finding: Finding, reason: str
) -> None:
    found = judge(without, breadth)

    assert (found.finding, found.reason) == (finding, reason)


def test_every_figure_of_the_ledger_is_explained() -> None:
    assert {
        "organised",
        "M6",
        "without",
        "kept",
        "M7",
        "M8",
        "M9",
        "verdict",
        "hours",
        "outlook",
        "weekly",
    } == set(HOW_COUNTED)
    for explanation in HOW_COUNTED.values():
        assert explanation.sentence.endswith(".")
        assert explanation.formula
        assert explanation.source
