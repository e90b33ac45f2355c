from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, Exists, F, Min, OuterRef, Q, QuerySet
from django.db.models.functions import TruncDate

from strandline.organisation.accounts.models import Account
from strandline.organisation.accounts.rules import Role, Sensitivity, Viewer
from strandline.organisation.branches import queries as branches
from strandline.organisation.branches.models import Membership
from strandline.organisation.notices import queries as notices
from strandline.organisation.notices.queries import Standing
from strandline.organisation.notices.rules import Purpose
from strandline.steady.followup.models import FollowUp
from strandline.steady.followup.rules import StepKind
from strandline.steady.people.models import Belonging, Channel, Person
from strandline.steady.ties.queries import zone
from strandline.store.records import Absent, FieldClass

from .models import CallClaim, DeviceCode, Form, Likeness, OutboxKey, Submission
from .rules import FormFacts, State, Way
from .rules.owners import Arrival, Organiser, Proposal, propose

CALLERS = (Role.CALLER, Role.ORGANISER, Role.TEAM_LEAD)
MOST_ROWS = 200


@dataclass(frozen=True)
class PublicForm:
    """What anyone may know of a form: its words, and by what it judges."""

    facts: FormFacts
    texts: dict[str, dict[str, str]]
    languages: tuple[str, ...]
    asks_postcode: bool
    embedded_on: tuple[str, ...]
    organisation: str
    zone: str
    event: str


def public_form(slug: str) -> PublicForm | None:
    """Return what a visitor may know of a form; None when there is none. Asked by nobody in particular."""
    row = Form.objects.filter(slug=slug).select_related("event").first()
    if row is None:
        return None
    made = branches.organisation()
    own = {
        "title": row.title,
        "lead": row.lead,
        "question": row.question,
        "second_question": row.second_question,
        "consent_text": row.consent_text,
    }
    others = {
        language: own | {name: words for name, words in texts.items() if words}
        for language, texts in row.translations.items()
    }
    return PublicForm(
        facts=row.facts(region=made.region if made else "GB"),
        texts={language: others.get(language, own) for language in row.languages},
        languages=tuple(row.languages),
        asks_postcode=row.asks_postcode,
        embedded_on=tuple(row.embedded_on),
        organisation=made.name if made else "",
        zone=made.time_zone if made else "UTC",
        event=row.event.name if row.event else "",
    )


def outbox_key(code: str = "") -> OutboxKey | None:
    """Return the key to which phones seal now, or an earlier one by its code. Its public half is for everybody."""
    rows = OutboxKey.objects.filter(code=code) if code else OutboxKey.objects.filter(retired_at=None)
    return rows.order_by("pk").first()


def forms(*, viewer: Viewer) -> list[Form]:
    """Return the forms of the viewer's teams and branches, newest first, each with how many came and are kept aside."""
    mine = Form.objects.visible_to(viewer).values("pk")
    rows = Form.objects.filter(pk__in=mine).annotate(
        came=Count("submissions"),
        held=Count(
            "submissions",
            filter=Q(submissions__state=State.QUARANTINED.value, submissions__settled_at=None),
        ),
    )
    return list(rows.select_related("team", "branch", "event").order_by("-made_at", "-pk")[:MOST_ROWS])


def form(*, viewer: Viewer, code: str) -> Form:
    """Return one form that the viewer looks after. Raises Absent."""
    row = Form.objects.visible_to(viewer).filter(code=code).select_related("team", "branch", "event").first()
    if row is None:
        raise Absent
    return row


def devices(*, viewer: Viewer, form: Form, at: datetime) -> list[DeviceCode]:
    """Return the phones that may collect for a form now, the latest first."""
    rows = DeviceCode.objects.filter(form=form, form__in=Form.objects.visible_to(viewer).values("pk"))
    return list(rows.filter(expires_at__gt=at, revoked_at=None).order_by("-made_at", "-pk"))


def numbers_by_day(*, viewer: Viewer, form: Form, days: int = 30) -> list[tuple[date, int, int]]:
    """Return for each day with any how many came and how many of them were kept aside, latest first."""
    rows = (
        Submission.objects.filter(form=form, form__in=Form.objects.visible_to(viewer).values("pk"))
        .values(day=TruncDate("at", tzinfo=zone()))
        .annotate(came=Count("pk"), held=Count("pk", filter=Q(state=State.QUARANTINED.value)))
        .order_by("-day")
    )
    return [(row["day"], row["came"], row["held"]) for row in rows[:days]]


def mails_of(*, viewer: Viewer, form: Form) -> Standing:
    """Say how the mails stand that ask whether it was meant, of a form that the viewer looks after."""
    asked = Submission.objects.filter(form__in=Form.objects.visible_to(viewer).filter(pk=form.pk))
    return notices.standing_of(purpose=Purpose.CONFIRMATION, subjects=asked.values("code"))


