"""What the centre sees of signals: last week's sign-ups by branch, in bands, as they were when the week was judged."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from strandline.organisation.accounts.rules import Role, Viewer
from strandline.organisation.branches.models import Branch
from strandline.organisation.privacy.rules.bands import Band, release
from strandline.steady.ties import queries as ties
from strandline.store.records import Absent

from ..models import Evaluation
from ..rules import Tier
from ..rules.watched import Source, monday

_RANK = {Tier.YOUNG: 0, Tier.USUAL: 1, Tier.WATCH: 2, Tier.ALARM: 3}


@dataclass(frozen=True)
class BranchWeek:
    """One branch in one week: its own sign-ups in a band, and the most that was said of them."""

    branch: str
    came: Band
    tier: Tier


@dataclass(frozen=True)
class CentreWeek:
    """One week of all branches, released once it was judged and never counted anew."""

    begins_on: date
    rows: tuple[BranchWeek, ...]
    total: Band
    tier: Tier


def banded(*, viewer: Viewer, today: date) -> CentreWeek:
    """Return the last released week in bands. What comes late or is corrected afterwards changes it no more.

    Raises Absent for everyone but the centre.
    """
    if not viewer.is_(Role.CENTRE):
        raise Absent
    # Sunday is judged in the night to Monday; from Tuesday on the week is released.
    begins = monday(today - timedelta(days=1)) - timedelta(weeks=1)
    ends = begins + timedelta(days=6)
    counted: dict[int, dict[date, int]] = {}
    tiers: dict[int, Tier] = {}
    rows = Evaluation.objects.filter(
        series__source=Source.BRANCH.value,
        on__gte=begins,
        on__lte=ends,
        said_at__lt=ties.end_of(ends + timedelta(days=1)),
    )
    for branch, on, tier, count in rows.order_by("revision").values_list(
        "series__branch", "on", "tier", "count"
    ):
        counted.setdefault(branch, {})[on] = count
        tiers[branch] = max(tiers.get(branch, Tier.YOUNG), Tier(tier), key=lambda t: _RANK[t])
    places = list(Branch.objects.order_by("name", "pk").values_list("pk", "name", "parent"))
    # A branch holds those below it; only what is its own may stand in one table with theirs.
    sums = {pk: sum(counted.get(pk, {}).values()) for pk, _, _ in places}
    own = dict(sums)
    for pk, _, parent in places:
        if parent is not None:
            own[parent] -= sums[pk]
    told = release(np.array([max(own[pk], 0) for pk, _, _ in places], dtype=np.int64))
    lines = []
    for place, (pk, name, _) in enumerate(places):
        band = told.cell((0,), (place,))
        # What was said of too few to be shown would say that somebody was there.
        tier = Tier.USUAL if band.about is None else tiers.get(pk, Tier.YOUNG)
        lines.append(BranchWeek(name, band, tier))
    whole = told.cell((), ())
    roots = [tiers.get(pk, Tier.YOUNG) for pk, _, parent in places if parent is None]
    said = max(roots, key=lambda t: _RANK[t], default=Tier.YOUNG) if whole.about is not None else Tier.USUAL
    return CentreWeek(begins, tuple(lines), whole, said)
