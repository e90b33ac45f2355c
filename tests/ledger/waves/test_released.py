"""What is released stays: weeks and nets do not change with what is erased, merged or entered late afterwards."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from random import Random
from typing import Any

import pytest
from django.db import connection

from strandline.ledger.waves import actions, queries
from strandline.ledger.waves.actions import CannotCount
from strandline.ledger.waves.models import Recount, SurgeWeek, WaveLine, WeeklyTotal
from strandline.organisation.audit.models import AuditEntry
from strandline.steady.conversations.actions import log_conversation
from strandline.steady.ties.actions import NewTouch
from strandline.steady.ties.rules import Outcome, TouchKind
from strandline.store.records import Absent
from strandline.surge.absorption import queries as absorption
from strandline.surge.moments.models import Surge
from tests.cast import NOW, Cast

from .lives import Lives, erase, merge, peopled

TODAY = NOW.date()


def surge(cast: Cast, *, ends: date | None = None, name: str = "Damp") -> Surge:
    return Surge.objects.create(
        name=name,
        branch=cast.harbour,
        declared_at=NOW,
        starts_on=TODAY - timedelta(days=260),
        ends_on=ends or TODAY - timedelta(days=240),
    )


def test_weeks_are_released_once_and_say_what_the_record_says(cast: Cast) -> None:
    peopled(cast, 3)

    made = actions.release_weeks(at=NOW)
    again = actions.release_weeks(at=NOW)

    assert made == WeeklyTotal.objects.count() > 100
    assert again == 0
    assert AuditEntry.objects.filter(verb="ledger.week_released").count() == 1
    for row in WeeklyTotal.objects.filter(branch=cast.harbour).order_by("-on")[:8]:
        assert row.on.weekday() == 6
        assert row.organised == queries.organised_on(on=row.on, branches=frozenset({cast.harbour.pk}))
        by_kind = queries.organised_by_kind(on=row.on, branches=frozenset({cast.harbour.pk}))
        assert sum(row.kinds) == sum(by_kind.values())
    centre = WeeklyTotal.objects.filter(branch=cast.centre).order_by("-on")[:8]
    assert [row.organised for row in centre] == [queries.organised_on(on=row.on) for row in centre]
    assert sum(row.came for row in WeeklyTotal.objects.filter(branch=cast.centre)) > 0


def test_released_weeks_stay_when_somebody_is_erased(cast: Cast) -> None:
    people = peopled(cast, 3)
    actions.release_weeks(at=NOW)
    before = list(WeeklyTotal.objects.order_by("pk").values())

    for person in people[6:10]:
        erase(person)
    merge(people[0], people[1])
    Lives(cast, Random(1)).touch(people[0])
    actions.release_weeks(at=NOW + timedelta(days=7))

    known = WeeklyTotal.objects.filter(on__lt=TODAY).order_by("pk")
    assert list(known.values()) == before
    assert WeeklyTotal.objects.get(branch=cast.centre, on=date(2026, 1, 18)).erased == 4


def test_weeks_of_a_surge_are_released_once_and_stay(cast: Cast) -> None:
    people = [cast.person(f"P{n}", at=NOW - timedelta(days=5)) for n in range(3)]
    log_conversation(
        person=people[0].code, touch=NewTouch(TouchKind.CALL, Outcome.SPOKE, NOW - timedelta(days=5)),
        step=None, by=cast.amina, at=NOW,
    )  # fmt: skip
    Surge.objects.create(
        name="Damp", branch=cast.harbour, declared_at=NOW, starts_on=TODAY - timedelta(days=12)
    )

    made = actions.release_surge_weeks(at=NOW)
    before = list(SurgeWeek.objects.order_by("on").values())
    log_conversation(
        person=people[1].code, touch=NewTouch(TouchKind.CALL, Outcome.SPOKE, NOW - timedelta(days=5)),
        step=None, by=cast.amina, at=NOW,
    )  # fmt: skip
    again = actions.release_surge_weeks(at=NOW)
    later = actions.release_surge_weeks(at=NOW + timedelta(days=7))

    assert (made, again, later) == (2, 0, 1)
    assert [(row["on"].isoformat(), row["came"], row["spoke"]) for row in before] == [
        ("2026-01-04", 0, 0),
        ("2026-01-11", 3, 1),
    ]
    assert list(SurgeWeek.objects.order_by("on").values())[:2] == before
    last = SurgeWeek.objects.latest("on")
    assert (last.on.isoformat(), last.came, last.called, last.spoke) == ("2026-01-18", 0, 2, 2)
    assert AuditEntry.objects.filter(verb="ledger.surge_week_released").count() == 2


def test_weeks_of_a_surge_are_released_to_the_last_cohorts_day_180(cast: Cast) -> None:
    made = surge(cast)

    actions.release_surge_weeks(at=NOW + timedelta(days=300))

    rows = SurgeWeek.objects.filter(surge=made).order_by("on")
    assert made.ends_on is not None
    assert rows.first().on >= made.starts_on  # type: ignore[union-attr]  # there are some
    assert 173 <= (rows.last().on - made.ends_on).days <= 180  # type: ignore[union-attr]  # there are some


def test_net_is_released_once_its_day_has_passed_and_then_stays(cast: Cast) -> None:
    people = peopled(cast, 5, people=20)
    made = surge(cast)

    actions.draw_up_lines(at=NOW)
    first = WaveLine.objects.get(surge=made)
    for person in people[6:12]:
        erase(person)
    actions.draw_up_lines(at=NOW + timedelta(days=1))
    second = WaveLine.objects.get(surge=made)

    assert set(first.released) == {"90", "180"}
    four = first.released["180"]
    assert four["net"] == four["newcomers"] + four["others"] - four["lost"] + four["returned"]
    assert four["net"] == four["after"] - four["before"]
    assert second.released == first.released
    assert second.on == TODAY + timedelta(days=1)
    assert first.figures["finding"] == "cannot tell yet"


def test_nothing_is_released_before_its_day(cast: Cast) -> None:
    peopled(cast, 5)
    made = surge(cast, ends=TODAY - timedelta(days=90))

    actions.draw_up_lines(at=NOW)

    line = WaveLine.objects.get(surge=made)
    assert line.released == {}
    assert "180" not in line.figures["after"]


@pytest.mark.django_db(transaction=True)
def test_nobody_at_the_door_waits_while_the_clock_counts(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    peopled(cast, 3)
    surge(cast)
    held: list[bool] = []
    for place, name in ((queries.Record, "hold"), (queries.Record, "ground"), (absorption, "week_sums")):
        count = getattr(place, name)

        def counting(*given: object, count: Callable[..., object] = count, **named: object) -> object:
            held.append(connection.in_atomic_block)
            return count(*given, **named)

        monkeypatch.setattr(place, name, counting)

    for clocked in (actions.release_weeks, actions.release_surge_weeks, actions.draw_up_lines):
        assert clocked(at=NOW) > 0

    assert len(held) >= 3
    assert not any(held)


def test_what_another_released_meanwhile_stays(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    peopled(cast, 4)
    surge(cast)
    counted, count = [False], queries.Record.ground

    def while_another_counts(record: queries.Record, **given: Any) -> Any:
        if not counted[0]:
            counted[0] = True
            actions.draw_up_lines(at=NOW)
        return count(record, **given)

    monkeypatch.setattr(queries.Record, "ground", while_another_counts)
    actions.draw_up_lines(at=NOW + timedelta(days=1))

    rows = WaveLine.objects.all()
    assert len(rows) == 1
    assert {each["released_at"] for each in rows[0].released.values()} == {NOW.isoformat()}


def test_a_running_wave_has_a_line_with_what_is_known(cast: Cast) -> None:
    peopled(cast, 5)
    made = Surge.objects.create(
        name="Heating", branch=cast.harbour, declared_at=NOW, starts_on=TODAY - timedelta(days=9)
    )

    actions.draw_up_lines(at=NOW)

    figures = WaveLine.objects.get(surge=made).figures
    assert figures["ends_on"] is None
    assert figures["after"] == {}
    assert figures["why"] == "The 180 days after the wave are not over."


def test_who_leads_counts_a_wave_now_and_others_do_not(cast: Cast) -> None:
    made = surge(cast)

    actions.count_now(surge=made.code, by=cast.lea, at=NOW)

    assert WaveLine.objects.filter(surge=made).exists()
    assert AuditEntry.objects.filter(verb="ledger.line_drawn_up").count() == 1
    with pytest.raises(CannotCount, match="Only the surge's lead"):
        actions.count_now(surge=made.code, by=cast.amina, at=NOW)
    with pytest.raises(Absent):
        actions.count_now(surge=made.code, by=cast.chen, at=NOW)


def test_a_past_day_is_counted_again_for_who_leads_the_branch(cast: Cast) -> None:
    peopled(cast, 9)
    day = TODAY - timedelta(days=50)

    row = actions.recount_day(branch=cast.harbour.code, on=day, by=cast.bela, at=NOW)

    assert row.organised == queries.organised_on(on=day, branches=frozenset({cast.harbour.pk}))
    assert queries.recounts(viewer=cast.bela, branch=cast.harbour) == [row]
    assert queries.recounts(viewer=cast.lea, branch=cast.harbour) == []
    with pytest.raises(CannotCount, match="not over"):
        actions.recount_day(branch=cast.harbour.code, on=TODAY, by=cast.bela, at=NOW)
    for name in ("amina", "lea", "chen", "dede"):
        with pytest.raises(Absent):
            actions.recount_day(branch=cast.harbour.code, on=day, by=cast.viewer(name), at=NOW)
    assert Recount.objects.count() == 1


def test_each_of_the_cast_is_told_the_sums_of_where_they_work(cast: Cast) -> None:
    told = {name: [row.name for row in queries.grounds(viewer=cast.viewer(name))] for name in cast.accounts}

    assert told == {
        "amina": ["Harbourside"],
        "bruno": ["Harbourside"],
        "lea": ["Harbourside"],
        "bela": ["Harbourside"],
        "stella": ["Harbourside"],
        "chen": ["Hillside"],
        "dede": [],
        "adam": [],
        "uma": [],
    }
    assert queries.is_told_in_bands(viewer=cast.dede)
    assert not queries.is_told_in_bands(viewer=cast.adam)


def test_a_wave_of_the_centre_is_told_in_the_sums_of_each_branch(cast: Cast) -> None:
    """Else somebody in one branch would be told, as it is, what all branches hold together."""
    peopled(cast, 5, people=20)
    made = surge(cast)
    Surge.objects.filter(pk=made.pk).update(branch=cast.centre)

    actions.draw_up_lines(at=NOW)

    lines = {row.branch_id: row.figures for row in WaveLine.objects.filter(surge=made)}
    eve = made.starts_on - timedelta(days=1)
    assert set(lines) == {cast.centre.pk, cast.harbour.pk, cast.hill.pk}
    for branch in (cast.harbour, cast.hill):
        own = queries.organised_on(on=eve, branches=frozenset({branch.pk}))
        assert lines[branch.pk]["before"] == own
    assert lines[cast.centre.pk]["before"] == queries.organised_on(on=eve)
    for name, branch in (("amina", cast.harbour), ("chen", cast.hill)):
        told = queries.entries(viewer=cast.viewer(name), branch=branch)
        assert [one.line.branch_id for one in told if one.line is not None] == [branch.pk]


def test_waves_of_another_branch_are_not_there(cast: Cast) -> None:
    made = surge(cast)

    assert [one.surge for one in queries.entries(viewer=cast.amina, branch=cast.harbour)] == [made]
    assert queries.entries(viewer=cast.chen, branch=cast.hill) == []
    assert [one.line for one in queries.entries(viewer=cast.dede, branch=None)] == [None]
