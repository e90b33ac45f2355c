"""Gathers the chapters' models for Django; import them from their chapter."""

from strandline.surge.absorption.models import SurgeCircle
from strandline.surge.moments.models import Surge, SurgeEdit, SurgeForm, SurgePhase, SurgePost
from strandline.surge.signals.models import Alert, AlertAnswer, Evaluation, SeriesCount, WatchedSeries

__all__ = [
    "Alert",
    "AlertAnswer",
    "Evaluation",
    "SeriesCount",
    "Surge",
    "SurgeCircle",
    "SurgeEdit",
    "SurgeForm",
    "SurgePhase",
    "SurgePost",
    "WatchedSeries",
]
