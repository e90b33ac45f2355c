"""Gathers the chapters' models for Django; import them from their chapter."""

from .signals.models import Alert, AlertAnswer, Evaluation, SeriesCount, WatchedSeries

__all__ = ["Alert", "AlertAnswer", "Evaluation", "SeriesCount", "WatchedSeries"]
