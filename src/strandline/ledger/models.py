"""Gathers the chapters' models for Django; import them from their chapter."""

from .capacity.models import WhatIf
from .ebb.models import Departure
from .waves.models import Recount, WaveLine, WeeklyTotal

__all__ = ["Departure", "Recount", "WaveLine", "WeeklyTotal", "WhatIf"]
