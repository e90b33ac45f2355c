"""Handoffs: offers to take over a tie with its next step, and the answers to them."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal, Required

from django.http import HttpResponse
from ninja import Query, Router
from pydantic import Field, with_config
from typing_extensions import TypedDict

from strandline.steady.followup import actions, queries
from strandline.steady.followup.rules import HandoffState

from .answers import Shown, give
from .gate import Asked, Bearer
from .resource import Resource
from .shapes import Answer, Closed, Code, NewHandoffsBody
from .shown import CLOSED, EXPAND_PERSON, Named, PageQuery, PersonRef, closed_list, named, person_ref

router = Router(tags=["handoffs"])


@with_config(CLOSED)
class HandoffShown(TypedDict, total=False):
    """An offer to take over a tie, and what became of it."""

    code: Required[Code]
    person: PersonRef
    tie: Code
    offered_by: Named
    offered_to: Named
    note: str
    state: HandoffState
    offered_at: datetime
    answered_at: datetime | None
    completed_at: datetime | None
    answer: str


@with_config(CLOSED)
class HandoffsPage(TypedDict):
    """A page of handoffs; `next` is null on the last one."""

    items: list[HandoffShown]
    next: str | None


@with_config(CLOSED)
class HandoffsMade(TypedDict):
    """The offers that were made, one a tie."""

    items: list[HandoffShown]


FIELDS = tuple(HandoffShown.__annotations__)


class HandoffQuery(Closed):
    """How a handoff is shown."""

    fields: closed_list(FIELDS) | None = Field(None, description="Only these fields, separated by commas.")  # type: ignore[valid-type]  # a type made from a closed list
    expand: Literal["person"] | None = EXPAND_PERSON


class HandoffsQuery(PageQuery, HandoffQuery):
    """Which handoffs, in which order, and how they are shown."""

    order: Literal["offered_at", "-offered_at"] = Field(
        "-offered_at", description="By when they were offered."
    )
    person: Code | None = Field(None, description="Handoffs of this person's ties.")
    state: HandoffState | None = Field(None, description="Handoffs that stand so.")


def shown(row: Any, *, names: bool = False) -> Shown:
    """Return a handoff as the API gives it."""
    plain = ("code", "note", "state", "offered_at", "answered_at", "completed_at", "answer")
    return {
        **{name: getattr(row, name) for name in plain},
        "person": person_ref(row.person, names=names),
        "tie": row.tie.code,
        "offered_by": named(row.offered_by),
        "offered_to": named(row.offered_to),
    }


HANDOFFS = Resource(
    "handoffs", ask=queries.handoff, page=queries.page_of_handoffs, show=shown, ordered_by="offered_at"
)


@router.get(
    "/handoffs",
    auth=Bearer("handoffs:read", query=HandoffsQuery, is_list=True),
    response=HandoffsPage,
    operation_id="list_handoffs",
    summary="Handoffs of people whom the account may see, and what is offered to it",
)
def list_handoffs(request: Asked, query: Query[HandoffsQuery]) -> HttpResponse:
    return HANDOFFS.listed(request, query, state=query.state)


@router.get(
    "/handoffs/{code}",
    auth=Bearer("handoffs:read", query=HandoffQuery),
    response=HandoffShown,
    operation_id="get_handoff",
    summary="One handoff",
)
def get_handoff(request: Asked, code: Code, query: Query[HandoffQuery]) -> HttpResponse:
    return HANDOFFS.one(request, code, query)


@router.post(
    "/handoffs",
    auth=Bearer("handoffs:write", has_body=True),
    response={201: HandoffsMade},
    operation_id="offer_handoffs",
    summary="Offer the running ties of people to a colleague",
    description="`GET /colleagues` gives to whom. The colleague holds them only after accepting.",
)
def offer_handoffs(request: Asked, body: NewHandoffsBody) -> HttpResponse:
    made = actions.offer_handoffs(
        people=body.people, to=body.to, note=body.note, by=request.viewer, at=request.at, once=request.once
    )
    rows = queries.handoffs_by_code(viewer=request.viewer, codes=[row.code for row in made])
    return give(
        request,
        {"items": [shown(row) for row in rows]},
        shows=[row.person.audit_id for row in rows],
        status=201,
    )


@router.post(
    "/handoffs/{code}/accept",
    auth=Bearer("handoffs:write"),
    response=HandoffShown,
    operation_id="accept_handoff",
    summary="Take over a tie that was offered to the account",
)
def accept_handoff(request: Asked, code: Code) -> HttpResponse:
    actions.accept_handoff(handoff=code, by=request.viewer, at=request.at, once=request.once)
    return HANDOFFS.changed(request, code)


@router.post(
    "/handoffs/{code}/decline",
    auth=Bearer("handoffs:write", has_body=True),
    response=HandoffShown,
    operation_id="decline_handoff",
    summary="Say no to an offer; the tie stays with who holds it",
)
def decline_handoff(request: Asked, code: Code, body: Answer) -> HttpResponse:
    actions.decline_handoff(
        handoff=code, answer=body.answer, by=request.viewer, at=request.at, once=request.once
    )
    return HANDOFFS.changed(request, code)


@router.post(
    "/handoffs/{code}/withdraw",
    auth=Bearer("handoffs:write"),
    response=HandoffShown,
    operation_id="withdraw_handoff",
    summary="Take an offer of the account back before it is answered",
)
def withdraw_handoff(request: Asked, code: Code) -> HttpResponse:
    actions.withdraw_handoff(handoff=code, by=request.viewer, at=request.at, once=request.once)
    return HANDOFFS.changed(request, code)
