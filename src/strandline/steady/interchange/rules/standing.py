"""Where an import stands, what the check found of a row, and the rules by which rows meet people on record."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from strandline.lib.verdicts import YES, no
from strandline.lib.verdicts import Verdict as Judgement


class ImportState(StrEnum):
    """Where an import stands."""

    READING = "reading"
    CHECKED = "checked"
    APPLYING = "applying"
    APPLIED = "applied"
    UNDOING = "undoing"
    UNDONE = "undone"
    REFUSED = "refused"


class Verdict(StrEnum):
    """What the check found of a row; of those that are simply new the first few are kept, to be looked at."""

    NEW = "new"
    UPDATED = "updated"
    TWIN = "twin"
    CONFLICT = "conflict"
    REPEATED = "repeated"
    UNREADABLE = "unreadable"
    SKIPPED = "skipped"
    FLAGGED = "flagged"
    UNLIKELY = "unlikely"
    KEPT = "kept"


class Errand(StrEnum):
    """What is asked of the worker."""

    NONE = ""
    CHECK = "check"
    APPLY = "apply"
    UNDO = "undo"


class FieldRule(StrEnum):
    """What a value of the file does to a field of someone on record."""

    FILL = "fill"
    OVERWRITE = "overwrite"
    ASK = "ask"


class Twins(StrEnum):
    """What becomes of a row that shares a channel with someone of another name."""

    SEPARATE = "separate"
    LEAVE = "leave"


# The fields of a person that an import can change, each with its words; channels, tags and ids are always added.
FIELDS: dict[str, str] = {
    "full_name": "name",
    "given_name": "given name",
    "additional_name": "middle name",
    "family_name": "family name",
    "prefix": "form of address",
    "suffix": "name suffix",
    "also_known_as": "nickname",
    "languages": "languages",
    "born_on": "birth date",
    "practical_note": "note",
    "is_deceased": "deceased",
}
# Which states may follow which.
MOVES: dict[ImportState, frozenset[ImportState]] = {
    ImportState.READING: frozenset({ImportState.CHECKED, ImportState.REFUSED}),
    ImportState.CHECKED: frozenset({ImportState.READING, ImportState.APPLYING}),
    ImportState.APPLYING: frozenset({ImportState.APPLIED, ImportState.CHECKED}),
    ImportState.APPLIED: frozenset({ImportState.UNDOING}),
    ImportState.UNDOING: frozenset({ImportState.UNDONE}),
    ImportState.UNDONE: frozenset(),
    ImportState.REFUSED: frozenset({ImportState.READING}),
}
_SAID = {
    ImportState.READING: "This list is still being read.",
    ImportState.CHECKED: "This list is checked and not brought in.",
    ImportState.APPLYING: "This list is being brought in.",
    ImportState.APPLIED: "This list was brought in already.",
    ImportState.UNDOING: "This list is being taken back.",
    ImportState.UNDONE: "This list was taken back.",
    ImportState.REFUSED: "This file cannot be read.",
}


def may_move(present: ImportState, to: ImportState) -> Judgement:
    """Judge whether an import may go on to this state."""
    return YES if to in MOVES[present] else no(_SAID[present])


def is_same_name(one: str, other: str) -> bool:
    """Tell whether two folded names can be one person's: equal, one missing, or the same words in another order."""
    if not one or not other or one == other:
        return True
    mine, theirs = set(one.split()), set(other.split())
    smaller, larger = sorted((mine, theirs), key=len)
    return len(smaller) >= 2 and smaller <= larger


def changed(
    present: Mapping[str, object], given: Mapping[str, object], rules: Mapping[str, str]
) -> dict[str, object]:
    """Return what the file changes of these fields under the rule of each; an empty cell never changes anything."""
    found: dict[str, object] = {}
    for name, value in given.items():
        if not value or value == present.get(name):
            continue
        rule = FieldRule(rules.get(name, FieldRule.FILL))
        if rule is FieldRule.OVERWRITE or (rule is FieldRule.FILL and not present.get(name)):
            found[name] = value
    return found


def asked(
    present: Mapping[str, object], given: Mapping[str, object], rules: Mapping[str, str]
) -> tuple[str, ...]:
    """Return the fields in which file and record differ and which the rule leaves to a person."""
    return tuple(
        name
        for name, value in given.items()
        if value and present.get(name) and value != present.get(name) and rules.get(name) == FieldRule.ASK
    )
