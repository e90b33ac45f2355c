"""The list that its reader waits for: one may leave its page, and the rail goes on showing it."""

from __future__ import annotations

from strandline.steady.interchange import queries
from strandline.web.requests import Request

_KEY = "list_at_work"


def wait_for(request: Request, code: str) -> None:
    """Remember that the reader waits for this list."""
    request.session[_KEY] = code


def is_waited_for(request: Request) -> bool:
    """Tell whether a list that the reader waits for is at work still; asks nothing while there is none."""
    code = request.session.get(_KEY)
    if code is None:
        return False
    if queries.is_at_work(viewer=request.viewer, code=code):
        return True
    del request.session[_KEY]
    return False
