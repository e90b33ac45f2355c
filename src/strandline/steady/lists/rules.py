"""The filters by which people are chosen, how they stand in an address, and how they read as one sentence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any
from urllib.parse import urlencode

from strandline.lib.codes import is_code
from strandline.lib.numbers import BadNumber, whole
from strandline.lib.text import BadText, clean
from strandline.steady.ties.rules import Status, TieKind

MOST_WORDS = 200
MOST_DAYS = 3650


class Holder(StrEnum):
    """Whose people."""

    ME = "me"
    NOBODY = "nobody"


class StepFilter(StrEnum):
    """By the next step."""

    LATE = "late"
    TODAY = "today"
    WEEK = "week"
    NONE = "none"


@dataclass(frozen=True)
class Filters:
    """One choice of people. `unread` names what stood in the address and could not be read, with the reason."""

    words: str = ""
    holder: str = ""
    kind: TieKind | None = None
    status: Status | None = None
    step: StepFilter | None = None
    quiet_days: int | None = None
    new_days: int | None = None
    tag: str = ""
    unread: tuple[tuple[str, str], ...] = field(default=(), compare=False)

    @property
    def is_empty(self) -> bool:
        return self == Filters()

    def query(self) -> str:
        """Return the filters as they stand in an address, always in the same order."""
        given = {
            "q": self.words,
            "held": self.holder,
            "kind": self.kind or "",
            "status": self.status or "",
            "step": self.step or "",
            "quiet": self.quiet_days or "",
            "new": self.new_days or "",
            "tag": self.tag,
        }
        return urlencode({name: str(value) for name, value in given.items() if value})

    def without(self, name: str) -> Filters:
        """Return the same choice without one of its filters."""
        emptied: dict[str, Any] = {name: type(self).__dataclass_fields__[name].default}
        return replace(self, unread=(), **emptied)


def read(given: Mapping[str, str]) -> Filters:
    """Read the filters of an address. What cannot be read is named, and the rest is kept."""
    made: dict[str, object] = {}
    unread: list[tuple[str, str]] = []

    def choose(name: str, to: str, kind: type[StrEnum], words: str) -> None:
        text = given.get(name, "").strip()
        if not text:
            return
        try:
            made[to] = kind(text)
        except ValueError:
            options = ", ".join(option.value for option in kind)
            unread.append((words, f"it is not one of {options}"))

    choose("kind", "kind", TieKind, "Kind of tie")
    choose("status", "status", Status, "Status")
    choose("step", "step", StepFilter, "Next step")
    for name, to, words in (("quiet", "quiet_days", "No talk in"), ("new", "new_days", "Came in the last")):
        text = given.get(name, "").strip()
        if text:
            try:
                made[to] = whole(text, field=words, least=1, most=MOST_DAYS)
            except BadNumber as bad:
                unread.append((words, str(bad.reason)))
    holder = given.get("held", "").strip()
    if holder in {h.value for h in Holder} or is_code(holder):
        made["holder"] = holder
    elif holder:
        unread.append(("Held by", "there is no such colleague"))
    for name, to, words, most in (("q", "words", "Name", MOST_WORDS), ("tag", "tag", "Tag", 100)):
        text = given.get(name, "")
        if "\ufffd" in text:
            unread.append((words, "it holds bytes that are no text"))
        elif text.strip():
            try:
                made[to] = clean(text, field=words, most=most)
            except BadText as bad:
                unread.append((words, bad.reason))
    return Filters(**made, unread=tuple(unread))  # type: ignore[arg-type]  # each value was read by its own reader


def sentence(filters: Filters, *, holder_name: str = "") -> str:
    """Say in one sentence whom the filters choose."""
    who = f"{filters.kind.value.capitalize()}s" if filters.kind else "People"
    if filters.kind is TieKind.ALLY:
        who = "Allies"
    parts = [who]
    if filters.words:
        parts.append(f"named like “{filters.words}”")
    if filters.holder == Holder.ME:
        parts.append("held by me")
    elif filters.holder == Holder.NOBODY:
        parts.append("whom nobody holds")
    elif filters.holder:
        parts.append(f"held by {holder_name or 'a colleague'}")
    if filters.status:
        parts.append(f"whose tie is {filters.status.words}")
    if filters.step is StepFilter.NONE:
        parts.append("without a next step")
    elif filters.step is StepFilter.LATE:
        parts.append("whose next step is late")
    elif filters.step is StepFilter.TODAY:
        parts.append("due today")
    elif filters.step is StepFilter.WEEK:
        parts.append("due within a week")
    if filters.quiet_days:
        parts.append(f"with no talk in {filters.quiet_days} days")
    if filters.new_days:
        parts.append(f"who came in the last {filters.new_days} days")
    if filters.tag:
        parts.append(f"tagged “{filters.tag}”")
    return " ".join(parts)
