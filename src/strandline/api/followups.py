"""Next steps: what is owed to a person, by whom and by when."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal, Required

from django.http import HttpResponse
from ninja import Query, Router
from pydantic import Field, with_config
from typing_extensions import TypedDict

from strandline.steady.followup import actions, queries
from strandline.steady.followup.actions import NextStep
from strandline.steady.followup.rules import StepKind

from .answers import Shown, version_of
from .gate import Asked, Bearer
from .resource import Resource
from .shapes import Closed, Code, NewFollowUpBody, StepMove
from .shown import CLOSED, EXPAND_PERSON, Named, PageQuery, PersonRef, closed_list, named, person_ref

router = Router(tags=["follow-ups"])


@with_config(CLOSED)
class FollowUpShown(TypedDict, total=False):
    """A next step that is owed to a person."""

    code: Required[Code]
    person: PersonRef
    tie: Code | None
    owner: Named | None
    kind: StepKind
    due_on: date
    due_at: datetime | None
    reason: str
    set_at: datetime
    closed_at: datetime | None
    version: int


@with_config(CLOSED)
class FollowUpsPage(TypedDict):
    """A page of next steps; `next` is null on the last one."""

    items: list[FollowUpShown]
    next: str | None


FIELDS = tuple(FollowUpShown.__annotations__)


class FollowUpQuery(Closed):
    """How a next step is shown."""

    fields: closed_list(FIELDS) | None = Field(None, description="Only these fields, separated by commas.")  # type: ignore[valid-type]  # a type made from a closed list
    expand: Literal["person"] | None = EXPAND_PERSON


class FollowUpsQuery(PageQuery, FollowUpQuery):
    """Which next steps, in which order, and how they are shown."""

    order: Literal["due_on", "-due_on"] = Field("due_on", description="By the day on which they are due.")
    person: Code | None = Field(None, description="What is owed to this person.")
    owner: Code | None = Field(None, description="What this colleague owes.")
    state: Literal["open", "closed"] | None = Field(None, description="Open or closed ones only.")


def shown(row: Any, *, names: bool = False) -> Shown:
    """Return a next step as the API gives it."""
    plain = ("code", "kind", "due_on", "due_at", "reason", "set_at", "closed_at", "version")
    return {
        **{name: getattr(row, name) for name in plain},
        "person": person_ref(row.person, names=names),
        "tie": row.tie.code if row.tie else None,
        "owner": named(row.owner),
    }


FOLLOW_UPS = Resource(
    "follow-ups", ask=queries.followup, page=queries.page_of_steps, show=shown, ordered_by="due_on"
)


@router.get(
    "/follow-ups",
    auth=Bearer("followups:read", query=FollowUpsQuery, is_list=True),
    response=FollowUpsPage,
    operation_id="list_follow_ups",
    summary="What is owed to people whom the account may see",
)
def list_follow_ups(request: Asked, query: Query[FollowUpsQuery]) -> HttpResponse:
    is_open = None if query.state is None else query.state == "open"
    return FOLLOW_UPS.listed(request, query, owner=query.owner or "", is_open=is_open)


@router.get(
    "/follow-ups/{code}",
    auth=Bearer("followups:read", query=FollowUpQuery),
    response=FollowUpShown,
    operation_id="get_follow_up",
    summary="One next step",
)
def get_follow_up(request: Asked, code: Code, query: Query[FollowUpQuery]) -> HttpResponse:
    return FOLLOW_UPS.one(request, code, query)


@router.post(
    "/follow-ups",
    auth=Bearer("followups:write", has_body=True),
    response={201: FollowUpShown},
    operation_id="set_follow_up",
    summary="Say what the account owes a person next",
    description="An open step of the same account for the same person is replaced.",
)
def set_follow_up(request: Asked, body: NewFollowUpBody) -> HttpResponse:
    row = actions.set_next_step(
        person=body.person,
        step=NextStep(body.kind, body.due_on, body.reason),
        by=request.viewer,
        at=request.at,
        once=request.once,
    )
    return FOLLOW_UPS.made(request, row.code)


@router.patch(
    "/follow-ups/{code}",
    auth=Bearer("followups:write", has_body=True, has_version=True),
    response=FollowUpShown,
    operation_id="move_follow_up",
    summary="Move a next step to another day",
    description="Send If-Match with the ETag, or `version`.",
)
def move_follow_up(request: Asked, code: Code, body: StepMove) -> HttpResponse:
    version = version_of(request, body, is_needed=True)
    return FOLLOW_UPS.change(
        request,
        code,
        actions.move_step,
        yours={"due_on": body.due_on, "version": version},
        followup=code,
        to=body.due_on,
        version=version,
    )


@router.post(
    "/follow-ups/{code}/close",
    auth=Bearer("followups:write", has_version=True),
    response=FollowUpShown,
    operation_id="close_follow_up",
    summary="Mark a next step as done, without a touch of its own",
)
def close_follow_up(request: Asked, code: Code) -> HttpResponse:
    return FOLLOW_UPS.change(
        request,
        code,
        actions.close_step,
        yours={"version": request.if_match},
        followup=code,
        version=request.if_match,
    )
