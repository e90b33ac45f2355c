"""Making a form in a minute; its link, poster, snippet and numbers; the phones that collect for it."""

from __future__ import annotations

from typing import Any

import segno
from django.conf import settings
from django.http import HttpResponse
from django.utils.html import format_html
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from strandline.lib.text import BadText
from strandline.organisation.accounts.rules import PEOPLE_ROLES
from strandline.steady.constituencies import queries as constituencies
from strandline.steady.events import queries as events
from strandline.steady.intake import actions, queries
from strandline.steady.intake.actions import CannotMakeForm
from strandline.store.errors import NotSaved
from strandline.store.records import Absent
from strandline.web import render
from strandline.web.answers import see_other
from strandline.web.forms import typed
from strandline.web.notices.mails import strip
from strandline.web.once import once_of
from strandline.web.outbox import MOST_ENTRIES, MOST_FILE, NOT_CARRIED, carried
from strandline.web.requests import Request

from . import public
from .forms import MakeForm
from .table import receive


def _may_look(request: Request) -> None:
    if not request.viewer.is_(*PEOPLE_ROLES):
        raise Absent


@require_safe
def forms(request: Request) -> HttpResponse:
    """List the forms of one's teams and branches."""
    _may_look(request)
    rows = [
        {"form": row, "is_open": row.is_open(request.at), "url": f"/forms/{row.code}/"}
        for row in queries.forms(viewer=request.viewer)
    ]
    return render.page(
        request, "intake/form_list.html", context={"rows": rows, "can_make": request.viewer.works_with_people}
    )


@require_http_methods(["GET", "HEAD", "POST"])
def make(request: Request) -> HttpResponse:
    """Make a form."""
    if not request.viewer.works_with_people:
        raise Absent
    form = MakeForm(
        request.POST or None,
        initial={"event": request.GET.get("event", "")},
        zone=request.zone,
        constituencies=constituencies.tree(viewer=request.viewer),
        events=events.coming(viewer=request.viewer, at=request.at),
    )
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.make_form(new=form.new(), by=request.viewer, at=request.at, once=once_of(request))
        except (CannotMakeForm, BadText) as refused:
            form.refuse(refused)
        else:
            render.say(request, _("The form is open."))
            return see_other(f"/forms/{made.code}/")
    return render.page(
        request,
        "intake/form_make.html",
        context={"form": form},
        status=422 if request.method == "POST" else 200,
    )


def _address(request: Request, path: str) -> str:
    # The address that `init` was told; without it the one that the reader has just used.
    return f"{settings.PUBLIC_URL}{path}" if settings.STATED_URL else request.build_absolute_uri(path)


def qr(text: str) -> Any:
    """Draw a square code as a picture that stands in the page."""
    code = segno.make(text, error="m", micro=False)
    return mark_safe(code.svg_inline(border=2, omitsize=True, svgclass=None, lineclass=None))  # noqa: S308 -- segno draws figures only


@require_safe
def form(request: Request, code: str) -> HttpResponse:
    """Show one form: how to hand it out, and what came by it."""
    return _form(request, code)


def _form(
    request: Request,
    code: str,
    *,
    label: str = "",
    fault: str = "",
    scanned: str = "",
    scanned_fault: str = "",
) -> HttpResponse:
    row = queries.form(viewer=request.viewer, code=code)
    link = _address(request, f"/j/{row.slug}/")
    frame = format_html('<iframe src="{}" title="{}" width="100%" height="720"></iframe>', link, row.title)
    context = {
        "form": row,
        "is_open": row.is_open(request.at),
        "link": link,
        "table_link": _address(request, f"/table/{row.slug}/"),
        "snippet": frame if row.embedded_on else format_html('<a href="{}">{}</a>', link, row.title),
        "svg": qr(link),
        "days": queries.numbers_by_day(viewer=request.viewer, form=row),
        "devices": queries.devices(viewer=request.viewer, form=row, at=request.at),
        "mail": strip(queries.mails_of(viewer=request.viewer, form=row), at=request.at)
        if row.is_double_opt_in
        else None,
        "can_change": request.viewer.works_with_people,
        "label": label,
        "fault": fault,
        "scanned": scanned,
        "scanned_fault": scanned_fault,
    }
    status = 422 if fault or scanned_fault else 200
    return render.page(request, "intake/form_detail.html", context=context, status=status)


