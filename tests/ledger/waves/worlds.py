"""Small random records for the ledger's tests, and the definitions read off them day by day, slowly and plainly."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from hypothesis import strategies as st

from strandline.ledger.waves.rules.history import ORGANISED, STANDING, Dated, Departure, History, Kind, Window
from strandline.ledger.waves.rules.spells import NEVER, Spells

LAST_DAY = 160
Row = tuple[int, int, int]  # of what, from, until


def spells(rows: Sequence[Row]) -> Spells:
    columns = np.array(rows, dtype=np.int64).reshape(-1, 3)
    return Spells(columns[:, 0], columns[:, 1], columns[:, 2])


def dated(rows: Sequence[tuple[Row, int]]) -> Dated:
    return Dated(spells([row for row, _ in rows]), np.array([value for _, value in rows], dtype=np.int64))


@dataclass(frozen=True)
class World:
    """A record as plain lists."""

    met: list[int]
    tie_person: list[int]
    kinds: list[tuple[Row, int]]
    statuses: list[tuple[Row, int]]
    owned: list[Row]
    touches: list[tuple[int, int]]
    windows: list[Window]
    left: list[tuple[int, int, int]]
    same_as: list[int]
    listed: list[int] | None = None
    elsewhere: list[int] | None = None

    def history(self) -> History:
        touches = np.array(self.touches, dtype=np.int64).reshape(-1, 2)
        left = np.array(self.left, dtype=np.int64).reshape(-1, 3)
        return History(
            met=np.array(self.met, dtype=np.int64),
            tie_person=np.array(self.tie_person, dtype=np.int64),
            kinds=dated(self.kinds),
            statuses=dated(self.statuses),
            owned=spells(self.owned),
            touch_person=touches[:, 0],
            touch_day=touches[:, 1],
            windows=tuple(self.windows),
            left_person=left[:, 0],
            left_day=left[:, 1],
            left_how=left[:, 2],
            same_as=np.array(self.same_as, dtype=np.int64),
            listed=None if self.listed is None else np.array(self.listed, dtype=np.int64),
            elsewhere=None if self.elsewhere is None else np.array(self.elsewhere, dtype=np.int64),
        )

    def _first(self, days: list[int] | None, person: int) -> int:
        return min((day for who, day in enumerate(days or []) if self.person(who) == person), default=NEVER)

    def came(self, person: int) -> int:
        """The first contact, word by word: the first day that tells when, unless a list without days was there before."""
        spoke = min((day for who, day in self.touches if self.person(who) == person), default=NEVER)
        met, listed = self._first(self.met, person), self._first(self.listed, person)
        if self._first(self.elsewhere, person) < min(met, listed):
            return NEVER
        if listed == NEVER or met <= listed:
            return min(met, spoke)
        return spoke if spoke < listed else NEVER

    def known(self, person: int) -> int:
        spoke = min((day for who, day in self.touches if self.person(who) == person), default=NEVER)
        return min(spoke, *(self._first(days, person) for days in (self.met, self.listed, self.elsewhere)))

    def person(self, record: int) -> int:
        while self.same_as[record] != record:
            record = self.same_as[record]
        return record

    def window(self, kind: int, day: int) -> int:
        set_then = [(one.since, one.days) for one in self.windows if one.kind == kind and one.since <= day]
        return max(set_then)[1] if set_then else 45

    def is_live(self, tie: int, day: int) -> bool:
        """METHODS 0, word by word."""
        kinds = [value for (of, start, end), value in self.kinds if of == tie and start <= day < end]
        standing = any(
            of == tie and start <= day < end and value in STANDING
            for (of, start, end), value in self.statuses
        )
        accepted = any(of == tie and start <= day < end for of, start, end in self.owned)
        who = self.person(self.tie_person[tie])
        touched = any(
            0 <= day - when <= self.window(kind, day)
            for kind in kinds
            for of, when in self.touches
            if self.person(of) == who
        )
        return standing and accepted and touched

    def is_organised(self, person: int, day: int) -> bool:
        records = [record for record in range(len(self.same_as)) if self.person(record) == person]
        if any(who in records and how == Departure.ERASED for who, _, how in self.left):
            return False
        if any(who in records and how != Departure.ERASED and when <= day for who, when, how in self.left):
            return False
        for tie, record in enumerate(self.tie_person):
            kinds = [value for (of, start, end), value in self.kinds if of == tie and start <= day < end]
            if record in records and set(kinds) & set(ORGANISED) and self.is_live(tie, day):
                return True
        return False

    def organised_on(self, day: int) -> list[bool]:
        return [
            self.same_as[record] == record and self.is_organised(record, day)
            for record in range(len(self.same_as))
        ]


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """Records with merges of merges, erasures, re-opened ties, changes of kind and window, and rows in any order."""
    people, ties = draw(st.integers(1, 6)), draw(st.integers(0, 7))
    days = st.integers(0, LAST_DAY)
    tie_person = [draw(st.integers(0, people - 1)) for _ in range(ties)]
    kinds: list[tuple[Row, int]] = []
    statuses: list[tuple[Row, int]] = []
    owned: list[Row] = []
    for tie in range(ties):
        for rows, values in ((kinds, 4), (statuses, 5)):
            cuts = sorted(draw(st.lists(days, min_size=1, max_size=4, unique=True)))
            for start, end in zip(cuts, [*cuts[1:], NEVER], strict=True):
                rows.append(((tie, start, end), draw(st.integers(0, values))))
        for _ in range(draw(st.integers(0, 2))):
            start = draw(days)
            owned.append((tie, start, draw(st.sampled_from([start + 3, start + 60, NEVER]))))
    touches = draw(st.lists(st.tuples(st.integers(0, people - 1), days), max_size=25))
    windows = [Window(draw(st.sampled_from(Kind)), draw(st.integers(1, 60)), draw(days)) for _ in range(2)]
    unique = {(window.kind, window.since): window for window in windows}
    left = draw(st.lists(st.tuples(st.integers(0, people - 1), days, st.integers(0, 2)), max_size=2))
    same_as = [draw(st.integers(max(0, record - 2), record)) for record in range(people)]
    met, listed, elsewhere = (
        [draw(st.one_of(days, st.just(NEVER))) for _ in range(people)] for _ in range(3)
    )
    return World(
        met,
        tie_person,
        kinds,
        statuses,
        owned,
        touches,
        list(unique.values()),
        left,
        same_as,
        listed,
        elsewhere,
    )
