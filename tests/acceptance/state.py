"""A digest of all that is kept: equal when nothing was done."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from django.apps import apps
from django.db.models import Model

from strandline.organisation.audit.models import AuditEntry

# The log of readings grows with each page that is shown; deeds in it are counted apart.
LOG = {"AuditEntry", "AuditHead", "AuditSubject", "AuditKey"}
# When someone last signed in changes with each browser that the checks open.
LEFT_OUT = {"last_login"}


def models() -> Iterator[type[Model]]:
    """Yield our own models, whichever there are."""
    for app in ("organisation", "steady", "surge", "ledger"):
        for model in apps.get_app_config(app).get_models():
            if model.__name__ not in LOG:
                yield model


def tables() -> dict[str, str]:
    """Return a digest of each table, and how many deeds the log has."""
    found = {}
    for model in models():
        names = [f.attname for f in model._meta.concrete_fields if f.attname not in LEFT_OUT]
        digest = hashlib.blake2b(digest_size=16)
        for row in model._base_manager.order_by("pk").values_list(*names):
            digest.update(repr(row).encode())
        found[model.__name__] = digest.hexdigest()
    found["deeds in the log"] = str(AuditEntry.objects.exclude(verb="read").count())
    return found


def changes(before: dict[str, str], after: dict[str, str]) -> list[str]:
    """Return which tables differ."""
    return [name for name, digest in after.items() if before.get(name) != digest]
