"""A tide of invented people, put on record in bulk: for pages that are looked at, counted by hand, or timed.

Everything that follows on a sign-up is drawn from the seed; no figure of a page is written, only rows of the record.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any

from strandline.organisation.branches.models import Branch, Team
from strandline.steady.followup.models import FollowUp
from strandline.steady.intake.models import Form, Submission
from strandline.steady.people.models import Belonging, Person, Source
from strandline.steady.ties.models import Touch


@dataclass(frozen=True)
class Habits:
    """What an organisation does with those who come, and what they do."""

    delay_hours: float = 14.0  # the middle delay until the first call
    reached: float = 0.5  # chance that a try reaches them
    tries: int = 3
    asked: float = 0.62  # of those spoken with
    came: float = 0.5  # of those asked
    stays: float = 0.8  # chance of another meeting about three weeks after one


@dataclass
class Tide:
    """Where people arrive, who calls them, and up to when the record goes."""

    branch: Branch
    team: Team
    form: Form
    callers: Sequence[int]
    now: datetime
    habits: Habits = field(default_factory=Habits)
    seed: str = "tide"

    def bring(self, daily: Sequence[int], first: date) -> list[Person]:
        """Let so many people arrive on each day from the first on, and follow each up to now."""
        self._rows: dict[type, list[Any]] = {
            Belonging: [],
            Source: [],
            FollowUp: [],
            Touch: [],
            Submission: [],
        }
        random = Random(f"{self.seed} {first}")
        moments = [
            datetime.combine(first + timedelta(days=day), time(7), UTC)
            + timedelta(minutes=random.triangular(0, 900, 620))
            for day, number in enumerate(daily)
            for _ in range(number)
        ]
        people = Person.objects.bulk_create(
            [
                Person(full_name=f"Arrival {n}", order_key=f"arrival {n:06}", added_at=at)
                for n, at in enumerate(sorted(at for at in moments if at <= self.now))
            ],
            batch_size=1000,
        )
        for person in people:
            self._follow(person, Random(f"{self.seed} {person.added_at}"))
        for model, rows in self._rows.items():
            model._default_manager.bulk_create(rows, batch_size=1000)  # type: ignore[attr-defined]  # a model
        return people

    def _follow(self, person: Person, random: Random) -> None:
        came, owner = person.added_at, random.choice(self.callers)
        self._rows[Belonging].append(Belonging(person=person, branch=self.branch, team=self.team))
        self._rows[Source].append(
            Source(person=person, kind="form", met_on=came.date(), branch=self.branch, team=self.team)
        )
        for _ in range(2 if random.random() < 0.05 else 1):
            self._rows[Submission].append(self._sent(person, random))
        spoke = None
        at = came + timedelta(hours=random.lognormvariate(0, 0.8) * self.habits.delay_hours)
        for _ in range(self.habits.tries):
            if at > self.now:
                break
            if random.random() < self.habits.reached:
                spoke = at
                self._touch(person, "call", "spoke", at, owner)
                break
            self._touch(person, "call", "no_answer", at, owner)
            at += timedelta(hours=random.uniform(20, 40))
        self._rows[FollowUp].append(
            FollowUp(
                person=person, kind="first_call", due_on=came.date(), due_at=came + timedelta(hours=48), set_at=came,
                closed_at=spoke,
            )
        )  # fmt: skip
        if spoke is not None:
            self._keep(person, spoke, owner, random)

    def _keep(self, person: Person, spoke: datetime, owner: int, random: Random) -> None:
        """What becomes of someone who was spoken with."""
        if random.random() < self.habits.asked:
            self._rows[FollowUp].append(
                FollowUp(person=person, kind="invite", owner_id=owner, due_on=spoke.date(), set_at=spoke)
            )
            at = spoke + timedelta(days=random.uniform(2, 9))
            if random.random() < self.habits.came and at <= self.now:
                self._touch(person, "attendance", "attended", at, owner)
        at = spoke
        while random.random() < self.habits.stays:
            at += timedelta(days=random.uniform(8, 35))
            if at > self.now:
                break
            self._touch(person, random.choice(("call", "attendance")), "attended", at, owner)

    def _touch(self, person: Person, kind: str, outcome: str, at: datetime, owner: int) -> None:
        two_way = outcome in ("spoke", "attended")
        self._rows[Touch].append(
            Touch(
                person=person, kind=kind, outcome="spoke" if kind == "call" and two_way else outcome,
                is_two_way=two_way, at=at, by_id=owner, logged_at=at,
            )
        )  # fmt: skip

    def _sent(self, person: Person, random: Random) -> Submission:
        return Submission(
            form=self.form, token=f"{random.getrandbits(80):x}", fingerprint=f"{random.getrandbits(80):x}", way="web",
            at=person.added_at, state="kept", due_at=person.added_at + timedelta(hours=48), person=person,
        )  # fmt: skip
