"""What is changed on a person's page: ways to reach, tags, own fields, agreements, sharing, and the record itself."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.http import HttpResponse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from strandline.lib.text import BadText
from strandline.organisation.accounts.rules import Role, Sensitivity
from strandline.organisation.branches import queries as branches
from strandline.steady.constituencies import actions as placing
from strandline.steady.constituencies import queries as constituencies
from strandline.steady.people import actions, queries
from strandline.steady.people.actions import CannotAdd, CannotShare
from strandline.steady.people.rules import ConsentPurpose
from strandline.steady.ties import queries as ties
from strandline.store.records import Absent, Stale
from strandline.web import render
from strandline.web.answers import beside, done
from strandline.web.forms import typed as words_typed
from strandline.web.once import once_of
from strandline.web.requests import Request, asked_of
from strandline.web.said import said
from strandline.web.toasts import Toast, toast_for

from . import page
from .forms import ConsentForm, EditForm, OpenForm, ReachForm, ShareForm, TagForm
from .views import add_reach


def changed(request: Request, person: Any, text: str, *, at: str) -> HttpResponse:
    """Answer a change on the page of a person; `at` names the section that takes the focus."""
    return done(
        request,
        to=f"/people/{person.code}/",
        toast=toast_for(text),
        part=lambda: page.part(request, person.code, refocus=at),
    )


def _editable(request: Request, code: str) -> Any:
    """Return the person if the reader may change the record; the data steward may."""
    person = queries.person(viewer=request.viewer, code=code)
    if not person.sees_contact:  # type: ignore[attr-defined]  # set by `with_sight`
        raise PermissionDenied
    return person


@require_POST
def add_channel(request: Request, code: str) -> HttpResponse:
    """Add a way to reach someone."""
    person = _editable(request, code)
    form = ReachForm(request.POST, auto_id="reach-%s")
    if form.is_valid() and add_reach(request, person, form):
        return changed(request, person, _("Added."), at="reach")
    return page.part(request, code, status=422, reach_form=form)


@require_POST
def remove_channel(request: Request, code: str) -> HttpResponse:
    """Remove a way to reach someone."""
    person = actions.remove_channel(channel=code, by=request.viewer, at=request.at, once=once_of(request))
    return changed(request, person, _("Removed."), at="reach")


@require_POST
def opt_out(request: Request, code: str) -> HttpResponse:
    """Note that someone is not to be reached this way, or may be again."""
    asked = request.POST.get("is_out", "0")
    if asked not in ("0", "1"):
        raise SuspiciousOperation("is_out is 1 or 0.")
    is_out = asked == "1"
    person = actions.set_opt_out(
        channel=code, is_out=is_out, by=request.viewer, at=request.at, once=once_of(request)
    )
    words = _("Noted: not to be used.") if is_out else _("Noted: may be used again.")
    return changed(request, person, words, at="reach")


@require_POST
def tag(request: Request, code: str) -> HttpResponse:
    """Put a tag on someone, or take one off."""
    person = _editable(request, code)
    gone = request.POST.get("remove", "")
    form = TagForm(request.POST if not gone else {"tag": gone}, auto_id="tag-%s")
    if form.is_valid():
        name = form.cleaned_data["tag"]
        try:
            actions.tag_people(
                people=[person.code],
                add=[] if gone else [name],
                remove=[name] if gone else [],
                by=request.viewer,
                at=request.at,
                once=once_of(request),
            )
        except CannotAdd as refused:
            form.add_error("tag", refused.reason)
        else:
            words = _("Tag removed: {}.") if gone else _("Tagged: {}.")
            return changed(request, person, format_html(words, name), at="tags")
    return page.part(request, code, status=422, tag_form=form)


@require_POST
def place(request: Request, code: str) -> HttpResponse:
    """Put someone into a section of people, or take them off one."""
    person = _editable(request, code)
    if not constituencies.may_count(request.viewer):
        raise PermissionDenied
    gone, section = request.POST.get("remove", ""), request.POST.get("section", "")
    by: dict[str, Any] = {"by": request.viewer, "at": request.at, "once": once_of(request)}
    try:
        if gone:
            placing.take_out(person=person.code, constituency=gone, **by)
        else:
            placing.place_in(people=[person.code], constituency=section, **by)
    except placing.CannotPlace as refused:
        return page.part(request, code, status=422, section_error=said(refused), section_asked=section)
    return changed(request, person, _("Taken off.") if gone else _("Added."), at="sections")


@require_POST
def set_field(request: Request, code: str, field: str) -> HttpResponse:
    """Keep what one of the organisation's own fields says of someone."""
    person = _editable(request, code)
    typed = request.POST.get("value", "")
    try:
        actions.set_custom_value(
            person=code,
            field=field,
            typed=words_typed(request.POST, "value"),
            by=request.viewer,
            at=request.at,
            once=once_of(request),
        )
    except BadText as refused:
        error = {"code": field, "reason": refused.reason, "typed": typed}
        return page.part(request, code, status=422, field_error=error)
    return changed(request, person, _("Kept."), at="own")


