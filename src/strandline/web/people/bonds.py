"""What binds a person to others: what holds the tie, their circles, and the sections of people they belong to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from strandline.organisation.accounts.rules import Role
from strandline.steady.circles import queries as circles
from strandline.steady.constituencies import queries as constituencies
from strandline.steady.followup.queries import FADES_WITHIN_DAYS
from strandline.steady.ties import queries as ties
from strandline.steady.ties.rules import Bond, TieKind, holds
from strandline.web.breadth.forms import section_choices
from strandline.web.requests import Request

if TYPE_CHECKING:
    from collections.abc import Sequence

    from strandline.steady.people.models import Person
    from strandline.steady.ties.models import Tie

BONDS = {
    Bond.TALK: _("Talks"),
    Bond.CIRCLE: _("Circle"),
    Bond.EVENT: _("Events"),
    Bond.SUPPORT: _("Practical support"),
}


def bonds(request: Request, person: Person, own: Sequence[Tie]) -> dict[str, Any]:
    """Return what the page shows of it, to whoever works with people; sections also to the data steward."""
    viewer = request.viewer
    found: dict[str, Any] = {}
    if constituencies.may_count(viewer):
        found["sections"] = constituencies.sections_of(viewer=viewer, person=person, on=request.today)
        inside = {section.pk for section in found["sections"]}
        tree = [row for row in constituencies.tree(viewer=viewer) if row.pk not in inside]
        found["section_choices"] = section_choices(tree)
        found["shows_sections"] = True
    if viewer.works_with_people or viewer.is_(Role.CONVENOR):
        found["circles"] = circles.circles_of(viewer=viewer, person=person)
    if any(tie.kind == TieKind.SUPPORTER and tie.ended_at is None for tie in own):
        found["held_by"] = [
            {"words": BONDS[one.bond], "one": one}
            for one in holds(
                ties.last_two_way(viewer=viewer, person=person),
                window_days=ties.windows(on=request.today)[TieKind.SUPPORTER],
                fades_within=FADES_WITHIN_DAYS,
                on=request.today,
            )
        ]
        found["shows_holds"] = True
    return found
