from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from strandline.organisation.notices.models import Notice
from strandline.steady.followup import actions as followup
from strandline.steady.followup.models import FollowUp, Handoff
from strandline.steady.people.models import Person
from strandline.steady.ties.models import Tie
from tests.cast import Cast
from tests.web.bad_inputs import BAD_DAYS

Sign = Callable[[str], Client]
HTMX = {"HX-Request": "true"}
NOW = datetime.now(UTC)
TODAY = NOW.date()
SOON = (TODAY + timedelta(days=4)).isoformat()


@pytest.fixture
def rosa(cast: Cast) -> Person:
    return cast.person("Rosa Lindqvist", at=NOW - timedelta(days=3))


def step_of(person: Person) -> FollowUp:
    return FollowUp.objects.get(person=person, closed_at=None)


def test_done_closes_the_step_and_can_be_undone(cast: Cast, signed_in: Sign, rosa: Person) -> None:
    client, step = signed_in("amina"), step_of(rosa)

    answer = client.post(f"/steps/{step.code}/done/", {"place": "today", "version": 1}, headers=HTMX)

    step.refresh_from_db()
    body = answer.content.decode()
    assert (answer.status_code, step.closed_at is not None) == (200, True)
    assert "Done: First call for <bdi>Rosa Lindqvist</bdi>." in body
    undo = body.split('action="/undo/')[1].split('"')[0]
    assert client.post(f"/undo/{undo}", headers=HTMX).headers["HX-Trigger"] == "taken-back"
    step.refresh_from_db()
    assert step.closed_at is None


@pytest.mark.parametrize(("htmx", "status"), [(True, 409), (False, 409)])
def test_done_of_a_step_that_was_changed_meanwhile_is_not_done(
    cast: Cast, signed_in: Sign, rosa: Person, htmx: bool, status: int
) -> None:
    step = step_of(rosa)
    followup.move_step(followup=step.code, to=TODAY + timedelta(days=9), by=cast.viewer("bruno", NOW), at=NOW)

    answer = signed_in("amina").post(
        f"/steps/{step.code}/done/", {"version": 1}, headers=HTMX if htmx else {}
    )

    assert (answer.status_code, step_of(rosa).closed_at) == (status, None)
    assert "Someone changed this meanwhile." in answer.content.decode()


def test_done_twice_says_that_it_was_closed(cast: Cast, signed_in: Sign, rosa: Person) -> None:
    client, step = signed_in("amina"), step_of(rosa)
    client.post(f"/steps/{step.code}/done/")

    answer = client.post(f"/steps/{step.code}/done/")

    assert answer.status_code == 422
    assert "This step was closed already." in answer.content.decode()


def test_move_offers_days_and_moves_with_one_button(cast: Cast, signed_in: Sign, rosa: Person) -> None:
    client, step = signed_in("amina"), step_of(rosa)
    part = client.get(f"/steps/{step.code}/move/?place=today", headers=HTMX).content.decode()
    assert (part.strip()[:7], "In 3 weeks" in part) == ("<dialog", True)

    asked = {"to": SOON, "day": "", "version": 1, "place": "today"}
    answer = client.post(f"/steps/{step.code}/move/", asked)

    assert (answer.status_code, answer.headers["Location"]) == (303, "/")
    assert step_of(rosa).due_on.isoformat() == SOON


def test_move_takes_the_day_from_the_field(cast: Cast, signed_in: Sign, rosa: Person) -> None:
    step = step_of(rosa)

    signed_in("amina").post(f"/steps/{step.code}/move/", {"day": SOON, "place": "person"}, headers=HTMX)

    assert step_of(rosa).due_on.isoformat() == SOON


@pytest.mark.parametrize("day", ["", *BAD_DAYS.values(), "2020-01-01"])
def test_move_to_a_day_that_cannot_be_is_refused(cast: Cast, signed_in: Sign, rosa: Person, day: str) -> None:
    step = step_of(rosa)

    answer = signed_in("amina").post(f"/steps/{step.code}/move/", {"day": day}, headers=HTMX)

    assert (answer.status_code, answer.headers["HX-Retarget"]) == (422, f"#move-{step.code}")
    assert step_of(rosa).due_on == step.due_on


