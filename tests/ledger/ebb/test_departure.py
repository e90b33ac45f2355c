"""Moved away, died, out of reach: dated, with the reason, and nobody is asked after them any more."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from strandline.ledger.ebb import actions, queries
from strandline.ledger.ebb.actions import CannotNote
from strandline.ledger.ebb.models import Departure
from strandline.ledger.ebb.rules.leaving import Leaving, may_note
from strandline.ledger.waves import queries as waves
from strandline.organisation.audit import actions as audit
from strandline.organisation.audit.models import AuditEntry
from strandline.steady.followup.models import FollowUp
from strandline.steady.people.models import Person
from strandline.steady.ties.models import Tie, TieStatus, Touch
from strandline.store.records import Absent
from tests.cast import NOW, Cast

TODAY = NOW.date()


def note(cast: Cast, person: Person, how: Leaving = Leaving.MOVED, **more: object) -> Departure:
    asked = {"since_on": TODAY, "reason": "To the north", "by": cast.amina, "at": NOW} | more
    return actions.note_departure(person=person.code, how=how, **asked)  # type: ignore[arg-type]  # as given


def tried(person: Person, cast: Cast, times: int) -> None:
    for n in range(times):
        Touch.objects.create(
            person=person,
            kind="call",
            outcome="no_answer",
            is_two_way=False,
            at=NOW - timedelta(days=n),
            by=cast.accounts["amina"],
            logged_at=NOW,
        )


def test_ties_end_and_nothing_is_owed_when_someone_moves_away(cast: Cast) -> None:
    person = cast.person()

    made = note(cast, person)

    tie = Tie.objects.get(person=person)
    assert (tie.status, tie.ended_at) == ("ended", NOW)
    assert TieStatus.objects.get(tie=tie, until_at=None).reason == "Moved away"
    assert not FollowUp.objects.filter(person=person, closed_at=None).exists()
    assert queries.departure(viewer=cast.amina, person=person) == made
    assert AuditEntry.objects.filter(verb="departure.noted").count() == 1


def test_out_of_reach_is_said_after_six_tries(cast: Cast) -> None:
    person = cast.person()
    tried(person, cast, 5)

    with pytest.raises(CannotNote, match="Tried 5 times since they last answered"):
        note(cast, person, Leaving.UNREACHABLE)
    tried(person, cast, 1)
    made = note(cast, person, Leaving.UNREACHABLE)

    assert made.how == "unreachable"


def test_tries_are_counted_since_the_last_answer(cast: Cast) -> None:
    person = cast.person()
    tried(person, cast, 6)
    Touch.objects.create(
        person=person,
        kind="call",
        outcome="spoke",
        is_two_way=True,
        at=NOW - timedelta(days=2),
        logged_at=NOW,
    )

    assert queries.tries_since_answer(person=person) == 2


@pytest.mark.parametrize(
    ("how", "since", "reason"),
    [
        (Leaving.MOVED, TODAY + timedelta(days=1), "in the future"),
        (Leaving.DIED, TODAY.replace(year=1900), "before 1950"),
        (Leaving.ERASED, TODAY, "an action of its own"),
    ],
)
def test_what_cannot_be_is_refused_with_its_reason(how: Leaving, since: object, reason: str) -> None:
    verdict = may_note(how, since=since, on=TODAY, tries=9)  # type: ignore[arg-type]  # a day

    assert not verdict.ok
    assert reason in verdict.reason
    assert "once" in may_note(Leaving.UNREACHABLE, since=TODAY, on=TODAY, tries=1).reason


def test_someone_leaves_once_and_may_come_back(cast: Cast) -> None:
    person = cast.person()
    note(cast, person)
    with pytest.raises(CannotNote, match="noted already"):
        note(cast, person, Leaving.DIED)

    actions.end_departure(person=person.code, by=cast.amina, at=NOW + timedelta(days=3))

    assert queries.departure(viewer=cast.amina, person=person) is None
    assert Departure.objects.get().until_on == TODAY + timedelta(days=3)
    with pytest.raises(CannotNote, match="not noted"):
        actions.end_departure(person=person.code, by=cast.amina, at=NOW)
    note(cast, person)


def test_it_is_taken_back_whole(cast: Cast) -> None:
    person = cast.person()
    before = list(Tie.objects.values("status", "ended_at"))
    open_before = FollowUp.objects.filter(closed_at=None).count()

    note(cast, person)
    audit.take_back(deed=audit.latest_deed(), by=cast.amina, at=NOW)

    assert list(Tie.objects.values("status", "ended_at")) == before
    assert FollowUp.objects.filter(closed_at=None).count() == open_before
    assert not Departure.objects.exists()


def test_only_who_works_with_someone_says_that_they_left(cast: Cast) -> None:
    person = cast.person()

    for name in ("chen", "dede", "adam", "uma"):
        with pytest.raises(Absent):
            note(cast, person, by=cast.viewer(name))
        assert queries.departure(viewer=cast.viewer(name), person=person) is None
    with pytest.raises(CannotNote, match="Your role"):
        note(cast, person, by=cast.stella)
    assert note(cast, person, by=cast.bruno).by_id == cast.bruno.account_id


def test_who_moved_away_is_counted_up_to_that_day(cast: Cast) -> None:
    person = cast.person()
    Tie.objects.filter(person=person).update(kind="supporter")
    Touch.objects.create(
        person=person,
        kind="call",
        outcome="spoke",
        is_two_way=True,
        at=NOW - timedelta(hours=1),
        logged_at=NOW,
    )
    assert waves.organised_on(on=TODAY) == 1

    note(cast, person)

    assert waves.organised_on(on=TODAY) == 0


def test_of_the_erased_nothing_but_a_number_is_kept(cast: Cast) -> None:
    with transaction.atomic():
        actions.count_erased(branch=cast.harbour, on=TODAY, at=NOW)

    row = Departure.objects.get()
    assert (row.person, row.reason, row.how) == (None, "", "erased")
    assert waves.erased(branches=frozenset({cast.harbour.pk})) == 1
    assert waves.erased(branches=frozenset({cast.hill.pk})) == 0
    person = cast.person()
    with pytest.raises(IntegrityError), transaction.atomic():
        Departure.objects.create(how="erased", person=person, since_on=TODAY, noted_at=NOW)
