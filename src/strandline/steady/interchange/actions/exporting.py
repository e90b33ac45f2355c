from __future__ import annotations

from datetime import datetime

from strandline.organisation.accounts.rules import Viewer
from strandline.organisation.audit import actions as audit
from strandline.steady.interchange.models import Export


@audit.deed("people.exported")
def note_export(*, count: int, kind: str, sentence: str, by: Viewer, at: datetime) -> Export:
    """Keep that so many people went out, in which form and chosen how; its number stands in the file's name."""
    row = Export.objects.create(by_id=by.account_id, count=count, kind=kind, sentence=sentence[:500], at=at)
    audit.record(verb="people.exported", by=by, at=at)
    return row
