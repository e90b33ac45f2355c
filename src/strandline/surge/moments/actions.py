"""Declaring a surge, changing what it promises and when it runs, closing it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from strandline.lib.text import clean
from strandline.lib.verdicts import Verdict
from strandline.organisation.accounts.models import Account
from strandline.organisation.accounts.rules import Viewer
from strandline.organisation.audit import actions as audit
from strandline.organisation.branches.models import Branch
from strandline.steady.intake import queries as intake
from strandline.steady.ties.queries import zone
from strandline.store.records import Absent

from . import queries, rules
from .models import Surge, SurgeEdit, SurgeForm, SurgePhase, SurgePost
from .rules import EditKind, Phase, PhaseKind, SurgePostKind, Window


class CannotSurge(ValueError):
    """The surge cannot be declared or changed; `field` names what is wrong, the reason is written for the screen."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(reason)
        self.field = field
        self.reason = reason


def _accept(verdict: Verdict, field: str = "") -> None:
    if not verdict.ok:
        raise CannotSurge(field, verdict.reason)


@audit.deed("surge.opened", can_be_taken_back=True)
def open_surge(
    *,
    name: str,
    branch: str,
    lead: str,
    starts_on: date,
    by: Viewer,
    at: datetime,
    deputy: str = "",
    promise_hours: int = rules.PROMISE_HOURS,
    forms: Sequence[str] = (),
) -> Surge:
    """Declare a surge for a branch and those below it, by hand or from an alert, with who leads it and its forms.

    `branch`, `lead`, `deputy` and `forms` are codes. Raises Absent, BadText, CannotSurge.
    """
    place = Branch.objects.filter(code=branch).first()
    if place is None:
        raise CannotSurge("branch", "This branch is not there.")
    _accept(rules.may_open(leads_there=queries.leads_there(viewer=by, branch=place)), "branch")
    _judge_promise(promise_hours)
    _judge_window(Window(starts_on), at)
    leader = _person_for("lead", lead, by=by, at=at)
    stand_in = _person_for("deputy", deputy, by=by, at=at) if deputy else None
    _two_people(leader, stand_in)
    row = Surge.objects.create(
        name=clean(name, field="name", most=200),
        branch=place,
        promise_hours=promise_hours,
        declared_at=at,
        declared_by_id=by.account_id,
        starts_on=starts_on,
    )
    SurgePost.objects.create(surge=row, account=leader, post=SurgePostKind.LEAD.value, from_at=at)
    if stand_in is not None:
        SurgePost.objects.create(surge=row, account=stand_in, post=SurgePostKind.DEPUTY.value, from_at=at)
    for form in dict.fromkeys(forms):
        SurgeForm.objects.create(surge=row, form=intake.form(viewer=by, code=form), from_at=at)
    _set_phase(row, Phase(PhaseKind.RISING, starts_on), by=by, at=at, reason="")
    audit.record(verb="surge.opened", by=by, at=at)
    return row


@dataclass(frozen=True)
class SurgeChange:
    """What someone changes of a surge; None leaves it as it is. An empty deputy means that nobody stands in."""

    name: str | None = None
    promise_hours: int | None = None
    lead: str | None = None
    deputy: str | None = None


@audit.deed("surge.changed", can_be_taken_back=True)
def change_surge(*, surge: str, change: SurgeChange, reason: str, by: Viewer, at: datetime) -> Surge:
    """Change name, promise, lead or deputy of a surge; each change is kept with the reason.

    Raises Absent, BadText, CannotSurge.
    """
    row = _mine(surge, by)
    why = clean(reason, field="reason", most=500)
    if change.name is not None and (name := clean(change.name, field="name", most=200)) != row.name:
        _edit(row, EditKind.NAME, row.name, name, why, by=by, at=at)
        row.name = name
        row.save(update_fields=["name"])
    if change.promise_hours is not None and change.promise_hours != row.promise_hours:
        _judge_promise(change.promise_hours)
        _edit(row, EditKind.PROMISE, str(row.promise_hours), str(change.promise_hours), why, by=by, at=at)
        row.promise_hours = change.promise_hours
        row.save(update_fields=["promise_hours"])
    _change_posts(row, change, why, by=by, at=at)
    audit.record(verb="surge.changed", by=by, at=at)
    return row


