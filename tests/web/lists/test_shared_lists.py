"""Lists shared with a team or a branch: seen by name in scope, asked in the scope of who looks, changed by few."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from strandline.organisation.accounts.rules import Sensitivity
from strandline.organisation.audit.models import AuditEntry
from strandline.steady.lists import queries
from strandline.steady.lists.actions import CannotSave, change_list, save_list
from strandline.steady.lists.models import SavedList
from strandline.steady.lists.rules import Filters
from strandline.steady.ties.rules import TieKind
from strandline.store.records import Absent
from tests.cast import NOW, Cast

Sign = Callable[[str], Client]
CONTACTS = Filters(kind=TieKind.CONTACT)


def place(cast: Cast, what: str) -> str:
    return {
        "": "",
        "team": f"team:{cast.tenants.code}",
        "branch": f"branch:{cast.harbour.code}",
        "nurses": f"team:{cast.nurses.code}",
    }[what]


def kept(cast: Cast, share: str = "team", *, by: str = "amina", filters: Filters = CONTACTS) -> SavedList:
    return save_list(
        name="The stairwell", filters=filters, share=place(cast, share), by=cast.viewer(by), at=NOW
    )


@pytest.mark.parametrize(
    ("share", "seen_by"),
    [
        ("", ["amina"]),
        ("team", ["amina", "bruno", "lea", "bela", "stella"]),
        ("branch", ["amina", "bruno", "lea", "bela", "stella"]),
    ],
)
def test_list_is_seen_by_name_where_it_is_shared(
    cast: Cast, signed_in: Sign, share: str, seen_by: list[str]
) -> None:
    row = kept(cast, share)
    who = ("amina", "bruno", "lea", "bela", "stella", "chen")

    shown = {name: "The stairwell" in signed_in(name).get("/people/").content.decode() for name in who}
    opened = {name: signed_in(name).get(f"/lists/{row.code}/").status_code for name in who}

    assert [name for name in who if shown[name]] == seen_by
    assert opened == {name: 302 if name in seen_by else 404 for name in who}


@pytest.mark.parametrize("name", ["amina", "bruno", "lea", "bela", "stella", "chen", "dede", "uma"])
@pytest.mark.parametrize("share", ["", "team", "branch"])
def test_what_the_page_asks_in_one_question_is_what_the_model_says(cast: Cast, name: str, share: str) -> None:
    kept(cast, share)
    kept(cast, "nurses", by="chen")
    viewer = cast.viewer(name)

    shown = queries.saved(viewer=viewer)

    visible = SavedList.objects.visible_to(viewer)
    assert {row.code for row in shown} == set(visible.values_list("code", flat=True))
    may = SavedList.objects.changeable_by(viewer).filter(pk__in=visible.values("pk"))
    assert {row.code for row in shown if row.may_change} == {row.code for row in may}


def test_list_holds_for_each_whom_they_may_see(cast: Cast, signed_in: Sign) -> None:
    cast.person("Rosa Lindqvist", sensitivity=Sensitivity.RESTRICTED)
    cast.person("Tomasz Wren")
    row = kept(cast)

    found = {
        name: re.findall(
            r"Rosa Lindqvist|Tomasz Wren",
            signed_in(name).get(f"/lists/{row.code}/", follow=True).content.decode().split("people-rows")[1],
        )
        for name in ("bruno", "lea")
    }

    assert {name: sorted(set(names)) for name, names in found.items()} == {
        "bruno": ["Tomasz Wren"],
        "lea": ["Rosa Lindqvist", "Tomasz Wren"],
    }


def test_list_by_name_is_not_shared(cast: Cast, signed_in: Sign) -> None:
    answer = signed_in("amina").post(
        "/lists/save/", {"name": "Rosa", "q": "rosa", "share": place(cast, "team"), "token": "token-rosa-1"}
    )

    assert answer.status_code == 422
    assert "A list that chooses by name stays your own" in answer.content.decode()
    assert not SavedList.objects.exists()


def test_tag_of_people_out_of_sight_is_not_told_by_a_shared_list(cast: Cast, signed_in: Sign) -> None:
    cast.person("Rosa Lindqvist", sensitivity=Sensitivity.RESTRICTED, tags=("underground",))
    row = kept(cast, by="lea", filters=Filters(tag="underground"))

    bruno = signed_in("bruno").get(f"/lists/{row.code}/")
    page = signed_in("bruno").get("/people/").content.decode()
    bela = signed_in("bela").get(f"/lists/{row.code}/")

    assert (bruno.status_code, bela.status_code) == (200, 302)
    assert "Nobody whom you may see is on this list." in bruno.content.decode()
    assert "underground" not in bruno.content.decode() + page
    assert "The stairwell" in page


@pytest.mark.parametrize(
    ("name", "may"), [("amina", True), ("bela", True), ("bruno", False), ("lea", False), ("chen", False)]
)
def test_list_is_changed_and_removed_by_its_maker_and_the_branchs_lead(
    cast: Cast, signed_in: Sign, name: str, may: bool
) -> None:
    row = kept(cast)
    client = signed_in(name)

    asked = client.get(f"/lists/{row.code}/change/").status_code
    wanted = {"name": "Mill Lane", "share": place(cast, "branch"), "token": "token-change"}
    changed = client.post(f"/lists/{row.code}/change/", wanted).status_code
    row.refresh_from_db()
    removed = client.post(f"/lists/{row.code}/remove/", {"token": "token-remove"}).status_code

    assert (asked, changed, removed) == ((200, 303, 303) if may else (404, 404, 404))
    assert (row.name, row.branch_id) == (("Mill Lane", cast.harbour.pk) if may else ("The stairwell", None))
    assert SavedList.objects.exists() != may
    verbs = AuditEntry.objects.filter(verb__in=("list.changed", "list.removed")).count()
    assert verbs == (2 if may else 0)


def test_list_is_shared_only_where_one_works(cast: Cast, signed_in: Sign) -> None:
    row = kept(cast, "")

    answer = signed_in("amina").post(
        f"/lists/{row.code}/change/",
        {"name": "Ours", "share": place(cast, "nurses"), "token": "token-nurses"},
    )

    assert answer.status_code == 422
    assert "Choose a team or a branch of yours to share with." in answer.content.decode()
    row.refresh_from_db()
    assert (row.name, row.team_id) == ("The stairwell", None)


def test_two_lists_of_one_maker_have_two_names(cast: Cast) -> None:
    kept(cast)
    other = save_list(name="Other", filters=CONTACTS, by=cast.amina, at=NOW)

    with pytest.raises(CannotSave, match="another list of this name"):
        change_list(code=other.code, name="The stairwell", share="", by=cast.amina, at=NOW)


def test_list_shared_with_a_team_is_gone_for_who_has_left_it(cast: Cast, signed_in: Sign) -> None:
    from strandline.organisation.branches.models import Membership

    row = kept(cast)
    client = signed_in("bruno")
    before = client.get(f"/lists/{row.code}/").status_code

    Membership.objects.filter(account=cast.accounts["bruno"]).update(team=cast.nurses, branch=cast.hill)

    assert (before, client.get(f"/lists/{row.code}/").status_code) == (302, 404)
    with pytest.raises(Absent):
        queries.saved_list(viewer=cast.bruno, code=row.code)


def test_page_offers_to_share_where_there_is_a_choice_and_no_name(cast: Cast, signed_in: Sign) -> None:
    client = signed_in("amina")

    by_kind = client.get("/people/?kind=contact").content.decode()
    by_name = client.get("/people/?q=rosa").content.decode()

    assert "the team Tenants" in by_kind
    assert "the branch Harbourside" in by_kind
    assert "Nurses" not in by_kind
    assert 'name="share"' not in by_name


def test_people_page_asks_the_same_for_one_list_and_for_three(
    cast: Cast, signed_in: Sign, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client = signed_in("bruno")
    client.get("/people/")
    for number in (1, 3):
        for n in range(number):
            save_list(
                name=f"{number} {n}", filters=CONTACTS, share=place(cast, "team"), by=cast.amina, at=NOW
            )
        with django_assert_num_queries(9):
            client.get("/people/")
