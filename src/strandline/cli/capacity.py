"""`strandline capacity`: how many calls a day keep a promise, and how a queue of callers behaves."""

import json
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from strandline.cli.columns import Row, UnreadableFile, figure, read_rows, refuse

if TYPE_CHECKING:
    from strandline.ledger.capacity.rules.bound import Bound

app = typer.Typer(no_args_is_help=True, add_completion=False, help="How many organisers keep a promise.")

_COLUMNS = {
    "day": ("day", "date", "on"),
    "arrivals": ("arrivals", "arrival", "count", "signups", "sign_ups", "came", "people", "n", "y"),
}
MOST_DAYS = 4_000


@app.callback()
def capacity() -> None:
    """Two questions, each a command."""


def _arrivals(rows: Sequence[Row]) -> list[int]:
    """The counts by day; days that a dated file leaves out are days on which nobody came."""
    counts: list[int] = []
    begins: int | None = None
    for row in rows:
        count = figure(row, "arrivals")
        if count != int(count):
            raise UnreadableFile(f"Line {row.line}, arrivals: {count:g} is no whole number of people.")
        if "day" in row.cells:
            day = _day(row)
            begins = day if begins is None else begins
            if day - begins < len(counts):
                raise UnreadableFile(
                    f"Line {row.line}, day: {row.cells['day']} is not after the day before it."
                )
            if day - begins > MOST_DAYS:
                raise UnreadableFile(f"Line {row.line}, day: more than {MOST_DAYS:,} days after the first.")
            counts += [0] * (day - begins - len(counts))
        counts.append(int(count))
    if len(counts) > MOST_DAYS:
        raise UnreadableFile(f"Line {rows[-1].line}: more than {MOST_DAYS:,} days.")
    return counts


def _day(row: Row) -> int:
    told = row.cells["day"]
    if told.isascii() and told.isdigit() and len(told) < 8:
        return int(told)
    try:
        return date.fromisoformat(told).toordinal()
    except ValueError:
        reason = f"{told or 'nothing'} is neither a number nor a date like 2026-01-09."
        raise UnreadableFile(f"Line {row.line}, day: {reason}") from None


@app.command()
def plan(
    file: Annotated[
        Path,
        typer.Argument(
            help="CSV with a column arrivals, one row a day; a column day is read too; - reads what is piped in."
        ),
    ],
    days: Annotated[int, typer.Option(help="Within how many days everybody is to be reached.")],
    reach: Annotated[float, typer.Option(help="Chance to reach somebody at one try.")] = 0.5,
    minutes: Annotated[float, typer.Option(help="Minutes a try takes.")] = 6.0,
    minutes_per_day: Annotated[float, typer.Option(help="Minutes an organiser gives in a day.")] = 120.0,
) -> None:
    """Print the least constant daily capacity that reaches everybody within DAYS days, and what decides it, as JSON."""
    from strandline.ledger.capacity.rules.bound import PlanError, attempts, least_capacity, organisers_needed
    from strandline.ledger.capacity.rules.explain import HOW_COUNTED

    try:
        arrivals = _arrivals(read_rows(file, _COLUMNS, needed=("arrivals",)))
        bound = least_capacity(arrivals, days)
        tries = attempts(reach)
        organisers = organisers_needed(float(bound.a_day), tries, minutes, minutes_per_day)
    except (UnreadableFile, PlanError) as reason:
        refuse(reason)
    told = {
        "capacity_per_day": _number(bound),
        "whole_calls_per_day": bound.whole,
        "days": days,
        "arrivals": sum(arrivals),
        "decided_by": {"first_day": bound.first + 1, "last_day": bound.last + 1, "people": bound.people},
        "sentence": bound.sentence,
        "organisers": organisers,
        "assumed": {
            "reach": reach,
            "tries_a_person": tries,
            "minutes_a_try": minutes,
            "minutes_per_organiser_and_day": minutes_per_day,
        },
        "if_interest_fades": _fading(arrivals, float(bound.a_day)),
        "how_counted": HOW_COUNTED["bound"].sentence,
    }
    typer.echo(json.dumps(told, allow_nan=False))


def _number(bound: "Bound") -> int | float:
    return int(bound.a_day) if bound.a_day.denominator == 1 else float(bound.a_day)


def _fading(arrivals: Sequence[int], a_day: float) -> list[dict[str, float]]:
    """What this capacity reaches under each assumption about loss of interest, side by side."""
    from strandline.ledger.capacity.rules.interest import ASSUMED, run_down

    found = [(theta, run_down(arrivals, a_day, theta)) for theta in ASSUMED]
    return [{"theta": theta, "reached": course.reached, "lost": course.lost} for theta, course in found]


@app.command()
def simulate(
    arrival_rate: Annotated[float, typer.Option(help="How many come per unit of time.")],
    service_rate: Annotated[float, typer.Option(help="How many one caller serves per unit of time.")],
    abandon_rate: Annotated[float, typer.Option(help="At which rate one who waits gives up; 0 for never.")],
    servers: Annotated[int, typer.Option(help="How many callers there are.")],
    exact: Annotated[
        bool, typer.Option("--exact", help="By birth and death instead of by simulation.")
    ] = False,
    seed: Annotated[int, typer.Option(help="The same seed gives the same answer.", min=0)] = 0,
    replications: Annotated[int, typer.Option(help="Queues run side by side.", min=2, max=10_000)] = 400,
) -> None:
    """Print how many wait and give up, queue, wait and load of an M/M/c+M queue (Erlang-A), as JSON."""
    from dataclasses import asdict

    from strandline.ledger.capacity.rules import queue
    from strandline.ledger.capacity.rules.bound import PlanError
    from strandline.ledger.capacity.rules.explain import HOW_COUNTED

    load = queue.Load(arrival_rate, service_rate, abandon_rate, servers)
    try:
        found = queue.exact(load) if exact else queue.simulate(load, seed=seed, replications=replications)
    except PlanError as reason:
        refuse(reason)
    told: dict[str, object] = {name: value for name, value in asdict(found).items() if name != "errors"}
    if found.errors is not None:
        errors = {name: value for name, value in asdict(found.errors).items() if name != "errors"}
        told |= {"standard_errors": errors, "seed": seed, "replications": replications}
    told |= {"method": "exact" if exact else "simulation", "how_counted": HOW_COUNTED["queue"].sentence}
    typer.echo(json.dumps(told, allow_nan=False))
