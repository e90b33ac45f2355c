"""The whole ledger recomputed over a million invented people and five waves, beside plain pandas and lifelines.

    python -m benchmarks.ledger [--people 1000000] [--repeat 3]

The rules alone, over columns in memory; `benchmarks.ledger_stored` begins at the database.

Both sides read the same columns and must find the same whole numbers and the same curves, or the run fails. The
comparison leaves out the bootstrap, which has no counterpart on the plain side; its time is told on its own.
The last line is JSON: medians, their spread, and the ratio.
"""

import argparse
import json
import statistics
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
from lifelines import KaplanMeierFitter
from lifelines.utils import restricted_mean_survival_time

from strandline.ledger.waves.rules.account import account, open_book
from strandline.ledger.waves.rules.breadth import Sections, breadth_on
from strandline.ledger.waves.rules.history import Dated, History, Kind, Status
from strandline.ledger.waves.rules.ratchet import kept_share, ratchet
from strandline.ledger.waves.rules.spells import NEVER, Spells
from strandline.surge.absorption.rules.cohorts import Wave, baseline_cohort, wave_cohort
from strandline.surge.absorption.rules.survival import restricted_mean

TODAY = 2000
DAYS = [(400, 420), (700, 715), (1000, 1030), (1350, 1360), (1700, 1718)]
WAVES = [Wave(first, last) for first, last in DAYS]
SECTIONS = 40
HORIZONS = (90, 180)


