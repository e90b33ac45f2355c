from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from itertools import islice
from typing import BinaryIO

from django.db import transaction

from strandline.lib.dates import Order
from strandline.lib.phones import Doubt
from strandline.lib.text import clean
from strandline.organisation.accounts.rules import PEOPLE_ROLES, Viewer
from strandline.organisation.audit import actions as audit
from strandline.organisation.branches import queries as branches
from strandline.organisation.branches.models import Team
from strandline.organisation.receipts.rules import Once
from strandline.steady.interchange import queries
from strandline.steady.interchange.models import Import, ImportChunk, ImportRow
from strandline.steady.interchange.rules import reading, systems
from strandline.steady.interchange.rules.account import Fate
from strandline.steady.interchange.rules.people import PersonRow, Skipped
from strandline.steady.interchange.rules.reading import Choices, Table
from strandline.steady.interchange.rules.refusals import CannotRead, Kind, Limits, Unreadable
from strandline.steady.interchange.rules.rows import Outcome, RowReader
from strandline.steady.interchange.rules.standing import (
    FIELDS,
    FieldRule,
    ImportState,
    Twins,
    Verdict,
    may_move,
)
from strandline.steady.interchange.rules.vocabulary import Column, Mapping, Special, Target
from strandline.steady.people.models import Person
from strandline.steady.ties import queries as tie_queries

from . import matching
from .updating import Update, present_of, update_of

STEP = 4096
# Of rows with something to say, so many are shown; all are counted, and the file of the unread ones has all of them.
MOST_KEPT = 20_000
# Of the people who are simply new, so many are kept as they were read: who looks sees a wrong column or a wrong accent.
SAMPLE = 20


class CannotImport(Exception):
    """The list cannot be brought in, or not so; the reason is written for the screen."""


def take_file(
    *,
    stream: BinaryIO,
    name: str,
    by: Viewer,
    at: datetime,
    team: str = "",
    limits: Limits | None = None,
    once: Once | None = None,
) -> Import:
    """Take a file into the encrypted database, piece by piece, to be read from there. Raises CannotImport.

    Nothing of it is judged yet but its size.
    """
    if not by.is_(*PEOPLE_ROLES):
        raise CannotImport("Your role brings in no lists.")
    choices = queries.teams_for(viewer=by)
    chosen = next((t for t in choices if t.code == team), None) if team else queries.home_team(viewer=by)
    if chosen is None:
        raise CannotImport("Choose a team of yours into which these people come.")
    most = (limits or Limits()).bytes
    made = _begin(
        by=by, at=at, team=chosen, name=clean(name[-200:] or "list", field="file name", most=200), once=once
    )
    if made.digest:
        return made  # the same request once more
    digest, size, place = hashlib.blake2b(digest_size=32), 0, 0
    while piece := stream.read(queries.CHUNK):
        while len(piece) < queries.CHUNK and (more := stream.read(queries.CHUNK - len(piece))):
            piece += more
        size += len(piece)
        if size > most:
            forget_file(made)
            made.delete()
            raise CannotImport(f"This file is larger than {most // 2**20} MB. Cut it into several files.")
        digest.update(piece)
        with transaction.atomic(durable=True):
            # A second sending of the same file, while the first is taken in, brings the same pieces.
            ImportChunk.objects.bulk_create(
                [ImportChunk(of=made, place=place, data=piece)], ignore_conflicts=True
            )
        place += 1
    with transaction.atomic(durable=True):
        made.size, made.digest = size, digest.hexdigest()
        made.save(update_fields=["size", "digest"])
    return made


@audit.deed("import.taken")
def _begin(*, by: Viewer, at: datetime, team: Team, name: str) -> Import:
    made = Import.objects.create(
        by_id=by.account_id,
        branch=team.branch,
        team=team,
        file_name=name,
        began_at=at,
    )
    audit.record(verb="import.taken", by=by, at=at)
    return made


def forget_file(of: Import) -> None:
    """Remove the file's pieces; what was made of it stays."""
    with transaction.atomic(durable=True):
        ImportChunk.objects.filter(of=of).delete()


