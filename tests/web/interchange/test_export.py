from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from django.test import Client

from strandline.organisation.audit.models import AuditEntry
from strandline.steady.interchange.actions.applying import bring_in
from strandline.steady.interchange.actions.checking import take_file
from strandline.steady.interchange.models import Export
from strandline.steady.people.models import Person
from tests.cast import NOW, Cast

Sign = Callable[[str], Client]
NASTY = [
    '=HYPERLINK("x")',
    "+1",
    "-1",
    "@SUM(1)",
    "＝1",
    "'quoted",
    "O'Brien-D'Arcy",
    "محمد",
    "Null",
    "True",
    "a,b;c",
]


def export(client: Client, form: str = "csv", **filters: str) -> bytes:
    answer = client.post("/people/export/", {"format": form, "token": f"token-{form}-export", **filters})
    assert answer.status_code == 200
    return answer.content


@pytest.mark.parametrize("form", ["csv", "xlsx", "json"])
def test_export_read_back_changes_nothing(cast: Cast, signed_in: Sign, form: str) -> None:
    for name in NASTY:
        cast.person(name, reaches=[("email", f"p{NASTY.index(name)}@example.org")], tags=("heating", "=tag"))
    before = list(Person.objects.order_by("pk").values())
    sent = export(signed_in("bela"), form)

    taken = take_file(stream=io.BytesIO(sent), name=f"people.{form}", by=cast.bela, at=NOW)
    row = bring_in(code=taken.code, by=cast.bela, at=NOW)

    assert {k: row.account[k] for k in ("rows", "unchanged", "updated", "created")} == {
        "rows": len(NASTY),
        "unchanged": len(NASTY),
        "updated": 0,
        "created": 0,
    }
    assert list(Person.objects.order_by("pk").values()) == before


def test_export_opens_no_formula(cast: Cast, signed_in: Sign) -> None:
    cast.person("=1+1")

    body = export(signed_in("bela")).decode("utf-8-sig")

    assert "'=1+1" in body
    assert not any(cell[:1] in "=+-@" for line in body.splitlines() for cell in line.split(",") if cell)


def test_export_holds_only_what_the_viewer_sees(cast: Cast, signed_in: Sign) -> None:
    cast.person("Rosa Lindqvist", practical_note="Prefers evenings")
    cast.person("Chandra Out", by="chen")

    mine = export(signed_in("amina")).decode()
    steward = export(signed_in("stella")).decode()

    assert ("Prefers evenings" in mine, "Chandra Out" in mine) == (True, False)
    assert ("Rosa Lindqvist" in steward, "Prefers evenings" in steward) == (True, False)


def test_export_is_noted_with_its_readers_and_number(cast: Cast, signed_in: Sign) -> None:
    rosa = cast.person("Rosa Lindqvist")

    export(signed_in("amina"), q="rosa")

    noted = Export.objects.get()
    assert (noted.count, noted.sentence, noted.kind) == (1, "People named like “rosa”", "csv")
    assert AuditEntry.objects.filter(verb="read").latest("seq").subjects == [rosa.audit_id]


@pytest.mark.parametrize("name", ["dede", "adam", "uma"])
def test_export_is_not_there_for_roles_without_people(cast: Cast, signed_in: Sign, name: str) -> None:
    assert signed_in(name).post("/people/export/", {"format": "csv"}).status_code == 404


def test_export_refuses_another_format(cast: Cast, signed_in: Sign) -> None:
    assert signed_in("amina").post("/people/export/", {"format": "exe"}).status_code == 422
