"""`strandline export`: what is on record, as a file."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated

import typer

from . import house

app = typer.Typer(add_completion=False, rich_markup_mode=None, no_args_is_help=True)


class Format(StrEnum):
    """What can be written."""

    JSONL = "jsonl"


@app.callback()
def export() -> None:
    """What is on record, as a file."""


@app.command()
def signups(
    form: Annotated[str, typer.Option(help="The form's address, as in /j/harbour/.")],
    format_: Annotated[Format, typer.Option("--format", help="One JSON object a line.")] = Format.JSONL,
) -> None:
    """Print everything that was sent to a form, in order: token, time, what was typed. It is noted in the log."""
    house.set_up()
    from strandline.steady.intake import actions, queries
    from strandline.store.records import Absent

    try:
        rows = queries.all_sent(form)
    except Absent:
        house.fail(f"There is no form /j/{form}/.")
    actions.note_export(form=form, at=datetime.now(UTC))
    for row in rows:
        kept = {
            "token": row.token,
            "at": row.at.isoformat(),
            "typed": row.typed,
            "code": row.code,
            "way": row.way,
            "state": row.state,
            "reason": row.reason,
            "device_at": row.device_at.isoformat() if row.device_at else None,
        }
        typer.echo(json.dumps(kept, ensure_ascii=False))
