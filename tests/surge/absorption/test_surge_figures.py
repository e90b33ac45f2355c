from __future__ import annotations

from datetime import date, timedelta

import pytest

from strandline.ledger.ebb import queries as ebb
from strandline.ledger.ebb.actions import note_departure
from strandline.ledger.ebb.rules.leaving import Leaving
from strandline.organisation.accounts.rules import Role
from strandline.organisation.branches import queries as branches
from strandline.organisation.branches.models import Membership
from strandline.steady.conversations.actions import log_conversation
from strandline.steady.followup.actions import NextStep
from strandline.steady.followup.rules import StepKind
from strandline.steady.people.models import Person, Source
from strandline.steady.ties.actions import NewTouch
from strandline.steady.ties.rules import Outcome, TouchKind
from strandline.surge.absorption.queries import daily_intake, surge_figures
from strandline.surge.absorption.queries.columns import columns
from strandline.surge.absorption.queries.figures import SurgeFigures
from strandline.surge.moments.models import Surge
from strandline.surge.moments.rules import PhaseKind
from tests.cast import NOW, Cast
from tests.steady.intake.doors import open_form
from tests.surge.moments.waves import START, declared
from tests.surge.tide import Habits, Tide

DAYS = timedelta(days=1)


def figures(cast: Cast, surge: Surge, who: str = "lea") -> SurgeFigures:
    viewer = cast.viewer(who)
    return surge_figures(viewer=viewer, surge=surge, at=NOW, left=ebb.left(viewer=viewer))


def spoke(
    cast: Cast, person: Person, *, days_ago: float, outcome: Outcome = Outcome.SPOKE, kind: str = "call"
) -> None:
    touch = NewTouch(TouchKind(kind), outcome, NOW - days_ago * DAYS)
    log_conversation(person=person.code, touch=touch, step=None, by=cast.amina, at=NOW)


def test_funnel_counts_who_came_was_called_spoke_was_asked_and_came(cast: Cast) -> None:
    surge = declared(cast)
    silent, called, talked, invited, there = (cast.person(f"P{n}", at=NOW - 3 * DAYS) for n in range(5))
    spoke(cast, called, days_ago=2.5, outcome=Outcome.NO_ANSWER)
    spoke(cast, talked, days_ago=2.9)
    log_conversation(
        person=invited.code,
        touch=NewTouch(TouchKind.CALL, Outcome.SPOKE, NOW - 0.5 * DAYS),
        step=NextStep(StepKind.INVITE, date(2026, 1, 20)),
        by=cast.amina,
        at=NOW,
    )
    spoke(cast, there, days_ago=2.8)
    spoke(cast, there, days_ago=1, outcome=Outcome.ATTENDED, kind="meeting")

    told = figures(cast, surge)

    assert [bar.people for bar in told.funnel.bars] == [5, 4, 3, 2, 1]
    assert (told.funnel.called_in_time, told.funnel.promise_due) == (3, 5)
    assert (told.queue.waiting, told.queue.late, told.queue.next_left) == (1, 1, None)
    assert silent.full_name == "P0"


def test_who_came_before_or_with_a_list_or_to_another_branch_is_not_of_the_wave(cast: Cast) -> None:
    surge = declared(cast)
    cast.person("Before", at=NOW - 30 * DAYS)
    cast.person("On the hill", by="chen", at=NOW - 2 * DAYS)
    listed = cast.person("From a list", at=NOW - 2 * DAYS)
    Source.objects.filter(person=listed).update(kind="import", is_dated=False)
    again = cast.person("Came again", at=NOW - 40 * DAYS)
    Source.objects.create(
        person=again, kind="form", met_on=date(2026, 1, 10), branch=cast.harbour, team=cast.tenants
    )
    late = cast.person("Met long ago", at=NOW - 2 * DAYS)
    spoke(cast, late, days_ago=20)
    cast.person("Of the wave", at=NOW - 2 * DAYS)

    told = figures(cast, surge)

    assert told.came == 1
    assert told.daily == (0, 0, 0, 0, 0, 0, 0, 1, 0, 0)
    assert told.baseline.people == 3
    assert daily_intake(viewer=cast.lea, surge=surge, at=NOW)[1] == (0, 0, 0, 0, 0, 0, 0, 1, 0, 0)


