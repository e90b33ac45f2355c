"""Which role sees what, and which kinds of data, as the page says it (SYSTEM, Access)."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from strandline.organisation.accounts.rules import ALL_CLASSES, GRANTS, Role
from strandline.store.records import FieldClass

Words = str | Promise

ROLES: dict[Role, Words] = {
    Role.ORGANISER: _("Organiser"),
    Role.TEAM_LEAD: _("Team lead"),
    Role.BRANCH_LEAD: _("Branch lead"),
    Role.STEWARD: _("Data steward"),
    Role.CENTRE: _("Centre"),
    Role.CONVENOR: _("Convenor"),
    Role.CALLER: _("Caller"),
    Role.ADMINISTRATOR: _("Administrator"),
}
WHOM: dict[Role, Words] = {
    Role.ORGANISER: _(
        "People they hold a tie with, people shared with them, and people of their teams marked normal."
    ),
    Role.TEAM_LEAD: _("Every person of the team marked normal or restricted; load and queues of the team."),
    Role.BRANCH_LEAD: _(
        "Every person of the branch and the branches below it, marked normal or restricted; confidential ones only "
        "when shared with them."
    ),
    Role.STEWARD: _(
        "People of their branch, to keep the data in order: how to reach them, agreements, imports, twins."
    ),
    Role.CENTRE: _("Totals only, in bands; people only when shared with them."),
    Role.CONVENOR: _("Names and attendance of the circles they convene."),
    Role.CALLER: _("The one person handed out to them, until the call is done."),
    Role.ADMINISTRATOR: _("Accounts and settings; no people."),
}
CLASSES: dict[FieldClass, Words] = {
    FieldClass.IDENTIFYING: _("names"),
    FieldClass.CONTACT: _("ways to reach them"),
    FieldClass.OPINION: _("notes, themes and judgements"),
    FieldClass.OPERATIONAL: _("ties and next steps"),
}


@dataclass(frozen=True)
class RoleSees:
    """One line of the table."""

    role: Words
    whom: Words
    classes: tuple[Words, ...]
    is_all: bool
    is_mine: bool


def table(mine: frozenset[Role]) -> list[RoleSees]:
    """Return what each role sees, from the grants themselves."""
    return [
        RoleSees(
            role=ROLES[role],
            whom=WHOM[role],
            classes=tuple(CLASSES[c] for c in CLASSES if c in GRANTS[role]),
            is_all=GRANTS[role] == ALL_CLASSES,
            is_mine=role in mine,
        )
        for role in Role
    ]
