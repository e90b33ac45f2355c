"""What stands before anybody comes: forms, sections of people, themes, and the surges with who led them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db import transaction

from strandline.organisation.accounts.models import Account
from strandline.organisation.accounts.rules import Role
from strandline.organisation.branches.models import Branch, Team
from strandline.steady.constituencies.models import Constituency, SizeEstimate
from strandline.steady.constituencies.rules import Dimension
from strandline.steady.intake.models import Form
from strandline.steady.listening.models import Theme
from strandline.surge.moments.models import Surge, SurgeForm, SurgePhase, SurgePost
from strandline.surge.moments.rules import PhaseKind, SurgePostKind

from . import log, words
from .rules import DAY, Plan
from .waves import STANDING, WAVES, Wave

# The team lead whose password is shown, by the number of the account.
LEAD = 2
# How many work in each of the professions in the invented town.
SIZES = (4_200, 1_850, 12_600, 960, 3_300)
CONSENT = "Yes, contact me about this and what tenants do together."


@dataclass
class Ground:
    """The rows that the stories point to."""

    forms: dict[tuple[str, int], Form] = field(default_factory=dict)
    sections: list[int] = field(default_factory=list)
    themes: dict[int, tuple[str, ...]] = field(default_factory=dict)


@transaction.atomic(durable=True)
def lay(plan: Plan, *, first: date, moment: Callable[[int], datetime], past: log.Past) -> Ground:
    """Make forms, sections, themes and surges as of their days."""
    ground = Ground()
    teams = list(Team.objects.select_related("branch").order_by("pk"))
    branches = list(Branch.objects.order_by("pk"))
    _forms(ground, teams, moment, past)
    for number, name in enumerate(plan.branches):
        above = Constituency.objects.create(name=name, dimension=Dimension.PLACE.value)
        for quarter in words.QUARTERS:
            row = Constituency.objects.create(
                name=f"{branches[number + 1].name}: {quarter}", dimension=Dimension.PLACE.value, parent=above
            )
            ground.sections.append(row.pk)
    for place, name in enumerate(words.PROFESSIONS):
        row = Constituency.objects.create(name=name, dimension=Dimension.PROFESSION.value)
        ground.sections.append(row.pk)
        SizeEstimate.objects.create(
            constituency=row, size=SIZES[place % len(SIZES)], source="Labour survey of 2024", at=moment(0)
        )
    for name, beginnings in words.THEMES:
        theme = Theme.objects.create(name=name, words=list(beginnings))
        ground.themes[theme.pk] = beginnings
    for number, wave in enumerate(WAVES):
        _surge(number, wave, plan, branches[wave.branch], ground, first=first, moment=moment, past=past)
    return ground


def _forms(ground: Ground, teams: list[Team], moment: Callable[[int], datetime], past: log.Past) -> None:
    """For each team the standing form, and one for each surge of its branch."""
    branches = list(dict.fromkeys(team.branch_id for team in teams))
    slug, title, _ = STANDING
    for number, team in enumerate(teams):
        ground.forms[slug, number] = _form(_slug(slug, number), title, team, moment(10 * 60), None)
        for wave in WAVES:
            if wave.branch in (0, branches.index(team.branch_id) + 1):
                made = (wave.start - 1) * DAY + 11 * 60
                closed = None if wave.closed is None else moment(wave.closed * DAY + 17 * 60)
                row = _form(_slug(wave.slug, number), wave.title, team, moment(made), closed)
                ground.forms[wave.slug, number] = row
                past.note(made, "form.made", LEAD, log.NOBODY)
                if wave.slug == words.FORM.slug:
                    _word(row)


def _slug(slug: str, number: int) -> str:
    """The first team has the plain address, the others a number behind it."""
    return slug if number == 0 else f"{slug}-{number + 1}"


def _word(live: Form) -> None:
    """Give the form of the surge that runs its words, in both languages."""
    new = words.FORM
    live.title, live.lead, live.question = new.title, new.lead, new.question
    live.consent_text, live.languages = new.consent_text, list(new.languages)
    live.translations = {code: dict(texts) for code, texts in new.translations.items()}
    live.save()


def _form(slug: str, title: str, team: Team, made: datetime, closed: datetime | None) -> Form:
    return Form.objects.create(
        slug=slug,
        title=title,
        consent_text=CONSENT,
        languages=["en"],
        branch=team.branch,
        team=team,
        made_at=made,
        closed_at=closed,
    )


def _deputy(plan: Plan) -> int | None:
    return next((n for n, post in enumerate(plan.posts) if post.roles[0][0] is Role.BRANCH_LEAD), None)


def _surge(
    number: int,
    wave: Wave,
    plan: Plan,
    branch: Branch,
    ground: Ground,
    *,
    first: date,
    moment: Callable[[int], datetime],
    past: log.Past,
) -> None:
    accounts = list(Account.objects.order_by("pk"))
    declared = wave.declared * DAY + 9 * 60 + 10 * number
    closed = None if wave.closed is None else wave.closed * DAY + 18 * 60
    lead, deputy = accounts[LEAD], _deputy(plan)
    starts_on = first + timedelta(days=wave.start)
    row = Surge.objects.create(
        name=wave.name,
        branch=branch,
        promise_hours=wave.promise_hours,
        declared_at=moment(declared),
        declared_by=lead,
        starts_on=starts_on,
        ends_on=None if closed is None else first + timedelta(days=wave.last),
        closed_at=None if closed is None else moment(closed),
    )
    past.note(declared, "surge.opened", LEAD, log.NOBODY)
    SurgePost.objects.create(surge=row, account=lead, post=SurgePostKind.LEAD.value, from_at=moment(declared))
    if deputy is not None:
        SurgePost.objects.create(
            surge=row, account=accounts[deputy], post=SurgePostKind.DEPUTY.value, from_at=moment(declared)
        )
    for (slug, _), form in ground.forms.items():
        if slug == wave.slug:
            SurgeForm.objects.create(surge=row, form=form, from_at=moment(declared))
    _phase(row, PhaseKind.RISING, starts_on, moment(declared), lead, is_by_hand=False)
    if closed is not None:
        past.note(closed, "surge.closed", LEAD, log.NOBODY)
        day = first + timedelta(days=closed // DAY)
        _phase(row, PhaseKind.CLOSED, day, moment(closed), lead, is_by_hand=True)


def _phase(
    row: Surge, kind: PhaseKind, began_on: date, at: datetime, by: Account, *, is_by_hand: bool
) -> None:
    SurgePhase.objects.create(
        surge=row, phase=kind.value, began_on=began_on, is_by_hand=is_by_hand, set_at=at, set_by=by
    )