@audit.deed("surge.window_moved", can_be_taken_back=True)
def move_window(
    *, surge: str, starts_on: date, ends_on: date | None, reason: str, by: Viewer, at: datetime
) -> Surge:
    """Move the first or the last day of the intake window: it decides whose first contact counts to the wave.

    Raises Absent, BadText, CannotSurge.
    """
    row = _mine(surge, by)
    why = clean(reason, field="reason", most=500)
    window = Window(starts_on, ends_on)
    _judge_window(window, at)
    if window != row.window:
        _edit(row, EditKind.WINDOW, _days(row.window), _days(window), why, by=by, at=at)
        row.starts_on, row.ends_on = starts_on, ends_on
        row.save(update_fields=["starts_on", "ends_on"])
        audit.record(verb="surge.window_moved", by=by, at=at)
    return row


@audit.deed("surge.phase_set", can_be_taken_back=True)
def set_phase(
    *, surge: str, phase: PhaseKind | None, began_on: date, reason: str, by: Viewer, at: datetime
) -> Surge:
    """Say in which phase a surge is, whatever the counts show; None trusts the counts again.

    Raises Absent, BadText, CannotSurge.
    """
    row = _mine(surge, by)
    why = clean(reason, field="reason", most=500)
    if phase is PhaseKind.CLOSED:
        raise CannotSurge("phase", "A surge is closed with its own button.")
    if began_on < row.starts_on:
        raise CannotSurge(
            "began_on", "This day is before the surge's first. Choose the first day or a later one."
        )
    if began_on > at.astimezone(zone()).date():
        raise CannotSurge("began_on", "This day is still to come. Choose today or an earlier day.")
    told = Phase(phase or PhaseKind.RISING, began_on, is_by_hand=phase is not None)
    _set_phase(row, told, by=by, at=at, reason=why)
    audit.record(verb="surge.phase_set", by=by, at=at)
    return row


@audit.deed("surge.form_attached", can_be_taken_back=True)
def attach_form(*, surge: str, form: str, by: Viewer, at: datetime) -> SurgeForm:
    """Attach a form, so that its link stands on the surge's page. Raises Absent, CannotSurge."""
    row = _mine(surge, by)
    chosen = intake.form(viewer=by, code=form)
    known = SurgeForm.objects.filter(surge=row, form=chosen, until_at=None).first()
    if known is not None:
        return known
    made = SurgeForm.objects.create(surge=row, form=chosen, from_at=at)
    audit.record(verb="surge.form_attached", by=by, at=at)
    return made


@audit.deed("surge.form_detached", can_be_taken_back=True)
def detach_form(*, surge: str, form: str, by: Viewer, at: datetime) -> Surge:
    """Take a form off a surge; the people who came through it stay counted. Raises Absent, CannotSurge."""
    row = _mine(surge, by)
    chosen = intake.form(viewer=by, code=form)
    for held in SurgeForm.objects.select_for_update(of=("self",)).filter(
        surge=row, form=chosen, until_at=None
    ):
        held.until_at = at
        held.save(update_fields=["until_at"])
        audit.record(verb="surge.form_detached", by=by, at=at)
    return row


@audit.deed("surge.closed", can_be_taken_back=True)
def close_surge(
    *, surge: str, by: Viewer, at: datetime, ends_on: date | None = None, reason: str = ""
) -> Surge:
    """Close a surge: nobody more is counted to its wave, and the strip goes from Today.

    `ends_on` is the last day of intake; without it, it is the day of closing, or the one that stood there. Its people
    are followed for half a year. Raises Absent, BadText, CannotSurge.
    """
    row = _mine(surge, by, closed_too=True)
    if row.closed_at is not None:
        return row
    why = clean(reason, field="reason", most=500, required=False)
    today = at.astimezone(zone()).date()
    last = ends_on or row.ends_on or max(today, row.starts_on)
    window = Window(row.starts_on, last)
    _judge_window(window, at)
    if window != row.window:
        _edit(row, EditKind.WINDOW, _days(row.window), _days(window), why, by=by, at=at)
    row.ends_on, row.closed_at = last, at
    row.save(update_fields=["ends_on", "closed_at"])
    _set_phase(row, Phase(PhaseKind.CLOSED, today, is_by_hand=True), by=by, at=at, reason=why)
    audit.record(verb="surge.closed", by=by, at=at)
    return row


def note_peak(*, surge: Surge, peaked_on: date | None) -> bool:
    """Keep the day on which most came; tell whether it is another. A step of following the surges, which the clock does."""
    if surge.peaked_on == peaked_on:
        return False
    surge.peaked_on = peaked_on
    surge.save(update_fields=["peaked_on"])
    return True


def note_phase(*, surge: Surge, phase: Phase, at: datetime) -> bool:
    """Add a counted phase to the log when it is another than the last. A step of following the surges."""
    last = SurgePhase.objects.filter(surge=surge).order_by("-pk").first()
    if last is not None and (last.is_by_hand or last.phase == phase.kind):
        return False
    _set_phase(surge, phase, by=None, at=at, reason="")
    return True


