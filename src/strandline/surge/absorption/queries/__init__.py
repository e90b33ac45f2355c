from __future__ import annotations

from .columns import asked_of, newcomers, touches_of, waiting_with
from .figures import Caller, SurgeFigures, WaveCurve, daily_intake, surge_figures

__all__ = [
    "Caller",
    "SurgeFigures",
    "WaveCurve",
    "asked_of",
    "daily_intake",
    "newcomers",
    "surge_figures",
    "touches_of",
    "waiting_with",
]
