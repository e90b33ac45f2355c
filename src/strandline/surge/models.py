"""Gathers the chapters' models for Django; import them from their chapter."""

from strandline.surge.moments.models import Surge, SurgeEdit, SurgeForm, SurgePhase, SurgePost

__all__ = ["Surge", "SurgeEdit", "SurgeForm", "SurgePhase", "SurgePost"]
