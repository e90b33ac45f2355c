"""When someone stops working with people, nobody of theirs is left alone: the team lead sees them, the second owes the step."""

from __future__ import annotations

from datetime import timedelta

import pytest

from strandline.organisation.accounts.models import Account
from strandline.organisation.accounts.rules import Role
from strandline.organisation.audit.models import AuditEntry
from strandline.organisation.branches import queries as branches
from strandline.organisation.branches.actions import growing
from strandline.organisation.branches.actions.growing import Post
from strandline.organisation.branches.models import Membership
from strandline.organisation.notices.models import Notice
from strandline.steady.followup import queries
from strandline.steady.followup.actions import accept_handoff, leaving, offer_handoffs
from strandline.steady.followup.models import FollowUp, Handoff
from strandline.steady.ties.models import Ownership, Tie
from strandline.store.records import Absent
from tests.cast import NOW, Cast

LATER = NOW + timedelta(hours=1)


def close(cast: Cast, name: str, by: str = "adam") -> Account:
    return leaving.close_account(account=cast.accounts[name].code, by=cast.viewer(by), at=LATER)


def test_close_account_lets_its_ties_wait_for_the_lead(cast: Cast) -> None:
    rosa = cast.person()

    close(cast, "amina")

    (tie,) = queries.unowned(viewer=cast.lea)
    assert (tie.person, tie.owner) == (rosa, None)
    assert Ownership.objects.get(tie=tie).until_at == LATER
    assert FollowUp.objects.get(person=rosa, closed_at=None).owner is None
    assert Notice.objects.get(kind="ties.let_go").account == cast.accounts["lea"]
    assert AuditEntry.objects.get(verb="tie.let_go").subjects == [rosa.audit_id]


def test_close_account_gives_its_steps_to_the_second(cast: Cast) -> None:
    rosa = cast.person()
    Tie.objects.update(second=cast.accounts["bruno"])

    close(cast, "amina")

    assert FollowUp.objects.get(person=rosa, closed_at=None).owner == cast.accounts["bruno"]


def test_close_account_withdraws_what_was_offered_to_it(cast: Cast) -> None:
    rosa = cast.person()
    offer_handoffs(people=[rosa.code], to=cast.accounts["bruno"].code, note="", by=cast.amina, at=NOW)

    close(cast, "bruno")

    assert Handoff.objects.get().state == "withdrawn"
    assert Tie.objects.get().owner == cast.accounts["amina"]


def test_tie_that_was_let_go_is_taken_over_with_its_step(cast: Cast) -> None:
    rosa = cast.person()
    close(cast, "amina")
    (offer,) = offer_handoffs(
        people=[rosa.code], to=cast.accounts["bruno"].code, note="", by=cast.viewer("lea", LATER), at=LATER
    )

    accept_handoff(handoff=offer.code, by=cast.viewer("bruno", LATER), at=LATER)

    assert Tie.objects.get().owner == cast.accounts["bruno"]
    assert FollowUp.objects.get(person=rosa, closed_at=None).owner == cast.accounts["bruno"]


def test_last_role_with_people_lets_ties_go_and_another_keeps_them(cast: Cast) -> None:
    cast.person()
    first = Membership.objects.get(account=cast.accounts["amina"])
    post = Post(Role.TEAM_LEAD, team=cast.tenants.code)
    second = growing.give_role(account=cast.accounts["amina"].code, post=post, by=cast.adam, at=NOW)

    leaving.end_role(membership=first.code, by=cast.adam, at=LATER)
    held = Tie.objects.get().owner
    leaving.end_role(membership=second.code, by=cast.adam, at=LATER)

    assert held == cast.accounts["amina"]
    assert Tie.objects.get().owner is None


@pytest.mark.parametrize("name", ["amina", "bruno", "lea", "bela", "stella", "dede", "uma"])
def test_only_administrators_end_somebodys_work(cast: Cast, name: str) -> None:
    cast.person()
    member = Membership.objects.get(account=cast.accounts["bruno"])

    with pytest.raises(Absent):
        close(cast, "amina", by=name)
    with pytest.raises(Absent):
        leaving.end_role(membership=member.code, by=cast.viewer(name), at=LATER)

    assert Tie.objects.get().owner == cast.accounts["amina"]
    assert branches.viewer_for(cast.accounts["bruno"], at=LATER).works_with_people


def test_close_account_is_all_or_nothing(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    cast.person()
    monkeypatch.setattr(leaving.audit, "record", lambda **_: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        close(cast, "amina")

    assert Tie.objects.get().owner == cast.accounts["amina"]
    assert Account.objects.get(email="amina@example.org").is_active
