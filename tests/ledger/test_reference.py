"""The reference pages say what the pages of the software say."""

from pathlib import Path

import pytest

from strandline.ledger.capacity.rules import explain as capacity
from strandline.ledger.ebb.rules import ebb
from strandline.ledger.waves.rules import explain as waves
from strandline.surge.absorption.rules import explain as absorption

REFERENCE = Path(__file__).parents[2] / "docs" / "reference"


def words(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.parametrize(
    ("page", "counted"),
    [
        ("methods-absorption.md", absorption.HOW_COUNTED),
        ("methods-ledger.md", waves.HOW_COUNTED),
        ("methods-capacity.md", capacity.HOW_COUNTED),
    ],
)
def test_reference_holds_every_explanation(page: str, counted: dict[str, absorption.Explanation]) -> None:
    told = words((REFERENCE / page).read_text())

    missing = [
        name
        for name, one in counted.items()
        if any(words(part) not in told for part in (one.title, one.sentence, one.formula, one.source))
    ]
    assert missing == []


def test_reference_holds_how_ebb_is_counted() -> None:
    assert words(ebb.HOW_COUNTED) in words((REFERENCE / "methods-ledger.md").read_text())