@pytest.mark.parametrize("act", ["done", "move"])
@pytest.mark.parametrize(
    ("name", "status"),
    [("chen", 404), ("dede", 404), ("adam", 404), ("uma", 404), ("bruno", 303), ("lea", 303)],
)
def test_steps_are_for_those_who_see_the_person(
    cast: Cast, signed_in: Sign, rosa: Person, act: str, name: str, status: int
) -> None:
    step = step_of(rosa)

    assert signed_in(name).post(f"/steps/{step.code}/{act}/", {"day": SOON}).status_code == status


def test_the_steward_reads_steps_and_changes_none(cast: Cast, signed_in: Sign, rosa: Person) -> None:
    step = step_of(rosa)

    assert signed_in("stella").post(f"/steps/{step.code}/done/").status_code == 422
    assert signed_in("stella").get(f"/steps/{step.code}/move/").status_code == 403
    assert step_of(rosa) == step


def test_set_step_for_someone_who_has_none(cast: Cast, signed_in: Sign, rosa: Person) -> None:
    client = signed_in("amina")
    client.post(f"/steps/{step_of(rosa).code}/done/")
    assert "Set the next step" in client.get(f"/people/{rosa.code}/").content.decode()

    asked = {"kind": "visit", "due_on": SOON, "reason": "See the boiler"}
    answer = client.post(f"/people/{rosa.code}/step/", asked, headers=HTMX)

    assert (answer.status_code, step_of(rosa).reason) == (200, "See the boiler")


@pytest.mark.parametrize(
    "asked",
    [
        {"kind": "visit", "due_on": ""},
        {"kind": "fly", "due_on": SOON},
        {"kind": "visit", "due_on": "2020-01-01"},
        {"kind": "visit", "due_on": SOON, "reason": "a\0b"},
    ],
)
def test_set_step_refuses_with_the_form(
    cast: Cast, signed_in: Sign, rosa: Person, asked: dict[str, str]
) -> None:
    client = signed_in("amina")
    client.post(f"/steps/{step_of(rosa).code}/done/")

    answer = client.post(f"/people/{rosa.code}/step/", asked, headers=HTMX)

    assert (answer.status_code, 'role="alert"' in answer.content.decode()) == (422, True)
    assert FollowUp.objects.filter(person=rosa, closed_at=None).count() == 0


def offer(cast: Cast, person: Person, *, to: str = "bruno", by: str = "amina") -> Handoff:
    viewer = cast.viewer(by, NOW)
    return followup.offer_handoffs(
        people=[person.code], to=cast.accounts[to].code, note="I am away", by=viewer, at=NOW
    )[0]


def test_hand_over_offers_and_the_colleague_is_told(cast: Cast, signed_in: Sign, rosa: Person) -> None:
    client = signed_in("amina")
    page = client.get(f"/handover/?person={rosa.code}").content.decode()
    assert "Hand over one person" in page
    assert "Bruno" in page

    asked = {"person": rosa.code, "to": cast.accounts["bruno"].code, "note": "I am away"}
    answer = client.post("/handover/", asked)

    assert (answer.status_code, answer.headers["Location"]) == (303, f"/people/{rosa.code}/")
    assert Handoff.objects.get().offered_to == cast.accounts["bruno"]
    assert Notice.objects.filter(account=cast.accounts["bruno"], kind="handoff.offered").count() == 1


def test_hand_over_says_how_many_were_left_out(cast: Cast, signed_in: Sign, rosa: Person) -> None:
    client = signed_in("amina")
    his = cast.person("Tomasz Wren", by="bruno", at=NOW - timedelta(days=3))

    client.post(
        "/handover/", {"person": [rosa.code, his.code], "to": cast.accounts["bruno"].code, "note": ""}
    )

    told = client.get("/").content.decode()
    assert "Offered 1 tie to Bruno" in told
    assert "1 person is left out: no tie runs, or Bruno" in told


