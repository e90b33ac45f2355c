"""Random lives on record: people written below the actions, as they would stand after years of work, merges and erasure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random

from strandline.ledger.ebb.models import Departure
from strandline.ledger.ebb.rules.leaving import Leaving
from strandline.organisation.accounts.models import Account
from strandline.organisation.branches.models import Branch
from strandline.steady.people.models import Person, Source
from strandline.steady.ties.models import KindWindow, Ownership, Tie, TieStatus, Touch
from strandline.steady.ties.rules import LIVE_STATUSES, Outcome, Status, TieKind, TouchKind, is_two_way
from tests.cast import NOW, Cast

DAYS = 300
BEGAN = NOW - timedelta(days=DAYS)


@dataclass(frozen=True)
class Lives:
    """Writes people with random pasts."""

    cast: Cast
    random: Random

    def moment(self, first: datetime = BEGAN, last: datetime = NOW) -> datetime:
        """A moment between two, at times close to midnight."""
        seconds = self.random.randrange(1, max(2, int((last - first).total_seconds())))
        at = first + timedelta(seconds=seconds)
        if self.random.random() < 0.2:
            at = at.replace(
                hour=self.random.choice([22, 23, 0]), minute=self.random.choice([0, 30]), second=0
            )
        return min(max(at, first), last)

    def person(self, number: int) -> Person:
        """Somebody with sources, ties that end and begin again, owners, statuses and touches."""
        made = Person.objects.create(
            full_name=f"Person {number}", order_key=f"{number}", added_at=BEGAN, added_by=None
        )
        for _ in range(self.random.randint(1, 2)):
            Source.objects.create(
                person=made,
                kind="import",
                is_dated=self.random.random() < 0.6,
                met_on=self.moment().date(),
                branch=self.branch(),
            )
        for kind in self.random.sample(list(TieKind), self.random.randint(1, 4)):
            self.tie(made, kind)
        for _ in range(self.random.choice([0, 3, 8, 14])):
            self.touch(made)
        return made

    def branch(self) -> Branch:
        return self.random.choice([self.cast.harbour, self.cast.hill])

    def touch(self, person: Person) -> None:
        """A touch; logged late or at once, it counts on the day it happened."""
        outcome = self.random.choice([Outcome.SPOKE, Outcome.ATTENDED, Outcome.SPOKE, Outcome.NO_ANSWER])
        Touch.objects.create(
            person=person,
            kind=TouchKind.CALL,
            outcome=outcome.value,
            is_two_way=is_two_way(outcome),
            at=self.moment(),
            logged_at=NOW,
        )

    def tie(self, person: Person, kind: TieKind) -> None:
        """A tie whose statuses and owners follow each other; it may end, and begin again."""
        cuts = sorted(self.moment() for _ in range(self.random.randint(1, 4)))
        statuses = [Status.ACTIVE, *(self.random.choice(list(Status)) for _ in cuts[1:])]
        closed = statuses[-1] not in LIVE_STATUSES
        tie = Tie.objects.create(
            person=person,
            kind=kind.value,
            branch=self.branch(),
            status=statuses[-1].value,
            began_at=cuts[0],
            ended_at=cuts[-1] if closed else None,
        )
        for status, since, until in zip(statuses, cuts, [*cuts[1:], None], strict=True):
            TieStatus.objects.create(tie=tie, status=status.value, since_at=since, until_at=until)
        owners: Sequence[Account] = list(self.cast.accounts.values())
        since = self.moment(cuts[0])
        while self.random.random() < 0.8:
            until = self.moment(since) if self.random.random() < 0.5 else None
            Ownership.objects.create(
                tie=tie, owner=self.random.choice(owners), since_at=since, until_at=until
            )
            if until is None:
                return
            since = until

    def window(self) -> None:
        """The window of a kind, set on a day; perhaps twice on the same."""
        since = self.moment().date()
        kind = self.random.choice(list(TieKind)).value
        for _ in range(self.random.randint(1, 2)):
            KindWindow.objects.create(kind=kind, days=self.random.randint(5, 80), since_on=since)

    def leave(self, person: Person) -> None:
        how = self.random.choice([Leaving.MOVED, Leaving.DIED])
        Departure.objects.create(person=person, how=how.value, since_on=self.moment().date(), noted_at=NOW)


def merge(one: Person, other: Person) -> None:
    """What merging does to the rows of which the ledger is made: they move to the survivor, none is deleted."""
    Tie.objects.filter(person=other, ended_at=None).update(ended_at=NOW)
    TieStatus.objects.filter(tie__person=other, until_at=None).update(until_at=NOW)
    for model in (Tie, Touch, Source):
        model.objects.filter(person=other).update(person=one)
    if Departure.objects.filter(person=one, until_on=None).exists():
        Departure.objects.filter(person=other).delete()
    Departure.objects.filter(person=other).update(person=one)


def erase(person: Person) -> None:
    """What erasing leaves of a person: nothing, but that there was one."""
    Departure.objects.filter(person=person).delete()
    for model in (Ownership, TieStatus):
        model.objects.filter(tie__person=person).delete()
    for row in (Touch, Tie, Source):
        row.objects.filter(person=person).delete()
    person.delete()
    Departure.objects.create(how=Leaving.ERASED.value, since_on=NOW.astimezone(UTC).date(), noted_at=NOW)


def peopled(cast: Cast, seed: int, people: int = 14) -> list[Person]:
    """An organisation of random lives."""
    lives = Lives(cast, Random(seed))
    found = [lives.person(number) for number in range(people)]
    for _ in range(lives.random.randint(0, 3)):
        lives.window()
    for person in lives.random.sample(found, 2):
        lives.leave(person)
    return found
