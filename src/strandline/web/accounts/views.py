"""One's own settings: name, look, language, keys, and the tokens issued for one's machines."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.http import HttpResponse
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from strandline.lib.text import BadText
from strandline.organisation.accounts import queries
from strandline.organisation.accounts.rules import Role, Settings
from strandline.organisation.branches import actions
from strandline.web import render, toasts
from strandline.web.answers import see_other
from strandline.web.once import once_of
from strandline.web.requests import Request
from strandline.web.toasts import Toast

from .forms import LookForm, SettingsForm
from .languages import language_of

HERE = "/settings/"


def _now(request: Request) -> dict[str, object]:
    account = request.user
    return {
        "name": account.name,
        "theme": account.theme,
        "language": language_of(account.language),
        "has_single_keys": account.has_single_keys,
    }


@require_http_methods(["GET", "HEAD", "POST"])
def settings(request: Request) -> HttpResponse:
    """Show and change one's own settings."""
    form = SettingsForm(request.POST) if request.method == "POST" else SettingsForm(initial=_now(request))
    if form.is_bound and form.is_valid():
        asked = form.cleaned_data
        wanted = Settings(asked["name"], form.look(), asked["language"], asked["has_single_keys"])
        try:
            actions.change_settings(settings=wanted, by=request.viewer, at=request.at, once=once_of(request))
        except BadText as refused:
            form.refuse(refused)
        else:
            with translation.override(asked["language"]):
                toasts.put(request, Toast(_("Settings kept.")))
            return see_other(HERE)
    return _page(request, form)


def _page(request: Request, form: SettingsForm) -> HttpResponse:
    context = {
        "form": form,
        "email": request.user.email,
        "tokens": [t for t in queries.tokens_of(request.user) if t.revoked_at is None],
        "at": request.at,
        "is_administrator": request.viewer.is_(Role.ADMINISTRATOR),
    }
    return render.page(request, "accounts/settings.html", context=context, status=422 if form.errors else 200)


@require_POST
def look(request: Request) -> HttpResponse:
    """Keep the look that the menu under the name asks for, and go back to the page it was asked on."""
    form = LookForm(request.POST)
    if not form.is_valid():
        full = SettingsForm(_now(request) | {"theme": request.POST.get("theme", "")})
        return _page(request, full)
    actions.change_settings(
        settings=Settings(theme=form.look()), by=request.viewer, at=request.at, once=once_of(request)
    )
    return see_other(_back(request))


def _back(request: Request) -> str:
    came = request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(came, {request.get_host()}, require_https=request.is_secure()):
        return HERE
    parts = urlsplit(came)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path or HERE


@require_POST
def revoke_token(request: Request, code: str) -> HttpResponse:
    """Revoke a token of one's own."""
    row = actions.revoke_token(token=code, by=request.viewer, at=request.at)
    toasts.put(request, Toast(_("Revoked: %(name)s. It opens nothing from now on.") % {"name": row.name}))
    return see_other(HERE + "#tokens")
