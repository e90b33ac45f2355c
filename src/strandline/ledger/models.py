"""Gathers the chapters' models for Django; import them from their chapter."""

from .ebb.models import Departure
from .waves.models import WaveLine, WeeklyTotal

__all__ = ["Departure", "WaveLine", "WeeklyTotal"]