@require_safe
def poster(request: Request, code: str) -> HttpResponse:
    """Show the poster, to be printed."""
    row = queries.form(viewer=request.viewer, code=code)
    link = _address(request, f"/j/{row.slug}/")
    return render.page(
        request, "intake/form_poster.html", context={"form": row, "link": link, "svg": qr(link)}
    )


@require_POST
def turn(request: Request, code: str, to: str) -> HttpResponse:
    """Close a form, or open it again."""
    if not request.viewer.works_with_people:
        raise Absent
    change = actions.close_form if to == "close" else actions.open_form
    row = change(form=code, by=request.viewer, at=request.at, once=once_of(request))
    render.say(request, _("The form is closed.") if to == "close" else _("The form is open."))
    return see_other(f"/forms/{row.code}/")


@require_POST
def let_phone_in(request: Request, code: str) -> HttpResponse:
    """Give a phone its code for the day, with a square code that opens the table on it."""
    if not request.viewer.works_with_people:
        raise Absent
    try:
        device = actions.give_device_code(
            form=code,
            label=typed(request.POST, "label", words=_("Whose phone")),
            by=request.viewer,
            at=request.at,
            once=once_of(request),
        )
    except BadText as bad:
        return _form(request, code, label=request.POST.get("label", "")[:5000], fault=bad.reason)
    return see_other(f"/forms/{code}/phones/{device.code}/")


@require_safe
def phone(request: Request, code: str, device: str) -> HttpResponse:
    """Show the code of one phone, to be scanned by it."""
    row = queries.form(viewer=request.viewer, code=code)
    found = next(
        (d for d in queries.devices(viewer=request.viewer, form=row, at=request.at) if d.code == device), None
    )
    if found is None:
        raise Absent
    # After the # it reaches no server and no log.
    link = _address(request, f"/table/{row.slug}/#device={found.code}")
    return render.page(
        request,
        "intake/form_phone.html",
        context={"form": row, "device": found, "link": link, "svg": qr(link)},
    )


@require_POST
def revoke(request: Request, code: str, device: str) -> HttpResponse:
    """Stop a phone."""
    if not request.viewer.works_with_people:
        raise Absent
    actions.revoke_device(device=device, by=request.viewer, at=request.at, once=once_of(request))
    render.say(request, _("This phone is stopped. What it still sends is kept aside."))
    return see_other(f"/forms/{code}/")


@require_POST
def take_file(request: Request, code: str) -> HttpResponse:
    """Take in what a phone had sealed when no network came: the file that it saved, or the codes that it showed."""
    row = queries.form(viewer=request.viewer, code=code)
    try:
        phones = carried(request, "table", row.slug)
    except NOT_CARRIED:
        if scanned := request.POST.get("scanned", "").strip():
            fault = _(
                "One of these is not a code that a phone showed at this form's table. Nothing was taken in."
            )
            return _form(request, code, scanned=scanned[:MOST_FILE], scanned_fault=fault)
        render.say(
            request, _("This is not a file that a phone saved at this form's table. Nothing was taken in.")
        )
        return see_other(f"/forms/{row.code}/")
    language = public.known(row.slug).languages[0]
    receipts: list[dict[str, str]] = []
    try:
        for device, entries in phones:
            for begin in range(0, len(entries), MOST_ENTRIES):
                group = entries[begin : begin + MOST_ENTRIES]
                receipts += receive(group, slug=row.slug, device=device, at=request.at, language=language)
    except (NotSaved, TimeoutError):
        render.say(request, _("Not all was saved. Send it again: nothing is stored twice."))
        return see_other(f"/forms/{row.code}/")
    kept = sum(receipt["state"] == "kept" for receipt in receipts)
    render.say(request, _("%(kept)s of %(all)s entries are kept.") % {"kept": kept, "all": len(receipts)})
    return see_other(f"/forms/{row.code}/")