@audit.deed("import.chosen")
def choose(
    *,
    code: str,
    by: Viewer,
    at: datetime,
    reading_choices: dict[str, object] | None = None,
    columns: dict[int, str] | None = None,
    date_order: str | None = None,
    rules: dict[str, str] | None = None,
    twins: str | None = None,
    basis: dict[str, str] | None = None,
) -> Import:
    """Change how a checked list is read or brought in; it has to be checked again. Raises Absent, CannotImport.

    `columns` maps positions to targets; `basis` maps a special category to the ground stated for taking it.
    """
    row = queries.an_import(viewer=by, code=code)
    verdict = may_move(ImportState(row.state), ImportState.READING)
    if not verdict.ok:
        raise CannotImport(verdict.reason)
    try:
        if reading_choices is not None:
            row.choices = asdict(Choices(**reading_choices))  # type: ignore[arg-type]
            row.columns = []
        if columns:
            mapping = mapping_of(row)
            for position, target in columns.items():
                mapping = mapping.with_column(position, Target(target))
            row.columns = [asdict(column) for column in mapping.columns]
        if date_order is not None:
            row.date_order = Order(date_order).value if date_order else ""
        if rules is not None:
            row.rules = {name: FieldRule(rule).value for name, rule in rules.items() if name in FIELDS}
        if twins is not None:
            row.twins = Twins(twins).value
        if basis is not None:
            row.basis = {
                Special(kind).value: clean(words, field="basis", most=500)
                for kind, words in basis.items()
                if words
            }
    except (ValueError, TypeError, IndexError) as wrong:
        raise CannotImport(f"This cannot be chosen here: {wrong}") from wrong
    row.state, row.is_chosen = ImportState.READING.value, True
    row.save()
    audit.record(verb="import.chosen", by=by, at=at)
    return row


def mapping_of(of: Import) -> Mapping:
    """Return what the columns of this import become, with the bases that were stated for it."""
    columns = tuple(
        Column(**{**column, "target": Target(column["target"]), "special": Special(column["special"])})
        for column in of.columns
    )
    mapping = Mapping(system=of.system, name="", columns=columns)
    return mapping.with_basis({Special(kind) for kind in of.basis})


def reader_for(of: Import) -> RowReader:
    """Return what makes people of this import's rows."""
    made = branches.organisation()
    return RowReader(
        mapping_of(of),
        region=made.region if made else None,
        order=Order(of.date_order) if of.date_order else None,
        zone=tie_queries.zone(),
        is_neutralised=of.kind != Kind.JSON.value,
    )


def table_of(of: Import) -> Table:
    """Open the file of this import as it was chosen to be read. Raises CannotRead."""
    return reading.open_table(queries.opened(of), choices=Choices(**of.choices) if of.choices else None)


@dataclass
class Findings:
    """What the check found: how many rows met which verdict, and the rows worth a word."""

    counts: Counter[str] = field(default_factory=Counter)
    rows: list[ImportRow] = field(default_factory=list)
    kept: int = 0


def check(*, code: str, by: Viewer, at: datetime) -> Import:
    """Read the whole file against the people in the importer's sight, and keep what was found; nobody is touched.

    A file that cannot be read ends as refused, with line, reason and how to mend it. Raises Absent.
    """
    row = queries.an_import(viewer=by, code=code)
    if row.state != ImportState.READING:
        return row
    with transaction.atomic(durable=True):
        ImportRow.objects.filter(of=row).delete()
        row.done_rows, row.is_stop_asked = 0, False
        row.save(update_fields=["done_rows", "is_stop_asked"])
    try:
        table = table_of(row)
        _understand(row, table, by)
        findings = _judge_all(row, table, by)
    except CannotRead as refused:
        return _end_check(row, at, ImportState.REFUSED, refusal=refused)
    return _end_check(row, at, ImportState.CHECKED, findings=findings)


def _understand(row: Import, table: Table, by: Viewer) -> None:
    mapping = systems.map_columns(table.header, table.sample)
    notes = list(table.notes)
    if not row.columns or len(row.columns) != len(table.header):
        row.columns = [asdict(column) for column in mapping.columns]
        row.system = mapping.system
        before = queries.same_source(viewer=by, of=row)
        if before is not None:
            row.columns, row.rules = before.columns, before.rules
            row.twins, row.date_order = before.twins, before.date_order
            notes.append(f"Read as you chose for {before.file_name}, which has the same columns.")
    row.kind, row.lines = table.kind.value, table.lines
    row.notes = notes
    row.choices = row.choices or {}


def _end_check(
    row: Import,
    at: datetime,
    state: ImportState,
    *,
    refusal: CannotRead | None = None,
    findings: Findings | None = None,
) -> Import:
    with transaction.atomic(durable=True):
        row.state, row.checked_at = state.value, at
        row.refusal = (
            {"line": refusal.line, "reason": refusal.reason, "how_to_fix": refusal.how_to_fix}
            if refusal
            else {}
        )
        if findings is not None:
            row.account = dict.fromkeys((*Fate, "twin", "conflict", "flagged", "unlikely"), 0) | dict(
                findings.counts
            )
        row.save()
    return row


def steps(outcomes: Iterable[Outcome], size: int = STEP) -> Iterator[list[Outcome]]:
    """Give what became of rows a few thousand at a time."""
    source = iter(outcomes)
    while piece := list(islice(source, size)):
        yield piece


