"""The last evening before the demo begins: what is still open then was done through the actions themselves."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from strandline.organisation.accounts.models import Account
from strandline.organisation.accounts.rules import Role
from strandline.organisation.branches.queries import viewer_for
from strandline.steady.followup import actions as followup
from strandline.steady.followup.models import FollowUp
from strandline.steady.followup.rules import not_a_sunday
from strandline.steady.people import actions as people
from strandline.steady.ties.models import Tie

from .rules import Plan

_OFFERS = 2
NOTES = ("Lives in your street", "Works with two people you hold")


def begin(plan: Plan, *, accounts: list[Account], on: date, zone: ZoneInfo, chance: Random) -> None:
    """Let the organisers whose passwords are shown offer ties, move steps and share a record, the evening before."""
    evening = datetime.combine(on - timedelta(days=1), time(21, 0), zone)
    shown = [
        (accounts[number], team)
        for number, post in enumerate(plan.posts)
        if post.is_shown
        for role, _, team in post.roles
        if role is Role.ORGANISER and team is not None
    ]
    for account, team in shown:
        others = [accounts[n] for n in plan.teams[team].organisers if accounts[n].pk != account.pk]
        _offer(account, others[0], chance, at=evening)
        _offer(others[0], account, chance, at=evening)
        _move(account, at=evening, to=not_a_sunday(on + timedelta(days=2)))
    if shown:
        _share(
            shown[0][0], with_=accounts[plan.teams[plan.posts[0].roles[0][2] or 0].organisers[1]], at=evening
        )


def _offer(owner: Account, to: Account, chance: Random, *, at: datetime) -> None:
    held = Tie.objects.filter(owner=owner, ended_at=None, handoffs=None).order_by("pk")
    codes = list(held.values_list("person__code", flat=True)[:40])
    chosen = chance.sample(codes, min(_OFFERS, len(codes)))
    if chosen:
        by = viewer_for(owner, at=at)
        followup.offer_handoffs(people=chosen, to=to.code, note=chance.choice(NOTES), by=by, at=at)


def _move(owner: Account, *, at: datetime, to: date) -> None:
    step = (
        FollowUp.objects.filter(owner=owner, closed_at=None, due_on__gt=to).order_by("due_on", "pk").first()
    )
    if step is not None:
        followup.move_step(followup=step.code, to=to, by=viewer_for(owner, at=at), at=at)


def _share(owner: Account, *, with_: Account, at: datetime) -> None:
    tie = (
        Tie.objects.filter(owner=owner, ended_at=None, person__sensitivity="restricted")
        .order_by("pk")
        .first()
    )
    if tie is not None:
        by = viewer_for(owner, at=at)
        people.share_person(
            person=tie.person.code, with_account=with_.code, reason="Knows the family", by=by, at=at
        )
