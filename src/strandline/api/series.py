"""Series of counts that are watched: what stands of them, and the counts that another system sends in."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Any, Literal, Required

from django.http import HttpResponse
from ninja import Query, Router
from pydantic import Field, StringConstraints, with_config
from typing_extensions import TypedDict

from strandline.surge.signals import actions, queries
from strandline.surge.signals.actions import NewSeries
from strandline.surge.signals.rules import Step, Tier
from strandline.surge.signals.rules.uploading import BadCountsFile
from strandline.surge.signals.rules.usual import MOST_COUNT
from strandline.surge.signals.rules.watched import Source, Way

from .answers import Listing, Shown, give
from .gate import Asked, Bearer
from .problems import invalid
from .shapes import Closed, Code, Day, Truth
from .shown import CLOSED, Named, PageQuery, named

router = Router(tags=["series"])
SeriesName = Annotated[str, StringConstraints(strict=True, min_length=1, max_length=200)]
Number = Annotated[int, Field(strict=True, ge=0, le=MOST_COUNT)]
MOST_AT_ONCE = 1000


@with_config(CLOSED)
class SeriesShown(TypedDict, total=False):
    """A series, and what was said of its newest step that is over."""

    code: Required[Code]
    name: str
    source: Source
    step: Step
    branch: Named
    team: Named | None
    is_watched: bool
    tier: Tier | None
    on: date | None
    count: int | None
    expected: float | None
    why: str


@with_config(CLOSED)
class SeriesPage(TypedDict):
    """A page of series; `next` is null on the last one."""

    items: list[SeriesShown]
    next: str | None


class NewSeriesBody(Closed):
    """A series that comes from outside."""

    name: SeriesName = Field(
        description="What is counted. No names of people: everyone in the branch reads it."
    )
    step: Literal["day", "week"] = Field("day", description="What one count covers; weeks begin on Mondays.")
    branch: Code | None = Field(
        None, description="The branch it belongs to, if the account keeps its series."
    )
    team: Code | None = Field(None, description="Or the team, if the account leads it.")


class OneCount(Closed):
    """The count of one step that is over."""

    on: Day = Field(description="The day, or the Monday of the week.")
    count: Number


class CountsBody(Closed):
    """Counts of steps that are over: all are kept, or none."""

    counts: list[OneCount] = Field(min_length=1, max_length=MOST_AT_ONCE)
    missing_is_zero: Truth = Field(
        False, description="Whether a step without a count means that nobody came; else it is refused."
    )


class CountBody(Closed):
    """The count of the step that the address names."""

    count: Number


@router.get(
    "/series",
    auth=Bearer("signals:read", query=PageQuery, is_list=True),
    response=SeriesPage,
    operation_id="list_series",
    summary="The series of the account's teams and branches, with what was said last",
)
def list_series(request: Asked, query: Query[PageQuery]) -> HttpResponse:
    listing = Listing(request, "series", query)
    mark = listing.mark()
    rows = queries.page_of_series(viewer=request.viewer, after=mark[0] if mark else "", most=query.size + 1)
    said = queries.said_last(viewer=request.viewer, series=rows)
    page = listing.page(rows, show=lambda row: _shown(row, said.get(row.pk)), mark=lambda row: (row.code,))
    return give(request, page)


@router.get(
    "/series/{code}",
    auth=Bearer("signals:read"),
    response=SeriesShown,
    operation_id="get_series",
    summary="One series, with what was said last",
)
def get_series(request: Asked, code: Code) -> HttpResponse:
    return _given(request, code)


@router.post(
    "/series",
    auth=Bearer("signals:write", has_body=True),
    response={201: SeriesShown},
    operation_id="add_series",
    summary="Watch a series that comes from outside",
    description="Without `branch` and `team` it belongs to the first place of which the account keeps the series.",
)
def add_series(request: Asked, body: NewSeriesBody) -> HttpResponse:
    new = NewSeries(body.name, Step(body.step), branch=body.branch or "", team=body.team or "")
    row = actions.add_series(new=new, by=request.viewer, at=request.at, once=request.once)
    return _given(request, row.code, status=201, location=f"/api/v1/series/{row.code}")


@router.post(
    "/series/{code}/counts",
    auth=Bearer("signals:write", has_body=True),
    response=SeriesShown,
    operation_id="send_counts",
    summary="Send counts of steps that are over",
    description=(
        "Counts continue what is there: a step left out is refused, unless `missing_is_zero`. One that was sent before with "
        "another count is a correction; what it changes is judged again, and the first answer is kept."
    ),
)
def send_counts(request: Asked, code: Code, body: CountsBody) -> HttpResponse:
    counts = [(one.on, one.count) for one in body.counts]
    return _taken(request, code, counts, pointer="/counts", missing_is_zero=body.missing_is_zero)


@router.put(
    "/series/{code}/counts/{on}",
    auth=Bearer("signals:write", has_body=True),
    response=SeriesShown,
    operation_id="put_count",
    summary="Send or correct the count of one step",
)
def put_count(request: Asked, code: Code, on: Day, body: CountBody) -> HttpResponse:
    return _taken(request, code, [(on, body.count)], pointer="/count")


def _taken(
    request: Asked,
    code: str,
    counts: Sequence[tuple[date, int]],
    *,
    pointer: str,
    missing_is_zero: bool = False,
) -> HttpResponse:
    try:
        actions.take_counts(
            series=code,
            counts=counts,
            way=Way.PUSH,
            missing_is_zero=missing_is_zero,
            by=request.viewer,
            at=request.at,
            once=request.once,
        )
    except BadCountsFile as bad:
        raise invalid(*((pointer, fault.reason) for fault in bad.faults)) from bad
    return _given(request, code)


def _given(request: Asked, code: str, *, status: int = 200, location: str = "") -> HttpResponse:
    row = queries.series(viewer=request.viewer, code=code)
    said = queries.said_last(viewer=request.viewer, series=[row]).get(row.pk)
    return give(request, _shown(row, said), status=status, location=location)


def _shown(row: Any, said: Any) -> Shown:
    return {
        "code": row.code,
        "name": row.name,
        "source": row.source,
        "step": row.step,
        "branch": named(row.branch),
        "team": named(row.team),
        "is_watched": row.ended_at is None,
        "tier": said.tier if said else None,
        "on": said.on if said else None,
        "count": said.count if said else None,
        "expected": said.expected if said else None,
        "why": said.why if said else "",
    }