def invented(people: int, seed: int) -> tuple[History, Sections]:
    """People who came by day or by wave, with a tie each, touches of their own rhythm, owners and statuses."""
    rng = np.random.default_rng(seed)
    in_wave = rng.random(people) < 0.4
    which = rng.integers(0, len(WAVES), people)
    starts, ends = (np.array([getattr(wave, side) for wave in WAVES]) for side in ("start", "end"))
    came = np.where(
        in_wave, rng.integers(starts[which], ends[which] + 1), rng.integers(0, TODAY, people)
    ).astype(np.int64)
    touches = rng.geometric(0.25, people)  # four on average
    tie = np.repeat(np.arange(people), touches)
    gap = rng.exponential(25, len(tie)).astype(np.int64)
    first = np.concatenate([[0], np.cumsum(touches)[:-1]])
    along = np.cumsum(gap) - np.repeat(np.cumsum(gap)[first], touches)
    day = came[tie] + along
    known = day <= TODAY
    never = np.full(people, NEVER)
    who = np.arange(people)
    kind = np.where(rng.random(people) < 0.6, Kind.CONTACT, rng.integers(1, 5, people))
    ended = np.where(rng.random(people) < 0.2, came + rng.integers(30, 600, people), never)
    statuses = Dated(
        Spells(np.concatenate([who, who]), np.concatenate([came, ended]), np.concatenate([ended, never])),
        np.concatenate([np.full(people, Status.ACTIVE), np.full(people, Status.ENDED)]),
    )
    accepted = came + rng.integers(0, 6, people)
    history = History(
        met=came,
        tie_person=who,
        kinds=Dated(Spells(who, came, never), kind),
        statuses=statuses,
        owned=Spells(who, accepted, never),
        touch_person=tie[known],
        touch_day=day[known],
        circle=np.where(rng.random(people) < 0.05, rng.integers(0, people // 200 + 1, people), -1),
    )
    sections = Sections((-1,) * SECTIONS, Spells(who, came, never), rng.integers(0, SECTIONS, people))
    return history, sections


Answer = dict[str, Any]


def ours(history: History, sections: Sections) -> list[Answer]:
    """The ledger by the rules, without the bootstrap."""
    book = open_book(history, TODAY)
    answers = []
    for wave, (_, last) in zip(WAVES, DAYS, strict=True):
        others = [other for other in WAVES if other is not wave]
        chosen = wave_cohort(history.came, wave, TODAY)
        ordinary = baseline_cohort(history.came, wave, others)
        curve, before = book.curve(chosen), book.curve(ordinary)
        if curve is None or before is None:
            raise SystemExit("A wave without people cannot be compared.")
        answer: Answer = {"net": [], "four": [], "kept": []}
        for after in HORIZONS:
            result = ratchet(history, book.held, wave, after)
            answer["net"].append(result.net)
            answer["four"].append((result.newcomers, result.others, result.lost, result.returned))
            answer["kept"].append(kept_share(book.held, wave, result).share)
        answer["here"] = [curve.share(day) for day in (30, 90, 180)]
        answer["lift"] = [curve.share(day) - before.share(day) for day in (30, 90, 180)]
        answer["stayed"] = restricted_mean(curve, 180).value
        answer["breadth"] = [
            breadth_on(history, book.held, sections, day).effective for day in (wave.start - 1, last + 180)
        ]
        answers.append(answer)
    return answers


class Plain:
    """The same figures as an analyst would write them: frames, masks, merges and lifelines."""

    def __init__(self, history: History, sections: Sections) -> None:
        people = history.people
        self.ties = pd.DataFrame(
            {"tie": np.arange(people), "person": history.tie_person, "kind": history.kinds.value}
        )
        rows = history.statuses.spells
        self.statuses = pd.DataFrame(
            {"tie": rows.of, "start": rows.start, "end": rows.end, "status": history.statuses.value}
        )
        self.owned = pd.DataFrame(
            {"tie": history.owned.of, "start": history.owned.start, "end": history.owned.end}
        )
        self.touches = pd.DataFrame({"tie": history.touch_person, "day": history.touch_day})
        self.came = pd.Series(history.met, name="came")
        self.section = pd.Series(sections.constituency)

    def organised(self, day: int) -> pd.Index:
        """Everybody with an organised tie on a day."""
        touched = self.touches[(self.touches.day <= day) & (self.touches.day >= day - 45)].tie.unique()
        status = self.statuses[
            (self.statuses.start <= day) & (self.statuses.end > day) & self.statuses.status.isin([0, 1, 2])
        ].tie
        owned = self.owned[(self.owned.start <= day) & (self.owned.end > day)].tie
        ties = self.ties[self.ties.tie.isin(touched) & (self.ties.kind > 0)]
        ties = ties.merge(status.to_frame(), on="tie").merge(owned.to_frame(), on="tie")
        return pd.Index(ties.person.unique())

    def fit(self, chosen: pd.Index) -> KaplanMeierFitter:
        """The curve of how long these people stayed."""
        rows = self.touches[self.touches.tie.isin(chosen)]
        entry = self.came.loc[chosen]
        rows = pd.concat([rows, pd.DataFrame({"tie": entry.index, "day": entry.to_numpy()})])
        rows = rows.sort_values(["tie", "day"])
        following = rows.groupby("tie").day.shift(-1)
        gap = rows[following.isna() | (following - rows.day > 46)]
        until = gap.groupby("tie").day.first() + 45
        ended = until < TODAY
        days = until.where(ended, TODAY) - entry.loc[until.index]
        return KaplanMeierFitter().fit(days, ended)

    def ledger(self) -> list[Answer]:
        """Every figure of every wave."""
        answers = []
        for wave, (_, last) in zip(WAVES, DAYS, strict=True):
            before = self.organised(wave.start - 1)
            crest = max(len(self.organised(day)) for day in range(wave.start, last + 31))
            answer: Answer = {"net": [], "four": [], "kept": []}
            for after in HORIZONS:
                now = self.organised(last + after)
                gained, lost = now.difference(before), before.difference(now)
                came = self.came.loc[gained]
                answer["net"].append(len(now) - len(before))
                answer["four"].append(
                    (
                        int(came.between(wave.start, wave.end).sum()),
                        int((came > wave.end).sum()),
                        len(lost),
                        int((came < wave.start).sum()),
                    )
                )
                answer["kept"].append((len(now) - len(before)) / (crest - len(before)))
            ordinary = self.came.between(wave.start - 180, wave.start - 1)
            for other in WAVES:
                if other is not wave:
                    ordinary &= ~self.came.between(other.start, other.last(wave.start - 1))
            fitted = self.fit(self.came.index[self.came.between(wave.start, wave.end)])
            base = self.fit(self.came.index[ordinary])
            answer["here"] = [float(fitted.predict(day)) for day in (30, 90, 180)]
            answer["lift"] = [float(fitted.predict(day) - base.predict(day)) for day in (30, 90, 180)]
            answer["stayed"] = float(restricted_mean_survival_time(fitted, t=180))
            answer["breadth"] = [self.effective(before), self.effective(self.organised(last + 180))]
            answers.append(answer)
        return answers

    def effective(self, people: pd.Index) -> float:
        share = self.section.loc[people].value_counts(normalize=True)
        return float(1 / (share**2).sum())


def timed(work: Callable[[], Any], repeat: int) -> tuple[Any, list[float]]:
    seconds = []
    for _ in range(repeat):
        begun = time.perf_counter()
        answer = work()
        seconds.append(time.perf_counter() - begun)
    return answer, seconds


def agree(mine: list[Answer], theirs: list[Answer]) -> None:
    """Stop when the two sides do not find the same."""
    for one, other in zip(mine, theirs, strict=True):
        if one["net"] != other["net"] or one["four"] != other["four"]:
            raise SystemExit(f"The two sides count differently: {one} against {other}")
        for name in ("kept", "here", "lift", "stayed", "breadth"):
            if not np.allclose(one[name], other[name], atol=1e-9):
                raise SystemExit(f"The two sides differ in {name}: {one[name]} against {other[name]}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=1_000_000)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    history, sections = invented(asked.people, asked.seed)
    plain = Plain(history, sections)

    def fresh() -> History:
        return History(
            **{name: value for name, value in vars(history).items() if name in History.__dataclass_fields__}
        )

    mine, our_seconds = timed(lambda: ours(fresh(), sections), asked.repeat)
    theirs, their_seconds = timed(plain.ledger, max(1, asked.repeat // 3))
    agree(mine, theirs)

    def whole() -> None:
        book = open_book(fresh(), TODAY)
        for wave in WAVES:
            account(book, wave, [other for other in WAVES if other is not wave], sections)

    _, with_draws = timed(whole, 1)
    print(
        json.dumps(
            {
                "people": asked.people,
                "touches": len(history.touch_day),
                "waves": len(WAVES),
                "ours_s": round(statistics.median(our_seconds), 3),
                "ours_spread_s": [round(min(our_seconds), 3), round(max(our_seconds), 3)],
                "pandas_lifelines_s": round(statistics.median(their_seconds), 3),
                "ratio": round(statistics.median(their_seconds) / statistics.median(our_seconds), 1),
                "with_1000_draws_s": round(with_draws[0], 2),
                "net_180": [answer["net"][1] for answer in mine],
            }
        )
    )


if __name__ == "__main__":
    main()
