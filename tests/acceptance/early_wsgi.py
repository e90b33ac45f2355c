"""A server that answers before the commit: what `kill` must find out about."""

from strandline.config.wsgi import application
from strandline.steady.intake import actions
from strandline.steady.intake.rules import Answer, Outcome, Sheet
from strandline.store import writer
from strandline.web.intake import public

__all__ = ["application"]


def hand_in(sheet: Sheet) -> Answer:
    writer.get().submit(actions.sign_up, sheet)
    return Answer(Outcome.KEPT)


public.hand_in = hand_in
