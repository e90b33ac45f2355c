from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from strandline.lib.text import BadText, clean, fold
from strandline.organisation.accounts.rules import Role, Viewer
from strandline.organisation.audit import actions as audit
from strandline.organisation.privacy.rules.basis import may_record_opinion
from strandline.steady.ties import queries as ties
from strandline.steady.ties.models import Touch

from . import queries, rules
from .models import Theme, ThemeHeard


class CannotHear(Exception):
    """A theme cannot be named or kept; the reason is written for the screen."""


@transaction.atomic(savepoint=False)
def hear(*, touch: Touch, themes: Sequence[str], by: Viewer, at: datetime) -> list[ThemeHeard]:
    """Keep which themes were heard in a touch: a step of the action that logs it. Raises CannotHear, Absent.

    A theme is a view of the person: without ground to keep one (consent, regular contact, a public statement) it is
    refused, and so is the touch with it.
    """
    wanted = list(dict.fromkeys(themes))
    if not wanted:
        return []
    on = touch.at.astimezone(ties.zone()).date()
    verdict = may_record_opinion(ties.basis(person=touch.person, on=on), on=on)
    if not verdict.ok:
        raise CannotHear("Themes are views. They can be noted once the person has agreed to it.")
    rows = [queries.theme(viewer=by, code=code) for code in wanted]
    return [
        ThemeHeard.objects.create(
            touch=touch, theme=row, person=touch.person, at=touch.at, by_id=by.account_id
        )
        for row in rows
    ]


@audit.deed("theme.named", can_be_taken_back=True)
def name_theme(*, name: str, words: str, by: Viewer, at: datetime) -> Theme:
    """Name what people say is on their minds, with the words in which they say it, apart by commas.

    Raises CannotHear, BadText.
    """
    if not by.is_(Role.TEAM_LEAD, Role.BRANCH_LEAD):
        raise CannotHear("Team leads and branch leads name themes.")
    title = clean(name, field="name", most=100)
    if any(fold(one.name) == fold(title) for one in queries.themes(viewer=by)):
        raise BadText("name", "There is a theme of this name already.")
    row = Theme.objects.create(name=title, words=rules.read_words(words))
    audit.record(verb="theme.named", by=by, at=at)
    return row


@audit.deed("theme.ended", can_be_taken_back=True)
def end_theme(*, theme: str, by: Viewer, at: datetime) -> Theme:
    """Suggest a theme no more; what was heard of it stays. Raises Absent, CannotHear."""
    row = queries.theme(viewer=by, code=theme)
    if not by.is_(Role.TEAM_LEAD, Role.BRANCH_LEAD):
        raise CannotHear("Team leads and branch leads end themes.")
    row.ended_at = at
    row.save(update_fields=["ended_at"])
    audit.record(verb="theme.ended", by=by, at=at)
    return row
