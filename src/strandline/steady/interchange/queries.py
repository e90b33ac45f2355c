from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import islice
from typing import Any, BinaryIO, cast

from django.db.models import Prefetch, Q, prefetch_related_objects

from strandline.organisation.accounts.rules import GRANTS, PEOPLE_ROLES, Viewer
from strandline.organisation.branches import queries as branches
from strandline.organisation.branches.models import Team
from strandline.steady.interchange.rules import approval
from strandline.steady.interchange.rules.approval import Approval
from strandline.steady.interchange.rules.people import Channel as Refusal
from strandline.steady.interchange.rules.people import EmailEntry, PersonRow, PhoneEntry, Sensitive
from strandline.steady.interchange.rules.standing import Errand, ImportState, Verdict
from strandline.steady.interchange.rules.vocabulary import Special
from strandline.steady.people.models import Channel, CustomField, Person, Source
from strandline.steady.ties.models import Tie
from strandline.store.records import Absent, FieldClass

from .models import ExportRequest, Import, ImportChunk, ImportRow

PAGE = 50
# States that pass by themselves.
AT_WORK = (ImportState.APPLYING, ImportState.UNDOING)
# The pieces in which a file is kept.
CHUNK = 256 * 1024
EXPORT_STEP = 500
OWN_SYSTEM = "strandline"


def imports(*, viewer: Viewer) -> list[Import]:
    """Return the imports that the viewer may see, latest first."""
    rows = Import.objects.visible_to(viewer).select_related("by", "branch", "team")
    return list(rows.order_by("-began_at", "-pk")[:100])


def an_import(*, viewer: Viewer, code: str) -> Import:
    """Return one import. Raises Absent."""
    row = (
        Import.objects.visible_to(viewer)
        .select_related("by", "branch", "team", "batch")
        .filter(code=code)
        .first()
    )
    if row is None or not viewer.is_(*PEOPLE_ROLES):
        raise Absent
    return row


def same_source(*, viewer: Viewer, of: Import) -> Import | None:
    """Return the last list with the same columns that was chosen how to read, and brought in: the same source again.

    The ground for special categories is stated for each file, and never taken over.
    """
    headers = [column["header"] for column in of.columns]
    rows = Import.objects.visible_to(viewer).filter(state=ImportState.APPLIED, is_chosen=True)
    for row in rows.order_by("-applied_at", "-pk")[:100]:
        if [column["header"] for column in row.columns] == headers:
            return row
    return None


def left_half_way(*, viewer: Viewer, digest: str) -> Import | None:
    """Return the viewer's own import of the same file, by its digest, whose command was killed before it was done."""
    begun = Q(asked__in=(Errand.CHECK, Errand.APPLY)) | Q(asked="", state=ImportState.READING)
    rows = Import.objects.filter(begun, by_id=viewer.account_id, digest=digest)
    return rows.order_by("-began_at", "-pk").first()


def rows_of(
    *, viewer: Viewer, of: Import, verdict: Verdict, after: int = -1, most: int = PAGE
) -> list[ImportRow]:
    """Return the rows of an import with one verdict, by line; those that name somebody only of people in sight.

    Another than the importer may look at the list, and whom it met may have moved since.
    """
    found = Import.objects.visible_to(viewer).filter(pk=of.pk)
    seen = Q(person=None) | Q(person__in=Person.objects.visible_to(viewer).only("pk"))
    rows = ImportRow.objects.filter(seen, of__in=found, verdict=verdict.value, line__gt=after)
    return list(rows.order_by("line", "pk").select_related("person")[:most])


def lines_of(*, of: Import, people: list[int]) -> dict[int, int]:
    """Return on which line of the file each of these people stands, those it brought and those it changed. Asked by undo."""
    changed = ImportRow.objects.filter(of=of, verdict=Verdict.UPDATED, person__in=people)
    brought = Source.objects.filter(person__in=people, person__batch=of.batch, row__isnull=False)
    return dict(changed.values_list("person", "line")) | dict(brought.values_list("person", "row"))


