from __future__ import annotations

from .bands import KINDS, BandedLedger, BandedSurge, BandedWave, BandedWeek, banded_ledger, banded_surge
from .line import Ground, line
from .lines import (
    MEMBERS,
    Entry,
    all_branches,
    branch_to_count,
    entries,
    grounds,
    is_told_in_bands,
    may_recount,
    other_waves,
    recounts,
    wave_of,
)
from .past import organised_by_kind, organised_on
from .reading import Record, ground
from .record import Roll, in_sight, local_days, roll, sections
from .weeks import Week, erased, first_day, released, sunday_before, sundays, weeks

__all__ = [
    "KINDS",
    "MEMBERS",
    "BandedLedger",
    "BandedSurge",
    "BandedWave",
    "BandedWeek",
    "Entry",
    "Ground",
    "Record",
    "Roll",
    "Week",
    "all_branches",
    "banded_ledger",
    "banded_surge",
    "branch_to_count",
    "entries",
    "erased",
    "first_day",
    "ground",
    "grounds",
    "in_sight",
    "is_told_in_bands",
    "line",
    "local_days",
    "may_recount",
    "organised_by_kind",
    "organised_on",
    "other_waves",
    "recounts",
    "released",
    "roll",
    "sections",
    "sunday_before",
    "sundays",
    "wave_of",
    "weeks",
]
