"""The table in the street: a page that works without network, and the place to which its sealed entries go."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.templatetags.static import static
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from strandline.organisation.receipts.rules import fingerprint, is_token
from strandline.steady.intake import actions, marks, queries, rules, sealing
from strandline.steady.intake.rules import Answer, Outcome, Reason, Sheet, Way
from strandline.steady.intake.sealing import MOST_SEALED, CannotUnseal
from strandline.store import upkeep, writer
from strandline.store.errors import NotSaved
from strandline.web.outbox import MOST_ENTRIES, SCHEMA, Kept, lets_in, receipt, refusal

from .public import PATIENCE, answer, known, language_of, rendered
from .words import WORDS

KEPT = Kept(
    kind="strandline-table",
    page=r"^\/table\/[a-z0-9-]+\/$",
    files=("css/tokens.css", "css/strandline.css", "img/favicon.svg", "img/app-192.png", "js/table.js"),
    modules=("js/outbox.js", "js/seal.js", "js/tally.js", "js/carry.js", "js/qr.js", "js/install.js"),
)


@login_not_required
@require_safe
def table(request: Any, slug: str) -> HttpResponse:
    """Show the page of a table. It holds no names, and nothing that is not the same for everybody."""
    form = known(slug)
    language = language_of(request, form)
    key = queries.outbox_key()
    if key is None:
        raise Http404
    told = {
        name: WORDS[language][f"table_{name}"]
        for name in (
            "online",
            "offline",
            "kept",
            "change",
            "earlier",
            "old",
            "person",
            "storage",
            "coded",
            "large",
        )
    }
    body = rendered(
        "intake/table.html",
        form,
        language,
        key=key,
        told=told,
        cache=KEPT.cache,
        sheet=f"/table/{slug}/sheet/",
        wishes=WISHES[language],
    )
    return lets_in(answer(body, form, language))


WISHES = {
    "en": (
        ("hear", "Hear from us"),
        ("circle", "Come to a circle"),
        ("hand", "Lend a hand"),
        ("talk", "Talk again"),
    ),
    "es": (
        ("hear", "Saber más"),
        ("circle", "Venir a un círculo"),
        ("hand", "Echar una mano"),
        ("talk", "Hablar otra vez"),
    ),
}


@login_not_required
@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """Give the service worker, which keeps the table's page, its style and its script, and nothing else."""
    return KEPT.worker(request)


@login_not_required
@require_safe
def manifest(request: Any, slug: str) -> HttpResponse:
    """Say how the page stands on a home screen."""
    form = known(slug)
    title = next(iter(form.texts.values()))["title"]
    return JsonResponse(
        {
            "name": title,
            "short_name": title[:24],
            "start_url": f"/table/{slug}/",
            "scope": f"/table/{slug}/",
            "display": "standalone",
            "background_color": "#F6F4EF",
            "theme_color": "#0B5A72",
            "icons": [
                {"src": static("img/app-192.png"), "sizes": "192x192", "type": "image/png"},
                {"src": static("img/app-512.png"), "sizes": "512x512", "type": "image/png"},
            ],
        },
        content_type="application/manifest+json",
    )


@login_not_required
@require_safe
def paper(request: Any, slug: str) -> HttpResponse:
    """Give an empty sheet to print, with the notice: it holds no names either."""
    form = known(slug)
    language = language_of(request, form)
    body = rendered("intake/sheet.html", form, language, lines=range(14))
    return answer(body, form, language)


