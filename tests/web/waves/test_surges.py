from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from strandline.ledger.waves import actions
from strandline.ledger.waves.models import Recount, WaveLine, WeeklyTotal
from strandline.organisation.branches.models import Branch
from strandline.surge.moments.models import Surge
from tests.cast import ROLES, Cast
from tests.ledger.waves.lives import peopled

Sign = Callable[[str], Client]
NOW = datetime.now(UTC)
TODAY = NOW.date()


def wave(cast: Cast, name: str, *, ago: int, days: int | None = 14, branch: Branch | None = None) -> Surge:
    begins = TODAY - timedelta(days=ago)
    return Surge.objects.create(
        name=name,
        branch=branch or cast.harbour,
        declared_at=NOW,
        starts_on=begins,
        ends_on=None if days is None else begins + timedelta(days=days),
    )


def week(
    branch: Branch, on: date, *, organised: int, active: int, kinds: tuple[int, ...] = (0, 0, 0, 0)
) -> None:
    WeeklyTotal.objects.create(
        branch=branch, on=on, organised=organised, active=active, came=0, kinds=list(kinds), released_at=NOW
    )


@pytest.fixture
def told(cast: Cast) -> Cast:
    """Two waves with their lines, as the night leaves them."""
    peopled(cast, 5, people=20)
    wave(cast, "Damp", ago=500)
    wave(cast, "Heating", ago=9, days=None)
    actions.release_weeks(at=NOW)
    actions.draw_up_lines(at=NOW)
    return cast


def test_page_shows_the_strandline_the_ledger_and_why(told: Cast, signed_in: Sign) -> None:
    body = signed_in("amina").get("/surges/").content.decode()

    assert "Strandline: what each wave left" in body
    assert body.count('<svg class="chart chart-') == 2
    assert "Damp: why" in body
    assert "cannot tell yet" in body
    assert "The 180 days after the wave are not over." in body
    assert re.search(r'href="/help/counted/(M6|weekly|verdict|organised)/"', body)
    assert "Declare a surge" not in body


def test_picture_says_crest_shore_and_net(cast: Cast, signed_in: Sign) -> None:
    made = wave(cast, "Damp", ago=400)
    for n in range(58):
        week(cast.harbour, TODAY - timedelta(days=7 * (58 - n)), organised=100 + n, active=50)
    actions.draw_up_lines(at=NOW)
    line = WaveLine.objects.get(surge=made)
    line.figures |= {"came": 412}
    line.released["90"] |= {"after": 171, "net": 33, "before": 138}
    line.save(update_fields=["figures", "released"])

    body = signed_in("lea").get("/surges/").content.decode()

    assert "412 came" in body
    assert "171, up 33" in body
    assert "90 days after Damp there were 171 organised ties, +33 against the day before it began." in body
    assert 'href="/surges/declare/"' in body


def test_ebb_is_told_by_section_and_never_of_a_few(told: Cast, signed_in: Sign) -> None:
    line = WaveLine.objects.get(surge__name="Damp")
    line.figures["ebb"]["sections"] = [
        {"name": "Nurses", "people": 40, "stepped_back": [0.1, 0.05, 0.2], "opposed": [0.03, 0.0, 0.1]},
        {"name": "Dockers", "people": 31, "stepped_back": None, "opposed": None},
    ]
    line.save(update_fields=["figures"])

    body = signed_in("lea").get("/surges/").content.decode()

    rows = re.findall(r"<bdi>(Nurses|Dockers)</bdi></th><td[^>]*>(\d+)</td><td[^>]*>([^<]+)</td>", body)
    assert rows == [("Nurses", "40", "13%"), ("Dockers", "31", "under 5")]


def test_nothing_yet_says_what_to_do(cast: Cast, signed_in: Sign) -> None:
    lead, organiser = (signed_in(name).get("/surges/").content.decode() for name in ("lea", "amina"))

    assert "No wave yet. The signal watches sign-ups, themes and events." in lead
    assert lead.count("Declare a surge") == 2
    assert "Declare a surge" not in organiser


@pytest.mark.parametrize("name", ROLES)
def test_who_has_no_branch_finds_nothing(cast: Cast, signed_in: Sign, name: str) -> None:
    status = signed_in(name).get("/surges/").status_code

    assert status == (404 if name in ("adam", "uma") else 200)


