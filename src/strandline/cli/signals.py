"""`strandline signals`: watch a series of counts in a file."""

import json
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from strandline.cli.columns import UnreadableFile, content_of, refuse
from strandline.surge.signals import rules
from strandline.surge.signals.rules.reading import CannotRead, read_series

app = typer.Typer(no_args_is_help=True, add_completion=False)

MOST_BYTES = 20_000_000
"""Far above 200,000 lines of time and count: what is larger is not a series."""


class Wanted(StrEnum):
    """The tiers one may ask for."""

    WATCH = "watch"
    ALARM = "alarm"


class Missing(StrEnum):
    """What a step without a line means."""

    REFUSE = "refuse"
    ZERO = "zero"


@app.callback()
def signals() -> None:
    """Say when a series of counts departs from its normal course."""


@app.command()
def detect(
    file: Annotated[
        Path, typer.Argument(help="CSV with two columns, time and count; - reads what is piped in.")
    ],
    tier: Annotated[Wanted | None, typer.Option(help="Show this tier; both if left out.")] = None,
    step: Annotated[
        rules.Step | None, typer.Option(help="Step of the counts; taken from the times if left out.")
    ] = None,
    missing: Annotated[
        Missing, typer.Option(help="A step without a line: refuse the file, or count it as 0.")
    ] = Missing.REFUSE,
    streams: Annotated[
        int,
        typer.Option(
            min=1,
            max=100_000,
            help="Streams the organisation watches; they share one budget of false alarms.",
        ),
    ] = rules.SETTINGS.streams,
) -> None:
    """Print each step in watch or alarm as a JSON line: time, tier, count, expected, why.

    An alarm is a watch too. Hourly counts are decided on the 24 hours that end with the hour. A file too young for any
    decision gives one line that says so.
    """
    try:
        series = read_series(_lines(file), step=step, missing_is_zero=missing is Missing.ZERO)
        said = rules.replay(series.counts, series.step, rules.SETTINGS.for_streams(streams))
    except (CannotRead, rules.BadCounts) as error:
        refuse(f"{file}: {error}")
    if said[-1].tier is rules.Tier.YOUNG:
        said = said[-1:]
        shown = {rules.Tier.YOUNG}
    elif tier is Wanted.ALARM:
        shown = {rules.Tier.ALARM}
    else:
        shown = {rules.Tier.WATCH, rules.Tier.ALARM}
    for one in said:
        if one.tier in shown:
            typer.echo(json.dumps(_line(series.times[one.index], one, tier), ensure_ascii=False))


def _line(time: str, said: rules.Decision, asked: Wanted | None) -> dict[str, str | int | float | None]:
    named = asked.value if asked and said.tier is not rules.Tier.YOUNG else said.tier.value
    expected = None if said.expected is None else round(said.expected, 2)
    return {"time": time, "tier": named, "count": said.count, "expected": expected, "why": said.why}


def _lines(file: Path) -> list[str]:
    try:
        content = content_of(file, most=MOST_BYTES)
    except UnreadableFile as reason:
        raise CannotRead(f"The file {reason}") from reason
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise CannotRead("The file is in UTF-16. Save it as UTF-8.")
    return content.decode("utf-8", errors="replace").splitlines()
