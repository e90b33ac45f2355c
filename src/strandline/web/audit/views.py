from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from strandline.organisation.audit import actions, queries
from strandline.organisation.audit.actions import CannotTakeBack
from strandline.organisation.audit.rules import TAKE_BACK_FOR
from strandline.steady.people import queries as people
from strandline.web import render, toasts
from strandline.web.answers import see_other
from strandline.web.requests import Request
from strandline.web.toasts import Toast

# What was done, as its author will recognise it; the name of the person follows.
WORDS = {
    "conversation.logged": gettext_lazy("Logged a talk with"),
    "person.met": gettext_lazy("Put on record:"),
    "person.edited": gettext_lazy("Changed the record of"),
    "person.reach_added": gettext_lazy("Added a way to reach"),
    "person.reach_removed": gettext_lazy("Removed a way to reach"),
    "person.reach_refused": gettext_lazy("Changed how one may reach"),
    "person.custom_set": gettext_lazy("Changed a field of"),
    "person.tagged": gettext_lazy("Changed tags of"),
    "person.shared": gettext_lazy("Shared the record of"),
    "person.unshared": gettext_lazy("Ended the sharing of"),
    "consent.given": gettext_lazy("Noted an agreement of"),
    "consent.withdrawn": gettext_lazy("Noted a withdrawal by"),
    "tie.begun": gettext_lazy("Began a tie with"),
    "tie.stage_moved": gettext_lazy("Moved the tie with"),
    "tie.status_set": gettext_lazy("Changed the status of the tie with"),
    "step.set": gettext_lazy("Set the next step for"),
    "step.moved": gettext_lazy("Moved the next step for"),
    "step.done": gettext_lazy("Done: the next step for"),
    "handoff.offered": gettext_lazy("Offered the tie with"),
    "handoff.accepted": gettext_lazy("Took over the tie with"),
    "handoff.declined": gettext_lazy("Declined the tie with"),
    "handoff.withdrawn": gettext_lazy("Withdrew the offer of the tie with"),
    "people.imported": gettext_lazy("Brought in a list"),
    "people.merged": gettext_lazy("Merged two records into"),
    "list.kept": gettext_lazy("Kept a list"),
    "series.added": gettext_lazy("Added a series to the signals"),
    "series.ended": gettext_lazy("Watch a series no longer"),
    "alert.acknowledged": gettext_lazy("Looks into an alert"),
    "alert.dismissed": gettext_lazy("Dismissed an alert"),
}
# Taking these back removes the page on which it was asked.
LEAVES_NO_PAGE = frozenset({"person.met"})


@dataclass(frozen=True)
class Done:
    """One thing that can be taken back: what, with whom, when, and until when."""

    code: str
    words: str
    name: str
    url: str
    at: datetime
    until_at: datetime


@dataclass(frozen=True)
class DayDone:
    """What was done on one day."""

    on: date
    deeds: list[Done]


@require_safe
def history(request: Request) -> HttpResponse:
    """Show what the reader did in the last 30 days and can still take back."""
    deeds = queries.deeds(viewer=request.viewer, at=request.at)
    about = people.people_by_ref(viewer=request.viewer, refs=[deed.subject for deed in deeds])
    days = [
        DayDone(on, list(rows))
        for on, rows in groupby(_told(deeds, about), key=lambda deed: timezone.localtime(deed.at).date())
    ]
    return render.page(
        request, "audit/history.html", part="history", context={"days": days}, shows=list(about)
    )


def _told(deeds: Iterable[Any], about: dict[str, Any]) -> Iterable[Done]:
    for deed in deeds:
        person = about.get(deed.subject)
        yield Done(
            code=deed.code,
            words=str(WORDS.get(deed.verb, deed.verb.replace(".", ": ").replace("_", " ").capitalize())),
            name=person.full_name if person else "",
            url=f"/people/{person.code}/" if person else "",
            at=deed.at,
            until_at=deed.at + TAKE_BACK_FOR,
        )


@require_POST
def undo(request: Request, deed: str) -> HttpResponse:
    """Take back something the reader did, whole or not at all."""
    try:
        done = actions.take_back(deed=deed, by=request.viewer, at=request.at)
    except CannotTakeBack as refused:
        return _answer(request, Toast(str(refused)), status=422)
    toast = Toast(_("Taken back."))
    if done.verb in LEAVES_NO_PAGE:
        toasts.put(request, toast)
        if not request.htmx:
            return see_other("/people/")
        response = HttpResponse(status=204)
        response["HX-Redirect"] = "/people/"
        return response
    return _answer(request, toast)


def _answer(request: Request, toast: Toast, *, status: int = 200) -> HttpResponse:
    if not request.htmx:
        if status == 422:
            context = {"reason": toast.text, "back": "/history/"}
            return render.page(request, "followup/not_done.html", context=context, status=422)
        toasts.put(request, toast)
        return see_other(_here(request))
    response = HttpResponse(toasts.markup(request, toast), status=status)
    if status == 200:
        # The parts of the page that show what was changed ask for themselves again.
        response["HX-Trigger"] = "taken-back"
    return response


def _here(request: Request) -> str:
    """Return the page of ours on which a plain form stood, else the history."""
    came, host = request.headers.get("Referer", ""), f"{request.scheme}://{request.get_host()}"
    path = came.removeprefix(host)
    is_ours = came.startswith(f"{host}/") and not path.startswith("//")
    return path if is_ours and path.isascii() and path.isprintable() else "/history/"