@require_POST
def agree(request: Request, code: str) -> HttpResponse:
    """Note that someone agreed to something, in which words."""
    person = _editable(request, code)
    form = ConsentForm(request.POST, auto_id="consent-%s")
    if not form.is_valid():
        return page.part(request, code, status=422, consent_form=form)
    asked = form.cleaned_data
    actions.give_consent(
        person=code,
        purpose=ConsentPurpose(asked["purpose"]),
        words=asked["words"],
        by=request.viewer,
        at=request.at,
        once=once_of(request),
    )
    return changed(request, person, _("Noted, with today's date."), at="agreed")


@require_POST
def withdraw(request: Request, code: str, purpose: str) -> HttpResponse:
    """Note that someone no longer agrees."""
    _editable(request, code)
    if purpose not in {known.value for known in ConsentPurpose}:
        raise Absent
    person = actions.withdraw_consent(
        person=code,
        purpose=ConsentPurpose(purpose),
        by=request.viewer,
        at=request.at,
        once=once_of(request),
    )
    return changed(request, person, _("Withdrawn, from now on."), at="agreed")


@require_POST
def share(request: Request, code: str) -> HttpResponse:
    """Let a colleague see someone."""
    person = queries.person(viewer=request.viewer, code=code)
    colleagues = branches.colleagues(viewer=request.viewer, at=request.at)
    form = ShareForm(request.POST, auto_id="share-%s", colleagues=[(a.code, a.name) for a in colleagues])
    if form.is_valid():
        asked = form.cleaned_data
        try:
            actions.share_person(
                person=code,
                with_account=asked["account"],
                reason=asked["reason"],
                by=request.viewer,
                at=request.at,
                once=once_of(request),
            )
        except CannotShare as refused:
            form.add_error(None, str(refused))
        else:
            name = next(a.name for a in colleagues if a.code == asked["account"])
            return changed(
                request, person, _("Shared with %(name)s, who is told.") % {"name": name}, at="sight"
            )
    return page.part(request, code, status=422, share_form=form)


@require_POST
def end_grant(request: Request, code: str) -> HttpResponse:
    """End one account's right to one person; one's own may be the last that showed them."""
    if not request.viewer.works_with_people:
        raise PermissionDenied
    grant = actions.end_grant(grant=code, by=request.viewer, at=request.at, once=once_of(request))
    person = grant.person
    if not queries.people_by_code(viewer=request.viewer, codes=[person.code]):
        return done(request, to="/people/", toast=toast_for(_("Ended.")), part=None)
    return changed(request, person, _("Ended, from now on."), at="sight")


