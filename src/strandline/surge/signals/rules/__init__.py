"""Judgements about series of counts: watch and alarm, where, why, and how fast it grows."""

from strandline.surge.signals.rules.decision import (
    Decision,
    agreement,
    alarm,
    budget,
    reach_back,
    reconsider,
    replay,
    standing,
    update,
    watch,
)
from strandline.surge.signals.rules.growth import Ascent, ascent
from strandline.surge.signals.rules.settings import SETTINGS, Settings, Step, Tier
from strandline.surge.signals.rules.tree import BadTree, Section, Whereabouts, where
from strandline.surge.signals.rules.usual import BadCounts, Baseline, band, baseline, p_values

__all__ = [
    "SETTINGS",
    "Ascent",
    "BadCounts",
    "BadTree",
    "Baseline",
    "Decision",
    "Section",
    "Settings",
    "Step",
    "Tier",
    "Whereabouts",
    "agreement",
    "alarm",
    "ascent",
    "band",
    "baseline",
    "budget",
    "p_values",
    "reach_back",
    "reconsider",
    "replay",
    "standing",
    "update",
    "watch",
    "where",
]
