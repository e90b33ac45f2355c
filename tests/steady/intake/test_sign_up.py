from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from strandline.organisation.audit import actions as audit
from strandline.organisation.audit.models import AuditEntry
from strandline.organisation.audit.queries import break_in_chain
from strandline.organisation.notices.models import Mail
from strandline.steady.followup.models import FollowUp
from strandline.steady.intake import actions
from strandline.steady.intake.models import Confirmation, Submission
from strandline.steady.intake.rules import Outcome, Reason, State, Way
from strandline.steady.people.models import Channel, Consent, Person, Source
from tests.cast import NOW, Cast

from .doors import CONSENT, open_form, send, sheet


def test_sign_up_puts_a_person_on_record_with_all_that_is_owed(cast: Cast) -> None:
    open_form(cast)

    (answer,) = send(sheet(typed={"answer1": "The boiler"}, language="en"))

    person = Person.objects.visible_to(cast.amina).get()
    step = FollowUp.objects.get()
    assert (answer.outcome, answer.state, answer.due_at) == (
        Outcome.KEPT,
        State.KEPT,
        NOW + timedelta(hours=48),
    )
    assert (person.full_name, person.folded, person.languages) == ("Noor Haddad", "noor haddad", ["en"])
    assert list(Channel.objects.values_list("kind", "normal", "is_primary")) == [
        ("email", "noor@example.org", True)
    ]
    assert list(Source.objects.values_list("kind", "label", "branch", "team")) == [
        ("form", "No heating?", cast.harbour.pk, cast.tenants.pk)
    ]
    assert list(Consent.objects.values_list("purpose", "words", "given_at")) == [("contact", CONSENT, NOW)]
    assert (step.kind, step.owner, step.due_at, step.person) == ("first_call", None, answer.due_at, person)
    assert Submission.objects.get().typed == {
        "name": "Noor Haddad",
        "reach": "noor@example.org",
        "consent": "yes",
        "answer1": "The boiler",
    }
    assert not Person.objects.visible_to(cast.chen).exists()


def test_sign_up_is_found_by_name_and_seen_in_the_log(cast: Cast) -> None:
    open_form(cast)

    send(sheet())

    person = Person.objects.get()
    entry = AuditEntry.objects.order_by("-seq").first()
    assert entry is not None
    assert (entry.verb, entry.actor, entry.subjects) == ("signup.kept", "visitor", [person.audit_id])
    assert break_in_chain() is None


def test_sign_up_of_many_answers_each_in_order(cast: Cast) -> None:
    open_form(cast)
    bad = sheet("Noor Haddad", "not a way to reach anyone")
    group = [sheet(f"Person {n}", f"p{n}@example.org") for n in range(5)]

    answers = send(*group[:3], bad, *group[3:], sheet(form="elsewhere"))

    assert [a.outcome for a in answers] == [
        *[Outcome.KEPT] * 3,
        Outcome.REFUSED,
        *[Outcome.KEPT] * 2,
        Outcome.ABSENT,
    ]
    assert [f.field for f in answers[3].faults] == ["reach"]
    names = Submission.objects.order_by("pk").values_list("person__full_name", "typed__name")
    assert list(names) == [(f"Person {n}", f"Person {n}") for n in range(5)]


@pytest.mark.parametrize("count", [1, 30])
def test_sign_up_asks_the_database_as_often_for_many_as_for_one(
    cast: Cast, count: int, django_assert_num_queries: object
) -> None:
    open_form(cast)
    group = [sheet(f"Person {n}", f"p{n}@example.org", typed={"postcode": "N1"}) for n in range(count)]

    with django_assert_num_queries(19):  # type: ignore[operator]  # pytest-django's fixture
        send(*group)


def test_sign_up_with_the_same_token_is_answered_again_and_stored_once(cast: Cast) -> None:
    open_form(cast)
    first = sheet()

    (one,) = send(first)
    (again,) = send(first)
    in_group = send(first, first)

    assert (again.code, again.due_at, again.is_repeat) == (one.code, one.due_at, True)
    assert [a.code for a in in_group] == [one.code, one.code]
    assert Person.objects.count() == Submission.objects.count() == 1


def test_sign_up_twice_within_one_group_is_stored_once(cast: Cast) -> None:
    open_form(cast)

    one, two = send(sheet(), sheet())

    assert one.code == two.code
    assert Person.objects.count() == 1