def teams_for(*, viewer: Viewer) -> list[Team]:
    """Return the teams into which the viewer may bring people."""
    mine = viewer.teams(*PEOPLE_ROLES)
    kept = viewer.branches(*PEOPLE_ROLES)
    rows = Team.objects.filter(pk__in=mine) | Team.objects.filter(branch__in=kept)
    return list(rows.distinct().select_related("branch").order_by("branch__name", "name", "pk"))


def home_team(*, viewer: Viewer) -> Team | None:
    """Return the team into which an import goes unless another is chosen."""
    return branches.home_team(viewer=viewer)


def is_at_work(*, viewer: Viewer, code: str) -> bool:
    """Tell whether something is being done with an import, or waits to be."""
    mine = Import.objects.visible_to(viewer).filter(code=code)
    return mine.filter(~Q(asked="") | Q(state__in=AT_WORK)).exists()


class _Chunks(io.RawIOBase):
    """The file as it was given, read from the database a chunk at a time: memory stays flat."""

    def __init__(self, of: Import) -> None:
        self._of = of
        self._chunks = list(ImportChunk.objects.filter(of=of).order_by("place").values_list("pk", flat=True))
        self._at = 0
        self._place = -1
        self._data = b""

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = 0) -> int:
        base = {0: 0, 1: self._at, 2: self._of.size}[whence]
        self._at = max(0, base + offset)
        return self._at

    def tell(self) -> int:
        return self._at

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # the stub's buffer type is private
        place, within = divmod(self._at, CHUNK)
        if self._at >= self._of.size or place >= len(self._chunks):
            return 0
        if place != self._place:
            self._data = bytes(ImportChunk.objects.values_list("data", flat=True).get(pk=self._chunks[place]))
            self._place = place
        piece = self._data[within : within + len(buffer)]
        buffer[: len(piece)] = piece
        self._at += len(piece)
        return len(piece)


def opened(of: Import) -> BinaryIO:
    """Return the import's file as a stream that can go back. Asked by the import at work, not for a page."""
    return cast(BinaryIO, io.BufferedReader(_Chunks(of), CHUNK))


def importer_of(*, code: str) -> str:
    """Return the address of whoever brought a list in; empty when there is no such list. Asked at the prompt only."""
    found = Import.objects.filter(code=code).values_list("by__email", flat=True).first()
    return found or ""


def export_rows(*, viewer: Viewer, people: Iterable[Person]) -> Iterator[PersonRow]:
    """Yield people as the rows of an export, with what the viewer may see of each, a few hundred at a time.

    `people` carry `sees_contact` and `sees_opinion`, as the lists give them.
    """
    source = iter(people)
    while piece := list(islice(source, EXPORT_STEP)):
        prefetch_related_objects(
            piece,
            Prefetch("channels", Channel.objects.order_by("-is_primary", "pk")),
            "addresses",
            "identifiers",
            Prefetch("sources", Source.objects.select_related("introducer").order_by("met_on", "pk")),
            "person_tags__tag",
            "custom_values__field",
        )
        owners = _owner_emails(viewer, piece)
        for person in piece:
            yield _as_row(person, owners.get(person.pk, ""))


def _owner_emails(viewer: Viewer, people: list[Person]) -> dict[int, str]:
    ties = Tie.objects.visible_to(viewer, FieldClass.OPERATIONAL).filter(
        person__in=[p.pk for p in people], ended_at=None, owner__isnull=False
    )
    return dict(ties.order_by("-pk").values_list("person_id", "owner__email"))


