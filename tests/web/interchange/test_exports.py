"""The pages by which a second person agrees to a large list."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from strandline.organisation.branches.models import Organisation
from strandline.steady.interchange.models import Export, ExportRequest
from tests.cast import Cast

Sign = Callable[[str], Client]
ASKED = {"format": "csv", "q": "ro", "reason": "For the poll"}


@pytest.fixture
def limited(cast: Cast) -> Cast:
    """Let one person alone take out one."""
    for name in ("Rosa", "Robin", "Roya"):
        cast.person(name)
    Organisation.objects.update(export_alone=1)
    return cast


def test_large_list_is_asked_for_agreed_to_and_taken(limited: Cast, signed_in: Sign) -> None:
    amina, lea = signed_in("amina"), signed_in("lea")

    refused = amina.post("/people/export/", {"format": "csv", "q": "ro"})
    asked = amina.post("/people/exports/ask/", ASKED)
    code = ExportRequest.objects.get().code
    waiting = lea.get("/people/exports/")
    agreed = lea.post(f"/people/exports/{code}/answer/", {"said": "agree", "answer": "Go on"})
    ready = amina.get("/people/exports/")
    file = amina.post(f"/people/exports/{code}/take/")

    assert refused.status_code == 422
    assert "For more than 1 a second person has to agree" in refused.text
    assert (asked.status_code, agreed.status_code) == (303, 303)
    assert "For the poll" in waiting.text
    assert "People named like “ro”" in waiting.text
    assert "Take the file" in ready.text
    assert "Go on" in ready.text
    assert sorted(n for n in ("Rosa", "Robin", "Roya") if n in file.content.decode()) == [
        "Robin",
        "Rosa",
        "Roya",
    ]
    assert Export.objects.get().count == 3


def test_small_list_goes_out_alone(limited: Cast, signed_in: Sign) -> None:
    assert signed_in("amina").post("/people/export/", {"format": "csv", "q": "rosa"}).status_code == 200


def test_asking_needs_a_reason_and_keeps_the_choice(limited: Cast, signed_in: Sign) -> None:
    answer = signed_in("amina").post("/people/exports/ask/", ASKED | {"reason": ""})

    assert (answer.status_code, ExportRequest.objects.count()) == (422, 0)
    assert "Nothing was filled in" in answer.text
    assert '<input type="hidden" name="q" value="ro">' in answer.text


@pytest.mark.parametrize("path", ["/people/export/", "/people/exports/ask/"])
def test_filter_that_cannot_be_read_lets_nobody_out(limited: Cast, signed_in: Sign, path: str) -> None:
    """Left out, it would mean everyone."""
    answer = signed_in("amina").post(path, {"format": "csv", "kind": "supporters", "reason": "x"})

    assert (answer.status_code, "Kind of tie" in answer.text) == (422, True)
    assert (Export.objects.count(), ExportRequest.objects.count()) == (0, 0)


def test_administrator_reads_no_choice(limited: Cast, signed_in: Sign) -> None:
    signed_in("amina").post("/people/exports/ask/", ASKED)

    page = signed_in("adam").get("/people/exports/").text

    assert ("For the poll" in page, "named like" in page) == (True, False)


@pytest.mark.parametrize("name", ["dede", "uma"])
def test_page_is_not_there_for_others(limited: Cast, signed_in: Sign, name: str) -> None:
    assert signed_in(name).get("/people/exports/").status_code == 404


def test_page_says_when_there_is_nothing(limited: Cast, signed_in: Sign) -> None:
    page = signed_in("amina").get("/people/exports/").text

    assert "Nobody waits for your answer." in page

    assert "You asked for none lately." in page


def test_questions_of_the_page_are_as_many_for_three_requests_as_for_one(
    limited: Cast, signed_in: Sign
) -> None:
    amina, lea = signed_in("amina"), signed_in("lea")
    counts = []
    for _ in range(2):
        amina.post("/people/exports/ask/", ASKED)
        with CaptureQueriesContext(
            connection,
        ) as asked:
            lea.get("/people/exports/")
        counts.append(len(asked))
        amina.post("/people/exports/ask/", ASKED)

    assert counts[0] == counts[1]


@pytest.mark.parametrize("typed", ["", "-1", "1,5x", "9" * 5000, "NaN", "100000", "٣x"])
def test_limit_that_is_no_number_is_refused_with_what_was_typed(
    limited: Cast, signed_in: Sign, typed: str
) -> None:
    answer = signed_in("adam").post("/settings/team/export-limit/", {"people": typed})

    assert (answer.status_code, Organisation.objects.get().export_alone) == (422, 1)


def test_limit_is_set_by_administrators_only(limited: Cast, signed_in: Sign) -> None:
    done = signed_in("adam").post("/settings/team/export-limit/", {"people": "500"})
    refused = signed_in("bela").post("/settings/team/export-limit/", {"people": "5000"})

    assert (done.status_code, refused.status_code) == (303, 404)
    assert Organisation.objects.get().export_alone == 500
