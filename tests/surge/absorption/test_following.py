"""What the clock keeps of a surge: its peak, its phases, its last day."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from strandline.organisation.audit import actions as audit
from strandline.organisation.audit import queries as audit_queries
from strandline.surge.absorption.actions import follow_surges
from strandline.surge.absorption.rules.cohorts import last_day
from strandline.surge.moments import actions
from strandline.surge.moments.models import Surge, SurgeEdit, SurgePhase
from strandline.surge.moments.rules import PhaseKind
from tests.cast import NOW, Cast
from tests.steady.intake.doors import open_form
from tests.surge.moments.waves import START, declared
from tests.surge.tide import Tide

DAYS = timedelta(days=1)
WAVE = [8, 25, 60, 52, 40, 20, 14, 8, 6, 3, 2, 1, 1]


def flood(cast: Cast, *, until: datetime) -> Surge:
    tide = Tide(cast.harbour, cast.tenants, open_form(cast), [cast.accounts["lea"].pk], until)
    tide.bring([1, 2, 1, 0, 2, 1, 0] * 8, START - 56 * DAYS)
    tide.bring(WAVE + [1, 0, 1, 1, 0, 2, 1] * 4, START)
    return declared(cast)


def phases(surge: Surge) -> list[tuple[str, date, bool]]:
    return list(
        SurgePhase.objects.filter(surge=surge).order_by("pk").values_list("phase", "began_on", "is_by_hand")
    )


def test_follow_surges_keeps_peak_and_phase_of_whole_days(cast: Cast) -> None:
    surge = flood(cast, until=NOW)

    changed = follow_surges(at=NOW)
    again = follow_surges(at=NOW)

    surge.refresh_from_db()
    assert (changed, again) == (1, 0)
    assert surge.peaked_on == START + 2 * DAYS
    assert phases(surge) == [("rising", START, False), ("ebb", START + 5 * DAYS, False)]
    assert surge.ends_on is None
    assert audit_queries.break_in_chain() is None


def test_follow_surges_finds_the_last_day_a_fortnight_later(cast: Cast) -> None:
    later = NOW + 28 * DAYS
    surge = flood(cast, until=later)

    follow_surges(at=NOW + 10 * DAYS)
    surge.refresh_from_db()
    too_early = surge.ends_on
    follow_surges(at=later)

    surge.refresh_from_db()
    assert too_early is None
    assert surge.ends_on is not None
    assert START + 9 * DAYS <= surge.ends_on <= START + 18 * DAYS
    edit = SurgeEdit.objects.get(surge=surge)
    assert (edit.what, edit.by_id, edit.reason.startswith("Fourteen days")) == ("window", None, True)


def test_follow_surges_leaves_what_a_person_said(cast: Cast) -> None:
    surge = flood(cast, until=NOW)
    actions.set_phase(
        surge=surge.code,
        phase=PhaseKind.PEAK,
        began_on=START,
        reason="The march is tomorrow.",
        by=cast.lea,
        at=NOW,
    )

    follow_surges(at=NOW)

    assert [phase for phase, _, _ in phases(surge)] == ["rising", "peak"]


def test_follow_surges_leaves_closed_ones_and_those_of_today(cast: Cast) -> None:
    surge = flood(cast, until=NOW)
    actions.close_surge(surge=surge.code, by=cast.lea, at=NOW)
    declared(cast, starts_on=NOW.date())

    assert follow_surges(at=NOW) == 0


def test_follow_surges_is_all_or_nothing(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    surge = flood(cast, until=NOW)

    def broken(*_: object) -> None:
        raise RuntimeError("the audit cannot be written")

    monkeypatch.setattr(audit, "record_lines", broken)
    with pytest.raises(RuntimeError):
        follow_surges(at=NOW)

    surge.refresh_from_db()
    assert surge.peaked_on is None
    assert len(phases(surge)) == 1


def test_last_day_is_known_a_fortnight_later_and_without_a_history_too() -> None:
    quiet = [1, 0, 1] * 10
    wave = [20, 40, 30, 10]

    assert last_day(quiet, wave + [0] * 14) is None
    found = last_day(quiet, wave + [0] * 24)
    assert found is not None
    assert 4 <= found <= 10
    assert last_day([], wave + [0] * 30) == 10
