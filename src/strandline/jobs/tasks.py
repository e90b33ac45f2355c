"""The scheduled tasks. Each may be done twice without harm: a worker can be killed after the work and before its word."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from django.contrib.sessions.backends.db import SessionStore
from django.utils import timezone
from django_tasks import task
from django_tasks_db.models import DBTaskResult

from strandline.ledger.capacity import actions as capacity
from strandline.ledger.waves import actions as waves
from strandline.ledger.waves.queries import Record
from strandline.organisation.audit import actions as audit
from strandline.organisation.branches import queries as branches
from strandline.organisation.notices import actions as notices
from strandline.organisation.receipts import actions as receipts
from strandline.steady.constituencies import actions as constituencies
from strandline.steady.followup import actions as followup
from strandline.steady.intake import actions as intake
from strandline.surge.absorption import actions as absorption
from strandline.surge.signals import actions as signals

from .retries import retrying

# How long it is kept what became of a task: those that failed are what somebody looks for.
KEEP_FAILED = timedelta(days=30)
KEEP_DONE = timedelta(days=1)


@task()
@retrying(5, first=timedelta(minutes=1))
def wake_rested() -> int:
    """Give a next step to people whose resting day has come."""
    woken = 0
    while done := followup.wake_rested(at=datetime.now(UTC)):
        woken += done
    return woken


@task()
@retrying(5, first=timedelta(minutes=1))
def forget_old() -> int:
    """Remove what is kept for 30 days only: receipts, what can no longer be taken back, mails, results of tasks."""
    at = datetime.now(UTC)
    forgotten = 0
    while done := receipts.forget_old(at=at) + audit.forget_old_deeds(at=at):
        forgotten += done
    forgotten += capacity.forget_old(at=at)
    notices.give_up_stale(at=at)
    while done := notices.forget_mails(at=at):
        forgotten += done
    now = timezone.now()
    DBTaskResult.objects.failed().filter(finished_at__lt=now - KEEP_FAILED).delete()
    DBTaskResult.objects.successful().filter(finished_at__lt=now - KEEP_DONE).delete()
    return forgotten


@task()
@retrying(3, first=timedelta(minutes=1))
def clear_sessions() -> None:
    """Remove sessions that have run out."""
    SessionStore.clear_expired()


@task()
@retrying(5, first=timedelta(minutes=1))
def look_after_incoming() -> int:
    """Find who is perhaps on record already, let go of calls that ran out, pass overdue ones to the second."""
    at = datetime.now(UTC)
    done = intake.sweep_claims(at=at) + intake.pass_on_overdue(at=at)
    while looked := intake.find_likenesses(at=at):
        done += looked
    return done


@task()
@retrying(5, first=timedelta(minutes=1))
def index_readings() -> int:
    """Put whom pages showed into the index of the log."""
    done = 0
    while some := audit.index_readings():
        done += some
    return done


@task()
@retrying(5, first=timedelta(minutes=1))
def watch_signals() -> int:
    """Watch what the record has begun to give, judge the day that is over, and tell who decides about a rise."""
    at = datetime.now(UTC)
    with branches.one_request():
        signals.keep_series(at=at)
        return signals.evaluate(at=at)


@task()
@retrying(5, first=timedelta(minutes=1))
def follow_surges() -> int:
    """Keep peak, phase and end of each surge that runs, as the whole days show them."""
    return absorption.follow_surges(at=datetime.now(UTC))


@task()
@retrying(5, first=timedelta(minutes=1))
def keep_ledger() -> int:
    """Release the weeks that are over, of branches and of sections, and count every wave's line again."""
    at, record = datetime.now(UTC), Record()
    released = waves.release_weeks(at=at, record=record) + waves.release_surge_weeks(at=at)
    released += constituencies.release_sections(at=at)
    return released + waves.draw_up_lines(at=at, record=record)