@pytest.mark.parametrize(
    ("who", "came"), [("amina", 3), ("bruno", 2), ("lea", 3), ("bela", 3), ("stella", 3)]
)
def test_figures_are_of_the_people_whom_the_viewer_may_see(cast: Cast, who: str, came: int) -> None:
    surge = declared(cast)
    for n in range(2):
        cast.person(f"Open {n}", at=NOW - 2 * DAYS)
    closed = cast.person("Held close", at=NOW - 2 * DAYS)
    Person.objects.filter(pk=closed.pk).update(sensitivity="restricted")

    assert figures(cast, surge, who).came == came


def test_who_gained_a_role_elsewhere_counts_nobody_there(cast: Cast) -> None:
    surge = declared(cast)
    cast.person("Here", at=NOW - 2 * DAYS)
    Membership.objects.filter(account=cast.accounts["bruno"]).update(role=Role.CALLER.value)

    assert figures(cast, surge, "bruno").came == 0
    assert figures(cast, surge, "chen").came == 0
    assert figures(cast, surge, "dede").came == 0


def test_an_empty_surge_has_figures_and_no_curves(cast: Cast) -> None:
    told = figures(cast, declared(cast))

    assert (told.came, told.today, told.queue.waiting, told.wave.curve, told.earlier) == (0, 0, 0, None, ())
    assert told.phase.kind is PhaseKind.RISING
    assert told.kept.value is None
    assert (told.expected, told.stayed, told.lift, told.peaked_on) == ((), None, {}, None)
    assert len(told.daily) == 10
    assert told.hourly == ()


def tide(cast: Cast, **more: object) -> Tide:
    callers = [cast.accounts[name].pk for name in ("amina", "bruno", "lea")]
    return Tide(cast.harbour, cast.tenants, open_form(cast), callers, NOW, **more)  # type: ignore[arg-type]


def test_a_wave_is_told_whole(cast: Cast) -> None:
    flood = tide(cast, habits=Habits(delay_hours=20))
    flood.bring([1, 0, 2, 1, 1, 0, 1] * 25, START - timedelta(days=175))
    wave = [8, 25, 60, 52, 40, 31, 24, 18, 12, 6]
    brought = flood.bring(wave, START)
    surge = declared(cast)

    told = figures(cast, surge)

    assert told.came == sum(told.daily) == len(brought)
    assert told.daily[:9] == tuple(wave[:9])
    assert told.today == told.daily[-1]
    assert (told.phase.kind, told.peaked_on) == (PhaseKind.EBB, START + timedelta(days=2))
    assert told.forms == told.came + told.funnel.same_person
    assert told.known_before == 0
    assert told.queue.waiting == told.funnel.still_waiting
    assert len(told.expected) == 4
    assert told.usual is not None
    assert told.kept.value is not None
    assert 0.5 < told.kept.value < 1
    assert told.reached.value is not None
    assert told.reached.value < told.kept.value
    assert told.baseline.here[0].is_shown
    assert [figure.is_shown for figure in told.wave.here] == [False, False, False]
    assert {caller.name for caller in told.callers if caller.tries} == {"Amina", "Bruno", "Lea"}
    assert told.callers[0].name is None
    assert told.pace.callers == 3


