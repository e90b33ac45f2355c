from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import NamedTuple

from django.db import connection, transaction

from strandline.organisation.accounts.rules import Viewer
from strandline.organisation.audit import actions as audit
from strandline.steady.interchange import queries
from strandline.steady.interchange.models import Import, ImportRow
from strandline.steady.interchange.rules.account import Fate
from strandline.steady.interchange.rules.people import PersonRow, Skipped
from strandline.steady.interchange.rules.rows import Outcome
from strandline.steady.interchange.rules.standing import ImportState, Twins, may_move
from strandline.steady.people import actions as people
from strandline.steady.people.actions import Arrival
from strandline.steady.people.models import Person
from strandline.steady.people.rules import MOST_CHANNELS
from strandline.store import bulk

from . import matching, updating
from .checking import CannotImport, check, forget_file, reader_for, table_of
from .earlier import Earlier
from .judging import steps, updates


def apply(*, code: str, by: Viewer, at: datetime) -> Import:
    """Bring a checked list in: newcomers unseen and in small commits, then everything visible in one moment.

    Killed and called again, it goes on after the last commit; asked to stop, it leaves things as before.
    Raises Absent, CannotImport.
    """
    row = _begin(code, by, at)
    if row.state == ImportState.APPLIED:
        return row
    counts = Counter(row.so_far)
    left = row.done_rows
    with Earlier() as earlier, bulk.with_room(connection), bulk.with_few_collections():
        work = _Work(row, by, at, earlier)
        for piece in steps(reader_for(row).read(table_of(row).rows())):
            decided = work.decide(piece)
            fresh, left = decided[left:], max(0, left - len(piece))
            if fresh and not work.write(fresh, counts):
                return _left_as_before(row)
        _open(of=row, changes=work.changes, counts=counts, by=by, at=at)
        bulk.settle(connection)
    forget_file(row)
    return Import.objects.get(pk=row.pk)


def _begin(code: str, by: Viewer, at: datetime) -> Import:
    row = queries.an_import(viewer=by, code=code)
    if row.state == ImportState.APPLIED:
        return row
    fields = ["work_began_at", "work_began_rows"]
    with transaction.atomic(durable=True):
        if row.state != ImportState.APPLYING:
            verdict = may_move(ImportState(row.state), ImportState.APPLYING)
            if not verdict.ok:
                raise CannotImport(verdict.reason)
            row.batch, row.state = people.begin_batch(), ImportState.APPLYING.value
            row.so_far, row.done_rows, row.made = {}, 0, {}
            fields += ["batch", "state", "so_far", "done_rows", "made"]
        row.work_began_at, row.work_began_rows = at, row.done_rows
        row.save(update_fields=fields)
    return row


class _Decided(NamedTuple):
    """What becomes of a row, and whom it puts on record."""

    fate: str
    arrival: Arrival | None = None


_MET = _Decided("met")
_SKIPPED = _Decided(Fate.SKIPPED.value)
_REJECTED = _Decided(Fate.REJECTED.value)
# Rows that go in between two looks at whether somebody waits to write, which is also what goes into one commit while
# others write: then a sign-up waits for some thirty milliseconds (PROMISES section 4 allows fifty). While nobody
# comes, thousands go into one: each commit writes every page anew that its rows are scattered over, and who comes then
# waits for that. So it takes some half a minute without anybody: sign-ups that come now and then wait once, not each.
_PART = bulk.AT_ONCE
_QUIET = 3000


