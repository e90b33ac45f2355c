from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from strandline.organisation.audit import actions as audit
from strandline.organisation.receipts.rules import Once
from strandline.steady.circles import queries
from strandline.steady.circles.actions import (
    CannotConvene,
    everyone_came,
    invite,
    join,
    take_attendance,
    welcome_guest,
)
from strandline.steady.circles.models import Attendance, Circle, CircleInvitation, CircleMembership
from strandline.steady.followup.models import FollowUp
from strandline.steady.followup.rules import StepKind
from strandline.steady.people.models import Person
from strandline.steady.ties.models import Tie, Touch
from strandline.store.records import Absent
from tests.cast import NOW, Cast

from .table import FRIDAY, LAST_WEEK, circle, connie, seated

MODELS = (Attendance, Touch, Tie, FollowUp, CircleMembership, CircleInvitation)


def state() -> list[list[dict[str, Any]]]:
    return [list(model.objects.order_by("pk").values()) for model in MODELS]


def asked(cast: Cast, row: Circle, person: Person) -> None:
    from django.db import transaction

    with transaction.atomic():
        invite(circle=row, people=[person], by=cast.amina, at=NOW - timedelta(days=9))


def test_attendance_writes_a_two_way_touch(cast: Cast) -> None:
    row = circle(cast)
    rosa, noor = seated(cast, row, "Rosa Lindqvist", "Noor Haddad")

    take_attendance(circle=row.code, on=LAST_WEEK, came=[rosa.code], by=cast.amina, at=NOW)

    touch = Touch.objects.get()
    meeting = queries.meeting(viewer=cast.amina, circle=row, on=LAST_WEEK)
    assert (touch.person, touch.kind, touch.outcome, touch.is_two_way) == (
        rosa,
        "attendance",
        "attended",
        True,
    )
    assert touch.at == meeting.starts_at == Tie.objects.get(person=rosa).last_two_way_at
    assert Tie.objects.get(person=noor).last_two_way_at is None


def test_attendance_taken_again_writes_nothing_more(cast: Cast) -> None:
    row = circle(cast)
    (rosa,) = seated(cast, row, "Rosa Lindqvist")
    once = Once("tap-0001", "the same words")

    for _ in range(2):
        take_attendance(circle=row.code, on=LAST_WEEK, came=[rosa.code], by=cast.amina, at=NOW, once=once)
    take_attendance(circle=row.code, on=LAST_WEEK, came=[rosa.code], by=cast.bruno, at=NOW)

    assert (Attendance.objects.count(), Touch.objects.count()) == (1, 1)


def test_a_wrong_tap_does_not_stick(cast: Cast) -> None:
    row = circle(cast)
    (rosa,) = seated(cast, row, "Rosa Lindqvist")
    before = state()
    take_attendance(circle=row.code, on=LAST_WEEK, came=[rosa.code], by=cast.amina, at=NOW)

    take_attendance(circle=row.code, on=LAST_WEEK, not_came=[rosa.code], by=cast.amina, at=NOW)

    assert state() == before


def test_attendance_taken_back_restores_what_was_though_others_were_ticked_since(cast: Cast) -> None:
    row = circle(cast)
    rosa, noor = seated(cast, row, "Rosa Lindqvist", "Noor Haddad")
    take_attendance(circle=row.code, on=LAST_WEEK, came=[rosa.code], by=cast.amina, at=NOW)
    first = audit.latest_deed()
    take_attendance(circle=row.code, on=LAST_WEEK, came=[noor.code], by=cast.amina, at=NOW)

    audit.take_back(deed=first, by=cast.amina, at=NOW)

    assert list(Attendance.objects.values_list("person__full_name", flat=True)) == ["Noor Haddad"]
    assert Tie.objects.get(person=rosa).last_two_way_at is None


def test_everyone_expected_came_in_one_go(cast: Cast) -> None:
    row = circle(cast)
    people = seated(cast, row, "Rosa Lindqvist", "Noor Haddad", "Ivo Marek")
    asked(cast, row, cast.person("Only Asked"))

    everyone_came(circle=row.code, on=LAST_WEEK, by=cast.amina, at=NOW)

    came = set(Attendance.objects.values_list("person", flat=True))
    assert came == {p.pk for p in people}


def test_who_was_invited_and_comes_belongs_to_the_circle(cast: Cast) -> None:
    row = circle(cast)
    rosa = cast.person(at=NOW - timedelta(days=10))
    asked(cast, row, rosa)
    FollowUp.objects.filter(person=rosa).update(kind=StepKind.INVITE.value)
    before = state()

    take_attendance(circle=row.code, on=LAST_WEEK, came=[rosa.code], by=cast.amina, at=NOW)

    assert CircleMembership.objects.get(person=rosa).until_at is None
    assert CircleInvitation.objects.get(person=rosa).closed_at == NOW
    assert FollowUp.objects.get(person=rosa).closed_by == Touch.objects.get()
    take_attendance(circle=row.code, on=LAST_WEEK, not_came=[rosa.code], by=cast.amina, at=NOW)
    after = state()
    assert [rows for rows in after if rows != before[after.index(rows)]] == [[dict(before[3][0], version=3)]]


def test_attendance_is_refused_ahead_of_the_meeting_and_where_there_is_none(cast: Cast) -> None:
    row = circle(cast)
    (rosa,) = seated(cast, row, "Rosa Lindqvist")

    with pytest.raises(CannotConvene, match="still to come"):
        take_attendance(circle=row.code, on=date(2026, 1, 23), came=[rosa.code], by=cast.amina, at=NOW)
    with pytest.raises(Absent):
        take_attendance(circle=row.code, on=date(2026, 1, 15), came=[rosa.code], by=cast.amina, at=NOW)

    assert Attendance.objects.count() == 0


