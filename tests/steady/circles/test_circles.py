from __future__ import annotations

from dataclasses import replace
from datetime import date, time, timedelta

import pytest

from strandline.organisation.audit import actions as audit
from strandline.organisation.audit import queries as audit_queries
from strandline.steady.circles import queries
from strandline.steady.circles.actions import (
    CannotConvene,
    call_off,
    end_circle,
    form_circle,
    hand_on,
    join,
    leave,
    propose_session,
)
from strandline.steady.circles.models import Circle, CircleMembership, CircleSession, Convenorship
from strandline.store.records import Absent
from tests.cast import NOW, Cast

from .table import FRIDAY, MILL_LANE, circle, connie, seated


def test_form_circle_is_led_by_who_forms_it(cast: Cast) -> None:
    row = form_circle(new=MILL_LANE, by=cast.amina, at=NOW)

    lead = Convenorship.objects.get(circle=row)
    assert (lead.account_id, lead.since_at, lead.until_at) == (cast.amina.account_id, NOW, None)
    assert (row.team, row.branch, row.capacity) == (cast.tenants, cast.harbour, 12)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"capacity": 5}, "6 to 12"),
        ({"recurrence": "FREQ=WEEKLY;BYDAY=FR;UNTIL=20200101"}, "never meet"),
    ],
)
def test_form_circle_is_refused_with_the_reason(cast: Cast, change: dict[str, object], words: str) -> None:
    with pytest.raises(CannotConvene, match=words):
        form_circle(new=replace(MILL_LANE, **change), by=cast.amina, at=NOW)  # type: ignore[arg-type]  # as named above

    assert Circle.objects.count() == 0


@pytest.mark.parametrize("who", ["dede", "stella", "adam", "uma"])
def test_form_circle_is_for_those_who_work_with_people(cast: Cast, who: str) -> None:
    with pytest.raises(CannotConvene):
        form_circle(new=MILL_LANE, by=cast.viewer(who), at=NOW)


def test_form_circle_in_another_team_is_refused(cast: Cast) -> None:
    with pytest.raises(CannotConvene, match="one of your teams"):
        form_circle(new=MILL_LANE, by=cast.amina, at=NOW, team=cast.nurses.code)


