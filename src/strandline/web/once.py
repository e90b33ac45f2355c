"""One press, one entry: the token that every form carries, and what it was used for."""

from __future__ import annotations

from urllib.parse import urlencode

from strandline.organisation.receipts.rules import Once, fingerprint, is_token

from .requests import Request

# Not part of what was asked: they differ between two presses of the same button.
APART = frozenset({"token", "csrfmiddlewaretoken"})


class BadToken(ValueError):
    """The form's token cannot be one of ours: nothing was done."""


def once(request: Request) -> Once | None:
    """Return the form's token with a fingerprint of what it asks; None when it came without one.

    Raises BadToken when there is one that cannot be a token.
    """
    tokens = request.POST.getlist("token")
    if not any(tokens):
        return None
    if len(tokens) > 1 or not is_token(tokens[0]):
        raise BadToken
    asked = [(name, value) for name, values in request.POST.lists() if name not in APART for value in values]
    return Once(tokens[0], fingerprint(request.path, urlencode(sorted(asked), errors="surrogatepass")))
