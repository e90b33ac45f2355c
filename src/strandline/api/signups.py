"""Sign-ups from other systems: handed in to a form, kept once for each idempotency key."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Required

from django.db import IntegrityError
from django.http import HttpResponse
from ninja import Query, Router
from pydantic import Field, StringConstraints, with_config
from typing_extensions import TypedDict

from strandline.lib.codes import new_code
from strandline.organisation.branches import queries as branches
from strandline.organisation.receipts.rules import TokenReused, fingerprint
from strandline.steady.intake import actions, marks, queries, rules
from strandline.steady.intake.rules import Answer, Outcome, Sheet, Way
from strandline.store import upkeep, writer
from strandline.store.errors import NotSaved
from strandline.store.records import Absent

from .answers import give
from .gate import Asked, Bearer
from .problems import invalid
from .shapes import Closed, Truth
from .shown import CLOSED

router = Router(tags=["sign-ups"])
Slug = Annotated[str, StringConstraints(strict=True, min_length=1, max_length=60)]
Text = Annotated[str, StringConstraints(strict=True, max_length=1000)]
PATIENCE = 9.0


class NewSignup(Closed):
    """One entry, as a visitor would have typed it."""

    form: Slug = Field(description="The form's address, as in /j/harbour/.")
    name: Text
    reach: Text = Field(description="An e-mail address or a telephone number.")
    postcode: Text = ""
    consent: Truth = Field(False, description="Whether they agreed to the form's words.")
    answer1: Text = ""
    answer2: Text = ""
    birth_year: Annotated[str, StringConstraints(strict=True, pattern=r"^[0-9]{4}$")] | None = None
    on_behalf: Truth = Field(False, description="Somebody else filled it in for them: it is looked at first.")


@with_config(CLOSED)
class SignupKept(TypedDict, total=False):
    """What became of it."""

    code: Required[str]
    state: str
    reason: str
    due_at: datetime


class HelperQuery(Closed):
    """To which form a person is handed in."""

    form: Slug


@router.post(
    "/signups",
    auth=Bearer("signups:write", has_body=True),
    response={201: SignupKept},
    operation_id="sign_up",
    summary="Hand in a sign-up to a form of the account's teams",
    description="The same `Idempotency-Key` with the same body gets the first answer again and is stored once.",
)
def sign_up(request: Asked, body: NewSignup) -> HttpResponse:
    typed = {
        name: "yes" if value is True else "" if value is False else value
        for name, value in body.model_dump(exclude={"form"}, exclude_none=True).items()
    }
    return _shown(request, _handed_in(request, body.form, typed, pointer="/{}"))


@router.post(
    "/osdi/person_signup_helper",
    auth=Bearer("signups:write", query=HelperQuery, has_body=True),
    response={201: dict},
    operation_id="osdi_person_signup_helper",
    summary="Hand in a person as OSDI's person signup helper does",
    description="Reads of the OSDI person: names, the primary e-mail address or telephone number, the postal code.",
)
def person_signup_helper(request: Asked, query: Query[HelperQuery]) -> HttpResponse:
    person = request.said.get("person") if isinstance(request.said, dict) else None
    if not isinstance(person, dict):
        raise invalid(("/person", "This is needed."))
    names = (
        person.get(part) for part in ("honorific_prefix", "given_name", "additional_name", "family_name")
    )
    typed = {
        "name": " ".join(name for name in names if isinstance(name, str) and name.strip()),
        "reach": _primary(person, "email_addresses", "address")
        or _primary(person, "phone_numbers", "number"),
        "postcode": _primary(person, "postal_addresses", "postal_code"),
    }
    kept = _handed_in(request, query.form, typed, pointer="/person")
    shown = {
        name: person[name] for name in ("given_name", "family_name") if isinstance(person.get(name), str)
    }
    links = {"self": {"href": f"/api/v1/signups/{kept.code}"}}
    body = {"identifiers": [f"strandline:{kept.code}"], **shown, "_links": links}
    return give(request, body, status=201)


def _primary(person: dict[str, Any], kind: str, name: str) -> str:
    """Return of several the primary one, else the first."""
    rows = person.get(kind)
    found = (
        [r for r in rows if isinstance(r, dict) and isinstance(r.get(name), str)]
        if isinstance(rows, list)
        else []
    )
    chosen = next((r for r in found if r.get("primary") is True), found[0] if found else {})
    return str(chosen.get(name, ""))


def _handed_in(request: Asked, slug: str, typed: dict[str, str], *, pointer: str) -> Answer:
    form = queries.form_by_slug(viewer=request.viewer, slug=slug)
    asked = rules.asked(typed)
    made = branches.organisation()
    sheet = Sheet(
        form=form.slug,
        token=request.once.token if request.once else f"api-{new_code(16)}",
        fingerprint=fingerprint(form.slug, *(f"{name}={value}" for name, value in sorted(asked.items()))),
        typed=asked,
        at=request.at,
        way=Way.API,
        by=request.viewer.account_id,
        actor=request.viewer.audit_id,
        reach_key=marks.reach_key(asked, form.facts(region=getattr(made, "region", "GB"))),
        language=getattr(made, "languages", ["en"])[0],
    )
    kept = _written(sheet)
    if kept.outcome is Outcome.REUSED:
        raise TokenReused
    if kept.outcome is Outcome.ABSENT:
        raise Absent
    if kept.outcome is Outcome.REFUSED:
        raise invalid(*((pointer.format(fault.field), fault.reason) for fault in kept.faults))
    return kept


def _written(sheet: Sheet) -> Answer:
    if upkeep.is_room_short():
        raise NotSaved("Not saved: the disk is full.")
    for tries_left in (1, 0):
        try:
            return writer.get().submit(actions.sign_up, sheet).result(timeout=PATIENCE)
        except TimeoutError as late:
            raise NotSaved("Not saved: the database is busy.") from late
        except IntegrityError:
            # Another process stored the same key at the same moment: now it is answered as a repeat.
            if not tries_left:
                raise
    raise NotSaved("Not saved.")


def _shown(request: Asked, kept: Answer) -> HttpResponse:
    body = {"code": kept.code, "state": kept.state.value, "reason": kept.reason, "due_at": kept.due_at}
    return give(request, body, status=201)