def test_attendance_on_the_day_is_dated_when_people_gather(cast: Cast) -> None:
    row = circle(cast)
    (rosa,) = seated(cast, row, "Rosa Lindqvist")

    take_attendance(circle=row.code, on=FRIDAY, came=[rosa.code], by=cast.amina, at=NOW)

    assert Touch.objects.get().at == NOW


@pytest.mark.parametrize("who", ["chen", "dede", "stella", "adam"])
def test_attendance_is_absent_for_whoever_does_not_see_the_circle(cast: Cast, who: str) -> None:
    row = circle(cast)
    (rosa,) = seated(cast, row, "Rosa Lindqvist")

    with pytest.raises(Absent):
        take_attendance(circle=row.code, on=LAST_WEEK, came=[rosa.code], by=cast.viewer(who), at=NOW)


def test_attendance_is_all_or_nothing(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    row = circle(cast)
    (rosa,) = seated(cast, row, "Rosa Lindqvist")
    before = state()

    def broken(*_: object) -> None:
        raise RuntimeError("the audit cannot be written")

    monkeypatch.setattr(audit, "record_lines", broken)
    with pytest.raises(RuntimeError):
        take_attendance(circle=row.code, on=LAST_WEEK, came=[rosa.code], by=cast.amina, at=NOW)

    assert state() == before


def test_a_convenor_takes_attendance_and_sees_names_only(cast: Cast) -> None:
    row = circle(cast)
    (rosa,) = seated(cast, row, "Rosa Lindqvist")
    connie(cast, row)

    take_attendance(circle=row.code, on=LAST_WEEK, came=[rosa.code], by=cast.viewer("connie"), at=NOW)

    (seat,) = queries.seats(viewer=cast.viewer("connie"), circle=row, on=LAST_WEEK)
    assert (seat.person.full_name, seat.came, seat.is_seen) == ("Rosa Lindqvist", True, False)


def test_a_convenor_lets_nobody_in_whom_they_do_not_know_from_the_circle(cast: Cast) -> None:
    row = circle(cast)
    stranger = cast.person("Rosa Lindqvist")
    connie(cast, row)

    with pytest.raises(Absent):
        join(circle=row.code, people=[stranger.code], by=cast.viewer("connie"), at=NOW)


def test_a_colleague_sees_in_the_circle_whom_they_may_see(cast: Cast) -> None:
    row = circle(cast)
    seated(cast, row, "Rosa Lindqvist")
    Person.objects.filter(full_name="Rosa Lindqvist").update(sensitivity="confidential")

    assert [s.person.full_name for s in queries.seats(viewer=cast.amina, circle=row, on=FRIDAY)] == [
        "Rosa Lindqvist"
    ]
    assert queries.seats(viewer=cast.bruno, circle=row, on=FRIDAY) == []
    assert [one.people for one in queries.circles(viewer=cast.bruno, on=FRIDAY)] == [0]


def test_a_new_face_is_put_on_record_with_who_holds_them(cast: Cast) -> None:
    row = circle(cast)

    guest = welcome_guest(circle=row.code, on=FRIDAY, name="Ivo Marek", by=cast.amina, at=NOW)

    assert Tie.objects.get(person=guest).owner_id == cast.amina.account_id
    assert Attendance.objects.get(person=guest).is_guest
    assert FollowUp.objects.get(person=guest).kind == StepKind.FIRST_CALL
    assert guest.sources.get().label == "Mill Lane"


def test_a_new_face_welcomed_by_a_convenor_waits_for_an_owner(cast: Cast) -> None:
    row = circle(cast)
    connie(cast, row)

    guest = welcome_guest(circle=row.code, on=FRIDAY, name="Ivo Marek", by=cast.viewer("connie"), at=NOW)

    assert Tie.objects.get(person=guest).owner is None
    join(circle=row.code, people=[guest.code], by=cast.viewer("connie"), at=NOW)
    assert [s.is_member for s in queries.seats(viewer=cast.viewer("connie"), circle=row, on=FRIDAY)] == [True]


def test_standing_tells_who_came_and_who_has_faded(cast: Cast) -> None:
    row = circle(cast)
    rosa, noor = seated(cast, row, "Rosa Lindqvist", "Noor Haddad")
    for day in (date(2025, 12, 19), date(2025, 12, 26), date(2026, 1, 2), LAST_WEEK):
        came = [rosa.code, noor.code] if day == date(2025, 12, 19) else [rosa.code]
        take_attendance(circle=row.code, on=day, came=came, by=cast.amina, at=NOW)

    found = queries.standing(viewer=cast.amina, circle=row, on=FRIDAY)

    assert [(c.came, c.members) for c in found.meetings] == [(2, 2), (1, 2), (1, 2), (1, 2)]
    assert [(s.person.full_name, s.is_faded) for s in found.people] == [
        ("Noor Haddad", True),
        ("Rosa Lindqvist", False),
    ]


@pytest.mark.parametrize("number", [1, 3])
def test_a_circle_is_read_in_as_many_queries_whatever_its_size(cast: Cast, number: int) -> None:
    row = circle(cast)
    seated(cast, row, *(f"Person {n}" for n in range(number)))
    everyone_came(circle=row.code, on=LAST_WEEK, by=cast.amina, at=NOW)
    viewer = cast.amina

    with CaptureQueriesContext(
        connection,
    ) as asked_for:
        queries.seats(viewer=viewer, circle=row, on=FRIDAY)
        queries.standing(viewer=viewer, circle=row, on=FRIDAY)
        queries.circles(viewer=viewer, on=FRIDAY)

    assert len(asked_for) == 14
