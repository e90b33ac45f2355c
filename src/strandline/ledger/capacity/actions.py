from __future__ import annotations

from dataclasses import asdict
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.db import transaction

from strandline.ledger.capacity import queries
from strandline.ledger.capacity.models import WhatIf
from strandline.ledger.capacity.rules import answer
from strandline.ledger.capacity.rules.bound import PlanError
from strandline.ledger.capacity.rules.question import Question, Shape
from strandline.organisation.accounts.rules import Viewer
from strandline.organisation.audit import actions as audit
from strandline.organisation.branches.models import Branch
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
    gives the same answer. A question that is stopped is gone, which the worker sees before the next part.
    """
    row = (
        WhatIf.objects.filter(done_at=None).select_related("by", "branch").order_by("asked_at", "pk").first()
    )
    if row is None:
        return False
    try:
        viewer = viewer_for(row.by, at=at)
        own = queries.experience(viewer=viewer, branch=row.branch)
        told = partial(_tell, row, at)
        found, refusal = answer.courses(question_of(row.question), own.waves, own.fading, tell=told), ""
    except _Stopped:
        return True
    except PlanError as wrong:
        found, refusal = {}, str(wrong)
    except Exception:
        # It would else stand before all others for ever; the worker's log says what was wrong.
        _keep(row, {}, "This could not be worked out. Ask again with other figures.", at)
        raise
    _keep(row, found, refusal, at)
    return True


class _Stopped(Exception):
    """Whoever asked does not want to know any more."""


@transaction.atomic(durable=True)
def _tell(row: WhatIf, begun: datetime, stage: answer.Stage, done: int, of: int) -> None:
    """Keep how far it is. Raises _Stopped when the question is gone."""
    told = {"stage": stage.value, "parts_done": done, "parts": of, "begun_at": begun}
    if not WhatIf.objects.filter(pk=row.pk).update(**told):
        raise _Stopped


@transaction.atomic(durable=True)
def _keep(row: WhatIf, found: dict[str, Any], refusal: str, at: datetime) -> None:
    """Keep the answer, unless the question is gone."""
    WhatIf.objects.filter(pk=row.pk).update(courses=found, refusal=refusal[:300], done_at=at)


@audit.deed("what_if.stopped")
def stop_what_if(*, what_if: str, by: Viewer, at: datetime) -> Branch:
    """Stop working out a question: it is gone, and all is as it was before it was asked. Raises Absent, CannotPlan."""
    row = queries.what_if(viewer=by, code=what_if)
    if row.done_at is not None:
        raise CannotPlan("It is worked out already. The answer stands below.")
    row.delete()
    audit.record(verb="what_if.stopped", by=by, at=at)
    return row.branch


@transaction.atomic(durable=True)
def forget_old(*, at: datetime) -> int:
    """Remove questions that were asked more than 30 days ago; return how many."""
    return WhatIf.objects.filter(asked_at__lt=at - KEPT_FOR).delete()[0]


def question_of(kept: dict[str, Any]) -> Question:
    """The question as it was asked, from its kept form."""
    return Question(**kept | {"shape": Shape(kept["shape"]), "so_far": tuple(kept["so_far"])})