class _Work:
    """Decides what becomes of rows, a few thousand at a time and holding nobody up, and writes what was decided."""

    def __init__(self, of: Import, by: Viewer, at: datetime, earlier: Earlier) -> None:
        self._of, self._by, self._at = of, by, at
        self._names = _Names(of, at)
        self._earlier = earlier
        # Looks since somebody was last seen waiting.
        self._quiet = _QUIET
        # What rows change of people who are on record, for the one moment in which it is written.
        self.changes: list[people.Filling] = []

    def decide(self, piece: Sequence[Outcome]) -> list[_Decided]:
        """Say of each row what becomes of it."""
        people = matching.candidates(self._of, (one for one in piece if isinstance(one, PersonRow)))
        known = matching.known_to(viewer=self._by, rows=people)
        candidates = zip(people, self._earlier.lines(people), strict=True)
        new: list[matching.Candidate] = []
        met: list[tuple[PersonRow, int]] = []
        fates: list[_Decided | None] = []
        for one in piece:
            if not isinstance(one, PersonRow):
                fates.append(_SKIPPED if isinstance(one, Skipped) else _REJECTED)
                continue
            candidate, earlier = next(candidates)
            meeting = known.meet(candidate)
            if meeting.several:
                fates.append(_REJECTED)
            elif meeting.person is not None:
                met.append((one, meeting.person))
                fates.append(_MET)
            elif earlier or (meeting.twins and self._of.twins == Twins.LEAVE):
                fates.append(_SKIPPED)
            else:
                new.append(candidate)
                fates.append(None)
        self.changes += [
            updating.filling_of(row, update, self._at)
            for row, update in updates(self._of, met)
            if update.is_any
        ]
        arrivals = iter(self._names.arrivals(new))
        return [fate or _Decided(Fate.CREATED.value, next(arrivals)) for fate in fates]

    def write(self, decided: Sequence[_Decided], counts: Counter[str]) -> bool:
        """Put newcomers on record in small commits, smaller ones while others wait; False when asked to stop."""
        row, at = self._of, 0
        while at < len(decided):
            if Import.objects.filter(pk=row.pk, is_stop_asked=True).exists():
                return False
            with transaction.atomic(durable=True):
                loaded: list[int] = []
                until = len(decided) if self._quiet >= _QUIET else min(len(decided), at + _PART)
                while at < until:
                    part = decided[at : min(at + _PART, until)]
                    loaded += self._load([one.arrival for one in part if one.arrival is not None])
                    counts.update(one.fate for one in part)
                    counts["rows"] += len(part)
                    at += len(part)
                    self._quiet += 1
                    if bulk.is_awaited(connection):
                        self._quiet = 0
                        break
                if loaded:
                    people.make_findable(first=loaded[0], last=loaded[-1])
                row.done_rows, row.so_far = counts["rows"], dict(counts)
                row.save(update_fields=["done_rows", "so_far"])
            bulk.settle(connection)
        return True

    def _load(self, arrivals: list[Arrival]) -> list[int]:
        if not arrivals:
            return []
        return people.load(
            arrivals=arrivals,
            batch=self._of.load,
            by=self._by,
            at=self._at,
            branch=self._of.branch,
            team=self._of.team,
        )


def _left_as_before(row: Import) -> Import:
    empty(row)
    with transaction.atomic(durable=True):
        row.state, row.done_rows, row.so_far = ImportState.CHECKED.value, 0, {}
        row.is_stop_asked = False
        row.save()
    return row


def empty(row: Import, *, tell: Callable[[int], None] = lambda _: None, size: int = 1000) -> None:
    """Remove those who came with this import and are unseen, a thousand at a time; `tell` is told how many are gone."""
    gone = 0
    if row.batch is None or row.batch.opened_at is not None:
        return
    while ids := list(
        Person.objects.filter(batch=row.batch).order_by("pk").values_list("pk", flat=True)[:size]
    ):
        with transaction.atomic(durable=True):
            ImportRow.objects.filter(person__in=ids).update(person=None)
            people.unload(people=ids)
            gone += len(ids)
            tell(gone)
    with transaction.atomic(durable=True):
        people.forget_names(tags=row.made.get("tags", ()), fields=row.made.get("fields", ()))


@audit.deed("import.applied", can_be_taken_back=True)
def _open(
    *, of: Import, changes: list[people.Filling], counts: Counter[str], by: Viewer, at: datetime
) -> Import:
    """The one moment: what changes is written, who is new becomes visible."""
    people.fill_in(fillings=changes, branch=of.branch)
    people.open_batch(batch=of.load, at=at)
    counts["updated"] = len(changes)
    counts["unchanged"] = counts.pop("met", 0) - len(changes)
    balanced = {fate.value: counts[fate.value] for fate in Fate}
    of.account, of.state, of.applied_at = {"rows": counts["rows"], **balanced}, ImportState.APPLIED.value, at
    of.deed = audit.present_deed()
    of.save(update_fields=["account", "state", "applied_at", "deed"])
    audit.record(verb="import.applied", by=by, at=at)
    return of


