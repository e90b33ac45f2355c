from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from strandline.lib.text import BadText
from strandline.organisation.audit import actions as audit
from strandline.organisation.audit.models import AuditEntry
from strandline.organisation.receipts.rules import Once
from strandline.steady.constituencies import actions, queries
from strandline.steady.constituencies.actions import CannotAddConstituency, CannotPlace
from strandline.steady.constituencies.models import (
    Constituency,
    ConstituencyMembership,
    SectionWeek,
    SizeEstimate,
)
from strandline.steady.constituencies.rules import Dimension
from strandline.steady.people.actions import give_consent
from strandline.steady.people.models import Person
from strandline.steady.people.rules import ConsentPurpose
from strandline.steady.ties.actions import begin_tie
from strandline.steady.ties.rules import Outcome, TieKind, TouchKind
from strandline.store.records import Absent
from tests.cast import NOW, Cast

TODAY = NOW.date()
SUNDAY = date(2026, 1, 11)


@pytest.fixture
def hospital(cast: Cast) -> Constituency:
    return actions.add_constituency(name="Hospital", dimension=Dimension.TRADE, by=cast.lea, at=NOW)


def ward(cast: Cast, hospital: Constituency) -> Constituency:
    return actions.add_constituency(
        name="Ward", dimension=Dimension.TRADE, parent=hospital.code, by=cast.lea, at=NOW
    )


def organised(cast: Cast, name: str, *, by: str = "amina") -> Person:
    """Someone with a supporter tie that is live since a month."""
    from strandline.steady.conversations.actions import log_conversation
    from strandline.steady.ties.actions import NewTouch

    since = NOW - timedelta(days=30)
    person = cast.person(name, by=by, at=since)
    viewer = cast.viewer(by, since)
    begin_tie(person=person.code, kind=TieKind.SUPPORTER, by=viewer, at=since)
    touch = NewTouch(TouchKind.CALL, Outcome.SPOKE, since + timedelta(days=1))
    log_conversation(person=person.code, touch=touch, step=None, by=viewer, at=since + timedelta(days=1))
    return person


def test_a_section_is_named_with_its_size_and_where_that_is_from(cast: Cast) -> None:
    made = actions.add_constituency(
        name="Nurses", dimension=Dimension.TRADE, size=1850, source="Census 2021", by=cast.lea, at=NOW
    )

    (row,) = queries.tree(viewer=cast.chen)
    assert (row, row.size, row.source, row.depth) == (made, 1850, "Census 2021", 0)  # type: ignore[attr-defined]


def test_a_later_estimate_counts_and_the_earlier_stays(cast: Cast, hospital: Constituency) -> None:
    for days, size in ((0, 900), (9, 1100)):
        actions.estimate_size(
            constituency=hospital.code, size=size, source="Guess", by=cast.lea, at=NOW + timedelta(days=days)
        )

    assert queries.constituency(viewer=cast.amina, code=hospital.code).size == 1100
    told = queries.estimates(viewer=cast.amina, section=hospital)
    assert [one.size for one in told] == [1100, 900]


@pytest.mark.parametrize(
    ("size", "source", "field"), [(0, "Guess", "size"), (9, " ", "source"), (9**11, "x", "size")]
)
def test_an_estimate_needs_a_number_and_a_source(
    cast: Cast, hospital: Constituency, size: int, source: str, field: str
) -> None:
    with pytest.raises(BadText) as refused:
        actions.estimate_size(constituency=hospital.code, size=size, source=source, by=cast.lea, at=NOW)

    assert refused.value.field == field
    assert not SizeEstimate.objects.exists()