def all_sent(slug: str) -> Iterator[Submission]:
    """Yield everything that was sent to a form, in order: asked at the prompt, by whoever runs the machine. Raises Absent."""
    row = Form.objects.filter(slug=slug).first()
    if row is None:
        raise Absent
    return Submission.objects.filter(form=row).order_by("pk").iterator(chunk_size=2000)


def form_by_slug(*, viewer: Viewer, slug: str) -> Form:
    """Return one form that the viewer looks after, by its address. Raises Absent."""
    row = Form.objects.visible_to(viewer).filter(slug=slug).first()
    if row is None:
        raise Absent
    return row


def came_by(*, viewer: Viewer, people: Iterable[Person]) -> dict[int, Submission]:
    """Return what each of these visible people sent first, by person."""
    rows = Submission.objects.filter(person__in=[p.pk for p in people]).select_related("form__constituency")
    found: dict[int, Submission] = {}
    for row in rows.order_by("pk"):
        if row.person_id is not None:
            found.setdefault(row.person_id, row)
    return found


def _waiting(viewer: Viewer) -> Any:
    return (
        FollowUp.objects.visible_to(viewer, FieldClass.CONTACT)
        .filter(kind=StepKind.FIRST_CALL.value, owner=None, closed_at=None)
        .select_related("person")
        .order_by(F("due_at").asc(nulls_last=True), "pk")
    )


def incoming(*, viewer: Viewer, most: int = 50) -> list[FollowUp]:
    """Return the first calls that nobody owes yet, the most pressing promise first."""
    return list(_waiting(viewer)[:most])


def incoming_count(*, viewer: Viewer, most: int = 10_000) -> int:
    """Return how many first calls nobody owes yet, up to a most."""
    return int(_waiting(viewer).order_by()[:most].count())


@dataclass(frozen=True)
class FirstCalls:
    """First calls that wait: the viewer's own, how many of them are past their promise, when the next one's runs out; and
    those that nobody owes, up to a most.
    """

    own: int
    late: int
    next_at: datetime | None
    unowned: int


def first_calls(*, viewer: Viewer, at: datetime, most: int = 1000) -> FirstCalls:
    """Return how many first calls wait for the viewer and for an owner."""
    today = at.astimezone(zone()).date()
    late = Q(due_on__lt=today) | Q(due_at__lte=at)
    mine = FollowUp.objects.visible_to(viewer, FieldClass.OPERATIONAL).filter(
        owner_id=viewer.account_id, kind=StepKind.FIRST_CALL.value, closed_at=None
    )
    told = mine.aggregate(
        own=Count("pk"), late=Count("pk", filter=late), next_at=Min("due_at", filter=Q(due_at__gt=at))
    )
    return FirstCalls(**told, unowned=incoming_count(viewer=viewer, most=most))


def unowned_calls(*, viewer: Viewer, codes: Sequence[str]) -> list[FollowUp]:
    """Return those of these first calls that the viewer may see and nobody owes."""
    return list(_waiting(viewer).filter(code__in=list(codes)))


def proposals(*, viewer: Viewer, calls: Sequence[FollowUp], at: datetime) -> dict[str, Proposal]:
    """Propose an owner for each of these calls, by place, language, constituency and load."""
    if not calls:
        return {}
    people = [call.person_id for call in calls]
    places: dict[int, Belonging] = {}
    for row in Belonging.objects.filter(person__in=people).order_by("pk"):
        places.setdefault(row.person_id, row)
    told = came_by(viewer=viewer, people=[call.person for call in calls])
    arrivals = []
    for call in calls:
        place, sent_ = places.get(call.person_id), told.get(call.person_id)
        if place is None:
            continue
        section = sent_.form.constituency if sent_ else None
        arrivals.append(
            Arrival(
                call.code,
                place.team_id,
                place.branch_id,
                sent_.language if sent_ else "",
                section.name if section else "",
            )
        )
    organisers = _organisers(viewer, at)
    return {p.arrival: p for p in propose(arrivals, organisers)}


def _organisers(viewer: Viewer, at: datetime) -> list[Organiser]:
    accounts: list[Account] = branches.colleagues(viewer=viewer, at=at)
    pks = [a.pk for a in accounts]
    held = Membership.objects.held(at).filter(account__in=pks).exclude(team=None).select_related("team")
    memberships: dict[int, list[Membership]] = {}
    for row in held:
        memberships.setdefault(row.account_id, []).append(row)
    waiting = dict(
        FollowUp.objects.filter(owner__in=pks, closed_at=None, kind=StepKind.FIRST_CALL.value)
        .values_list("owner")
        .annotate(number=Count("pk"))
        .order_by()
    )
    return [
        Organiser(
            account.pk,
            frozenset(m.team_id for m in memberships.get(account.pk, []) if m.team_id),
            frozenset(m.team.branch_id for m in memberships.get(account.pk, []) if m.team),
            account.language,
            tuple(f"{m.team.name} {m.team.remit}" for m in memberships.get(account.pk, []) if m.team),
            waiting.get(account.pk, 0),
        )
        for account in accounts
    ]


