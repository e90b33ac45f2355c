"""People, their channels and their tags."""

from __future__ import annotations

from collections.abc import Collection
from typing import Annotated, Any, Literal

from django.http import HttpResponse
from ninja import Query, Router
from pydantic import Field, StringConstraints, with_config
from typing_extensions import TypedDict

from strandline.organisation.branches import queries as branches
from strandline.steady.conversations.actions import meet_person
from strandline.steady.followup.actions import NextStep
from strandline.steady.lists import queries as lists
from strandline.steady.lists.rules import MOST_DAYS, StepFilter, read
from strandline.steady.people import actions, queries
from strandline.steady.people.actions import CannotAdd, NewPerson, Reach, normal_form
from strandline.steady.people.rules import ChannelKind
from strandline.steady.ties import queries as tie_queries
from strandline.steady.ties.rules import Status, TieKind
from strandline.store.records import Absent, Stale

from .answers import Listing, Shown, give, nothing, pick, stale, version_of
from .gate import Asked, Bearer
from .person_shown import FIELDS, PersonShown
from .person_shown import person as shown
from .problems import Problem, bad_parameter, invalid
from .shapes import Closed, Code, NewChannel, NewPersonBody, PersonChange, TagChange
from .shown import CLOSED, PageQuery, closed_list

router = Router(tags=["people"])
PARTS = queries.PARTS


class PersonQuery(Closed):
    """How a person is shown."""

    fields: closed_list(FIELDS) | None = Field(None, description="Only these fields, separated by commas.")  # type: ignore[valid-type]  # a type made from a closed list
    expand: closed_list(PARTS) | None = Field(None, description="Bring these along, separated by commas.")  # type: ignore[valid-type]  # as above


class PeopleQuery(PageQuery, PersonQuery):
    """Which people, in which order, and how they are shown."""

    order: Literal["name"] = Field("name", description="By name is the only order.")
    q: Annotated[str, StringConstraints(min_length=1, max_length=200)] | None = Field(
        None, description="Parts of the name, each of which has to be there."
    )
    held: Annotated[str, StringConstraints(pattern=r"^(me|nobody|[0-9b-z]{12})$")] | None = Field(
        None, description="`me`, `nobody`, or the code of a colleague who holds a tie."
    )
    kind: TieKind | None = Field(None, description="People with a running tie of this kind.")
    status: Status | None = Field(None, description="People with a tie that stands so.")
    step: StepFilter | None = Field(None, description="By their next step.")
    quiet: Annotated[str, StringConstraints(pattern=r"^[1-9][0-9]{0,3}$")] | None = Field(
        None, description=f"No talk in so many days, at most {MOST_DAYS}."
    )
    new: Annotated[str, StringConstraints(pattern=r"^[1-9][0-9]{0,3}$")] | None = Field(
        None, description=f"Came in the last so many days, at most {MOST_DAYS}."
    )
    tag: Annotated[str, StringConstraints(min_length=1, max_length=100)] | None = Field(
        None, description="Wearing this tag."
    )
    email: Annotated[str, StringConstraints(min_length=3, max_length=320)] | None = Field(
        None, description="Exactly this e-mail address; it goes with no other filter."
    )
    phone: Annotated[str, StringConstraints(min_length=3, max_length=40)] | None = Field(
        None, description="Exactly this telephone number; it goes with no other filter."
    )


FILTERS = ("q", "held", "kind", "status", "step", "quiet", "new", "tag")
# How the readers of the filters call what cannot be read, and how the parameter is called.
_CALLED = {
    "Kind of tie": "kind",
    "Status": "status",
    "Next step": "step",
    "No talk in": "quiet",
    "Came in the last": "new",
    "Held by": "held",
    "Name": "q",
    "Tag": "tag",
}


@with_config(CLOSED)
class PeoplePage(TypedDict):
    """A page of people, by name; `next` is null on the last one."""

    items: list[PersonShown]
    next: str | None


