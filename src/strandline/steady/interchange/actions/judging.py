"""What an import would make of each row: someone new, someone on record, a likely twin, nobody."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from strandline.lib.phones import Doubt
from strandline.steady.interchange.models import Import, ImportRow
from strandline.steady.interchange.rules.account import Fate
from strandline.steady.interchange.rules.people import PersonRow, Skipped
from strandline.steady.interchange.rules.refusals import Unreadable
from strandline.steady.interchange.rules.rows import Outcome
from strandline.steady.interchange.rules.standing import (
    Twins,
    Verdict,
)
from strandline.steady.people.models import Person

from . import matching
from .updating import Update, present_of, update_of

# Rows to a step, and so to a commit while nobody waits: an index by name or number is written all over, and the more
# rows go in at once, the fewer times each of its pages is. Fewer where they bring long texts: those are held meanwhile.
STEP = 8192
TEXT = 4_000_000
# Of the rows of one verdict, so many are kept to be shown and to be mended; all are counted.
MOST_KEPT = 20_000
# Of the people who are simply new, so many are kept as they were read: who looks sees a wrong column or a wrong accent.
SAMPLE = 20


@dataclass
class Findings:
    """What the check found: how many rows would meet which fate, how many each verdict has, the rows worth a word."""

    fates: Counter[str] = field(default_factory=Counter)
    verdicts: Counter[str] = field(default_factory=Counter)
    rows_read: int = 0
    rows: list[ImportRow] = field(default_factory=list)


def steps(outcomes: Iterable[Outcome], size: int = STEP, text: int = TEXT) -> Iterator[list[Outcome]]:
    """Give what became of rows a few thousand at a time, and no more than so many characters of what can be long."""
    piece: list[Outcome] = []
    left = text
    for one in outcomes:
        piece.append(one)
        if type(one) is PersonRow and (one.note or one.custom or one.sensitive):
            left -= len(one.note) + sum(len(value) for _, value in one.custom)
            left -= sum(len(each.value) for each in one.sensitive)
        if len(piece) >= size or left < 0:
            yield piece
            piece, left = [], text
    if piece:
        yield piece


def note_unread(findings: Findings, of: Import, one: Unreadable | Skipped) -> None:
    """Keep why a row is nobody."""
    if isinstance(one, Skipped):
        findings.fates[Fate.SKIPPED] += 1
        _keep(findings, ImportRow(of=of, line=one.line, verdict=Verdict.SKIPPED, reason=one.reason))
        return
    findings.fates[Fate.REJECTED] += 1
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
    findings.verdicts[row.verdict] += 1
    if findings.verdicts[row.verdict] <= MOST_KEPT:
        findings.rows.append(row)


def judge(
    findings: Findings,
    of: Import,
    people: Sequence[matching.Candidate],
    known: matching.Known,
    above: Sequence[int],
) -> None:
    """Say of people as they were read what an import would make of each, and keep what there is to say.

    `above` tells for each the line of the same person above, 0 for none.
    """
    met: list[tuple[PersonRow, int]] = []
    for one, earlier in zip(people, above, strict=True):
        row = one.row
        meeting = known.meet(one)
        if row.flags:
            _note_doubt(findings, of, row)
        if meeting.several:
            findings.fates[Fate.REJECTED] += 1
            reason = f"This row fits {len(meeting.several)} people on record. Decide by hand which one it is."
            _keep(findings, _row(of, row, Verdict.CONFLICT, reason=reason))
        elif meeting.person is not None:
            met.append((row, meeting.person))
        elif earlier:
            findings.fates[Fate.SKIPPED] += 1
            _keep(findings, _row(of, row, Verdict.REPEATED, reason=f"The same person as in line {earlier}."))
        elif meeting.twins:
            leaves = of.twins == Twins.LEAVE
            findings.fates[Fate.SKIPPED if leaves else Fate.CREATED] += 1
            reason = "The same address or number, another name."
            _keep(findings, _row(of, row, Verdict.TWIN, person=meeting.twins[0], reason=reason))
        else:
            findings.fates[Fate.CREATED] += 1
            if findings.verdicts[Verdict.NEW] < SAMPLE:
                sample = _row(of, row, Verdict.NEW)
                sample.changes = {"read": row.as_read}
                _keep(findings, sample)
    for row, update in updates(of, met):
        findings.fates[Fate.UPDATED if update.is_any else Fate.UNCHANGED] += 1
        if update.is_any:
            _keep(findings, _row(of, row, Verdict.UPDATED, person=update.person, reason=update.words()))


def _note_doubt(findings: Findings, of: Import, row: PersonRow) -> None:
    doubt = Verdict.UNLIKELY if row.is_only_unlikely else Verdict.FLAGGED
    first = next((f for f in row.flags if f.reason != Doubt.UNASSIGNED.value), row.flags[0])
    _keep(findings, _row(of, row, doubt, field=first.field, reason=f"{first.value}: {first.reason}"))


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