@pytest.mark.parametrize("who", ["amina", "chen", "dede", "adam"])
@pytest.mark.parametrize("act", ["add", "rename", "estimate", "end"])
def test_only_leads_and_stewards_name_sections(
    cast: Cast, hospital: Constituency, who: str, act: str
) -> None:
    by: Any = {"by": cast.viewer(who), "at": NOW}
    acts: dict[str, Callable[[], Any]] = {
        "add": lambda: actions.add_constituency(name="Quay", dimension=Dimension.PLACE, **by),
        "rename": lambda: actions.rename_constituency(constituency=hospital.code, name="Clinic", **by),
        "estimate": lambda: actions.estimate_size(constituency=hospital.code, size=5, source="x", **by),
        "end": lambda: actions.end_constituency(constituency=hospital.code, **by),
    }

    with pytest.raises(CannotAddConstituency, match="Leads and data stewards"):
        acts[act]()

    assert list(Constituency.objects.values_list("name", "ended_at")) == [("Hospital", None)]


def test_a_name_is_there_once_beside_its_like(cast: Cast, hospital: Constituency) -> None:
    with pytest.raises(BadText, match="already"):
        actions.add_constituency(name="HOSPITAL", dimension=Dimension.TRADE, by=cast.lea, at=NOW)
    below = ward(cast, hospital)
    with pytest.raises(BadText, match="already"):
        ward(cast, hospital)

    actions.rename_constituency(constituency=below.code, name="ward", by=cast.lea, at=NOW)

    assert queries.constituency(viewer=cast.lea, code=below.code).name == "ward"


def test_a_section_stands_under_one_of_its_dimension(cast: Cast, hospital: Constituency) -> None:
    with pytest.raises(CannotAddConstituency, match="same dimension"):
        actions.add_constituency(
            name="Quay", dimension=Dimension.PLACE, parent=hospital.code, by=cast.lea, at=NOW
        )


def test_a_section_that_has_ended_is_used_no_more(cast: Cast, hospital: Constituency) -> None:
    below, rosa = ward(cast, hospital), cast.person()
    with pytest.raises(CannotAddConstituency, match="End them first"):
        actions.end_constituency(constituency=hospital.code, by=cast.lea, at=NOW)

    actions.end_constituency(constituency=below.code, by=cast.lea, at=NOW)
    actions.end_constituency(constituency=below.code, by=cast.lea, at=NOW)

    assert queries.tree(viewer=cast.lea) == [hospital]
    with pytest.raises(CannotPlace, match="used no more"):
        actions.place_in(people=[rosa.code], constituency=below.code, by=cast.amina, at=NOW)


def test_naming_taken_back_leaves_nothing(cast: Cast) -> None:
    actions.add_constituency(
        name="Nurses", dimension=Dimension.TRADE, size=5, source="Guess", by=cast.lea, at=NOW
    )

    audit.take_back(deed=audit.latest_deed(), by=cast.lea, at=NOW)

    assert (Constituency.objects.count(), SizeEstimate.objects.count()) == (0, 0)


def test_several_are_placed_at_once_since_a_day_with_one_entry(cast: Cast, hospital: Constituency) -> None:
    people = [cast.person(name).code for name in ("Rosa Lindqvist", "Noor Haddad")]
    before = AuditEntry.objects.count()
    once = Once("place-00001", "same")

    for _ in range(2):
        actions.place_in(
            people=people,
            constituency=hospital.code,
            since=date(2025, 6, 1),
            by=cast.amina,
            at=NOW,
            once=once,
        )

    assert set(ConstituencyMembership.objects.values_list("since_on", flat=True)) == {date(2025, 6, 1)}
    assert ConstituencyMembership.objects.count() == 2
    assert AuditEntry.objects.count() == before + 1


def test_a_day_ahead_or_someone_out_of_sight_places_nobody(cast: Cast, hospital: Constituency) -> None:
    rosa, far = cast.person(), cast.person("Peter Quay", by="chen")

    with pytest.raises(CannotPlace, match="still to come"):
        actions.place_in(
            people=[rosa.code], constituency=hospital.code, since=date(2026, 1, 17), by=cast.amina, at=NOW
        )
    with pytest.raises(Absent):
        actions.place_in(people=[rosa.code, far.code], constituency=hospital.code, by=cast.amina, at=NOW)

    assert not ConstituencyMembership.objects.exists()


