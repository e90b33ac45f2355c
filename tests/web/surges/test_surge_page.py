"""The page of a surge, as each of the cast sees it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoAssertNumQueries

from strandline.ledger.waves.actions import release_surge_weeks
from strandline.organisation.accounts.rules import Role
from strandline.organisation.branches.models import Membership
from strandline.steady.followup.models import FollowUp
from strandline.steady.followup.rules import StepKind
from strandline.surge.moments.actions import close_surge
from strandline.surge.moments.models import Surge
from strandline.surge.signals.models import Alert
from tests.cast import NOW, Cast
from tests.steady.intake.doors import open_form
from tests.surge.moments.waves import START, declared
from tests.surge.signals.watched import outside
from tests.surge.tide import Habits, Tide

Sign = Callable[[str], Client]
HTMX = {"HX-Request": "true"}
DAYS = timedelta(days=1)


@pytest.fixture(autouse=True)
def at_ten() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def flooded(cast: Cast, daily: list[int] | None = None, **habits: float) -> Surge:
    """Declare the surge and let people come to it."""
    form = open_form(cast)
    callers = [cast.accounts[name].pk for name in ("amina", "bruno", "lea")]
    tide = Tide(cast.harbour, cast.tenants, form, callers, NOW, Habits(**habits))  # type: ignore[arg-type]
    tide.bring(daily or [8, 25, 60, 52, 40, 31, 24, 18, 12, 6], START)
    return declared(cast, forms=[form.code])


def body_of(client: Client, surge: Surge, query: str = "") -> str:
    answer = client.get(f"/surges/{surge.code}/{query}")
    assert answer.status_code == 200
    return str(answer.content.decode())


@pytest.mark.parametrize("name", ["amina", "bruno", "lea", "bela", "stella"])
def test_members_see_the_four_figures_the_pictures_and_the_sentences(
    cast: Cast, signed_in: Sign, name: str
) -> None:
    surge = flooded(cast)

    body = body_of(signed_in(name), surge)

    for words in (
        "Day 10, falling since",
        "Lead: Lea, deputy: Amina.",
        "people came",
        "for a first call",
        "called within 48 h",
        "came to a circle or task",
        "Sign-ups a day fell to 12 from 60",
        "First call made",
        "Still here: too early to say",
        "Promise kept",
        "Who calls",
        "Figures to 10:00. New ones in a minute.",
        "Counted over the people you may see.",
    ):
        assert words in body, words
    assert body.count('role="img"') >= 9
    assert body.count("Show as a table") >= 3


def test_only_leads_change_it_and_only_who_may_call_is_sent_to_the_calls(cast: Cast, signed_in: Sign) -> None:
    surge = flooded(cast)

    seen = {name: body_of(signed_in(name), surge) for name in ("lea", "amina", "bruno", "bela", "stella")}

    changing = [name for name, body in seen.items() if f"/surges/{surge.code}/edit/" in body]
    calling = [name for name, body in seen.items() if 'href="/calls/">Take next call' in body]
    assert changing == ["lea", "amina", "bela"]
    assert calling == ["lea", "amina", "bruno", "bela"]


@pytest.mark.parametrize("name", ["chen", "adam", "uma"])
def test_surge_of_another_branch_is_not_there(cast: Cast, signed_in: Sign, name: str) -> None:
    surge = flooded(cast, [3])
    client = signed_in(name)

    hidden, nothing = client.get(f"/surges/{surge.code}/"), client.get("/surges/nothing-here/")

    assert (hidden.status_code, nothing.status_code) == (404, 404)
    assert hidden.content == nothing.content
    assert client.get(f"/surges/{surge.code}/edit/").status_code == 404


def test_centre_sees_bands_as_of_last_sunday_and_no_name(cast: Cast, signed_in: Sign) -> None:
    surge = flooded(cast)
    release_surge_weeks(at=NOW)
    told = body_of(signed_in("dede"), surge)
    cast.person("Late", at=NOW - 6 * DAYS)

    body = body_of(signed_in("dede"), surge)

    assert re.findall("<td.*", body) == re.findall("<td.*", told)
    assert "Until Sunday 11 January about" in body
    assert "about 1" in body
    assert "nobody&#x27;s name" in body or "nobody's name" in body
    for hidden in ("Arrival", "Lea", "Amina", "/edit/", "Take next call", "Who calls"):
        assert hidden not in body, hidden


def test_centre_is_told_nothing_of_a_week_that_is_not_over(cast: Cast, signed_in: Sign) -> None:
    surge = declared(cast, starts_on=NOW.date() - 2 * DAYS)

    body = body_of(signed_in("dede"), surge)

    assert "The first week is not over." in body


def test_caller_sees_the_queue_and_the_curve_in_bands(cast: Cast, signed_in: Sign) -> None:
    Membership.objects.filter(account=cast.accounts["bruno"]).update(role=Role.CALLER.value)
    surge = flooded(cast)

    body = body_of(signed_in("bruno"), surge)

    assert "Take next call" in body
    assert "Sign-ups a day" in body
    assert "Told in bands, without names." in body
    assert re.search(r"Day \d+\. About \d+ wait for a first call\.", body)
    assert "about 60" in body
    for hidden in ("people came", "Who calls", "Lea", "/edit/", ": 60<"):
        assert hidden not in body, hidden


def test_part_that_is_polled_is_the_figures_alone(cast: Cast, signed_in: Sign) -> None:
    surge = flooded(cast)
    client = signed_in("lea")

    part = client.get(f"/surges/{surge.code}/?part=now", headers=HTMX).content.decode()
    pictures = client.get(f"/surges/{surge.code}/?part=pictures", headers=HTMX).content.decode()
    page = body_of(client, surge, "?part=now")

    assert part.startswith('<div class="stack" id="surge-now"')
    assert 'hx-trigger="every 60s"' in part
    assert "people came" in part
    assert "<html" not in part
    assert pictures.startswith('<div class="stack" id="surge-pictures"')
    assert "Sign-ups a day" in pictures
    assert "<html" in page


def test_before_the_first_sign_up_the_ways_to_come_stand_there(cast: Cast, signed_in: Sign) -> None:
    form = open_form(cast)
    surge = declared(cast, forms=[form.code])

    body = body_of(signed_in("lea"), surge)

    assert "Nobody has come yet" in body
    assert "http://testserver/j/heating/" in body
    assert f"/forms/{form.code}/poster/" in body
    assert "/table/heating/sheet/" in body
    assert "<svg" in body.split("Square code")[1]


def test_before_the_first_sign_up_without_a_form_one_is_offered(cast: Cast, signed_in: Sign) -> None:
    surge = declared(cast)

    body = body_of(signed_in("lea"), surge)

    assert "No form belongs to this surge yet." in body
    assert f"/surges/{surge.code}/edit/#attach" in body


def test_warning_names_who_is_missed_and_what_would_help(cast: Cast, signed_in: Sign) -> None:
    surge = flooded(cast, [0] * 7 + [40, 60, 60], delay_hours=60)

    body = body_of(signed_in("lea"), surge)

    assert "At this pace" in body
    assert "would keep the promise" in body
    assert f"/what-if/?surge={surge.code}" in body
    assert "/help/counted/pace/" in body


def test_no_warning_where_everybody_is_called_in_time(cast: Cast, signed_in: Sign) -> None:
    surge = flooded(cast, [4] * 10, delay_hours=1)

    assert "strip-due warned" not in body_of(signed_in("lea"), surge)


def test_signal_stands_in_the_curve_with_its_lead_and_its_false_alarms(cast: Cast, signed_in: Sign) -> None:
    surge = flooded(cast)
    series = outside(cast, [3] * 60, until=NOW.date() - DAYS)
    Alert.objects.create(
        series=series, tier="alarm", began_on=START, last_on=START, count=25, expected=3.0, why="More than usual.",
        raised_at=NOW.replace(day=7, hour=14), surge=surge,
    )  # fmt: skip

    body = body_of(signed_in("lea"), surge)

    assert "Signal</text>" in body
    assert "46 h before</text>" in body
    assert "No false alarm of this signal so far this year." in body


def test_first_two_days_are_drawn_by_the_hour(cast: Cast, signed_in: Sign) -> None:
    form = open_form(cast)
    Tide(cast.harbour, cast.tenants, form, [cast.accounts["lea"].pk], NOW).bring([300], NOW.date())
    surge = declared(cast, starts_on=NOW.date())

    assert "Sign-ups an hour" in body_of(signed_in("lea"), surge)


def test_closed_surge_takes_nobody_in_and_polls_no_more(cast: Cast, signed_in: Sign) -> None:
    surge = flooded(cast)
    close_surge(surge=surge.code, by=cast.lea, at=NOW)

    body = body_of(signed_in("lea"), surge)

    assert "Closed on Friday 16 January." in body
    assert "in 10 days" in body
    assert 'hx-trigger="every 60s"' not in body
    assert "Take next call" not in body
    # Nobody waits for a call any more: who had none never got one, and it says so.
    assert "wait for a first call" not in body
    assert "never called" in body
    assert "the surge is closed" in body


def test_long_past_surge_says_how_many_stayed_beside_ordinary_times(cast: Cast, signed_in: Sign) -> None:
    form = open_form(cast)
    tide = Tide(cast.harbour, cast.tenants, form, [cast.accounts["lea"].pk], NOW)
    first = date(2025, 5, 1)
    tide.bring([1] * 170, first - 170 * DAYS)
    tide.bring([15] * 8, first)
    surge = declared(cast, starts_on=first)
    close_surge(surge=surge.code, by=cast.lea, at=NOW, ends_on=first + 7 * DAYS)

    body = body_of(signed_in("lea"), surge)

    assert "Still here: " in body
    assert "after 180 days" in body
    assert "ordinary times" in body
    assert "before the wave it was" in body
    assert "of the first 180 days" in body
    # Nobody can have gone quiet within the window of 45 days: to compare day 30 would say nothing.
    assert "Lift, 30 days" not in body
    assert "Lift, 90 days" in body


@pytest.mark.parametrize("number", [1, 3])
def test_page_asks_the_same_number_of_questions(
    cast: Cast, signed_in: Sign, number: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    surge = flooded(cast, [0] * 7 + [20 * number, 20 * number, 5])
    client = signed_in("lea")
    client.get(f"/surges/{surge.code}/")

    with django_assert_num_queries(38):
        client.get(f"/surges/{surge.code}/")


def test_rail_and_today_say_that_a_surge_is_live(cast: Cast, signed_in: Sign) -> None:
    surge = declared(cast)

    seen = {
        name: signed_in(name).get("/", follow=True).content.decode()
        for name in ("lea", "amina", "chen", "dede")
    }

    assert [name for name, body in seen.items() if "1 live" in body] == ["lea", "amina", "dede"]
    assert [name for name, body in seen.items() if "live-strip" in body] == ["lea", "amina"]
    assert f'href="/surges/{surge.code}/">Open the surge' in seen["amina"]
    close_surge(surge=surge.code, by=cast.lea, at=NOW)
    assert "1 live" not in signed_in("lea").get("/").content.decode()


def strip_of(client: Client) -> str:
    found = re.search(r'live-strip.*?<p class="strip-text">(.*?)</p>', client.get("/").content.decode(), re.S)
    assert found
    return re.sub(r"<[^>]+>", "", found[1])


def test_strip_says_who_waits_for_whom(cast: Cast, signed_in: Sign) -> None:
    declared(cast)
    people = [cast.person(name, by="amina", at=NOW - DAYS) for name in ("Rosa", "Tomasz", "Hannah", "Noor")]
    hours = (9, 20, None, None)  # of the promise that are left; nobody owes the others yet
    for person, left in zip(people, hours, strict=True):
        due = NOW + timedelta(hours=left or 1)
        FollowUp.objects.filter(person=person, closed_at=None).delete()
        FollowUp.objects.create(
            person=person,
            owner=cast.accounts["amina"] if left else None,
            kind=StepKind.FIRST_CALL.value,
            due_on=due.date(),
            due_at=due,
            set_at=NOW,
        )

    assert strip_of(signed_in("amina")).endswith(
        "2 people wait for your first call. The first of yours runs out in 9 h. 2 people wait for an owner."
    )
    assert re.fullmatch(r"\S.*, day \d+\. 2 people wait for an owner\.", strip_of(signed_in("lea")))
    FollowUp.objects.filter(person=people[0]).update(due_at=NOW - timedelta(hours=1))
    FollowUp.objects.filter(person__in=people[2:]).delete()
    assert strip_of(signed_in("amina")).endswith(
        "2 people wait for your first call. 1 is past the promised time."
    )
    assert strip_of(signed_in("bruno")).endswith("Nobody waits for a first call from you.")


@pytest.mark.parametrize("number", [1, 3])
def test_strip_asks_two_questions_however_many_wait(
    cast: Cast, signed_in: Sign, number: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client = signed_in("amina")
    client.get("/")
    with CaptureQueriesContext(connection) as without:
        client.get("/")
    flooded(cast, [5 * number, 5 * number])
    client.get("/")

    with CaptureQueriesContext(connection) as with_strip:
        strip_of(client)

    first_calls = [q for q in with_strip if "first_call" in q["sql"]]
    assert (len(first_calls), sum("first_call" in q["sql"] for q in without)) == (2, 0)


def test_bars_and_figure_say_by_what_they_share(cast: Cast, signed_in: Sign) -> None:
    surge = flooded(cast, delay_hours=30)

    body = body_of(signed_in("lea"), surge)

    assert re.search(r"\d+ in time, of \d+ who were called or whose time is up; \d+ still wait", body)
    assert "Who still waits is counted for as long as they have waited." in body
    assert "forms sent in" in body
