"""What is done about signals: watching them by the clock, taking in counts from outside, answering alerts."""

from .answering import CannotAnswer, acknowledge, dismiss
from .counting import CannotCount, NewSeries, add_series, end_series, take_counts
from .watching import evaluate, keep_series

__all__ = [
    "CannotAnswer",
    "CannotCount",
    "NewSeries",
    "acknowledge",
    "add_series",
    "dismiss",
    "end_series",
    "evaluate",
    "keep_series",
    "take_counts",
]