def test_hand_over_without_a_colleague_is_refused_and_keeps_the_word(
    cast: Cast, signed_in: Sign, rosa: Person
) -> None:
    answer = signed_in("amina").post("/handover/", {"person": rosa.code, "note": "I am away"})

    body = answer.content.decode()
    assert (answer.status_code, Handoff.objects.count()) == (422, 0)
    assert "Choose a colleague." in body
    assert "I am away" in body


def test_hand_over_leaves_out_who_is_out_of_sight(cast: Cast, signed_in: Sign, rosa: Person) -> None:
    body = signed_in("chen").get(f"/handover/?person={rosa.code}").content.decode()

    assert "Nobody is chosen." in body
    assert "Rosa" not in body


def test_accept_takes_over_all_ties_of_the_person_with_the_next_step(
    cast: Cast, signed_in: Sign, rosa: Person
) -> None:
    made = offer(cast, rosa)
    client = signed_in("bruno")
    assert "Offered to you" in client.get("/").content.decode()

    answer = client.post(f"/handoffs/{made.code}/accept/", {"place": "today"}, headers=HTMX)

    assert answer.status_code == 200
    assert Tie.objects.get(person=rosa).owner == cast.accounts["bruno"]
    assert step_of(rosa).owner == cast.accounts["bruno"]


def test_decline_leaves_the_tie_and_tells_who_offered(cast: Cast, signed_in: Sign, rosa: Person) -> None:
    made = offer(cast, rosa)

    signed_in("bruno").post(f"/handoffs/{made.code}/decline/", {"place": "today"})

    assert Tie.objects.get(person=rosa).owner == cast.accounts["amina"]
    body = signed_in("amina").get("/").content.decode()
    assert "Your offer was declined. You still hold the tie with" in body


def test_withdraw_is_for_who_offered(cast: Cast, signed_in: Sign, rosa: Person) -> None:
    made = offer(cast, rosa)

    assert signed_in("bruno").post(f"/handoffs/{made.code}/withdraw/").status_code == 422
    assert signed_in("amina").post(f"/handoffs/{made.code}/withdraw/", {"place": "today"}).status_code == 303
    assert Handoff.objects.get().state == "withdrawn"


@pytest.mark.parametrize("answer", ["accept", "decline", "withdraw"])
def test_handoffs_of_others_are_not_there(cast: Cast, signed_in: Sign, rosa: Person, answer: str) -> None:
    made = offer(cast, rosa)

    assert signed_in("chen").post(f"/handoffs/{made.code}/{answer}/").status_code == 404


def test_notice_is_taken_off_the_list_by_its_owner_alone(cast: Cast, signed_in: Sign, rosa: Person) -> None:
    offer(cast, rosa)
    notice = Notice.objects.get(account=cast.accounts["bruno"])

    signed_in("amina").post(f"/notices/{notice.code}/read/")
    assert Notice.objects.get().read_at is None
    part = signed_in("bruno").post(f"/notices/{notice.code}/read/", headers=HTMX)
    assert part.content.decode().startswith('<div id="today"')
    assert Notice.objects.get().read_at is not None


def test_team_shows_the_lead_load_late_and_whom_nobody_holds(
    cast: Cast, signed_in: Sign, rosa: Person
) -> None:
    FollowUp.objects.filter(person=rosa).update(due_on=TODAY - timedelta(days=3))
    loose = cast.person("Ade Bello", at=NOW)
    Tie.objects.filter(person=loose).update(owner=None)

    body = signed_in("lea").get("/team/").content.decode()

    assert "One step is late." in body
    assert "One tie has nobody." in body
    assert "3 days late" in body
    assert "Amina: 2 open, 1 late, usual pace not known yet a week" in body


