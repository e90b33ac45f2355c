"""Whom a page showed is in the entry at once, and in the index of subjects when many have come together."""

from __future__ import annotations

import pytest

from strandline.organisation.audit import actions, queries
from strandline.organisation.audit.actions import Line, index_readings, keep_reading, record_lines
from strandline.organisation.audit.models import AuditEntry, AuditHead, AuditSubject
from tests.cast import NOW, Cast


def readings() -> list[tuple[int, str]]:
    reads = AuditEntry.objects.filter(verb="read").values("seq")
    found = AuditSubject.objects.filter(entry_seq__in=reads).order_by("entry_seq", "subject")
    return list(found.values_list("entry_seq", "subject"))


def test_readings_are_indexed_once(cast: Cast) -> None:
    for shows in (["ref-b", "ref-a"], ["ref-a"]):
        keep_reading(viewer=cast.viewer("amina"), at=NOW, shows=shows)
    first, second = AuditEntry.objects.filter(verb="read").order_by("seq").values_list("seq", flat=True)
    before = readings()

    done = [index_readings(), index_readings()]

    assert before == []
    assert (done[0] > 0, done[1]) == (True, 0)
    assert readings() == [(first, "ref-a"), (first, "ref-b"), (second, "ref-a")]
    assert AuditHead.objects.get().indexed == queries.head()[0]


def test_readings_are_indexed_a_bounded_number_at_a_time(cast: Cast) -> None:
    index_readings(most=10_000)
    for _ in range(3):
        keep_reading(viewer=cast.viewer("amina"), at=NOW, shows=["ref-a"])

    assert [index_readings(most=2), index_readings(most=2), index_readings(most=2)] == [2, 1, 0]
    assert len(readings()) == 3


def test_deeds_are_in_the_index_at_once(cast: Cast) -> None:
    record_lines([Line("person.changed", "ref-amina", NOW, ("ref-a",))])

    assert AuditSubject.objects.filter(subject="ref-a").count() == 1
    assert queries.touched(["ref-a"]) == ["ref-a"]


def test_an_index_that_cannot_be_written_leaves_the_readings_to_come(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep_reading(viewer=cast.viewer("amina"), at=NOW, shows=["ref-a"])

    def fails(*_: object) -> None:
        raise OSError("the disk is full")

    with monkeypatch.context() as broken:
        broken.setattr(actions.bulk, "insert", fails)
        with pytest.raises(OSError):
            index_readings()
    index_readings()

    assert [ref for _, ref in readings()] == ["ref-a"]


@pytest.mark.django_db
def test_an_empty_log_has_nothing_to_index() -> None:
    assert index_readings() == 0
