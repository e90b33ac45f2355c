"""`strandline manage ...`: Django's own commands, in this home."""

from __future__ import annotations

import typer

from . import house

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command(
    context_settings={
        "allow_extra_args": True,
        "ignore_unknown_options": True,
        "help_option_names": [],
    }
)
def manage(ctx: typer.Context) -> None:
    """Pass a command through to Django."""
    house.set_up()
    from django.core.management import execute_from_command_line

    execute_from_command_line(["strandline manage", *ctx.args])
