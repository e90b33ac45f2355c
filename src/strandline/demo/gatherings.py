"""Turns what happened beside the talks into rows: sign-ups as they were sent, sections, circles and who came."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, time, timedelta
from typing import TYPE_CHECKING, Any

from strandline.steady.circles.models import (
    Attendance,
    Circle,
    CircleMembership,
    CircleSession,
    Convenorship,
)
from strandline.steady.constituencies.models import ConstituencyMembership
from strandline.steady.intake.models import Submission
from strandline.steady.intake.rules import State, Way
from strandline.steady.listening import rules as listening
from strandline.steady.listening.models import ThemeHeard
from strandline.steady.people.models import Consent
from strandline.steady.people.rules import ConsentPurpose

from . import log, words
from .halls import Hall, Halls
from .rules import DAY, Life

if TYPE_CHECKING:
    from .people import Places

Put = Callable[..., int]
COLUMNS: dict[Any, str] = {
    Circle: "name branch_id team_id place language recurrence starts_on starts_time formed_at",
    Convenorship: "circle_id account_id since_at",
    CircleSession: "circle_id meets_on starts_at",
    Submission: "audit_id form_id token fingerprint way at language typed state due_at person_id matched_at",
    ConstituencyMembership: "person_id constituency_id since_on by_id",
    CircleMembership: "circle_id person_id since_at until_at by_id",
    Attendance: "session_id person_id touch_id is_guest at by_id",
    ThemeHeard: "touch_id theme_id person_id at by_id",
}
_WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


class Gatherings:
    """Writes what one person did in forms and circles. `put` stores a row of a model and returns its number."""

    def __init__(
        self,
        halls: Halls,
        places: Places,
        *,
        first: date,
        at: Callable[[int | None], Any],
        day: Callable[[int], Any],
        put: Put,
        past: log.Past,
    ) -> None:
        self._halls, self._ground = halls, places.ground
        self._first, self._at, self._day, self._put, self._past = first, at, day, put, past
        self._accounts, self._teams = places.accounts, places.teams
        self._circles: dict[int, int] = {}
        self._sessions: dict[tuple[int, int], int] = {}
        self._heard = {note: listening.suggest(note, places.ground.themes) for note in words.VIEWS}

    def sign_up(self, life: Life, person: int, audit_id: str, *, reach: str) -> None:
        """Write what somebody sent through a form, and that they agreed to be contacted."""
        form = self._ground.forms[life.form, life.team]
        due_at = life.met + form.promise_hours * 60
        typed = {"name": life.name.full, "reach": reach, "consent": "yes", "postcode": life.postcode}
        self._put(
            Submission,
            audit_id,
            form.pk,
            f"demo-{life.number}",
            f"{life.number:032x}",
            Way.WEB.value,
            self._at(life.met),
            "es" if life.name.language == "es" and "es" in form.languages else "en",
            typed,
            State.KEPT.value,
            self._at(due_at),
            person,
            self._at(life.met + 5),
        )
        self._put(Consent, person, ConsentPurpose.CONTACT.value, form.consent_text, self._at(life.met))
        self._past.note(life.met, "signup.kept", log.BY_VISITOR, life.number)

    def belong(self, life: Life, person: int, by: int | None) -> None:
        """Write to which sections of people somebody belongs."""
        met_on = self._day(life.met // DAY)
        for section in life.sections:
            self._put(ConstituencyMembership, person, self._ground.sections[section], met_on, by)

    def hear(self, life: Life, person: int, touches: list[int]) -> None:
        """Write which themes were heard, of whoever there was ground to note views of."""
        for place, touch in enumerate(life.touches):
            if touch.is_view:
                for theme in self._heard.get(touch.note, ()):
                    by = self._accounts[touch.by]
                    self._put(ThemeHeard, touches[place], theme, person, self._at(touch.at), by)

    def sit(self, life: Life, person: int, touches: list[int]) -> None:
        """Write the chairs that somebody had, and the meetings to which they came."""
        for chair in life.chairs:
            hall = self._halls.all[chair.circle]
            circle, lead = self._circle(hall), self._accounts[hall.convenor]
            until = self._at(chair.until)
            self._put(CircleMembership, circle, person, self._at(chair.since), until, lead)
            self._past.note(chair.since, "circle.joined", hall.convenor, life.number)
            if chair.until is not None:
                self._past.note(chair.until, "circle.left", hall.convenor, life.number)
            for day, touch in chair.came:
                minute = self._halls.minute(hall, day)
                at, by = self._at(minute + 10), lead
                self._put(Attendance, self._session(hall, day), person, touches[touch], False, at, by)
                self._past.note(minute + 10, "circle.attended", hall.convenor, life.number)

    def _circle(self, hall: Hall) -> int:
        if hall.number not in self._circles:
            team, branch = self._teams[hall.team]
            first = self._first + timedelta(days=hall.first)
            formed = max(0, (hall.first - 4) * DAY + 12 * 60)
            place = words.STREETS[hall.number % len(words.STREETS)]
            self._circles[hall.number] = self._put(
                Circle,
                f"{place} circle" if hall.number < len(words.STREETS) else f"{place} circle {hall.number}",
                branch,
                team,
                place,
                "en",
                f"FREQ=WEEKLY;BYDAY={_WEEKDAYS[first.weekday()]}",
                first,
                time(hall.hour),
                self._at(formed),
            )
            circle, lead = self._circles[hall.number], self._accounts[hall.convenor]
            self._put(Convenorship, circle, lead, self._at(formed))
            self._past.note(formed, "circle.formed", hall.convenor, log.NOBODY)
        return self._circles[hall.number]

    def _session(self, hall: Hall, day: int) -> int:
        known = self._sessions.get((hall.number, day))
        if known is None:
            on = self._first + timedelta(days=day)
            at = self._at(self._halls.minute(hall, day))
            known = self._sessions[hall.number, day] = self._put(CircleSession, self._circle(hall), on, at)
        return known
