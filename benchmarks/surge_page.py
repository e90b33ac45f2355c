"""The page of a live surge, beside the same figures made of whole rows with pandas and lifelines.

    python -m benchmarks surge_page [--people 100000] [--database sqlcipher|postgresql] [--rounds 15]

An organisation of so many people, one in ten of whom came in a wave that runs since ten days; two earlier waves beside
it. The goal is a page in 150 ms on the server, session, questions, figures, pictures and template together.
"""

from __future__ import annotations

import argparse
import sys
from datetime import UTC, date, datetime, timedelta
from typing import Any

from benchmarks import measuring, worlds

GOAL = 150.0
SHAPE = (0.02, 0.09, 0.2, 0.18, 0.15, 0.11, 0.1, 0.07, 0.05, 0.03)


def main() -> int:
    """Make the world when it is not there, measure, tell."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks surge_page", description=__doc__)
    parser.add_argument("--people", type=int, default=100_000)
    parser.add_argument("--database", choices=worlds.DATABASES, default="sqlcipher")
    parser.add_argument("--rounds", type=int, default=15)
    options = parser.parse_args()
    world = worlds.enter(options.database, options.people, name="surge")
    code = _surge(options.people)
    from benchmarks.pages import fetching

    ours, part, theirs = measuring.take_turns(
        fetching(worlds.client_of("lead"), f"/surges/{code}/", holding="figures"),
        _polling(worlds.client_of("lead"), code),
        lambda: by_hand(code),
        rounds=options.rounds,
    )
    told: dict[str, Any] = {"database": world.database, "people": world.people, "theirs": theirs}
    told["baseline"] = "the same counts and curves with pandas and lifelines"
    goal = f"<= {GOAL:.0f} ms"
    made = [
        measuring.figure("surge page", ours=ours, goal=goal, reached=lambda mine, _: mine <= GOAL, **told),
        measuring.figure("surge page, the part that is polled", ours=part, **told),
    ]
    measuring.tell(made)
    measuring.keep("surge_page", made, database=world.database, people=world.people, rounds=options.rounds)
    return 0


def _polling(client: Any, code: str) -> Any:
    def fetch() -> int:
        response = client.get(f"/surges/{code}/?part=now", headers={"HX-Request": "true"})
        if response.status_code != 200:
            raise SystemExit(f"The polled part answered {response.status_code}.")
        return len(response.content)

    return fetch


def _surge(people: int) -> str:
    """Return the code of the live surge; bring its people, and two earlier waves, when there is none."""
    from tests.surge.tide import Habits, Tide

    from strandline.organisation.accounts.models import Account
    from strandline.organisation.branches.models import Branch, Membership, Team
    from strandline.organisation.branches.queries import viewer_by_email
    from strandline.steady.intake.models import Form
    from strandline.surge.moments.actions import close_surge, open_surge
    from strandline.surge.moments.models import Surge

    now = datetime.now(UTC)
    known = Surge.objects.order_by("-starts_on").first()
    if known is not None:
        return known.code
    lead = viewer_by_email(email="lead@example.org", at=now)
    assert lead is not None  # the world has one
    branch = Branch.objects.filter(pk__in=lead.branches(*lead.roles)).order_by("pk").first()
    assert branch is not None
    team = Team.objects.filter(branch=branch).order_by("pk").first()
    assert team is not None
    callers = list(
        Membership.objects.filter(team=team).order_by("account").values_list("account", flat=True).distinct()
    ) or [lead.account_id]
    form = Form.objects.create(
        slug="tide",
        title="Tide",
        consent_text="Yes.",
        branch=branch,
        team=team,
        made_at=now - timedelta(days=400),
    )
    waves = ((people // 10, 9, "Live"), (people // 50, 200, "Second"), (people // 50, 400, "First"))
    for size, ago, name in reversed(waves):
        first = now.date() - timedelta(days=ago)
        tide = Tide(branch, team, form, callers, now, Habits(delay_hours=22), seed=name)
        tide.bring([round(size * part) for part in SHAPE], first)
        made = open_surge(
            name=name, branch=branch.code, lead=Account.objects.get(pk=lead.account_id).code, starts_on=first,
            forms=[form.code], by=lead, at=now,
        )  # fmt: skip
        if ago > 100:
            close_surge(surge=made.code, by=lead, at=now, ends_on=first + timedelta(days=9))
    return made.code


def by_hand(code: str) -> float:
    """Count the same with what one would reach for: whole rows into pandas, the curve by lifelines."""
    import pandas as pd
    from lifelines import KaplanMeierFitter

    from strandline.steady.people.models import Source
    from strandline.steady.ties.models import Touch
    from strandline.surge.moments.models import Surge

    surge = Surge.objects.get(code=code)
    since = surge.starts_on - timedelta(days=180)
    first = pd.DataFrame(
        list(
            Source.objects.filter(branch=surge.branch, met_on__gte=since).values(
                "person", "met_on", "person__added_at"
            )
        )
    )
    rows = Touch.objects.filter(
        person__in=Source.objects.filter(branch=surge.branch, met_on__gte=since).values("person")
    )
    touches = pd.DataFrame(list(rows.values("person", "at", "is_two_way", "by", "kind", "outcome")))
    first = first.sort_values("met_on").drop_duplicates("person").set_index("person")
    wave = first[first.met_on >= surge.starts_on]
    tried = touches.groupby("person")["at"].min()
    spoke = touches[touches.is_two_way].groupby("person")["at"].agg(["min", "max"])
    hours = (tried.reindex(wave.index) - wave["person__added_at"]).dt.total_seconds() / 3600
    waited = (pd.Timestamp.now(tz="UTC") - wave["person__added_at"]).dt.total_seconds() / 3600
    curve = KaplanMeierFitter().fit(hours.fillna(waited).clip(lower=0), hours.notna())
    stay = (spoke["max"].dt.date.map(date.toordinal) - first.met_on.map(date.toordinal)).fillna(0) + 45
    KaplanMeierFitter().fit(stay.clip(lower=0), stay < 180)
    return float(1 - curve.predict(float(surge.promise_hours)))


if __name__ == "__main__":
    sys.exit(main())
