from __future__ import annotations

import re

import time_machine
from django.core import mail
from django.test import Client

from strandline.jobs import tasks
from strandline.jobs.post import Post
from strandline.steady.intake.models import Likeness, Submission
from tests.cast import NOW, Cast
from tests.steady.intake.doors import open_form, send, sheet


def test_confirmations_are_sent_once_each_with_a_link_that_confirms(cast: Cast) -> None:
    open_form(cast, is_double_opt_in=True, languages=("en", "es"))
    send(sheet(), sheet("Otra", "otra@example.org", language="es"))
    post = Post("one")

    with time_machine.travel(NOW, tick=False):
        sent = [post.deliver(), post.deliver()]

    by_address = {message.to[0]: message for message in mail.outbox}
    noor = str(by_address["noor@example.org"].body)
    link = re.search(r"http://\S+?(/j/heating/confirm/\S+)", noor)
    assert sent == [True, False]
    assert sorted(by_address) == ["noor@example.org", "otra@example.org"]
    assert "Si eras tú" in str(by_address["otra@example.org"].body)
    assert "Noor" not in noor
    assert link
    assert Client().post(link[1]).status_code == 200
    assert Submission.objects.order_by("pk")[0].state == "confirmed"


def test_look_after_incoming_finds_likenesses(cast: Cast) -> None:
    open_form(cast)
    cast.person(reaches=[("email", "noor@example.org")])
    send(sheet())

    assert tasks.look_after_incoming.call() == 1
    assert Likeness.objects.count() == 1
