from __future__ import annotations

from datetime import date, timedelta

import pytest

from strandline.lib.text import BadText
from strandline.organisation.audit import actions as audit
from strandline.steady.constituencies.models import Constituency, ConstituencyMembership
from strandline.steady.conversations.actions import log_conversation
from strandline.steady.listening import queries
from strandline.steady.listening.actions import CannotHear, end_theme, name_theme
from strandline.steady.listening.models import Theme, ThemeHeard
from strandline.steady.people.actions import give_consent
from strandline.steady.people.models import Person
from strandline.steady.people.rules import ConsentPurpose
from strandline.steady.ties.actions import NewTouch
from strandline.steady.ties.models import Touch
from strandline.steady.ties.rules import Outcome, TouchKind
from strandline.store.records import Absent
from tests.cast import NOW, Cast

SPOKE = NewTouch(TouchKind.CALL, Outcome.SPOKE, NOW, said="The rent again.")
JANUARY = date(2026, 1, 1)


@pytest.fixture
def rents(cast: Cast) -> Theme:
    return name_theme(name="Rents", words="rent, deposit", by=cast.lea, at=NOW)


def agreed(cast: Cast, name: str = "Rosa Lindqvist") -> Person:
    person = cast.person(name)
    give_consent(person=person.code, purpose=ConsentPurpose.VIEWS, words="Yes", by=cast.amina, at=NOW)
    return person


def heard(cast: Cast, person: Person, theme: Theme, *, times: int = 1) -> None:
    for n in range(times):
        touch = NewTouch(TouchKind.CALL, Outcome.SPOKE, NOW - timedelta(minutes=n))
        log_conversation(
            person=person.code, touch=touch, step=None, themes=[theme.code], by=cast.amina, at=NOW
        )


def test_a_theme_is_kept_with_the_touch_in_which_it_was_heard(cast: Cast, rents: Theme) -> None:
    rosa = agreed(cast)

    touch = log_conversation(
        person=rosa.code, touch=SPOKE, step=None, themes=[rents.code, rents.code], by=cast.amina, at=NOW
    )

    row = ThemeHeard.objects.get()
    assert (row.touch, row.theme, row.person, row.at) == (touch, rents, rosa, NOW)


def test_without_ground_a_theme_is_refused_and_the_touch_with_it(cast: Cast, rents: Theme) -> None:
    rosa = cast.person()

    with pytest.raises(CannotHear, match="agreed"):
        log_conversation(person=rosa.code, touch=SPOKE, step=None, themes=[rents.code], by=cast.amina, at=NOW)

    assert (ThemeHeard.objects.count(), Touch.objects.count()) == (0, 0)


def test_a_theme_that_has_ended_is_absent(cast: Cast, rents: Theme) -> None:
    rosa = agreed(cast)
    end_theme(theme=rents.code, by=cast.lea, at=NOW)

    with pytest.raises(Absent):
        log_conversation(person=rosa.code, touch=SPOKE, step=None, themes=[rents.code], by=cast.amina, at=NOW)


def test_a_talk_taken_back_takes_its_themes_along(cast: Cast, rents: Theme) -> None:
    rosa = agreed(cast)
    log_conversation(person=rosa.code, touch=SPOKE, step=None, themes=[rents.code], by=cast.amina, at=NOW)

    audit.take_back(deed=audit.latest_deed(), by=cast.amina, at=NOW)

    assert (ThemeHeard.objects.count(), Touch.objects.count()) == (0, 0)


@pytest.mark.parametrize("who", ["amina", "stella", "dede", "adam"])
def test_themes_are_named_by_leads(cast: Cast, who: str) -> None:
    with pytest.raises(CannotHear):
        name_theme(name="Rents", words="rent", by=cast.viewer(who), at=NOW)


def test_a_theme_is_named_once(cast: Cast, rents: Theme) -> None:
    with pytest.raises(BadText):
        name_theme(name="RENTS", words="rent", by=cast.bela, at=NOW)


@pytest.mark.parametrize(
    ("who", "number"), [("amina", 1), ("lea", 1), ("chen", 1), ("stella", 0), ("dede", 0), ("adam", 0)]
)
def test_themes_are_for_roles_that_grant_views(cast: Cast, rents: Theme, who: str, number: int) -> None:
    assert len(queries.themes(viewer=cast.viewer(who))) == number


def test_heard_counts_remarks_about_people_in_sight(cast: Cast, rents: Theme) -> None:
    heard(cast, agreed(cast), rents, times=3)

    asked = {"months": [date(2025, 12, 1), JANUARY], "on": NOW.date()}
    (mine,) = queries.heard(viewer=cast.amina, **asked)
    (other,) = queries.heard(viewer=cast.chen, **asked)

    assert (mine.theme, mine.months, mine.recent, mine.before, mine.all) == (rents, (0, 3), 3, 0, 3)
    assert (other.months, other.recent) == ((0, 0), 0)
    for who in ("dede", "stella", "adam"):
        assert queries.heard(viewer=cast.viewer(who), **asked) == []
        assert queries.remarks_by_section(viewer=cast.viewer(who), since=JANUARY, on=NOW.date()) == {}


def test_heard_in_a_section_and_in_those_under_it(cast: Cast, rents: Theme) -> None:
    rosa, noor = agreed(cast), agreed(cast, "Noor Haddad")
    hospital = Constituency.objects.create(name="Hospital", dimension="trade")
    ward = Constituency.objects.create(name="Ward", dimension="trade", parent=hospital)
    ConstituencyMembership.objects.create(person=noor, constituency=ward, since_on=JANUARY)
    ConstituencyMembership.objects.create(person=rosa, constituency=ward, since_on=JANUARY, until_on=JANUARY)
    heard(cast, rosa, rents, times=7)
    heard(cast, noor, rents, times=2)

    (told,) = queries.heard(viewer=cast.amina, months=[JANUARY], on=NOW.date(), section=hospital)
    counts = queries.remarks_by_section(viewer=cast.amina, since=JANUARY, on=NOW.date())

    assert told.all == 2
    assert counts == {hospital.pk: 2, ward.pk: 2}


def test_a_theme_that_has_ended_is_told_as_long_as_it_was_heard(cast: Cast, rents: Theme) -> None:
    heard(cast, agreed(cast), rents)
    end_theme(theme=rents.code, by=cast.lea, at=NOW)

    (told,) = queries.heard(viewer=cast.amina, months=[JANUARY], on=NOW.date())

    assert told.all == 1


def test_remarks_are_told_without_names_from_ten_on(cast: Cast, rents: Theme) -> None:
    rosa = agreed(cast)
    for n in range(10):
        assert queries.remarks(viewer=cast.amina, theme=rents, since=JANUARY, on=NOW.date()) == []
        touch = NewTouch(
            TouchKind.CALL, Outcome.SPOKE, NOW - timedelta(hours=n), said="Rosa Lindqvist: the rent."
        )
        log_conversation(person=rosa.code, touch=touch, step=None, themes=[rents.code], by=cast.amina, at=NOW)

    told = queries.remarks(viewer=cast.amina, theme=rents, since=JANUARY, on=NOW.date())

    assert [(one.said, one.audit_id) for one in told] == [("\u2026: the rent.", rosa.audit_id)] * 10
    for who in ("chen", "dede", "stella"):
        assert queries.remarks(viewer=cast.viewer(who), theme=rents, since=JANUARY, on=NOW.date()) == []
