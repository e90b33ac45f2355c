"""One person's story, told forward from the day they were met until the evening before the demo begins."""

from __future__ import annotations

from itertools import accumulate
from random import Random

from strandline.organisation.accounts.rules import Sensitivity
from strandline.organisation.privacy.rules.basis import REGULAR_TOUCH_DAYS, REGULAR_WITHIN_DAYS
from strandline.steady.followup.rules import StepKind
from strandline.steady.people.rules import SourceKind
from strandline.steady.ties.rules import DEFAULT_STAGES, Outcome, Status, TieKind, TouchKind, is_two_way

from . import names, words
from .halls import Halls
from .rules import (
    DAY,
    DAYS,
    ChairLife,
    Diary,
    HandoffLife,
    Life,
    Plan,
    StepLife,
    TieLife,
    TouchLife,
)
from .waves import STANDING, WAVES, day_of, neglect, wave_of

END = DAYS * DAY  # nothing is dated on the day of the demo itself: it begins untouched
# What a person may become, and how often; and how many days lie between two touches of a tie of each kind.
_DESTINIES = (
    (TieKind.CONTACT, 56),
    (TieKind.SUPPORTER, 28),
    (TieKind.INTERLOCUTOR, 8),
    (TieKind.ALLY, 5),
    (TieKind.ORGANISER, 3),
)
_DESTINY_KINDS = [kind for kind, _ in _DESTINIES]
_DESTINY_WEIGHTS = list(accumulate(weight for _, weight in _DESTINIES))
_FOUNDING_WEIGHTS = list(accumulate([0, 60, 8, 8, 12]))
_RHYTHM = dict.fromkeys(TieKind, 27) | {TieKind.CONTACT: 80}
_LAST_STAGE = {kind: len(stages) - 1 for kind, stages in DEFAULT_STAGES.items()}
_EVENING = 20 * 60
_MEETINGS = (
    (TouchKind.CALL, Outcome.SPOKE, 40),
    (TouchKind.ONE_TO_ONE, Outcome.SPOKE, 25),
    (TouchKind.MEETING, Outcome.ATTENDED, 15),
    (TouchKind.MESSAGE, Outcome.ANSWERED, 14),
    (TouchKind.EVENT, Outcome.ATTENDED, 6),
)
_ATTEMPTS = (
    (TouchKind.CALL, Outcome.NO_ANSWER, 60),
    (TouchKind.CALL, Outcome.LEFT_MESSAGE, 25),
    (TouchKind.MESSAGE, Outcome.SENT, 15),
)
_MEETING_WEIGHTS = list(accumulate(weight for _, _, weight in _MEETINGS))
_ATTEMPT_WEIGHTS = list(accumulate(weight for _, _, weight in _ATTEMPTS))
_STEP_KINDS = (StepKind.CALL, StepKind.CALL, StepKind.CALL, StepKind.VISIT, StepKind.INVITE, StepKind.SEND)


# Who comes with a wave lives where it hits, more or less: weights of the quarters of a branch, by wave.
_QUARTERS = ((1, 2, 7), (3, 3, 3), (2, 6, 1), (2, 3, 6))
_ORDINARY_QUARTERS = (4, 3, 3)
_NO_WAVE = ((TieKind.SUPPORTER, TieKind.ORGANISER), 0.22)
# How many of the ordinary people were there at the founding, in the first branch and elsewhere; until the doors opened nobody else was met.
_FOUNDERS_HERE, _FOUNDERS, _OPENS = 0.36, 0.12, 90
# Of those who find a circle, at each meeting: who comes, and who comes no more.
_COMES, _LETS_GO = 0.7, 0.008
_FADES = 0.02


def meet(number: int, plan: Plan, chance: Random) -> Life:
    """Tell how somebody came: in a wave, through the standing form, or by the ordinary ways."""
    team = plan.seats[number % len(plan.seats)]
    wave = wave_of(plan.teams[team].branch, chance)
    life = _meet(number, plan, chance)
    if wave is not None:
        came = WAVES[wave]
        # Nobody comes later than what the last evening itself brings (`today`).
        life.met = day_of(came, chance) * DAY + chance.randint(7 * 60, 20 * 60 + 30)
        life.wave, life.form, life.is_unowned = wave, came.slug, False
        life.introducer, life.source, life.sensitivity = None, SourceKind.FORM, Sensitivity.NORMAL
        life.tags = ()
    elif not life.is_unowned and life.introducer is None and chance.random() < STANDING[2]:
        life.met = chance.randrange(_OPENS, DAYS - 2) * DAY + chance.randint(7 * 60, 22 * 60)
        life.form, life.source, life.label = STANDING[0], SourceKind.FORM, STANDING[1]
    quarter = chance.choices(range(3), _ORDINARY_QUARTERS if wave is None else _QUARTERS[wave])[0]
    branch = plan.teams[team].branch
    life.sections = ((branch - 1) * 3 + quarter,)
    if chance.random() < 0.55:
        life.sections += (len(plan.branches) * 3 + chance.randrange(len(words.PROFESSIONS)),)
    if life.form:
        inward = "".join(chance.choices("ABDEFGHJLNPQRSTUWXYZ", k=2))
        life.postcode = f"QX{branch} {quarter + 1}{inward}"
    return life


