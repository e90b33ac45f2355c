"""What another process tells is what this one would have told; a process that ends early is named."""

from __future__ import annotations

import os
from collections.abc import Callable, Generator
from datetime import date
from typing import Any

import pytest
from django.db import connection

from strandline.demo import actions
from strandline.demo.beside import Asked, Beside, Here, StoppedBeside, beside
from strandline.organisation.audit import queries as audit
from strandline.organisation.audit.models import AuditEntry, AuditSubject
from strandline.steady.followup.models import FollowUp
from strandline.steady.people.models import Person
from strandline.steady.ties.models import Tie, Touch
from tests.acceptance.worlds import isolated

ON = date(2026, 1, 16)
COUNTER = f"{__name__}:Counter"


class Counter:
    """Counts, from what it was handed."""

    def __init__(self, first: int) -> None:
        self.first = first

    def count(self, many: int) -> Generator[int, None, str]:
        """Count on from where it stands."""
        yield from range(self.first, self.first + many)
        self.first += many
        return f"counted to {self.first}"

    def end(self) -> Generator[int, None, None]:
        """End at once, in the middle of an answer."""
        yield 1
        os._exit(3)


def test_questions_are_answered_one_after_another_here_as_beside() -> None:
    with beside(COUNTER) as count_from:
        for who in (count_from(5), Here(Counter(5))):
            first, second = who.ask("count", 30), who.ask("count", 2)
            assert list(first) == list(range(5, 35))
            assert first.value == "counted to 35"
            assert list(second) == [35, 36]


def test_who_waits_for_a_process_that_ended_is_told() -> None:
    with beside(COUNTER) as count_from:
        coming = iter(count_from(5).ask("end"))
        assert next(coming) == 1
        with pytest.raises(StoppedBeside, match="ended early"):
            next(coming)


def test_the_other_process_is_gone_when_it_is_no_longer_needed() -> None:
    with beside(COUNTER) as count_from:
        other = count_from(5)
        assert isinstance(other, Beside)
        ((number,),) = [list(other.ask("count", 1))]
        processes = [one for one in _children() if one.is_alive()]
        assert (number, len(processes)) == (5, 1)

    assert not any(one.is_alive() for one in processes)


def _children() -> list[Any]:
    from multiprocessing import active_children

    return active_children()


@pytest.mark.django_db
def test_a_demo_told_by_another_process_is_the_same() -> None:
    if connection.vendor == "postgresql":
        pytest.skip("PostgreSQL gives the second demo other numbers: what was drawn stays drawn.")

    def told(teller: Callable[[Any], Asked] | None) -> list[Any]:
        with isolated():
            lines: list[str] = []
            made = actions.make(seed="tide", on=ON, size=150, teller=teller, tell=lines.append)
            entries = list(
                AuditEntry.objects.order_by("seq").values_list("seq", "at", "verb", "actor", "subjects")
            )
            assert audit.break_in_chain() is None
            return [
                (made, lines, entries),
                list(AuditSubject.objects.order_by("pk").values_list("pk", "entry_seq", "subject")),
                *(list(model.objects.order_by("pk").values()) for model in (Person, Tie, Touch, FollowUp)),
            ]

    with beside("strandline.demo.telling:Teller") as teller:
        there = told(teller)
    here = told(None)

    assert here == there
    assert "150 people" in here[0][1][1]
