"""The story of somebody who came with a wave: signed up, waited, was called or not, and what came of it."""

from __future__ import annotations

from itertools import accumulate
from random import Random

from strandline.steady.followup.rules import StepKind
from strandline.steady.intake.rules import owed_call
from strandline.steady.ties.rules import Outcome, Status, TieKind, TouchKind

from . import words
from .halls import Halls
from .lives import END, Story, meet
from .rules import DAY, Diary, Life, Plan, StepLife, TieLife, TouchLife
from .waves import LIVE, WAVES

HOUR = 60
MOST_TRIES = 6
# Whoever is reached at once is reached so often; each day of waiting takes a little of it.
_REACHED, _EACH_DAY = 0.62, 0.93
_SAYS_NO, _AGAINST = 0.06, 0.012
_DESTINIES = (TieKind.SUPPORTER, TieKind.CONTACT, TieKind.ALLY, TieKind.ORGANISER, TieKind.INTERLOCUTOR)
_WEIGHTS = list(accumulate((58, 34, 3, 3, 2)))


def live(number: int, plan: Plan, diary: Diary, halls: Halls, chance: Random) -> Life:
    """Tell the story of one person."""
    life = meet(number, plan, chance)
    kind = Story if life.wave is None else Arrival
    story = kind(life, plan, diary, halls, chance)
    story.tell()
    return story.life


class Arrival(Story):
    """Somebody who came with a wave."""

    def tell(self) -> None:
        life, chance = self.life, self.chance
        wave = WAVES[life.wave or 0]
        due_at = life.met + wave.promise_hours * HOUR
        first = self._first_call(due_at)
        self.life.steps.append(
            StepLife(
                None,
                StepKind.FIRST_CALL,
                due_at // DAY,
                owed_call(wave.title or words.FORM.title),
                life.met,
                None,
                due_at=due_at,
            )
        )
        if first is None:
            self._wait()
            return
        self.destiny = chance.choices(_DESTINIES, cum_weights=_WEIGHTS)[0]
        self._own(max(life.met + 20, first - chance.randint(1, 16) * HOUR))
        at = self._try(first)
        if at is None:
            return
        if chance.random() < _SAYS_NO:
            self._say_no(at)
            return
        self._begin(at)

    def _first_call(self, due_at: int) -> int | None:
        """When somebody first tried to call; None when nobody has until the demo begins."""
        wave, chance = WAVES[self.life.wave or 0], self.chance
        if chance.random() < wave.never:
            return None
        if chance.random() < wave.kept:
            at = self._by_day(self.life.met + chance.randint(2 * HOUR, wave.promise_hours * HOUR - 90))
        else:
            at = self._by_day(due_at + chance.randint(2 * HOUR, 13 * DAY))
        return at if at < END else None

    def _by_day(self, at: int) -> int:
        """Bring a moment into the hours in which people are called."""
        day, minute = divmod(at, DAY)
        if minute < 9 * HOUR:
            return max(day * DAY + 9 * HOUR + minute % 50, self.life.met + 30)
        return day * DAY + min(minute, 20 * HOUR + minute % 45)

    def _wait(self) -> None:
        """Nobody has called: it is still owed in a surge that runs; after one that is over it was let go."""
        life, chance = self.life, self.chance
        wave = WAVES[life.wave or 0]
        if life.wave == LIVE or wave.closed is None:
            if chance.random() < 0.55 and life.met + DAY < END:
                self._own(life.met + chance.randint(1, 20) * HOUR)
            return
        life.steps[-1].closed_at = min(wave.closed * DAY + 18 * HOUR, END)

    def _own(self, at: int) -> None:
        """Let somebody accept the newcomer: from then on there is a tie."""
        at = max(self.life.met, min(at, END - 200))
        self.life.ties.append(
            TieLife(TieKind.CONTACT, at, [(Status.ACTIVE, at, "", None)], [(0, at, "")], [(self.owner, at)])
        )
        step = self.life.steps[-1]
        step.owner, step.tie = self.owner, 0

    def _try(self, at: int) -> int | None:
        """Call until they answer, six times at most; return when they did, None when it ended there."""
        chance = self.chance
        reached = max(0.16, _REACHED * _EACH_DAY ** ((at - self.life.met) // DAY))
        for _ in range(MOST_TRIES):
            if chance.random() < reached:
                return at
            outcome = chance.choice((Outcome.NO_ANSWER, Outcome.NO_ANSWER, Outcome.LEFT_MESSAGE))
            self._note_call(at, outcome)
            again = self._by_day(at + chance.randint(1, 3) * DAY)
            self._owe(StepKind.CALL, at, due=again // DAY, reason=words.TRY_AGAIN)
            if again >= END:
                self._stand()
                return None
            at = again
        self.tie.statuses.append((Status.ENDED, at, words.NOT_REACHED, None))
        self.tie.ended = at
        self._settle(at, None)
        return None

    def _note_call(self, at: int, outcome: Outcome) -> None:
        self._settle(at, len(self.life.touches))
        self.life.touches.append(
            TouchLife(TouchKind.CALL, outcome, at, self.owner, "", False, self.chance.choice((2, 3, 5)))
        )
        self.tie.last_touch = at

    def _say_no(self, at: int) -> None:
        self._note_call(at, Outcome.DECLINED)
        self.tie.last_two_way = at
        is_against = self.chance.random() < _AGAINST / _SAYS_NO
        status = Status.OPPOSED if is_against else Status.STEPPED_BACK
        reason = words.AGAINST if is_against else self.chance.choice(words.STEPPED_BACK)
        self.tie.statuses.append((status, at + 15, reason, None))
        self.tie.ended = at + 15

    def _begin(self, at: int) -> None:
        """They answered. Some come to something within the month, some find a circle; then it goes on as with others."""
        wave, chance = WAVES[self.life.wave or 0], self.chance
        self._note_call(at, Outcome.SPOKE)
        self.life.touches[-1].minutes = chance.choice((10, 15, 20, 30))
        self.tie.last_two_way = at
        self.days.append(at // DAY)
        self.fades = wave.fades
        if chance.random() < wave.circle:
            self._sit(self.life.wave, at + chance.randint(4, 12) * DAY)
        after = self._at(at // DAY + chance.randint(4, 24))
        if chance.random() < wave.acts and after < END:
            while self._meets(before=after):
                pass
            touch = TouchLife(TouchKind.EVENT, Outcome.ATTENDED, after, self.owner, "", False, None)
            self.life.touches.append(touch)
            self.tie.last_touch = self.tie.last_two_way = after
            self.days.append(after // DAY)
            self._grow(after + 5)
            at = after
        if self.meeting is None and chance.random() < self.fades:
            self._owe(StepKind.INVITE, at, due=at // DAY + 10)
            self._stand()
            return
        self._owe(StepKind.CALL, at, due=at // DAY + 7)
        self._go_on(self._at(at // DAY + max(2, self._gap())))
