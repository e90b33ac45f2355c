"""How many of a section are with us, over those in sight: gathered first, and the same as looking at each."""

from __future__ import annotations

from datetime import timedelta

import pytest

from strandline.organisation.accounts.rules import GRANTS, Role, Viewer
from strandline.steady.constituencies.actions import add_constituency, place_in
from strandline.steady.constituencies.models import Constituency, ConstituencyMembership
from strandline.steady.constituencies.queries import held
from strandline.steady.constituencies.rules import Dimension
from strandline.steady.people.models import Person
from strandline.steady.ties.models import Tie
from strandline.steady.ties.queries import organised_now
from strandline.steady.ties.rules import ORGANISED_KINDS, Status
from strandline.store.records import FieldClass
from tests.cast import NOW, Cast

TODAY = NOW.date()
# Inside the window of every kind, outside it, never.
TALKS = (NOW - timedelta(days=1), NOW - timedelta(days=400), None)


@pytest.fixture
def nurses(cast: Cast) -> Constituency:
    """A section with people of both branches, held closely and openly, organised and not."""
    section = add_constituency(name="Nurses", dimension=Dimension.TRADE, by=cast.lea, at=NOW)
    for number, by in enumerate(["amina", "amina", "bruno", "bruno", "chen", "chen", "amina"]):
        person = cast.person(f"Person {number}", by=by)
        place_in(people=[person.code], constituency=section.code, by=cast.viewer(by), at=NOW)
        Person.objects.filter(pk=person.pk).update(
            sensitivity=("normal", "restricted", "confidential")[number % 3]
        )
        kind = sorted(ORGANISED_KINDS)[number % len(ORGANISED_KINDS)]
        Tie.objects.filter(person=person).update(
            kind=kind.value, last_two_way_at=TALKS[number % len(TALKS)], owner=cast.accounts[by]
        )
    return section


def one_by_one(viewer: Viewer, section: Constituency) -> tuple[int, int]:
    """Ask of each person alone whether they are in sight, and whether a tie of theirs carries."""
    here = set(ConstituencyMembership.objects.filter(constituency=section).values_list("person", flat=True))
    seen = {key for key in here if Person.objects.visible_to(viewer, FieldClass.OPERATIONAL).filter(pk=key)}
    ties = Tie.objects.filter(person__in=seen, kind__in=[kind.value for kind in ORGANISED_KINDS])
    return len(seen), ties.filter(last_two_way_at=TALKS[0], status=Status.ACTIVE.value).count()


@pytest.mark.parametrize("name", ["amina", "bruno", "chen", "dede", "lea", "bela", "stella", "adam", "uma"])
def test_those_held_are_counted_as_one_by_one(cast: Cast, nurses: Constituency, name: str) -> None:
    viewer = cast.viewer(name)

    found = held(viewer=viewer, on=TODAY)[nurses.pk]

    assert (found.people, found.organised) == one_by_one(viewer, nurses)


def test_a_lead_sees_more_than_an_organiser_and_the_centre_nobody(cast: Cast, nurses: Constituency) -> None:
    numbers = {
        name: held(viewer=cast.viewer(name), on=TODAY)[nurses.pk].people
        for name in ("amina", "bela", "chen", "dede")
    }

    assert numbers["dede"] == 0 < numbers["chen"] < numbers["amina"] <= numbers["bela"]


def test_each_kind_is_organised_within_its_own_window(cast: Cast, nurses: Constituency) -> None:
    found = organised_now(viewer=cast.bela, on=TODAY)

    assert found
    lately = set(Tie.objects.filter(last_two_way_at=TALKS[0]).values_list("person", "kind"))
    assert set(found) <= lately


def test_who_may_see_anything_of_a_person_may_see_who_it_is() -> None:
    # What is asked of those who are gathered by who they are is asked of no fewer people than before.
    assert [role for role in Role if GRANTS[role] and FieldClass.IDENTIFYING not in GRANTS[role]] == []