def test_sign_up_with_the_same_token_and_other_words_is_refused(cast: Cast) -> None:
    open_form(cast)
    send(sheet(token="abcdefgh"))

    (answer,) = send(sheet("Another Name", token="abcdefgh"))

    assert answer.outcome is Outcome.REUSED
    assert Person.objects.count() == 1


def test_sign_up_from_two_tabs_with_the_same_words_is_one_record(cast: Cast) -> None:
    open_form(cast)

    one, two = send(sheet(token="tab-one-1"), sheet(token="tab-two-2"))

    assert one.code == two.code
    assert Person.objects.count() == 1


def test_two_people_with_the_same_words_at_a_table_stay_apart(cast: Cast) -> None:
    form = open_form(cast)
    device = actions.give_device_code(form=form.code, label="", by=cast.amina, at=NOW)

    send(*(sheet(token=f"entry-{n}-abc", way=Way.TABLE, device=device.code) for n in range(2)))

    assert Person.objects.count() == 2


def test_sign_up_of_a_known_address_makes_a_second_person_and_a_likeness_later(cast: Cast) -> None:
    open_form(cast)
    rosa = cast.person(reaches=[("email", "rosa@example.org")])

    (answer,) = send(sheet("R. Lindqvist", "Rosa@example.org"))
    looked = actions.find_likenesses(at=NOW)

    from strandline.steady.intake.models import Likeness

    assert answer.state is State.KEPT
    assert looked == 1
    assert list(Likeness.objects.values_list("person__full_name", "other")) == [("R. Lindqvist", rosa.pk)]
    assert actions.find_likenesses(at=NOW) == 0


def test_sign_up_after_closing_is_kept_aside(cast: Cast) -> None:
    form = open_form(cast)
    actions.close_form(form=form.code, by=cast.amina, at=NOW)

    (answer,) = send(sheet())

    kept = Submission.objects.get()
    assert (answer.state, answer.reason) == (State.QUARANTINED, "closed")
    assert (kept.typed["name"], kept.person, kept.state) == ("Noor Haddad", None, "quarantined")
    assert not Person.objects.exists()


@pytest.mark.parametrize("held", [Reason.NO_PROOF, Reason.TRAP, Reason.CROWD, Reason.ORIGIN])
def test_sign_up_that_the_door_holds_is_kept_aside_and_not_dropped(cast: Cast, held: Reason) -> None:
    open_form(cast)

    (answer,) = send(sheet(held=held))

    assert (answer.outcome, answer.reason) == (Outcome.KEPT, held.value)
    assert Submission.objects.held().count() == 1


def test_sign_up_of_one_address_many_times_is_kept_aside_from_the_fourth(cast: Cast) -> None:
    open_form(cast)

    answers = [send(sheet(f"Name {n}", "victim@example.org"))[0] for n in range(6)]

    assert [a.state for a in answers] == [State.KEPT] * 3 + [State.QUARANTINED] * 3
    assert answers[-1].reason == "repeated"


def test_sign_up_without_consent_keeps_no_answer_and_no_consent(cast: Cast) -> None:
    open_form(cast)

    send(sheet(typed={"consent": "admin", "answer1": "I vote for nobody"}))

    assert not Consent.objects.exists()
    assert "answer1" not in Submission.objects.get().typed
    assert FollowUp.objects.count() == 1


@pytest.mark.parametrize(("year", "state"), [("2011", State.QUARANTINED), ("2010", State.KEPT)])
def test_sign_up_of_someone_too_young_is_kept_aside(cast: Cast, year: str, state: State) -> None:
    open_form(cast, asks_birth_year=True, least_age=16)

    (answer,) = send(sheet(typed={"birth_year": year}))

    assert answer.state is state


def test_sign_up_on_behalf_of_someone_is_kept_aside(cast: Cast) -> None:
    open_form(cast)

    (answer,) = send(sheet(typed={"on_behalf": "yes"}, way=Way.API))

    assert answer.reason == "on_behalf"


def test_sign_up_with_double_opt_in_waits_for_its_confirmation(cast: Cast) -> None:
    open_form(cast, is_double_opt_in=True)

    (answer,) = send(sheet())
    asked = actions.ask_to_confirm(submission=Mail.objects.get().subject)
    assert asked is not None
    assert (answer.state, Consent.objects.count()) == (State.WAITING, 0)
    actions.confirm(confirmation=asked.code, at=NOW)
    actions.confirm(confirmation=asked.code, at=NOW)

    assert Submission.objects.get().state == "confirmed"
    assert Consent.objects.count() == 1


