"""Attendance without network: what a phone kept sealed while there was none, and the page that stands in for names."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from strandline.lib.text import BadText
from strandline.organisation.accounts.rules import Role
from strandline.organisation.receipts.rules import TokenReused, is_token
from strandline.steady.circles import actions
from strandline.steady.circles.actions import CannotConvene
from strandline.steady.intake import queries as intake
from strandline.steady.intake import sealing
from strandline.steady.intake.sealing import MOST_SEALED, CannotUnseal
from strandline.store.records import Absent
from strandline.web import render
from strandline.web.once import once_for
from strandline.web.outbox import (
    MOST_ENTRIES,
    MOST_FILE,
    NOT_CARRIED,
    SCHEMA,
    Kept,
    carried,
    receipt,
    refusal,
)
from strandline.web.requests import Request
from strandline.web.said import said

# The name under which receipts for attendance are signed.
BOX = "attendance"
# Attendance is opened while there is network: its page holds names and is never kept. What is kept stands in for it
# after a reload, knows how many ticks wait, and nothing else.
KEPT = Kept(
    kind="strandline-circles",
    page=r"^\/circles\/[A-Za-z0-9_-]+\/meetings\/[0-9-]+\/$",
    files=("css/tokens.css", "css/strandline.css", "img/favicon.svg", "js/waiting.js"),
    modules=(),
    stand_in="/circles/waiting/",
    patience_ms=10_000,
)
FIELDS = {"came": ("came", "person"), "everyone": (), "guest": ("name",)}


@login_not_required
@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """Give the service worker, which keeps the page that stands in for attendance and its style, and no names."""
    return KEPT.worker(request)


@login_not_required
@require_safe
def waiting(request: Request) -> HttpResponse:
    """Show what stands in for attendance while there is no network: the same for everybody, without names."""
    return HttpResponse(render_to_string("circles/waiting.html", {}, request))


def outbox() -> dict[str, Any] | None:
    """Return what the page of attendance needs to keep ticks without network; None while there is no key to seal to."""
    key = intake.outbox_key()
    if key is None:
        return None
    return {
        "key": key,
        "cache": KEPT.cache,
        "told": {
            "online": _("Network"),
            "offline": _("No network. What you tick is kept here, sealed, and goes by itself."),
            "signed_out": _("You were signed out. Sign in again, and what waits here goes."),
            "storage": _("This phone cannot keep anything. Write it on paper."),
            "came": _("{n} came"),
            "waits": _("waits"),
            "coded": _("Code {n} of {all}. Scan each with the computer."),
            "large": _("Tick {n} of {all} is too long for a code. Save the sealed file for it."),
        },
    }


@require_POST
def sync(request: Request) -> HttpResponse:
    """Take in what was ticked without network, in its order, and sign for each that is durable.

    An entry counts as the form it stands for: one that reached us before its answer was lost is done once.
    """
    try:
        entries = json.loads(request.POST.get("entries", ""))
        if not isinstance(entries, list) or len(entries) > MOST_ENTRIES:
            raise ValueError("entries")
    except (ValueError, RecursionError):
        reason = _("Send at most %(most)s entries, as the page does.") % {"most": MOST_ENTRIES}
        return JsonResponse({"reason": reason}, status=400)
    return JsonResponse({"receipts": [_taken(request, entry) for entry in entries]})


@require_http_methods(["GET", "HEAD", "POST"])
def bring(request: Request) -> HttpResponse:
    """Take in what a phone had sealed when no network came: the file that it saved, or the codes that it showed.

    Whoever ticked brings it, so that what also goes by itself later is known to have come.
    """
    if not (request.viewer.works_with_people or request.viewer.is_(Role.CONVENOR)):
        raise PermissionDenied
    context: dict[str, Any] = {"receipts": [], "scanned": ""}
    status = 200
    if request.method == "POST":
        try:
            phones = carried(request, BOX, request.viewer.code)
        except NOT_CARRIED:
            context["fault"] = _(
                "This is not what your phone saved or showed at attendance. Nothing was taken in. Whoever ticked brings it."
            )
            context["scanned"] = request.POST.get("scanned", "")[:MOST_FILE]
            status = 422
        else:
            receipts = [_taken(request, entry) for _device, entries in phones for entry in entries]
            context["receipts"] = receipts
            context["kept"] = sum(one["state"] == "kept" for one in receipts)
            context["refused"] = [one["reason"] for one in receipts if one["state"] == "refused"]
    return render.page(request, "circles/sealed.html", context=context, status=status)


def _taken(request: Request, entry: Any) -> dict[str, str]:
    token = str(entry.get("token", "")) if isinstance(entry, dict) else ""
    if not is_token(token):
        return refusal("", _("The entry carries no mark of its own."))
    try:
        key = intake.outbox_key(str(entry.get("key", ""))[:16] or "-")
        if key is None or len(json.dumps(entry)) > MOST_SEALED or not isinstance(entry.get("entry"), dict):
            raise CannotUnseal("There is no such key.")
        found = sealing.unseal(entry["entry"], private=bytes(key.seal_private), token=token)
        _noted(request, found, token)
    except CannotUnseal:
        return refusal(token, _("It cannot be opened."))
    except TokenReused:
        return refusal(token, _("It was sent before, with other words."))
    except Absent:
        return refusal(token, _("The circle, its meeting or the person is not there for you any more."))
    except (CannotConvene, BadText) as refused:
        return refusal(token, said(getattr(refused, "reason", refused)))
    return receipt(BOX, token, private=bytes(key.sign_private))


def _noted(request: Request, found: dict[str, Any], token: str) -> None:
    """Do what the form would have done that the page could not send. Raises what its action raises, and CannotUnseal."""
    what, circle, on = (str(found.get(name, ""))[:64] for name in ("what", "circle", "on"))
    if found.get("v") not in range(1, SCHEMA + 1) or what not in FIELDS:
        raise CannotUnseal("It is of a newer kind.")
    try:
        day = date.fromisoformat(on)
    except ValueError:
        raise Absent from None
    asked = {name: str(found[name]) for name in FIELDS[what] if name in found}
    once = once_for(token, path=f"/circles/{circle}/meetings/{on}/{what}/", asked=asked.items())
    given: dict[str, Any] = {
        "circle": circle,
        "on": day,
        "by": request.viewer,
        "at": request.at,
        "once": once,
    }
    ACTS[what](asked, given)


def _came(asked: dict[str, str], given: dict[str, Any]) -> Any:
    person = [asked.get("person", "")]
    is_there = asked.get("came") != "0"
    return actions.take_attendance(
        came=person if is_there else [], not_came=[] if is_there else person, **given
    )


ACTS: dict[str, Callable[[dict[str, str], dict[str, Any]], Any]] = {
    "came": _came,
    "everyone": lambda _asked, given: actions.everyone_came(**given),
    "guest": lambda asked, given: actions.welcome_guest(name=asked.get("name", ""), **given),
}