def _as_row(person: Any, owner: str) -> PersonRow:
    sees_contact, sees_opinion = person.sees_contact, person.sees_opinion
    source = next(iter(person.sources.all()), None)
    address = next(iter(person.addresses.all()), None) if sees_contact else None
    channels = list(person.channels.all()) if sees_contact else []
    seen = {FieldClass.IDENTIFYING, FieldClass.OPERATIONAL}
    seen |= {FieldClass.CONTACT} if sees_contact else set()
    seen |= {FieldClass.OPINION} if sees_opinion else set()
    values = [v for v in person.custom_values.all() if v.field.field_class in seen]
    refused = {c.kind for c in channels if c.opted_out_at} | (set(person.refuses) if sees_contact else set())
    return PersonRow(
        line=0,
        full_name=person.full_name,
        given_name=person.given_name,
        additional_name=person.additional_name,
        family_name=person.family_name,
        prefix=person.prefix,
        suffix=person.suffix,
        nickname=person.also_known_as,
        street=address.street if address else "",
        locality=address.locality if address else "",
        region=address.region if address else "",
        postcode=address.postcode if address else "",
        country=address.country if address else "",
        language=(person.languages or [""])[0] if sees_contact else "",
        note=person.practical_note if sees_opinion else "",
        source=source.label if source else "",
        owner_email=owner,
        introduced_by=_introducer(source),
        emails=tuple(EmailEntry(c.value, c.normal, c.label, c.is_bad) for c in channels if c.kind == "email"),
        phones=tuple(
            PhoneEntry(c.value, c.normal, "", c.label, c.is_bad) for c in channels if c.kind == "phone"
        ),
        born_on=person.born_on,
        tags=tuple(t.tag.name for t in person.person_tags.all()),
        external_ids=(
            (OWN_SYSTEM, person.code),
            *((i.system, i.value) for i in person.identifiers.all() if not i.system.startswith("file:")),
        ),
        opt_outs=frozenset(Refusal(way) for way in refused if way in {r.value for r in Refusal}),
        is_deceased=person.is_deceased,
        custom=tuple((v.field.name, v.value) for v in values if v.field.field_class != FieldClass.OPINION),
        sensitive=tuple(
            Sensitive(v.field.name, v.value, Special.OPINION)
            for v in values
            if v.field.field_class == FieldClass.OPINION
        ),
    )


def _introducer(source: Any) -> str:
    # Whoever introduced them may be out of the viewer's sight: only what a list said of them goes out.
    return source.introduced_as if source else ""


def custom_names(*, viewer: Viewer) -> list[str]:
    """Return the custom fields that an export of the viewer has columns for: those of classes a role grants."""
    classes = {c.value for role in viewer.roles for c in GRANTS[role]}
    return list(
        CustomField.objects.filter(field_class__in=classes, ended_at=None)
        .order_by("name")
        .values_list("name", flat=True)
    )


def export_requests(*, viewer: Viewer, at: datetime) -> tuple[list[ExportRequest], list[ExportRequest]]:
    """Return what the viewer asked to take out lately, and what waits for the viewer's answer; latest first."""
    since = at - approval.WAITS - approval.HOLDS
    recent = ExportRequest.objects.filter(asked_at__gte=since).select_related("by", "answered_by")
    own = list(recent.filter(by_id=viewer.account_id).order_by("-asked_at", "-pk")[:20])
    asked = recent.filter(answered_at=None, asked_at__gte=at - approval.WAITS).exclude(
        by_id=viewer.account_id
    )
    waiting = [
        row
        for row in asked.order_by("-asked_at", "-pk")[:500]
        if approval.may_answer(row.standing, by=viewer, at=at).ok
    ]
    return own, waiting


def export_request(*, viewer: Viewer, code: str, at: datetime) -> ExportRequest:
    """Return what the viewer asked to take out, if it can be taken now. Raises Absent."""
    row = ExportRequest.objects.filter(code=code, by_id=viewer.account_id).first()
    if row is None or row.standing.state(at) not in (Approval.APPROVED, Approval.TAKEN):
        raise Absent
    return row
