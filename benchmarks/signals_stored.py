"""The watch through the database: one night over many series, and one count sent in, each with its commit.

    PYTHONPATH=src python benchmarks/signals_stored.py [--series 200] [--repeat 30]

Makes an encrypted database in a temporary home, with two years of counts in each series. The last line is JSON.
"""

import argparse
import json
import os
import statistics
import tempfile
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np

DAYS = 730
LAST = date(2026, 1, 10)


def main() -> None:
    """Make the database, measure, print."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--series", type=int, default=200)
    asked.add_argument("--repeat", type=int, default=30)
    given = asked.parse_args()
    with tempfile.TemporaryDirectory(prefix="strandline-signals-") as home:
        _enter(Path(home))
        print(json.dumps(_measured(given.series, given.repeat)))


def _enter(home: Path) -> None:
    os.environ |= {
        "STRANDLINE_HOME": str(home),
        "STRANDLINE_TEST": "1",
        "DJANGO_SETTINGS_MODULE": "strandline.config.settings",
    }
    os.environ.pop("STRANDLINE_DATABASE_URL", None)
    from strandline.store import key

    key.make_keyfile(home, made_by=key.MadeBy.TEST)
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)


def _measured(number: int, repeat: int) -> dict[str, Any]:
    from strandline.organisation.accounts.models import Account
    from strandline.organisation.accounts.rules import Role
    from strandline.organisation.branches import actions as branches
    from strandline.organisation.branches.models import Branch, Membership
    from strandline.organisation.branches.queries import viewer_for
    from strandline.surge.signals import actions
    from strandline.surge.signals.models import SeriesCount, WatchedSeries

    at = datetime(LAST.year, LAST.month, LAST.day, 4, 30, tzinfo=UTC) + timedelta(days=1)
    branches.found_organisation(
        name="Measured", at=at - timedelta(days=900), region="GB", time_zone="UTC", is_body=True, is_demo=True
    )
    branch = Branch.objects.get()
    account = Account.objects.create_user("bela@example.org", "none of it", name="Bela")
    Membership.objects.create(
        account=account, role=Role.BRANCH_LEAD.value, branch=branch, since_at=at - timedelta(days=9)
    )
    by, rng = viewer_for(account, at=at), np.random.default_rng(4)
    rows = WatchedSeries.objects.bulk_create(
        WatchedSeries(name=f"Series {n}", source="external", step="day", branch=branch, made_at=at)
        for n in range(number)
    )
    for row in rows:
        SeriesCount.objects.bulk_create(
            SeriesCount(
                series=row, on=LAST - timedelta(days=DAYS - 1 - n), count=int(count), way="push", stored_at=at
            )
            for n, count in enumerate(rng.poisson(20, DAYS))
        )
    began, busy = time.perf_counter(), time.process_time()
    judged = actions.evaluate(at=at)
    night, night_busy = (
        1000 * (now - then) for now, then in ((time.perf_counter(), began), (time.process_time(), busy))
    )
    sent, sent_busy = [], []
    for turn in range(repeat):
        row = rows[turn % number]
        on = LAST + timedelta(days=1 + turn // number)
        began, busy = time.perf_counter(), time.process_time()
        actions.take_counts(
            series=row.code, counts=[(on, 21)], by=by, at=at + timedelta(days=1 + turn // number)
        )
        sent.append(1000 * (time.perf_counter() - began))
        sent_busy.append(1000 * (time.process_time() - busy))
    return {
        "series": number,
        "judged in the night": judged,
        "night, ms a series": round(night / number, 2),
        "night, processor ms a series": round(night_busy / number, 2),
        "one count sent in, ms, median": round(statistics.median(sent), 2),
        "one count sent in, processor ms, median": round(statistics.median(sent_busy), 2),
        "one count sent in, ms, worst of 20": round(statistics.quantiles(sent, n=20)[-1], 2),
    }


if __name__ == "__main__":
    main()
