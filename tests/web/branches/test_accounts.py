from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from strandline.organisation.accounts.models import Account
from strandline.organisation.branches import queries
from strandline.organisation.branches.models import Branch, Membership, Team
from strandline.organisation.notices.models import Notice
from tests.cast import Cast

Sign = Callable[[str], Client]
NEVER = ("amina", "bruno", "chen", "dede", "lea", "bela", "stella", "uma")
HERE = "/settings/team/"


def asked(cast: Cast, **more: str) -> dict[str, str]:
    fields = {
        "name": "Noor Haddad",
        "email": "noor@example.org",
        "role": "organiser",
        "place": f"team:{cast.tenants.code}",
        "token": "add-noor-token",
    }
    return fields | more


def routes(cast: Cast) -> list[tuple[str, str]]:
    uma = cast.accounts["uma"].code
    lea = Membership.objects.get(account=cast.accounts["lea"]).code
    return [
        *(("get", path) for path in (HERE, f"{HERE}add/", f"{HERE}places/", f"{HERE}{uma}/")),
        *(("post", f"{HERE}{path}/") for path in ("add", "places")),
        *(("post", f"{HERE}{uma}/{do}/") for do in ("link", "roles", "close", "reopen")),
        ("post", f"/settings/memberships/{lea}/end/"),
    ]


@pytest.mark.parametrize("name", NEVER)
def test_accounts_are_not_there_for_others(cast: Cast, signed_in: Sign, name: str) -> None:
    client = signed_in(name)

    codes = {path: getattr(client, how)(path, asked(cast)).status_code for how, path in routes(cast)}

    assert set(codes.values()) == {404}
    assert Account.objects.count() == len(cast.accounts)


def test_administrator_sees_accounts_with_their_roles(cast: Cast, signed_in: Sign) -> None:
    body = signed_in("adam").get(HERE).content.decode()

    assert all(account.email in body for account in cast.accounts.values())
    assert "Team lead, <bdi>Tenants</bdi> (<bdi>Harbourside</bdi>)" in body


def test_administrator_is_told_there_what_concerns_them(cast: Cast, signed_in: Sign) -> None:
    notice = Notice.objects.create(
        account=cast.accounts["adam"], kind="person.opened_with_reason", at=datetime.now(UTC)
    )
    client = signed_in("adam")

    assert "A record was opened with a written reason." in client.get(HERE).content.decode()
    assert client.post(f"/notices/{notice.code}/read/", follow=True).status_code == 200
    assert "A record was opened" not in client.get(HERE).content.decode()


