from __future__ import annotations

from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from strandline.ledger.capacity import queries
from strandline.ledger.capacity.models import WhatIf
from strandline.ledger.capacity.rules import answer
from strandline.ledger.capacity.rules.bound import PlanError
from strandline.ledger.capacity.rules.question import Question, Shape
from strandline.organisation.accounts.rules import Viewer
from strandline.organisation.audit import actions as audit
from strandline.organisation.branches.queries import viewer_for
from strandline.store.records import Absent

KEPT_FOR = timedelta(days=30)


class CannotPlan(ValueError):
    """The question cannot be answered; the reason is written for the screen."""


@audit.deed("what_if.asked")
def ask_what_if(*, branch: str, question: Question, by: Viewer, at: datetime) -> WhatIf:
    """Ask what a wave would bring: what is exact is answered at once, the courses by the worker. Raises Absent, CannotPlan."""
    place = next((one for one in queries.branches_to_plan(viewer=by) if one.code == branch), None)
    if place is None:
        raise Absent
    own = queries.experience(viewer=by, branch=place)
    try:
        exact = answer.exact(question, own.waves, own.fading)
    except PlanError as wrong:
        raise CannotPlan(str(wrong)) from wrong
    row = WhatIf.objects.create(
        by_id=by.account_id, branch=place, question=asdict(question), exact=exact, asked_at=at
    )
    audit.record(verb="what_if.asked", by=by, at=at)
    return row


def work_off(*, at: datetime) -> bool:
    """Work out the oldest question that waits; tell whether there was one. Asked by the worker.

    The courses run outside any transaction. A worker that is killed leaves the question waiting, and to ask twice
    gives the same answer.
    """
    row = (
        WhatIf.objects.filter(done_at=None).select_related("by", "branch").order_by("asked_at", "pk").first()
    )
    if row is None:
        return False
    try:
        viewer = viewer_for(row.by, at=at)
        own = queries.experience(viewer=viewer, branch=row.branch)
        found, refusal = answer.courses(question_of(row.question), own.waves, own.fading), ""
    except PlanError as wrong:
        found, refusal = {}, str(wrong)
    except Exception:
        # It would else stand before all others for ever; the worker's log says what was wrong.
        _keep(row, {}, "This could not be worked out. Ask again with other figures.", at)
        raise
    _keep(row, found, refusal, at)
    return True


@transaction.atomic(durable=True)
def _keep(row: WhatIf, found: dict[str, Any], refusal: str, at: datetime) -> None:
    row.courses, row.refusal, row.done_at = found, refusal[:300], at
    row.save(update_fields=["courses", "refusal", "done_at"])


@transaction.atomic(durable=True)
def forget_old(*, at: datetime) -> int:
    """Remove questions that were asked more than 30 days ago; return how many."""
    return WhatIf.objects.filter(asked_at__lt=at - KEPT_FOR).delete()[0]


def question_of(kept: dict[str, Any]) -> Question:
    """The question as it was asked, from its kept form."""
    return Question(**kept | {"shape": Shape(kept["shape"]), "so_far": tuple(kept["so_far"])})
