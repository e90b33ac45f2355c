from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from allauth.account.forms import default_token_generator
from allauth.account.internal.flows.password_reset import get_reset_password_from_key_url
from allauth.account.utils import user_pk_to_url_str
from django.http import HttpResponse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from strandline.lib.numbers import BadNumber, whole
from strandline.lib.text import BadText
from strandline.organisation.accounts.actions import CannotOpenAccount
from strandline.organisation.branches import queries
from strandline.organisation.branches.actions import growing
from strandline.organisation.branches.actions.growing import CannotGrow, NewMember
from strandline.organisation.notices import queries as mail_queries
from strandline.steady.followup.actions import leaving
from strandline.store import cursors
from strandline.web import render, toasts
from strandline.web.answers import see_other
from strandline.web.followup.today import told
from strandline.web.notices import mails
from strandline.web.once import once_of
from strandline.web.requests import Request
from strandline.web.toasts import Toast

from .forms import BranchForm, Choices, MemberForm, RoleForm, TeamForm

if TYPE_CHECKING:
    from strandline.organisation.branches.models import Branch

HERE = "/settings/team/"
REFUSED = (BadText, CannotOpenAccount, CannotGrow)
ASKED = ("accounts",)


def _places(branches: list[Branch]) -> Choices:
    found: Choices = []
    for branch in branches:
        found.append((f"branch:{branch.code}", _("Branch %(name)s") % {"name": branch.name}))
        found += [(f"team:{t.code}", f"{branch.name}: {t.name}") for t in branch.teams.all()]
    return found


def _say(request: Request, words: str, **values: str) -> None:
    toasts.put(request, Toast(format_html(words, **values) if values else words))


@require_safe
def team(request: Request) -> HttpResponse:
    """List the accounts with their roles, for administrators."""
    return _team(request)


@require_POST
def export_limit(request: Request) -> HttpResponse:
    """Set how many people one person alone may take out in a file."""
    typed = request.POST.get("people", "")
    try:
        number = whole(typed, field=_("People"), least=0, most=growing.MOST_ALONE)
        row = growing.set_export_limit(people=number, by=request.viewer, at=request.at, once=once_of(request))
    except (BadNumber, CannotGrow) as refused:
        return _team(request, people=typed[:100], fault=str(refused.reason))
    _say(request, _("Kept: {number} people."), number=str(row.export_alone))
    return see_other(HERE)


