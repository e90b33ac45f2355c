"""Making a form in a minute, closing it, opening it again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urlsplit

from django.db import transaction

from strandline.lib.text import clean
from strandline.organisation.accounts.rules import Role, Viewer
from strandline.organisation.audit import actions as audit
from strandline.organisation.audit.actions import Line
from strandline.organisation.branches import queries as branches
from strandline.organisation.branches.models import Branch, Team
from strandline.steady.constituencies import queries as constituencies
from strandline.steady.events import queries as events
from strandline.steady.intake import queries, rules
from strandline.steady.intake.models import Form

from .devices import ensure_outbox_key

MAKERS = (Role.ORGANISER, Role.TEAM_LEAD, Role.BRANCH_LEAD)
MOST_PROMISE_HOURS = 24 * 30
MOST_AGE = 21


class CannotMakeForm(ValueError):
    """The form cannot be kept; `field` names what is wrong and the reason says why."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(reason)
        self.field = field
        self.reason = reason


@dataclass(frozen=True)
class NewForm:
    """What a form is to ask and to promise."""

    slug: str
    title: str
    consent_text: str
    lead: str = ""
    question: str = ""
    second_question: str = ""
    languages: tuple[str, ...] = ("en",)
    translations: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    promise_hours: int = 48
    least_age: int = 16
    asks_birth_year: bool = False
    asks_postcode: bool = True
    is_double_opt_in: bool = False
    is_guarded: bool = True
    embedded_on: tuple[str, ...] = ()
    constituency: str = ""
    event: str = ""
    closes_at: datetime | None = None


@audit.deed("form.made", can_be_taken_back=True)
def make_form(*, new: NewForm, by: Viewer, at: datetime, team: Team | None = None) -> Form:
    """Open a form for one's team; who signs up belongs to that team. Raises Absent, CannotMakeForm, BadText."""
    if not by.is_(*MAKERS):
        raise CannotMakeForm("", "Your role makes no forms.")
    home = team or branches.home_team(viewer=by)
    branch = home.branch if home else Branch.objects.filter(pk__in=by.branches(Role.BRANCH_LEAD)).first()
    if branch is None:
        raise CannotMakeForm("", "You belong to no team in which people could be received.")
    row = _made(new, by=by, at=at, team=home, branch=branch)
    audit.record(verb="form.made", by=by, at=at)
    return row


@transaction.atomic(durable=True)
def make_form_at_prompt(*, new: NewForm, at: datetime, team: str = "") -> Form:
    """Open a form at the prompt of the machine: for the team of this name, else the first, else the whole organisation.

    Raises CannotMakeForm, BadText.
    """
    teams = Team.objects.select_related("branch").order_by("pk")
    home = teams.filter(name=team).first() if team else teams.first()
    if team and home is None:
        raise CannotMakeForm("team", f"There is no team called {team}.")
    branch = home.branch if home else Branch.objects.filter(parent=None).first()
    if branch is None:
        raise CannotMakeForm("", "There is no organisation here yet.")
    row = _made(new, by=None, at=at, team=home, branch=branch)
    audit.record_lines([Line("form.made", "prompt", at)])
    return row


@transaction.atomic(durable=True)
def note_export(*, form: str, at: datetime) -> None:
    """Write into the log that what was sent to a form was written out at the prompt."""
    audit.record_lines([Line("signups.exported", "prompt", at)])


def _made(new: NewForm, *, by: Viewer | None, at: datetime, team: Team | None, branch: Branch) -> Form:
    _judge(new, at=at)
    ensure_outbox_key(at=at)
    section, event = None, None
    if by is not None and new.constituency:
        section = constituencies.constituency(viewer=by, code=new.constituency)
    if by is not None and new.event:
        event = events.event(viewer=by, code=new.event)
    return Form.objects.create(
        slug=new.slug,
        title=clean(new.title, field="title", most=200),
        lead=clean(new.lead, field="lead", most=500, required=False),
        question=clean(new.question, field="question", most=200, required=False),
        second_question=clean(new.second_question, field="second question", most=200, required=False),
        consent_text=clean(new.consent_text, field="consent text", most=500),
        languages=list(new.languages),
        translations={k: _translated(v) for k, v in new.translations.items() if k in new.languages},
        promise_hours=new.promise_hours,
        least_age=new.least_age,
        asks_birth_year=new.asks_birth_year,
        asks_postcode=new.asks_postcode,
        is_double_opt_in=new.is_double_opt_in,
        is_guarded=new.is_guarded,
        embedded_on=list(new.embedded_on),
        constituency=section,
        event=event,
        branch=branch,
        team=team,
        closes_at=new.closes_at,
        made_by_id=by.account_id if by else None,
        made_at=at,
    )


def _judge(new: NewForm, *, at: datetime) -> None:
    if not rules.is_slug(new.slug):
        raise CannotMakeForm("slug", "Use small letters, figures and dashes, such as no-heating.")
    if Form.objects.filter(slug=new.slug).exists():
        raise CannotMakeForm("slug", "There is a form at this address already. Choose another.")
    if not 1 <= new.promise_hours <= MOST_PROMISE_HOURS:
        raise CannotMakeForm("promise_hours", "Promise a call within 1 to 720 hours.")
    if not 0 <= new.least_age <= MOST_AGE:
        raise CannotMakeForm("least_age", f"The age is between 0 and {MOST_AGE}.")
    if new.closes_at is not None and new.closes_at <= at:
        raise CannotMakeForm("closes_at", "This is past already. Choose a later moment.")
    if not set(new.languages) or not set(new.languages) <= set(rules.LANGUAGES):
        raise CannotMakeForm("languages", "Choose at least one of the languages that are offered.")
    for origin in new.embedded_on:
        parts = urlsplit(origin)
        is_origin = f"{parts.scheme}://{parts.netloc}" == origin and parts.scheme == "https"
        if not is_origin or not parts.hostname or any(c in origin for c in " ;,'\"*"):
            raise CannotMakeForm(
                "embedded_on", f"{origin} is not a website's address, such as https://example.org."
            )


def _translated(texts: Mapping[str, str]) -> dict[str, str]:
    most = {"title": 200, "lead": 500, "question": 200, "second_question": 200, "consent_text": 500}
    return {
        name: clean(texts.get(name, ""), field=name.replace("_", " "), most=size, required=False)
        for name, size in most.items()
    }


@audit.deed("form.closed", can_be_taken_back=True)
def close_form(*, form: str, by: Viewer, at: datetime) -> Form:
    """Close a form from now on; what comes later is kept aside. Raises Absent."""
    row = queries.form(viewer=by, code=form)
    if row.closed_at is None:
        row.closed_at = at
        row.save(update_fields=["closed_at"])
        audit.record(verb="form.closed", by=by, at=at)
    return row


@audit.deed("form.opened", can_be_taken_back=True)
def open_form(*, form: str, by: Viewer, at: datetime) -> Form:
    """Open a form again; a closing day that is past is dropped. Raises Absent."""
    row = queries.form(viewer=by, code=form)
    if not row.is_open(at):
        row.closed_at = None
        row.closes_at = row.closes_at if row.closes_at and row.closes_at > at else None
        row.save(update_fields=["closed_at", "closes_at"])
        audit.record(verb="form.opened", by=by, at=at)
    return row
