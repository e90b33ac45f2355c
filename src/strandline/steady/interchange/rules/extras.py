"""The less common columns of a row: birth date, tags, ids elsewhere, refusals, custom fields."""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from strandline.lib import dates
from strandline.lib.dates import BadDate, Order
from strandline.steady.interchange.rules import cells as cell_rules
from strandline.steady.interchange.rules.people import Channel, Flag, Sensitive
from strandline.steady.interchange.rules.vocabulary import Column, Target

SHOWN = 200
"""How much of a cell is kept in a flag."""


@dataclass(frozen=True, slots=True)
class Stated:
    """What was stated for a file, and its system: how its dates, moments and tags are to be read."""

    system: str
    order: Order | None
    zone: dt.tzinfo

    def day(self, cell: str, header: str, flags: list[Flag]) -> dt.date | None:
        """A day, or None with a flag where it cannot be read without guessing."""
        try:
            return dates.read_day(cell, self.order)
        except BadDate as wrong:
            flags.append(Flag(header, cell[:SHOWN], wrong.reason))
            return None

    def moment(self, cell: str, header: str, flags: list[Flag]) -> dt.datetime | None:
        """A moment, or None with a flag where it cannot be read without guessing."""
        try:
            return dates.read_moment(cell, zone=self.zone, order=self.order)
        except BadDate as wrong:
            flags.append(Flag(header, cell[:SHOWN], wrong.reason))
            return None


class Extras:
    """What is gathered from the less common columns of one row."""

    __slots__ = (
        "born_on", "born_parts", "custom", "external_ids", "flags", "is_deceased", "opt_outs", "recorded_at",
        "sensitive", "stated", "tags", "unsubscribed_at",
    )  # fmt: skip

    def __init__(self, stated: Stated, flags: list[Flag]) -> None:
        self.stated = stated
        self.flags = flags
        self.born_on: dt.date | None = None
        self.born_parts: dict[str, str] = {}
        self.tags: list[str] = []
        self.external_ids: list[tuple[str, str]] = []
        self.opt_outs: set[Channel] = set()
        self.unsubscribed_at: dt.datetime | None = None
        self.is_deceased = False
        self.recorded_at: dt.datetime | None = None
        self.custom: list[tuple[str, str]] = []
        self.sensitive: list[Sensitive] = []

    def take(self, columns: Sequence[Column], cells: Sequence[str]) -> None:
        """Read what these columns hold."""
        for column in columns:
            cell = cells[column.position].strip(" ")
            if cell:
                _TAKE[column.target](self, column, cell)
        if {"year", "month", "day"} <= self.born_parts.keys():
            parts = self.born_parts
            text = f"{parts['year']:0>4}-{parts['month']:0>2}-{parts['day']:0>2}"
            self.born_on = self.stated.day(text, "birth date", self.flags)

    def fields(self) -> tuple[object, ...]:
        """Everything that stands behind the telephone numbers of a person row, but the flags, in its order."""
        return (
            self.born_on,
            tuple(dict.fromkeys(self.tags)),
            tuple(dict.fromkeys(self.external_ids)),
            frozenset(self.opt_outs),
            self.unsubscribed_at,
            self.is_deceased,
            self.recorded_at,
            tuple(self.custom),
            tuple(self.sensitive),
        )


_Take = Callable[[Extras, Column, str], None]


def _take_born(extras: Extras, column: Column, cell: str) -> None:
    if column.detail:
        extras.born_parts[column.detail] = cell
    else:
        extras.born_on = extras.stated.day(cell, column.header, extras.flags) or extras.born_on


def _take_id(extras: Extras, column: Column, cell: str) -> None:
    if column.detail != "*":
        extras.external_ids.append((column.detail, cell))
        return
    pairs = (pair.partition(":") for pair in cell_rules.unescaped(cell))
    extras.external_ids.extend((system, value) for system, _, value in pairs if value)


def _take_unsubscribed(extras: Extras, column: Column, cell: str) -> None:
    if not cell_rules.is_yes(cell):
        return
    extras.opt_outs.add(Channel.EMAIL)
    if any(char.isdigit() for char in cell) and len(cell) > 5:
        extras.unsubscribed_at = extras.stated.moment(cell, column.header, extras.flags)


def _take_subscription(extras: Extras, column: Column, cell: str) -> None:
    if cell_rules.is_stopped(cell):
        extras.opt_outs.add(Channel(column.detail))
    elif cell_rules.is_bouncing(cell):
        extras.flags.append(
            Flag(column.header, cell, "The other system says that mail to this address comes back.")
        )


def _take_created(extras: Extras, column: Column, cell: str) -> None:
    extras.recorded_at = extras.stated.moment(cell, column.header, extras.flags)


def _take_custom(extras: Extras, column: Column, cell: str) -> None:
    if column.special:
        extras.sensitive.append(Sensitive(column.detail, cell, column.special))
    else:
        extras.custom.append((column.detail, cell))


def _refuses(*channels: Channel) -> _Take:
    def take(extras: Extras, column: Column, cell: str) -> None:
        if cell_rules.is_yes(cell):
            extras.opt_outs.update(channels)

    return take


def _consents(channel: Channel) -> _Take:
    def take(extras: Extras, column: Column, cell: str) -> None:
        if cell_rules.is_no(cell):
            extras.opt_outs.add(channel)

    return take


def _take_tags(extras: Extras, column: Column, cell: str) -> None:
    extras.tags.extend(cell_rules.split_tags(cell, extras.stated.system))


def _take_deceased(extras: Extras, column: Column, cell: str) -> None:
    extras.is_deceased = extras.is_deceased or cell_rules.is_yes(cell)


_TAKE: dict[Target, _Take] = {
    Target.BORN_ON: _take_born,
    Target.TAGS: _take_tags,
    Target.EXTERNAL_ID: _take_id,
    Target.NO_EMAIL: _refuses(Channel.EMAIL),
    Target.NO_PHONE: _refuses(Channel.PHONE),
    Target.NO_SMS: _refuses(Channel.SMS),
    Target.NO_POST: _refuses(Channel.POST),
    Target.NO_CONTACT: _refuses(*Channel),
    Target.EMAIL_CONSENT: _consents(Channel.EMAIL),
    Target.SMS_CONSENT: _consents(Channel.SMS),
    Target.UNSUBSCRIBED: _take_unsubscribed,
    Target.SUBSCRIPTION: _take_subscription,
    Target.IS_DECEASED: _take_deceased,
    Target.CREATED_AT: _take_created,
    Target.CUSTOM: _take_custom,
}
