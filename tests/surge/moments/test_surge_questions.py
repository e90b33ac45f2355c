from __future__ import annotations

from datetime import date, timedelta

import pytest

from strandline.organisation.accounts.rules import Role
from strandline.organisation.branches.models import Branch, Membership, Team
from strandline.store.records import Absent
from strandline.surge.moments import actions, queries
from strandline.surge.moments.actions import SurgeChange
from strandline.surge.moments.queries import Sight
from strandline.surge.moments.rules import SurgePostKind, Window
from tests.cast import NOW, Cast

from .waves import START, declared


@pytest.mark.parametrize(
    ("who", "sight"),
    [
        ("amina", Sight.MEMBER),
        ("bruno", Sight.MEMBER),
        ("lea", Sight.MEMBER),
        ("bela", Sight.MEMBER),
        ("stella", Sight.MEMBER),
        ("dede", Sight.CENTRE),
    ],
)
def test_surge_is_shown_to_those_with_rights_over_its_branch(cast: Cast, who: str, sight: Sight) -> None:
    surge = declared(cast)
    viewer = cast.viewer(who)

    found = queries.surge(viewer=viewer, code=surge.code)

    assert [one.pk for one in queries.surges(viewer=viewer)] == [surge.pk]
    assert queries.sight_of(viewer=viewer, surge=found) is sight
    lead, deputy = found.holder(SurgePostKind.LEAD), found.holder(SurgePostKind.DEPUTY)
    assert (lead.name if lead else "", deputy.name if deputy else "") == ("Lea", "Amina")


@pytest.mark.parametrize("who", ["chen", "adam", "uma"])
def test_surge_is_not_there_for_others(cast: Cast, who: str) -> None:
    surge = declared(cast)
    viewer = cast.viewer(who)

    with pytest.raises(Absent):
        queries.surge(viewer=viewer, code=surge.code)

    assert queries.surges(viewer=viewer) == []
    assert queries.live_surges(viewer=viewer, on=NOW.date()) == []
    assert queries.history(viewer=viewer, surge=surge) == []


def test_surge_of_a_branch_is_seen_from_below_and_not_from_beside(cast: Cast) -> None:
    quay = Branch.objects.create(name="Quay", parent=cast.harbour)
    sailors = Team.objects.create(branch=quay, name="Sailors")
    Membership.objects.filter(account=cast.accounts["chen"]).update(team=sailors, branch=quay)
    surge = declared(cast)

    assert [one.pk for one in queries.surges(viewer=cast.chen)] == [surge.pk]
    below = actions.open_surge(
        name="The quay",
        branch=quay.code,
        lead=cast.accounts["bela"].code,
        starts_on=START,
        by=cast.bela,
        at=NOW,
    )
    assert [one.pk for one in queries.surges(viewer=cast.amina)] == [surge.pk]
    assert [one.pk for one in queries.surges(viewer=cast.bela)] == [below.pk, surge.pk]


def test_caller_sees_the_surge_of_their_team_with_less(cast: Cast) -> None:
    Membership.objects.filter(account=cast.accounts["bruno"]).update(role=Role.CALLER.value)
    surge = declared(cast)

    assert queries.sight_of(viewer=cast.bruno, surge=surge) is Sight.CALLER


def test_post_gives_sight_and_goes_with_it(cast: Cast) -> None:
    Membership.objects.create(
        account=cast.accounts["amina"],
        role=Role.ORGANISER.value,
        branch=cast.hill,
        team=cast.nurses,
        since_at=NOW - timedelta(days=1),
    )
    surge = declared(cast, by="bela")
    Membership.objects.filter(account=cast.accounts["amina"], team=cast.tenants).update(until_at=NOW)
    kept = [one.pk for one in queries.surges(viewer=cast.amina)]

    actions.change_surge(
        surge=surge.code, change=SurgeChange(deputy=""), reason="Moved away.", by=cast.bela, at=NOW
    )

    assert kept == [surge.pk]
    assert queries.surges(viewer=cast.amina) == []


def test_windows_say_when_and_where_and_nothing_else(cast: Cast) -> None:
    surge = declared(cast)

    assert queries.windows() == [queries.SurgeWindow(surge.code, cast.harbour.pk, Window(START))]
    assert [w.code for w in queries.windows(branch=cast.harbour.pk)] == [surge.code]
    assert [w.code for w in queries.windows(branch=cast.centre.pk)] == [surge.code]
    assert queries.windows(branch=cast.hill.pk) == []


def test_history_tells_the_latest_first_with_who_and_why(cast: Cast) -> None:
    surge = declared(cast)
    later = NOW + timedelta(hours=1)
    actions.move_window(
        surge=surge.code, starts_on=date(2026, 1, 6), ends_on=None, reason="Earlier.", by=cast.bela, at=later
    )

    told = queries.history(viewer=cast.bruno, surge=surge)

    assert [(one.what, one.by, one.reason) for one in told] == [
        ("window", "Bela", "Earlier."),
        ("phase", "Lea", ""),
    ]


def test_who_may_lead_and_where_one_may_declare(cast: Cast) -> None:
    assert [one.name for one in queries.possible_leads(viewer=cast.lea, at=NOW)] == ["Amina", "Bruno", "Lea"]
    assert [one.name for one in queries.possible_leads(viewer=cast.bela, at=NOW)] == [
        "Amina",
        "Bela",
        "Bruno",
        "Lea",
    ]
    assert [one.name for one in queries.branches_to_open(viewer=cast.lea)] == ["Harbourside"]
    assert [one.name for one in queries.branches_to_open(viewer=cast.bela)] == ["Harbourside"]
    assert queries.branches_to_open(viewer=cast.amina) == []


@pytest.mark.parametrize("number", [1, 3])
def test_surges_are_asked_for_with_the_same_number_of_questions(
    cast: Cast, number: int, django_assert_num_queries: object
) -> None:
    for n in range(number):
        declared(cast, name=f"Surge {n}")
    viewer = cast.amina

    with django_assert_num_queries(4):  # type: ignore[operator]  # pytest-django's fixture has no public type
        found = queries.surges(viewer=viewer)

    assert len(found) == number
