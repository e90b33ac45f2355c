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


@pytest.mark.parametrize(("times", "words"), [(3, "under 5"), (7, "about 10")])
def test_heard_is_told_in_bands_of_people_in_sight(cast: Cast, rents: Theme, times: int, words: str) -> None:
    heard(cast, agreed(cast), rents, times=times)

    (mine,) = queries.heard(viewer=cast.amina, months=[date(2025, 12, 1), JANUARY])
    (other,) = queries.heard(viewer=cast.chen, months=[date(2025, 12, 1), JANUARY])

    assert [month.reads for month in mine.months] == ["under 5", words]
    assert mine.all.reads == words
    assert other.all.reads == "under 5"
    assert queries.heard(viewer=cast.dede, months=[JANUARY]) == []


def test_heard_in_one_section_of_people(cast: Cast, rents: Theme) -> None:
    rosa, noor = agreed(cast), agreed(cast, "Noor Haddad")
    nurses = Constituency.objects.create(name="Nurses", dimension="trade")
    ConstituencyMembership.objects.create(person=noor, constituency=nurses, since_on=JANUARY)
    heard(cast, rosa, rents, times=7)

    (told,) = queries.heard(viewer=cast.amina, months=[JANUARY], constituency=nurses)
    heard(cast, noor, rents, times=7)
    (later,) = queries.heard(viewer=cast.amina, months=[JANUARY], constituency=nurses)

    assert (told.all.reads, later.all.reads) == ("under 5", "about 10")
