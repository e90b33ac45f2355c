from __future__ import annotations

import re

import pytest
from django.core import mail
from django.test import Client

from strandline.jobs import tasks
from strandline.steady.intake.models import Confirmation, Likeness, Submission
from tests.cast import Cast
from tests.steady.intake.doors import open_form, send, sheet


def test_send_confirmations_sends_each_once_with_a_link_that_confirms(cast: Cast) -> None:
    open_form(cast, is_double_opt_in=True, languages=("en", "es"))
    send(sheet(), sheet("Otra", "otra@example.org", language="es"))

    sent = [tasks.send_confirmations.call(), tasks.send_confirmations.call()]

    link = re.search(r"http://\S+?(/j/heating/confirm/\S+)", mail.outbox[0].body)
    assert sent == [2, 0]
    assert [m.to for m in mail.outbox] == [["noor@example.org"], ["otra@example.org"]]
    assert "Si eras tú" in mail.outbox[1].body
    assert "Noor" not in mail.outbox[0].body
    assert link
    assert Client().post(link[1]).status_code == 200
    assert Submission.objects.order_by("pk")[0].state == "confirmed"


def test_send_confirmations_loses_rather_than_doubles_a_mail_when_it_is_cut_off(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_form(cast, is_double_opt_in=True)
    send(sheet())

    def broken(**_: object) -> None:
        raise OSError("no mail server")

    with monkeypatch.context() as patched:
        patched.setattr(tasks, "send_mail", broken)
        with pytest.raises(OSError, match="no mail server"):
            tasks.send_confirmations.call()
    tasks.send_confirmations.call()

    assert mail.outbox == []
    assert Confirmation.objects.get().sent_at is None


def test_look_after_incoming_finds_likenesses(cast: Cast) -> None:
    open_form(cast)
    cast.person(reaches=[("email", "noor@example.org")])
    send(sheet())

    assert tasks.look_after_incoming.call() == 1
    assert Likeness.objects.count() == 1
