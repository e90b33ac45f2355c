from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, time, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from strandline.organisation.audit import actions as audit
from strandline.organisation.receipts.rules import Once
from strandline.steady.circles.actions import CannotConvene, NewCircle, take_attendance
from strandline.steady.circles.models import Circle, CircleInvitation, CircleMembership, Convenorship
from strandline.steady.followup.models import FollowUp
from strandline.steady.followup.rules import StepKind
from strandline.steady.people.models import Address, Person, Source
from strandline.steady.ties.models import Tie
from strandline.store.records import Absent
from strandline.surge.absorption.actions import ChosenCircle, form_circles
from strandline.surge.absorption.models import SurgeCircle
from strandline.surge.absorption.queries import arrivals_without_circle, circles_of, proposals
from strandline.surge.absorption.rules.circles import Slot, may_form
from strandline.surge.moments.actions import open_surge
from strandline.surge.moments.models import Surge
from tests.cast import NOW, Cast
from tests.steady.circles.table import circle, seated

SignIn = Callable[[str], Client]
TODAY = date(2026, 1, 16)
TUESDAY = (Slot(1, 19),)


@pytest.fixture
def surge(cast: Cast) -> Surge:
    return open_surge(
        name="Heating",
        branch=cast.harbour.code,
        lead=cast.accounts["lea"].code,
        starts_on=date(2026, 1, 10),
        by=cast.lea,
        at=NOW,
    )


def arrived(
    cast: Cast, number: int, *, by: str = "amina", postcode: str = "QX1 2AB", day: int = 12
) -> list[Person]:
    """Let so many people come on a day of the surge, each met by somebody of the cast and living in one place."""
    people = []
    for n in range(number):
        at = NOW - timedelta(days=16 - day)
        person = cast.person(f"{by} {postcode} {n:02}", by=by, at=at)
        Source.objects.filter(person=person).update(met_on=at.date())
        Address.objects.create(person=person, postcode=postcode)
        people.append(person)
    return people


def chosen(people: list[Person], convenor: str, **change: Any) -> ChosenCircle:
    new = NewCircle("QX1 2 Tuesday", "FREQ=WEEKLY;BYDAY=TU", date(2026, 1, 20), time(19), place="QX1 2")
    return ChosenCircle(replace(new, **change), convenor, tuple(p.code for p in people))


def test_arrivals_without_a_circle_are_those_of_the_window(cast: Cast, surge: Surge) -> None:
    came = arrived(cast, 2)
    arrived(cast, 1, postcode="before", day=2)
    (member,) = seated(cast, circle(cast), "Already Seated", since_days=3)
    (gone,) = arrived(cast, 1, postcode="said no")
    Tie.objects.filter(person=gone).update(status="stepped_back", ended_at=NOW)

    found = arrivals_without_circle(viewer=cast.amina, surge=surge, on=TODAY)

    assert {p.pk for p in found} == {p.pk for p in came}
    assert member.pk not in {p.pk for p in found}


@pytest.mark.parametrize(
    ("who", "number"), [("amina", 7), ("bruno", 7), ("lea", 7), ("bela", 7), ("chen", 0), ("dede", 0)]
)
def test_circles_are_proposed_of_people_whom_the_viewer_may_see(
    cast: Cast, surge: Surge, who: str, number: int
) -> None:
    arrived(cast, 7)

    found = proposals(viewer=cast.viewer(who), surge=surge, slots=TUESDAY, on=TODAY, at=NOW)

    assert sum(len(one.people) for one in found.plan.circles) == number
    assert len(found.people) == number


def test_a_proposal_has_a_place_an_hour_a_convenor_and_a_first_day(cast: Cast, surge: Surge) -> None:
    arrived(cast, 7)
    arrived(cast, 2, postcode="QX1 9ZZ")

    found = proposals(viewer=cast.amina, surge=surge, slots=TUESDAY, on=TODAY, at=NOW)

    (one,) = found.plan.circles
    assert (one.place, one.language, len(one.people)) == ("QX1 2", "en", 7)
    assert date.fromordinal(one.first_day) == date(2026, 1, 20)
    assert found.leads[one.convenor].team == cast.tenants
    assert set(found.plan.unplaced.values()) == {
        "2 of the 6 a circle needs can come at the same hour in QX1 9."
    }


def test_who_leads_a_circle_at_that_hour_is_not_proposed_again(cast: Cast, surge: Surge) -> None:
    arrived(cast, 7)
    circle(cast)

    found = proposals(viewer=cast.amina, surge=surge, slots=(Slot(4, 19),), on=TODAY, at=NOW)

    assert [found.leads[one.convenor].account.name for one in found.plan.circles] != ["Amina"]