def note_end(*, surge: Surge, ends_on: date, at: datetime) -> bool:
    """Keep the last day of intake once a fortnight's counts have shown it. A step of following the surges."""
    if surge.ends_on is not None:
        return False
    window = Window(surge.starts_on, ends_on)
    why = "Fourteen days in a row with no more people than usual."
    _edit(surge, EditKind.WINDOW, _days(surge.window), _days(window), why, by=None, at=at)
    surge.ends_on = ends_on
    surge.save(update_fields=["ends_on"])
    return True


def _mine(code: str, by: Viewer, *, closed_too: bool = False) -> Surge:
    """The surge under lock, when it may be changed by this person. Raises Absent, CannotSurge."""
    seen = queries.surge(viewer=by, code=code)
    row = Surge.objects.select_for_update(of=("self",)).select_related("branch").get(pk=seen.pk)
    if queries.sight_of(viewer=by, surge=row) is not queries.Sight.MEMBER:
        raise Absent
    has_post, leads = queries.may_change(viewer=by, surge=row)
    _accept(rules.may_change(has_post=has_post, leads_there=leads))
    if row.closed_at is not None and not closed_too:
        raise CannotSurge("", "This surge is closed. Take the closing back to change it.")
    return row


def _judge_promise(hours: int) -> None:
    _accept(rules.is_promise(hours), "promise_hours")


def _judge_window(window: Window, at: datetime) -> None:
    field, verdict = rules.is_window(window, on=at.astimezone(zone()).date())
    _accept(verdict, field)


def _person_for(post: str, code: str, *, by: Viewer, at: datetime) -> Account:
    found = next((one for one in queries.possible_leads(viewer=by, at=at) if one.code == code), None)
    if found is None:
        raise CannotSurge(post, "Choose one of your colleagues.")
    return found


def _two_people(lead: Account | None, deputy: Account | None) -> None:
    if lead is not None and deputy is not None and lead.pk == deputy.pk:
        raise CannotSurge("deputy", "The deputy stands in for the lead, so it is somebody else.")


def _change_posts(row: Surge, change: SurgeChange, why: str, *, by: Viewer, at: datetime) -> None:
    held = {
        SurgePostKind(post.post): post
        for post in SurgePost.objects.filter(surge=row, until_at=None).select_related("account")
    }
    after = {kind: post.account for kind, post in held.items()}
    for kind, code in ((SurgePostKind.LEAD, change.lead), (SurgePostKind.DEPUTY, change.deputy)):
        if code is None or (kind in after and after[kind].code == code):
            continue
        if code:
            after[kind] = _person_for(kind.value, code, by=by, at=at)
        elif kind is SurgePostKind.LEAD:
            raise CannotSurge("lead", "A surge has a lead. Choose one of your colleagues.")
        else:
            after.pop(kind, None)
    _two_people(after.get(SurgePostKind.LEAD), after.get(SurgePostKind.DEPUTY))
    moved = [kind for kind in SurgePostKind if _holder(held.get(kind)) != after.get(kind)]
    for kind in moved:  # first all ends, so that two people may change places
        if kind in held:
            held[kind].until_at = at
            held[kind].save(update_fields=["until_at"])
    for kind in moved:
        before, now = _holder(held.get(kind)), after.get(kind)
        if now is not None:
            SurgePost.objects.create(surge=row, account=now, post=kind.value, from_at=at)
        names = (before.name if before else "", now.name if now else "")
        _edit(row, EditKind(kind.value), *names, why, by=by, at=at)


def _holder(post: SurgePost | None) -> Account | None:
    return post.account if post is not None else None


def _edit(
    row: Surge, what: EditKind, before: str, after: str, reason: str, *, by: Viewer | None, at: datetime
) -> None:
    SurgeEdit.objects.create(
        surge=row,
        what=what.value,
        before=before,
        after=after,
        reason=reason,
        at=at,
        by_id=by.account_id if by else None,
    )


def _set_phase(row: Surge, phase: Phase, *, by: Viewer | None, at: datetime, reason: str) -> None:
    SurgePhase.objects.create(
        surge=row,
        phase=phase.kind.value,
        began_on=phase.began_on,
        is_by_hand=phase.is_by_hand,
        set_at=at,
        set_by_id=by.account_id if by else None,
        reason=reason,
    )


def _days(window: Window) -> str:
    """A window as the log keeps it: ISO days, the last left out while it is open."""
    return f"{window.starts_on.isoformat()}/{window.ends_on.isoformat() if window.ends_on else ''}"
