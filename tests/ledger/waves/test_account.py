"""One wave's line in the ledger, over a record with a planted wave."""

import numpy as np
import pytest

from strandline.ledger.waves.rules.account import account, open_book
from strandline.ledger.waves.rules.breadth import Sections
from strandline.ledger.waves.rules.history import Dated, Departure, History, Kind, Status
from strandline.ledger.waves.rules.spells import NEVER, Spells
from strandline.ledger.waves.rules.verdict import Finding
from strandline.surge.absorption.rules.cohorts import Wave

WAVE = Wave(1000, 1013)


def planted(seed: int = 8, *, keep: float = 0.5) -> tuple[History, Sections]:
    """Two people a day for years, who stay 120 days on average; 600 in the wave, of whom `keep` stay for good."""
    rng = np.random.default_rng(seed)
    ordinary = np.repeat(np.arange(300, 1300), 2)
    came = np.concatenate([ordinary, rng.integers(WAVE.start, 1014, 600)])
    people = len(came)
    stay = rng.exponential(120, people)
    faithful = np.arange(people) >= len(ordinary)
    stay[faithful] = np.where(rng.random(600) < keep, 2000, 0)
    tie, day = [], []
    for person in range(people):
        days = np.arange(came[person], min(came[person] + stay[person] + 1, 1400), 30)
        day.append(days.astype(np.int64))
        tie.append(np.full(len(days), person))
    whole = Spells(np.arange(people), came, np.full(people, NEVER))
    history = History(
        met=came,
        tie_person=np.arange(people),
        kinds=Dated(whole, np.full(people, Kind.SUPPORTER)),
        statuses=Dated(whole, np.full(people, Status.ACTIVE)),
        owned=whole,
        touch_person=np.concatenate(tie),
        touch_day=np.concatenate(day),
        left_person=np.array([0, people - 1]),
        left_day=np.array([600, 1001]),
        left_how=np.array([Departure.ERASED, Departure.MOVED]),
        circle=np.where(np.arange(people) % 3 == 0, np.arange(people) // 30, -1),
    )
    sections = Sections((-1, 0, 0), whole, 1 + np.arange(people) % 2)
    return history, sections


def test_account_of_a_wave_that_is_over() -> None:
    history, sections = planted()
    book = open_book(history, today=1300)

    line = account(book, WAVE, sections=sections, draws=200)

    assert line.came == 600 + 28
    assert set(line.balances) == {90, 180}
    result = line.balances[180].ratchet
    assert result.net == result.newcomers + result.others - result.lost + result.returned
    assert result.erased_since == 1
    against = line.balances[180].without
    assert against.lower is not None
    assert against.upper is not None
    assert against.lower < 300 < against.upper
    kept = line.balances[180].kept.share
    assert kept is not None
    assert kept == pytest.approx(0.5, abs=0.15)
    assert [figure.is_shown for figure in line.still_here] == [True, True, True]
    assert line.still_here[2].value == pytest.approx(0.5, abs=0.06)
    assert line.lift[2].lower is not None
    assert line.lift[2].lower > 0
    assert line.stayed is not None
    assert line.stayed.value == pytest.approx(0.5 * 180 + 0.5 * 45, abs=8)
    assert line.breadth is not None
    assert line.breadth.before.reached == 2
    assert line.judgement.finding is Finding.STRONGER


def test_account_tells_only_what_is_known_on_the_day() -> None:
    history, sections = planted()

    at_100 = account(open_book(history, today=1013 + 100), WAVE, sections=sections, draws=50)
    running = account(open_book(history, today=1005), Wave(1000), draws=50)

    assert set(at_100.balances) == {90}
    assert at_100.judgement.finding is Finding.CANNOT_TELL
    assert not at_100.still_here[2].is_shown
    assert running.balances == {}
    assert running.breadth is None
    assert running.judgement.reason == "The 180 days after the wave are not over."
    assert not any(figure.is_shown for figure in running.still_here)


def test_account_of_a_wave_without_people_is_empty() -> None:
    history, _ = planted()

    line = account(open_book(history, today=1390), Wave(1350, 1360), draws=50)

    assert (line.came, line.curve, line.still_here, line.stayed) == (0, None, (), None)


def test_book_counts_people_of_unknown_first_contact_from_their_first_touch() -> None:
    history, _ = planted()
    unknown = History(**{**vars(planted()[0]), "met": np.full(history.people, NEVER)})

    told = account(open_book(unknown, today=1300), WAVE, draws=50)

    assert told.came == account(open_book(history, today=1300), WAVE, draws=50).came
