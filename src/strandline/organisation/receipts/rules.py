"""What makes two requests the same request."""

import hashlib
from dataclasses import dataclass
from datetime import timedelta

MOST_TOKEN = 64
# A client may repeat a request for this long (SYSTEM 24: what was done can be taken back for 30 days).
KEPT_FOR = timedelta(days=30)
# A slot of the schedule comes again only if the clock is set back, and then by hours, not by days.
SLOTS_KEPT_FOR = timedelta(days=3)


@dataclass(frozen=True)
class Once:
    """A client's token for one request, and the fingerprint of what it asked for."""

    token: str
    fingerprint: str


class TokenReused(Exception):
    """The same token came with other words: nothing was done."""


def fingerprint(*parts: str | bytes) -> str:
    """Return a short digest of what was asked, so that a reused token can be told from a repeated request."""
    digest = hashlib.blake2b(digest_size=16)
    for part in parts:
        raw = part.encode("utf-8", "surrogatepass") if isinstance(part, str) else part
        digest.update(len(raw).to_bytes(8, "big"))
        digest.update(raw)
    return digest.hexdigest()


def is_token(text: str) -> bool:
    """Tell whether the text can be a client token: 8 to 64 characters of letters, digits, dash and underscore."""
    return (
        8 <= len(text) <= MOST_TOKEN and text.replace("-", "").replace("_", "").isalnum() and text.isascii()
    )