@require_http_methods(["GET", "HEAD", "POST"])
def open_with_reason(request: Request) -> HttpResponse:
    """The branch lead's way in to one record, with a written reason."""
    if not request.viewer.is_(Role.BRANCH_LEAD):
        raise PermissionDenied
    form = OpenForm(asked_of(request), initial={"code": request.GET.get("code", "")[:300]})
    if request.method == "POST" and form.is_valid():
        asked = form.cleaned_data
        try:
            grant = actions.open_with_reason(
                person=asked["code"],
                reason=asked["reason"],
                by=request.viewer,
                at=request.at,
                once=once_of(request),
            )
        except CannotShare as refused:
            form.add_error("reason", str(refused))
        except BadText as refused:
            form.refuse(refused)
        else:
            toast = Toast(_("Opened. Whoever holds the tie and the administrator are told."))
            return done(request, to=f"/people/{grant.person.code}/", toast=toast, part=None)
    status = 422 if form.is_bound else 200
    return render.page(request, "people/person_open.html", context={"form": form}, status=status)


def _sensitivities(request: Request, person: Any) -> list[str]:
    """Return how closely the reader may hold a record without losing sight of it."""
    mine = request.viewer.account_id
    holds = any(
        t.owner_id == mine and t.ended_at is None for t in ties.ties_of(viewer=request.viewer, person=person)
    )
    offered = [Sensitivity.NORMAL.value]
    if holds or request.viewer.is_(Role.TEAM_LEAD, Role.BRANCH_LEAD):
        offered.append(Sensitivity.RESTRICTED.value)
    if holds:
        offered.append(Sensitivity.CONFIDENTIAL.value)
    if person.sensitivity not in offered:
        return [person.sensitivity]
    return offered


def _as_form(person: Any) -> dict[str, Any]:
    names = (
        "full_name",
        "given_name",
        "family_name",
        "also_known_as",
        "born_on",
        "practical_note",
        "sensitivity",
        "is_deceased",
        "version",
    )
    return {name: getattr(person, name) for name in names} | {"languages": ", ".join(person.languages)}


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: Request, code: str) -> HttpResponse:
    """Change the record; when someone changed it meanwhile, show both versions side by side."""
    person = _editable(request, code)
    hides = () if person.sees_opinion else ("practical_note",)
    more: dict[str, Any] = {"sensitivities": _sensitivities(request, person), "hides": hides}
    form = EditForm(asked_of(request), initial=_as_form(person), **more)
    if request.method == "POST" and form.is_valid():
        try:
            row = actions.edit_person(
                person=code,
                version=form.cleaned_data["version"],
                changes=form.changes(),
                by=request.viewer,
                at=request.at,
                once=once_of(request),
            )
        except Stale:
            return _both(request, person, form, EditForm(initial=_as_form(person), **more))
        except (CannotAdd, BadText) as refused:
            form.refuse(refused)
        else:
            return done(request, to=f"/people/{row.code}/", toast=toast_for(_("Changes kept.")), part=None)
    context = {"form": form, "person": person}
    status = 422 if form.is_bound else 200
    return render.page(
        request, "people/person_edit.html", context=context, status=status, shows=[person.audit_id]
    )


def _both(request: Request, person: Any, mine: EditForm, theirs: EditForm) -> HttpResponse:
    """Answer 409 with both versions, field by field; choosing is an ordinary save of the version that is there now."""
    pairs = []
    for field in mine.visible_fields():
        now = theirs[field.name]
        typed, kept = _value(field), _value(now)
        # What one of the two left empty is kept from the other, unless it is chosen otherwise.
        pairs.append(
            {
                "field": field,
                "mine": typed,
                "theirs": kept,
                "differs": typed != kept,
                "takes_mine": bool(typed) or not kept,
            }
        )
    context = {"person": person, "pairs": pairs, "version": person.version}
    return render.page(
        request, "people/person_both.html", context=context, status=409, shows=[person.audit_id]
    )


def _value(field: Any) -> str:
    value = field.value()
    if isinstance(value, bool):
        return "on" if value else ""
    return str(value if value is not None else "").replace("\r\n", "\n")


def not_changed(request: Request, code: str, reason: str, *, status: int) -> HttpResponse:
    """Answer with the page as it is and the reason; nothing was changed."""
    if request.htmx:
        return beside(request, page.part(request, code, status=status), Toast(reason))
    context = {"reason": reason, "back": f"/people/{code}/"}
    return render.page(request, "followup/not_done.html", context=context, status=status)
