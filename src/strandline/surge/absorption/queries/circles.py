"""Who of a surge has no circle yet, and which circles could be formed of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Exists, OuterRef, Q

from strandline.organisation.accounts.models import Account
from strandline.organisation.accounts.rules import Viewer
from strandline.organisation.branches import queries as branches
from strandline.organisation.branches.models import Team
from strandline.steady.circles import queries as circles
from strandline.steady.circles.models import Circle
from strandline.steady.circles.rules import meetings
from strandline.steady.intake.models import Submission
from strandline.steady.people.models import Address, Person
from strandline.steady.ties.models import Tie
from strandline.steady.ties.rules import CLOSED_STATUSES
from strandline.surge.absorption.models import SurgeCircle
from strandline.surge.absorption.rules.circles import (
    Arrival,
    CirclePlan,
    Convenor,
    Slot,
    propose_circles,
)
from strandline.surge.absorption.rules.cohorts import Wave
from strandline.surge.absorption.rules.record import Span
from strandline.surge.moments.models import Surge

from .columns import newcomers

# The last two characters of a postcode name a street; what is before them, a neighbourhood.
STREET_OF_POSTCODE = 2
WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Lead:
    """Somebody who could lead a circle, and the team in which it would be."""

    account: Account
    team: Team


@dataclass(frozen=True)
class Proposals:
    """The circles that could be formed, with the people and convenors by their codes, and how many still have none."""

    plan: CirclePlan
    people: dict[str, Person]
    leads: dict[str, Lead]
    without: int


def arrivals_without_circle(*, viewer: Viewer, surge: Surge, on: date) -> list[Person]:
    """Return the people of a surge whom the viewer may see, who said no to nothing and have no circle, by name."""
    ends = None if surge.ends_on is None else surge.ends_on.toordinal()
    wave = Wave(surge.starts_on.toordinal(), ends)
    span = Span(wave.start, wave.last(on.toordinal()))
    found = newcomers(viewer=viewer, branches=branches.below(branch=surge.branch_id), spans=[span])
    ids = set(found.people.ids.tolist())
    ids -= circles.in_a_circle(people=ids)
    ended = Tie.objects.filter(person=OuterRef("pk"), status__in=[s.value for s in CLOSED_STATUSES])
    running = Tie.objects.filter(person=OuterRef("pk"), ended_at=None)
    rows = Person.objects.visible_to(viewer).filter(pk__in=ids, is_deceased=False)
    return list(rows.filter(~Exists(ended) | Q(Exists(running))).order_by("order_key"))


def proposals(*, viewer: Viewer, surge: Surge, slots: Sequence[Slot], on: date, at: datetime) -> Proposals:
    """Return which circles could be formed of the arrivals at these hours of the week, and why not more.

    Nobody was asked when they can come: each is taken to be able to at any of the hours, and says so when asked.
    """
    people = arrivals_without_circle(viewer=viewer, surge=surge, on=on)
    spoken = _languages(people)
    where = _places(people, surge)
    arrivals = [Arrival(p.code, where[p.pk], spoken[p.pk], frozenset(slots)) for p in people]
    lead_by_code = leads(viewer=viewer, surge=surge, at=at)
    convenors = _convenors(lead_by_code, frozenset(where.values()), slots, on)
    plan = propose_circles(arrivals, convenors, on.toordinal())
    return Proposals(plan, {p.code: p for p in people}, lead_by_code, len(people))


def _languages(people: Sequence[Person]) -> dict[int, frozenset[str]]:
    """What each speaks, as far as it is on record; who signed up speaks the language of the form they read."""
    made = branches.organisation()
    usual = (made.languages or ["en"])[0] if made else "en"
    ids = [p.pk for p in people]
    read = dict(
        Submission.objects.filter(person__in=ids)
        .exclude(language="")
        .order_by("at")
        .values_list("person", "language")
    )
    return {p.pk: frozenset([*p.languages, read.get(p.pk, usual)]) for p in people}


def _places(people: Sequence[Person], surge: Surge) -> dict[int, str]:
    """Where each lives: the neighbourhood of the postcode, else the locality, else the branch."""
    found = {p.pk: surge.branch.name for p in people}
    rows = Address.objects.filter(person__in=list(found)).order_by("pk")
    for person, postcode, locality in rows.values_list("person", "postcode", "locality"):
        short = postcode.strip().upper()[:-STREET_OF_POSTCODE].strip()
        if short or locality:
            found[person] = short or locality
    return found


def leads(*, viewer: Viewer, surge: Surge, at: datetime) -> dict[str, Lead]:
    """Return who could lead a circle, by code: in the viewer's teams within the surge's branches, each in the first."""
    within = branches.below(branch=surge.branch_id)
    found: dict[str, Lead] = {}
    for team in circles.teams_to_form_in(viewer=viewer):
        if team.branch_id in within:
            for account in circles.may_be_convenors(viewer=viewer, team=team.pk, at=at):
                found.setdefault(account.code, Lead(account, team))
    return found


def _convenors(
    by_code: dict[str, Lead], places: frozenset[str], slots: Sequence[Slot], on: date
) -> list[Convenor]:
    """Whoever could lead, at the hours of the week at which they lead no circle already."""
    made = branches.organisation()
    usual = (made.languages or ["en"])[0] if made else "en"
    busy = circles.convened_by(accounts=[lead.account.pk for lead in by_code.values()])
    found = []
    for code, lead in sorted(by_code.items()):
        taken = {_slot(circle, on) for circle in busy.get(lead.account.pk, [])}
        free = frozenset(slot for slot in slots if slot not in taken)
        spoken = frozenset({usual, lead.account.language.split("-")[0]})
        found.append(Convenor(code, places, spoken, free))
    return found


def _slot(circle: Circle, on: date) -> Slot | None:
    days = meetings(circle.course, since=on, until=on + 5 * WEEK)
    return Slot(days[0].weekday(), circle.starts_time.hour) if days else None


def circles_of(*, viewer: Viewer, surge: Surge) -> list[Circle]:
    """Return the circles that were formed of a surge's people and that the viewer may see, the latest first."""
    rows = SurgeCircle.objects.filter(surge=surge).order_by("-formed_at", "-pk").select_related("circle")
    seen = circles.visible_codes(viewer=viewer, circles=[row.circle_id for row in rows])
    return [row.circle for row in rows if row.circle.code in seen]