@router.get(
    "/people",
    auth=Bearer("people:read", query=PeopleQuery, is_list=True),
    response=PeoplePage,
    operation_id="list_people",
    summary="People whom the account may see, by name",
)
def list_people(request: Asked, query: Query[PeopleQuery]) -> HttpResponse:
    listing = Listing(request, "people", query)
    mark = listing.mark()
    found = _chosen(request, query, after=mark[0] if mark else "")
    parts = _parts(query.expand)
    queries.bring_along(viewer=request.viewer, people=found[: query.size], parts=parts)
    page = listing.page(found, show=lambda row: _shaped(row, query), mark=lambda row: (row.order_key,))
    return give(request, page, shows=[row.audit_id for row in found[: query.size]])


def _chosen(request: Asked, query: PeopleQuery, *, after: str) -> list[Any]:
    given = {name: str(value) for name in FILTERS if (value := getattr(query, name)) is not None}
    reaches = [
        Reach(kind, value)
        for kind, value in ((ChannelKind.EMAIL, query.email), (ChannelKind.PHONE, query.phone))
        if value is not None
    ]
    if reaches:
        if given or len(reaches) > 1:
            raise bad_parameter(reaches[0].kind.value, "This goes with no other filter.")
        found = queries.same_channel(
            viewer=request.viewer, channels=[(reach.kind, _normal(reach)) for reach in reaches]
        )
        return [person for person in found if person.order_key > after]
    for name, value in given.items():
        if not value.strip():
            raise bad_parameter(name, "This holds nothing that can be seen.")
    filters = read(given)
    for words, reason in filters.unread:
        raise bad_parameter(_CALLED[words], f"{reason[:1].upper()}{reason[1:]}.".replace("..", "."))
    on = request.at.astimezone(tie_queries.zone()).date()
    page = lists.people_page(viewer=request.viewer, filters=filters, on=on, after=after, size=query.size + 1)
    return page.people


def _normal(reach: Reach) -> str:
    try:
        return normal_form(reach, region=getattr(branches.organisation(), "region", "GB"))
    except CannotAdd as bad:
        raise bad_parameter(reach.kind.value, bad.reason) from bad


def _parts(expand: str | None) -> frozenset[str]:
    return frozenset(expand.split(",")) if expand else frozenset()


def _shaped(row: Any, query: PersonQuery) -> Shown:
    parts = _parts(query.expand)
    fields = query.fields
    return pick(shown(row, parts=parts), ",".join([fields, *parts]) if fields else None)


@router.get(
    "/people/{code}",
    auth=Bearer("people:read", query=PersonQuery),
    response=PersonShown,
    operation_id="get_person",
    summary="One person",
)
def get_person(request: Asked, code: Code, query: Query[PersonQuery]) -> HttpResponse:
    row = queries.sighted(viewer=request.viewer, code=code)
    queries.bring_along(viewer=request.viewer, people=[row], parts=_parts(query.expand))
    return give(request, _shaped(row, query), shows=[row.audit_id], version=row.version)


@router.post(
    "/people",
    auth=Bearer("people:write", has_body=True),
    response={201: PersonShown},
    operation_id="add_person",
    summary="Put someone on record",
    description="With a contact tie held by the account, and a first step owed. A data steward's newcomers have "
    "no tie yet.",
)
def add_person(request: Asked, body: NewPersonBody) -> HttpResponse:
    new = NewPerson(
        full_name=body.full_name,
        given_name=body.given_name,
        family_name=body.family_name,
        also_known_as=body.also_known_as,
        languages=tuple(body.languages),
        born_on=body.born_on,
        practical_note=body.practical_note,
        sensitivity=body.sensitivity,
        reaches=tuple(Reach(c.kind, c.value, c.label) for c in body.channels),
        source_kind=body.source.kind,
        source_label=body.source.label,
        met_on=body.source.met_on,
        introducer=body.source.introducer or "",
        address=body.address.model_dump() if body.address else {},
        tags=tuple(body.tags),
    )
    step = body.next_step
    row = meet_person(
        new=new,
        by=request.viewer,
        at=request.at,
        step=NextStep(step.kind, step.due_on, step.reason) if step else None,
        once=request.once,
    )
    return _changed(request, row.code, status=201, location=f"/api/v1/people/{row.code}")


