from __future__ import annotations

from collections.abc import Callable
from html.parser import HTMLParser

import pytest
from django.test import Client

from strandline.organisation.accounts.rules import Role
from strandline.organisation.branches.models import Membership
from strandline.web.help.words import table
from tests.cast import NOW, ROLES, Cast

Sign = Callable[[str], Client]
PAGES = ("/help/", "/help/keys/", "/help/sees/", "/help/counted/")


class Links(HTMLParser):
    """The addresses that a page leads to."""

    def __init__(self, body: str) -> None:
        super().__init__()
        self.found: set[str] = set()
        self.feed(body)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        href = dict(attrs).get("href") or ""
        if tag == "a" and href.startswith("/"):
            self.found.add(href.partition("#")[0])


@pytest.mark.parametrize("name", ROLES)
def test_nothing_that_a_page_of_help_or_settings_leads_to_is_a_dead_end(
    cast: Cast, signed_in: Sign, name: str
) -> None:
    client = signed_in(name)
    led: set[str] = set()
    for path in (*PAGES, "/settings/"):
        answer = client.get(path)
        assert (path, answer.status_code) == (path, 200)
        led |= Links(answer.content.decode()).found

    ends = {path: client.get(path, follow=True).status_code for path in sorted(led)}

    assert {path: status for path, status in ends.items() if status != 200} == {}


LANDS = {
    "amina": "/",
    "bruno": "/",
    "chen": "/",
    "lea": "/",
    "bela": "/",
    "stella": "/people/",
    "adam": "/settings/team/",
    "dede": "/",
    "uma": "/",
}


@pytest.mark.parametrize(("name", "place"), LANDS.items())
def test_everyone_lands_on_a_page_of_theirs(cast: Cast, signed_in: Sign, name: str, place: str) -> None:
    answer = signed_in(name).get("/", follow=True)

    assert (answer.status_code, answer.request["PATH_INFO"]) == (200, place)


@pytest.mark.parametrize(
    ("role", "place", "says"),
    [(Role.CALLER, "/calls/", "call"), (Role.CONVENOR, "/circles/", "Circles")],
)
def test_callers_and_convenors_land_too(
    cast: Cast, signed_in: Sign, role: Role, place: str, says: str
) -> None:
    Membership.objects.create(
        account=cast.accounts["uma"], role=role.value, branch=cast.harbour, team=cast.tenants, since_at=NOW
    )

    answer = signed_in("uma").get("/", follow=True)

    assert (answer.status_code, answer.request["PATH_INFO"]) == (200, place)
    assert says in answer.content.decode()


def test_sees_says_what_the_readers_own_roles_grant(cast: Cast, signed_in: Sign) -> None:
    body = signed_in("lea").get("/help/sees/").content.decode()

    assert "<b>Team lead</b>, <bdi>Tenants</bdi> (<bdi>Harbourside</bdi>)" in body
    assert body.count("yours</span>") == 1
    assert "You hold no role" in signed_in("uma").get("/help/sees/").content.decode()


def test_the_table_follows_the_grants() -> None:
    rows = {str(row.role): row for row in table(frozenset({Role.CENTRE}))}

    assert len(rows) == len(Role)
    assert [str(words) for words in rows["Data steward"].classes] == [
        "names",
        "ways to reach them",
        "ties and next steps",
    ]
    assert (rows["Centre"].classes, rows["Centre"].is_mine) == ((), True)
    assert rows["Organiser"].is_all


def test_counted_shows_the_windows_under_their_anchors(cast: Cast, signed_in: Sign) -> None:
    body = signed_in("dede").get("/help/counted/").content.decode()

    for anchor in ("two-way", "live", "windows", "organised", "fading", "late"):
        assert f'id="{anchor}"' in body
    assert body.count('<td class="number">45</td>') == 5


def test_keys_say_whether_single_letters_are_on(cast: Cast, signed_in: Sign) -> None:
    client = signed_in("amina")
    assert "Single letters are on." in client.get("/help/keys/").content.decode()

    client.post("/settings/", {"name": "Amina", "theme": "system", "language": "en-gb"})

    assert "Single letters are switched off." in client.get("/help/keys/").content.decode()


@pytest.mark.parametrize("path", PAGES)
def test_help_is_for_who_is_signed_in_and_only_read(cast: Cast, signed_in: Sign, path: str) -> None:
    assert Client().get(path).status_code == 302
    assert signed_in("amina").post(path).status_code == 405
