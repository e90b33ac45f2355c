"""Turns the stories into rows: the same dated rows, belongings and keys as the actions of the chapters leave behind."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from strandline.lib.codes import new_code
from strandline.organisation.accounts.models import Account
from strandline.organisation.branches.models import Team
from strandline.steady.followup.models import FollowUp, Handoff
from strandline.steady.followup.rules import HandoffState
from strandline.steady.people.models import (
    Address,
    Belonging,
    Channel,
    Consent,
    Person,
    PersonTag,
    Source,
    Tag,
)
from strandline.steady.people.rules import ChannelKind, ConsentPurpose, name_keys
from strandline.steady.ties.models import Ownership, Stage, StageMove, Tie, TieStatus, Touch
from strandline.steady.ties.rules import TouchKind, is_two_way

from . import gatherings, reach, words
from .halls import Halls
from .lives import END
from .log import Past
from .rows import Bulk, Rows, days, moments
from .rules import DAYS, Life, Plan, TieLife
from .surges import Ground

COLUMNS: dict[Any, str] = {
    Person: "code audit_id full_name given_name family_name folded order_key languages sensitivity "
    "added_by_id added_at",
    Channel: "person_id kind value normal backwards is_primary",
    Address: "person_id street locality postcode country",
    Source: "person_id kind label met_on introducer_id by_id branch_id team_id",
    Tag: "name branch_id",
    PersonTag: "person_id tag_id",
    Consent: "person_id purpose words given_at",
    Tie: "person_id kind branch_id team_id owner_id status stage_id rhythm_days began_at ended_at "
    "last_touch_at last_two_way_at version",
    TieStatus: "tie_id status reason until_on by_id since_at until_at",
    StageMove: "tie_id stage_id at by_id why",
    Ownership: "tie_id owner_id since_at until_at",
    Belonging: "person_id branch_id team_id owner_id",
    Touch: "person_id kind outcome is_two_way at by_id said practical minutes logged_at",
    FollowUp: "person_id tie_id owner_id kind due_on due_at reason set_by_id set_at closed_at closed_by_id version",
    Handoff: "person_id tie_id offered_by_id offered_to_id note state offered_at answered_at completed_at",
    **gatherings.COLUMNS,
}


@dataclass(frozen=True)
class Places:
    """What the rows point to and stood before anybody came: accounts, teams with their branches, stages with their names, forms."""

    accounts: list[int]
    teams: list[tuple[int, int]]
    stages: dict[tuple[str, int], tuple[int, str]]
    ground: Ground


def places(ground: Ground) -> Places:
    """Read what the rows point to."""
    return Places(
        list(Account.objects.order_by("pk").values_list("pk", flat=True)),
        list(Team.objects.order_by("pk").values_list("pk", "branch_id")),
        {(one.kind, one.place): (one.pk, one.name) for one in Stage.objects.filter(ended_at=None)},
        ground,
    )


class Writer:
    """Collects the rows of some people, and gives them together. Numbers are given here, since nobody else is there."""

    def __init__(
        self, plan: Plan, *, start: datetime, first: date, past: Past, halls: Halls, places: Places
    ) -> None:
        self._plan, self._past = plan, past
        # What is due after the last evening is dated too.
        self._at = moments(start, DAYS + 40)
        self._day = days(first)
        self._accounts, self._teams, self._stages = places.accounts, places.teams, places.stages
        self._tags: dict[tuple[int, str], int] = {}
        self._bulks = {model: Bulk(model, f"id {columns}") for model, columns in COLUMNS.items()}
        self._gathered = gatherings.Gatherings(
            halls, places, first=first, at=self._at, day=self._day, put=self._put, past=past
        )
        self.subjects: list[str] = []
        self.touches = 0

    def add(self, life: Life) -> None:
        """Add one person with all that happened."""
        person = self._person(life)
        pk = self._put_ties(life, person)
        touches = self._put_touches(life, person)
        self._gathered.sit(life, person, touches)
        self._gathered.hear(life, person, touches)
        for step in life.steps:
            owner = None if step.owner is None else self._accounts[step.owner]
            self._put(
                FollowUp,
                person,
                None if step.tie is None else pk[step.tie],
                owner,
                step.kind.value,
                self._day(step.due),
                self._at(step.due_at),
                step.reason,
                None if step.due_at is not None else owner,
                self._at(step.set_at),
                self._at(step.closed_at),
                None if step.touch is None else touches[step.touch],
                1 if step.closed_at is None else 2,
            )
        for handoff in life.handoffs:
            self._put(
                Handoff,
                person,
                pk[handoff.tie],
                self._accounts[handoff.by],
                self._accounts[handoff.to],
                handoff.note,
                (HandoffState.ACCEPTED if handoff.completed is None else HandoffState.COMPLETED).value,
                self._at(handoff.offered),
                self._at(handoff.accepted),
                self._at(handoff.completed),
            )
            self._past.note(handoff.offered, "handoff.offered", handoff.by, life.number)
            self._past.note(handoff.accepted, "handoff.accepted", handoff.to, life.number)

    def take(self) -> list[Rows]:
        """Return the rows of those who were added, and forget them."""
        return [rows for bulk in self._bulks.values() for rows in bulk.take()]

    def _put(self, model: Any, *values: Any) -> int:
        return self._bulks[model].number(*values)

    def _person(self, life: Life) -> int:
        code, audit_id = new_code(), new_code()
        folded, order_key = name_keys(life.name.full, "", code)
        team, branch = self._teams[life.team]
        by = None if life.is_unowned or life.form else self._accounts[life.by]
        languages = [life.name.language] if life.name.language != "en" else []
        person = self._put(
            Person,
            code,
            audit_id,
            life.name.full,
            life.name.given,
            life.name.family,
            folded,
            order_key,
            languages,
            life.sensitivity.value,
            by,
            self._at(life.met),
        )
        self.subjects.append(audit_id)
        reach = self._put_reaches(life, person)
        if life.form:
            self._gathered.sign_up(life, person, audit_id, reach=reach)
        else:
            self._past.note(life.met, "person.met", life.by, life.number)
        self._gathered.belong(life, person, by)
        introducer = None if life.introducer is None else person - (life.number - life.introducer)
        met_on = self._day(life.met // 1440)
        self._put(Source, person, life.source.value, life.label, met_on, introducer, by, branch, team)
        if life.street or life.postcode:
            place = words.BRANCHES[self._plan.teams[life.team].branch - 1] if life.street else ""
            self._put(Address, person, life.street, place, life.postcode, "GB")
        for name in life.tags:
            if (branch, name) not in self._tags:
                self._tags[branch, name] = self._put(Tag, name, branch)
            self._put(PersonTag, person, self._tags[branch, name])
        if life.consented is not None:
            self._put(Consent, person, ConsentPurpose.VIEWS.value, words.CONSENT, self._at(life.consented))
            self._past.note(life.consented, "consent.given", life.by, life.number)
        return person

    def _put_reaches(self, life: Life, person: int) -> str:
        """Three in four have a telephone, half an address, nobody neither. Return the first, as typed."""
        phone = reach.phone(life.number * 3 // 4) if life.number % 4 != 3 else None
        if phone is not None:
            normal, typed = phone
            backwards = normal.lstrip("+")[::-1]
            self._put(Channel, person, ChannelKind.PHONE.value, typed, normal, backwards, True)
        if phone is None or life.number % 2:
            address = reach.email(life.name.full, life.number)
            self._put(Channel, person, ChannelKind.EMAIL.value, address, address, "", phone is None)
            return address if phone is None else phone[1]
        return phone[1]

    def _put_ties(self, life: Life, person: int) -> list[int]:
        team, branch = self._teams[life.team]
        numbers, places = [], []
        for tie in life.ties:
            owner = self._accounts[tie.owners[-1][0]] if tie.owners else None
            number = self._put(
                Tie,
                person,
                tie.kind.value,
                branch,
                team,
                owner,
                tie.statuses[-1][0].value,
                self._stage(tie, -1)[0],
                21,
                self._at(tie.began),
                self._at(tie.ended),
                self._at(tie.last_touch),
                self._at(tie.last_two_way),
                len(tie.statuses) + len(tie.stages) + max(len(tie.owners), 1) - 2,
            )
            numbers.append(number)
            if tie.ended is None:
                places.append((branch, team, owner))
            self._put_dated(life, tie, number)
        for place in places or [(branch, team, None)]:
            self._put(Belonging, person, *place)
        return numbers

    def _stage(self, tie: TieLife, place: int) -> tuple[int, str]:
        return self._stages[tie.kind.value, tie.stages[place][0]]

    def _put_dated(self, life: Life, tie: TieLife, number: int) -> None:
        """Write what the tie was on each day of its past, and the deeds that made it so."""
        past, who = self._past, life.number
        if tie.began != life.met:
            past.note(tie.began, "tie.begun", tie.owners[0][0], who, {"kind": tie.kind.value})
        ends = [*(since for _, since, _, _ in tie.statuses[1:]), None]
        for place, ((status, since, reason, until_on), until) in enumerate(
            zip(tie.statuses, ends, strict=True)
        ):
            # After a rest nobody made the tie active again: the day did.
            is_woken = place > 0 and tie.statuses[place - 1][3] is not None
            holder = _holder(tie, since)
            by = None if is_woken or holder is None else self._accounts[holder]
            day = None if until_on is None else self._day(until_on)
            self._put(TieStatus, number, status.value, reason, day, by, self._at(since), self._at(until))
            if is_woken:
                past.note(since, "tie.rest_ended", -1, who)
            elif place and holder is not None:
                past.note(since, "tie.status_set", holder, who, {"status": status.value, "reason": reason})
        for place, (_, at, why) in enumerate(tie.stages):
            (stage, name), holder = self._stage(tie, place), _holder(tie, at)
            by = None if holder is None else self._accounts[holder]
            self._put(StageMove, number, stage, self._at(at), by, why)
            if place and holder is not None:
                past.note(at, "tie.stage_moved", holder, who, {"stage": name})
        for place, (owner, since) in enumerate(tie.owners):
            until = tie.owners[place + 1][1] if place + 1 < len(tie.owners) else None
            self._put(Ownership, number, self._accounts[owner], self._at(since), self._at(until))

    def _put_touches(self, life: Life, person: int) -> list[int]:
        numbers = []
        for touch in life.touches:
            logged = min(touch.at + 7, END)
            numbers.append(
                self._put(
                    Touch,
                    person,
                    touch.kind.value,
                    touch.outcome.value,
                    is_two_way(touch.outcome),
                    self._at(touch.at),
                    self._accounts[touch.by],
                    touch.note if touch.is_view else "",
                    "" if touch.is_view else touch.note,
                    touch.minutes,
                    self._at(logged),
                )
            )
            if touch.kind is not TouchKind.ATTENDANCE:
                self._past.note(logged, "conversation.logged", touch.by, life.number)
        self.touches += len(numbers)
        return numbers


def _holder(tie: TieLife, at: int) -> int | None:
    """Return who held the tie at this moment."""
    held = [owner for owner, since in tie.owners if since <= at]
    return held[-1] if held else None