@login_not_required
@csrf_exempt
@require_POST
def sync(request: Any, slug: str) -> HttpResponse:
    """Take sealed entries in, in the order in which they were kept, and give a signed receipt for each that is durable."""
    form = known(slug)
    try:
        sent = json.loads(request.body)
        device, entries = str(sent.get("device", ""))[:16], sent["entries"]
        if not isinstance(entries, list) or len(entries) > MOST_ENTRIES:
            raise ValueError("entries")
    except (ValueError, KeyError, AttributeError, RecursionError):
        return _problem(400, f"Send at most {MOST_ENTRIES} entries, as the page does.")
    if upkeep.is_room_short():
        return _problem(503, "Not saved: the disk is full.")
    try:
        receipts = receive(
            entries, slug=form.facts.slug, device=device, at=request.at, language=form.languages[0]
        )
    except (NotSaved, TimeoutError):
        return _problem(503, "Not saved. The entries stay on the phone.")
    return JsonResponse({"receipts": receipts})


def _problem(status: int, reason: str) -> HttpResponse:
    return JsonResponse({"reason": reason}, status=status)


def receive(
    entries: list[Any], *, slug: str, device: str, at: datetime, language: str
) -> list[dict[str, str]]:
    """Keep sealed entries and give a receipt for each, in order. Raises NotSaved, and then none may be forgotten."""
    sheets = [_sheet(entry, slug, device, at, language) for entry in entries]
    waiting = [writer.get().submit(actions.sign_up, sheet) if sheet else None for sheet in sheets]
    answers = [future.result(timeout=PATIENCE) if future else None for future in waiting]
    key = queries.outbox_key()
    return [
        _receipt(sheet, kept, bytes(key.sign_private) if key else b"")
        for sheet, kept in zip(sheets, answers, strict=True)
    ]


def _sheet(entry: Any, slug: str, device: str, at: datetime, language: str) -> Sheet | None:
    if not isinstance(entry, dict) or not is_token(str(entry.get("token", ""))):
        return None
    token = str(entry["token"])
    raw = json.dumps(entry.get("entry", {}), sort_keys=True)
    typed, held = _opened(entry, token, raw)
    form = known(slug).facts
    return Sheet(
        form=slug,
        token=token,
        fingerprint=fingerprint(slug, raw),
        typed=typed,
        at=at,
        way=Way.TABLE,
        language=typed.get("language", language)[:12],
        device_at=_moment(entry.get("at")),
        device=device,
        actor="table",
        reach_key=marks.reach_key(typed, form),
        held=held,
    )


def _opened(entry: dict[str, Any], token: str, raw: str) -> tuple[dict[str, str], Reason | None]:
    """Open one entry; what cannot be opened or is of a newer kind is kept as it came."""
    if len(raw) > MOST_SEALED:
        return {"unread": raw[:MOST_SEALED]}, Reason.UNREADABLE
    key = queries.outbox_key(str(entry.get("key", ""))[:16] or "-")
    try:
        if key is None or not isinstance(entry.get("entry"), dict):
            raise CannotUnseal("There is no such key.")
        found = sealing.unseal(entry["entry"], private=bytes(key.seal_private), token=token)
    except CannotUnseal:
        return {"unread": raw}, Reason.UNREADABLE
    if found.get("v", 0) not in range(SCHEMA + 1):
        return {"unread": json.dumps(found)[:MOST_SEALED]}, Reason.UNREADABLE
    typed = rules.asked(found)
    return ({**typed, "language": str(found["language"])} if found.get("language") else typed), None


def _moment(text: Any) -> datetime | None:
    """Read the phone's clock; what is no moment is no reason to lose an entry."""
    try:
        at = datetime.fromisoformat(str(text))
    except ValueError:
        return None
    return at.astimezone(UTC) if at.tzinfo and 1 < at.year < 9999 else None


def _receipt(sheet: Sheet | None, kept: Answer | None, private: bytes) -> dict[str, str]:
    if sheet is None or kept is None:
        return refusal("", "The entry carries no mark of its own.")
    if kept.outcome is not Outcome.KEPT:
        is_reused = kept.outcome is Outcome.REUSED
        return refusal(
            sheet.token, "It was sent before, with other words." if is_reused else "The form is gone."
        )
    return receipt(sheet.form, sheet.token, private=private)