def _team(request: Request, *, people: str = "", fault: str = "") -> HttpResponse:
    after: tuple[str, ...] = ()
    if mark := request.GET.get("after", ""):
        try:
            after = cursors.unseal(mark, asked=ASKED)
        except cursors.BadCursor:
            return see_other(HERE)
    rows, is_more = queries.accounts(viewer=request.viewer, at=request.at, after=after)
    more = ""
    if is_more:
        more = f"{HERE}?" + urlencode({"after": cursors.seal((rows[-1].name, rows[-1].code), asked=ASKED)})
    notices, about = told(request)
    made = request.organisation
    context = {
        "accounts": rows,
        "more": more,
        "notices": notices,
        "mail": mails.strip(mail_queries.mail_standing(), at=request.at),
        "is_first": not after,
        "people": people or (made.export_alone if made else ""),
        "fault": fault,
    }
    status = 422 if fault else 200
    return render.page(request, "branches/account_list.html", context=context, shows=about, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def add(request: Request) -> HttpResponse:
    """Open an account for someone, with a first role."""
    places = queries.places(viewer=request.viewer)
    form = MemberForm(request.POST if request.method == "POST" else None, places=_places(places))
    if form.is_bound and form.is_valid():
        asked = form.cleaned_data
        new = NewMember(asked["name"], asked["email"], form.post())
        try:
            made = growing.add_member(new=new, by=request.viewer, at=request.at, once=once_of(request))
        except REFUSED as refused:
            form.refuse(refused)
        else:
            _say(request, _("Added: <bdi>{name}</bdi>. Give them the link now."), name=made.name)
            return see_other(f"{HERE}{made.code}/")
    context = {"form": form, "has_team": any(branch.teams.all() for branch in places)}
    return render.page(
        request, "branches/account_add.html", context=context, status=422 if form.errors else 200
    )


@require_safe
def account(request: Request, code: str) -> HttpResponse:
    """Show one account: its roles, and what can be done."""
    return _account(request, code)


def _account(
    request: Request,
    code: str,
    *,
    form: RoleForm | None = None,
    link: str = "",
    refusal: str = "",
    status: int = 200,
) -> HttpResponse:
    row = queries.account(viewer=request.viewer, code=code, at=request.at)
    form = form or RoleForm(places=_places(queries.places(viewer=request.viewer)))
    context = {
        "account": row,
        "is_me": row.pk == request.viewer.account_id,
        "form": form,
        "link": link,
        "refusal": refusal,
        "can_invite": row.is_active and not row.has_usable_password(),
    }
    return render.page(request, "branches/account_detail.html", context=context, status=status)


@require_POST
def invite(request: Request, code: str) -> HttpResponse:
    """Show, once, the link with which the holder of a new account sets the first password."""
    try:
        row = growing.invite(account=code, by=request.viewer, at=request.at, once=once_of(request))
    except CannotGrow as refused:
        return _account(request, code, refusal=refused.reason, status=422)
    key = f"{user_pk_to_url_str(row)}-{default_token_generator.make_token(row)}"
    return _account(request, code, link=get_reset_password_from_key_url(request, key))


@require_POST
def give_role(request: Request, code: str) -> HttpResponse:
    """Give an account a further role."""
    form = RoleForm(request.POST, places=_places(queries.places(viewer=request.viewer)))
    if form.is_valid():
        try:
            growing.give_role(
                account=code, post=form.post(), by=request.viewer, at=request.at, once=once_of(request)
            )
        except REFUSED as refused:
            form.refuse(refused)
        else:
            _say(request, _("Role given. It holds from the next page they open."))
            return see_other(f"{HERE}{code}/")
    return _account(request, code, form=form, status=422)


@require_POST
def end_role(request: Request, code: str) -> HttpResponse:
    """End a role."""
    whose = queries.account_of_membership(viewer=request.viewer, code=code)
    try:
        leaving.end_role(membership=code, by=request.viewer, at=request.at, once=once_of(request))
    except CannotGrow as refused:
        return _account(request, whose, refusal=refused.reason, status=422)
    _say(request, _("Role ended. What it let them see is gone with the next page they open."))
    return see_other(HERE if whose == request.viewer.code else f"{HERE}{whose}/")


@require_POST
def close(request: Request, code: str) -> HttpResponse:
    """Close an account and end its roles."""
    try:
        row = leaving.close_account(account=code, by=request.viewer, at=request.at, once=once_of(request))
    except CannotGrow as refused:
        return _account(request, code, refusal=refused.reason, status=422)
    _say(request, _("Closed: <bdi>{name}</bdi>. Nobody can sign in to it."), name=row.name)
    return see_other(f"{HERE}{code}/")


@require_POST
def reopen(request: Request, code: str) -> HttpResponse:
    """Let a closed account sign in again."""
    row = growing.reopen_account(account=code, by=request.viewer, at=request.at, once=once_of(request))
    _say(request, _("Open again: <bdi>{name}</bdi>. Give a role next."), name=row.name)
    return see_other(f"{HERE}{code}/")


@require_http_methods(["GET", "HEAD", "POST"])
def places(request: Request) -> HttpResponse:
    """Show branches and teams, and add one of either."""
    found = queries.places(viewer=request.viewer)
    choices: Choices = [(branch.code, branch.name) for branch in found]
    is_post = request.method == "POST"
    what = request.POST.get("what", "") if is_post else ""
    branch = BranchForm(request.POST if what == "branch" else None, branches=choices)
    team = TeamForm(request.POST if is_post and what != "branch" else None, branches=choices)
    form = branch if what == "branch" else team
    if form.is_bound and form.is_valid():
        asked, by, at, once = form.cleaned_data, request.viewer, request.at, once_of(request)
        try:
            if form is branch:
                growing.add_branch(name=asked["name"], below=asked["below"], by=by, at=at, once=once)
            else:
                growing.add_team(name=asked["name"], branch=asked["branch"], by=by, at=at, once=once)
        except REFUSED as refused:
            form.refuse(refused)
        else:
            _say(request, _("Added: <bdi>{name}</bdi>."), name=asked["name"])
            return see_other(f"{HERE}places/")
    shown = [{"name": one.name, "teams": [each.name for each in one.teams.all()]} for one in found]
    context = {"branches": shown, "branch_form": branch, "team_form": team}
    status = 422 if form.errors else 200
    return render.page(request, "branches/places.html", context=context, status=status)
