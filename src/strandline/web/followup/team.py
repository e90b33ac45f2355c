"""My team: what each organiser carries, what is late with whom, and whom nobody holds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from strandline.organisation.accounts.rules import Role
from strandline.steady.followup import queries
from strandline.steady.followup.queries import Load
from strandline.web import render, rows
from strandline.web.requests import Request
from strandline.web.rows import Chip, Sight
from strandline.web.said import said


@dataclass(frozen=True)
class LoadRow:
    """One organiser's load with its bar, in hundredths of the longest in the team."""

    load: Load
    late_width: float
    rest_width: float
    tick: float | None
    words: str


def load_rows(loads: list[Load]) -> list[LoadRow]:
    """Return the loads with their bars on one common scale."""
    longest = max([1, *(x.open_steps for x in loads), *(x.pace or 0 for x in loads)])
    made = []
    for load in loads:
        words = _("%(name)s: %(open)s open, %(late)s late, usual pace %(pace)s a week") % {
            "name": load.account.name,
            "open": load.open_steps,
            "late": load.late,
            "pace": load.pace if load.pace is not None else _("not known yet"),
        }
        made.append(
            LoadRow(
                load,
                late_width=round(100 * load.late / longest, 1),
                rest_width=round(100 * (load.open_steps - load.late) / longest, 1),
                tick=min(round(100 * load.pace / longest, 1), 99) if load.pace is not None else None,
                words=words,
            )
        )
    return made


@require_safe
def team(request: Request) -> HttpResponse:
    """Show a team lead the load of every organiser, what is late, and the queue of ties without an owner."""
    if not request.viewer.is_(Role.TEAM_LEAD, Role.BRANCH_LEAD):
        raise PermissionDenied
    loads = queries.load(viewer=request.viewer, on=request.today, at=request.at)
    owed = queries.team_owed(viewer=request.viewer, on=request.today)
    unowned = queries.unowned(viewer=request.viewer)
    sight = Sight.of(request, [*(s.person for s in owed), *(t.person for t in unowned)])
    late = [s for s in owed if s.due_on < request.today]
    context: dict[str, Any] = {
        "loads": load_rows(loads),
        "late": [
            {
                "row": sight.row(
                    s.person,
                    why=said(s.words),
                    place="",
                    chips=(rows.due_chip(s, request),),
                    can_log=False,
                ),
                "who": s.owner.name if s.owner else "",
            }
            for s in late
        ],
        "unowned": [
            {
                "row": sight.row(
                    t.person,
                    why=t.team.name if t.team else "",
                    place="",
                    chips=(Chip("wrack", t.kind.capitalize()),),
                    can_log=False,
                ),
                "who": "",
            }
            for t in unowned
        ],
        "on": request.today,
    }
    shows = [p.audit_id for p in [*(s.person for s in late), *(t.person for t in unowned)]]
    return render.page(request, "followup/team.html", part="team", context=context, shows=shows)
