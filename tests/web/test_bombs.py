"""P29 for what is sent to pages: a request that would blow up is refused at once, and nothing of it is kept.

Files that are brought in have their own in `tests/steady/interchange`; the API has its own in `acceptance/badinput_api`.
"""

from __future__ import annotations

import gzip
import io
import json
import time
import tracemalloc
from collections.abc import Callable

import pytest
from django.test import Client

from strandline.steady.intake.models import Form, Submission
from strandline.steady.people.models import Person
from tests.cast import Cast
from tests.steady.intake.doors import open_form

URLENCODED = "application/x-www-form-urlencoded"
MANY = "&".join(f"f{k}=1" for k in range(20_000))
LONG = "name=" + "x" * 20_000_000
DEEP = "[" * 500_000 + "]" * 500_000
PARTS = (
    "".join(f'--b\r\nContent-Disposition: form-data; name="f{k}"\r\n\r\n1\r\n' for k in range(20_000))
    + "--b--\r\n"
)
FILES = "".join(
    f'--b\r\nContent-Disposition: form-data; name="f{k}"; filename="{k}"\r\n\r\n1\r\n' for k in range(2_000)
)
BOMB = gzip.compress(b"name=" + b"x" * 200_000_000, 9)
SENT: dict[str, tuple[str | bytes, dict[str, str]]] = {
    "many fields": (MANY, {"content_type": URLENCODED}),
    "one long field": (LONG, {"content_type": URLENCODED}),
    "many parts": (PARTS, {"content_type": "multipart/form-data; boundary=b"}),
    "many files": (FILES + "--b--\r\n", {"content_type": "multipart/form-data; boundary=b"}),
    "no boundary": (PARTS, {"content_type": "multipart/form-data"}),
    "gzip": (BOMB, {"content_type": URLENCODED, "HTTP_CONTENT_ENCODING": "gzip"}),
    "deep JSON": (DEEP, {"content_type": "application/json"}),
}
PLACES = ("/people/add/", "/people/export/", "/care/import/take/", "/j/heating/", "/table/heating/sync/")


@pytest.fixture
def form(cast: Cast) -> Form:
    return open_form(cast)


@pytest.mark.parametrize("path", PLACES)
@pytest.mark.parametrize("kind", SENT)
def test_request_that_would_blow_up_is_refused_at_once(
    form: Form, signed_in: Callable[[str], Client], path: str, kind: str
) -> None:
    body, more = SENT[kind]
    client = signed_in("amina")
    client.raise_request_exception = False
    client.get("/people/add/")  # what is loaded once is not counted
    tracemalloc.start()
    began = time.process_time()

    answer = client.post(path, body, **more)

    took, (_now, peak) = time.process_time() - began, tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert 400 <= answer.status_code < 500
    assert (Person.objects.count(), Submission.objects.count()) == (0, 0)
    assert took < 10
    assert peak < 300_000_000


@pytest.mark.parametrize("field", ["file", "scanned"])
def test_sealed_entries_that_would_blow_up_are_refused(
    form: Form, signed_in: Callable[[str], Client], field: str
) -> None:
    for text in (
        DEEP,
        "[" * 900_000,
        json.dumps({"slug": "heating", "entries": "x" * 1_500_000}),
        "9" * 1_000_000,
    ):
        sent = io.BytesIO(text.encode()) if field == "file" else text
        answer = signed_in("amina").post(f"/forms/{form.code}/sealed/", {field: sent})

        assert answer.status_code in (303, 400, 422)
    assert Submission.objects.count() == 0
