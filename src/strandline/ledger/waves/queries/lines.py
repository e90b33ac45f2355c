"""Whose ledger it is, and the lines of its waves as they stand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from strandline.ledger.waves.models import Recount, WaveLine
from strandline.organisation.accounts.rules import Role, Viewer
from strandline.organisation.branches import queries as branches
from strandline.organisation.branches.models import Branch, Team
from strandline.store.records import Absent
from strandline.surge.absorption.rules.cohorts import Wave
from strandline.surge.moments import queries as moments
from strandline.surge.moments.models import Surge

# Who is told the sums of a branch as they are: whoever works there, or cares for its data.
MEMBERS = (Role.ORGANISER, Role.TEAM_LEAD, Role.BRANCH_LEAD, Role.STEWARD)


def wave_of(surge: Surge) -> Wave:
    """Return a surge's intake window as the rules take it."""
    end = surge.ends_on
    return Wave(surge.starts_on.toordinal(), None if end is None else end.toordinal())


def other_waves(surge: Surge) -> list[Wave]:
    """Return the windows of the other waves that reached the same people: of its branch, above it or below it."""
    return [
        Wave(
            one.window.starts_on.toordinal(),
            None if one.window.ends_on is None else one.window.ends_on.toordinal(),
        )
        for one in moments.windows(branch=surge.branch_id)
        if one.code != surge.code
    ]


def grounds(*, viewer: Viewer) -> list[Branch]:
    """Return the branches whose sums the viewer is told as they are, none that stands under another of them."""
    places = set(viewer.branches(*MEMBERS))
    teams = viewer.teams(*MEMBERS)
    if teams:
        places |= set(Team.objects.filter(pk__in=teams).values_list("branch", flat=True))
    rows = Branch.objects.filter(pk__in=places)
    tops = [row for row in rows if row.parent_id not in places]
    return sorted(tops, key=lambda row: (row.parent_id is not None, row.name.casefold(), row.pk))


def is_told_in_bands(*, viewer: Viewer) -> bool:
    """Tell whether the viewer sees the whole organisation, in bands and without names: the centre."""
    return viewer.is_(Role.CENTRE)


def branch_to_count(*, viewer: Viewer, code: str) -> Branch:
    """Return a branch that the viewer leads, to count in it again. Raises Absent."""
    row = Branch.objects.filter(code=code, pk__in=viewer.branches(Role.BRANCH_LEAD)).first()
    if row is None:
        raise Absent
    return row


@dataclass(frozen=True)
class Entry:
    """A wave and its line as it was last counted; None before the first night."""

    surge: Surge
    line: WaveLine | None


def entries(*, viewer: Viewer, branch: Branch | None) -> list[Entry]:
    """Return the waves of a branch, of those above and below it, with their lines, the latest first.

    Without a branch those of the whole organisation, for the centre.
    """
    seen = moments.surges(viewer=viewer)
    if branch is not None:
        near = branches.below(branch=branch.pk) | branches.above(branches=[branch.pk])
        seen = [one for one in seen if one.branch_id in near]
    below = branches.below(branch=branch.pk) if branch is not None else frozenset()
    found = WaveLine.objects.filter(surge__in=[one.pk for one in seen])
    lines = {(row.surge_id, row.branch_id): row for row in found}
    told = []
    for one in seen:
        # A wave from above is told in the sums of the viewer's own branch; one from below in those of its own.
        place = one.branch_id if branch is None or one.branch_id in below else branch.pk
        told.append(Entry(one, lines.get((one.pk, place))))
    return told


def recounts(*, viewer: Viewer, branch: Branch, most: int = 20) -> list[Recount]:
    """Return the days that were counted again in a branch that the viewer leads, the latest first."""
    if branch.pk not in viewer.branches(Role.BRANCH_LEAD):
        return []
    return list(
        Recount.objects.filter(branch=branch).select_related("by").order_by("-counted_at", "-pk")[:most]
    )


def all_branches(*, viewer: Viewer) -> Sequence[Branch]:
    """Return every branch by name, for who sees the whole organisation in bands."""
    return list(Branch.objects.order_by("name", "pk")) if is_told_in_bands(viewer=viewer) else []


def may_recount(*, viewer: Viewer, branch: Branch) -> bool:
    """Tell whether the viewer leads this branch, and so may ask for a past day of it."""
    return branch.pk in viewer.branches(Role.BRANCH_LEAD)
