"""The client's token of one request: what makes a double tap, a second tab or a retry harmless (PROMISES P9)."""

from __future__ import annotations

from collections.abc import Iterable

from strandline.organisation.receipts.rules import Once, fingerprint, is_token

from .requests import Request

# These may differ between two sendings of the same form.
_NOT_ASKED = frozenset({"token", "csrfmiddlewaretoken"})


def once_of(request: Request) -> Once | None:
    """Return the token with the fingerprint of the form; None when the form came without one that can be read."""
    asked = [(k, v) for k, values in request.POST.lists() if k not in _NOT_ASKED for v in values]
    # A file stands for itself by name and size: reading all of it would cost as much as taking it in.
    files = [(k, f"{f.name} {f.size}") for k, files in request.FILES.lists() for f in files]
    return once_for(request.POST.get("token", ""), path=request.path, asked=asked, files=files)


def once_for(
    token: str, *, path: str, asked: Iterable[tuple[str, str]], files: Iterable[tuple[str, str]] = ()
) -> Once | None:
    """Return the token of a form that came another way than by its own address: it counts as the same form."""
    if not is_token(token):
        return None
    pairs = [*sorted(asked), *sorted(files)]
    return Once(token, fingerprint(path, *(part for pair in pairs for part in pair)))
