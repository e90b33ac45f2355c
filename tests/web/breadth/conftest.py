"""All of it happens on the cast's day."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import time_machine

from tests.cast import NOW


@pytest.fixture(autouse=True)
def on_the_day() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield
