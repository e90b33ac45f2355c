"""The cast: the same people in every test. Amina owns the tie; Bruno is in her team; Chen is in another branch and
must see nothing; Dede is at the centre and sees sums only; Lea leads the team, Bela the branch, Stella cares for data,
Adam keeps the accounts, Uma has an account and no role."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from strandline.organisation.accounts.models import Account
from strandline.organisation.accounts.rules import Role, Viewer
from strandline.organisation.branches import actions as branches
from strandline.organisation.branches.models import Branch, Membership, Organisation, Team
from strandline.organisation.branches.queries import viewer_for
from strandline.steady.conversations.actions import meet_person
from strandline.steady.people.actions import NewPerson, Reach
from strandline.steady.people.models import Person
from strandline.steady.people.rules import ChannelKind
from strandline.steady.ties.actions import lay_out_pathways

NOW = datetime(2026, 1, 16, 10, 0, tzinfo=UTC)  # a Friday
PASSWORD = "seven quiet herons"


@dataclass
class Cast:
    """Who is there, and where."""

    organisation: Organisation
    centre: Branch
    harbour: Branch
    hill: Branch
    tenants: Team
    nurses: Team
    accounts: dict[str, Account]

    def viewer(self, name: str, at: datetime = NOW) -> Viewer:
        """Return the viewer that this member of the cast is."""
        return viewer_for(self.accounts[name], at=at)

    def __getattr__(self, name: str) -> Viewer:
        if name.startswith("_") or name not in self.__dict__.get("accounts", {}):
            raise AttributeError(name)
        return self.viewer(name)

    def person(
        self, name: str = "Rosa Lindqvist", *, by: str = "amina", at: datetime = NOW, **more: object
    ) -> Person:
        """Let someone of the cast meet a person."""
        reaches = tuple(Reach(ChannelKind(kind), value) for kind, value in more.pop("reaches", ()))  # type: ignore[attr-defined]
        return meet_person(new=NewPerson(full_name=name, reaches=reaches, **more), by=self.viewer(by), at=at)  # type: ignore[arg-type]


ROLES = {
    "amina": Role.ORGANISER,
    "bruno": Role.ORGANISER,
    "chen": Role.ORGANISER,
    "dede": Role.CENTRE,
    "lea": Role.TEAM_LEAD,
    "bela": Role.BRANCH_LEAD,
    "stella": Role.STEWARD,
    "adam": Role.ADMINISTRATOR,
    "uma": None,
}


def assemble(*, is_body: bool = True) -> Cast:
    """Found the organisation and put everyone in their place."""
    since = NOW - timedelta(days=400)
    made = branches.found_organisation(
        name="Estuary Tenants' Union",
        at=since,
        region="GB",
        time_zone="Europe/London",
        is_body=is_body,
        is_demo=False,
    )
    lay_out_pathways()
    centre = Branch.objects.get(parent=None)
    harbour = Branch.objects.create(name="Harbourside", parent=centre)
    hill = Branch.objects.create(name="Hillside", parent=centre)
    tenants = Team.objects.create(branch=harbour, name="Tenants")
    nurses = Team.objects.create(branch=hill, name="Nurses")
    accounts = {
        name: Account.objects.create_user(f"{name}@example.org", PASSWORD, name=name.capitalize())
        for name in ROLES
    }
    places = {
        "amina": tenants,
        "bruno": tenants,
        "lea": tenants,
        "chen": nurses,
        "bela": harbour,
        "stella": harbour,
        "dede": centre,
    }
    for name, role in ROLES.items():
        if role is None:
            continue
        place = places.get(name)
        Membership.objects.create(
            account=accounts[name],
            role=role.value,
            branch=place.branch if isinstance(place, Team) else place,
            team=place if isinstance(place, Team) else None,
            since_at=since,
        )
    return Cast(made, centre, harbour, hill, tenants, nurses, accounts)


def again() -> Cast:
    """Return the cast of an organisation that was assembled before."""
    branches_of = {branch.name: branch for branch in Branch.objects.all()}
    teams = {team.name: team for team in Team.objects.all()}
    accounts = {name: Account.objects.get(email=f"{name}@example.org") for name in ROLES}
    return Cast(
        Organisation.objects.get(),
        Branch.objects.get(parent=None),
        branches_of["Harbourside"],
        branches_of["Hillside"],
        teams["Tenants"],
        teams["Nurses"],
        accounts,
    )
