"""The history read from the tables is the one that the rules mean."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from strandline.ledger.ebb.models import Departure
from strandline.ledger.waves import queries
from strandline.ledger.waves.queries.record import Sources
from strandline.ledger.waves.queries.steps import Steps
from strandline.ledger.waves.rules.history import Dated, organised
from strandline.ledger.waves.rules.ratchet import ratchet
from strandline.ledger.waves.rules.spells import Spells
from strandline.steady.followup.models import FollowUp
from strandline.steady.people.models import Batch, Person
from strandline.surge.absorption import queries as absorption
from strandline.surge.absorption.rules.cohorts import Wave, wave_cohort
from strandline.surge.absorption.rules.record import Span
from tests.cast import NOW, Cast

from .lives import DAYS, Lives, erase, merge, peopled

TODAY = NOW.date()


def some_days(random: Random) -> list[date]:
    return [TODAY - timedelta(days=random.randint(0, DAYS)) for _ in range(10)] + [TODAY]


@pytest.mark.parametrize("seed", range(4))
def test_history_counts_every_past_day_as_the_question_over_the_rows_does(cast: Cast, seed: int) -> None:
    random = Random(seed)
    people = peopled(cast, seed)
    merge(people[0], people[1])
    erase(people[2])

    for branches in (None, frozenset({cast.harbour.pk})):
        held = organised(queries.roll(branches=branches).history)
        for day in some_days(random):
            assert held.number(day.toordinal()) == queries.organised_on(on=day, branches=branches), day
    by_day = held.by_day((TODAY - timedelta(days=DAYS)).toordinal(), TODAY.toordinal())
    assert (by_day > 0).mean() > 0.3  # else the days compared above say nothing


@pytest.mark.parametrize("seed", range(6))
def test_four_whole_numbers_add_up_whatever_happens_to_the_record(cast: Cast, seed: int) -> None:
    random = Random(f"four {seed}")
    people = peopled(cast, 100 + seed)
    lives = Lives(cast, random)

    def adds_up() -> None:
        history = queries.roll().history
        held = organised(history)
        for _ in range(6):
            start = TODAY.toordinal() - random.randint(60, DAYS - 10)
            wave = Wave(start, start + random.randint(0, 30))
            assert wave.end is not None
            after = random.randint(0, 30)
            one = ratchet(history, held, wave, after)
            assert one.net == one.newcomers + one.others - one.lost + one.returned
            day = date.fromordinal(one.day)
            assert one.net == queries.organised_on(on=day) - queries.organised_on(
                on=date.fromordinal(start - 1)
            )

    adds_up()
    merge(people[3], people[4])
    adds_up()
    erase(people[5])
    adds_up()
    lives.touch(people[6])
    adds_up()


@pytest.mark.parametrize("seed", range(3))
def test_the_ledger_and_the_page_of_a_surge_count_the_same_people_among_those_who_came(
    cast: Cast, seed: int
) -> None:
    random = Random(f"came {seed}")
    people = peopled(cast, 200 + seed, people=40)
    merge(people[0], people[1])
    here = frozenset({cast.harbour.pk})
    read = queries.roll(branches=here)
    found = 0

    for _ in range(8):
        start = TODAY.toordinal() - random.randint(100, DAYS)
        wave = Wave(start, start + random.randint(30, 120))
        mine = wave_cohort(read.history.came, wave, TODAY.toordinal())
        told = absorption.all_newcomers(branches=here, spans=[Span(wave.start, wave.last(TODAY.toordinal()))])
        assert told.people.ids.tolist() == read.people[mine].tolist()
        assert told.first.tolist() == read.history.came[mine].tolist()
        found += len(told.people)
    assert found > 5


def plain(value: Any) -> Any:
    """All that counting rests on, as lists that can be compared, rows of one table in one order."""
    if isinstance(value, Dated):
        return sorted(
            zip(
                plain(value.spells.of),
                *map(plain, (value.spells.start, value.spells.end, value.value)),
                strict=True,
            )
        )
    if isinstance(value, Spells | Steps | Sources):
        return sorted(zip(*(plain(getattr(value, one.name)) for one in fields(value)), strict=True))
    if isinstance(value, queries.Roll):
        owned = value.history.owned
        owners = sorted(zip(*map(plain, (owned.of, owned.start, owned.end, value.owner)), strict=True))
        return [owners, *(plain(getattr(value, one.name)) for one in fields(value) if one.name != "owner")]
    if is_dataclass(value):
        return [plain(getattr(value, one.name)) for one in fields(value)]
    return value.tolist() if isinstance(value, np.ndarray) else value


@pytest.mark.parametrize("seed", range(4))
def test_a_part_of_what_was_read_for_all_is_what_is_read_for_it_alone(cast: Cast, seed: int) -> None:
    people = peopled(cast, 300 + seed, people=30)
    merge(people[0], people[1])
    erase(people[2])
    batch = Batch.objects.create()
    Person.objects.filter(pk__in=[people[3].pk, people[9].pk]).update(batch=batch)
    for one, branch in zip(people[4:8], (cast.harbour, cast.hill) * 2, strict=True):
        FollowUp.objects.create(person=one, kind="call", due_on=TODAY, set_at=NOW, reason=f"{branch}")
        left = {"how": "moved", "since_on": TODAY, "noted_at": NOW, "branch": branch}
        Departure.objects.get_or_create(person=one, until_on=None, defaults=left)
    here, there = frozenset({cast.harbour.pk}), frozenset({cast.hill.pk})
    record = queries.Record()

    record.hold(here | there)
    sizes = []
    for branches in (here, there, here | there):
        part, alone = (
            record.ground(branches=branches, today=TODAY),
            queries.ground(branches=branches, today=TODAY),
        )
        assert plain(part) == plain(alone)
        sizes.append(len(part.roll.people))
    assert 0 < min(sizes[:2]) <= max(sizes[:2]) < sizes[2]  # else no part was taken


def test_the_record_is_read_once_for_however_many_branches(cast: Cast) -> None:
    peopled(cast, 4)
    record = queries.Record()
    record.hold(frozenset({cast.harbour.pk, cast.hill.pk}))

    with CaptureQueriesContext(connection) as asked:
        for branches in ({cast.harbour.pk}, {cast.hill.pk}, {cast.harbour.pk, cast.hill.pk}):
            record.ground(branches=frozenset(branches), today=TODAY)

    assert len(asked) == 0


def test_a_list_that_is_not_open_yet_counts_for_nobody(cast: Cast) -> None:
    people = peopled(cast, 7)
    batch = Batch.objects.create()
    Person.objects.filter(pk__in=[one.pk for one in people[:7]]).update(batch=batch)

    history = queries.roll().history

    assert history.people == 7
    assert organised(history).number(TODAY.toordinal()) == queries.organised_on(on=TODAY)


def test_days_end_at_midnight_where_the_organisation_is() -> None:
    here = ZoneInfo("Europe/London")
    moments = [
        datetime(2025, 6, 1, 22, 59, 59, tzinfo=UTC),
        datetime(2025, 6, 1, 23, 0, tzinfo=UTC),
        datetime(2025, 12, 1, 23, 59, tzinfo=UTC),
        datetime(2025, 3, 30, 0, 30, tzinfo=UTC),
        datetime(2025, 3, 29, 23, 59, tzinfo=UTC),
        datetime(2025, 10, 25, 23, 10, tzinfo=UTC),
        datetime(2025, 10, 26, 23, 59, tzinfo=UTC),
    ]

    found = queries.local_days(np.array([int(one.timestamp()) for one in moments]), here)

    assert [date.fromordinal(int(day)) for day in found] == [one.astimezone(here).date() for one in moments]
    assert len(queries.local_days(np.array([], dtype=np.int64), here)) == 0


def test_as_many_questions_for_three_as_for_one(cast: Cast) -> None:
    asked = []
    for seed in (1, 2):
        peopled(cast, seed, people=4 * seed)
        with CaptureQueriesContext(connection) as seen:
            queries.roll()
        asked.append(len(seen))

    assert asked == [10, 10]