@router.patch(
    "/people/{code}",
    auth=Bearer("people:write", has_body=True, has_version=True),
    response=PersonShown,
    operation_id="change_person",
    summary="Change what is kept of a person",
    description="Only the fields that are sent change. Send If-Match with the ETag, or `version`.",
)
def change_person(request: Asked, code: Code, body: PersonChange) -> HttpResponse:
    version = version_of(request, body, is_needed=True)
    changes = body.model_dump(exclude_unset=True, exclude={"version"})
    _editable(request, code, fields=changes)
    try:
        actions.edit_person(
            person=code,
            version=version,
            changes={name: _plain(value) for name, value in changes.items()},
            by=request.viewer,
            at=request.at,
            once=request.once,
        )
    except Stale:
        row = queries.sighted(viewer=request.viewer, code=code)
        return stale(request, current=shown(row), yours=body, shows=[row.audit_id])
    return _changed(request, code)


def _editable(request: Asked, code: str, *, fields: Collection[str] = ()) -> None:
    """Refuse what the role of the account may not change, as the pages do not offer it. Raises Absent."""
    row: Any = queries.sighted(viewer=request.viewer, code=code)
    if not row.sees_contact:
        raise Problem("role-missing", "Your role sees this record and does not change it.")
    if "practical_note" in fields and not row.sees_opinion:
        raise invalid(("/practical_note", "Your role keeps no notes."))


def _plain(value: Any) -> Any:
    """Return the value of a closed choice as it is stored."""
    return value.value if hasattr(value, "value") else value


@router.post(
    "/people/{code}/channels",
    auth=Bearer("people:write", has_body=True),
    response=PersonShown,
    operation_id="add_channel",
    summary="Add a way to reach someone",
    description="Adding one that is there already changes nothing.",
)
def add_channel(request: Asked, code: Code, body: NewChannel) -> HttpResponse:
    _editable(request, code)
    reach = Reach(body.kind, body.value, body.label)
    actions.add_channel(person=code, reach=reach, by=request.viewer, at=request.at, once=request.once)
    return _changed(request, code, parts=("channels",))


@router.delete(
    "/channels/{code}",
    auth=Bearer("people:write"),
    response={204: None},
    operation_id="remove_channel",
    summary="Remove a way to reach someone",
)
def remove_channel(request: Asked, code: Code) -> HttpResponse:
    actions.remove_channel(channel=code, by=request.viewer, at=request.at, once=request.once)
    return nothing()


@router.post(
    "/people/{code}/tags",
    auth=Bearer("people:write", has_body=True),
    response=PersonShown,
    operation_id="change_tags",
    summary="Put tags on a person and take tags off",
)
def change_tags(request: Asked, code: Code, body: TagChange) -> HttpResponse:
    _editable(request, code)
    actions.tag_people(
        people=[code],
        add=body.add,
        remove=body.remove,
        by=request.viewer,
        at=request.at,
        once=request.once,
    )
    return _changed(request, code, parts=("tags",))


def _changed(
    request: Asked, code: str, *, parts: tuple[str, ...] = (), status: int = 200, location: str = ""
) -> HttpResponse:
    """Answer with the person as they are now; by code alone when the change took them out of sight."""
    try:
        row = queries.sighted(viewer=request.viewer, code=code)
    except Absent:
        return give(request, {"code": code}, status=status, location=location)
    queries.bring_along(viewer=request.viewer, people=[row], parts=parts)
    body = shown(row, parts=parts)
    return give(request, body, shows=[row.audit_id], status=status, location=location, version=row.version)
