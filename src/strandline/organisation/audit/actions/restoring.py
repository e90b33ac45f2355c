"""Writing back the state before a deed: row by row, or for many people in few statements."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby, islice
from typing import Any

from django.apps import apps
from django.core.serializers.python import Deserializer
from django.db import connections, models, router, transaction
from django.db.models import ProtectedError, RestrictedError

from strandline.store import bulk

from ..models import Change

# People whose rows are written back together.
_TOGETHER = 500


class CannotTakeBack(Exception):
    """What was done can no longer be taken back; the reason is written for the screen."""


def restore_by_subject(changes: Sequence[Change]) -> list[str]:
    """Write back changes, latest first, person by person; who was changed since is left, and named by audit id."""
    by_subject: dict[str, list[Change]] = {}
    for change in changes:
        by_subject.setdefault(change.subject, []).append(change)
    kept: list[str] = []
    subjects = iter(by_subject.items())
    while piece := dict(islice(subjects, _TOGETHER)):
        kept += _restore_piece(piece)
    return kept


def _restore_piece(by_subject: Mapping[str, list[Change]]) -> list[str]:
    stored = _stored([change for changes in by_subject.values() for change in changes])
    standing = {
        subject: changes
        for subject, changes in by_subject.items()
        if all(_stands(change, stored.get((change.model, change.row))) for change in changes)
    }
    kept = [subject for subject in by_subject if subject not in standing]
    together = sorted((c for changes in standing.values() for c in changes), key=lambda c: -c.place)
    try:
        with transaction.atomic():
            _restore_all(together)
    except (ProtectedError, RestrictedError):
        # Something was added to what came with one of them: told person by person.
        kept += [subject for subject, changes in standing.items() if not _is_restored(changes)]
    return kept


def _is_restored(changes: Sequence[Change]) -> bool:
    try:
        with transaction.atomic():
            for change in changes:
                restore(change)
    except CannotTakeBack:
        return False
    return True


def _stored(changes: Sequence[Change]) -> dict[tuple[str, int], Any]:
    rows: dict[str, set[int]] = {}
    for change in changes:
        rows.setdefault(change.model, set()).add(change.row)
    return {
        (name, pk): row
        for name, pks in rows.items()
        for pk, row in apps.get_model(name)._base_manager.in_bulk(list(pks)).items()
    }


def _stands(change: Change, row: Any) -> bool:
    """Tell whether a row is as the change left it."""
    if change.after is None:
        return True
    return row is not None and bool(row.values(list(change.after)) == change.after)


def _alike(change: Change) -> tuple[str, bool, tuple[str, ...] | None]:
    return change.model, change.after is None, None if change.before is None else tuple(change.before)


def _restore_all(changes: Sequence[Change]) -> None:
    """Write back changes that stand, in this order; those that are alike and follow one another go together."""
    for (name, is_gone, fields), alike in groupby(changes, key=_alike):
        model, those = apps.get_model(name), list(alike)
        if is_gone:
            for change in those:
                _insert(model, change.row, change.before or {})
        elif fields is None:
            model._base_manager.filter(pk__in=[change.row for change in those]).delete()
        else:
            built = [_built(model, change.row, change.before or {}) for change in those]
            rows = [(row.pk, *(getattr(row, field) for field in fields)) for row in built]
            bulk.update(connections[router.db_for_write(model)], model, fields, rows)


def restore(change: Change) -> None:
    """Write back the state of one row. Raises CannotTakeBack when it is not as the change left it."""
    model = apps.get_model(change.model)
    manager = model._base_manager
    row = manager.filter(pk=change.row).first()
    if change.after is None:
        _insert(model, change.row, change.before or {})
        return
    if not _stands(change, row):
        raise CannotTakeBack("Something in it was changed since. Change it by hand instead.")
    if change.before is None:
        try:
            manager.filter(pk=change.row).delete()
        except (ProtectedError, RestrictedError) as used:
            raise CannotTakeBack("Something was added to it since. Change it by hand instead.") from used
        return
    restored = _built(model, change.row, change.before)
    manager.filter(pk=change.row).update(**{name: getattr(restored, name) for name in change.before})


def _built(model: type[models.Model], pk: int, values: dict[str, Any]) -> Any:
    by_attname = {f.attname: f.name for f in model._meta.concrete_fields}
    fields = {by_attname[name]: value for name, value in values.items()}
    (made,) = Deserializer([{"model": model._meta.label_lower, "pk": pk, "fields": fields}])
    return made.object


def _insert(model: type[models.Model], pk: int, values: dict[str, Any]) -> None:
    models.Model.save_base(_built(model, pk, values), raw=True, force_insert=True)
