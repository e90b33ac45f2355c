"""Gathers the chapters' models for Django; import them from their chapter."""

from .circles.models import (
    Attendance,
    Circle,
    CircleInvitation,
    CircleMembership,
    CircleSession,
    Convenorship,
)
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
from .interchange.models import Export, ExportRequest, Import, ImportChunk, ImportRow
from .listening.models import Theme, ThemeHeard
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
    "Attendance",
    "Batch",
    "Belonging",
    "CallClaim",
    "Channel",
    "Circle",
    "CircleInvitation",
    "CircleMembership",
    "CircleSession",
    "Confirmation",
    "Consent",
    "Constituency",
    "ConstituencyMembership",
    "Convenorship",
    "CustomField",
    "CustomValue",
    "DeviceCode",
    "Event",
    "Export",
    "ExportRequest",
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
    "Theme",
    "ThemeHeard",
    "Tie",
    "TieStatus",
    "Touch",
]
