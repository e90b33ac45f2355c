"""When one person alone may take people out in a file, who may agree to more, and how long an agreement holds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from strandline.lib.verdicts import YES, Verdict, no
from strandline.organisation.accounts.rules import Role, Viewer

# More than this is not a list to work with but the organisation itself; the whole goes out by backup.
MOST = 50_000
# An answer is waited for so long, and what was agreed to may be taken so long.
WAITS = timedelta(days=7)
HOLDS = timedelta(hours=24)


class Approval(StrEnum):
    """How a request to take people out stands."""

    ASKED = "asked"
    APPROVED = "approved"
    DECLINED = "declined"
    EXPIRED = "expired"
    TAKEN = "taken"

    @property
    def words(self) -> str:
        """Return the state as the page shows it."""
        return {
            Approval.ASKED: "waits for an answer",
            Approval.APPROVED: "agreed to",
            Approval.DECLINED: "declined",
            Approval.EXPIRED: "run out",
            Approval.TAKEN: "taken",
        }[self]


@dataclass(frozen=True)
class Request:
    """Who asked to take how many people out, from where, and what became of it.

    `branches` are all that the asker works in; `teams` are there only for someone whose rights end with teams.
    """

    by: int
    count: int
    teams: frozenset[int]
    branches: frozenset[int]
    asked_at: datetime
    answered_at: datetime | None = None
    is_approved: bool = False
    taken_at: datetime | None = None

    def state(self, at: datetime) -> Approval:
        """Return how it stands at a moment."""
        if self.taken_at is not None:
            return Approval.TAKEN
        if self.answered_at is None:
            return Approval.EXPIRED if at - self.asked_at > WAITS else Approval.ASKED
        if not self.is_approved:
            return Approval.DECLINED
        return Approval.EXPIRED if at - self.answered_at > HOLDS else Approval.APPROVED


def may_export_alone(count: int, *, most: int) -> Verdict:
    """Judge whether so many people may go out without a second person."""
    if count <= most:
        return YES
    return no(f"This list has {count:,} people. For more than {most:,} a second person has to agree.")


def may_answer(request: Request, *, by: Viewer, at: datetime) -> Verdict:
    """Judge whether someone may agree or decline: somebody else, with rights over all that the asker has rights over."""
    if request.by == by.account_id:
        return no("Somebody else has to answer this.")
    if not has_rights_over(request, by):
        return no("Your role does not cover where this list comes from.")
    state = request.state(at)
    if state is not Approval.ASKED:
        return no(f"This cannot be answered any more: it is {state.words}.")
    return YES


def has_rights_over(request: Request, viewer: Viewer) -> bool:
    """Tell whether someone leads or keeps everything that the asker sees people by; administrators may always answer."""
    if viewer.is_(Role.ADMINISTRATOR):
        return True
    if request.branches and request.branches <= viewer.branches(Role.BRANCH_LEAD, Role.STEWARD):
        return True
    return bool(request.teams) and request.teams <= viewer.teams(Role.TEAM_LEAD)


def may_take(request: Request, *, count: int, by: Viewer, at: datetime) -> Verdict:
    """Judge whether what was agreed to may be taken now, with so many people as fit by now."""
    state = request.state(at)
    if request.by != by.account_id or state is not Approval.APPROVED:
        return no(f"This list cannot be taken: it is {state.words}. Ask again.")
    if count > request.count:
        return no(f"By now {count:,} people fit, and {request.count:,} were agreed to. Ask again.")
    return YES
