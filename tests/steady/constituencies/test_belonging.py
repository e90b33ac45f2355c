from __future__ import annotations

from datetime import timedelta

import pytest

from strandline.organisation.audit import actions as audit
from strandline.steady.constituencies.actions import add_constituency, place_in, take_out
from strandline.steady.constituencies.models import Constituency, ConstituencyMembership
from strandline.steady.constituencies.queries import sections_of
from strandline.steady.constituencies.rules import Dimension
from strandline.store.records import Absent
from tests.cast import NOW, Cast

TODAY = NOW.date()


@pytest.fixture
def nurses(cast: Cast) -> Constituency:
    return add_constituency(name="Nurses", dimension=Dimension.TRADE, by=cast.lea, at=NOW)


@pytest.fixture
def quay(cast: Cast) -> Constituency:
    return add_constituency(name="Old Quay", dimension=Dimension.PLACE, by=cast.lea, at=NOW)


def test_someone_belongs_to_several_sections(cast: Cast, nurses: Constituency, quay: Constituency) -> None:
    rosa = cast.person()

    for section in (nurses, quay, nurses):
        place_in(people=[rosa.code], constituency=section.code, by=cast.amina, at=NOW)

    assert sections_of(viewer=cast.amina, person=rosa, on=TODAY) == [nurses, quay]
    assert ConstituencyMembership.objects.count() == 2


def test_belonging_is_dated(cast: Cast, nurses: Constituency) -> None:
    rosa = cast.person()
    later = NOW + timedelta(days=30)
    place_in(people=[rosa.code], constituency=nurses.code, by=cast.amina, at=NOW)

    take_out(person=rosa.code, constituency=nurses.code, by=cast.amina, at=later)

    assert sections_of(viewer=cast.amina, person=rosa, on=TODAY) == [nurses]
    assert sections_of(viewer=cast.amina, person=rosa, on=later.date()) == []


def test_belonging_taken_back_restores_what_was(cast: Cast, nurses: Constituency) -> None:
    rosa = cast.person()
    place_in(people=[rosa.code], constituency=nurses.code, by=cast.amina, at=NOW)

    audit.take_back(deed=audit.latest_deed(), by=cast.amina, at=NOW)

    assert ConstituencyMembership.objects.count() == 0


@pytest.mark.parametrize("who", ["chen", "dede", "adam"])
def test_someone_out_of_sight_is_absent(cast: Cast, nurses: Constituency, who: str) -> None:
    rosa = cast.person()

    by = cast.viewer(who)
    with pytest.raises(Absent):
        place_in(people=[rosa.code], constituency=nurses.code, by=by, at=NOW)
    with pytest.raises(Absent):
        take_out(person=rosa.code, constituency=nurses.code, by=by, at=NOW)
    assert sections_of(viewer=cast.viewer(who), person=rosa, on=TODAY) == []
