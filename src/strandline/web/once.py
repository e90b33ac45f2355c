"""The client's token of one request: what makes a double tap, a second tab or a retry harmless (PROMISES P9)."""

from __future__ import annotations

from strandline.organisation.receipts.rules import Once, fingerprint, is_token

from .requests import Request

# These may differ between two sendings of the same form.
_NOT_ASKED = frozenset({"token", "csrfmiddlewaretoken"})


def once_of(request: Request) -> Once | None:
    """Return the token with the fingerprint of the form; None when the form came without one that can be read."""
    token = request.POST.get("token", "")
    if not is_token(token):
        return None
    asked = sorted((k, v) for k, values in request.POST.lists() if k not in _NOT_ASKED for v in values)
    # A file stands for itself by name and size: reading all of it would cost as much as taking it in.
    asked += sorted((k, f"{f.name} {f.size}") for k, files in request.FILES.lists() for f in files)
    return Once(token, fingerprint(request.path, *(part for pair in asked for part in pair)))
