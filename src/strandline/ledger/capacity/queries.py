from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from strandline.ledger.capacity.rules.history import PastWave
from strandline.ledger.capacity.rules.interest import Fading, fit_fading
from strandline.ledger.waves import queries as waves
from strandline.organisation.accounts.rules import Viewer
from strandline.organisation.branches.models import Branch
from strandline.store.records import Absent
from strandline.surge.moments import queries as moments
from strandline.surge.moments.models import Surge

from .models import WhatIf


def branches_to_plan(*, viewer: Viewer) -> list[Branch]:
    """Return the branches for which the viewer may ask what-if: those that they lead, or a team of which they lead."""
    return moments.branches_to_open(viewer=viewer)


def what_if(*, viewer: Viewer, code: str) -> WhatIf:
    """Return a question that the viewer asked, with its answer. Raises Absent."""
    row = WhatIf.objects.filter(code=code, by=viewer.account_id).select_related("branch").first()
    if row is None or not branches_to_plan(viewer=viewer):
        raise Absent
    return row


def latest(*, viewer: Viewer, most: int = 5) -> list[WhatIf]:
    """Return the questions that the viewer asked last."""
    return list(WhatIf.objects.filter(by=viewer.account_id).order_by("-asked_at", "-pk")[:most])


@dataclass(frozen=True)
class Experience:
    """What a branch's own waves teach: those that are over, in their order, and how fast interest fades."""

    waves: tuple[PastWave, ...]
    fading: Fading


def experience(*, viewer: Viewer, branch: Branch) -> Experience:
    """Return what the waves of a branch taught, as they stand in its ledger. Sums only."""
    told = [one for one in waves.entries(viewer=viewer, branch=branch) if one.line is not None]
    told.sort(key=lambda one: (one.surge.starts_on, one.surge.pk))
    over = [one for one in told if one.surge.ends_on is not None]
    first = [row for one in told if one.line is not None for row in one.line.figures["calls"]["first_tries"]]
    return Experience(
        tuple(past for one in over if (past := _past(one.surge.name, one.line)) is not None), _fading(first)
    )


def _past(name: str, line: Any) -> PastWave | None:
    """One wave that is over; None where nobody was owed a call, or nobody worked."""
    calls = line.figures["calls"]
    arrivals = tuple(calls["arrivals"])
    if not sum(arrivals) or not calls["organisers"] or not calls["minutes_a_day"]:
        return None
    return PastWave(
        name=name,
        arrivals=arrivals,
        organisers=calls["organisers"],
        minutes_a_day=calls["minutes_a_day"],
        in_time=min(calls["in_time"], sum(arrivals)),
        tries=calls["tries"],
        reached=calls["reached"],
        stayed=calls["stayed"],
        followed=calls["followed"],
    )


def _fading(rows: list[list[float]]) -> Fading:
    """theta from all first tries on record."""
    delays: list[float] = []
    reached: list[bool] = []
    for delay, tries, good in rows:
        delays += [delay] * int(tries)
        reached += [True] * int(good) + [False] * int(tries - good)
    return fit_fading(np.array(delays), np.array(reached, dtype=bool))


@dataclass(frozen=True)
class Running:
    """A running wave as a what-if begins with it: who came each day so far, as its line was last counted."""

    surge: Surge
    so_far: tuple[int, ...]


def running(*, viewer: Viewer, code: str) -> Running:
    """Return a surge's own arrivals so far. Raises Absent for who does not lead in its branch."""
    surge = moments.surge(viewer=viewer, code=code)
    if not any(moments.may_change(viewer=viewer, surge=surge)):
        raise Absent
    found = next(
        (one for one in waves.entries(viewer=viewer, branch=surge.branch) if one.surge.pk == surge.pk), None
    )
    told = found.line.figures["calls"]["arrivals"] if found is not None and found.line is not None else []
    return Running(surge, tuple(told))
