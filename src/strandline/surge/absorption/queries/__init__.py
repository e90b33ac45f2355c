from __future__ import annotations

from .columns import all_newcomers, asked_of, newcomers, touches_of, waiting_with
from .figures import Caller, SurgeFigures, WaveCurve, daily_intake, surge_figures
from .sums import BandedQueue, BandedWeeks, banded_queue, banded_weeks

__all__ = [
    "BandedQueue",
    "BandedWeeks",
    "Caller",
    "SurgeFigures",
    "WaveCurve",
    "all_newcomers",
    "asked_of",
    "banded_queue",
    "banded_weeks",
    "daily_intake",
    "newcomers",
    "surge_figures",
    "touches_of",
    "waiting_with",
]
