"""Gathers the chapters' models for Django; import them from their chapter."""

from .constituencies.models import Constituency, ConstituencyMembership
from .events.models import Event
from .followup.models import FollowUp, Handoff, Snooze
from .intake.models import (
    CallClaim,
    Confirmation,
    DeviceCode,
    Form,
    Likeness,
    OutboxKey,
    Submission,
)
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
    "CallClaim",
    "Channel",
    "Confirmation",
    "Consent",
    "Constituency",
    "ConstituencyMembership",
    "CustomField",
    "CustomValue",
    "DeviceCode",
    "Event",
    "Export",
    "FollowUp",
    "Form",
    "Grant",
    "Handoff",
    "Identifier",
    "Import",
    "ImportChunk",
    "ImportRow",
    "KindWindow",
    "Likeness",
    "OutboxKey",
    "Ownership",
    "Person",
    "PersonTag",
    "PublicStatement",
    "SavedList",
    "Snooze",
    "Source",
    "Stage",
    "StageMove",
    "Submission",
    "Tag",
    "Tie",
    "TieStatus",
    "Touch",
]