def test_who_moved_away_or_died_is_followed_up_to_then_and_waits_no_more(cast: Cast) -> None:
    past = declared(cast, name="Rent letter", starts_on=date(2025, 6, 1))
    Surge.objects.filter(pk=past.pk).update(ends_on=date(2025, 6, 10), closed_at=NOW - 180 * DAYS)
    moved, quiet, there = (cast.person(f"P{n}", at=NOW - 225 * DAYS) for n in range(3))
    for person in (moved, quiet, there):
        Source.objects.filter(person=person).update(met_on=date(2025, 6, 5))
        Person.objects.filter(pk=person.pk).update(added_at=NOW - 225 * DAYS)
    note_departure(
        person=moved.code, how=Leaving.MOVED, since_on=date(2025, 6, 25), reason="", by=cast.amina, at=NOW
    )
    note_departure(
        person=there.code, how=Leaving.DIED, since_on=date(2025, 12, 25), reason="", by=cast.amina, at=NOW
    )

    told = figures(cast, past)

    assert told.wave.curve is not None
    assert (told.wave.curve.times.tolist(), told.wave.curve.survival.tolist()) == ([20, 45], [1, 0])
    assert (told.queue.waiting, told.funnel.still_waiting, told.came) == (1, 1, 3)


def test_earlier_waves_of_the_branch_stand_beside_it(cast: Cast) -> None:
    flood = tide(cast)
    flood.bring([20] * 10, date(2025, 6, 1))
    flood.bring([12] * 9, START)
    past = declared(cast, name="Rent letter", starts_on=date(2025, 6, 1))
    Surge.objects.filter(pk=past.pk).update(ends_on=date(2025, 6, 10), closed_at=NOW - 180 * DAYS)
    surge = declared(cast)

    told = figures(cast, surge)

    assert [(one.name, one.people) for one in told.earlier] == [("Rent letter", 200)]
    assert [figure.is_shown for figure in told.earlier[0].here] == [True, True, True]
    assert told.baseline.people == 0


def test_the_first_two_days_are_told_by_the_hour(cast: Cast) -> None:
    tide(cast).bring([400], NOW.date())
    surge = declared(cast, starts_on=NOW.date())

    told = figures(cast, surge)

    assert len(told.hourly) == 11
    assert sum(told.hourly) == told.came > 0


@pytest.mark.parametrize("number", [1, 3])
def test_figures_are_asked_for_with_the_same_number_of_questions(
    cast: Cast, number: int, django_assert_num_queries: object
) -> None:
    tide(cast).bring([10 * number] * 3, NOW.date() - 3 * DAYS)
    surge = declared(cast)
    viewer = cast.lea

    with branches.one_request(), django_assert_num_queries(15):  # type: ignore[operator]  # pytest-django's fixture has no public type
        surge_figures(viewer=viewer, surge=surge, at=NOW, left=ebb.left(viewer=viewer))


def test_what_changes_by_the_minute_is_the_same_without_curves(cast: Cast) -> None:
    """The part of the page that is polled reads fewer people: every figure that it shows is equal."""
    coming = tide(cast)
    coming.bring([1] * 60, START - 60 * DAYS)
    coming.bring([4, 12, 20, 9], START)
    surge, viewer = declared(cast), cast.viewer("lea")
    left = ebb.left(viewer=viewer)

    whole = surge_figures(viewer=viewer, surge=surge, at=NOW, left=left)
    brief = surge_figures(viewer=viewer, surge=surge, at=NOW, left=left, with_curves=False)

    curves = {"wave", "baseline", "earlier", "lift", "stayed"}
    for name in vars(whole).keys() - curves:
        assert getattr(brief, name) == getattr(whole, name), name
    assert whole.wave.curve is not None
    assert brief.wave.curve is None


def test_columns_in_one_piece_are_the_same_rows(cast: Cast) -> None:
    people = [cast.person(f"P{n}", at=NOW - n * DAYS) for n in range(5)]
    rows = Source.objects.order_by("pk").values_list("pk", "person")

    plain, at_once = columns(rows, 2), columns(rows, 2, in_one_piece=True)

    assert len(plain) >= len(people)
    assert plain.tolist() == at_once.tolist()
    assert columns(rows.filter(pk=0), 2, in_one_piece=True).shape == (0, 2)
    assert columns(rows.none(), 2, in_one_piece=True).shape == (0, 2)