@pytest.mark.parametrize("name", ["amina", "stella", "dede", "adam", "uma"])
def test_team_is_absent_for_those_who_lead_none(cast: Cast, signed_in: Sign, name: str) -> None:
    assert signed_in(name).get("/team/").status_code == 403


def test_team_shows_a_lead_no_confidential_person(cast: Cast, signed_in: Sign, rosa: Person) -> None:
    FollowUp.objects.filter(person=rosa).update(due_on=TODAY - timedelta(days=3))
    Person.objects.filter(pk=rosa.pk).update(sensitivity="confidential")

    body = signed_in("lea").get("/team/").content.decode()

    assert "Rosa" not in body
    assert "Nothing is late." in body


@pytest.mark.parametrize("people", [1, 3])
def test_team_asks_the_same_number_of_questions(
    cast: Cast, signed_in: Sign, people: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(people):
        late = cast.person(f"Late {number}", at=NOW)
        FollowUp.objects.filter(person=late).update(due_on=TODAY - timedelta(days=1))
        Tie.objects.filter(person=cast.person(f"Loose {number}", at=NOW)).update(owner=None)
    client = signed_in("lea")
    client.get("/team/")

    with django_assert_num_queries(24):
        client.get("/team/")


def test_call_sheet_has_initials_unless_full_names_are_asked_for(
    cast: Cast, signed_in: Sign, rosa: Person
) -> None:
    FollowUp.objects.filter(person=rosa).update(due_on=TODAY)
    client = signed_in("amina")

    short, full = (client.get(f"/call-sheet/{q}").content.decode() for q in ("", "?names=full"))

    assert ("Rosa Lindqvist" in short, "RL" in short, "Rosa Lindqvist" in full) == (False, True, True)
    assert "return or destroy by" in short


def test_pages_with_people_say_on_paper_by_when_to_destroy_them(
    cast: Cast, signed_in: Sign, rosa: Person
) -> None:
    client, line = signed_in("amina"), "Contains personal data: return or destroy by"

    said = {
        path: line in client.get(path).content.decode()
        for path in ("/people/", f"/people/{rosa.code}/", "/breadth/")
    }

    assert said == {"/people/": True, f"/people/{rosa.code}/": True, "/breadth/": False}


def test_call_sheet_of_an_empty_day_says_so(cast: Cast, signed_in: Sign) -> None:
    assert "nothing to print" in signed_in("amina").get("/call-sheet/").content.decode()


def unread(cast: Cast, name: str) -> int:
    return Notice.objects.filter(account=cast.accounts[name], kind="handoff.offered", read_at=None).count()


def test_today_says_once_that_ties_were_offered(cast: Cast, signed_in: Sign, rosa: Person) -> None:
    offer(cast, rosa)

    body = signed_in("bruno").get("/").content.decode()

    assert unread(cast, "bruno") == 1
    assert ("Offered to you" in body, 'aria-label="Notices"' in body) == (True, False)


@pytest.mark.parametrize(
    ("answer", "who"), [("accept", "bruno"), ("decline", "bruno"), ("withdraw", "amina")]
)
def test_the_notice_of_offers_is_read_when_the_last_one_is_answered(
    cast: Cast, signed_in: Sign, rosa: Person, answer: str, who: str
) -> None:
    tomasz = cast.person("Tomasz Wren", at=NOW - timedelta(days=3))
    offers = [offer(cast, rosa), offer(cast, tomasz)]
    client, left = signed_in(who), []

    for made in offers:
        client.post(f"/handoffs/{made.code}/{answer}/")
        left.append(unread(cast, "bruno"))

    assert left == [2, 0]


def test_an_answer_leaves_the_notices_of_others(cast: Cast, signed_in: Sign, rosa: Person) -> None:
    tomasz = cast.person("Tomasz Wren", at=NOW - timedelta(days=3))
    made = offer(cast, rosa)
    offer(cast, tomasz, to="lea")

    signed_in("bruno").post(f"/handoffs/{made.code}/accept/")

    assert (unread(cast, "bruno"), unread(cast, "lea")) == (0, 1)
