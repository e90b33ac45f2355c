from __future__ import annotations

from .circles import Lead, Proposals, arrivals_without_circle, circles_of, leads, proposals
from .columns import (
    DayNumber,
    all_newcomers,
    asked_of,
    columns,
    having,
    newcomers,
    steps_of,
    touches_of,
    tries_of,
)
from .figures import Caller, SurgeFigures, WaveCurve, daily_intake, surge_figures
from .sums import BandedQueue, WeekSum, banded_queue, week_sums, whole_intake

__all__ = [
    "BandedQueue",
    "Caller",
    "DayNumber",
    "Lead",
    "Proposals",
    "SurgeFigures",
    "WaveCurve",
    "WeekSum",
    "all_newcomers",
    "arrivals_without_circle",
    "asked_of",
    "banded_queue",
    "circles_of",
    "columns",
    "daily_intake",
    "having",
    "leads",
    "newcomers",
    "proposals",
    "steps_of",
    "surge_figures",
    "touches_of",
    "tries_of",
    "week_sums",
    "whole_intake",
]
