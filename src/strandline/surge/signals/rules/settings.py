"""Every number of the detector, once, with its reason. Nothing elsewhere is tuned."""

import math
from dataclasses import dataclass, replace
from enum import StrEnum
from types import MappingProxyType


class Step(StrEnum):
    """How much time one count covers."""

    HOUR = "hour"
    THREE_HOURS = "3h"
    DAY = "day"
    WEEK = "week"


class Tier(StrEnum):
    """What is said of a step: nothing yet, nothing unusual, look at it, act on it."""

    YOUNG = "too little history"
    USUAL = "usual"
    WATCH = "watch"
    ALARM = "alarm"


@dataclass(frozen=True)
class Cadence:
    """The windows of one step length, counted in the steps that decide (days for hourly counts)."""

    long: int
    """The window that says what is usual: METHODS 1, 56 days or 26 weeks."""
    guard: int
    """Steps left out before the step judged, so that a rise does not become its own yardstick: METHODS 1."""
    recent: int
    """The window that says where the level is now: two months of weeks (METHODS 1: k <= 8), two weeks of days."""
    recent_guard: int
    """The least guard: one week, or two days because a day's counts come in late."""
    reach: int
    """The longest sum that is judged: METHODS 1, 8 weeks or 14 days."""
    memory: int
    """How far back the usual unrest is remembered: a whole year of days; two years of weeks, for there are fewer."""
    weekdays: int
    """Length of the weekly round in steps; 0 when a step is a week."""
    year: int
    """Length of the yearly round in steps; 0 when the history that is kept is too short for it."""
    generation: float
    """Steps from one arrival to those it brings, for the branching number shown after an alarm."""
    a_year: float


DAYS = Cadence(56, 7, 14, 2, 14, 365, 7, 0, 3.5, 365.25)
WEEKS = Cadence(26, 2, 8, 1, 8, 104, 0, 52, 2.0, 52.18)
CADENCES = MappingProxyType({Step.HOUR: DAYS, Step.THREE_HOURS: DAYS, Step.DAY: DAYS, Step.WEEK: WEEKS})
A_DAY = MappingProxyType({Step.HOUR: 24, Step.THREE_HOURS: 8, Step.DAY: 1, Step.WEEK: 1})
"""Steps that are summed before anything is decided: hours decide on daily sums."""


@dataclass(frozen=True)
class Settings:
    """The bars of the two tiers and the guards beneath them, frozen; `docs/reference/signals.md` tells their effect."""

    young: int = 8
    """Steps before anything is decided: METHODS 1."""
    winsor: float = 0.95
    """The top 5 % of a window is cut down to this quantile: METHODS 1. Under 20 counts, the largest to the second."""
    pseudo_weeks: int = 3
    """Weekday factors shrink by three weeks of the plain mean: METHODS 1."""
    least_mean: float = 0.1
    """No series is taken to expect less than one in ten steps; without it one arrival would be without bound."""
    steadiest: float = 0.1
    """Coefficient of variation of the steadiest series there is: counts of thousands are never Poisson."""
    fallen: float = 0.7
    """The level has fallen when even the largest recent count is under this share of the long mean: then the recent
    window is the yardstick, or a new wave that starts from the ebb of the last would hide for half a year."""
    bar: float = 4.0
    """Log likelihood ratio over dispersion for a watch when two of three steps are raised: the upper end of the
    plateau from 3 to 4, where neither finds nor timing move under thinned, shortened and redrawn series; from 4.5 on
    rises are found later."""
    bar_alone: float = 8.0
    """The same for one raised step alone. Real counts have heavier tails in one step than in two: twice the log."""
    ratio: float = 1.5
    """Least ratio to the usual, of the sum judged and of a raised step: METHODS 1. Less is no surge, however sure."""
    ratio_alone: float = 3.0
    """Least ratio of one step alone: an ordinary busy day is twice the usual."""
    least_people: int = 5
    """Least sum, for watch and alarm: METHODS 1, five people. Smaller numbers are known by name."""
    alarm_bar: float = 6.0
    """Half as much log evidence again as a watch."""
    alarm_ratio: float = 2.0
    """An alarm is confirmed by a doubling in two of the last three steps."""
    alarm_bar_alone: float = 16.0
    alarm_ratio_alone: float = 5.0
    """One step alone, for an alarm: twice the watch's evidence again, and five times the usual."""
    echo_bar: float = 1.5
    echo_share: float = 0.6
    echo_width: int = 2
    """A yearly echo: in two of the last three years, within two weeks of this one, a rise past this evidence of at
    least this share of today's ratio. What comes each year in the same weeks is a season, not a surge."""
    false_watches_a_month: float = 1.0
    """The budget of the whole organisation: METHODS 1."""
    streams: int = 15
    """Streams that share the budget at the bars above: at the goal of 0.8 false watches a year and stream."""
    slope: float = 0.2
    """How fast false watches fall as the bar rises, measured between bars 3 and 5 (a third fewer for two units).
    Clean noise would fall faster; real series have heavy tails, and the slower figure is the safer."""

    def for_streams(self, streams: int) -> "Settings":
        """Raise the bars so that more streams keep within the same budget; never lower them for fewer."""
        if streams < 1:
            raise ValueError("The number of streams must be 1 or more.")
        more = math.log(max(streams / self.streams, 1.0)) / self.slope
        return replace(self._raised(more), streams=max(streams, self.streams))

    def at_pace(self, cadence: Cadence) -> "Settings":
        """Raise the bars for days, which decide seven times as often as weeks, to as many false alarms a year.

        The bars are logs of likelihoods, so seven times as many looks ask for the log of seven more.
        """
        return self._raised(math.log(cadence.a_year / WEEKS.a_year))

    def luck(self, cadence: Cadence) -> float:
        """Say how rare a sum must be under luck alone: this stream's share of the budget, over its looks a step.

        Sums of 1, 2, 4, 8... steps are nearly separate looks; those between share most of their counts.
        """
        share = self.false_watches_a_month * 12 / cadence.a_year / self.streams
        return share / (1 + math.log2(cadence.reach))

    def _raised(self, more: float) -> "Settings":
        return replace(
            self,
            bar=self.bar + more,
            bar_alone=self.bar_alone + more,
            alarm_bar=self.alarm_bar + more,
            alarm_bar_alone=self.alarm_bar_alone + more,
        )


SETTINGS = Settings()
