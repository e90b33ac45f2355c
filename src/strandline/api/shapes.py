"""The forms of what is sent: closed, typed exactly, each with its limits. What is given stands in `shown`."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Annotated, Any

from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from strandline.lib.codes import ALPHABET
from strandline.organisation.accounts.rules import Sensitivity
from strandline.steady.followup.rules import StepKind
from strandline.steady.people.rules import MOST_CHANNELS, MOST_NAME, MOST_TAGS, ChannelKind, SourceKind
from strandline.steady.ties.rules import Outcome, Status, TieKind, TouchKind

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MOMENT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?(Z|[+-][0-9]{2}:[0-9]{2})"
)


def _day(value: Any) -> Any:
    if not isinstance(value, str) or not _DAY.fullmatch(value):
        raise ValueError("This must be a day such as 2026-01-16.")
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise ValueError("There is no such day.") from None


def _moment(value: Any) -> Any:
    if not isinstance(value, str) or not _MOMENT.fullmatch(value):
        raise ValueError("This must be a moment with its offset, such as 2026-01-16T10:00:00Z.")
    try:
        found = datetime.fromisoformat(value)
    except ValueError:
        raise ValueError("There is no such moment.") from None
    if not 2 <= found.year <= 9998:
        raise ValueError("The year is out of reach.")
    return found


Code = Annotated[str, StringConstraints(strict=True, pattern=f"^[{ALPHABET}]{{12}}$")]
Day = Annotated[date, BeforeValidator(_day)]
Moment = Annotated[AwareDatetime, BeforeValidator(_moment)]
Line = Annotated[str, StringConstraints(strict=True, max_length=500)]
Short = Annotated[str, StringConstraints(strict=True, max_length=150)]
Name = Annotated[str, StringConstraints(strict=True, min_length=1, max_length=MOST_NAME)]
Note = Annotated[str, StringConstraints(strict=True, max_length=5000)]
TagName = Annotated[str, StringConstraints(strict=True, min_length=1, max_length=100)]
Language = Annotated[str, StringConstraints(strict=True, pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}$")]
Version = Annotated[int, Field(strict=True, ge=1, le=999_999_999)]
Truth = Annotated[bool, Field(strict=True)]


class Closed(BaseModel):
    """What is sent: nothing beside the fields that are named."""

    model_config = ConfigDict(extra="forbid")


class NewChannel(Closed):
    """One way to reach someone, as typed."""

    kind: ChannelKind
    value: Annotated[str, StringConstraints(strict=True, min_length=1, max_length=320)]
    label: Annotated[str, StringConstraints(strict=True, max_length=60)] = ""


class NewSource(Closed):
    """How someone was met."""

    kind: SourceKind = SourceKind.CONVERSATION
    label: Annotated[str, StringConstraints(strict=True, max_length=200)] = ""
    met_on: Day | None = None
    introducer: Code | None = None


class NewAddress(Closed):
    """Where someone lives or gets post."""

    street: Annotated[str, StringConstraints(strict=True, max_length=300)] = ""
    locality: Annotated[str, StringConstraints(strict=True, max_length=120)] = ""
    region: Annotated[str, StringConstraints(strict=True, max_length=120)] = ""
    postcode: Annotated[str, StringConstraints(strict=True, max_length=20)] = ""
    country: Annotated[str, StringConstraints(strict=True, max_length=60)] = ""


class NewStep(Closed):
    """A next step: what, by when, and why."""

    kind: StepKind
    due_on: Day
    reason: Line = ""


class NewPersonBody(Closed):
    """Someone to be put on record."""

    full_name: Name
    given_name: Short = ""
    family_name: Short = ""
    also_known_as: Annotated[str, StringConstraints(strict=True, max_length=300)] = ""
    languages: Annotated[list[Language], Field(max_length=20)] = Field(default_factory=list)
    born_on: Day | None = None
    practical_note: Note = ""
    sensitivity: Sensitivity = Sensitivity.NORMAL
    channels: Annotated[list[NewChannel], Field(max_length=MOST_CHANNELS)] = Field(default_factory=list)
    source: NewSource = Field(default_factory=NewSource)
    address: NewAddress | None = None
    tags: Annotated[list[TagName], Field(max_length=MOST_TAGS)] = Field(default_factory=list)
    next_step: NewStep | None = None


class PersonChange(Closed):
    """What is to change of a person; what is not named stays. `version` is the one that was read."""

    version: Version | None = None
    # The defaults are never used: only what was sent is changed.
    full_name: Name = "-"
    given_name: Short = ""
    family_name: Short = ""
    also_known_as: Annotated[str, StringConstraints(strict=True, max_length=300)] = ""
    languages: Annotated[list[Language], Field(max_length=20)] = Field(default_factory=list)
    born_on: Day | None = None
    practical_note: Note = ""
    sensitivity: Sensitivity = Sensitivity.NORMAL
    is_deceased: Truth = False


class TagChange(Closed):
    """Tags to put on a person and to take off."""

    add: Annotated[list[TagName], Field(max_length=MOST_TAGS)] = Field(default_factory=list)
    remove: Annotated[list[TagName], Field(max_length=MOST_TAGS)] = Field(default_factory=list)


class NewTieBody(Closed):
    """A tie to be begun, held by who begins it."""

    person: Code
    kind: TieKind


class StatusChange(Closed):
    """How a tie stands from now on."""

    status: Status
    reason: Line = ""
    until: Day | None = None
    version: Version | None = None


class TieEnd(Closed):
    """Why a tie ends."""

    reason: Annotated[str, StringConstraints(strict=True, min_length=1, max_length=500)]
    version: Version | None = None


class StageChange(Closed):
    """The step of the pathway to which a tie moves, and why."""

    stage: Code
    why: Line = ""
    version: Version | None = None


class NewTouchBody(Closed):
    """What happened with a person, and what is owed next."""

    person: Code
    kind: TouchKind
    outcome: Outcome
    at: Moment
    said: Annotated[str, StringConstraints(strict=True, max_length=10_000)] = ""
    minutes: Annotated[int, Field(strict=True, ge=0, le=1440)] | None = None
    next_step: NewStep | None = None


class NewFollowUpBody(NewStep):
    """A next step that the account owes a person."""

    person: Code


class StepMove(Closed):
    """The day to which a next step moves."""

    due_on: Day
    version: Version | None = None


class NewHandoffsBody(Closed):
    """The people whose ties are offered, to whom, and with which note."""

    people: Annotated[list[Code], Field(min_length=1, max_length=200)]
    to: Code
    note: Line = ""


class Answer(Closed):
    """Why an offer is declined."""

    answer: Line = ""
