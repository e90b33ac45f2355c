from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from strandline.demo import actions
from strandline.ledger.waves import queries as waves
from strandline.organisation.accounts.models import Account
from strandline.organisation.audit.models import AuditEntry
from strandline.organisation.branches.queries import viewer_for
from strandline.steady.circles.models import Attendance, Circle, CircleMembership, CircleSession
from strandline.steady.constituencies.models import ConstituencyMembership
from strandline.steady.followup.models import FollowUp
from strandline.steady.intake.models import Form, Submission
from strandline.steady.people.models import Person
from strandline.steady.ties.models import Ownership, Tie, TieStatus, Touch
from strandline.surge.moments import queries as moments
from strandline.surge.moments.models import Surge
from tests.acceptance.worlds import isolated

ON = date(2026, 1, 16)
MORNING = datetime(2026, 1, 16, tzinfo=UTC)


@pytest.fixture
def made(db: None) -> Any:
    return actions.make(seed="tide", on=ON, size=400)


def came(surge: Surge) -> Any:
    return Submission.objects.filter(form__in=surge.forms.values("form"))


@pytest.mark.usefixtures("made")
def test_demo_has_three_past_surges_and_a_live_one() -> None:
    lea = viewer_for(Account.objects.get(email="lea@estuary.example"), at=MORNING)

    found = moments.surges(viewer=lea)

    assert [(s.name, s.closed_at is None) for s in found] == [
        ("Heating cut-offs", True),
        ("Stairwell lights", False),
        ("Rent letter", False),
        ("Damp", False),
    ]
    assert moments.live_surges(viewer=lea, on=ON) == [found[0]]
    assert (ON - found[0].starts_on).days == 10
    assert all(came(surge).count() >= 5 for surge in found)
    assert Form.objects.get(slug="harbour").is_open(MORNING)


@pytest.mark.usefixtures("made")
def test_who_came_in_a_wave_came_in_its_window() -> None:
    for surge in Surge.objects.all():
        days = came(surge).values_list("at__date", flat=True)
        assert surge.starts_on <= min(days)
        assert max(days) <= (surge.ends_on or ON - timedelta(days=1))


@pytest.mark.usefixtures("made")
def test_in_the_live_surge_people_wait_for_a_first_call() -> None:
    live = Surge.objects.get(closed_at=None)
    waiting = FollowUp.objects.filter(
        person__in=came(live).values("person"), kind="first_call", closed_at=None
    )

    assert waiting.count() >= 3
    assert waiting.filter(due_at__gte=MORNING).exists()
    assert not Touch.objects.filter(person__in=waiting.values("person")).exists()
    over = Surge.objects.exclude(pk=live.pk)
    assert not FollowUp.objects.filter(
        person__in=[p for s in over for p in came(s).values_list("person", flat=True)],
        kind="first_call",
        closed_at=None,
    ).exists()


@pytest.mark.usefixtures("made")
def test_rows_are_such_as_the_actions_leave() -> None:
    for row in Attendance.objects.select_related("session", "touch"):
        assert row.touch.is_two_way
        assert (row.touch.person_id, row.touch.at) == (row.person_id, row.session.starts_at)
        member = CircleMembership.objects.filter(circle=row.session.circle_id, person=row.person_id)
        assert any(
            m.since_at <= row.touch.at and (m.until_at is None or m.until_at > row.touch.at) for m in member
        )
    for session in CircleSession.objects.select_related("circle"):
        assert session.meets_on in _days(session.circle, session.meets_on)
    assert set(Submission.objects.values_list("audit_id", flat=True)) == set(
        Person.objects.filter(submissions__isnull=False).values_list("audit_id", flat=True)
    )
    newest: dict[int, datetime] = {}
    for person, at in Touch.objects.filter(is_two_way=True).values_list("person", "at"):
        newest[person] = max(newest.get(person, at), at)
    for person, at in Tie.objects.filter(ended_at=None).values_list("person", "last_two_way_at"):
        assert newest.get(person) == at
    assert set(ConstituencyMembership.objects.values_list("person", flat=True)) == set(
        Person.objects.values_list("pk", flat=True)
    )


def _days(circle: Circle, day: date) -> list[date]:
    from strandline.steady.circles.rules import meetings

    return meetings(circle.course, since=day, until=day)


@pytest.mark.usefixtures("made")
def test_circles_are_never_overfull_and_nothing_is_dated_after_the_last_evening() -> None:
    for circle in Circle.objects.all():
        rows = list(CircleMembership.objects.filter(circle=circle).values_list("since_at", "until_at"))
        for since, _ in rows:
            there = sum(1 for a, b in rows if a <= since and (b is None or b > since))
            assert there <= circle.capacity
    for model, name in (
        (Touch, "at"),
        (Tie, "began_at"),
        (TieStatus, "since_at"),
        (Ownership, "since_at"),
        (Submission, "at"),
        (CircleMembership, "since_at"),
        (CircleSession, "starts_at"),
    ):
        assert not model.objects.filter(**{f"{name}__gte": MORNING}).exists(), model.__name__
    # What the clock did in the last night is dated at midnight: the demo may be made a minute after it.
    moments_in_order = list(AuditEntry.objects.order_by("seq").values_list("at", flat=True))
    assert moments_in_order == sorted(moments_in_order)
    assert moments_in_order[-1] == MORNING


@pytest.mark.usefixtures("made")
def test_one_tie_of_a_kind_runs_at_a_time() -> None:
    running = Counter(Tie.objects.filter(ended_at=None).values_list("person", "kind"))
    held = Counter(TieStatus.objects.filter(until_at=None).values_list("tie", flat=True))

    assert set(running.values()) == {1}
    assert set(held.values()) == {1}


@pytest.mark.django_db
def test_the_same_seed_makes_the_same_organisation() -> None:
    def rows() -> list[Any]:
        with isolated():
            actions.make(seed="tide", on=ON, size=120)
            return [
                list(model.objects.order_by("pk").values_list(*names))
                for model, names in (
                    (Surge, ("code", "name", "starts_on", "ends_on")),
                    (Submission, ("code", "at", "typed", "due_at")),
                    (Circle, ("code", "name", "recurrence")),
                    (Attendance, ("person__code", "session__meets_on")),
                    (Touch, ("code", "person__code", "at", "outcome")),
                )
            ]

    assert rows() == rows()


@pytest.mark.django_db
def test_the_ledger_tells_its_past_surges_apart() -> None:
    """What stands before the first wave is long enough to judge the oldest two; the third is not over yet."""
    with isolated():
        actions.make(seed="tide", on=ON, size=1500)
        bela = viewer_for(Account.objects.get(email="bela@estuary.example"), at=MORNING)
        (branch,) = waves.grounds(viewer=bela)
        told = {e.surge.name: e.line.figures for e in waves.entries(viewer=bela, branch=branch) if e.line}

    assert told["Rent letter"]["finding"] == "stronger"
    assert told["Damp"]["finding"] == "cannot tell yet"
    assert told["Damp"]["why"].endswith("it may be chance.")
    assert told["Stairwell lights"]["why"] == "The 180 days after the wave are not over."
