"""What is watched, what became of an alert, and who may do what about it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from strandline.lib.verdicts import YES, Verdict, no
from strandline.organisation.accounts.rules import Role, Viewer
from strandline.surge.signals.rules.decision import Decision, reach_back, replay
from strandline.surge.signals.rules.settings import Settings, Step, Tier

KEEPERS = (Role.TEAM_LEAD, Role.BRANCH_LEAD, Role.STEWARD)
LATE_DAYS = 28
"""How far back counts from the record are judged again: conversations are logged within days, sheets typed in within
weeks. Later changes are mostly erasures, which must not rewrite what was said."""
REST = {Step.DAY: timedelta(days=14), Step.WEEK: timedelta(weeks=4)}
"""A new rise within this long after the last step of an alert belongs to it."""


class Source(StrEnum):
    """From where the counts of a series come."""

    BRANCH = "branch"
    FORM = "form"
    CONSTITUENCY = "constituency"
    ATTENDANCE = "attendance"
    REPLIES = "replies"
    THEME = "theme"
    EXTERNAL = "external"

    @property
    def words(self) -> str:
        """Return what is counted, as the page says it."""
        return _COUNTED[self]

    def record(self, code: str) -> str:
        """Name the record that is counted: series of one record are one stream, for they share its errors."""
        return f"external {code}" if self is Source.EXTERNAL else _RECORDS[self]


_COUNTED = {
    Source.BRANCH: "Sign-ups of the branch",
    Source.FORM: "Sign-ups by one form",
    Source.CONSTITUENCY: "Sign-ups of one section",
    Source.ATTENDANCE: "People who came",
    Source.REPLIES: "Answers to our attempts",
    Source.THEME: "Touches on a theme",
    Source.EXTERNAL: "Counts from outside",
}
_RECORDS = {
    Source.BRANCH: "sign-ups",
    Source.FORM: "sign-ups",
    Source.CONSTITUENCY: "sign-ups",
    Source.ATTENDANCE: "attendance",
    Source.REPLIES: "touches",
    Source.THEME: "touches",
}


class Answer(StrEnum):
    """What was done about an alert."""

    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"
    DISMISSED = "dismissed"
    SURGE = "surge"

    @property
    def words(self) -> str:
        """Return the answer as the page says it."""
        return {
            Answer.OPEN: "waits for an answer",
            Answer.ACKNOWLEDGED: "seen",
            Answer.DISMISSED: "dismissed",
            Answer.SURGE: "became a surge",
        }[self]


class Way(StrEnum):
    """How counts from outside came in."""

    UPLOAD = "upload"
    PUSH = "push"


@dataclass(frozen=True)
class Standing:
    """What a judgement about an alert rests on."""

    answer: Answer
    is_withdrawn: bool


def may_look(viewer: Viewer) -> bool:
    """Tell whether these roles see signals at all: sums in bands at the centre, counts for who works in a branch."""
    return viewer.is_(Role.ORGANISER, *KEEPERS, Role.CENTRE)


def may_keep(viewer: Viewer, *, branch: int, team: int | None) -> Verdict:
    """Judge whether someone may add a series here and hand in its counts."""
    if branch in viewer.branches(Role.BRANCH_LEAD, Role.STEWARD):
        return YES
    if team is not None and team in viewer.teams(Role.TEAM_LEAD):
        return YES
    return no("Leads and data stewards of the branch add series and hand in their counts.")


def may_answer(viewer: Viewer, standing: Standing, answer: Answer, *, is_lead: bool) -> Verdict:
    """Judge whether an alert can be answered so. Anyone who sees it may say that they have seen it."""
    if standing.is_withdrawn:
        return no("The counts were corrected, and nothing is left of this alert.")
    if standing.answer is Answer.SURGE:
        return no("This alert became a surge already.")
    if answer is Answer.ACKNOWLEDGED:
        return no("This alert was answered already.") if standing.answer is not Answer.OPEN else YES
    if not is_lead:
        return no("Leads of the team and the branch decide whether this is a surge.")
    if answer is Answer.DISMISSED and standing.answer is Answer.DISMISSED:
        return no("This alert was dismissed already.")
    return YES


def last_whole(today: date, step: Step) -> date:
    """Return the last step that is over: yesterday, or the Monday of last week."""
    return today - timedelta(days=1) if step is Step.DAY else monday(today) - timedelta(weeks=1)


def monday(on: date) -> date:
    """Return the day with which a week begins."""
    return on - timedelta(days=on.weekday())


def length_of(step: Step) -> timedelta:
    """Return how long one step is."""
    return timedelta(weeks=1) if step is Step.WEEK else timedelta(days=1)


@dataclass(frozen=True)
class Course:
    """The counts of one series at even steps from its first day on."""

    begins_on: date
    counts: tuple[int, ...]
    step: Step

    def day(self, index: int) -> date:
        """Return the day with which a step begins."""
        return self.begins_on + index * length_of(self.step)

    def index(self, on: date) -> int:
        """Return which step begins on this day; below 0 before the first."""
        return (on - self.begins_on) // length_of(self.step)

    def until(self, on: date) -> Course:
        """Return the same counts as they were to be had when the step of this day was over."""
        return Course(self.begins_on, self.counts[: max(self.index(on) + 1, 0)], self.step)


@dataclass(frozen=True)
class Said:
    """What stands of an earlier judgement: enough to tell whether it must be made again."""

    tier: Tier
    count: int
    revision: int


def judge(
    course: Course,
    stood: Mapping[date, Said],
    settings: Settings,
    *,
    since: date,
    corrected_on: date | None = None,
) -> list[Decision]:
    """Judge what is new since the last time, and again from the first step on that came late or was corrected.

    Steps of which the count is another than it was said of are looked for since a day; `corrected_on` names one that
    was corrected before. A series that was never judged is judged at its newest step alone: what would have been said
    before is a replay, not an alert. Each answer carries how often the step was judged before.
    """
    if not course.counts:
        return []
    newest = len(course.counts) - 1
    first = max(course.index(max(stood)) + 1, course.index(since)) if stood else newest
    again = [
        index
        for on, said in stood.items()
        if 0 <= (index := course.index(on)) <= newest
        and ((on >= since and course.counts[index] != said.count) or (corrected_on and on >= corrected_on))
    ]
    begin = max(min([first, *again]), 0)
    if begin > newest:
        return []
    # Older counts cannot change what is judged, so they need not be weighed again.
    skipped = max(begin - reach_back(course.step), 0)
    found = []
    for told in replay(course.counts[skipped:], course.step, settings, since=begin - skipped):
        said = replace(told, index=told.index + skipped)
        old = stood.get(course.day(said.index))
        if old is None and said.index < first:
            continue
        if old is not None and (old.tier, old.count) == (said.tier, said.count):
            continue
        found.append(replace(said, revision=0 if old is None else old.revision + 1))
    return found


@dataclass(frozen=True)
class Watched:
    """One series in watch or alarm: its record, its branch, the day at whose end it said so, and for how long it holds."""

    key: int
    record: str
    branch: int
    said_on: date
    lasts: int


def in_company(
    watches: Sequence[Watched], lines: Mapping[int, Sequence[int]], *, on: date, within: int = 3
) -> frozenset[int]:
    """Return the series in watch beside which an independent one is in watch too: together they make an alarm.

    Independent are series of different records; they belong together when the branch of one lies in that of the other.
    `lines` gives for each branch itself and those above it. A watch holds for `within` days, one of a week for as long
    as its answer is the newest.
    """
    fresh = [w for w in watches if 0 <= (on - w.said_on).days < max(within, w.lasts)]

    def belong(one: Watched, other: Watched) -> bool:
        return other.branch in lines.get(one.branch, ()) or one.branch in lines.get(other.branch, ())

    return frozenset(
        one.key for one in fresh if any(one.record != other.record and belong(one, other) for other in fresh)
    )
