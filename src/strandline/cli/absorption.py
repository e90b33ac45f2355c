"""`strandline absorption`: who is still here, from a file of durations."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from strandline.cli.columns import Row, UnreadableFile, figure, read_rows, refuse

if TYPE_CHECKING:
    from strandline.surge.absorption.rules.survival import Curve

app = typer.Typer(no_args_is_help=True, add_completion=False, help="Turning sign-ups into lasting ties.")

_COLUMNS = {
    "duration": ("duration", "durations", "time", "days", "weeks", "t"),
    "event": ("event", "events", "ended", "status", "observed"),
}
_YES, _NO = frozenset({"1", "1.0", "true", "yes"}), frozenset({"0", "0.0", "false", "no"})


@app.callback()
def absorption() -> None:
    """Keep `survive` a command of its own, though it is the only one."""


def _ended(row: Row) -> bool:
    told = row.cells["event"].lower()
    if told in _YES:
        return True
    if told in _NO:
        return False
    raise UnreadableFile(
        f"Line {row.line}, event: {told or 'nothing'} is neither 1 (ended) nor 0 (still watched)."
    )


@app.command()
def survive(
    file: Annotated[
        Path,
        typer.Argument(
            help="CSV with the columns duration and event (1 ended, 0 still watched); - reads what is piped in."
        ),
    ],
    at: Annotated[
        list[float] | None, typer.Option(help="A time to tell the share for; may be repeated.")
    ] = None,
    until: Annotated[
        float | None, typer.Option(help="Tell the mean time stayed of the first so much.")
    ] = None,
) -> None:
    """Print the share still here by time (Kaplan-Meier, 95 % log-log Greenwood interval) and the median, as JSON."""
    from strandline.surge.absorption.rules.survival import kaplan_meier

    _check_times(at or [], until)
    try:
        rows = read_rows(file, _COLUMNS, needed=("duration", "event"))
        durations, ended = [figure(row, "duration") for row in rows], [_ended(row) for row in rows]
    except UnreadableFile as reason:
        refuse(reason)
    told = _told(kaplan_meier(durations, ended), sum(ended), at or [], until)
    typer.echo(json.dumps(told, allow_nan=False))


def _told(curve: "Curve", ended: int, at: list[float], until: float | None) -> dict[str, object]:
    from strandline.surge.absorption.rules.explain import HOW_COUNTED
    from strandline.surge.absorption.rules.measures import still_here
    from strandline.surge.absorption.rules.survival import restricted_mean

    told: dict[str, object] = {"people": curve.people, "ended": ended, "median": curve.median()}
    told["curve"] = _points(curve)
    told["how_counted"] = HOW_COUNTED["M3"].sentence
    if at:
        told["at"] = [
            {
                **_point(curve, time),
                "at_risk": curve.watched_to(time),
                "standing": still_here(curve, time).standing,
            }
            for time in at
        ]
    if until:
        mean = restricted_mean(curve, until)
        told["mean_stayed"] = {"until": until, "value": mean.value, "lower": mean.lower, "upper": mean.upper}
    return told


def _check_times(at: list[float], until: float | None) -> None:
    for name, value in [("--at", time) for time in at] + [("--until", until or 0.0)]:
        if not 0 <= value < float("inf"):
            refuse(f"{name}: {value} is no time; 0 or more is needed.")


def _point(curve: "Curve", time: float) -> dict[str, float]:
    lower, upper = curve.interval(time)
    return {"time": time, "survival": curve.share(time), "lower": lower, "upper": upper}


def _points(curve: "Curve") -> list[dict[str, float]]:
    """The curve at every time on file, as the columns hold it."""
    columns = {
        "time": curve.times,
        "survival": curve.survival,
        "lower": curve.lower,
        "upper": curve.upper,
        "at_risk": curve.at_risk,
        "ended": curve.events,
    }
    names, values = list(columns), [column.tolist() for column in columns.values()]
    return [dict(zip(names, row, strict=True)) for row in zip(*values, strict=True)]
