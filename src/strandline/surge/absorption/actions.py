from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction

from strandline.organisation.accounts.rules import Viewer
from strandline.organisation.audit import actions as audit
from strandline.steady.circles import actions as circles
from strandline.steady.circles import queries as circle_queries
from strandline.steady.circles.actions import CannotConvene, NewCircle
from strandline.steady.circles.models import Circle
from strandline.steady.followup import actions as followup
from strandline.steady.followup.rules import not_a_sunday
from strandline.steady.people import queries as people_queries
from strandline.steady.people.models import Person
from strandline.steady.ties.models import Tie
from strandline.steady.ties.queries import zone
from strandline.store.records import Absent
from strandline.surge.moments import actions as moment_actions
from strandline.surge.moments import queries as moments
from strandline.surge.moments.queries import Sight
from strandline.surge.moments.rules import counted_phase, crest

from . import queries
from .models import SurgeCircle
from .rules.circles import may_form
from .rules.cohorts import last_day

# An invitation is owed this many days before the first meeting, so that there is time to come.
ASKED_AHEAD = timedelta(days=2)


@dataclass(frozen=True)
class ChosenCircle:
    """A circle that somebody chose to form: what it is, who leads it, whom to ask. Accounts and people by code."""

    new: NewCircle
    convenor: str
    people: tuple[str, ...]


@audit.deed("surge.circles_formed", can_be_taken_back=True)
def form_circles(*, surge: str, chosen: Sequence[ChosenCircle], by: Viewer, at: datetime) -> list[Circle]:
    """Form circles of a surge's arrivals in one go: each with its convenor, its people asked by whoever holds them.

    Nobody belongs to a circle until they come. Raises Absent, CannotConvene, BadText: then nothing was formed.
    """
    row = moments.surge(viewer=by, code=surge)
    if moments.sight_of(viewer=by, surge=row) is not Sight.MEMBER:
        raise Absent
    if not by.works_with_people:
        raise CannotConvene("Your role forms no circles.")
    verdict = may_form([one.people for one in chosen])
    if not verdict.ok:
        raise CannotConvene(verdict.reason)
    wanted = [code for one in chosen for code in one.people]
    people = {person.code: person for person in people_queries.people_by_code(viewer=by, codes=wanted)}
    if len(people) < len(set(wanted)):
        raise Absent
    if circle_queries.in_a_circle(people=[person.pk for person in people.values()]):
        raise CannotConvene("Somebody of these has found a circle meanwhile. Look at the proposal again.")
    leads = queries.leads(viewer=by, surge=row, at=at)
    made = []
    for one in chosen:
        if one.convenor not in leads:
            raise CannotConvene("Choose a convenor from the organisers and convenors of your teams.")
        lead = leads[one.convenor]
        circle = circles.form(new=one.new, team=lead.team, convenor=lead.account, at=at)
        SurgeCircle.objects.create(surge=row, circle=circle, formed_at=at)
        asked = [people[code] for code in one.people]
        circles.invite(circle=circle, people=asked, by=by, at=at)
        _ask(circle, asked, by=by, at=at)
        made.append(circle)
    audit.record(verb="surge.circles_formed", about=list(people.values()), by=by, at=at)
    return made


def _ask(circle: Circle, people: Sequence[Person], *, by: Viewer, at: datetime) -> None:
    """Let whoever holds each of these people owe them the invitation; of whom nobody holds, who formed the circle."""
    today: date = at.astimezone(zone()).date()
    due = max(today, circle.starts_on - ASKED_AHEAD)
    first = f"{circle.starts_on:%a} {circle.starts_on.day} {circle.starts_on:%b}, {circle.starts_time:%H:%M}"
    reason = f"Ask along to the circle {circle.name}: first on {first}"
    ties = Tie.objects.filter(person__in=people, ended_at=None, owner__isnull=False).order_by("-pk")
    held = {tie.person_id: tie for tie in ties}
    for person in people:
        tie = held.get(person.pk)
        followup.ask_along(
            person=person,
            tie=tie,
            owner=tie.owner_id if tie and tie.owner_id else by.account_id,
            reason=reason,
            due_on=not_a_sunday(due),
            by=by,
            at=at,
        )


@transaction.atomic(durable=True)
def follow_surges(*, at: datetime) -> int:
    """Keep for each surge that runs its peak, its phase and, once it is known, its last day, as the counts show them.

    The day that has just begun is left out. In the log it stands under `clock`; what a person said of a phase stays.
    Return for how many surges something changed.
    """
    eve = at.astimezone(zone()).date() - timedelta(days=1)
    changed = 0
    for row in moments.running():
        before, daily = queries.whole_intake(surge=row, until=eve)
        if not daily:
            continue
        top = crest(daily)
        touched = [
            moment_actions.note_peak(
                surge=row, peaked_on=None if top is None else row.starts_on + timedelta(days=top)
            ),
            moment_actions.note_phase(surge=row, phase=counted_phase(daily, row.starts_on), at=at),
        ]
        last = last_day(before, daily)
        if last is not None:
            touched.append(
                moment_actions.note_end(surge=row, ends_on=row.starts_on + timedelta(days=last), at=at)
            )
        changed += any(touched)
    if changed:
        audit.record_lines([audit.Line("surge.followed", audit.CLOCK, at)])
    return changed
