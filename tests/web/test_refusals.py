"""What cannot be answered is told on a page: what happened, what it means, what to do."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from strandline.steady.people.models import Person
from strandline.web.interchange import uploads
from tests.cast import Cast
from tests.steady.intake.doors import open_form

pytestmark = pytest.mark.django_db
Sign = Callable[[str], Client]


@pytest.mark.parametrize(
    "path", ["/lists/save/", "/people/export/", "/settings/look/", "/log/nobody/themes/"]
)
def test_address_of_a_form_opened_by_hand_says_that_it_is_no_page(
    cast: Cast, signed_in: Sign, path: str
) -> None:
    answer = signed_in("amina").get(path)

    assert (answer.status_code, answer["Allow"]) == (405, "POST")
    assert answer["Content-Type"] == "text/html; charset=utf-8"
    assert "<h1>This address is no page</h1>" in answer.content.decode()
    assert "Nothing was changed." in answer.content.decode()


def test_public_address_says_it_too(cast: Cast) -> None:
    open_form(cast)

    answer = Client().put("/j/heating/")

    assert (answer.status_code, answer["Content-Type"]) == (405, "text/html; charset=utf-8")
    assert "<h1>This address is no page</h1>" in answer.content.decode()


def test_machines_are_not_told_in_a_page(cast: Cast) -> None:
    answer = Client().put("/api/openapi.json")

    assert answer.status_code == 405
    assert b"<h1>" not in answer.content


def test_form_with_too_many_words_says_what_to_do(cast: Cast, signed_in: Sign) -> None:
    answer = signed_in("amina").post("/people/add/", {"name": "Rosa " * settings.DATA_UPLOAD_MAX_MEMORY_SIZE})

    assert answer.status_code == 413
    assert "<h1>This is too large to take</h1>" in answer.content.decode()
    assert "Nothing of it was kept" in answer.content.decode()
    assert Person.objects.count() == 0


def test_form_with_too_many_fields_says_what_to_do(cast: Cast, signed_in: Sign) -> None:
    open_form(cast)
    many = {f"field{number}": "1" for number in range(settings.DATA_UPLOAD_MAX_NUMBER_FIELDS + 1)}

    answers = [signed_in("amina").post("/people/add/", many), Client().post("/j/heating/", many)]

    assert [answer.status_code for answer in answers] == [413, 413]


@pytest.mark.parametrize("is_announced", [True, False])
def test_file_that_is_too_large_says_what_to_do(
    cast: Cast, signed_in: Sign, monkeypatch: pytest.MonkeyPatch, is_announced: bool
) -> None:
    # The length that is announced is judged with room for the form around the file.
    size = 3 * 1024 * 1024 if is_announced else 1024 * 1024
    monkeypatch.setattr(uploads, "MOST_BYTES", 1024 * 1024 if is_announced else 512 * 1024)
    file = SimpleUploadedFile("list.csv", b"x" * size)

    answer = signed_in("stella").post("/care/import/take/", {"file": file})

    assert answer.status_code == 413
    assert "A file may have 512 MB" in answer.content.decode()
    assert "Split a long list into several files" in answer.content.decode()


def test_broken_off_file_is_not_called_too_large(cast: Cast, signed_in: Sign) -> None:
    body = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\nname'

    answer = signed_in("stella").post(
        "/care/import/take/", body, content_type="multipart/form-data; boundary="
    )

    assert answer.status_code == 400
    assert "<h1>This could not be read</h1>" in answer.content.decode()


def test_page_for_another_role_says_so_and_a_refused_deed_says_that_nothing_was_done(
    cast: Cast, signed_in: Sign
) -> None:
    client = signed_in("dede")

    opened, sent = client.get("/people/add/"), client.post("/people/add/", {"name": "Rosa"})

    assert (opened.status_code, sent.status_code) == (403, 403)
    assert "<h1>Not for this account</h1>" in opened.content.decode()
    assert "Your role does not include this page." in opened.content.decode()
    assert "<h1>This was not done</h1>" in sent.content.decode()
