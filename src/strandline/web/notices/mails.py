"""The outbox as administrators see it: how many mails wait and why, what was given up; never to whom, never the words."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from strandline.organisation.accounts.rules import Role
from strandline.organisation.notices import actions, queries
from strandline.organisation.notices.queries import Standing
from strandline.organisation.notices.rules import WORDS
from strandline.store.records import Absent
from strandline.web import render, toasts
from strandline.web.answers import see_other
from strandline.web.once import once_of
from strandline.web.requests import Request
from strandline.web.toasts import Toast

HERE = "/settings/team/mail/"


def answered(code: str) -> str:
    """Say what the mail server did, as the end of a sentence."""
    return _(WORDS[code]) if code in WORDS else _("it answered %(code)s") % {"code": code}


def strip(standing: Standing, *, at: datetime) -> dict[str, object] | None:
    """Say in a strip that mails do not go out; None while they do."""
    if not standing.is_stuck(at):
        return None
    return {
        "waiting": standing.waiting,
        "since": standing.since,
        "answer": _reason(standing),
        "tried_at": standing.tried_at,
        "given_up": standing.given_up,
    }


def _reason(standing: Standing) -> str:
    if not settings.SENDS_MAIL:
        return _("no mail server is set")
    return answered(standing.answer) if standing.answer else ""


@require_safe
def mail(request: Request) -> HttpResponse:
    """Show how the mails stand."""
    if not request.viewer.is_(Role.ADMINISTRATOR):
        raise Absent
    standing = queries.mail_standing()
    given_up = [
        {
            "what": _(each.purpose.words),
            "why": answered(each.answer),
            "number": each.number,
            "last_at": each.last_at,
        }
        for each in queries.given_up(viewer=request.viewer)
    ]
    context = {
        "sends": settings.SENDS_MAIL,
        "host": settings.EMAIL_HOST,
        "standing": standing,
        "reason": _reason(standing),
        "given_up": given_up,
        "can_send_again": standing.given_up,
        "last_left": queries.last_left(),
    }
    return render.page(request, "notices/mail.html", context=context)


@require_POST
def again(request: Request) -> HttpResponse:
    """Put back into the outbox what was given up and can still be written."""
    put = actions.send_again(by=request.viewer, at=request.at, once=once_of(request))
    words = ngettext("%(n)s mail is sent again.", "%(n)s mails are sent again.", put or 0) % {"n": put or 0}
    toasts.put(request, Toast(words))
    return see_other(HERE)
