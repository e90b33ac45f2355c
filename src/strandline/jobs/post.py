"""The post: takes mails out of the outbox, hands them to the mail server, and notes what came of it."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog
from django.conf import settings
from django.core.mail import get_connection

from strandline.organisation.branches import queries as branches
from strandline.organisation.notices import actions as notices
from strandline.organisation.notices import rules
from strandline.organisation.notices.actions import Leased
from strandline.organisation.notices.rules import Answer

from .mails import Letter, written
from .retries import Retries

# A mail that the server does not want now is tried again after a minute, then ever later; a server that wants none is
# asked again after five seconds, then ever later. Neither is counted: what ends it is the patience with each mail.
NEVER_LAST = 2**31
OF_MAIL = Retries(NEVER_LAST, timedelta(minutes=1), timedelta(hours=1))
OF_SERVER = Retries(NEVER_LAST, timedelta(seconds=5), timedelta(minutes=5))
log = structlog.get_logger("strandline.jobs")


class Post:
    """One worker's post.

    Each mail is leased, sent, and marked as sent, in three steps that share no transaction, since no network is waited
    for in one. A worker killed before the server took the mail costs nothing: the mail goes out later. One killed in
    the moment between the server's *250* and our mark cannot tell what became of it, nor can anyone: that one mail,
    at most one a kill, goes out a second time, with the same Message-ID. The other choice is to lose it.
    """

    def __init__(self, worker: str) -> None:
        self._worker = worker
        self._troubles = 0
        self._rests_until = datetime.min.replace(tzinfo=UTC)

    def deliver(self) -> bool:
        """Send some of what is due; True when something left, so that there may be more."""
        now = datetime.now(UTC)
        if not settings.SENDS_MAIL or now < self._rests_until:
            return False
        mails = notices.lease_mails(worker=self._worker, at=now)
        if not mails:
            return False
        with branches.one_request():
            return self._deliver(mails)

    def _deliver(self, mails: Sequence[Leased]) -> bool:
        untried = [mail.code for mail in mails]
        left = 0
        connection = get_connection()
        trouble = _opened(connection)
        try:
            for mail in mails if trouble is None else ():
                if not mail.is_held(datetime.now(UTC)):
                    break
                answer = self._send(connection, mail)
                untried.remove(mail.code)
                left += answer is None
                if answer is not None and answer.is_everyones:
                    trouble = answer
                    break
        finally:
            _close(connection)
            now = datetime.now(UTC)
            notices.let_go(mails=untried, answer=trouble, at=now)
        self._note(trouble, now)
        return left > 0 and trouble is None

    def _note(self, trouble: Answer | None, now: datetime) -> None:
        if trouble is None:
            self._troubles = 0
            return
        self._troubles += 1
        self._rests_until = now + (OF_SERVER.pause_after(self._troubles) or timedelta())
        log.warning("the mail server takes no mail", answer=trouble.code)

    def _send(self, connection: Any, mail: Leased) -> Answer | None:
        """Hand over one mail; None when it left or has nobody to go to, else what came of it."""
        try:
            letter = written(mail)
        except Exception as error:
            log.error("a mail could not be written", error=type(error).__name__, exc_info=error)
            return self._put_off(mail, rules.BROKEN)
        if letter is None:
            notices.drop(mail=mail.code)
            return None
        answer = _handed_over(connection, letter, mail)
        if answer is None:
            letter.note(mail=mail.code, at=datetime.now(UTC))
            return None
        # Also when it is not the mail's own fault: one that breaks the connection each time must not stand first for ever.
        return self._put_off(mail, answer)

    @staticmethod
    def _put_off(mail: Leased, answer: Answer) -> Answer:
        now = datetime.now(UTC)
        if answer.is_final:
            notices.give_up(mail=mail.code, answer=answer, at=now)
        else:
            until = now + (OF_MAIL.pause_after(mail.tries + 1) or timedelta())
            notices.postpone(mail=mail.code, answer=answer, at=now, until=until)
        return answer


def _close(connection: Any) -> None:
    try:
        connection.close()
    except (OSError, smtplib.SMTPException):
        return  # it is gone already


def _opened(connection: Any) -> Answer | None:
    """Open the connection; None when it stands, else what kept it from it."""
    try:
        connection.open()
    except smtplib.SMTPAuthenticationError:
        return rules.SIGN_IN
    except smtplib.SMTPNotSupportedError:
        return rules.INSECURE
    except smtplib.SMTPResponseException as refused:
        return rules.refusal(refused.smtp_code, _text(refused.smtp_error), of_one=False)
    except (smtplib.SMTPException, OSError) as failed:
        return _broken_off(failed)
    return None


def _handed_over(connection: Any, letter: Letter, mail: Leased) -> Answer | None:
    """Give a mail to the server and read its answer; None when it was taken."""
    try:
        connection.send_messages([letter.message(mail)])
    except smtplib.SMTPRecipientsRefused as refused:
        code, said = next(iter(refused.recipients.values()))
        return rules.refusal(code, _text(said), of_one=True)
    except smtplib.SMTPSenderRefused as refused:
        return rules.refusal(refused.smtp_code, _text(refused.smtp_error), of_one=False)
    except smtplib.SMTPResponseException as refused:
        return rules.refusal(refused.smtp_code, _text(refused.smtp_error), of_one=True)
    except (smtplib.SMTPNotSupportedError, ValueError):
        return rules.UNWRITABLE
    except (smtplib.SMTPException, OSError) as failed:
        return _broken_off(failed)
    return None


def _broken_off(failed: Exception) -> Answer:
    if isinstance(failed, smtplib.SMTPException):
        return rules.CUT
    if isinstance(failed, ssl.SSLError):
        return rules.INSECURE
    return rules.SILENT if isinstance(failed, TimeoutError) else rules.UNREACHABLE


def _text(said: bytes | str) -> str:
    return said.decode("ascii", "replace") if isinstance(said, bytes) else said
