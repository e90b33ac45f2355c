"""The log stands in the order in which it was kept, whatever the clocks said."""

from __future__ import annotations

from datetime import timedelta

from strandline.organisation.audit import queries
from strandline.organisation.audit.actions import Line, record_reads
from strandline.organisation.audit.models import AuditEntry
from tests.cast import NOW, Cast


def test_long_work_that_is_dated_when_it_began_does_not_break_the_log(cast: Cast) -> None:
    record_reads([Line("read", "somebody", NOW + timedelta(hours=2))])

    record_reads([Line("import.applied", "steward", NOW)])

    assert queries.break_in_chain() is None


def test_an_entry_that_was_dated_back_breaks_the_log(cast: Cast) -> None:
    record_reads([Line("read", "somebody", NOW), Line("read", "somebody", NOW)])
    last = AuditEntry.objects.order_by("-seq").first()
    assert last is not None

    AuditEntry.objects.filter(pk=last.pk).update(at=NOW - timedelta(seconds=1))

    found = queries.break_in_chain()
    assert found is not None
    assert found.seq == last.seq