class _Names:
    """Makes arrivals of rows; tags and custom fields are looked up or made once for the whole file."""

    def __init__(self, of: Import, at: datetime) -> None:
        self._of, self._at = of, at
        self._tags: dict[str, int] = {}
        self._custom: dict[str, int] = {}
        self._basis = "; ".join(of.basis.values())[:500]
        self._label = of.file_name[:200]

    def arrivals(self, new: Sequence[matching.Candidate]) -> list[Arrival]:
        """Return what is put on record of rows that are someone new."""
        self._learn([one.row for one in new])
        return [self._arrival(one) for one in new]

    def _arrival(self, one: matching.Candidate) -> Arrival:
        row = one.row
        pairs = [pair for pair in row.external_ids if pair[0] != matching.OWN] if row.external_ids else []
        if not one.keys and not pairs:
            pairs = [matching.fallback_id(self._of, row)]
        return Arrival(
            row=row.line,
            full_name=one.name[:300] or _named_after(row),
            folded=one.folded if 0 < len(one.name) <= 300 else "",
            given_name=row.given_name[:150],
            additional_name=row.additional_name[:150],
            family_name=row.family_name[:150],
            prefix=row.prefix[:60],
            suffix=row.suffix[:60],
            also_known_as=row.nickname[:300] if row.nickname and row.name else "",
            languages=(row.language,) if row.language else (),
            born_on=row.born_on,
            note=row.note,
            refuses=tuple(sorted(way.value for way in row.opt_outs)) if row.opt_outs else (),
            is_deceased=row.is_deceased,
            channels=self._channels(row),
            address=updating.address_of(row),
            tags=tuple(dict.fromkeys(self._tags[tag[:100]] for tag in row.tags)) if row.tags else (),
            identifiers=tuple((system[:60], value[:200]) for system, value in dict.fromkeys(pairs)),
            custom=self._values(row) if row.custom or row.sensitive else (),
            source_label=row.source[:200] or self._label,
            introduced_as=row.introduced_by[:200],
            met_on=updating.day_of(row.recorded_at),
            views_basis=self._basis if row.sensitive else "",
        )

    def _channels(self, row: PersonRow) -> tuple[tuple[str, str, str, str, bool, datetime | None], ...]:
        found = updating.channels_of(row)
        if not row.opt_outs:
            return tuple([(*channel, None) for channel in found[:MOST_CHANNELS]])
        return tuple(
            [(*channel, updating.refused_at(row, channel[0], self._at)) for channel in found[:MOST_CHANNELS]]
        )

    def _learn(self, rows: Sequence[PersonRow]) -> None:
        """Look up or make the tags and custom fields of these rows that were not met before."""
        tags = {tag[:100] for row in rows for tag in row.tags} - self._tags.keys()
        plain = {name for row in rows for name, _ in row.custom} - self._custom.keys()
        views = {each.name for row in rows for each in row.sensitive} - self._custom.keys() - plain
        if not (tags or plain or views):
            return
        with transaction.atomic(durable=True):
            for name in sorted(tags):
                self._tags[name] = self._noted("tags", people.tag_named(name=name, branch=self._of.branch))
            for name in sorted(plain | views):
                named = people.custom_field_named(name=name[:100], opinion=name in views)
                self._custom[name] = self._noted("fields", named)
            self._of.save(update_fields=["made"])

    def _noted(self, what: str, named: tuple[int, bool]) -> int:
        """Keep what is new, so that it goes again when the list is taken back."""
        pk, is_new = named
        if is_new:
            self._of.made.setdefault(what, []).append(pk)
        return pk

    def _values(self, row: PersonRow) -> tuple[tuple[int, str], ...]:
        found: dict[int, str] = {}
        for name, value in row.custom:
            found[self._custom[name]] = value[:1000]
        for each in row.sensitive:
            found[self._custom[each.name]] = each.value[:1000]
        return tuple(found.items())


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