def test_another_branch_shows_nothing_of_it(told: Cast, signed_in: Sign) -> None:
    client = signed_in("chen")

    body = client.get("/surges/").content.decode()

    assert "Damp" not in body
    assert "Heating" not in body
    assert client.get(f"/surges/?branch={told.harbour.code}").status_code == 404


def test_centre_sees_bands_and_no_number_as_it_is(cast: Cast, signed_in: Sign) -> None:
    wave(cast, "Damp", ago=200)
    for n in range(40):
        on = TODAY - timedelta(days=7 * (40 - n))
        week(cast.centre, on, organised=57, active=83)
        week(cast.harbour, on, organised=52, active=77, kinds=(47, 3, 1, 0))
        week(cast.hill, on, organised=7, active=8, kinds=(6, 0, 1, 0))
    actions.draw_up_lines(at=NOW)

    body = signed_in("dede").get("/surges/").content.decode()

    assert "about 50" in body
    assert "under 5" in body
    assert "Damp" in body
    shown = {int(one) for one in re.findall(r">(?:about )?(\d+)<", body)}
    assert not shown & {57, 83, 52, 77, 47, 51, 58, 7, 6}


def test_as_many_questions_for_three_waves_as_for_one(
    cast: Cast, signed_in: Sign, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client = signed_in("lea")
    wave(cast, "One", ago=300)
    actions.draw_up_lines(at=NOW)
    client.get("/surges/")
    with django_assert_num_queries(PAGE) as first:
        client.get("/surges/")
    for n in range(2):
        wave(cast, f"More {n}", ago=200 - 50 * n)
    actions.draw_up_lines(at=NOW)

    with django_assert_num_queries(len(first.captured_queries)):
        client.get("/surges/")


PAGE = 17


def test_line_is_counted_now_by_who_leads(told: Cast, signed_in: Sign) -> None:
    surge = Surge.objects.get(name="Heating")
    WaveLine.objects.all().delete()

    done = signed_in("lea").post(f"/surges/{surge.code}/count/")
    refused = signed_in("amina").post(f"/surges/{surge.code}/count/")
    hidden = signed_in("chen").post(f"/surges/{surge.code}/count/")

    assert (done.status_code, done.headers["Location"]) == (303, "/surges/")
    assert WaveLine.objects.filter(surge=surge).exists()
    assert (refused.status_code, hidden.status_code) == (403, 404)
    assert b"count it again" in refused.content


def test_past_day_is_counted_beside_what_was_released(told: Cast, signed_in: Sign) -> None:
    client = signed_in("bela")
    on = WeeklyTotal.objects.filter(branch=told.harbour).order_by("on")[30].on

    done = client.post("/surges/count/", {"branch": told.harbour.code, "on": on.isoformat()})
    body = client.get("/surges/count/").content.decode()

    assert done.status_code == 303
    assert Recount.objects.count() == 1
    assert "Released as" in body


@pytest.mark.parametrize(
    ("day", "reason"),
    [("", "Say which day."), ((TODAY + timedelta(days=1)).isoformat(), "not over"), ("soon", "")],
)
def test_a_day_that_cannot_be_counted_is_refused(told: Cast, signed_in: Sign, day: str, reason: str) -> None:
    answer = signed_in("bela").post("/surges/count/", {"branch": told.harbour.code, "on": day})

    assert answer.status_code == 422
    assert reason in answer.content.decode()
    assert Recount.objects.count() == 0


def test_past_days_are_for_who_leads_the_branch(told: Cast, signed_in: Sign) -> None:
    found = {name: signed_in(name).get("/surges/count/").status_code for name in ROLES}

    assert {name for name, status in found.items() if status == 200} == {"bela"}
    assert "Count a past day again" in signed_in("bela").get("/surges/").content.decode()
    assert "Count a past day again" not in signed_in("lea").get("/surges/").content.decode()


def test_every_figure_says_how_it_is_counted(told: Cast, signed_in: Sign) -> None:
    client = signed_in("bela")

    led = set(re.findall(r'href="(/help/counted/[^"]+)"', client.get("/surges/").content.decode()))

    assert len(led) > 5
    assert {client.get(path).status_code for path in led} == {200}
    assert client.get("/help/counted/nothing/").status_code == 404
