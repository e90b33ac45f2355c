"""Toasts: what was done, in words, and the way to take it back."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from django.contrib.messages.storage.session import SessionStorage
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.functional import SimpleLazyObject
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

from strandline.organisation.audit import actions as audit

from .requests import Request

KEPT_IN = "toasts"


@dataclass(frozen=True)
class Toast:
    """One message. `draft` names the kept draft that is no longer needed."""

    text: str
    undo_url: str = ""
    draft: str = ""


def toast_for(text: str, *, draft: str = "") -> Toast:
    """Return the toast for the action that this request has just carried out, with its way back if it has one."""
    deed = audit.latest_deed()
    return Toast(text, f"/undo/{deed}/" if deed else "", draft)


def put(request: Request, toast: Toast) -> None:
    """Keep the toast for the page that comes next. It is kept with the session, never in a cookie."""
    kept = asdict(toast) | {"text": conditional_escape(toast.text)}
    request.session[KEPT_IN] = [*request.session.get(KEPT_IN, []), kept][-3:]


def are_waiting(request: Request) -> bool:
    """Tell whether a toast, or a message of the sign-in pages, waits for the next page."""
    return KEPT_IN in request.session or SessionStorage.session_key in request.session


def markup(request: Request, toast: Toast) -> SafeString:
    """Return the toast as it joins a page that is already open."""
    return render_to_string("_components/toast_beside.html", {"toast": toast}, request)


def toasts(request: HttpRequest) -> dict[str, Any]:
    """Give a page the toasts that wait for it; they are taken only when the page draws them."""

    def waiting() -> list[Toast]:
        session = getattr(request, "session", {})
        if KEPT_IN not in session:
            return []
        # The text was escaped when it was put; the session keeps text only.
        return [Toast(mark_safe(t["text"]), t["undo_url"], t["draft"]) for t in session.pop(KEPT_IN)]  # noqa: S308

    return {"toasts": SimpleLazyObject(waiting)}