def test_one_address_gets_at_most_one_mail_a_day(cast: Cast) -> None:
    open_form(cast, is_double_opt_in=True)

    for n in range(5):
        send(sheet(f"Name {n}", "victim@example.org"))
    send(sheet("Name 9", "victim@example.org", at=NOW + timedelta(days=1)))

    asked = [actions.ask_to_confirm(submission=mail.subject) for mail in Mail.objects.order_by("pk")]
    first, later = [one.submission.at for one in asked if one is not None]
    assert (first, later) == (NOW, NOW + timedelta(days=1))
    assert Confirmation.objects.count() == 2


def test_a_mail_that_is_sent_again_asks_the_same(cast: Cast) -> None:
    open_form(cast, is_double_opt_in=True)
    (answer,) = send(sheet())

    once, again = (actions.ask_to_confirm(submission=answer.code) for _ in range(2))

    assert once is not None
    assert once == again


def test_whether_an_address_is_known_makes_no_difference_to_what_is_asked_and_written(cast: Cast) -> None:
    """The time of an answer tells nothing: PROMISES P21."""
    open_form(cast, is_double_opt_in=True)
    send(sheet("Noor", "known@example.org"))
    statements = []
    for address in ("known@example.org", "never@example.org"):
        with CaptureQueriesContext(connection) as asked:
            send(sheet("Probe", address))
        statements.append([re.sub(r"'[^']*'|\d+", "?", query["sql"]) for query in asked.captured_queries])

    assert statements[0] == statements[1]


def test_table_entries_of_a_revoked_phone_are_kept_aside(cast: Cast) -> None:
    form = open_form(cast)
    good = actions.give_device_code(form=form.code, label="", by=cast.amina, at=NOW)
    bad = actions.give_device_code(form=form.code, label="", by=cast.amina, at=NOW)
    actions.revoke_device(device=bad.code, by=cast.amina, at=NOW)

    answers = send(
        sheet("A", "a@example.org", way=Way.TABLE, device=good.code),
        sheet("B", "b@example.org", way=Way.TABLE, device=bad.code),
        sheet("C", "c@example.org", way=Way.TABLE),
    )

    assert [(a.state, a.reason) for a in answers] == [
        (State.KEPT, ""),
        (State.QUARANTINED, "device"),
        (State.QUARANTINED, "device"),
    ]


@pytest.mark.parametrize("days", [-3, 3, -20_000])
def test_table_entries_keep_the_phones_time_beside_ours(cast: Cast, days: int) -> None:
    form = open_form(cast)
    device = actions.give_device_code(form=form.code, label="", by=cast.amina, at=NOW)
    theirs = NOW + timedelta(days=days)

    send(sheet(way=Way.TABLE, device=device.code, device_at=theirs))

    row = Submission.objects.get()
    assert (row.at, row.device_at, row.state) == (NOW, theirs, "kept")
    assert Source.objects.get().met_on == (theirs if days == -3 else NOW).date()


def test_table_entries_that_come_the_next_morning_still_count(cast: Cast) -> None:
    form = open_form(cast)
    device = actions.give_device_code(form=form.code, label="", by=cast.amina, at=NOW)
    next_day = NOW + timedelta(days=1)

    (answer,) = send(sheet(way=Way.TABLE, device=device.code, device_at=NOW, at=next_day))
    (late,) = send(
        sheet("Late One", "l@example.org", way=Way.TABLE, device=device.code, device_at=next_day, at=next_day)
    )

    assert (answer.state, late.reason) == (State.KEPT, "device")


@pytest.mark.django_db(transaction=True)
def test_sign_up_is_all_or_nothing(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    open_form(cast)

    def broken(*_: object) -> None:
        raise RuntimeError("the log cannot be written")

    monkeypatch.setattr(audit, "record_lines", broken)
    with pytest.raises(RuntimeError):
        send(sheet())

    assert (Person.objects.count(), Submission.objects.count(), FollowUp.objects.count()) == (0, 0, 0)


def test_what_was_sent_reads_back_as_it_was_typed(cast: Cast) -> None:
    open_form(cast)
    typed = "<script>alert(1)</script> =HYPERLINK(1) ‮"

    send(replace(sheet(), typed={"name": typed, "reach": "+44 20 7946 0958", "consent": "yes"}))

    row = Submission.objects.get()
    assert row.typed["name"] == typed
    assert Channel.objects.get().normal == "+442079460958"
