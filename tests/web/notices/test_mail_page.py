"""The page of the outbox: numbers and reasons for administrators, nothing for others."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from strandline.organisation.audit.models import AuditEntry
from strandline.organisation.notices import actions
from strandline.organisation.notices.models import Mail
from strandline.organisation.notices.rules import UNREACHABLE, Purpose, refusal
from tests.cast import Cast
from tests.steady.intake.doors import open_form, send, sheet

Sign = Callable[[str], Client]
HERE = "/settings/team/mail/"
OTHERS = ("amina", "bruno", "chen", "dede", "lea", "bela", "stella", "uma")


def put(number: int = 1, purpose: Purpose = Purpose.ACCOUNT) -> list[Mail]:
    at = timezone.now() - timedelta(hours=1)
    for _ in range(number):
        actions.put_mails(purpose=purpose, at=at, content={"to": "rosa@example.org"})
    return list(Mail.objects.order_by("pk"))


def body(client: Client, path: str = HERE) -> str:
    return client.get(path).content.decode()


@pytest.mark.parametrize("name", OTHERS)
def test_page_is_not_there_for_others(cast: Cast, signed_in: Sign, name: str) -> None:
    client = signed_in(name)

    assert (client.get(HERE).status_code, client.post(f"{HERE}again/").status_code) == (404, 404)
    assert 'href="/settings/team/mail/"' not in client.get("/settings/").content.decode()


def test_page_says_that_nothing_waits(cast: Cast, signed_in: Sign) -> None:
    page = body(signed_in("adam"))

    assert "Nothing waits." in page
    assert "Nothing was given up within a month." in page
    assert "again/" not in page


def test_page_and_the_administrators_first_page_say_how_many_wait_and_why(
    cast: Cast, signed_in: Sign
) -> None:
    mails = put(3)
    actions.let_go(mails=[mail.code for mail in mails], answer=UNREACHABLE, at=timezone.now())
    client = signed_in("adam")

    for path in (HERE, "/settings/team/"):
        page = body(client, path)
        assert "3 mails wait to go out, the oldest since" in page
        assert "The mail server: it cannot be reached." in page
        assert "rosa" not in page


def test_what_has_just_been_put_is_not_spoken_of(cast: Cast, signed_in: Sign) -> None:
    actions.put_mails(purpose=Purpose.ACCOUNT, at=timezone.now(), content={"to": "rosa@example.org"})

    assert "wait" not in body(signed_in("adam"), "/settings/team/").split("<main")[1]


def test_page_says_that_no_server_is_set(cast: Cast, signed_in: Sign, settings: Any) -> None:
    settings.SENDS_MAIL = False
    put()

    page = body(signed_in("adam"))

    assert "No mail goes out: no mail server is set." in page
    assert "The mail server: no mail server is set." not in page


def test_what_was_given_up_is_told_by_reason_and_sent_again_once(cast: Cast, signed_in: Sign) -> None:
    open_form(cast, is_double_opt_in=True)
    send(sheet(at=timezone.now()))
    account = put()[-1]
    for mail in Mail.objects.all():
        actions.give_up(mail=mail.code, answer=refusal(550, "5.1.1 none", of_one=True), at=timezone.now())
    client = signed_in("adam")

    page = body(client)
    for _ in range(2):
        client.post(f"{HERE}again/", {"token": "again-again-1"})

    assert "Questions whether a sign-up was meant" in page
    assert "it answered 550 5.1.1" in page
    assert "Send 1 again" in page
    assert [mail.purpose for mail in Mail.objects.waiting()] == ["confirmation"]
    assert Mail.objects.get(pk=account.pk).given_up_at is not None
    assert AuditEntry.objects.filter(verb="mail.sent_again").count() == 1


def test_organiser_is_told_on_the_form_that_its_questions_wait(cast: Cast, signed_in: Sign) -> None:
    form = open_form(cast, is_double_opt_in=True)
    other = open_form(cast, "other", is_double_opt_in=True)
    send(sheet(at=timezone.now() - timedelta(hours=1)))

    page = body(signed_in("amina"), f"/forms/{form.code}/")

    assert "1 mail waits to go out, since" in page
    assert 'href="/settings/team/mail/"' not in page
    assert "waits to go out" not in body(signed_in("amina"), f"/forms/{other.code}/")
    assert signed_in("chen").get(f"/forms/{form.code}/").status_code == 404


def test_page_asks_as_much_for_many_as_for_few(
    cast: Cast, signed_in: Sign, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client = signed_in("adam")
    client.get(HERE)
    for number in (1, 2):
        for mail in put(number):
            actions.give_up(mail=mail.code, answer=refusal(550, "5.1.1", of_one=True), at=timezone.now())
        put(number)
        with django_assert_num_queries(7):
            client.get(HERE)
