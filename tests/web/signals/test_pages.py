"""The pages of signals, as each of the cast sees them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from strandline.organisation.accounts.rules import Viewer
from strandline.organisation.branches.models import Membership
from strandline.organisation.notices.models import Notice
from strandline.surge.moments import actions as moments
from strandline.surge.moments.models import Surge, SurgePost
from strandline.surge.signals import actions
from strandline.surge.signals.models import Alert, SeriesCount, WatchedSeries
from tests.cast import NOW, Cast
from tests.surge.signals.test_watching import night, old_form
from tests.surge.signals.watched import QUIET, RISE, TODAY, outside, push, signups

Sign = Callable[[str], Client]
YESTERDAY = TODAY - timedelta(days=1)
HERE = "/surges/signals/"
WITH_PEOPLE = ("amina", "bruno", "lea", "bela", "stella")


@pytest.fixture(autouse=True)
def at_ten() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def in_alarm(cast: Cast, name: str = "Calls to the helpline") -> Alert:
    row = outside(cast, QUIET, until=YESTERDAY - timedelta(days=2), name=name)
    push(cast, row, [15, 40], until=YESTERDAY)
    return Alert.objects.get(series=row)


@pytest.mark.parametrize("name", [*WITH_PEOPLE, "chen"])
def test_list_shows_the_series_of_ones_own_branch_alone(cast: Cast, signed_in: Sign, name: str) -> None:
    in_alarm(cast)

    answer = signed_in(name).get(HERE)

    body = answer.content.decode()
    assert answer.status_code == 200
    assert ("Calls to the helpline" in body, "Alarm" in body, "waits for an answer" in body) == (
        (name != "chen",) * 3
    )


@pytest.mark.parametrize("name", ["adam", "uma"])
def test_signals_are_not_there_for_who_neither_works_with_people_nor_sees_sums(
    cast: Cast, signed_in: Sign, name: str
) -> None:
    assert signed_in(name).get(HERE).status_code == 404


@pytest.mark.parametrize("name", ["chen", "dede", "adam", "uma"])
def test_series_and_alert_of_another_branch_are_as_absent_as_none(
    cast: Cast, signed_in: Sign, name: str
) -> None:
    alert = in_alarm(cast)
    client = signed_in(name)
    pairs = [
        (f"{HERE}{alert.series.code}/", f"{HERE}0000bbbb0000/"),
        (f"/surges/alerts/{alert.code}/", "/surges/alerts/0000bbbb0000/"),
    ]

    found = [(client.get(there).status_code, client.get(absent).status_code) for there, absent in pairs]
    posts = [
        client.post(f"/surges/alerts/{alert.code}/{verb}/", {"reason": "no", "name": "x"}).status_code
        for verb in ("seen", "dismiss", "surge", "attach")
    ]
    posts += [client.post(f"{HERE}{alert.series.code}/{verb}/").status_code for verb in ("counts", "end")]

    assert found == [(404, 404), (404, 404)]
    assert posts == [404] * 6


def test_centre_sees_last_week_in_bands_and_no_count(cast: Cast, signed_in: Sign) -> None:
    form = old_form(cast)
    signups(form, [3] * 70 + [17, 23, 19], until=date(2026, 1, 9))
    for on in range(5, 12):
        night(date(2026, 1, on))

    body = signed_in("dede").get(HERE).content.decode()

    assert "Sign-ups in the week from Mon 5 Jan" in body
    assert body.count("about 70") == 2  # 3 * 2 + 17 + 23 + 19 = 65 in Harbourside, and all together
    assert ("Alarm" in body, ">65<" in body, "No heating?" in body) == (True, False, False)
    assert body.count("under 5") == 2 + 1  # Hillside, the centre's own, and the words that tell of bands


def test_released_week_does_not_change_with_what_comes_late(cast: Cast, signed_in: Sign) -> None:
    form = old_form(cast)
    signups(form, [3] * 70, until=date(2026, 1, 11))
    for on in range(5, 12):
        night(date(2026, 1, on))
    client = signed_in("dede")
    before = client.get(HERE).content.decode()
    signups(form, [40], until=date(2026, 1, 11))
    night(YESTERDAY)

    after = client.get(HERE).content.decode()

    rows = [body.split("<tbody>")[1].split("</tbody>")[0] for body in (before, after)]
    assert rows[0] == rows[1]


@pytest.mark.parametrize("number", [1, 3])
def test_list_asks_the_same_number_of_questions(
    cast: Cast, signed_in: Sign, number: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for n in range(number):
        in_alarm(cast, f"Series {n}")
        old_form(cast, f"form-{n}")
    night(YESTERDAY)
    client = signed_in("lea")
    client.get(HERE)

    with django_assert_num_queries(13):
        client.get(HERE)


@pytest.mark.parametrize("number", [1, 3])
def test_page_of_a_series_asks_the_same_number_of_questions(
    cast: Cast, signed_in: Sign, number: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    row = outside(cast, QUIET, until=YESTERDAY - timedelta(days=50 * number))
    for n in range(number, 0, -1):
        push(cast, row, [15, 40, *QUIET[:48]], until=YESTERDAY - timedelta(days=50 * (n - 1)))
    client = signed_in("lea")
    client.get(f"{HERE}{row.code}/")

    with django_assert_num_queries(12):
        client.get(f"{HERE}{row.code}/")


def test_page_shows_the_alert_why_and_where_one_can_go_on(cast: Cast, signed_in: Sign) -> None:
    alert = in_alarm(cast)

    body = signed_in("lea").get(f"{HERE}{alert.series.code}/").content.decode()

    assert alert.why in body
    assert f'href="/surges/alerts/{alert.code}/"' in body
    assert 'href="/help/counted/#signals"' in body
    assert "Show as a table" in body
    assert "No false alarm this year." in body


def test_past_day_is_shown_as_it_would_have_been_said(cast: Cast, signed_in: Sign) -> None:
    alert = in_alarm(cast)
    client = signed_in("amina")
    before = YESTERDAY - timedelta(days=2)

    body = client.get(f"{HERE}{alert.series.code}/?day={before}").content.decode()
    page = body.split('id="alerts"')[0]

    assert "Usual" in page.split('id="replay"')[0]
    assert "As it would have been said at the end of Tue 13 Jan" in page
    assert "No rise in the time that is shown." in page
    assert "40" not in page.split("<svg")[1].split("</svg>")[0]


@pytest.mark.parametrize(
    ("day", "says"),
    [
        ("2026-01-16", "This day is not over yet."),
        ("2031-01-01", "This day is not over yet."),
        ("never", "never is not a date"),
        ("1999-01-01", "Nothing had been counted by then."),
    ],
)
def test_day_that_cannot_be_shown_is_answered_in_words(
    cast: Cast, signed_in: Sign, day: str, says: str
) -> None:
    night(YESTERDAY)
    old_form(cast)
    night(YESTERDAY)
    row = WatchedSeries.objects.filter(form__isnull=False).get()

    answer = signed_in("lea").get(f"{HERE}{row.code}/?day={day}")

    assert (answer.status_code, says in answer.content.decode()) == (200, True)


def test_hours_are_shown_inside_an_alarm_of_the_record(cast: Cast, signed_in: Sign) -> None:
    form = old_form(cast)
    signups(form, [*QUIET, *RISE], until=YESTERDAY)
    for back in (3, 2, 1):
        night(TODAY - timedelta(days=back))
    row = WatchedSeries.objects.get(form=form)

    body = signed_in("lea").get(f"{HERE}{row.code}/").content.decode()

    inside = body.split("Inside Thu 15 Jan")[1]
    assert "12:00" in inside
    assert '<td class="number">40</td>' in inside


@pytest.mark.parametrize(
    ("name", "may"), [("lea", True), ("bela", True), ("stella", True), ("amina", False), ("dede", False)]
)
def test_series_is_added_by_leads_and_stewards(cast: Cast, signed_in: Sign, name: str, may: bool) -> None:
    client = signed_in(name)
    home = f"team:{cast.tenants.code}" if name == "lea" else f"branch:{cast.harbour.code}"

    got = client.get(f"{HERE}add/").status_code
    answer = client.post(
        f"{HERE}add/", {"name": "Letters", "step": "day", "home": home, "token": "a1b2c3d4e5"}
    )
    client.post(f"{HERE}add/", {"name": "Letters", "step": "day", "home": home, "token": "a1b2c3d4e5"})

    assert (got, answer.status_code) == ((200, 303) if may else (404, 404))
    assert WatchedSeries.objects.filter(name="Letters").count() == int(may)


def test_series_cannot_be_put_into_the_branch_of_others(cast: Cast, signed_in: Sign) -> None:
    answer = signed_in("lea").post(
        f"{HERE}add/", {"name": "Letters", "step": "day", "home": f"branch:{cast.hill.code}"}
    )

    assert answer.status_code == 422
    assert "Choose one of these teams and branches." in answer.content.decode()
    assert WatchedSeries.objects.count() == 0


def test_file_of_counts_is_taken_in_whole(cast: Cast, signed_in: Sign) -> None:
    row = outside(cast, [], until=YESTERDAY)
    lines = [f"{YESTERDAY - timedelta(days=n)};{n}" for n in range(20)]
    file = SimpleUploadedFile("counts.csv", ("\ufeffDay;Count\n" + "\n".join(lines)).encode())

    answer = signed_in("lea").post(f"{HERE}{row.code}/counts/", {"file": file, "order": ""})

    assert (answer.status_code, answer["Location"]) == (303, f"{HERE}{row.code}/")
    assert SeriesCount.objects.filter(series=row).count() == 20


def test_file_with_one_bad_line_is_refused_whole_with_line_and_reason(cast: Cast, signed_in: Sign) -> None:
    row = outside(cast, [], until=YESTERDAY)
    file = SimpleUploadedFile(
        "counts.csv", b"day,count\n2026-01-10,3\n2026-01-11,-4\n2026-01-12,5\n2026-01-12,6\n"
    )

    answer = signed_in("lea").post(f"{HERE}{row.code}/counts/", {"file": file, "order": ""})

    body = answer.content.decode()
    assert answer.status_code == 422
    assert "Line 3: the count -4 is negative." in body
    assert "Line 5: 2026-01-12 is there twice; the first time in line 4." in body
    assert SeriesCount.objects.count() == 0


def test_alert_is_acknowledged_once_and_the_rest_see_who(cast: Cast, signed_in: Sign) -> None:
    alert = in_alarm(cast)
    url = f"/surges/alerts/{alert.code}/seen/"
    client = signed_in("amina")

    first, again = (client.post(url, {"token": token}) for token in ("t0k3nt0k3n", "an0th3r0n3"))

    alert.refresh_from_db()
    assert (first.status_code, again.status_code, alert.answer) == (303, 422, "acknowledged")
    assert "This alert was answered already." in again.content.decode()
    page = signed_in("lea").get(f"{HERE}{alert.series.code}/").content.decode()
    assert "Seen by Amina on Fri 16 Jan" in page


def test_alert_is_dismissed_by_a_lead_with_a_reason_and_counts_as_false(cast: Cast, signed_in: Sign) -> None:
    alert = in_alarm(cast)
    url = f"/surges/alerts/{alert.code}/dismiss/"

    refused = [
        signed_in("amina").post(url, {"reason": "We wrote to everybody."}).status_code,
        signed_in("lea").post(url, {"reason": " "}).status_code,
    ]
    done = signed_in("lea").post(url, {"reason": "We wrote to everybody."})

    body = signed_in("bela").get(f"{HERE}{alert.series.code}/").content.decode()
    assert (refused, done.status_code) == ([422, 422], 303)
    assert "1 false alarm this year." in body
    assert "Dismissed by Lea on Fri 16 Jan: We wrote to everybody." in body


def test_dismissal_can_be_taken_back(cast: Cast, signed_in: Sign) -> None:
    alert = in_alarm(cast)
    client = signed_in("lea")
    client.post(f"/surges/alerts/{alert.code}/dismiss/", {"reason": "A mistake"})
    toast = client.get(HERE).content.decode()

    undo = toast.split('action="/undo/')[1].split('"')[0]
    client.post(f"/undo/{undo}")

    alert.refresh_from_db()
    assert (alert.answer, alert.answers.count()) == ("open", 0)


def test_alert_is_attached_to_the_surge_that_runs_already(cast: Cast, signed_in: Sign) -> None:
    alert = in_alarm(cast)
    bela = cast.viewer("bela", NOW)
    made = moments.open_surge(
        name="Damp walls", branch=cast.harbour.code, lead=bela.code, starts_on=TODAY, by=bela, at=NOW
    )
    client, url = signed_in("lea"), f"/surges/alerts/{alert.code}/attach/"

    offered = client.get(f"/surges/alerts/{alert.code}/").content.decode()
    answers = [
        client.post(url, {"surge": made.code, "token": "t0k3nt0k3n"}).status_code,
        client.post(url, {"surge": "0000bbbb0000", "token": "an0th3r0n3"}).status_code,
    ]

    alert.refresh_from_db()
    assert "It belongs to this surge" in offered
    assert (answers, alert.answer, alert.surge_id) == ([303, 422], "surge", made.pk)


def test_surge_is_declared_from_an_alert_once(cast: Cast, signed_in: Sign) -> None:
    alert = in_alarm(cast)
    client = signed_in("lea")
    asked = {
        "name": "Heating 2026",
        "lead": cast.lea.code,
        "deputy": "",
        "promise_hours": "48",
        "token": "t0k3nt0k3n",
    }
    answers = [client.post(f"/surges/alerts/{alert.code}/surge/", asked) for _ in range(2)]

    made = Surge.objects.get()
    alert.refresh_from_db()
    assert [(a.status_code, a["Location"]) for a in answers] == [(303, f"/surges/{made.code}/")] * 2
    assert (alert.answer, alert.surge_id, made.starts_on) == ("surge", made.pk, alert.began_on)
    assert (made.branch_id, SurgePost.objects.get().account_id) == (cast.harbour.pk, cast.lea.account_id)
    late = client.post(f"/surges/alerts/{alert.code}/surge/", asked | {"token": "an0th3r0n3"})
    assert late.status_code == 422
    assert Surge.objects.count() == 1


def test_notice_on_today_points_at_the_alert_and_names_nobody(cast: Cast, signed_in: Sign) -> None:
    alert = in_alarm(cast)

    body = signed_in("lea").get("/").content.decode()

    assert "A surge may have begun: decide." in body
    assert f'href="/surges/alerts/{alert.code}/"' in body
    assert Notice.objects.filter(account=cast.accounts["amina"]).count() == 0


def test_series_that_is_no_longer_watched_takes_no_counts(cast: Cast, signed_in: Sign) -> None:
    row = outside(cast, QUIET, until=YESTERDAY)
    client = signed_in("lea")

    ended = client.post(f"{HERE}{row.code}/end/").status_code
    file = SimpleUploadedFile("c.csv", f"{YESTERDAY},1".encode())
    answer = client.post(f"{HERE}{row.code}/counts/", {"file": file})

    assert (ended, answer.status_code) == (303, 422)
    assert "This series is no longer watched." in answer.content.decode()
    assert row.name not in client.get(HERE).content.decode()


def test_empty_list_says_what_will_be_watched(cast: Cast, signed_in: Sign) -> None:
    body = signed_in("amina").get(HERE).content.decode()

    assert "Nothing is watched yet." in body
    assert f'href="{HERE}add/"' not in body


def test_second_alarm_of_another_branch_is_not_told_here(cast: Cast, signed_in: Sign) -> None:
    row = actions.add_series(
        new=actions.NewSeries("Hill letters", branch=cast.hill.code),
        by=_lead_of_hill(cast),
        at=NOW,
    )

    body = signed_in("bela").get(HERE).content.decode()

    assert row.name not in body


def _lead_of_hill(cast: Cast) -> Viewer:
    Membership.objects.create(
        account=cast.accounts["uma"], role="branch_lead", branch=cast.hill, since_at=NOW - timedelta(days=1)
    )
    return cast.viewer("uma")
