from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction

from strandline.organisation.accounts.actions import CannotOpenAccount
from strandline.organisation.accounts.models import Account
from strandline.organisation.accounts.rules import Role, Settings, Theme
from strandline.organisation.audit import actions as audit
from strandline.organisation.audit.models import AuditEntry
from strandline.organisation.branches import actions as branches
from strandline.organisation.branches import queries
from strandline.organisation.branches.actions import change_settings, growing
from strandline.organisation.branches.actions.growing import CannotGrow, NewMember, Post
from strandline.organisation.branches.models import Branch, Membership, Team
from strandline.organisation.branches.rules import Reach, may_hold_over
from strandline.organisation.receipts.rules import Once
from strandline.store.records import Absent
from tests.cast import NOW, Cast

NEVER = ("amina", "bruno", "chen", "dede", "lea", "bela", "stella", "uma")


def newcomer(cast: Cast, **post: str) -> NewMember:
    return NewMember("Noor Haddad", "noor@example.org", Post(Role.ORGANISER, team=cast.tenants.code, **post))


def alone(step: Callable[..., Any], **asked: Any) -> Any:
    """Take a step without the action that it belongs to."""
    with transaction.atomic():
        return step(**asked)


def verbs() -> list[str]:
    return list(AuditEntry.objects.order_by("seq").values_list("verb", flat=True))


def member_of(cast: Cast, name: str) -> Membership:
    return Membership.objects.get(account=cast.accounts[name])


def test_add_member_opens_an_account_that_nobody_can_sign_in_to_yet(cast: Cast) -> None:
    made = growing.add_member(new=newcomer(cast), by=cast.adam, at=NOW)

    assert (made.name, made.email, made.has_usable_password()) == ("Noor Haddad", "noor@example.org", False)
    viewer = queries.viewer_for(made, at=NOW)
    assert (viewer.roles, viewer.teams(Role.ORGANISER)) == (
        frozenset({Role.ORGANISER}),
        frozenset({cast.tenants.pk}),
    )
    assert verbs() == ["account.opened"]
    assert AuditEntry.objects.get().subjects == [made.audit_id]


def test_add_member_twice_with_one_token_is_once(cast: Cast) -> None:
    once = Once("token-of-this", "print")

    first = growing.add_member(new=newcomer(cast), by=cast.adam, at=NOW, once=once)
    again = growing.add_member(new=newcomer(cast), by=cast.adam, at=NOW, once=once)

    assert first == again
    assert Membership.objects.filter(account=first).count() == 1
    assert verbs() == ["account.opened"]


