"""Phones at the table: the code that lets one collect for a day, and the keys to which they seal."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from django.db import transaction

from strandline.lib.text import clean
from strandline.organisation.accounts.rules import Viewer
from strandline.organisation.audit import actions as audit
from strandline.steady.intake import queries, sealing
from strandline.steady.intake.models import DeviceCode, OutboxKey
from strandline.steady.ties.queries import zone
from strandline.store.records import Absent


@transaction.atomic(durable=True)
def make_outbox_key(*, at: datetime) -> OutboxKey:
    """Make the organisation's key pairs for phones, once."""
    return ensure_outbox_key(at=at)


@transaction.atomic(savepoint=False)
def ensure_outbox_key(*, at: datetime) -> OutboxKey:
    """Return the organisation's key pairs for phones, making them at the first use: a step of a larger action."""
    row = OutboxKey.objects.select_for_update().filter(retired_at=None).order_by("pk").first()
    if row is None:
        seal_public, seal_private = sealing.new_pair()
        sign_public, sign_private = sealing.new_pair()
        row = OutboxKey.objects.create(
            seal_public=seal_public,
            seal_private=seal_private,
            sign_public=sign_public,
            sign_private=sign_private,
            made_at=at,
        )
    return row


@audit.deed("device.let_in")
def give_device_code(*, form: str, label: str, by: Viewer, at: datetime) -> DeviceCode:
    """Let one phone collect for a form until the day ends. Raises Absent, BadText."""
    row = queries.form(viewer=by, code=form)
    day = at.astimezone(zone()).date() + timedelta(days=1)
    made = DeviceCode.objects.create(
        form=row,
        label=clean(label, field="label", most=60, required=False),
        made_by_id=by.account_id,
        made_at=at,
        expires_at=datetime.combine(day, time(), zone()),
    )
    audit.record(verb="device.let_in", by=by, at=at)
    return made


@audit.deed("device.revoked")
def revoke_device(*, device: str, by: Viewer, at: datetime) -> DeviceCode:
    """Stop a phone: what it still sends is kept aside. Raises Absent."""
    row = DeviceCode.objects.filter(code=device).select_related("form").first()
    if row is None:
        raise Absent
    queries.form(viewer=by, code=row.form.code)
    if row.revoked_at is None:
        row.revoked_at = at
        row.save(update_fields=["revoked_at"])
        audit.record(verb="device.revoked", by=by, at=at)
    return row
