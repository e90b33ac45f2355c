"""Gathers the chapters' models for Django; import them from their chapter."""

from .accounts.models import Account, ApiToken
from .audit.models import AuditEntry, AuditHead, AuditKey, AuditSubject, Change, Deed
from .branches.models import Branch, Membership, Organisation, Team
from .notices.models import Mail, Notice
from .receipts.models import Receipt

__all__ = [
    "Account",
    "ApiToken",
    "AuditEntry",
    "AuditHead",
    "AuditKey",
    "AuditSubject",
    "Branch",
    "Change",
    "Deed",
    "Mail",
    "Membership",
    "Notice",
    "Organisation",
    "Receipt",
    "Team",
]
