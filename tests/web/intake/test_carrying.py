"""What a phone sealed and no network took away comes in by the codes that it shows, once."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from django.test import Client

from strandline.steady.intake import actions
from strandline.steady.intake.models import Form, Submission
from strandline.steady.people.models import Person
from tests.cast import Cast
from tests.steady.intake.doors import open_form
from tests.web.intake.test_table import entry

Sign = Callable[[str], Client]


@pytest.fixture
def form(cast: Cast) -> Form:
    return open_form(cast)


def code(token: str, slug: str = "heating", device: str = "") -> str:
    one = {"strandline": "table 1", "slug": slug, "device": device}
    return json.dumps(one | {"entries": [entry(f"V {token}", token)]})


def test_codes_are_taken_in_once_each(cast: Cast, form: Form, signed_in: Sign) -> None:
    phone = actions.give_device_code(form=form.code, label="", by=cast.amina, at=datetime.now(UTC)).code
    lines = [code("entry-0001", device=phone), code("entry-0002", device=phone)]
    client = signed_in("amina")

    for sent in ("\n".join(lines), "\r\n".join([*lines, "", code("entry-0003", device=phone), lines[0]])):
        assert client.post(f"/forms/{form.code}/sealed/", {"scanned": sent}).status_code == 303

    names = sorted(Person.objects.values_list("full_name", flat=True))
    assert names == ["V entry-0001", "V entry-0002", "V entry-0003"]
    assert Submission.objects.count() == 3


def test_codes_of_two_phones_keep_their_phones(cast: Cast, form: Form, signed_in: Sign) -> None:
    """A phone that was stopped keeps its entries aside, whoever carries them."""
    at = datetime.now(UTC)
    good, stopped = (actions.give_device_code(form=form.code, label="", by=cast.amina, at=at) for _ in "ab")
    actions.revoke_device(device=stopped.code, by=cast.amina, at=at)
    sent = "\n".join([code("entry-0001", device=good.code), code("entry-0002", device=stopped.code)])

    signed_in("amina").post(f"/forms/{form.code}/sealed/", {"scanned": sent})

    found = {row.token: (row.device, row.state) for row in Submission.objects.all()}
    assert found == {"entry-0001": (good, "kept"), "entry-0002": (stopped, "quarantined")}


@pytest.mark.parametrize(
    "bad",
    ["hello", "[]", "{}", '{"slug": "heating", "entries": {}}', "[" * 100_000, '"\\ud800"', "null", "1"],
)
def test_code_that_is_none_takes_nothing_in_and_keeps_what_was_scanned(
    form: Form, signed_in: Sign, bad: str
) -> None:
    sent = f"{code('entry-0001')}\n{bad}"

    answer = signed_in("amina").post(f"/forms/{form.code}/sealed/", {"scanned": sent})

    assert (answer.status_code, Submission.objects.count()) == (422, 0)
    assert "not a code that a phone showed" in answer.text
    assert "entry-0001" in answer.text


def test_code_of_another_form_is_refused(form: Form, signed_in: Sign) -> None:
    answer = signed_in("amina").post(
        f"/forms/{form.code}/sealed/", {"scanned": code("entry-0001", slug="lifts")}
    )

    assert (answer.status_code, Submission.objects.count()) == (422, 0)