def likenesses(*, viewer: Viewer, people: Iterable[Person]) -> dict[int, list[Person]]:
    """Return for each of these visible people who on record they may be: only those whom the viewer may read too."""
    wanted = [p.pk for p in people]
    seen = Person.objects.visible_to(viewer, FieldClass.CONTACT)
    rows = Likeness.objects.filter(person__in=wanted, judged_at=None, other__in=seen.values("pk"))
    found: dict[int, list[Person]] = {}
    for row in rows.select_related("other").order_by("pk"):
        found.setdefault(row.person_id, []).append(row.other)
    return found


def _held(viewer: Viewer) -> QuerySet[Submission]:
    mine = Form.objects.visible_to(viewer).values("pk")
    return Submission.objects.held().filter(form__in=mine).select_related("form")


def held_submissions(*, viewer: Viewer, most: int = 50) -> list[Submission]:
    """Return what was kept aside on the viewer's forms, the most pressing promise first."""
    return list(_held(viewer).order_by("due_at", "pk")[:most])


def held_count(*, viewer: Viewer, most: int = 10_000) -> int:
    """Return how many were kept aside on the viewer's forms, up to a most."""
    return int(_held(viewer)[:most].count())


def held_submission(*, viewer: Viewer, code: str) -> Submission:
    """Return one that was kept aside. Raises Absent."""
    row = _held(viewer).filter(code=code).first()
    if row is None:
        raise Absent
    return row


def own_overdue(*, viewer: Viewer, on: date) -> int:
    """Return how many of the viewer's own next steps are overdue."""
    return FollowUp.objects.filter(owner_id=viewer.account_id, closed_at=None, due_on__lt=on).count()


def next_call(*, viewer: Viewer, at: datetime) -> FollowUp | None:
    """Return the most pressing first call that nobody owes or holds, of someone with a telephone, in the caller's teams.

    Asked by the action that hands the person out; until then a caller sees nobody.
    """
    teams, led = viewer.teams(*CALLERS), viewer.branches(Role.BRANCH_LEAD)
    place = Belonging.objects.filter(person=OuterRef("person")).filter(
        Q(team__in=teams) | Q(branch__in=led) | Q(team=None, branch__teams__in=teams)
    )
    phone = Channel.objects.filter(person=OuterRef("person"), kind="phone", is_bad=False, opted_out_at=None)
    held = CallClaim.objects.filter(followup=OuterRef("pk"), ended_at=None)
    on = at.astimezone(zone()).date()
    rows: Any = (
        FollowUp.objects.filter(kind=StepKind.FIRST_CALL.value, owner=None, closed_at=None)
        .filter(person__sensitivity=Sensitivity.NORMAL.value, person__is_deceased=False)
        .filter(Q(person__batch=None) | Q(person__batch__opened_at__isnull=False))
        # Who did not answer comes again on the day that was set, not before.
        .filter(Q(due_at__isnull=False) | Q(due_on__lte=on))
        .filter(Exists(place), Exists(phone), ~Exists(held))
        .select_related("person")
        .order_by("due_on", F("due_at").asc(nulls_last=True), "pk")
    )
    first: FollowUp | None = rows.select_for_update(of=("self",)).first()
    return first


def my_call(*, viewer: Viewer, at: datetime) -> CallClaim | None:
    """Return the person whom the caller holds now, with the call that is owed; None when there is nobody."""
    row = (
        CallClaim.objects.filter(by_id=viewer.account_id, ended_at=None, expires_at__gt=at)
        .select_related("followup")
        .first()
    )
    if (
        row is None
        or not Person.objects.visible_to(viewer, FieldClass.CONTACT).filter(pk=row.person_id).exists()
    ):
        return None
    return row


def calls_today(*, viewer: Viewer, at: datetime) -> int:
    """Return how many calls the viewer has logged from the queue within a day."""
    since = at - timedelta(days=1)
    rows = CallClaim.objects.filter(by_id=viewer.account_id, ended_at__gt=since)
    return rows.exclude(outcome__in=("put_back", "run_out")).count()


def form_facts(slug: str) -> FormFacts:
    """Return what a sheet of this form is judged by. Raises Absent."""
    found = public_form(slug)
    if found is None:
        raise Absent
    return found.facts


def typed_in(*, viewer: Viewer, form: Form, batch: str) -> list[Submission]:
    """Return the rows of a paper sheet that the viewer has typed in, the latest first."""
    rows = Submission.objects.filter(form=form, by_id=viewer.account_id, way=Way.PAPER.value)
    rows = rows.filter(token__startswith=f"{batch}-").exclude(state=State.TAKEN_BACK.value)
    return list(rows.order_by("-pk")[:MOST_ROWS])
