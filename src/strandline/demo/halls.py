"""The circles of the demo: where there is a chair, and when its circle meets."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, time, timedelta, tzinfo
from random import Random

from strandline.lib import dates

from .rules import DAY, DAYS, ChairLife, Plan
from .waves import LIVE, WAVES

CHAIRS = 11
HOURS = (18, 18, 19, 19, 19, 20)


@dataclass(slots=True)
class Hall:
    """One circle: its team, its weekday and hour, who leads it, from which day on, and the chairs that are taken."""

    number: int
    team: int
    wave: int | None
    first: int
    hour: int
    convenor: int
    chairs: list[ChairLife] = field(default_factory=list)

    def is_full(self, since: int) -> bool:
        """Tell whether somebody who sat down now and stayed would be one too many at some time."""
        if len(self.chairs) < CHAIRS:
            return False
        return sum(1 for chair in self.chairs if chair.until is None or chair.until > since) >= CHAIRS


class Halls:
    """All circles, formed as people ask for a chair. Minutes are counted as in the stories."""

    def __init__(self, plan: Plan, *, first: date, zone: tzinfo, chance: Random) -> None:
        self._plan, self._first, self._zone, self._chance = plan, first, zone, chance
        self._began = dates.at_local(first, time(), zone)
        self._minutes: dict[tuple[int, int], int] = {}
        self._halls: dict[tuple[int, int | None], list[Hall]] = {}
        self.all: list[Hall] = []
        # One convenor of the demo leads a circle and holds no other role; it meets on the weekday of today.
        self._sole = next(
            (
                n
                for n, post in enumerate(plan.posts)
                if post.is_shown and post.roles[0][0].value == "convenor"
            ),
            None,
        )

    def minute(self, hall: Hall, day: int) -> int:
        """Return when a circle meets on a day: the same hour on the wall, whatever the season."""
        known = self._minutes.get((day, hall.hour))
        if known is None:
            at = dates.at_local(self._first + timedelta(days=day), time(hall.hour), self._zone)
            known = self._minutes[day, hall.hour] = int((at - self._began).total_seconds()) // 60
        return known

    def chair(self, team: int, wave: int | None, after: int) -> tuple[Hall, int, ChairLife]:
        """Take a chair in a circle of this team; return it with the first day on which somebody can come.

        Who came with a wave sits with others of the whole branch: its circles belong to the branch's first team.
        """
        if wave is not None:
            branch = self._plan.teams[team].branch
            team = next(n for n, one in enumerate(self._plan.teams) if one.branch == branch)
        halls = self._halls.setdefault((team, wave), [])
        hall = next((one for one in halls if not one.is_full(after)), None)
        if hall is None:
            hall = self._formed(team, wave)
            halls.append(hall)
        day = max(after // DAY + 1, hall.first)
        day += (hall.first - day) % 7
        chair = ChairLife(hall.number, self.minute(hall, day))
        hall.chairs.append(chair)
        return hall, day, chair

    def _formed(self, team: int, wave: int | None) -> Hall:
        chance, organisers = self._chance, self._plan.teams[team].organisers
        is_first = not any(hall.team == team for hall in self.all)
        # What began before the demo began meets since its first weeks; a wave's circles begin while it runs.
        earliest = 7 if wave is None else WAVES[wave].start + chance.randint(9, 16)
        weekday = DAYS % 7 if is_first or wave == LIVE - 1 else chance.randrange(7)
        convenor = organisers[(len(self.all) if wave is None else wave + 1) % len(organisers)]
        if self._sole is not None and wave is None and team == self._plan.posts[self._sole].roles[0][2]:
            convenor = self._sole
        hall = Hall(
            len(self.all),
            team,
            wave,
            earliest + (weekday - earliest) % 7,
            chance.choice(HOURS),
            convenor,
        )
        self.all.append(hall)
        return hall
