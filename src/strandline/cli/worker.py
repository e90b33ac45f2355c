"""`strandline worker`: the background work alone."""

from __future__ import annotations

import os
import sys

import typer

from . import house

app = typer.Typer(add_completion=False, rich_markup_mode=None)
# Run as a module of its own: the prompt and the clock are two ways in, and neither imports the other.
PROGRAMME = [sys.executable, "-m", "strandline.jobs"]


@app.command()
def worker() -> None:
    """Do the background work alone, until stopped: tasks, the sweeper and the schedule."""
    house.set_up()
    house.bring_up_to_date()
    typer.echo("Doing the background work. Stop it with Ctrl-C.")
    sys.stdout.flush()
    os.execv(PROGRAMME[0], PROGRAMME)  # noqa: S606 -- our own interpreter, no shell