def test_chosen_circles_are_formed_in_one_go(cast: Cast, surge: Surge) -> None:
    people = arrived(cast, 12)
    amina, bruno = cast.accounts["amina"].code, cast.accounts["bruno"].code

    made = form_circles(
        surge=surge.code,
        chosen=[chosen(people[:6], amina), chosen(people[6:], bruno, name="QX1 2 Tuesday too")],
        by=cast.amina,
        at=NOW,
    )

    assert [c.name for c in made] == ["QX1 2 Tuesday", "QX1 2 Tuesday too"]
    assert list(Convenorship.objects.order_by("pk").values_list("account__code", flat=True)) == [amina, bruno]
    assert CircleInvitation.objects.filter(circle=made[0]).count() == 6
    assert CircleMembership.objects.count() == 0
    assert circles_of(viewer=cast.amina, surge=surge) == [made[1], made[0]]
    assert arrivals_without_circle(viewer=cast.amina, surge=surge, on=TODAY) == []


def test_invitations_are_owed_by_whoever_holds_them(cast: Cast, surge: Surge) -> None:
    mine, theirs = arrived(cast, 5), arrived(cast, 2, by="bruno")
    FollowUp.objects.filter(person__in=theirs).update(kind=StepKind.CALL.value)

    form_circles(
        surge=surge.code, chosen=[chosen([*mine, *theirs], cast.accounts["lea"].code)], by=cast.lea, at=NOW
    )

    open_steps = FollowUp.objects.filter(closed_at=None)
    words = "Ask along to the circle QX1 2 Tuesday: first on Tue 20 Jan, 19:00"
    assert set(open_steps.values_list("person", "reason")) == {(p.pk, words) for p in [*mine, *theirs]}
    # A first call that is still owed stays one; another step gives way to the invitation.
    assert set(open_steps.filter(person__in=mine).values_list("kind", "owner__name")) == {
        ("first_call", "Amina")
    }
    assert set(open_steps.filter(person__in=theirs).values_list("kind", "owner__name", "due_on")) == {
        ("invite", "Bruno", date(2026, 1, 19))
    }


def test_who_comes_to_the_first_meeting_belongs_to_the_circle(cast: Cast, surge: Surge) -> None:
    people = arrived(cast, 6)
    (made,) = form_circles(
        surge=surge.code, chosen=[chosen(people, cast.accounts["amina"].code)], by=cast.amina, at=NOW
    )

    take_attendance(
        circle=made.code,
        on=date(2026, 1, 20),
        came=[people[0].code],
        by=cast.amina,
        at=NOW + timedelta(days=4, hours=10),
    )

    assert list(CircleMembership.objects.values_list("person", flat=True)) == [people[0].pk]


def test_form_circles_twice_is_once(cast: Cast, surge: Surge) -> None:
    people = arrived(cast, 6)
    once = Once("form-circles-1", "the same words")

    for _ in range(2):
        form_circles(
            surge=surge.code,
            chosen=[chosen(people, cast.accounts["amina"].code)],
            by=cast.amina,
            at=NOW,
            once=once,
        )

    assert (Circle.objects.count(), SurgeCircle.objects.count()) == (1, 1)


def test_form_circles_taken_back_restores_what_was(cast: Cast, surge: Surge) -> None:
    people = arrived(cast, 6)
    before = list(FollowUp.objects.order_by("pk").values())
    form_circles(
        surge=surge.code, chosen=[chosen(people, cast.accounts["amina"].code)], by=cast.amina, at=NOW
    )

    audit.take_back(deed=audit.latest_deed(), by=cast.amina, at=NOW)

    assert list(FollowUp.objects.order_by("pk").values()) == before
    assert (Circle.objects.count(), CircleInvitation.objects.count(), SurgeCircle.objects.count()) == (
        0,
        0,
        0,
    )


def test_form_circles_is_all_or_nothing(cast: Cast, surge: Surge, monkeypatch: pytest.MonkeyPatch) -> None:
    people = arrived(cast, 6)

    def broken(*_: object) -> None:
        raise RuntimeError("the audit cannot be written")

    monkeypatch.setattr(audit, "record_lines", broken)
    with pytest.raises(RuntimeError):
        form_circles(
            surge=surge.code, chosen=[chosen(people, cast.accounts["amina"].code)], by=cast.amina, at=NOW
        )

    assert (Circle.objects.count(), SurgeCircle.objects.count()) == (0, 0)


@pytest.mark.parametrize(
    ("sizes", "words"),
    [([], "at least one"), ([5], "6 to 12"), ([13], "6 to 12"), ([6, 6], "")],
)
def test_may_form_judges_sizes(sizes: list[int], words: str) -> None:
    circles = [[f"{n} {place}" for n in range(size)] for place, size in enumerate(sizes)]

    assert words in may_form(circles).reason
    assert may_form(circles).ok is not bool(words)


