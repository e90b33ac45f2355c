"""Judgements with their reasons."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Verdict:
    """A judgement with its reason, written for the reader of the screen."""

    ok: bool
    reason: str = ""


YES = Verdict(True)


def no(reason: str) -> Verdict:
    """Return a refusal with its reason."""
    return Verdict(False, reason)
