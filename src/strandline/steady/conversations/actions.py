from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from strandline.organisation.accounts.models import Account
from strandline.organisation.accounts.rules import Viewer
from strandline.organisation.audit import actions as audit
from strandline.organisation.branches import queries as branches
from strandline.organisation.branches.models import Team
from strandline.steady.followup import actions as followup
from strandline.steady.followup.actions import CannotFollowUp, NextStep
from strandline.steady.followup.models import FollowUp
from strandline.steady.followup.rules import StepKind, not_a_sunday
from strandline.steady.listening import actions as listening
from strandline.steady.people import actions as people
from strandline.steady.people import queries as people_queries
from strandline.steady.people.actions import NewPerson
from strandline.steady.people.models import Person
from strandline.steady.ties import actions as ties
from strandline.steady.ties import queries as tie_queries
from strandline.steady.ties.actions import CannotTie, NewTouch
from strandline.steady.ties.models import Tie, Touch
from strandline.steady.ties.rules import Outcome, TieKind


@audit.deed("conversation.logged", can_be_taken_back=True)
def log_conversation(
    *,
    person: str,
    touch: NewTouch,
    step: NextStep | None,
    by: Viewer,
    at: datetime,
    themes: Sequence[str] = (),
) -> Touch:
    """Keep what happened with a person, the themes that were heard, and what is owed next, in one go.

    An attempt without an answer moves what was owed to the next working day. Raises Absent, CannotTie,
    CannotFollowUp, CannotHear, BadText.
    """
    row = people_queries.person(viewer=by, code=person)
    if not by.works_with_people:
        raise CannotTie("Your role logs no conversations.")
    logged = ties.touch(person=row, new=touch, by=by, at=at)
    listening.hear(touch=logged, themes=themes, by=by, at=at)
    tie = Tie.objects.filter(person=row, ended_at=None).order_by("pk").first()
    missed = FollowUp.objects.filter(person=row, owner_id=by.account_id, closed_at=None).first()
    followup.settle(person=row, owner=by.account_id, touch=logged, at=at)
    if step is None and touch.outcome in (Outcome.NO_ANSWER, Outcome.LEFT_MESSAGE):
        today = at.astimezone(tie_queries.zone()).date()
        again = not_a_sunday(today + timedelta(days=1))
        kind = StepKind(missed.kind) if missed else StepKind.CALL
        step = NextStep(kind, again, missed.reason if missed else "")
    if step is not None:
        followup.owe(person=row, step=step, owner=by.account_id, tie=tie, by=by, at=at)
    followup.complete_handoffs(person=row, by=by, at=at)
    audit.record(verb="conversation.logged", about=row, by=by, at=at)
    return logged


@audit.deed("person.met", can_be_taken_back=True)
def meet_person(
    *, new: NewPerson, by: Viewer, at: datetime, team: Team | None = None, step: NextStep | None = None
) -> Person:
    """Put someone just met on record, held by who met them, with a first call owed.

    A data steward's newcomers have no tie yet and wait for an owner. Raises CannotAdd, BadText.
    """
    home = team or branches.home_team(viewer=by)
    if home is None:
        raise CannotFollowUp("You belong to no team in which someone could be put on record.")
    row = people.put_on_record(new=new, by=by, at=at, team=home, branch=home.branch)
    if by.works_with_people:
        owner = Account.objects.get(pk=by.account_id)
        tie = ties.tie_to(
            person=row, kind=TieKind.CONTACT, owner=owner, branch=home.branch, team=home, by=by, at=at
        )
        today = at.astimezone(tie_queries.zone()).date()
        due = step or NextStep(StepKind.FIRST_CALL, not_a_sunday(today + timedelta(days=2)))
        followup.owe(person=row, step=due, owner=by.account_id, tie=tie, by=by, at=at)
    audit.record(verb="person.met", about=row, by=by, at=at)
    return row
