"""What a client needs to find its way: who it is, the steps of the pathways, and to whom ties can be offered."""

from __future__ import annotations

from typing import Literal

from django.http import HttpResponse
from ninja import Router
from pydantic import with_config
from typing_extensions import TypedDict

from strandline.organisation.accounts.rules import API_SCOPES, Role
from strandline.organisation.branches import queries as branches
from strandline.steady.ties import queries as ties
from strandline.steady.ties.rules import TieKind

from .answers import Shown, give
from .gate import Asked, Bearer
from .shapes import Code
from .shown import CLOSED, Named, named

router = Router(tags=["orientation"])


@with_config(CLOSED)
class MeShown(TypedDict):
    """The account in whose name the token asks."""

    code: Code
    name: str
    roles: list[Role]
    scopes: list[Literal[tuple(API_SCOPES)]]  # type: ignore[valid-type]  # a type made from a closed list


@with_config(CLOSED)
class PathwayShown(TypedDict):
    """The steps along which a tie of a kind develops."""

    kind: TieKind
    stages: list[Named]


@with_config(CLOSED)
class Pathways(TypedDict):
    """All pathways."""

    items: list[PathwayShown]


@with_config(CLOSED)
class Colleagues(TypedDict):
    """Colleagues, by name."""

    items: list[Named]


@router.get("/me", auth=Bearer(), response=MeShown, operation_id="get_me", summary="Who the token asks for")
def get_me(request: Asked) -> HttpResponse:
    viewer = request.viewer
    body = {
        "code": viewer.code,
        "name": viewer.name,
        "roles": sorted(role.value for role in viewer.roles),
        "scopes": sorted(viewer.allows or ()),
    }
    return give(request, body)


@router.get(
    "/pathways",
    auth=Bearer(),
    response=Pathways,
    operation_id="list_pathways",
    summary="The steps along which ties of each kind develop",
)
def list_pathways(request: Asked) -> HttpResponse:
    steps: dict[str, list[Shown]] = {kind.value: [] for kind in TieKind}
    for stage in ties.pathways():
        steps[stage.kind].append({"code": stage.code, "name": stage.name})
    return give(request, {"items": [{"kind": kind, "stages": found} for kind, found in steps.items()]})


@router.get(
    "/colleagues",
    auth=Bearer(),
    response=Colleagues,
    operation_id="list_colleagues",
    summary="With whom the account can share work",
)
def list_colleagues(request: Asked) -> HttpResponse:
    rows = branches.colleagues(viewer=request.viewer, at=request.at)
    return give(request, {"items": [named(row) for row in rows]})
