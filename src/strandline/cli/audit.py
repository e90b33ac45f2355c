"""`strandline audit verify`: whether the log of who did and who saw what is whole."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from . import house

app = typer.Typer(add_completion=False, rich_markup_mode=None, no_args_is_help=True)


@app.callback()
def audit() -> None:
    """The log of who did and who saw what."""


@app.command()
def verify(
    anchor: Annotated[
        str, typer.Option(help="A head kept elsewhere, as `number:hash`, which the log has to lead through.")
    ] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print the answer as JSON.")] = False,
) -> None:
    """Check the whole log against its head, and against an anchor that was kept elsewhere.

    Exit code 0 when it is whole, 1 when it was changed, cut, extended or put in another order.
    """
    kept = _anchor(anchor)
    house.set_up()
    from strandline.organisation.audit import queries

    entries, head = queries.head()
    found = queries.break_in_chain(kept)
    if as_json:
        break_ = None if found is None else {"entry": found.seq, "reason": found.reason}
        typer.echo(json.dumps({"entries": entries, "head": head, "whole": found is None, "break": break_}))
    elif found is None:
        typer.echo(f"The log is whole: {entries:,} entries.\nHead, to be kept elsewhere: {entries}:{head}")
    else:
        typer.echo(f"The log is broken at entry {found.seq:,}: {found.reason}.")
    if found is not None:
        raise typer.Exit(1)


def _anchor(text: str) -> tuple[int, str] | None:
    if not text:
        return None
    number, _, digest = text.partition(":")
    if not number.isdecimal() or len(digest) != 64 or set(digest) - set("0123456789abcdef"):
        house.fail(
            "--anchor: an anchor is a number, a colon and 64 hexadecimal digits, as `audit verify` prints it."
        )
    return int(number), digest
