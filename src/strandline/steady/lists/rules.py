"""The filters by which people are chosen, how they stand in an address, and how they read as one sentence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any
from urllib.parse import parse_qsl, urlencode

from strandline.lib.codes import is_code
from strandline.lib.numbers import BadNumber, whole
from strandline.lib.text import BadText, clean
from strandline.lib.verdicts import YES, Verdict, no
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


def may_share(query: str) -> Verdict:
    """Judge whether a choice of people may be shared: not when it chooses by name, which tells of somebody by itself."""
    if "q" in dict(parse_qsl(query)):
        return no(
            "A list that chooses by name stays your own: the name may be of someone whom others may not see."
        )
    return YES


@dataclass(frozen=True)
class Part:
    """One part of the sentence that a choice of people reads as; `filter` is the one that says it, if one does."""

    words: str
    values: Mapping[str, object] = field(default_factory=dict)
    filter: str = ""


# How each filter reads in the sentence, before what it says is put in.
WORDS: dict[object, str] = {
    None: "People",
    TieKind.CONTACT: "Contacts",
    TieKind.SUPPORTER: "Supporters",
    TieKind.INTERLOCUTOR: "Interlocutors",
    TieKind.ALLY: "Allies",
    TieKind.ORGANISER: "Organisers",
    "words": "named like “%(words)s”",
    Holder.ME: "held by me",
    Holder.NOBODY: "whom nobody holds",
    "holder": "held by %(holder)s",
    "status": "whose tie is %(status)s",
    StepFilter.NONE: "without a next step",
    StepFilter.LATE: "whose next step is late",
    StepFilter.TODAY: "due today",
    StepFilter.WEEK: "due within a week",
    "quiet_days": "with no talk in %(days)s days",
    "new_days": "who came in the last %(days)s days",
    "tag": "tagged “%(tag)s”",
}


def parts(filters: Filters, *, holder_name: str = "") -> list[Part]:
    """Return the sentence part by part, in the order in which it is said: whom, then what narrows them."""
    made = [Part(WORDS[filters.kind], filter="kind" if filters.kind else "")]
    if filters.words:
        made.append(Part(WORDS["words"], {"words": filters.words}, "words"))
    if filters.holder in (Holder.ME, Holder.NOBODY):
        made.append(Part(WORDS[Holder(filters.holder)], filter="holder"))
    elif filters.holder:
        made.append(Part(WORDS["holder"], {"holder": holder_name or "a colleague"}, "holder"))
    if filters.status:
        made.append(Part(WORDS["status"], {"status": filters.status.words}, "status"))
    if filters.step:
        made.append(Part(WORDS[filters.step], filter="step"))
    if filters.quiet_days:
        made.append(Part(WORDS["quiet_days"], {"days": filters.quiet_days}, "quiet_days"))
    if filters.new_days:
        made.append(Part(WORDS["new_days"], {"days": filters.new_days}, "new_days"))
    if filters.tag:
        made.append(Part(WORDS["tag"], {"tag": filters.tag}, "tag"))
    return made


def sentence(filters: Filters, *, holder_name: str = "") -> str:
    """Say in one sentence whom the filters choose, as it is kept."""
    return " ".join(part.words % part.values for part in parts(filters, holder_name=holder_name))
