"""What is done about signals: watching them by the clock, taking in counts from outside, answering alerts."""

from .answering import CannotAnswer, NewSurge, acknowledge, attach, dismiss, open_surge
from .counting import CannotCount, NewSeries, add_series, end_series, take_counts
from .watching import evaluate, keep_series

__all__ = [
    "CannotAnswer",
    "CannotCount",
    "NewSeries",
    "NewSurge",
    "acknowledge",
    "add_series",
    "attach",
    "dismiss",
    "end_series",
    "evaluate",
    "keep_series",
    "open_surge",
    "take_counts",
]
