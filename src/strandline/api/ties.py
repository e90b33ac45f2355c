"""Ties: the relationships with a person, how they stand and along which pathway they develop."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal, Required

from django.http import HttpResponse
from ninja import Query, Router
from pydantic import Field, with_config
from typing_extensions import TypedDict

from strandline.steady.followup import actions as followup
from strandline.steady.ties import actions, queries
from strandline.steady.ties.rules import Status, TieKind

from .answers import Shown, version_of
from .gate import Asked, Bearer
from .resource import Resource
from .shapes import Closed, Code, NewTieBody, StageChange, StatusChange, TieEnd
from .shown import CLOSED, EXPAND_PERSON, Named, PageQuery, PersonRef, closed_list, named, person_ref

router = Router(tags=["ties"])


@with_config(CLOSED)
class TieShown(TypedDict, total=False):
    """A tie as it stands today."""

    code: Required[Code]
    person: PersonRef
    kind: TieKind
    status: Status
    stage: Named | None
    owner: Named | None
    second: Named | None
    branch: Named
    team: Named | None
    rhythm_days: int
    began_at: datetime
    ended_at: datetime | None
    last_touch_at: datetime | None
    last_two_way_at: datetime | None
    version: int


@with_config(CLOSED)
class TiesPage(TypedDict):
    """A page of ties; `next` is null on the last one."""

    items: list[TieShown]
    next: str | None


FIELDS = tuple(TieShown.__annotations__)


class TieQuery(Closed):
    """How a tie is shown."""

    fields: closed_list(FIELDS) | None = Field(None, description="Only these fields, separated by commas.")  # type: ignore[valid-type]  # a type made from a closed list
    expand: Literal["person"] | None = EXPAND_PERSON


class TiesQuery(PageQuery, TieQuery):
    """Which ties, in which order, and how they are shown."""

    order: Literal["began_at", "-began_at"] = Field("began_at", description="By when they began.")
    person: Code | None = Field(None, description="Ties with this person.")
    kind: TieKind | None = Field(None, description="Ties of this kind.")
    status: Status | None = Field(None, description="Ties that stand so.")


def shown(row: Any, *, names: bool = False) -> Shown:
    """Return a tie as the API gives it."""
    plain = ("kind", "status", "rhythm_days", "began_at", "ended_at", "last_touch_at", "last_two_way_at")
    return {
        "code": row.code,
        "person": person_ref(row.person, names=names),
        "stage": named(row.stage),
        "owner": named(row.owner),
        "second": named(row.second),
        "branch": named(row.branch),
        "team": named(row.team),
        **{name: getattr(row, name) for name in plain},
        "version": row.version,
    }


TIES = Resource("ties", ask=queries.tie, page=queries.page_of_ties, show=shown, ordered_by="began_at")


@router.get(
    "/ties",
    auth=Bearer("ties:read", query=TiesQuery, is_list=True),
    response=TiesPage,
    operation_id="list_ties",
    summary="Ties with people whom the account may see",
)
def list_ties(request: Asked, query: Query[TiesQuery]) -> HttpResponse:
    return TIES.listed(request, query, kind=query.kind, status=query.status)


@router.get(
    "/ties/{code}",
    auth=Bearer("ties:read", query=TieQuery),
    response=TieShown,
    operation_id="get_tie",
    summary="One tie",
)
def get_tie(request: Asked, code: Code, query: Query[TieQuery]) -> HttpResponse:
    return TIES.one(request, code, query)


@router.post(
    "/ties",
    auth=Bearer("ties:write", has_body=True),
    response={201: TieShown},
    operation_id="begin_tie",
    summary="Begin a tie, held by the account",
)
def begin_tie(request: Asked, body: NewTieBody) -> HttpResponse:
    row = actions.begin_tie(
        person=body.person, kind=body.kind, by=request.viewer, at=request.at, once=request.once
    )
    return TIES.made(request, row.code)


@router.post(
    "/ties/{code}/status",
    auth=Bearer("ties:write", has_body=True, has_version=True),
    response=TieShown,
    operation_id="set_tie_status",
    summary="Say how a tie stands, with the reason",
    description="Resting needs the day until which; stepped back, opposed and ended need a reason.",
)
def set_tie_status(request: Asked, code: Code, body: StatusChange) -> HttpResponse:
    version = version_of(request, body)
    return TIES.change(
        request,
        code,
        followup.set_status,
        yours=body,
        tie=code,
        status=body.status,
        reason=body.reason,
        until=body.until,
        version=version,
    )


@router.post(
    "/ties/{code}/end",
    auth=Bearer("ties:write", has_body=True, has_version=True),
    response=TieShown,
    operation_id="end_tie",
    summary="End a tie, with the reason",
)
def end_tie(request: Asked, code: Code, body: TieEnd) -> HttpResponse:
    version = version_of(request, body)
    return TIES.change(
        request,
        code,
        followup.set_status,
        yours=body,
        tie=code,
        status=Status.ENDED,
        reason=body.reason,
        version=version,
    )


@router.post(
    "/ties/{code}/stage",
    auth=Bearer("ties:write", has_body=True, has_version=True),
    response=TieShown,
    operation_id="move_tie_stage",
    summary="Move a tie along its pathway, forth or back",
    description="`GET /pathways` gives the steps.",
)
def move_tie_stage(request: Asked, code: Code, body: StageChange) -> HttpResponse:
    version = version_of(request, body)
    return TIES.change(
        request,
        code,
        actions.move_stage,
        yours=body,
        tie=code,
        stage=body.stage,
        why=body.why,
        version=version,
    )
