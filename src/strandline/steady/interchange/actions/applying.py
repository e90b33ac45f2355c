from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from strandline.organisation.accounts.rules import Viewer
from strandline.organisation.audit import actions as audit
from strandline.steady.interchange import queries
from strandline.steady.interchange.models import Import, ImportRow
from strandline.steady.interchange.rules.account import Fate
from strandline.steady.interchange.rules.people import PersonRow, Skipped
from strandline.steady.interchange.rules.refusals import Unreadable
from strandline.steady.interchange.rules.standing import ImportState, Twins, may_move
from strandline.steady.people import actions as people
from strandline.steady.people.actions import Arrival
from strandline.steady.people.models import Person
from strandline.steady.people.rules import MOST_CHANNELS

from . import matching, updating
from .checking import CannotImport, check, forget_file, reader_for, repeats, steps, table_of, updates
from .updating import Update


def apply(*, code: str, by: Viewer, at: datetime) -> Import:
    """Bring a checked list in: newcomers unseen and in small commits, then everything visible in one moment.

    Killed and called again, it goes on after the last commit; asked to stop, it leaves things as before.
    Raises Absent, CannotImport.
    """
    row = _begin(code, by)
    if row.state == ImportState.APPLIED:
        return row
    counts = Counter(row.account)
    changes: list[tuple[PersonRow, Update]] = []
    seen: dict[int, int] = {}
    cache = _Names(row, by, at)
    for piece in steps(reader_for(row).read(table_of(row).rows())):
        rows = [one for one in piece if isinstance(one, PersonRow)]
        is_done = piece[-1].line <= row.done_line
        known = matching.known_to(viewer=by, of=row, rows=rows)
        new, met = _sorted_out(row, rows, known, seen, counts if not is_done else Counter())
        for line, update in updates(row, met):
            if update.is_any:
                changes.append((line, update))
        if is_done:
            continue
        if _is_to_stop(row):
            return _left_as_before(row)
        with transaction.atomic(durable=True):
            if new:
                people.load(
                    arrivals=[cache.arrival(one) for one in new],
                    batch=row.load,
                    by=by,
                    at=at,
                    branch=row.branch,
                    team=row.team,
                )
            counts["rows"] += len(piece)
            counts["met"] += len(met)
            counts["skipped"] += sum(isinstance(one, Skipped) for one in piece)
            counts["rejected"] += sum(isinstance(one, Unreadable) for one in piece)
            row.done_line, row.done_rows, row.account = piece[-1].line, counts["rows"], dict(counts)
            row.save(update_fields=["done_line", "done_rows", "account"])
    _open(of=row, changes=changes, counts=counts, by=by, at=at)
    forget_file(row)
    return Import.objects.get(pk=row.pk)


def _begin(code: str, by: Viewer) -> Import:
    row = queries.an_import(viewer=by, code=code)
    if row.state in (ImportState.APPLYING, ImportState.APPLIED):
        return row
    verdict = may_move(ImportState(row.state), ImportState.APPLYING)
    if not verdict.ok:
        raise CannotImport(verdict.reason)
    with transaction.atomic(durable=True):
        row.batch = people.begin_batch()
        row.state, row.account, row.is_stop_asked = ImportState.APPLYING.value, {}, False
        row.done_line = row.done_rows = 0
        row.save()
    return row


def _sorted_out(
    of: Import, rows: Sequence[PersonRow], known: matching.Known, seen: dict[int, int], counts: Counter[str]
) -> tuple[list[PersonRow], list[tuple[PersonRow, int]]]:
    new, met = [], []
    for row in rows:
        folded = matching.folded_name(row)
        meeting = known.meet(of, row, folded)
        earlier = repeats(row, folded, seen)
        if meeting.several:
            counts["rejected"] += 1
        elif meeting.person is not None and meeting.person not in known.unseen:
            met.append((row, meeting.person))
        elif earlier or meeting.person is not None or (meeting.twins and of.twins == Twins.LEAVE):
            counts["skipped"] += 1
        else:
            counts["created"] += 1
            new.append(row)
    return new, met


def _is_to_stop(row: Import) -> bool:
    return Import.objects.filter(pk=row.pk, is_stop_asked=True).exists()


def _left_as_before(row: Import) -> Import:
    empty(row)
    with transaction.atomic(durable=True):
        row.state, row.done_line, row.done_rows, row.account = ImportState.CHECKED.value, 0, 0, {}
        row.is_stop_asked = False
        row.save()
    return row


