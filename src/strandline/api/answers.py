"""What a route gives back: JSON, the pages of a list, the reading kept before it is given."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeVar

from django.http import HttpResponse
from pydantic import BaseModel

from strandline.organisation.audit.actions import keep_reading
from strandline.store import cursors
from strandline.store.cursors import BadCursor

from .gate import Asked, scope_missing
from .problems import Problem, bad_parameter

T = TypeVar("T")
Shown = dict[str, Any]
# What shapes a page but does not choose its rows; the cursor is bound to all the rest.
_SHAPING = {"page", "size", "fields", "expand"}


def give(
    asked: Asked,
    body: Any,
    *,
    shows: Iterable[str] = (),
    status: int = 200,
    version: int | None = None,
    location: str = "",
) -> HttpResponse:
    """Answer with this body, after keeping one read entry for the people it shows.

    Raises NotSaved when the entry cannot be kept: then nothing is given (HOUSE section 4).
    """
    raw = json.dumps(body, ensure_ascii=False, default=_written, separators=(",", ":")).encode()
    response = HttpResponse(raw, status=status, content_type="application/json")
    if version is not None:
        response["ETag"] = f'"{version}"'
    if location:
        response["Location"] = location
    keep_reading(viewer=asked.viewer, at=asked.at, shows=shows)
    return response


def nothing() -> HttpResponse:
    """Answer that it is done and that there is nothing to show."""
    response = HttpResponse(status=204)
    del response["Content-Type"]
    return response


def _written(value: Any) -> str:
    if isinstance(value, datetime | date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} is not written as JSON.")


@dataclass(frozen=True)
class Listing:
    """One question for a page of a list: whose it is, what it asks, and where the page begins."""

    asked: Asked
    name: str
    query: Any

    def _bound(self) -> tuple[str, ...]:
        chosen = self.query.model_dump(mode="json", exclude=_SHAPING, exclude_none=True)
        return self.asked.viewer.audit_id, self.name, json.dumps(chosen, sort_keys=True)

    def mark(self) -> tuple[str, ...] | None:
        """Return where the page before ended; None at the beginning. Raises the Problem of a foreign cursor."""
        if self.query.page is None:
            return None
        try:
            return cursors.unseal(self.query.page, asked=self._bound())
        except BadCursor:
            reason = "Use `next` of the page before, with the same filters and order and the same account."
            raise bad_parameter("page", reason) from None

    def next(self, *mark: str) -> str:
        """Return the sealed place where this page ends."""
        return cursors.seal(mark, asked=self._bound())

    def page(
        self, rows: Sequence[T], *, show: Callable[[T], Shown], mark: Callable[[T], tuple[str, ...]]
    ) -> Shown:
        """Return one page of rows that were asked for with one more than it holds."""
        size = self.query.size
        there_is_more = len(rows) > size
        return {
            "items": [show(row) for row in rows[:size]],
            "next": self.next(*mark(rows[size - 1])) if there_is_more else None,
        }


def pick(shown: Mapping[str, Any], fields: str | None) -> Shown:
    """Keep the fields that were asked for; `code` always, so that what is shown can be found again."""
    if fields is None:
        return dict(shown)
    wanted = {"code", *fields.split(",")}
    return {name: value for name, value in shown.items() if name in wanted}


def names_people(asked: Asked, expand: str | None) -> bool:
    """Tell whether people are to be named; raises the Problem of a token that may not read people."""
    if expand is None:
        return False
    if not asked.viewer.may("people:read"):
        raise scope_missing("people:read")
    return True


def version_of(asked: Asked, body: BaseModel, *, is_needed: bool = False) -> int | None:
    """Return which version the caller means to change, by If-Match or by `version` in the body."""
    said: int | None = getattr(body, "version", None)
    if asked.if_match is not None and said is not None and asked.if_match != said:
        raise Problem("bad-request", "If-Match and version name different versions.")
    version = asked.if_match if asked.if_match is not None else said
    if version is None and is_needed:
        raise Problem(
            "precondition-required", "Send If-Match with the ETag of what you read, or version in the body."
        )
    return version


def stale(asked: Asked, *, current: Shown, yours: BaseModel | Shown, shows: Iterable[str]) -> HttpResponse:
    """Answer that someone changed it meanwhile, with both versions; nothing was overwritten."""
    problem = Problem(
        "precondition-failed" if asked.if_match is not None else "stale",
        "Someone changed this since you read it. Nothing was overwritten: decide between the two and send it again.",
        more={
            "current": json.loads(json.dumps(current, default=_written)),
            "yours": yours.model_dump(mode="json", exclude_unset=True)
            if isinstance(yours, BaseModel)
            else json.loads(json.dumps(yours, default=_written)),
        },
    )
    response = problem.answer()
    response["ETag"] = f'"{current["version"]}"'
    keep_reading(viewer=asked.viewer, at=asked.at, shows=shows)
    return response
