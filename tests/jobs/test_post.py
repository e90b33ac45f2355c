"""The outbox and the post against a real mail server: nothing is lost, and nothing is sent twice that need not be."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.db import transaction

from strandline.jobs.post import Post
from strandline.organisation.audit.models import AuditEntry
from strandline.organisation.notices import actions, queries
from strandline.organisation.notices.models import Mail
from strandline.organisation.notices.rules import Purpose
from tests.cast import NOW, Cast
from tests.homes import ROOT, environment, python
from tests.jobs.sink import Sink
from tests.steady.intake.doors import open_form, send, sheet


@pytest.fixture
def sink(settings: Any) -> Iterator[Sink]:
    """A mail server that is up, and by which the product sends."""
    made = Sink()
    made.up()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", made.port
    yield made
    made.down()


def put(*addresses: str, at: datetime = NOW) -> None:
    for address in addresses:
        content = {"to": address, "subject": "A word", "text": "Words.\n"}
        actions.put_mails(purpose=Purpose.ACCOUNT, content=content, at=at)


def deliver(post: Post, at: datetime) -> bool:
    with time_machine.travel(at, tick=False):
        return post.deliver()


def test_what_is_put_leaves_once_and_is_forgotten(db: None, sink: Sink) -> None:
    put("amina@example.org")
    post = Post("one")

    told = [deliver(post, NOW), deliver(post, NOW + timedelta(hours=1))]

    row = Mail.objects.get()
    assert (told, sink.recipients) == ([True, False], ["amina@example.org"])
    assert (bytes(row.sealed), row.sent_at, row.tries, row.leased_by) == (b"", NOW, 1, "")
    assert sink.mails[0]["Message-ID"] == f"<{row.code}@localhost>"


def test_what_waits_is_sealed(db: None) -> None:
    put("amina@example.org")

    sealed = bytes(Mail.objects.get().sealed)

    assert sealed
    assert b"amina" not in sealed
    assert actions.lease_mails(worker="one", at=NOW)[0].content["to"] == "amina@example.org"


def test_mail_of_a_change_that_did_not_stand_is_not_sent(db: None, sink: Sink) -> None:
    def change() -> None:
        with transaction.atomic():
            put("amina@example.org")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        change()

    assert deliver(Post("one"), NOW) is False
    assert sink.mails == []


def test_server_that_was_down_gets_each_mail_exactly_once_when_it_is_up(db: None, sink: Sink) -> None:
    put("amina@example.org", "bruno@example.org")
    post = Post("one")
    sink.down()

    down = [deliver(post, NOW + timedelta(minutes=n)) for n in range(20)]
    standing = queries.mail_standing()
    sink.up()
    up = [deliver(post, NOW + timedelta(minutes=30 + n)) for n in range(5)]

    assert down == [False] * 20
    assert (standing.waiting, standing.answer, standing.since) == (2, "unreachable", NOW)
    assert up == [True, False, False, False, False]
    assert sorted(sink.recipients) == ["amina@example.org", "bruno@example.org"]
    assert queries.mail_standing().waiting == 0


def test_server_that_is_down_is_asked_ever_more_rarely(db: None, sink: Sink) -> None:
    put("amina@example.org")
    post = Post("one")
    sink.down()

    tried = []
    for second in range(0, 900, 2):
        deliver(post, NOW + timedelta(seconds=second))
        tried.append(Mail.objects.get().tried_at)

    assert [int((at - NOW).total_seconds()) for at in dict.fromkeys(tried)] == [
        0,
        6,
        16,
        36,
        76,
        156,
        316,
        616,
    ]


def test_address_that_is_none_is_given_up_and_holds_nobody_up(db: None, sink: Sink) -> None:
    put("gone@example.org", "bruno@example.org")
    sink.on_address = lambda to: "550 5.1.1 gone@example.org: no such user" if to.startswith("gone") else None

    deliver(Post("one"), NOW)

    gone, gone_by = Mail.objects.order_by("pk")
    assert sink.recipients == ["bruno@example.org"]
    assert (gone.given_up_at, gone.answer, bytes(gone.sealed)) == (NOW, "550 5.1.1", b"")
    assert gone_by.sent_at == NOW


@pytest.mark.parametrize("said", ["450 4.7.1 try later", "550 5.7.1 not from you", "451 busy"])
def test_mail_that_is_not_wanted_now_is_tried_later_while_others_go(db: None, sink: Sink, said: str) -> None:
    put("grey@example.org", "bruno@example.org")
    sink.on_address = lambda to: said if to.startswith("grey") else None
    post = Post("one")

    deliver(post, NOW)
    due = Mail.objects.waiting().get().due_at
    sink.on_address = lambda _to: None
    early, later = deliver(post, NOW + timedelta(seconds=59)), deliver(post, NOW + timedelta(seconds=60))

    assert due == NOW + timedelta(minutes=1)
    assert (early, later, sink.recipients) == (False, True, ["bruno@example.org", "grey@example.org"])


def test_mail_that_breaks_the_connection_does_not_stand_first_for_ever(db: None, sink: Sink) -> None:
    put("breaks@example.org", "bruno@example.org")
    sink.on_mail = lambda to: "421 4.3.0 closing" if to.startswith("breaks") else None
    post = Post("one")

    told = [deliver(post, NOW), deliver(post, NOW + timedelta(seconds=10))]

    assert (told, sink.recipients) == ([False, True], ["bruno@example.org"])


def test_mail_is_given_up_after_five_days_and_an_asked_for_link_after_one(db: None, sink: Sink) -> None:
    put("grey@example.org")
    actions.put_mails(purpose=Purpose.RESET, content={"email": "a@example.org", "base": "http://x"}, at=NOW)
    sink.down()
    post = Post("one")

    deliver(post, NOW)
    after = [actions.give_up_stale(at=NOW + timedelta(hours=hours)) for hours in (23, 25, 119, 121)]

    assert after == [0, 1, 0, 1]
    assert set(Mail.objects.values_list("answer", flat=True)) == {"unreachable"}
    assert {bytes(row.sealed) for row in Mail.objects.all()} == {b""}


def test_mail_that_would_be_tried_too_late_is_given_up_at_once(db: None, sink: Sink) -> None:
    put("grey@example.org")
    sink.on_address = lambda _to: "450 4.7.1 try later"

    deliver(Post("one"), NOW + timedelta(days=5))

    assert Mail.objects.get().given_up_at == NOW + timedelta(days=5)


def test_two_posts_never_hold_the_same_mail(db: None) -> None:
    put(*(f"n{n}@example.org" for n in range(5)))

    first = actions.lease_mails(worker="one", at=NOW, most=3)
    second = actions.lease_mails(worker="two", at=NOW, most=3)
    later = actions.lease_mails(worker="two", at=NOW + timedelta(minutes=11), most=9)

    assert [len(first), len(second), len(later)] == [3, 2, 5]
    assert not {m.code for m in first} & {m.code for m in second}


def test_what_a_killed_worker_had_taken_is_free_again(db: None, sink: Sink) -> None:
    put("amina@example.org")
    actions.lease_mails(worker="gone", at=NOW)

    held = deliver(Post("two"), NOW)
    freed = actions.free_leases(is_up=lambda name: name != "gone")
    sent = deliver(Post("two"), NOW)

    assert (held, freed, sent) == (False, 1, True)
    assert actions.free_leases(is_up=lambda _name: False) == 0


def test_mail_whose_lease_is_nearly_over_is_left_to_others(db: None, sink: Sink) -> None:
    put("amina@example.org")
    (mail,) = actions.lease_mails(worker="one", at=NOW)

    assert mail.is_held(NOW + timedelta(minutes=7))
    assert not mail.is_held(NOW + timedelta(minutes=8))


def test_confirmation_is_noted_in_the_log_when_it_left_and_not_before(cast: Cast, sink: Sink) -> None:
    open_form(cast, is_double_opt_in=True)
    send(sheet())
    asked = AuditEntry.objects.filter(verb="signup.asked")

    before = asked.count()
    deliver(Post("one"), NOW)

    assert (before, asked.count(), asked.get().actor) == (0, 1, "clock")
    assert sink.recipients == ["noor@example.org"]
    assert bytes(Mail.objects.get().sealed) == b""


def test_confirmation_of_someone_set_aside_meanwhile_is_not_sent(cast: Cast, sink: Sink) -> None:
    from strandline.steady.intake.models import Submission

    open_form(cast, is_double_opt_in=True)
    send(sheet())
    Submission.objects.update(state="quarantined")

    deliver(Post("one"), NOW)

    assert (sink.mails, Mail.objects.count()) == ([], 0)


def test_mail_that_cannot_be_written_is_put_off_and_its_error_told(
    db: None, sink: Sink, monkeypatch: pytest.MonkeyPatch
) -> None:
    from strandline.jobs import post as posts

    put("amina@example.org")

    def broken(_mail: object) -> None:
        raise LookupError("no template")

    with monkeypatch.context() as patched:
        patched.setattr(posts, "written", broken)
        deliver(Post("one"), NOW)

    assert Mail.objects.get().answer == "broken"
    assert deliver(Post("one"), NOW + timedelta(minutes=1)) is True


def test_forgotten_after_a_month(db: None, sink: Sink) -> None:
    put("amina@example.org")
    deliver(Post("one"), NOW)

    gone = [actions.forget_mails(at=NOW + timedelta(days=days)) for days in (30, 31)]

    assert gone == [0, 1]


def test_without_a_server_mails_wait(db: None, sink: Sink, settings: Any) -> None:
    settings.SENDS_MAIL = False
    put("amina@example.org")

    assert deliver(Post("one"), NOW) is False
    assert Mail.objects.get().tries == 0


# A worker that dies at one of two places: before the server has taken the mail, and after, before that is noted.
KILLED = """
import os, signal
from datetime import UTC, datetime
from strandline.jobs import post
from strandline.organisation.notices import actions
from strandline.organisation.notices.rules import Purpose
from strandline.organisation.notices.models import Mail
if not Mail.objects.exists():
    for name in "abc":
        actions.put_mails(purpose=Purpose.ACCOUNT, at=datetime.now(UTC),
            content={{"to": f"{{name}}@example.org", "subject": "A word", "text": "Words."}})
