from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import BinaryIO

from django.db import transaction

from strandline.lib.dates import Order
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
from strandline.steady.interchange.rules.people import PersonRow
from strandline.steady.interchange.rules.reading import Choices, Table
from strandline.steady.interchange.rules.refusals import CannotRead, Kind, Limits
from strandline.steady.interchange.rules.rows import Outcome, RowReader
from strandline.steady.interchange.rules.standing import (
    FIELDS,
    FieldRule,
    ImportState,
    Twins,
    may_move,
)
from strandline.steady.interchange.rules.vocabulary import Column, Mapping, Special, Target
from strandline.steady.ties import queries as tie_queries
from strandline.store import bulk

from . import matching
from .earlier import Earlier
from .judging import Findings, judge, note_unread, steps


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


def digest_of(stream: BinaryIO) -> str:
    """Return what tells one file from another, as it is kept of those that were taken."""
    digest = hashlib.blake2b(digest_size=32)
    while piece := stream.read(queries.CHUNK):
        digest.update(piece)
    return digest.hexdigest()


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


class Stopped(Exception):
    """Somebody asked to stop the reading."""

    line, reason, how_to_fix = 0, "The reading was stopped.", "It can be read again from the start."


def check(*, code: str, by: Viewer, at: datetime) -> Import:
    """Read the whole file against the people in the importer's sight, and keep what was found; nobody is touched.

    A file that cannot be read ends as refused, with line, reason and how to mend it; so does a reading that is stopped.
    Raises Absent.
    """
    row = queries.an_import(viewer=by, code=code)
    if row.state != ImportState.READING:
        return row
    with transaction.atomic(durable=True):
        ImportRow.objects.filter(of=row).delete()
        row.done_rows, row.work_began_at, row.work_began_rows = 0, at, 0
        row.save(update_fields=["done_rows", "work_began_at", "work_began_rows"])
    try:
        table = table_of(row)
        _understand(row, table, by)
        with bulk.with_few_collections():
            findings = _judge_all(row, table, by)
    except (CannotRead, Stopped) as refused:
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
    refusal: CannotRead | Stopped | None = None,
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
            row.account = {"rows": findings.rows_read, **{fate.value: findings.fates[fate] for fate in Fate}}
            row.found = dict(findings.verdicts)
        row.save()
    return row


def _judge_all(row: Import, table: Table, by: Viewer) -> Findings:
    findings = Findings()
    with Earlier() as earlier:
        for piece in steps(reader_for(row).read(table.rows())):
            if Import.objects.filter(pk=row.pk, is_stop_asked=True).exists():
                row.is_stop_asked = True
                raise Stopped
            _judge_piece(findings, row, piece, by, earlier)
            with transaction.atomic(durable=True):
                ImportRow.objects.bulk_create(findings.rows, batch_size=500)
                row.done_rows = findings.rows_read
                row.save(update_fields=["done_rows"])
            findings.rows = []
    return findings


def _judge_piece(
    findings: Findings, row: Import, piece: Sequence[Outcome], by: Viewer, earlier: Earlier
) -> None:
    findings.rows_read += len(piece)
    people = matching.candidates(row, (one for one in piece if isinstance(one, PersonRow)))
    known = matching.known_to(viewer=by, rows=people)
    for one in piece:
        if not isinstance(one, PersonRow):
            note_unread(findings, row, one)
    judge(findings, row, people, known, earlier.lines(people))