def test_form_circle_is_all_or_nothing(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("the audit cannot be written")

    monkeypatch.setattr(audit, "record_lines", broken)
    with pytest.raises(RuntimeError):
        form_circle(new=MILL_LANE, by=cast.amina, at=NOW)

    assert (Circle.objects.count(), Convenorship.objects.count()) == (0, 0)


def test_each_of_the_cast_sees_the_circles_of_their_scope(cast: Cast) -> None:
    row = circle(cast)
    connie(cast, row)

    seen = [
        name
        for name in ("amina", "bruno", "lea", "bela", "connie", "chen", "dede", "stella", "adam", "uma")
        if queries.circles(viewer=cast.viewer(name), on=FRIDAY)
    ]

    assert seen == ["amina", "bruno", "lea", "bela", "connie"]
    with pytest.raises(Absent):
        queries.circle(viewer=cast.chen, code=row.code)


def test_a_convenor_sees_the_circles_they_convene_and_no_other(cast: Cast) -> None:
    row = circle(cast)
    circle(cast, new=replace(MILL_LANE, name="Rope Walk"))
    connie(cast, row)

    assert [one.circle.name for one in queries.circles(viewer=cast.viewer("connie"), on=FRIDAY)] == [
        "Mill Lane"
    ]


def test_hand_on_takes_the_circle_out_of_a_convenors_sight(cast: Cast) -> None:
    row = circle(cast)
    connie(cast, row)

    hand_on(circle=row.code, to=cast.accounts["bruno"].code, by=cast.amina, at=NOW)

    assert queries.circles(viewer=cast.viewer("connie"), on=FRIDAY) == []
    held = Convenorship.objects.filter(circle=row).order_by("since_at")
    assert [one.until_at is None for one in held] == [False, False, True]


def test_who_belongs_to_a_circle_is_dated(cast: Cast) -> None:
    row = circle(cast)
    (rosa,) = seated(cast, row, "Rosa Lindqvist")

    leave(circle=row.code, person=rosa.code, by=cast.amina, at=NOW)
    join(circle=row.code, people=[rosa.code], by=cast.amina, at=NOW + timedelta(days=1))

    rows = CircleMembership.objects.filter(person=rosa).order_by("since_at")
    assert [(m.since_at, m.until_at) for m in rows] == [
        (NOW - timedelta(days=50), NOW),
        (NOW + timedelta(days=1), None),
    ]


def test_join_twice_is_once(cast: Cast) -> None:
    row = circle(cast)
    (rosa,) = seated(cast, row, "Rosa Lindqvist")

    join(circle=row.code, people=[rosa.code], by=cast.amina, at=NOW)

    assert CircleMembership.objects.count() == 1


def test_join_is_refused_when_the_circle_is_full(cast: Cast) -> None:
    row = circle(cast, new=replace(MILL_LANE, capacity=6))
    seated(cast, row, *(f"Person {n}" for n in range(6)))

    with pytest.raises(CannotConvene, match="room for 6"):
        seated(cast, row, "One Toomany")

    assert CircleMembership.objects.count() == 6


def test_join_of_someone_out_of_sight_is_absent(cast: Cast) -> None:
    row = circle(cast)
    hidden = cast.person("Chidi Okafor", by="chen")

    with pytest.raises(Absent):
        join(circle=row.code, people=[hidden.code], by=cast.amina, at=NOW)


def test_join_taken_back_restores_what_was(cast: Cast) -> None:
    row = circle(cast)
    rosa = cast.person()
    join(circle=row.code, people=[rosa.code], by=cast.amina, at=NOW)

    audit.take_back(deed=audit.latest_deed(), by=cast.amina, at=NOW)

    assert CircleMembership.objects.count() == 0
    assert audit_queries.break_in_chain() is None


def test_end_circle_lets_everybody_go(cast: Cast) -> None:
    row = circle(cast)
    seated(cast, row, "Rosa Lindqvist", "Noor Haddad")

    end_circle(circle=row.code, by=cast.lea, at=NOW)

    assert CircleMembership.objects.filter(until_at=None).count() == 0
    assert queries.circles(viewer=cast.amina, on=FRIDAY) == []


def test_propose_session_beside_the_rule(cast: Cast) -> None:
    row = circle(cast)

    propose_session(
        circle=row.code, on=date(2026, 1, 18), starts=time(15), reading="Damp, a guide", by=cast.amina, at=NOW
    )

    coming = queries.coming_meetings(viewer=cast.amina, circle=row, on=date(2026, 1, 17), most=2)
    assert [(m.on, m.starts_at.hour, m.reading) for m in coming] == [
        (date(2026, 1, 18), 15, "Damp, a guide"),
        (date(2026, 1, 23), 19, ""),
    ]


def test_call_off_moves_the_next_meeting_on(cast: Cast) -> None:
    row = circle(cast)

    call_off(circle=row.code, on=FRIDAY, by=cast.amina, at=NOW)

    (listed,) = queries.circles(viewer=cast.amina, on=FRIDAY)
    assert listed.next_on == date(2026, 1, 23)
    assert queries.mine_today(viewer=cast.amina, on=FRIDAY) == []


def test_call_off_of_a_day_without_a_meeting_is_absent(cast: Cast) -> None:
    row = circle(cast)

    with pytest.raises(Absent):
        call_off(circle=row.code, on=date(2026, 1, 17), by=cast.amina, at=NOW)

    assert CircleSession.objects.count() == 0


def test_a_meeting_keeps_its_hour_when_the_clocks_change(cast: Cast) -> None:
    row = circle(cast)

    winter = queries.meeting(viewer=cast.amina, circle=row, on=date(2026, 3, 27))
    summer = queries.meeting(viewer=cast.amina, circle=row, on=date(2026, 4, 3))

    assert (winter.starts_at.hour, summer.starts_at.hour) == (19, 18)


def test_mine_today_is_for_the_convenor(cast: Cast) -> None:
    row = circle(cast)

    assert [t.circle.code for t in queries.mine_today(viewer=cast.amina, on=FRIDAY)] == [row.code]
    assert queries.mine_today(viewer=cast.bruno, on=FRIDAY) == []
