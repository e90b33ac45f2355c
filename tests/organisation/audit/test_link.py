"""The chain: what an entry is hashed as is JSON, whatever stands in it."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from strandline.organisation.audit.rules import GENESIS, Entry, link

ENTRIES = st.builds(
    Entry,
    st.integers(1, 10**12),
    st.datetimes(timezones=st.just(UTC)),
    st.text(max_size=8),
    st.text(max_size=8),
    st.lists(st.text(max_size=8), max_size=3).map(tuple),
    st.binary(max_size=8),
)


@given(ENTRIES)
def test_an_entry_is_hashed_as_its_json_behind_the_hash_before_it(entry: Entry) -> None:
    values = [entry.seq, entry.at.isoformat(), entry.actor, entry.verb, entry.subjects, entry.sealed.hex()]
    written = GENESIS + json.dumps(values, separators=(",", ":"))

    found = link(GENESIS, entry)

    assert found == hashlib.blake2b(written.encode(), digest_size=32).hexdigest()


def test_a_moment_is_hashed_with_its_zone() -> None:
    at = datetime(2026, 11, 1, 9, 30, tzinfo=UTC)

    with_zone, without = (
        link("", Entry(1, moment, "a", "b", (), b"")) for moment in (at, at.replace(tzinfo=None))
    )

    assert with_zone != without
