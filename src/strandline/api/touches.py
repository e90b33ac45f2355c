"""Touches: one interaction or personal attempt with its outcome, and what is owed next."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal, Required

from django.http import HttpResponse
from ninja import Query, Router
from pydantic import Field, with_config
from typing_extensions import TypedDict

from strandline.steady.conversations.actions import log_conversation
from strandline.steady.followup.actions import NextStep
from strandline.steady.ties import queries
from strandline.steady.ties.actions import NewTouch
from strandline.steady.ties.rules import Outcome, TouchKind

from .answers import Shown
from .gate import Asked, Bearer
from .resource import Resource
from .shapes import Closed, Code, NewTouchBody
from .shown import CLOSED, EXPAND_PERSON, Named, PageQuery, PersonRef, closed_list, named, person_ref

router = Router(tags=["touches"])


@with_config(CLOSED)
class TouchShown(TypedDict, total=False):
    """A touch; what was said is left out for whom it is not."""

    code: Required[Code]
    person: PersonRef
    kind: TouchKind
    outcome: Outcome
    is_two_way: bool
    at: datetime
    by: Named | None
    minutes: int | None
    logged_at: datetime
    said: str
    practical: str


@with_config(CLOSED)
class TouchesPage(TypedDict):
    """A page of touches; `next` is null on the last one."""

    items: list[TouchShown]
    next: str | None


FIELDS = tuple(TouchShown.__annotations__)


class TouchQuery(Closed):
    """How a touch is shown."""

    fields: closed_list(FIELDS) | None = Field(None, description="Only these fields, separated by commas.")  # type: ignore[valid-type]  # a type made from a closed list
    expand: Literal["person"] | None = EXPAND_PERSON


class TouchesQuery(PageQuery, TouchQuery):
    """Which touches, in which order, and how they are shown."""

    order: Literal["at", "-at"] = Field("-at", description="By their moment; the latest first unless said.")
    person: Code | None = Field(None, description="Touches with this person.")
    kind: TouchKind | None = Field(None, description="Touches of this kind.")


def shown(row: Any, *, names: bool = False) -> Shown:
    """Return a touch as the API gives it."""
    plain = ("code", "kind", "outcome", "is_two_way", "at", "minutes", "logged_at")
    found: Shown = {name: getattr(row, name) for name in plain}
    found |= {"person": person_ref(row.person, names=names), "by": named(row.by)}
    if row.sees_opinion:
        found |= {"said": row.said, "practical": row.practical}
    return found


TOUCHES = Resource("touches", ask=queries.touch, page=queries.page_of_touches, show=shown, ordered_by="at")


@router.get(
    "/touches",
    auth=Bearer("touches:read", query=TouchesQuery, is_list=True),
    response=TouchesPage,
    operation_id="list_touches",
    summary="Touches with people whom the account may see",
)
def list_touches(request: Asked, query: Query[TouchesQuery]) -> HttpResponse:
    return TOUCHES.listed(request, query, kind=query.kind)


@router.get(
    "/touches/{code}",
    auth=Bearer("touches:read", query=TouchQuery),
    response=TouchShown,
    operation_id="get_touch",
    summary="One touch",
)
def get_touch(request: Asked, code: Code, query: Query[TouchQuery]) -> HttpResponse:
    return TOUCHES.one(request, code, query)


@router.post(
    "/touches",
    auth=Bearer("touches:write", has_body=True),
    response={201: TouchShown},
    operation_id="log_touch",
    summary="Log what happened with a person, and what is owed next",
    description="Without a ground to record views, what was said is kept as a practical note. An attempt without an "
    "answer moves what was owed to the next working day.",
)
def log_touch(request: Asked, body: NewTouchBody) -> HttpResponse:
    step = body.next_step
    made = log_conversation(
        person=body.person,
        touch=NewTouch(body.kind, body.outcome, body.at, body.said, body.minutes),
        step=NextStep(step.kind, step.due_on, step.reason) if step else None,
        by=request.viewer,
        at=request.at,
        once=request.once,
    )
    return TOUCHES.made(request, made.code)
