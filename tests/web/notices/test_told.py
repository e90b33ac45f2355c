"""Whoever is told something sees it on the page where they begin, data stewards too."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from strandline.organisation.notices.models import Notice
from tests.cast import NOW, Cast

BEGINS = {
    "amina": "/",
    "lea": "/",
    "bela": "/",
    "dede": "/",
    "uma": "/",
    "stella": "/people/",
    "adam": "/settings/team/",
}


@pytest.mark.parametrize("name", BEGINS)
def test_notice_is_read_where_the_day_begins(
    cast: Cast, signed_in: Callable[[str], Client], name: str
) -> None:
    Notice.objects.create(account=cast.accounts[name], kind="person.shared", at=NOW)
    client = signed_in(name)

    first = client.get("/", follow=True)
    client.post(f"/notices/{Notice.objects.get().code}/read/")
    then = client.get("/", follow=True)

    told = "Someone shared a record with you"
    assert (first.wsgi_request.path, told in first.text, told in then.text) == (BEGINS[name], True, False)
