from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from strandline.ledger.ebb import queries
from strandline.ledger.ebb.models import Departure
from strandline.ledger.ebb.rules import leaving as rules
from strandline.ledger.ebb.rules.leaving import Leaving
from strandline.lib.text import clean
from strandline.organisation.accounts.rules import Viewer
from strandline.organisation.audit import actions as audit
from strandline.organisation.branches.models import Branch
from strandline.steady.followup import actions as followup
from strandline.steady.people import queries as people
from strandline.steady.people.models import Person
from strandline.steady.ties import actions as ties
from strandline.steady.ties.models import Tie
from strandline.steady.ties.queries import zone
from strandline.steady.ties.rules import Status


class CannotNote(ValueError):
    """It cannot be noted that someone left; `field` names what is wrong, the reason is written for the screen."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(reason)
        self.field = field
        self.reason = reason


def _person(code: str, by: Viewer) -> Person:
    row = people.person(viewer=by, code=code)
    if not by.works_with_people:
        raise CannotNote("", "Your role can read this record, not change it.")
    return row


@audit.deed("departure.noted", can_be_taken_back=True)
def note_departure(
    *, person: str, how: Leaving, since_on: date, reason: str, by: Viewer, at: datetime
) -> Departure:
    """Note that someone can no longer be met, from a day on: their ties end, and nothing more is owed to them.

    Moved, died and out of reach are competing exits, nobody's failure. Raises Absent, CannotNote, BadText.
    """
    row = _person(person, by)
    if queries.departure(viewer=by, person=row) is not None:
        raise CannotNote("how", "It is noted already that they left.")
    tries = queries.tries_since_answer(person=row)
    verdict = rules.may_note(how, since=since_on, on=at.astimezone(zone()).date(), tries=tries)
    if not verdict.ok:
        raise CannotNote("how" if how is Leaving.UNREACHABLE else "since_on", verdict.reason)
    words = clean(reason, field="reason", most=500, required=False)
    made = Departure.objects.create(
        person=row, how=how.value, since_on=since_on, reason=words, noted_at=at, by_id=by.account_id
    )
    for tie in Tie.objects.filter(person=row, ended_at=None).select_related("person"):
        ties.turn(tie=tie, status=Status.ENDED, reason=how.words.capitalize(), by=by, at=at)
    followup.let_be(person=row, at=at)
    audit.record(verb="departure.noted", about=row, by=by, at=at, values={"how": how.value})
    return made


@audit.deed("departure.ended", can_be_taken_back=True)
def end_departure(*, person: str, by: Viewer, at: datetime) -> Person:
    """Note that someone can be met again. Their ties stay ended until somebody begins one. Raises Absent, CannotNote."""
    row = _person(person, by)
    standing = queries.departure(viewer=by, person=row)
    if standing is None:
        raise CannotNote("", "It is not noted that they left.")
    standing.until_on = max(at.astimezone(zone()).date(), standing.since_on)
    standing.save(update_fields=["until_on"])
    audit.record(verb="departure.ended", about=row, by=by, at=at)
    return row


@transaction.atomic(savepoint=False)
def count_erased(*, branch: Branch | None, on: date, at: datetime) -> None:
    """Keep that somebody was erased, and nothing else of them: a step of erasing, after which the ledger says how many."""
    Departure.objects.create(how=Leaving.ERASED.value, branch=branch, since_on=on, noted_at=at)
