from __future__ import annotations

from datetime import date, timedelta

import pytest

from strandline.lib.text import BadText
from strandline.organisation.audit import actions as audit
from strandline.organisation.audit import queries as audit_queries
from strandline.organisation.branches.models import Branch
from strandline.organisation.receipts.rules import Once
from strandline.steady.intake.actions import NewForm, make_form
from strandline.steady.intake.models import Form
from strandline.store.records import Absent
from strandline.surge.moments import actions, queries
from strandline.surge.moments.actions import CannotSurge, SurgeChange
from strandline.surge.moments.models import Surge, SurgeEdit, SurgeForm, SurgePhase, SurgePost
from strandline.surge.moments.rules import PhaseKind
from tests.cast import NOW, Cast

from .waves import START, declared


def form_of(cast: Cast, slug: str = "no-heating", by: str = "amina") -> Form:
    new = NewForm(slug=slug, title="No heating", consent_text="Keep my name to reach me about this.")
    return make_form(new=new, by=cast.viewer(by), at=NOW)


def edits(surge: Surge) -> list[tuple[str, str, str, str]]:
    return list(
        SurgeEdit.objects.filter(surge=surge).order_by("pk").values_list("what", "before", "after", "reason")
    )


def test_open_surge_keeps_who_leads_it_its_forms_and_its_first_phase(cast: Cast) -> None:
    form = form_of(cast)

    surge = declared(cast, forms=[form.code, form.code], promise_hours=24)

    posts = SurgePost.objects.filter(surge=surge, until_at=None).order_by("pk")
    assert [(p.post, p.account.name) for p in posts] == [("lead", "Lea"), ("deputy", "Amina")]
    assert list(SurgeForm.objects.filter(surge=surge).values_list("form", flat=True)) == [form.pk]
    assert [(p.phase, p.began_on, p.is_by_hand) for p in SurgePhase.objects.filter(surge=surge)] == [
        ("rising", START, False)
    ]
    assert (surge.promise_hours, surge.ends_on, surge.closed_at) == (24, None, None)
    assert audit_queries.break_in_chain() is None


def test_open_surge_twice_with_one_token_is_one_surge(cast: Cast) -> None:
    once = Once("token-of-a-double-tap", "the same words")

    first, second = declared(cast, once=once), declared(cast, once=once)

    assert first.pk == second.pk
    assert Surge.objects.count() == 1


@pytest.mark.parametrize(
    ("who", "more", "field", "reason"),
    [
        ("amina", {}, "branch", "lead of a team"),
        ("bela", {"branch": "nothing-there"}, "branch", "not there"),
        ("lea", {"promise_hours": 0}, "promise_hours", "1 to 720"),
        ("lea", {"starts_on": date(2026, 1, 17)}, "starts_on", "still to come"),
        ("lea", {"lead": "nobody"}, "lead", "colleagues"),
    ],
)
def test_open_surge_is_refused_with_field_and_reason(
    cast: Cast, who: str, more: dict[str, object], field: str, reason: str
) -> None:
    with pytest.raises(CannotSurge) as refused:
        declared(cast, by=who, **more)

    assert (refused.value.field, reason in refused.value.reason) == (field, True)
    assert Surge.objects.count() == 0


def test_open_surge_is_refused_in_another_branch_and_with_a_lead_of_another_branch(cast: Cast) -> None:
    with pytest.raises(CannotSurge):
        declared(cast, branch=cast.hill.code)
    with pytest.raises(CannotSurge):
        declared(cast, lead=cast.accounts["chen"].code)
    with pytest.raises(CannotSurge) as refused:
        declared(cast, deputy=cast.accounts["lea"].code)
    with pytest.raises(BadText):
        declared(cast, name="  ")

    assert refused.value.field == "deputy"
    assert Surge.objects.count() == 0


def test_open_surge_with_a_form_out_of_sight_is_refused_whole(cast: Cast) -> None:
    hidden = form_of(cast, "on-the-hill", by="chen")

    with pytest.raises(Absent):
        declared(cast, forms=[hidden.code])

    assert (Surge.objects.count(), SurgePost.objects.count()) == (0, 0)


