"""How long a mail is tried, how long between two tries, and what a mail server's answer means."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum


class Purpose(StrEnum):
    """What a mail is for, and so where its words come from."""

    # About an account, written when it was put: its words lie in it, sealed.
    ACCOUNT = "account"
    # Someone asked for a new password. Only the address lies in it: whether there is an account is looked up on sending.
    RESET = "reset"
    # Asks a visitor whether they meant it. Nothing lies in it: it is written from the sign-up on sending.
    CONFIRMATION = "confirmation"

    @property
    def words(self) -> str:
        """Return what such mails are, as a table names them."""
        return {
            Purpose.ACCOUNT: "News of one's own account",
            Purpose.RESET: "Links for a new password",
            Purpose.CONFIRMATION: "Questions whether a sign-up was meant",
        }[self]

    @property
    def can_be_sent_again(self) -> bool:
        """Tell whether it can still be written when it was given up: what lay in it sealed is gone by then."""
        return self is Purpose.CONFIRMATION


# RFC 5321, 4.5.4.1: whoever sends mail should not give up before four or five days.
PATIENCE = timedelta(days=5)
# A link for a new password that comes later answers nobody's question: whoever needs it has asked again.
RESET_PATIENCE = timedelta(days=1)
# What was sent or given up is remembered for so long, without its words.
KEPT_FOR = timedelta(days=30)
# A mail is taken for this long, and not sent by the one who took it when less than the margin is left of it: with
# a server that answers each command in its last second, one mail takes a minute.
LEASE = timedelta(minutes=10)
MARGIN = timedelta(minutes=2)
# A mail that has waited this long is spoken of.
NOTICED_AFTER = timedelta(minutes=15)


def patience(purpose: Purpose) -> timedelta:
    """Return for how long a mail is tried."""
    return RESET_PATIENCE if purpose is Purpose.RESET else PATIENCE


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of a try, in few letters; never the server's own words, which may quote the address.

    `is_final` when no further try will do better; `is_everyones` when every other mail would fare the same now.
    """

    code: str
    is_final: bool = False
    is_everyones: bool = False


UNREACHABLE = Answer("unreachable", is_everyones=True)
SILENT = Answer("silent", is_everyones=True)
CUT = Answer("cut", is_everyones=True)
SIGN_IN = Answer("sign-in", is_everyones=True)
INSECURE = Answer("insecure", is_everyones=True)
UNWRITABLE = Answer("unwritable", is_final=True)
BROKEN = Answer("broken")
STALE = Answer("stale", is_final=True)
# How a sentence goes on that begins with the mail server.
WORDS: dict[str, str] = {
    UNREACHABLE.code: "it cannot be reached",
    SILENT.code: "it does not answer in time",
    CUT.code: "it ended the connection",
    SIGN_IN.code: "it does not let Strandline sign in",
    INSECURE.code: "it offers no secure connection that holds",
    UNWRITABLE.code: "the address is none that it can take",
    BROKEN.code: "something went wrong while the mail was written",
    STALE.code: "too much time went by",
}
_ENHANCED = re.compile(r"\A[245]\.\d{1,3}\.\d{1,3}")


def refusal(code: int, said: str, *, of_one: bool) -> Answer:
    """Read a refusal of the server's: `of_one` when it was of the address or of the mail, not of us.

    5xx about one mail is final, but for 5.7.x, which may be about us: "you may not send here" is mended by who keeps
    the server, and then every mail goes.
    """
    found = _ENHANCED.match(said.strip())
    enhanced = found[0] if found else ""
    is_everyones = not of_one or code in (421, 454, 530, 535)
    is_final = 500 <= code < 600 and not is_everyones and not enhanced.startswith("5.7.")
    return Answer(f"{code} {enhanced}".strip(), is_final=is_final, is_everyones=is_everyones)