def empty(row: Import, size: int = 1000) -> None:
    """Remove those who came with this import and are unseen, a thousand at a time."""
    if row.batch is None or row.batch.opened_at is not None:
        return
    while ids := list(
        Person.objects.filter(batch=row.batch).order_by("pk").values_list("pk", flat=True)[:size]
    ):
        with transaction.atomic(durable=True):
            ImportRow.objects.filter(person__in=ids).update(person=None)
            people.unload(people=ids)


@audit.deed("import.applied", can_be_taken_back=True)
def _open(
    *, of: Import, changes: list[tuple[PersonRow, Update]], counts: Counter[str], by: Viewer, at: datetime
) -> Import:
    """The one moment: what changes is written, who is new becomes visible."""
    written = updating.write(changes, branch=of.branch, at=at)
    people.open_batch(batch=of.load, at=at)
    counts["updated"] = written
    counts["unchanged"] = counts.pop("met", 0) - written
    balanced = {fate.value: counts[fate.value] for fate in Fate}
    of.account, of.state, of.applied_at = {"rows": counts["rows"], **balanced}, ImportState.APPLIED.value, at
    of.deed = audit.present_deed()
    of.save(update_fields=["account", "state", "applied_at", "deed"])
    audit.record(verb="import.applied", by=by, at=at)
    return of


class _Names:
    """Makes arrivals of rows; tags and custom fields are looked up or made once for the whole file."""

    def __init__(self, of: Import, by: Viewer, at: datetime) -> None:
        self._of, self._by, self._at = of, by, at
        self._tags: dict[str, int] = {}
        self._custom: dict[str, int] = {}
        self._basis = "; ".join(of.basis.values())

    def arrival(self, row: PersonRow) -> Arrival:
        """Return what is put on record of a row that is someone new."""
        values = updating.values_of(row)
        pairs = [pair for pair in row.external_ids if pair[0] != matching.OWN]
        if not matching.keys_of(row) and not pairs:
            pairs = [matching.fallback_id(self._of, row)]
        return Arrival(
            row=row.line,
            full_name=values["full_name"] or _named_after(row),
            given_name=values["given_name"],
            additional_name=values["additional_name"],
            family_name=values["family_name"],
            prefix=values["prefix"],
            suffix=values["suffix"],
            also_known_as=values["also_known_as"],
            languages=tuple(values["languages"]),
            born_on=row.born_on,
            note=row.note,
            refuses=tuple(sorted(way.value for way in row.opt_outs)),
            is_deceased=row.is_deceased,
            channels=tuple(
                (kind, typed, normal, label, is_bad, updating.refused_at(row, kind, self._at))
                for kind, typed, normal, label, is_bad in updating.channels_of(row)[:MOST_CHANNELS]
            ),
            address=updating.address_of(row),
            tags=tuple(dict.fromkeys(self._tag(tag[:100]) for tag in row.tags)),
            identifiers=tuple((system[:60], value[:200]) for system, value in dict.fromkeys(pairs)),
            custom=self._values(row),
            source_label=(row.source or self._of.file_name)[:200],
            introduced_as=row.introduced_by[:200],
            met_on=updating.day_of(row.recorded_at),
            views_basis=self._basis[:500] if row.sensitive else "",
        )

    def _tag(self, name: str) -> int:
        if name not in self._tags:
            self._tags[name] = people.tag_named(name=name, branch=self._of.branch)
        return self._tags[name]

    def _values(self, row: PersonRow) -> tuple[tuple[int, str], ...]:
        found: dict[int, str] = {}
        for name, value in row.custom:
            found[self._field(name, opinion=False)] = value[:1000]
        for each in row.sensitive:
            found[self._field(each.name, opinion=True)] = each.value[:1000]
        return tuple(found.items())

    def _field(self, name: str, *, opinion: bool) -> int:
        if name not in self._custom:
            self._custom[name] = people.custom_field_named(name=name[:100], opinion=opinion)
        return self._custom[name]


def _named_after(row: PersonRow) -> str:
    """Return what to call someone of whom the file has only an address or a number."""
    if row.emails:
        return row.emails[0].as_typed
    return row.phones[0].as_typed if row.phones else "?"


def bring_in(*, code: str, by: Viewer, at: datetime) -> Import:
    """Check and bring in at one go: for the prompt. Raises Absent, CannotImport."""
    row = check(code=code, by=by, at=at)
    if row.state == ImportState.REFUSED:
        return row
    return apply(code=code, by=by, at=at)