def _judge_all(row: Import, table: Table, by: Viewer) -> Findings:
    findings = Findings()
    seen: dict[int, int] = {}
    reader = reader_for(row)
    for piece in steps(reader.read(table.rows())):
        findings.counts["rows"] += len(piece)
        people = matching.candidates(row, (one for one in piece if isinstance(one, PersonRow)))
        known = matching.known_to(viewer=by, rows=people)
        for one in piece:
            if not isinstance(one, PersonRow):
                _note_unread(findings, row, one)
        _judge(findings, row, people, known, seen)
        with transaction.atomic(durable=True):
            ImportRow.objects.bulk_create(findings.rows, batch_size=500)
            row.done_rows = findings.counts["rows"]
            row.save(update_fields=["done_rows"])
        findings.kept += len(findings.rows)
        findings.rows = []
    return findings


def _note_unread(findings: Findings, of: Import, one: Unreadable | Skipped) -> None:
    if isinstance(one, Skipped):
        findings.counts["skipped"] += 1
        _keep(findings, ImportRow(of=of, line=one.line, verdict=Verdict.SKIPPED, reason=one.reason))
        return
    findings.counts["rejected"] += 1
    _keep(
        findings,
        ImportRow(
            of=of,
            line=one.line,
            verdict=Verdict.UNREADABLE,
            field=one.field[:200],
            reason=one.reason[:600],
            how_to_fix=one.how_to_fix[:300],
        ),
    )


def _keep(findings: Findings, row: ImportRow) -> None:
    if findings.kept + len(findings.rows) < MOST_KEPT:
        findings.rows.append(row)


def _judge(
    findings: Findings,
    of: Import,
    people: Sequence[matching.Candidate],
    known: matching.Known,
    seen: dict[int, int],
) -> None:
    met: list[tuple[PersonRow, int]] = []
    for one in people:
        row = one.row
        meeting = known.meet(one)
        earlier = repeats(one, seen)
        if row.flags:
            doubt = Verdict.UNLIKELY if row.is_only_unlikely else Verdict.FLAGGED
            findings.counts[doubt.value] += 1
            first = next((f for f in row.flags if f.reason != Doubt.UNASSIGNED.value), row.flags[0])
            _keep(findings, _row(of, row, doubt, field=first.field, reason=f"{first.value}: {first.reason}"))
        if meeting.several:
            findings.counts["conflict"] += 1
            findings.counts["rejected"] += 1
            reason = f"This row fits {len(meeting.several)} people on record. Decide by hand which one it is."
            _keep(findings, _row(of, row, Verdict.CONFLICT, reason=reason))
        elif meeting.person is not None:
            met.append((row, meeting.person))
        elif earlier:
            findings.counts["repeated"] += 1
            findings.counts["skipped"] += 1
            _keep(findings, _row(of, row, Verdict.REPEATED, reason=f"The same person as in line {earlier}."))
        elif meeting.twins:
            findings.counts["twin"] += 1
            leaves = of.twins == Twins.LEAVE
            findings.counts["skipped" if leaves else "created"] += 1
            _keep(
                findings,
                _row(
                    of,
                    row,
                    Verdict.TWIN,
                    person=meeting.twins[0],
                    reason="The same address or number, another name.",
                ),
            )
        else:
            findings.counts["created"] += 1
            findings.counts["new"] += 1
            if findings.counts["new"] <= SAMPLE:
                sample = _row(of, row, Verdict.NEW)
                sample.changes = {"read": row.as_read}
                _keep(findings, sample)
    for row, update in updates(of, met):
        findings.counts["updated" if update.is_any else "unchanged"] += 1
        if update.is_any:
            _keep(findings, _row(of, row, Verdict.UPDATED, person=update.person, reason=update.words()))


def repeats(one: matching.Candidate, seen: dict[int, int]) -> int:
    """Return the line of the same person earlier in the file, 0 when there is none; and remember this one."""
    row, folded = one.row, one.folded
    keys = [hash((folded, *key)) for key in one.keys]
    if row.external_ids:
        keys += [hash(("id", *pair)) for pair in row.external_ids]
    earlier = 0
    for key in keys:
        if key in seen:
            earlier = earlier or seen[key]
    for key in keys:
        seen.setdefault(key, row.line)
    return earlier


def updates(of: Import, met: list[tuple[PersonRow, int]]) -> Iterator[tuple[PersonRow, Update]]:
    """Say of each row that is someone on record what it changes of them, under the rules of this import."""
    present = present_of(Person.objects.filter(pk__in=[pk for _, pk in met]))
    for row, pk in met:
        update = update_of(row, present[pk], of.rules)
        update.person = pk
        yield row, update


def _row(
    of: Import,
    row: PersonRow,
    verdict: Verdict,
    *,
    person: int | None = None,
    field: str = "",
    reason: str = "",
) -> ImportRow:
    return ImportRow(
        of=of,
        line=row.line,
        verdict=verdict.value,
        name=row.name[:300],
        field=field[:200],
        reason=reason[:600],
        person_id=person,
    )