def _meet(number: int, plan: Plan, chance: Random) -> Life:
    team = plan.seats[number % len(plan.seats)]
    organisers = plan.teams[team].organisers
    owner = organisers[number // len(plan.seats) % len(organisers)]
    drawn = chance.random()
    introducer = None
    if drawn < 0.45:
        day, source, label = chance.choice(plan.occasions)
    elif drawn < 0.62 and number >= len(plan.seats):
        # One round back sits somebody of the same team.
        introducer = number - len(plan.seats) * chance.randint(1, min(5, number // len(plan.seats)))
        day, source, label = chance.randrange(_OPENS, DAYS - 1), SourceKind.INTRODUCTION, ""
    else:
        # A few came lately, so that everybody's list of new arrivals has somebody in it.
        first = DAYS - 10 if drawn > 0.96 else _OPENS
        day, source, label = chance.randrange(first, DAYS - 1), SourceKind.CONVERSATION, ""
    held = chance.random()
    life = Life(
        number=number,
        name=names.draw(chance),
        team=team,
        met=day * DAY + chance.randint(9 * 60, _EVENING),
        by=owner,
        source=source,
        label=label,
        introducer=introducer,
        sensitivity=Sensitivity.CONFIDENTIAL
        if held < 0.004
        else Sensitivity.RESTRICTED
        if held < 0.044
        else Sensitivity.NORMAL,
    )
    if chance.random() < 0.025:
        life.is_unowned = True
        life.met = (DAYS - chance.randint(2, 20)) * DAY + chance.randint(9 * 60, _EVENING)
        life.source, life.label, life.introducer = SourceKind.FORM, "Sign-up form on the website", None
    elif introducer is None and chance.random() < (
        _FOUNDERS_HERE if plan.teams[team].branch == 1 else _FOUNDERS
    ):
        life.is_founder, life.source, life.label = True, SourceKind.EVENT, words.FOUNDING
        life.met = chance.randint(0, 20) * DAY + chance.randint(9 * 60, _EVENING)
    if chance.random() < 0.4:
        life.street = f"{chance.randint(1, 140)} {chance.choice(words.STREETS)}"
    if chance.random() < 0.18:
        life.tags = (chance.choice(words.TAGS),)
    return life


class Story:
    """What is known while a story is being told."""

    def __init__(self, life: Life, plan: Plan, diary: Diary, halls: Halls, chance: Random) -> None:
        self.life, self.plan, self.diary, self.halls, self.chance = life, plan, diary, halls, chance
        self.fades = _FADES
        self.meeting: int | None = None  # the day of the next meeting of the circle
        self.owner = life.by
        self.days: list[int] = []  # of two-way touches
        weights = _FOUNDING_WEIGHTS if life.is_founder else _DESTINY_WEIGHTS
        self.destiny = chance.choices(_DESTINY_KINDS, cum_weights=weights)[0]
        self.missed = 0

    @property
    def tie(self) -> TieLife:
        return self.life.ties[-1]

    def tell(self) -> None:
        life, chance = self.life, self.chance
        owners = [] if life.is_unowned else [(self.owner, life.met)]
        active = (Status.ACTIVE, life.met, "", None)
        life.ties.append(TieLife(TieKind.CONTACT, life.met, [active], [(0, life.met, "")], owners))
        if life.is_unowned:
            return
        self._owe(StepKind.FIRST_CALL, life.met, due=life.met // DAY + 2)
        if self.destiny in _NO_WAVE[0] and chance.random() < _NO_WAVE[1]:
            self._sit(None, life.met + chance.randint(25, 60) * DAY)
        self._go_on(self._at(life.met // DAY + chance.randint(1, 4)))

    def _go_on(self, at: int) -> None:
        """Go on from one talk to the next, and to the circle between them, until the evening before the demo."""
        chance = self.chance
        while at < END:
            if self._meets(before=at):
                continue
            self._touch(at)
            if self._leaves(at):
                self._get_up(at + 15)
                return
            if self.tie.statuses[-1][0] is Status.RESTING:
                at = self._rest(at)
                continue
            gap = self._gap()
            self._owe(chance.choice(_STEP_KINDS), at, due=self.diary.working(at // DAY + gap))
            at = self._at(at // DAY + max(1, gap + chance.randint(-1, 4)))
            if self.meeting is None and chance.random() < self._let_go(at):
                break  # nobody got round to it any more: the strand fades
        while self._meets(before=END):
            pass
        self._stand()

    def _let_go(self, at: int) -> float:
        """How often nobody gets round to the next touch: more often while the branch is taken up by others."""
        if self.life.wave is not None:
            return self.fades
        return max(self.fades, neglect(self.plan.teams[self.life.team].branch, at // DAY))

    def _sit(self, wave: int | None, after: int) -> None:
        """Take a chair in a circle from this moment on, if its first meeting is not beyond the demo."""
        if after >= END - 8 * DAY:
            return
        self.hall, self.meeting, chair = self.halls.chair(self.life.team, wave, after)
        self.life.chairs.append(chair)

    def _meets(self, *, before: int) -> bool:
        """Let the next meeting of the circle come, if it is before this moment; say whether it was."""
        if self.meeting is None:
            return False
        at = self.halls.minute(self.hall, self.meeting)
        if at >= before:
            return False
        chair, chance = self.life.chairs[-1], self.chance
        if not chair.came or chance.random() < _COMES:
            self._come(at, chair)
        self.meeting += 7
        if chance.random() < _LETS_GO:
            self._get_up(at + 40)
        return True

    def _come(self, at: int, chair: ChairLife) -> None:
        if self.meeting is None:
            return
        chair.came.append((self.meeting, len(self.life.touches)))
        touch = TouchLife(TouchKind.ATTENDANCE, Outcome.ATTENDED, at, self.hall.convenor, "", False, None)
        self.life.touches.append(touch)
        self.tie.last_touch = self.tie.last_two_way = at
        self.missed = 0
        if not self.days or self.days[-1] != at // DAY:
            self.days.append(at // DAY)
        self._grow(at + 5)

    def _get_up(self, at: int) -> None:
        """Leave the circle."""
        if self.meeting is not None and at < END:
            self.life.chairs[-1].until = max(at, self.life.chairs[-1].since)
            self.meeting = None

    def _at(self, day: int) -> int:
        return day * DAY + self.chance.randint(9 * 60, _EVENING)

    def _gap(self) -> int:
        if self.missed:
            return self.chance.randint(1, 4)
        # Who founds it is not left waiting for the second talk.
        kind = TieKind.SUPPORTER if self.life.is_founder else self.tie.kind
        return max(2, int(_RHYTHM[kind] * self.chance.uniform(0.5, 1.4)))

    def _owe(self, kind: StepKind, at: int, *, due: int, reason: str = "") -> None:
        words_of_it = reason or self.chance.choice(words.STEPS)
        if kind is StepKind.FIRST_CALL:
            words_of_it = ""
        self.life.steps.append(
            StepLife(self.owner, kind, self.diary.working(due), words_of_it, at, len(self.life.ties) - 1)
        )

    def _settle(self, at: int, touch: int | None) -> None:
        if self.life.steps and self.life.steps[-1].closed_at is None:
            self.life.steps[-1].closed_at, self.life.steps[-1].touch = at, touch

    def _touch(self, at: int) -> None:
        chance, tie = self.chance, self.tie
        answers = chance.random() < (0.58 if tie.kind is TieKind.CONTACT else 0.74)
        choices, weights = (_MEETINGS, _MEETING_WEIGHTS) if answers else (_ATTEMPTS, _ATTEMPT_WEIGHTS)
        kind, outcome, _ = chance.choices(choices, cum_weights=weights)[0]
        note, is_view = self._note(at // DAY) if answers and chance.random() < 0.45 else ("", False)
        self.life.touches.append(
            TouchLife(
                kind,
                outcome,
                at,
                self.owner,
                note,
                is_view,
                chance.choice((5, 10, 15, 30)) if answers else None,
            )
        )
        self._settle(at, len(self.life.touches) - 1)
        for handoff in self.life.handoffs[-1:]:
            if handoff.completed is None and at >= handoff.accepted:
                handoff.completed = at
        tie.last_touch = at
        self.missed = 0 if answers else self.missed + 1
        if is_two_way(outcome):
            tie.last_two_way = at
            if not self.days or self.days[-1] != at // DAY:
                self.days.append(at // DAY)
            self._grow(at + 5)
        if len(self.life.touches) > 2 and chance.random() < 0.015:
            self._hand_over(at + 10)

    def _note(self, day: int) -> tuple[str, bool]:
        """Choose a note; a view only where consent or regular contact before this day is ground to keep it."""
        recent = [d for d in self.days if 0 <= day - d <= REGULAR_WITHIN_DAYS]
        has_ground = self.life.consented is not None or len(recent) >= REGULAR_TOUCH_DAYS
        if not has_ground and len(recent) == 1 and self.chance.random() < 0.1:
            self.life.consented = day * DAY + 9 * 60
        if has_ground and self.chance.random() < 0.5:
            return self.chance.choice(words.VIEWS), True
        # With ground for it, every note is kept as what was said.
        return self.chance.choice(words.PRACTICAL), has_ground

    def _grow(self, at: int) -> None:
        """Let the tie become another kind, or move along its pathway."""
        tie, chance = self.tie, self.chance
        if tie.kind is TieKind.CONTACT and self.destiny is not TieKind.CONTACT and len(self.days) >= 2:
            tie.statuses.append((Status.ENDED, at, words.NO_LONGER, None))
            tie.ended = at
            grown = TieLife(
                self.destiny, at, [(Status.ACTIVE, at, "", None)], [(0, at, "")], [(self.owner, at)]
            )
            grown.last_touch, grown.last_two_way = tie.last_touch, tie.last_two_way
            self.life.ties.append(grown)
        elif tie.stages[-1][0] < _LAST_STAGE[tie.kind] and chance.random() < 0.25:
            tie.stages.append((tie.stages[-1][0] + 1, at, chance.choice(words.STAGE_WHY)))

    def _hand_over(self, at: int) -> None:
        colleagues = [o for o in self.plan.teams[self.life.team].organisers if o != self.owner]
        accepted = at + DAY
        if not colleagues or accepted + DAY >= END:
            return
        to = self.chance.choice(colleagues)
        self.tie.owners.append((to, accepted))
        self.life.handoffs.append(
            HandoffLife(
                len(self.life.ties) - 1, self.owner, to, at, accepted, self.chance.choice(words.HANDED_OVER)
            )
        )
        self.owner = to

    def _leaves(self, at: int) -> bool:
        """Tell whether the story ends here: stepped back, ended; a rest is a pause and not an end."""
        chance, tie = self.chance, self.tie
        if chance.random() > (0.09 if tie.kind is TieKind.CONTACT else 0.03) and self.missed < 4:
            return False
        drawn = chance.random()
        if drawn < 0.25 and not self.missed:
            until = at // DAY + chance.randint(21, 90)
            tie.statuses.append((Status.RESTING, at + 15, "", until))
            return False
        if drawn < 0.7 and not self.missed:
            status, reason = Status.STEPPED_BACK, chance.choice(words.STEPPED_BACK)
        elif drawn < 0.85 or self.missed:
            status, reason = Status.ENDED, chance.choice(words.ENDED)
        else:
            return False
        tie.statuses.append((status, at + 15, reason, None))
        tie.ended = at + 15
        self._settle(at + 15, None)
        return True

    def _rest(self, at: int) -> int:
        """Pass over the resting days; return the moment of the next touch, or the end when they last beyond it."""
        until = self.tie.statuses[-1][3] or 0
        if until >= DAYS:
            return END
        woken = until * DAY + 4 * 60
        self.tie.statuses.append((Status.ACTIVE, woken, "", None))
        self._owe(StepKind.CALL, woken, due=until, reason="The rest that was agreed is over")
        return self._at(until + self.chance.randint(0, 3))

    def _stand(self) -> None:
        """Say how it stands on the last evening: who is not resting is owed a step by a day that can be kept."""
        tie = self.tie
        if tie.statuses[-1][0] is Status.RESTING:
            return
        last = tie.last_touch or self.life.met
        if self.chance.random() < 0.06 and last + 60 < END:
            tie.statuses.append((Status.WAITING, last + 30, "", None))
        step = self.life.steps[-1]
        if step.kind is StepKind.FIRST_CALL and step.due >= DAYS - 1:
            return
        step.due = max(step.set_at // DAY + 1, self.diary.due(self.owner, set_on=step.set_at // DAY))