def test_add_member_is_all_or_nothing(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(lines: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(audit, "record_lines", broken)

    with pytest.raises(RuntimeError):
        growing.add_member(new=newcomer(cast), by=cast.adam, at=NOW)

    assert not Account.objects.filter(email="noor@example.org").exists()


def test_add_member_refuses_a_known_address(cast: Cast) -> None:
    new = NewMember("Amina", "amina@example.org", Post(Role.ORGANISER, team=cast.tenants.code))

    with pytest.raises(CannotOpenAccount) as refused:
        growing.add_member(new=new, by=cast.adam, at=NOW)

    assert refused.value.field == "email"


def test_add_member_leaves_nothing_when_the_role_does_not_fit(cast: Cast) -> None:
    new = NewMember("Noor", "noor@example.org", Post(Role.ORGANISER))

    with pytest.raises(CannotGrow, match="is a role in a team") as refused:
        growing.add_member(new=new, by=cast.adam, at=NOW)

    assert refused.value.field == "place"
    assert not Account.objects.filter(email="noor@example.org").exists()


ACTIONS: dict[str, Callable[[Cast, str], object]] = {
    "add_member": lambda c, who: growing.add_member(new=newcomer(c), by=c.viewer(who), at=NOW),
    "invite": lambda c, who: growing.invite(account=c.accounts["uma"].code, by=c.viewer(who), at=NOW),
    "give_role": lambda c, who: growing.give_role(
        account=c.accounts[who].code, post=Post(Role.ADMINISTRATOR), by=c.viewer(who), at=NOW
    ),
    "end_role": lambda c, who: alone(
        growing.end_role, membership=member_of(c, "adam").code, by=c.viewer(who), at=NOW
    ),
    "close": lambda c, who: alone(
        growing.close_account, account=c.accounts["adam"].code, by=c.viewer(who), at=NOW
    ),
    "reopen": lambda c, who: growing.reopen_account(
        account=c.accounts["adam"].code, by=c.viewer(who), at=NOW
    ),
    "branch": lambda c, who: growing.add_branch(name="X", below=c.centre.code, by=c.viewer(who), at=NOW),
    "team": lambda c, who: growing.add_team(name="X", branch=c.centre.code, by=c.viewer(who), at=NOW),
}


@pytest.mark.parametrize("name", NEVER)
@pytest.mark.parametrize("action", ACTIONS)
def test_only_an_administrator_lets_the_organisation_grow(cast: Cast, name: str, action: str) -> None:
    with pytest.raises(Absent):
        ACTIONS[action](cast, name)

    assert verbs() == []
    assert Membership.objects.filter(account=cast.accounts["adam"], until_at=None).count() == 1


@pytest.mark.parametrize("name", NEVER)
def test_only_an_administrator_asks_for_accounts_and_places(cast: Cast, name: str) -> None:
    for ask in (
        lambda: queries.accounts(viewer=cast.viewer(name), at=NOW),
        lambda: queries.account(viewer=cast.viewer(name), code=cast.accounts["uma"].code, at=NOW),
        lambda: queries.places(viewer=cast.viewer(name)),
        lambda: queries.account_of_membership(viewer=cast.viewer(name), code=member_of(cast, "lea").code),
    ):
        with pytest.raises(Absent):
            ask()


def test_invite_is_refused_for_an_account_that_has_a_password(cast: Cast) -> None:
    with pytest.raises(CannotGrow, match="has a password"):
        growing.invite(account=cast.accounts["lea"].code, by=cast.adam, at=NOW)


def test_give_role_and_end_role(cast: Cast) -> None:
    given = growing.give_role(
        account=cast.accounts["uma"].code,
        post=Post(Role.STEWARD, branch=cast.hill.code),
        by=cast.adam,
        at=NOW,
    )

    assert cast.uma.branches(Role.STEWARD) == {cast.hill.pk}
    with pytest.raises(CannotGrow, match="has this role there already"):
        growing.give_role(
            account=cast.accounts["uma"].code,
            post=Post(Role.STEWARD, branch=cast.hill.code),
            by=cast.adam,
            at=NOW,
        )

    alone(growing.end_role, membership=given.code, by=cast.adam, at=NOW)
    alone(growing.end_role, membership=given.code, by=cast.adam, at=NOW)

    assert cast.uma.roles == frozenset()
    assert verbs() == ["membership.begun", "membership.ended"]


def test_the_last_administrator_stays_one(cast: Cast) -> None:
    with pytest.raises(CannotGrow, match="Someone else has to be an administrator first"):
        alone(growing.end_role, membership=member_of(cast, "adam").code, by=cast.adam, at=NOW)

    growing.give_role(account=cast.accounts["uma"].code, post=Post(Role.ADMINISTRATOR), by=cast.adam, at=NOW)
    alone(growing.end_role, membership=member_of(cast, "adam").code, by=cast.adam, at=NOW)

    assert cast.adam.roles == frozenset()


def test_close_account_ends_its_roles_and_reopening_gives_none_back(cast: Cast) -> None:
    code = cast.accounts["bruno"].code

    alone(growing.close_account, account=code, by=cast.adam, at=NOW)
    assert (Account.objects.get(code=code).is_active, cast.bruno.roles) == (False, frozenset())
    with pytest.raises(CannotGrow, match="closed"):
        growing.give_role(account=code, post=Post(Role.CENTRE), by=cast.adam, at=NOW)

    growing.reopen_account(account=code, by=cast.adam, at=NOW)
    assert (Account.objects.get(code=code).is_active, cast.bruno.roles) == (True, frozenset())
    assert verbs() == ["account.closed", "account.reopened"]


def test_nobody_closes_their_own_account(cast: Cast) -> None:
    with pytest.raises(CannotGrow, match="Ask another administrator"):
        alone(growing.close_account, account=cast.accounts["adam"].code, by=cast.adam, at=NOW)


def test_branches_and_teams_are_added_once_by_name(cast: Cast) -> None:
    branch = growing.add_branch(name="Quayside", below=cast.centre.code, by=cast.adam, at=NOW)
    growing.add_team(name="Carers", branch=branch.code, by=cast.adam, at=NOW)

    with pytest.raises(CannotGrow, match="a branch of this name"):
        growing.add_branch(name="quayside", below=cast.centre.code, by=cast.adam, at=NOW)
    with pytest.raises(CannotGrow, match="a team of this name"):
        growing.add_team(name="carers", branch=branch.code, by=cast.adam, at=NOW)
    with pytest.raises(CannotGrow, match="not there"):
        growing.add_team(name="Elsewhere", branch="nothere", by=cast.adam, at=NOW)

    assert Branch.objects.get(name="Quayside").parent == cast.centre
    assert Team.objects.get(name="Carers").branch == branch


@pytest.mark.parametrize("role", Role)
def test_every_role_holds_over_one_reach_only(role: Role) -> None:
    verdicts = [may_hold_over(role, reach) for reach in Reach]

    assert [verdict.ok for verdict in verdicts].count(True) == 1
    assert all(role.words in verdict.reason for verdict in verdicts if not verdict.ok)


def test_change_settings_writes_what_differs_and_one_entry(cast: Cast) -> None:
    wanted = Settings(name="Amina K.", theme=Theme.DARK, language="es", has_single_keys=False)

    change_settings(settings=wanted, by=cast.amina, at=NOW)
    change_settings(settings=wanted, by=cast.amina, at=NOW)

    row = Account.objects.get(pk=cast.accounts["amina"].pk)
    assert (row.name, row.theme, row.language, row.has_single_keys) == ("Amina K.", "dark", "es", False)
    assert verbs() == ["account.settings_changed"]


def test_change_settings_leaves_what_was_not_named(cast: Cast) -> None:
    change_settings(settings=Settings(theme=Theme.LIGHT), by=cast.amina, at=NOW)

    row = Account.objects.get(pk=cast.accounts["amina"].pk)
    assert (row.name, row.theme, row.language, row.has_single_keys) == ("Amina", "light", "en", True)


def test_own_memberships_are_ones_own(cast: Cast) -> None:
    found = {
        name: [m.role for m in queries.own_memberships(viewer=cast.viewer(name), at=NOW)]
        for name in ("lea", "uma", "adam")
    }

    assert found == {"lea": ["team_lead"], "uma": [], "adam": ["administrator"]}


@pytest.mark.parametrize("name", NEVER)
def test_memberships_are_begun_and_ended_by_administrators_only(cast: Cast, name: str) -> None:
    held = member_of(cast, "bruno")

    with pytest.raises(Absent):
        branches.begin_membership(
            account=cast.accounts["uma"], role=Role.ADMINISTRATOR, by=cast.viewer(name), at=NOW
        )
    with pytest.raises(Absent):
        branches.end_membership(membership=held, by=cast.viewer(name), at=NOW)

    assert not Membership.objects.filter(account=cast.accounts["uma"]).exists()
    assert member_of(cast, "bruno").until_at is None