def test_may_form_leaves_nobody_in_two() -> None:
    assert "in two" in may_form([list("abcdef"), list("fghijk")]).reason


def test_form_circles_is_refused_for_whoever_has_a_circle_by_now(cast: Cast, surge: Surge) -> None:
    people = arrived(cast, 6)
    again = [chosen(people, cast.accounts["amina"].code)]
    form_circles(surge=surge.code, chosen=again, by=cast.amina, at=NOW)

    with pytest.raises(CannotConvene, match="meanwhile"):
        form_circles(surge=surge.code, chosen=again, by=cast.amina, at=NOW)


@pytest.mark.parametrize("who", ["chen", "uma", "adam"])
def test_form_circles_is_absent_for_whoever_is_no_member(cast: Cast, surge: Surge, who: str) -> None:
    people = arrived(cast, 6)

    with pytest.raises(Absent):
        form_circles(
            surge=surge.code,
            chosen=[chosen(people, cast.accounts["amina"].code)],
            by=cast.viewer(who),
            at=NOW,
        )


# The page


@pytest.fixture
def on_the_day() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


def _form(people: list[Person], convenor: str) -> dict[str, Any]:
    codes = [p.code for p in people]
    return {
        "token": "form-circles-1",
        "c0-shown": codes,
        "c0-use": "on",
        "c0-name": "Mill Lane",
        "c0-place": "Community room",
        "c0-language": "en",
        "c0-starts_on": "2026-01-21",
        "c0-starts_time": "18:30",
        "c0-convenor": convenor,
        "c0-people": codes[:6],
    }


@pytest.mark.usefixtures("on_the_day")
def test_the_page_proposes_and_forms(cast: Cast, surge: Surge, signed_in: SignIn) -> None:
    people = arrived(cast, 7)
    client = signed_in("amina")
    path = f"/surges/{surge.code}/circles/"

    shown = client.get(f"{path}?slot=2-18").content.decode()
    answer = client.post(path, _form(people, cast.accounts["bruno"].code))

    assert "7 people have no circle yet." in shown
    assert "QX1 2, English, Wednesday 18:00" in shown
    assert (answer.status_code, answer["Location"]) == (303, path)
    made = Circle.objects.get()
    assert (made.name, made.recurrence, made.starts_time) == (
        "Mill Lane",
        "FREQ=WEEKLY;BYDAY=WE",
        time(18, 30),
    )
    assert CircleInvitation.objects.count() == 6
    assert "/undo/" in client.get(path).content.decode()


@pytest.mark.usefixtures("on_the_day")
@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"c0-people": []}, "6 to 12 people"),
        ({"c0-name": ""}, "Name"),
        ({"c0-starts_on": "someday"}, "First meeting"),
        ({"c0-convenor": "nobody"}, "Convenor"),
        ({"c0-use": ""}, "at least one circle"),
    ],
)
def test_the_page_says_what_is_wrong_and_forms_nothing(
    cast: Cast, surge: Surge, signed_in: SignIn, change: dict[str, Any], words: str
) -> None:
    people = arrived(cast, 7)

    answer = signed_in("amina").post(
        f"/surges/{surge.code}/circles/", _form(people, cast.accounts["bruno"].code) | change
    )

    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert "Community room" in answer.content.decode()
    assert Circle.objects.count() == 0


@pytest.mark.usefixtures("on_the_day")
@pytest.mark.parametrize(
    ("who", "status"),
    [("amina", 200), ("lea", 200), ("stella", 403), ("dede", 403), ("chen", 404), ("uma", 404)],
)
def test_the_page_is_for_members_who_work_with_people(
    cast: Cast, surge: Surge, signed_in: SignIn, who: str, status: int
) -> None:
    assert signed_in(who).get(f"/surges/{surge.code}/circles/").status_code == status


@pytest.mark.usefixtures("on_the_day")
def test_without_arrivals_the_page_says_so(cast: Cast, surge: Surge, signed_in: SignIn) -> None:
    page = signed_in("amina").get(f"/surges/{surge.code}/circles/?slot=nonsense").content.decode()

    assert "Everybody who came has a circle, or said no." in page


@pytest.mark.usefixtures("on_the_day")
@pytest.mark.parametrize("number", [7, 14])
def test_the_page_asks_as_many_questions_whatever_its_size(
    cast: Cast, surge: Surge, signed_in: SignIn, number: int
) -> None:
    arrived(cast, number)
    client = signed_in("amina")
    client.get(f"/surges/{surge.code}/circles/")

    with CaptureQueriesContext(connection) as asked:
        client.get(f"/surges/{surge.code}/circles/")

    assert len(asked) == 28
