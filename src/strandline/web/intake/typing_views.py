"""Typing in a paper sheet: keyboard only, a row a few seconds, and the whole sheet can be taken back."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from strandline.lib.codes import is_code, new_code
from strandline.lib.text import BadText
from strandline.organisation.receipts.rules import fingerprint, is_token
from strandline.steady.intake import actions, marks, queries, rules
from strandline.steady.intake.actions import CannotAccept
from strandline.steady.intake.rules import Fault, Outcome, Sheet, Way
from strandline.store.errors import NotSaved
from strandline.store.records import Absent
from strandline.web import render
from strandline.web.answers import see_other
from strandline.web.forms import typed as read
from strandline.web.requests import Request

from .public import hand_in

FIELDS = ("name", "reach", "postcode", "consent", "answer1", "answer2")
LABELS = {"name": _("Name"), "reach": _("Phone or email"), "postcode": _("Postcode")}


@require_http_methods(["GET", "HEAD", "POST"])
def typing(request: Request, code: str) -> HttpResponse:
    """Take one row after another."""
    row = queries.form(viewer=request.viewer, code=code)
    if not request.viewer.works_with_people:
        raise Absent
    batch = request.POST.get("batch") or request.GET.get("sheet") or ""
    if not is_code(batch):
        batch = new_code()
    faults: tuple[Fault, ...] = ()
    if request.method == "POST":
        faults = _keep(request, row.slug, batch)
        if not faults:
            return see_other(f"/forms/{row.code}/typing/?sheet={batch}")
    typed = queries.typed_in(viewer=request.viewer, form=row, batch=batch)
    context = {
        "form": row,
        "batch": batch,
        "token": f"{batch}-{new_code()}",
        "typed": typed,
        "faults": [(LABELS.get(one.field, ""), one) for one in faults],
        "values": {name: request.POST.get(name, "")[:5000] for name in FIELDS},
    }
    return render.page(
        request,
        "intake/typing.html",
        context=context,
        status=422 if faults else 200,
        shows=[one.audit_id for one in typed],
    )


def _keep(request: Request, slug: str, batch: str) -> tuple[Fault, ...]:
    try:
        typed = rules.asked({name: read(request.POST, name) for name in FIELDS})
    except BadText as bad:
        return (Fault(bad.field, bad.reason),)
    token = request.POST.get("token", "")
    if not is_token(token) or not token.startswith(f"{batch}-"):
        return (Fault("", gettext("This row carries no mark of its own. Type it again.")),)
    facts = queries.form_facts(slug)
    sheet = Sheet(
        form=slug,
        token=token,
        fingerprint=fingerprint(slug, *(f"{name}={value}" for name, value in sorted(typed.items()))),
        typed=typed,
        at=request.at,
        way=Way.PAPER,
        by=request.viewer.account_id,
        actor=request.viewer.audit_id,
        reach_key=marks.reach_key(typed, facts),
    )
    try:
        kept = hand_in(sheet)
    except NotSaved as error:
        return (Fault("", str(error)),)
    if kept.outcome is Outcome.REUSED:
        return (Fault("", gettext("This row was sent before, with other words. The first is kept.")),)
    return kept.faults


@require_POST
def take_back(request: Request, code: str) -> HttpResponse:
    """Take a whole sheet back."""
    row = queries.form(viewer=request.viewer, code=code)
    try:
        count = actions.take_back_sheet(
            form=row.code, batch=request.POST.get("batch", ""), by=request.viewer, at=request.at
        )
    except CannotAccept as refused:
        render.say(request, str(refused))
        return see_other(f"/forms/{row.code}/typing/?sheet={request.POST.get('batch', '')[:12]}")
    render.say(
        request,
        ngettext("One row was taken back.", "%(count)s rows were taken back.", count) % {"count": count},
    )
    return see_other(f"/forms/{row.code}/typing/")
