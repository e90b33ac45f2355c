"""People as rows: the name, why they are here, and what can be done from the row."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol
from urllib.parse import quote

from django.utils.translation import gettext as _

from strandline.lib.codes import new_code
from strandline.steady.followup import queries as followup
from strandline.steady.ties import queries as ties
from strandline.steady.ties.rules import TieKind

from .requests import Request
from .templatetags.words import when

if TYPE_CHECKING:
    from strandline.steady.followup.models import FollowUp
    from strandline.steady.followup.queries import NextStep
    from strandline.steady.people.models import Channel


@dataclass(frozen=True)
class Chip:
    """A word with a colour that says the same."""

    kind: str
    text: str


@dataclass(frozen=True)
class Glyph:
    """Which of the three strands are live."""

    supporter: bool
    interlocutor: bool
    ally: bool


@dataclass(frozen=True)
class Row:
    """One person in a list, with what the row says and offers."""

    code: str
    name: str
    why: str
    tie: Glyph
    url: str
    chips: tuple[Chip, ...] = ()
    call_url: str = ""
    message_url: str = ""
    log_url: str = ""
    step: str = ""
    version: str = ""
    # By which a second press is told from a second step done.
    token: str = ""


class Someone(Protocol):
    """A person as a row needs them: on record, or as a list or Find gave them."""

    @property
    def pk(self) -> int: ...
    @property
    def code(self) -> str: ...
    @property
    def audit_id(self) -> str: ...
    @property
    def full_name(self) -> str: ...


@dataclass
class Sight:
    """What the rows of one page need to know of their people, asked once for all of them."""

    live: Mapping[int, set[TieKind]] = field(default_factory=dict)
    phones: Mapping[int, Channel] = field(default_factory=dict)

    @classmethod
    def of(cls, request: Request, people: Iterable[Someone]) -> Sight:
        shown = list({p.pk: p for p in people}.values())
        if not shown:
            return cls()
        return cls(
            ties.live_kinds(viewer=request.viewer, people=shown, on=request.today),
            followup.phones_of(viewer=request.viewer, people=shown),
        )

    def glyph(self, person: Someone) -> Glyph:
        kinds = self.live.get(person.pk, set())
        return Glyph(TieKind.SUPPORTER in kinds, TieKind.INTERLOCUTOR in kinds, TieKind.ALLY in kinds)

    def row(
        self,
        person: Someone,
        *,
        why: str,
        place: str,
        chips: tuple[Chip, ...] = (),
        step: FollowUp | NextStep | None = None,
        can_log: bool = True,
    ) -> Row:
        phone = self.phones.get(person.pk)
        number = quote(phone.normal, safe="+") if phone else ""
        return Row(
            code=person.code,
            name=person.full_name,
            why=why,
            tie=self.glyph(person),
            url=f"/people/{person.code}/",
            chips=chips,
            call_url=f"tel:{number}" if number else "",
            message_url=f"sms:{number}" if number else "",
            log_url=f"/log/{person.code}/?place={place}" if can_log else "",
            step=step.code if step else "",
            version=str(step.version) if step else "",
            token=new_code(16) if step else "",
        )


def due_chip(step: FollowUp | NextStep, request: Request) -> Chip:
    """Return how pressing a step is, in a word or two: days late, hours left, the day."""
    if step.due_on < request.today:
        days = (request.today - step.due_on).days
        return Chip("late", _("1 day late") if days == 1 else _("%(days)s days late") % {"days": days})
    if step.due_at is not None and step.due_at > request.at:
        hours = int((step.due_at - request.at).total_seconds() // 3600)
        if hours < 48:
            return Chip("due", _("%(hours)s h left") % {"hours": hours})
    words = when(step.due_on, request.today)
    return Chip("due" if step.due_on == request.today else "", words[:1].upper() + words[1:])


def of_people(request: Request, people: Iterable[Someone], *, place: str) -> list[Row]:
    """Return rows for people as they were found, each with its next step."""
    shown = list(people)
    sight = Sight.of(request, shown)
    steps = followup.next_steps_of(viewer=request.viewer, people=shown) if shown else {}
    made = []
    for person in shown:
        step = steps.get(person.pk)
        chips = (due_chip(step, request),) if step else ()
        made.append(
            sight.row(
                person, why=step.words if step else _("No next step."), place=place, chips=chips, step=step
            )
        )
    return made