def test_open_surge_is_all_or_nothing(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("the audit cannot be written")

    monkeypatch.setattr(audit, "record_lines", broken)
    with pytest.raises(RuntimeError):
        declared(cast)

    assert (Surge.objects.count(), SurgePost.objects.count(), SurgePhase.objects.count()) == (0, 0, 0)


def test_open_surge_taken_back_leaves_nothing(cast: Cast) -> None:
    declared(cast)

    audit.take_back(deed=audit.latest_deed(), by=cast.lea, at=NOW)

    assert (Surge.objects.count(), SurgePost.objects.count(), SurgePhase.objects.count()) == (0, 0, 0)


def test_change_surge_keeps_what_stood_there_and_why(cast: Cast) -> None:
    surge = declared(cast)
    change = SurgeChange(promise_hours=72, lead=cast.accounts["amina"].code, deputy=cast.accounts["lea"].code)

    actions.change_surge(surge=surge.code, change=change, reason="Lea is away.", by=cast.lea, at=NOW)

    assert edits(surge) == [
        ("promise", "48", "72", "Lea is away."),
        ("lead", "Lea", "Amina", "Lea is away."),
        ("deputy", "Amina", "Lea", "Lea is away."),
    ]
    held = SurgePost.objects.filter(surge=surge, until_at=None).order_by("pk")
    assert [(p.post, p.account.name) for p in held] == [("lead", "Amina"), ("deputy", "Lea")]
    assert SurgePost.objects.filter(surge=surge).exclude(until_at=None).count() == 2


def test_change_surge_lets_nobody_stand_in_and_refuses_to_be_without_a_lead(cast: Cast) -> None:
    surge = declared(cast)

    actions.change_surge(
        surge=surge.code,
        change=SurgeChange(name="No heating", deputy=""),
        reason="Short.",
        by=cast.amina,
        at=NOW,
    )
    with pytest.raises(CannotSurge) as refused:
        actions.change_surge(
            surge=surge.code, change=SurgeChange(lead=""), reason="Nobody.", by=cast.lea, at=NOW
        )

    assert refused.value.field == "lead"
    assert edits(surge) == [
        ("name", "Heating cut-offs", "No heating", "Short."),
        ("deputy", "Amina", "", "Short."),
    ]


def test_change_surge_needs_a_post_or_the_branch(cast: Cast) -> None:
    surge = declared(cast)
    change = SurgeChange(promise_hours=12)

    for who, error in (("bruno", CannotSurge), ("stella", CannotSurge), ("chen", Absent), ("dede", Absent)):
        with pytest.raises(error):
            actions.change_surge(surge=surge.code, change=change, reason="Now.", by=cast.viewer(who), at=NOW)
    actions.change_surge(surge=surge.code, change=change, reason="Now.", by=cast.bela, at=NOW)

    surge.refresh_from_db()
    assert surge.promise_hours == 12


def test_move_window_is_kept_with_the_reason_and_taken_back(cast: Cast) -> None:
    surge = declared(cast)
    first = START - timedelta(days=2)

    actions.move_window(
        surge=surge.code,
        starts_on=first,
        ends_on=date(2026, 1, 14),
        reason="Began earlier.",
        by=cast.lea,
        at=NOW,
    )

    surge.refresh_from_db()
    assert (surge.starts_on, surge.ends_on) == (first, date(2026, 1, 14))
    assert edits(surge) == [("window", "2026-01-07/", "2026-01-05/2026-01-14", "Began earlier.")]
    audit.take_back(deed=audit.latest_deed(), by=cast.lea, at=NOW)
    surge.refresh_from_db()
    assert (surge.starts_on, surge.ends_on, edits(surge)) == (START, None, [])


def test_move_window_is_refused_with_the_day_and_without_a_reason(cast: Cast) -> None:
    surge = declared(cast)

    with pytest.raises(CannotSurge) as refused:
        actions.move_window(
            surge=surge.code, starts_on=START, ends_on=date(2026, 1, 5), reason="No.", by=cast.lea, at=NOW
        )
    with pytest.raises(BadText):
        actions.move_window(surge=surge.code, starts_on=START, ends_on=START, reason="", by=cast.lea, at=NOW)

    assert refused.value.field == "ends_on"
    assert edits(surge) == []


def test_set_phase_stands_until_the_counts_are_trusted_again(cast: Cast) -> None:
    surge = declared(cast)

    actions.set_phase(
        surge=surge.code,
        phase=PhaseKind.PEAK,
        began_on=date(2026, 1, 9),
        reason="The march.",
        by=cast.lea,
        at=NOW,
    )
    by_hand = queries.phase_by_hand(viewer=cast.amina, surge=surge)
    actions.set_phase(
        surge=surge.code, phase=None, began_on=date(2026, 1, 9), reason="It goes on.", by=cast.lea, at=NOW
    )

    assert by_hand is not None
    assert (by_hand.kind, by_hand.began_on) == (PhaseKind.PEAK, date(2026, 1, 9))
    assert queries.phase_by_hand(viewer=cast.amina, surge=surge) is None
    assert SurgePhase.objects.filter(surge=surge).count() == 3


@pytest.mark.parametrize(
    ("phase", "began_on", "field"),
    [
        (PhaseKind.CLOSED, date(2026, 1, 9), "phase"),
        (PhaseKind.EBB, date(2026, 1, 6), "began_on"),
        (PhaseKind.EBB, date(2026, 1, 17), "began_on"),
    ],
)
def test_set_phase_is_refused_with_field_and_reason(
    cast: Cast, phase: PhaseKind, began_on: date, field: str
) -> None:
    surge = declared(cast)

    with pytest.raises(CannotSurge) as refused:
        actions.set_phase(surge=surge.code, phase=phase, began_on=began_on, reason="x", by=cast.lea, at=NOW)

    assert refused.value.field == field


def test_attach_form_once_and_detach_it(cast: Cast) -> None:
    surge, form = declared(cast), form_of(cast)

    first = actions.attach_form(surge=surge.code, form=form.code, by=cast.lea, at=NOW)
    second = actions.attach_form(surge=surge.code, form=form.code, by=cast.amina, at=NOW)
    attached = queries.forms_of(viewer=cast.lea, surge=surge)
    actions.detach_form(surge=surge.code, form=form.code, by=cast.lea, at=NOW)

    assert first.pk == second.pk
    assert [one.pk for one in attached] == [form.pk]
    assert queries.forms_of(viewer=cast.lea, surge=surge) == []
    with pytest.raises(Absent):
        actions.attach_form(surge=surge.code, form="nothing", by=cast.lea, at=NOW)


def test_close_surge_ends_the_window_and_is_taken_back(cast: Cast) -> None:
    surge = declared(cast)

    actions.close_surge(surge=surge.code, by=cast.lea, at=NOW, reason="The heating is on again.")
    again = actions.close_surge(surge=surge.code, by=cast.lea, at=NOW + timedelta(days=1))

    assert (again.ends_on, again.closed_at) == (NOW.date(), NOW)
    assert edits(surge) == [("window", "2026-01-07/", "2026-01-07/2026-01-16", "The heating is on again.")]
    assert queries.live_surges(viewer=cast.lea, on=NOW.date()) == []
    with pytest.raises(CannotSurge):
        actions.change_surge(
            surge=surge.code, change=SurgeChange(promise_hours=12), reason="Late.", by=cast.lea, at=NOW
        )


def test_close_surge_taken_back_is_live_again(cast: Cast) -> None:
    surge = declared(cast)
    actions.close_surge(surge=surge.code, by=cast.lea, at=NOW, ends_on=date(2026, 1, 14))

    audit.take_back(deed=audit.latest_deed(), by=cast.lea, at=NOW)

    assert [one.pk for one in queries.live_surges(viewer=cast.lea, on=NOW.date())] == [surge.pk]


def test_close_surge_is_refused_to_those_who_only_work_in_it(cast: Cast) -> None:
    surge = declared(cast)

    for who, error in (("bruno", CannotSurge), ("chen", Absent), ("uma", Absent), ("adam", Absent)):
        with pytest.raises(error):
            actions.close_surge(surge=surge.code, by=cast.viewer(who), at=NOW)

    assert Surge.objects.get().closed_at is None


def test_a_surge_of_the_centre_is_led_by_whoever_leads_the_centre_only(cast: Cast) -> None:
    assert Branch.objects.get(parent=None) == cast.centre
    for who in ("lea", "bela", "dede"):
        with pytest.raises(CannotSurge):
            declared(cast, by=who, branch=cast.centre.code)
