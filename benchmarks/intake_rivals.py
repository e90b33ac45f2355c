"""What the door is measured against: the same view without a database, and the view as one writes it in stock Django.

The stock view keeps the same rows in one transaction a request, row by row through the ORM, with the middleware that
`startproject` gives. It has the same database, settings and server.
"""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "strandline.config.settings")

import django
from django import forms
from django.conf import settings

django.setup()

from django.core.handlers.wsgi import WSGIHandler
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

from strandline.config.wsgi import application as _ours
from strandline.lib.text import fold, sort_key
from strandline.organisation.audit import actions as audit
from strandline.organisation.audit.actions import Line
from strandline.steady.followup.models import FollowUp
from strandline.steady.intake.models import Form, Submission
from strandline.steady.intake.rules import Answer, Outcome
from strandline.steady.people.models import Belonging, Channel, Consent, Person, Source
from strandline.web.intake import public


def without_database(environ: dict[str, Any], start_response: Any) -> Any:
    """Ours, answered where the writer would have been asked."""
    public.hand_in = lambda _sheet: Answer(Outcome.KEPT)
    return _ours(environ, start_response)


class SignUpForm(forms.Form):
    """The fields of the public form, as a stock form."""

    name = forms.CharField(max_length=300)
    reach = forms.EmailField()
    postcode = forms.CharField(max_length=20, required=False)
    consent = forms.BooleanField(required=False)
    token = forms.CharField(max_length=64)


@csrf_exempt
def _sign_up(request: HttpRequest) -> HttpResponse:
    form = SignUpForm(request.POST)
    if not form.is_valid():
        return HttpResponse("refused", status=422)
    asked, at = form.cleaned_data, datetime.now(UTC)
    with transaction.atomic():
        door = Form.objects.get(slug="harbour")
        if not Submission.objects.filter(form=door, token=asked["token"]).exists():
            _keep(door, asked, at)
    return HttpResponseRedirect("/j/harbour/thanks/", status=303)


def _keep(door: Form, asked: dict[str, Any], at: datetime) -> None:
    due = at + timedelta(hours=48)
    person = Person(full_name=asked["name"], folded=fold(asked["name"]), added_at=at)
    person.order_key = f"{sort_key(asked['name'])}\x1f{person.code}"
    person.save()
    Channel.objects.create(
        person=person, kind="email", value=asked["reach"], normal=asked["reach"].lower(), is_primary=True
    )
    Source.objects.create(
        person=person,
        kind="form",
        label=door.title,
        met_on=at.date(),
        branch_id=door.branch_id,
        team_id=door.team_id,
    )
    Belonging.objects.create(person=person, branch_id=door.branch_id, team_id=door.team_id)
    if asked["consent"]:
        Consent.objects.create(person=person, purpose="contact", words=door.consent_text, given_at=at)
    FollowUp.objects.create(person=person, kind="first_call", due_on=due.date(), due_at=due, set_at=at)
    kept = Submission.objects.create(
        form=door,
        token=asked["token"],
        fingerprint="",
        way="web",
        at=at,
        typed={"name": asked["name"], "reach": asked["reach"]},
        state="kept",
        due_at=due,
        person=person,
    )
    audit.record_lines([Line("signup.kept", "visitor", at, (kept.audit_id,))])


urlpatterns = [
    path("healthz", lambda _request: HttpResponse("alive")),
    path("j/harbour/", _sign_up),
]


class _Stock(WSGIHandler):
    """A handler with the middleware and the addresses of a stock project."""

    def load_middleware(self, is_async: bool = False) -> None:
        settings.ROOT_URLCONF = __name__
        settings.MIDDLEWARE = [
            "django.middleware.security.SecurityMiddleware",
            "django.contrib.sessions.middleware.SessionMiddleware",
            "django.middleware.common.CommonMiddleware",
            "django.middleware.csrf.CsrfViewMiddleware",
            "django.contrib.auth.middleware.AuthenticationMiddleware",
            "django.contrib.messages.middleware.MessageMiddleware",
            "django.middleware.clickjacking.XFrameOptionsMiddleware",
        ]
        super().load_middleware(is_async)


class _Late:
    """Makes the stock handler when it is first asked, so that the contender beside it keeps its own middleware."""

    def __init__(self) -> None:
        self.made: _Stock | None = None

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        self.made = self.made or _Stock()
        return self.made(environ, start_response)


stock = _Late()
