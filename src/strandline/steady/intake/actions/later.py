"""What is done after the answer: likenesses by exact channel, and mails that ask whether it was meant."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from strandline.organisation.audit import actions as audit
from strandline.organisation.audit.actions import Line
from strandline.organisation.notices import actions as notices
from strandline.steady.intake.models import Confirmation, Likeness, Submission
from strandline.steady.intake.rules import State
from strandline.steady.people import actions as people
from strandline.steady.people.models import Channel
from strandline.steady.ties.queries import zone
from strandline.store.records import Absent


@transaction.atomic(durable=True)
def find_likenesses(*, at: datetime, most: int = 500) -> int:
    """Look who of those that came is perhaps on record already, by exactly the same channel. Returns how many it looked at.

    Nobody is told but who may see both; who signed up learns nothing.
    """
    rows = list(
        Submission.objects.filter(matched_at=None)
        .exclude(person=None)
        .only("person", "audit_id")
        .order_by("pk")[:most]
    )
    if not rows:
        return 0
    ours = {row.person_id for row in rows}
    mine = list(Channel.objects.filter(person__in=ours).values_list("person", "kind", "normal"))
    kinds: dict[str, set[str]] = {}
    for _, kind, normal in mine:
        kinds.setdefault(kind, set()).add(normal)
    holders: dict[tuple[str, str], set[int]] = {}
    for kind, normals in kinds.items():
        same = Channel.objects.filter(kind=kind, normal__in=normals)
        for person, normal in same.values_list("person", "normal"):
            holders.setdefault((kind, normal), set()).add(person)
    pairs = {
        (person, other)
        for person, kind, normal in mine
        for other in holders.get((kind, normal), ())
        if other < person
    }
    Likeness.objects.bulk_create(
        [Likeness(person_id=person, other_id=other, found_at=at) for person, other in sorted(pairs)],
        ignore_conflicts=True,
    )
    Submission.objects.filter(pk__in=[row.pk for row in rows]).update(matched_at=at)
    return len(rows)


@transaction.atomic(durable=True)
def ask_to_confirm(*, submission: str) -> Confirmation | None:
    """Return what the mail about this entry asks: a step of sending it, and the same again when it is sent again.

    None when the address was asked today about another entry, or when somebody decided about this one meanwhile.
    """
    sent = Submission.objects.filter(code=submission, state=State.WAITING.value).first()
    if sent is None:
        return None
    asked, _ = Confirmation.objects.select_related("submission__form").get_or_create(
        reach_key=sent.reach_key, on=sent.at.astimezone(zone()).date(), defaults={"submission": sent}
    )
    return asked if asked.submission_id == sent.pk else None


@transaction.atomic(durable=True)
def note_asked(*, mail: str, about: Submission, at: datetime) -> None:
    """Note that the mail which asks someone has left: in the outbox, and in the log of what was done with their record."""
    notices.mark_left(mail=mail, at=at)
    audit.record_lines([Line("signup.asked", audit.CLOCK, at, (about.audit_id,))])


@transaction.atomic(durable=True)
def confirm(*, confirmation: str, at: datetime) -> Submission:
    """Note that someone meant it, by the link in their mail; from now on they have agreed. Raises Absent.

    Whoever presses twice is answered twice.
    """
    row = (
        Confirmation.objects.select_for_update(of=("self",))
        .select_related("submission__form")
        .filter(code=confirmation)
        .first()
    )
    if row is None:
        raise Absent
    sent = row.submission
    if row.confirmed_at is None and sent.state == State.WAITING.value:
        row.confirmed_at = at
        row.save(update_fields=["confirmed_at"])
        sent.state = State.CONFIRMED.value
        sent.save(update_fields=["state"])
        if sent.person_id and sent.typed.get("consent"):
            people.agree(agreed=[(sent.person_id, sent.form.consent_text, at)])
        audit.record_lines([Line("signup.confirmed", "visitor", at, (sent.audit_id,))])
    return sent
