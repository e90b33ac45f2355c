"""Roles, what they grant, and the viewer in whose name every question is asked."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import Any

from strandline.lib.verdicts import YES, Verdict, no
from strandline.store.records import FieldClass


class Role(StrEnum):
    """The eight roles of SYSTEM, Access."""

    ORGANISER = "organiser"
    TEAM_LEAD = "team_lead"
    BRANCH_LEAD = "branch_lead"
    STEWARD = "steward"
    CENTRE = "centre"
    CONVENOR = "convenor"
    CALLER = "caller"
    ADMINISTRATOR = "administrator"

    @property
    def words(self) -> str:
        """Return the role as the page shows it."""
        return "Data steward" if self is Role.STEWARD else self.value.replace("_", " ").capitalize()


ALL_CLASSES = frozenset(FieldClass)
GRANTS: dict[Role, frozenset[FieldClass]] = {
    Role.ORGANISER: ALL_CLASSES,
    Role.TEAM_LEAD: ALL_CLASSES,
    Role.BRANCH_LEAD: ALL_CLASSES,
    Role.STEWARD: ALL_CLASSES - {FieldClass.OPINION},
    Role.CENTRE: frozenset(),
    Role.CONVENOR: frozenset({FieldClass.IDENTIFYING}),
    Role.CALLER: frozenset({FieldClass.IDENTIFYING, FieldClass.CONTACT, FieldClass.OPERATIONAL}),
    Role.ADMINISTRATOR: frozenset(),
}
# What a token may be allowed, one by one; reading and writing are asked for apart (SYSTEM 30).
API_SCOPES: dict[str, str] = {
    "people:read": "read people, with the field classes of the account's roles",
    "people:write": "put people on record, change them, their channels and tags",
    "ties:read": "read ties",
    "ties:write": "begin ties, set their status and stage",
    "touches:read": "read touches",
    "touches:write": "log touches",
    "followups:read": "read next steps",
    "followups:write": "set, move and close next steps",
    "signups:write": "hand in sign-ups to forms of the account's teams",
    "handoffs:read": "read handoffs",
    "handoffs:write": "offer, accept, decline and withdraw handoffs",
    "signals:read": "read the series that are watched, and what is said of them",
    "signals:write": "add series from outside and send their counts",
}


def digest(secret: str) -> str:
    """Return what is stored of a token's secret: 256 random bits need no salt and no slow hash."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def may_hold_scopes(scopes: Iterable[str]) -> Verdict:
    """Judge what a token is to be allowed: at least one thing, and only what there is."""
    wanted = list(scopes)
    unknown = [scope for scope in wanted if scope not in API_SCOPES]
    if unknown:
        return no(f"There is no scope {unknown[0]}. There are: {', '.join(API_SCOPES)}.")
    if not wanted:
        return no(f"Name at least one scope. There are: {', '.join(API_SCOPES)}.")
    return YES


# Roles that reach people by their own scope; the others see people by grant only.
PEOPLE_ROLES = frozenset({Role.ORGANISER, Role.TEAM_LEAD, Role.BRANCH_LEAD, Role.STEWARD})


class Sensitivity(StrEnum):
    """How closely a record is held (SYSTEM, Access)."""

    NORMAL = "normal"
    RESTRICTED = "restricted"
    CONFIDENTIAL = "confidential"


class Theme(StrEnum):
    """The looks an account may fix; `system` follows the device."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"


@dataclass(frozen=True)
class Settings:
    """What someone changes of their own account; None leaves it as it is."""

    name: str | None = None
    theme: Theme | None = None
    language: str | None = None
    has_single_keys: bool | None = None


@dataclass(frozen=True)
class Scope:
    """One membership: a role, and the branches and teams over which it holds today."""

    role: Role
    branches: frozenset[int] = frozenset()
    teams: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Viewer:
    """Who asks or acts: an account with its rights of this moment. Rights are the union over memberships."""

    account_id: int
    code: str
    audit_id: str
    name: str
    email: str = ""
    language: str = "en"
    scopes: tuple[Scope, ...] = ()
    # What an API token may do; None is a person at a page, who may do all that the roles allow.
    allows: frozenset[str] | None = field(default=None)
    # Where the roles hold, in words: at most two branches, for the frame of the page.
    places: tuple[str, ...] = ()

    @cached_property
    def roles(self) -> frozenset[Role]:
        return frozenset(scope.role for scope in self.scopes)

    @cached_property
    def worked_out(self) -> dict[Any, Any]:
        """What was worked out from these rights once and is asked again by each question of a page; it never changes."""
        return {}

    def is_(self, *roles: Role) -> bool:
        """Tell whether one of the memberships has one of these roles."""
        return not self.roles.isdisjoint(roles)

    def branches(self, *roles: Role) -> frozenset[int]:
        """Return the branches over which one of these roles holds."""
        return frozenset().union(*(s.branches for s in self.scopes if s.role in roles))

    def teams(self, *roles: Role) -> frozenset[int]:
        """Return the teams over which one of these roles holds."""
        return frozenset().union(*(s.teams for s in self.scopes if s.role in roles))

    def may(self, scope: str) -> bool:
        """Tell whether the way in is allowed this: a page always, a token only what it was issued for."""
        return self.allows is None or scope in self.allows

    @property
    def works_with_people(self) -> bool:
        """Tell whether some membership can own ties and log touches."""
        return self.is_(Role.ORGANISER, Role.TEAM_LEAD, Role.BRANCH_LEAD)