def test_list_asks_as_much_for_many_as_for_few(
    cast: Cast, signed_in: Sign, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client = signed_in("adam")
    client.get(HERE)
    with django_assert_num_queries(8):
        client.get(HERE)
    for n in range(3):
        made = Account.objects.create_user(f"more{n}@example.org", name=f"More {n}")
        Membership.objects.create(
            account=made, role="organiser", branch=cast.hill, team=cast.nurses, since_at=datetime.now(UTC)
        )

    with django_assert_num_queries(8):
        client.get(HERE)


def test_list_goes_on_page_by_page(cast: Cast, signed_in: Sign, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "MOST_ACCOUNTS", 4)
    client, path, seen = signed_in("adam"), HERE, []

    for _ in range(4):
        body = client.get(path).content.decode()
        seen += re.findall(r"(\w+)@example\.org</td>", body)
        more = re.search(r'href="(/settings/team/\?after=[^"]+)"', body)
        if more is None:
            break
        path = more[1]

    assert seen == sorted(cast.accounts)
    assert client.get(f"{HERE}?after=forged").status_code == 303


def test_someone_new_is_added_and_sets_their_own_password(cast: Cast, signed_in: Sign) -> None:
    admin = signed_in("adam")
    answers = [admin.post(f"{HERE}add/", asked(cast)) for _ in range(2)]
    noor = Account.objects.get(email="noor@example.org")
    assert [(a.status_code, a.headers["Location"]) for a in answers] == [(303, f"{HERE}{noor.code}/")] * 2

    page = admin.post(f"{HERE}{noor.code}/link/", {"token": "link-noor-token"})
    link = re.search(r'value="http://testserver([^"]+)"', page.content.decode())
    assert link is not None
    guest = Client()
    form = guest.get(link[1], follow=True)
    set_at = form.redirect_chain[-1][0]
    done = guest.post(set_at, {"password1": "nine patient otters", "password2": "nine patient otters"})

    assert done.status_code == 302
    noor.refresh_from_db()
    assert noor.check_password("nine patient otters")
    refused = admin.post(f"{HERE}{noor.code}/link/", {"token": "link-noor-again"})
    assert (refused.status_code, "has a password" in refused.content.decode()) == (422, True)
    again = Client().get(link[1], follow=True)
    assert "password1" not in again.content.decode()


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"name": ""}, "Nothing was filled in."),
        ({"email": "nowhere"}, "E-mail address: "),
        ({"email": "amina@example.org"}, "There is an account with this address already."),
        ({"role": "king"}, "Choose one of these roles."),
        ({"role": ""}, "Choose a role."),
        ({"place": ""}, "Organiser is a role in a team. Choose the team."),
        ({"place": "team:nothere"}, "Choose one of these teams and branches."),
        ({"role": "administrator"}, "Choose no team and no branch."),
    ],
)
def test_add_refuses_and_keeps_what_was_typed(
    cast: Cast, signed_in: Sign, wrong: dict[str, str], says: str
) -> None:
    answer = signed_in("adam").post(f"{HERE}add/", asked(cast, **wrong))

    body = answer.content.decode()
    assert answer.status_code == 422
    assert 'id="errors"' in body
    assert says.lower() in body.lower()
    if "name" not in wrong:
        assert 'value="Noor Haddad"' in body
    assert Account.objects.count() == len(cast.accounts)


def test_a_role_is_given_and_ended(cast: Cast, signed_in: Sign) -> None:
    client, uma = signed_in("adam"), cast.accounts["uma"]
    post = {"role": "steward", "place": f"branch:{cast.hill.code}", "token": "give-uma-token"}

    codes = [client.post(f"{HERE}{uma.code}/roles/", post).status_code for _ in range(2)]
    given = Membership.objects.get(account=uma)
    assert (codes, given.role, given.branch) == ([303, 303], "steward", cast.hill)

    codes = [client.post(f"/settings/memberships/{given.code}/end/").status_code for _ in range(2)]
    given.refresh_from_db()
    assert (codes, given.until_at is not None) == ([303, 303], True)


def test_the_last_administrator_is_told_why_not(cast: Cast, signed_in: Sign) -> None:
    own = Membership.objects.get(account=cast.accounts["adam"])

    answer = signed_in("adam").post(f"/settings/memberships/{own.code}/end/")

    assert answer.status_code == 422
    assert "Someone else has to be an administrator first." in answer.content.decode()


def test_a_closed_account_is_signed_out_at_once(cast: Cast, signed_in: Sign) -> None:
    bruno = signed_in("bruno")
    assert bruno.get("/").status_code == 200

    signed_in("adam").post(f"{HERE}{cast.accounts['bruno'].code}/close/")

    answer = bruno.get("/")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/account/login/?next=/")


def test_branches_and_teams_are_added(cast: Cast, signed_in: Sign) -> None:
    client = signed_in("adam")
    team = {"what": "team", "team-name": "Carers", "team-branch": cast.hill.code, "token": "team-token-1"}
    branch = {
        "what": "branch",
        "branch-name": "Quay",
        "branch-below": cast.centre.code,
        "token": "branch-token",
    }

    codes = [client.post(f"{HERE}places/", post).status_code for post in (team, team, branch, branch)]

    assert codes == [303] * 4
    assert (Team.objects.get(name="Carers").branch, Branch.objects.get(name="Quay").parent) == (
        cast.hill,
        cast.centre,
    )


def test_a_team_of_the_same_name_is_refused(cast: Cast, signed_in: Sign) -> None:
    post = {"what": "team", "team-name": "tenants", "team-branch": cast.harbour.code}

    answer = signed_in("adam").post(f"{HERE}places/", post)

    body = answer.content.decode()
    assert answer.status_code == 422
    assert ("There is a team of this name in this branch already." in body, 'value="tenants"' in body) == (
        True,
        True,
    )