def test_a_community_is_kept_as_a_view(cast: Cast) -> None:
    parish = actions.add_constituency(name="Parish", dimension=Dimension.COMMUNITY, by=cast.lea, at=NOW)
    rosa = cast.person()
    with pytest.raises(CannotPlace, match="agreed"):
        actions.place_in(people=[rosa.code], constituency=parish.code, by=cast.amina, at=NOW)
    give_consent(person=rosa.code, purpose=ConsentPurpose.VIEWS, words="Yes", by=cast.amina, at=NOW)

    actions.place_in(people=[rosa.code], constituency=parish.code, by=cast.amina, at=NOW)

    told = {
        who: queries.sections_of(viewer=cast.viewer(who), person=rosa, on=TODAY)
        for who in ("amina", "bela", "stella", "chen")
    }
    assert told == {"amina": [parish], "bela": [parish], "stella": [], "chen": []}
    assert queries.held(viewer=cast.stella, on=TODAY)[parish.pk].people == 0
    assert queries.held(viewer=cast.amina, on=TODAY)[parish.pk].people == 1


def test_people_are_counted_in_the_viewers_own_scope(cast: Cast, hospital: Constituency) -> None:
    below = ward(cast, hospital)
    rosa, noor = organised(cast, "Rosa Lindqvist"), cast.person("Noor Haddad")
    far = organised(cast, "Peter Quay", by="chen")
    actions.place_in(people=[rosa.code, noor.code], constituency=below.code, by=cast.amina, at=NOW)
    actions.place_in(people=[far.code], constituency=hospital.code, by=cast.chen, at=NOW)

    counts = {}
    for who in ("amina", "chen", "dede", "adam"):
        found = queries.held(viewer=cast.viewer(who), on=TODAY)
        counts[who] = [(found[one.pk].people, found[one.pk].organised) for one in (hospital, below)]
    listed = queries.people_in(viewer=cast.amina, section=hospital, on=TODAY)

    assert counts == {
        "amina": [(2, 1), (2, 1)],
        "chen": [(1, 1), (0, 0)],
        "dede": [(0, 0), (0, 0)],
        "adam": [(0, 0), (0, 0)],
    }
    assert [person.full_name for person in listed] == ["Noor Haddad", "Rosa Lindqvist"]


def test_the_centre_is_told_released_weeks_in_bands(cast: Cast, hospital: Constituency) -> None:
    actions.estimate_size(constituency=hospital.code, size=2000, source="Guess", by=cast.lea, at=NOW)
    people = [organised(cast, f"Person {n}").code for n in range(6)]
    actions.place_in(people=people, constituency=hospital.code, since=date(2026, 1, 1), by=cast.amina, at=NOW)

    first, again = actions.release_sections(at=NOW), actions.release_sections(at=NOW)
    ConstituencyMembership.objects.all().delete()
    on, (told,) = queries.banded(viewer=cast.dede)

    assert (first, again) == (1, 0)
    assert list(SectionWeek.objects.values_list("on", "organised")) == [(SUNDAY, 6)]
    assert (on, told.organised.reads, told.per_thousand) == (SUNDAY, "about 10", 5.0)
    with pytest.raises(Absent):
        queries.banded(viewer=cast.amina)


def test_a_small_section_gives_no_share(cast: Cast, hospital: Constituency) -> None:
    actions.estimate_size(constituency=hospital.code, size=2000, source="Guess", by=cast.lea, at=NOW)
    actions.release_sections(at=NOW)

    _, (told,) = queries.banded(viewer=cast.dede)

    assert (told.organised.reads, told.per_thousand) == ("under 5", None)


@pytest.mark.parametrize("number", [1, 3])
def test_counting_asks_the_same_however_many(cast: Cast, hospital: Constituency, number: int) -> None:
    for n in range(number):
        person = organised(cast, f"Person {n}")
        actions.place_in(people=[person.code], constituency=hospital.code, by=cast.amina, at=NOW)
    viewer = cast.amina

    with CaptureQueriesContext(connection) as asked:
        queries.held(viewer=viewer, on=TODAY)
        queries.tree(viewer=viewer)

    assert len(asked) == 6
