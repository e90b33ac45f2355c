from __future__ import annotations

import io
from typing import BinaryIO, cast

from strandline.organisation.accounts.rules import PEOPLE_ROLES, Viewer
from strandline.organisation.branches import queries as branches
from strandline.organisation.branches.models import Team
from strandline.store.records import Absent

from .models import Import, ImportChunk, ImportRow, ImportState, Verdict

PAGE = 50
# The pieces in which a file is kept.
CHUNK = 256 * 1024


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


def rows_of(
    *, viewer: Viewer, of: Import, verdict: Verdict, after: int = 0, most: int = PAGE
) -> list[ImportRow]:
    """Return the rows of an import with one verdict, by line; updates and twins only of people in sight."""
    found = Import.objects.visible_to(viewer).filter(pk=of.pk)
    rows = ImportRow.objects.filter(of__in=found, verdict=verdict.value, line__gt=after).order_by(
        "line", "pk"
    )
    return list(rows.select_related("person")[:most])


def teams_for(*, viewer: Viewer) -> list[Team]:
    """Return the teams into which the viewer may bring people."""
    mine = viewer.teams(*PEOPLE_ROLES)
    kept = viewer.branches(*PEOPLE_ROLES)
    rows = Team.objects.filter(pk__in=mine) | Team.objects.filter(branch__in=kept)
    return list(rows.distinct().select_related("branch").order_by("branch__name", "name", "pk"))


def home_team(*, viewer: Viewer) -> Team | None:
    """Return the team into which an import goes unless another is chosen."""
    return branches.home_team(viewer=viewer)


def running(*, viewer: Viewer) -> list[Import]:
    """Return the imports at work now, for the rail."""
    rows = Import.objects.visible_to(viewer)
    return list(rows.filter(state__in=(ImportState.READING, ImportState.APPLYING, ImportState.UNDOING)))


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
