"""Signals as the pages say them."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from strandline.surge.signals.rules import Tier
from strandline.surge.signals.rules.watched import Answer, Source

Words = str | Promise

TIERS: dict[Tier, Words] = {
    Tier.YOUNG: _("Too little history"),
    Tier.USUAL: _("Usual"),
    Tier.WATCH: _("Watch"),
    Tier.ALARM: _("Alarm"),
}
CHIPS: dict[Tier, str] = {Tier.YOUNG: "", Tier.USUAL: "kept", Tier.WATCH: "due", Tier.ALARM: "late"}
SOURCES: dict[Source, Words] = {
    Source.BRANCH: _("Sign-ups of the branch"),
    Source.FORM: _("Sign-ups by one form"),
    Source.CONSTITUENCY: _("Sign-ups of one section"),
    Source.ATTENDANCE: _("People who came"),
    Source.REPLIES: _("Answers to our attempts"),
    Source.THEME: _("Touches on a theme"),
    Source.EXTERNAL: _("Counts from outside"),
}
# What is counted, in a sentence.
COUNTED: dict[Source, Words] = {
    Source.BRANCH: _("Everyone who signed up by a form of this branch or one below it, by day."),
    Source.FORM: _("Everyone who signed up by this form, by day."),
    Source.CONSTITUENCY: _("Everyone who signed up by a form for this section, by day."),
    Source.ATTENDANCE: _("Everyone who came to something, as it was noted, by day."),
    Source.REPLIES: _("Every answer to one of our attempts, by day."),
    Source.THEME: _("Every touch in which the theme was heard, by day."),
    Source.EXTERNAL: _("Counts that were uploaded or sent in."),
}
ANSWERS: dict[Answer, Words] = {
    Answer.OPEN: _("waits for an answer"),
    Answer.ACKNOWLEDGED: _("seen"),
    Answer.DISMISSED: _("dismissed"),
    Answer.SURGE: _("became a surge"),
}


def name_of(source: str, name: str) -> Words:
    """Return the name of a series: its own, or what it counts when it has no other."""
    chosen = Source(source)
    if chosen in (Source.BRANCH, Source.ATTENDANCE, Source.REPLIES):
        return SOURCES[chosen]
    return name
