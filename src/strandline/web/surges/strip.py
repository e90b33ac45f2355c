"""The strip on Today while a surge is live."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from strandline.steady.intake import queries as intake
from strandline.surge.moments import queries as moments
from strandline.web.pictures.picture import number
from strandline.web.templatetags.words import day

if TYPE_CHECKING:
    from datetime import datetime

    from strandline.surge.moments.models import Surge


@dataclass(frozen=True)
class LiveSurge:
    """A surge that takes people in today, on which of its days it is, and who waits for a first call."""

    code: str
    name: str
    day: int
    waits: str


MOST_COUNTED = 1000
SHORT_HOURS = 48


def live_surges(request: Any) -> list[Surge]:
    """Return the live surges that the reader may see, the latest first; asked once a request."""
    found: list[Surge] | None = getattr(request, "live_surges", None)
    if found is None:
        found = request.live_surges = moments.live_surges(viewer=request.viewer, on=request.today)
    return found


def live(request: Any) -> list[LiveSurge]:
    """Return the lines of the strip. First calls are of no surge in particular: the first line says who waits."""
    found = live_surges(request)
    return [
        LiveSurge(
            one.code, one.name, (request.today - one.starts_on).days + 1, "" if place else _waits(request)
        )
        for place, one in enumerate(found)
    ]


def _waits(request: Any) -> str:
    """Say who waits: *4 people wait for your first call. The first of yours runs out in 9 h.*"""
    calls = intake.first_calls(viewer=request.viewer, at=request.at, most=MOST_COUNTED)
    said = []
    if calls.own:
        words = ngettext(
            "%(n)s person waits for your first call.", "%(n)s people wait for your first call.", calls.own
        )
        said.append(words % {"n": number(calls.own)})
    if calls.late:
        words = ngettext("%(n)s is past the promised time.", "%(n)s are past the promised time.", calls.late)
        said.append(words % {"n": number(calls.late)})
    elif calls.next_at is not None:
        said.append(_runs_out(request, calls.next_at))
    if calls.unowned >= MOST_COUNTED:
        said.append(_("%(n)s people or more wait for an owner.") % {"n": number(calls.unowned)})
    elif calls.unowned:
        words = ngettext("%(n)s person waits for an owner.", "%(n)s people wait for an owner.", calls.unowned)
        said.append(words % {"n": number(calls.unowned)})
    return " ".join(said) or _("Nobody waits for a first call from you.")


def _runs_out(request: Any, moment: datetime) -> str:
    hours = int((moment - request.at).total_seconds() // 3600)
    if hours < SHORT_HOURS:
        return _("The first of yours runs out in %(hours)s h.") % {"hours": hours}
    return _("The first of yours runs out on %(day)s.") % {"day": day(moment.astimezone(request.zone).date())}
