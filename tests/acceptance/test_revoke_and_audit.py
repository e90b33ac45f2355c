"""P17 and P23 at a small size, on each commit; each first shows that it bites."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from strandline.organisation.accounts.models import Account
from strandline.organisation.audit import actions as audit_actions
from strandline.organisation.audit import rules as audit_rules
from strandline.organisation.branches import queries as branches
from tests.acceptance import audit, revoke


def test_what_is_taken_is_gone_with_the_next_request(db: None) -> None:
    found = revoke.check(25, 2)

    assert (found["wrong"], found["cases"]) == ([], 225)


def test_revocation_bites(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rights that are worked out once and remembered show people to whom they are no longer shown."""
    fresh = branches.viewer_for
    kept: dict[Any, Any] = {}

    def remembered(account: Account, *, at: datetime, allows: Any = None) -> Any:
        return kept.setdefault((account.pk, allows), fresh(account, at=at, allows=allows))

    monkeypatch.setattr(branches, "viewer_for", remembered)

    assert revoke.check(40, 2)["fail"] > 0


def test_bent_log_is_found(db: None) -> None:
    found = audit.bends(42, 1)

    assert (found["wrong"], found["found"]) == ([], 42)


def test_bent_log_bites(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """A log whose entries are not tied to one another is bent without a trace."""
    for module in (audit_rules, audit_actions, audit):
        monkeypatch.setattr(module, "link", lambda previous, entry: "0" * 64)

    assert audit.bends(14, 1)["fail"] > 0


def test_whatever_shows_a_person_is_in_the_log(db: None) -> None:
    found = audit.reads(2)

    assert found["wrong"] == []
    assert found["with_people"] >= 20


def test_readings_bite(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Readings that are not kept are missed."""
    monkeypatch.setattr(audit_actions, "record_reads", lambda lines: [None] * len(lines))

    assert audit.reads(1)["fail"] > 0
