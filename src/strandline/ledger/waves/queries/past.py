"""One past day, asked of the rows themselves: what the history is checked against."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q

from strandline.ledger.ebb.models import Departure
from strandline.ledger.ebb.rules.leaving import COMPETING
from strandline.steady.ties.queries import live_ties
from strandline.steady.ties.rules import ORGANISED_KINDS

from .record import Branches

GONE = tuple(how.value for how in COMPETING)


def _organised(on: date, branches: Branches) -> Any:
    left = Departure.objects.filter(person=OuterRef("person"), how__in=GONE, until_on=None, since_on__lte=on)
    opened = Q(person__batch=None) | Q(person__batch__opened_at__isnull=False)
    rows = live_ties(on=on).filter(opened, ~Exists(left), kind__in=[kind.value for kind in ORGANISED_KINDS])
    return rows if branches is None else rows.filter(branch__in=branches)


def organised_on(*, on: date, branches: Branches = None) -> int:
    """Return N(t) of a day: how many people had at least one organised tie (METHODS 0 and M6). Sums only."""
    return int(_organised(on, branches).aggregate(n=Count("person", distinct=True))["n"])


def organised_by_kind(*, on: date, branches: Branches = None) -> dict[str, int]:
    """Return how many people had an organised tie of each kind on a day; one person may have several. Sums only."""
    rows = _organised(on, branches).values("kind").annotate(n=Count("person", distinct=True)).order_by()
    return {row["kind"]: int(row["n"]) for row in rows}
