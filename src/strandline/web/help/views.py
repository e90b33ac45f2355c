from __future__ import annotations

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from strandline.organisation.accounts.rules import PEOPLE_ROLES, Role
from strandline.organisation.branches import queries as branches
from strandline.steady.followup.queries import FADES_WITHIN_DAYS
from strandline.steady.ties import queries as ties
from strandline.steady.ties.rules import ORGANISED_KINDS
from strandline.store.records import Absent
from strandline.web import render
from strandline.web.requests import Request
from strandline.web.ties.picture import strand_words

from . import words
from .figures import FIGURES, PARTS


@require_safe
def index(request: Request) -> HttpResponse:
    """Say what one can do here, by what the reader's roles can use."""
    viewer = request.viewer
    context = {
        "works": viewer.works_with_people,
        "leads": viewer.is_(Role.TEAM_LEAD, Role.BRANCH_LEAD),
        "brings_in": viewer.is_(*PEOPLE_ROLES),
        "administers": viewer.is_(Role.ADMINISTRATOR),
    }
    return render.page(request, "help/help_index.html", context=context)


@require_safe
def keys(request: Request) -> HttpResponse:
    """List the keys."""
    return render.page(request, "help/help_keys.html")


@require_safe
def sees(request: Request) -> HttpResponse:
    """Say which role sees what, and what the reader's own rights rest on."""
    context = {
        "rows": words.table(request.viewer.roles),
        "mine": [
            {
                "role": words.ROLES[Role(held.role)],
                "whom": words.WHOM[Role(held.role)],
                "team": held.team,
                "branch": held.branch,
                "since": held.since_at,
            }
            for held in branches.own_memberships(viewer=request.viewer, at=request.at)
        ],
    }
    return render.page(request, "help/help_sees.html", context=context)


@require_safe
def counted(request: Request) -> HttpResponse:
    """Say how live and organised ties are counted, with the windows as they are set today."""
    kinds = strand_words()
    windows = [
        (kinds[kind], days, kind in ORGANISED_KINDS) for kind, days in ties.windows(on=request.today).items()
    ]
    return render.page(
        request,
        "help/help_counted.html",
        context={"windows": windows, "fades_within": FADES_WITHIN_DAYS, "parts": PARTS},
    )


@require_safe
def figure(request: Request, key: str) -> HttpResponse:
    """Say how one figure is counted, in a sentence and exactly."""
    found = FIGURES.get(key)
    if found is None:
        raise Absent
    return render.page(request, "help/help_figure.html", context={"figure": found})
