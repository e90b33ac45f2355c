"""Gathers the chapters' models for Django; import them from their chapter."""

from .followup.models import FollowUp, Handoff, Snooze
from .interchange.models import Export, Import, ImportChunk, ImportRow
from .lists.models import SavedList
from .people.models import (
    Address,
    Batch,
    Belonging,
    Channel,
    Consent,
    CustomField,
    CustomValue,
    Grant,
    Identifier,
    Person,
    PersonTag,
    PublicStatement,
    Source,
    Tag,
)
from .ties.models import KindWindow, Ownership, Stage, StageMove, Tie, TieStatus, Touch

__all__ = [
    "Address",
    "Batch",
    "Belonging",
    "Channel",
    "Consent",
    "CustomField",
    "CustomValue",
    "Export",
    "FollowUp",
    "Grant",
    "Handoff",
    "Identifier",
    "Import",
    "ImportChunk",
    "ImportRow",
    "KindWindow",
    "Ownership",
    "Person",
    "PersonTag",
    "PublicStatement",
    "SavedList",
    "Snooze",
    "Source",
    "Stage",
    "StageMove",
    "Tag",
    "Tie",
    "TieStatus",
    "Touch",
]
