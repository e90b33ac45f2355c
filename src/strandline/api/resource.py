"""What ties, touches, next steps and handoffs have in common as resources: each is about one person."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.http import HttpResponse
from pydantic import BaseModel

from strandline.store.records import Absent, Stale

from .answers import Listing, Shown, give, names_people, pick, stale
from .gate import Asked


@dataclass(frozen=True)
class Resource:
    """Records of one kind, in the order of one of their days or moments, as the API gives them.

    `ask` finds one by `viewer` and `code` and raises Absent; `page` asks for a page of them; `show` makes what is given.
    """

    name: str
    ask: Callable[..., Any]
    page: Callable[..., list[Any]]
    show: Callable[..., Shown]
    ordered_by: str

    def listed(self, asked: Asked, query: Any, **filters: Any) -> HttpResponse:
        """Answer with one page of those that the account may see, by these filters."""
        names = names_people(asked, query.expand)
        listing = Listing(asked, self.name, query)
        rows = self.page(
            viewer=asked.viewer,
            person=query.person or "",
            after=_place(listing.mark()),
            newest_first=query.order.startswith("-"),
            most=query.size + 1,
            **filters,
        )
        body = listing.page(
            rows,
            show=lambda row: pick(self.show(row, names=names), query.fields),
            mark=lambda row: (getattr(row, self.ordered_by).isoformat(), row.code),
        )
        return give(asked, body, shows=[row.person.audit_id for row in rows[: query.size]])

    def one(self, asked: Asked, code: str, query: Any) -> HttpResponse:
        """Answer with one of them. Raises Absent."""
        names = names_people(asked, query.expand)
        row = self.ask(viewer=asked.viewer, code=code)
        return self._given(asked, row, pick(self.show(row, names=names), query.fields))

    def made(self, asked: Asked, code: str) -> HttpResponse:
        """Answer with what was just made, and with its address."""
        return self.changed(asked, code, status=201, location=f"/api/v1/{self.name}/{code}")

    def changed(self, asked: Asked, code: str, *, status: int = 200, location: str = "") -> HttpResponse:
        """Answer with it as it is now; by code alone when the change took it out of sight."""
        try:
            row = self.ask(viewer=asked.viewer, code=code)
        except Absent:
            return give(asked, {"code": code}, status=status, location=location)
        return self._given(asked, row, self.show(row), status=status, location=location)

    def change(
        self,
        asked: Asked,
        code: str,
        action: Callable[..., object],
        *,
        yours: BaseModel | Shown,
        **given: Any,
    ) -> HttpResponse:
        """Do this and answer with what became of it; where it changed meanwhile, with both versions."""
        try:
            action(**given, by=asked.viewer, at=asked.at, once=asked.once)
        except Stale:
            row = self.ask(viewer=asked.viewer, code=code)
            return stale(asked, current=self.show(row), yours=yours, shows=[row.person.audit_id])
        return self.changed(asked, code)

    def _given(self, asked: Asked, row: Any, body: Shown, **also: Any) -> HttpResponse:
        version = getattr(row, "version", None)
        return give(asked, body, shows=[row.person.audit_id], version=version, **also)


def _place(mark: tuple[str, ...] | None) -> tuple[date | datetime, str] | None:
    """Return the day or moment, and the code, at which the page before ended."""
    if mark is None:
        return None
    # A moment is written with its hour; a day is not.
    place = datetime.fromisoformat(mark[0]) if "T" in mark[0] else date.fromisoformat(mark[0])
    return place, mark[1]
