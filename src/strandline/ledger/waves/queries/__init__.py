from __future__ import annotations

from .past import organised_by_kind, organised_on
from .record import Roll, in_sight, local_days, roll, sections

__all__ = ["Roll", "in_sight", "local_days", "organised_by_kind", "organised_on", "roll", "sections"]
