"""Over what each role holds: a team, a branch, or the whole organisation."""

from __future__ import annotations

from enum import StrEnum

from strandline.lib.verdicts import YES, Verdict, no
from strandline.organisation.accounts.rules import Role


class Reach(StrEnum):
    """Over what a role holds."""

    TEAM = "team"
    BRANCH = "branch"
    WHOLE = "whole"


REACH: dict[Role, Reach] = {
    Role.ORGANISER: Reach.TEAM,
    Role.TEAM_LEAD: Reach.TEAM,
    Role.CONVENOR: Reach.TEAM,
    Role.CALLER: Reach.TEAM,
    Role.BRANCH_LEAD: Reach.BRANCH,
    Role.STEWARD: Reach.BRANCH,
    Role.CENTRE: Reach.WHOLE,
    Role.ADMINISTRATOR: Reach.WHOLE,
}
_ASKED = {
    Reach.TEAM: "{role} is a role in a team. Choose the team.",
    Reach.BRANCH: "{role} is a role over a branch. Choose the branch.",
    Reach.WHOLE: "{role} is a role for the whole organisation. Choose no team and no branch.",
}


def may_hold_over(role: Role, reach: Reach) -> Verdict:
    """Judge whether a role can be given over a team, a branch or the whole."""
    return YES if REACH[role] is reach else no(_ASKED[REACH[role]].format(role=role.words))