hand_over, count = post._handed_over, 0
def killed(*given):
    global count
    count += 1
    if count == 2 and "{where}" == "before":
        os.kill(os.getpid(), signal.SIGKILL)
    answer = hand_over(*given)
    if count == 2 and "{where}" == "after":
        os.kill(os.getpid(), signal.SIGKILL)
    return answer
if "{where}":
    post._handed_over = killed
post.Post("{name}").deliver()
"""


@pytest.mark.parametrize(("where", "twice"), [("before", 0), ("after", 1)])
def test_kill_repeats_at_most_the_one_mail_that_was_in_the_wire(
    own_home: Path, where: str, twice: int
) -> None:
    sink = Sink()
    sink.up()
    try:
        mail = {"STRANDLINE_SMTP_HOST": "127.0.0.1", "STRANDLINE_SMTP_PORT": str(sink.port)}
        code = "import os; os.environ['DJANGO_SETTINGS_MODULE'] = 'strandline.config.settings'\nimport django; django.setup()\n"
        done = subprocess.run(
            [sys.executable, "-c", code + KILLED.format(where=where, name="first")],
            env=environment(own_home, **mail),
            cwd=ROOT,
            check=False,
        )
        assert done.returncode == -signal.SIGKILL
        freed = "from strandline.organisation.notices import actions\nprint(actions.free_leases(is_up=lambda name: False))"
        assert python(own_home, freed) == "2"
        subprocess.run(
            [sys.executable, "-c", code + KILLED.format(where="", name="second")],
            env=environment(own_home, **mail),
            cwd=ROOT,
            check=True,
        )
    finally:
        sink.down()

    codes = [mail["Message-ID"] for mail in sink.mails]
    assert sorted(set(sink.recipients)) == ["a@example.org", "b@example.org", "c@example.org"]
    assert (len(codes), len(set(codes))) == (3 + twice, 3)
