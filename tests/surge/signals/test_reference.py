"""The reference page tells the settings as they are."""

import dataclasses
import re
from pathlib import Path

from strandline.surge.signals.rules import SETTINGS, Step, reach_back

PAGE = Path(__file__).parents[3] / "docs" / "reference" / "signals.md"


def test_the_page_tells_every_setting() -> None:
    told = dict(re.findall(r"\| `(\w+)` \| ([\d.]+) ", PAGE.read_text(encoding="utf-8")))

    assert told == {name: str(value) for name, value in dataclasses.asdict(SETTINGS).items()}


def test_the_page_tells_how_far_an_update_reads() -> None:
    told = f"{reach_back(Step.WEEK)} weeks, {reach_back(Step.DAY)} days, {reach_back(Step.HOUR):,} hours"

    assert told in PAGE.read_text(encoding="utf-8")
