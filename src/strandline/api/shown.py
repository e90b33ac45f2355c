"""What is given: the forms that several resources share, and how rows become them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated, Any, Required

from pydantic import BeforeValidator, ConfigDict, Field, StringConstraints, WithJsonSchema, with_config
from typing_extensions import TypedDict

from .shapes import Closed, Code

if TYPE_CHECKING:
    from strandline.steady.people.models import Person

CLOSED = ConfigDict(extra="forbid")


@with_config(CLOSED)
class Named(TypedDict):
    """Something with a name, by its code."""

    code: Code
    name: str


@with_config(CLOSED)
class PersonRef(TypedDict, total=False):
    """A person, by code; the name where it was asked for and may be seen."""

    code: Required[Code]
    full_name: str


def named(row: Any) -> dict[str, str] | None:
    """Return an account, branch, team or stage as code and name."""
    return None if row is None else {"code": row.code, "name": row.name}


def person_ref(row: Person, *, names: bool) -> PersonRef:
    """Return a person by code, with the name when `names` is asked for."""
    return PersonRef(code=row.code, full_name=row.full_name) if names else PersonRef(code=row.code)


def _digits(value: Any) -> Any:
    if isinstance(value, str) and not (value.isascii() and value.isdigit() and len(value) <= 9):
        raise ValueError("This must be a whole number.")
    return value


def closed_list(names: Iterable[str]) -> Any:
    """Return the type of a parameter that chooses from a closed list, separated by commas."""
    known = tuple(names)

    def chosen(value: Any) -> Any:
        asked = value.split(",") if isinstance(value, str) else []
        if not 0 < len(asked) <= len(known) or not set(asked) <= set(known):
            raise ValueError(f"Choose from {', '.join(known)}, separated by commas.")
        return value

    form = {"type": "array", "items": {"enum": list(known)}, "minItems": 1, "maxItems": len(known)}
    return Annotated[str, BeforeValidator(chosen), StringConstraints(max_length=1000), WithJsonSchema(form)]


class PageQuery(Closed):
    """Which page of a list, and how long."""

    page: Annotated[str, StringConstraints(max_length=4000)] | None = Field(
        None, description="`next` of the page before; it is opaque and goes with the same filters and order."
    )
    size: Annotated[int, Field(ge=1, le=200), BeforeValidator(_digits)] = Field(
        50, description="Rows a page."
    )


EXPAND_PERSON = Field(None, description="`person` brings the name along; the token needs people:read for it.")
