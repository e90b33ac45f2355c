"""Whose people: a choice of few, one's own team first; everyone else by typing their name."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from strandline.organisation.accounts.models import Account
from strandline.organisation.branches import queries as branches
from strandline.organisation.branches.models import Membership
from tests.cast import NOW, Cast

Sign = Callable[[str], Client]


def many(cast: Cast, number: int = 60) -> list[Account]:
    made = []
    for n in range(number):
        account = Account.objects.create_user(f"c{n}@example.org", None, name=f"Colleague Ñ{n:03}")
        Membership.objects.create(
            account=account,
            role="organiser",
            branch=cast.harbour,
            team=cast.tenants,
            since_at=NOW - timedelta(days=9),
        )
        made.append(account)
    return made


def options(client: Client, query: str = "") -> list[str]:
    body = client.get(f"/people/{query}").content.decode()
    choice = body.split('id="filter-held"')[1].split("</select>")[0]
    return re.findall(r"<option[^>]*>([^<]*)</option>", choice)


def test_choice_of_few_names_them_all_and_asks_for_no_typing(cast: Cast, signed_in: Sign) -> None:
    client = signed_in("amina")

    assert options(client) == ["anyone", "me", "nobody", "Amina", "Bruno", "Lea"]
    assert 'name="by"' not in client.get("/people/").content.decode()


def test_choice_never_names_whom_the_viewer_does_not_know(cast: Cast, signed_in: Sign) -> None:
    chen = cast.accounts["chen"].code

    assert "Chen" not in options(signed_in("amina"))
    for query in (f"?held={chen}", "?by=chen"):
        assert "Chen" not in signed_in("amina").get(f"/people/{query}").content.decode()


def test_choice_stays_short_however_many_there_are(cast: Cast, signed_in: Sign) -> None:
    many(cast)
    client = signed_in("amina")

    assert len(options(client)) == 3 + branches.MOST_NAMED
    assert 'name="by"' in client.get("/people/").content.decode()


def test_own_team_comes_first_for_who_sees_more_than_it(cast: Cast) -> None:
    many(cast, 40)
    Membership.objects.create(
        account=cast.accounts["bela"], role="organiser", branch=cast.hill, team=cast.nurses, since_at=NOW
    )

    named = branches.colleague_names(viewer=cast.viewer("bela", NOW), at=NOW).names

    assert [name for _, name in named][:2] == ["Bela", "Chen"]


def test_whoever_is_chosen_stands_in_the_choice(cast: Cast, signed_in: Sign) -> None:
    last = many(cast)[-1]

    shown = options(signed_in("amina"), f"?held={last.code}")
    body = signed_in("amina").get(f"/people/?held={last.code}").content.decode()

    assert last.name in shown
    assert f"held by {last.name}" in body


@pytest.mark.parametrize("typed", ["colleague n059", "Ñ059", "n059 coll"])
def test_a_colleague_is_found_by_typing_without_script(cast: Cast, signed_in: Sign, typed: str) -> None:
    made = many(cast)

    answer = signed_in("amina").get("/people/", {"by": typed, "kind": "contact"})

    assert (answer.status_code, answer["Location"]) == (302, f"/people/?held={made[59].code}&kind=contact")


def test_several_of_one_name_are_offered_one_by_one(cast: Cast, signed_in: Sign) -> None:
    made = many(cast)

    body = signed_in("amina").get("/people/?by=n01&step=late").content.decode()

    assert "10 colleagues are called so. Whose people?" in body
    assert f"/people/?held={made[10].code}&amp;step=late" in body


def test_nobody_of_that_name_is_said_and_the_rest_kept(cast: Cast, signed_in: Sign) -> None:
    body = signed_in("amina").get("/people/?by=zacharias&kind=contact").content.decode()

    assert "The filter “Held by” cannot be read: there is no such colleague." in body
    assert 'value="contact" selected' in body


def test_page_asks_as_much_for_many_colleagues_as_for_few(
    cast: Cast, signed_in: Sign, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client = signed_in("amina")
    client.get("/people/")
    with django_assert_num_queries(9):
        client.get("/people/")
    many(cast)
    with django_assert_num_queries(9):
        client.get("/people/")


def test_who_leads_many_branches_is_offered_the_same(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    people = many(cast)
    ended, away, elsewhere = people[3:6]
    Membership.objects.filter(account=ended).update(until_at=NOW)
    Account.objects.filter(pk=away.pk).update(is_active=False)
    Membership.objects.filter(account=elsewhere).update(team=cast.nurses)
    bela = cast.viewer("bela")
    gathered = branches.colleague_names(viewer=bela, at=NOW)

    monkeypatch.setattr(branches, "MANY_BRANCHES", 1)

    assert branches.colleague_names(viewer=bela, at=NOW) == gathered
    assert (len(gathered.names), gathered.is_more) == (branches.MOST_NAMED, True)
    assert {one.code for one in (ended, away, elsewhere)}.isdisjoint(code for code, _ in gathered.names)
    monkeypatch.setattr(branches, "WALKED", 5)  # too few of the first are colleagues: all are gathered
    assert branches.colleague_names(viewer=bela, at=NOW) == gathered
