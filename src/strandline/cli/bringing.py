"""`strandline import` and `strandline undo`: lists in and back out, at the prompt."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from . import house

if TYPE_CHECKING:
    from strandline.organisation.accounts.rules import Viewer
    from strandline.steady.interchange.models import Import

import_app = typer.Typer(add_completion=False, rich_markup_mode=None)
undo_app = typer.Typer(add_completion=False, rich_markup_mode=None)


def _account(row: Import) -> None:
    words = ("rows", "created", "updated", "unchanged", "skipped", "rejected")
    for word in words:
        typer.echo(f"{word:>10}  {row.account.get(word, 0):>10,}")


@import_app.command()
def bring_in(
    file: Annotated[Path, typer.Argument(help="CSV, XLSX, ODS, vCard or JSON.")],
    as_email: Annotated[str, typer.Option("--as", help="In whose name: the e-mail address of an account.")],
    system: Annotated[
        str, typer.Option("--system", help="Refuse the file unless it is of this system.")
    ] = "",
    yes: Annotated[bool, typer.Option("--yes", help="Bring it in without asking after the check.")] = False,
    team: Annotated[str, typer.Option("--team", help="Code of the team into which people come.")] = "",
) -> None:
    """Check a list, show what would happen, and bring it in."""
    house.set_up()
    from strandline.lib.text import BadText
    from strandline.steady.interchange import actions
    from strandline.steady.interchange.rules.systems import name_of
    from strandline.store import writer

    writer.use_inline()
    at = datetime.now(UTC)
    by = house.viewer(as_email, at)
    try:
        with file.open("rb") as stream:
            row = actions.take_file(stream=stream, name=file.name, by=by, at=at, team=team)
        row = actions.check(code=row.code, by=by, at=at)
        _refuse(row, system)
        typer.echo(
            f"{file.name}: {row.kind}"
            + (f", recognised as {name_of(row.system)}" if row.system != "other" else "")
        )
        for note in row.notes:
            typer.echo(note)
        _account(row)
        _doubtful(row)
        _not_read(row, by)
        if not yes and not typer.confirm("Bring it in?"):
            typer.echo("Nothing was changed.")
            raise typer.Exit(1)
        row = actions.apply(code=row.code, by=by, at=datetime.now(UTC))
    except OSError as wrong:
        house.fail(f"{file}: {wrong.strerror}.")
    except (actions.CannotImport, BadText) as refused:
        house.fail(str(refused))
    typer.echo("Brought in:")
    _account(row)
    typer.echo(f"Take it back within 30 days with: strandline undo {row.code}")


def _doubtful(row: Import) -> None:
    words = {"twin": "possible twins", "flagged": "with a doubt", "unlikely": "unlikely numbers"}
    found = [f"{row.account[key]:,} {said}" for key, said in words.items() if row.account.get(key)]
    if found:
        typer.echo(f"Of these {', '.join(found)}; the page of the list shows them.")


def _refuse(row: Import, system: str) -> None:
    if row.state == "refused":
        where = f"line {row.refusal['line']}: " if row.refusal["line"] else ""
        house.fail(f"{where}{row.refusal['reason']} {row.refusal['how_to_fix']} Nothing was stored.")
    if system and row.system != system:
        house.fail(
            f"This file looks like {row.system or 'no known system'}, not {system}. Nothing was stored."
        )


def _not_read(row: Import, by: Viewer) -> None:
    from strandline.steady.interchange import queries
    from strandline.steady.interchange.rules.standing import Verdict

    for verdict in (Verdict.UNREADABLE, Verdict.CONFLICT):
        for each in queries.rows_of(viewer=by, of=row, verdict=verdict, most=20):
            typer.echo(
                f"line {each.line}: {each.field + ': ' if each.field else ''}{each.reason} {each.how_to_fix}".rstrip()
            )


@undo_app.command()
def undo(
    batch: Annotated[str, typer.Argument(help="The code that the import printed.")],
    as_email: Annotated[str, typer.Option("--as", help="In whose name; without it, in the importer's.")] = "",
) -> None:
    """Take a whole import back, with overwritten values restored."""
    house.set_up()
    from strandline.steady.interchange import actions, queries
    from strandline.steady.interchange.rules.standing import Verdict
    from strandline.store import writer
    from strandline.store.records import Absent

    writer.use_inline()
    at = datetime.now(UTC)
    email = as_email or queries.importer_of(code=batch)
    if not email:
        house.fail(f"There is no import {batch}.")
    by = house.viewer(email, at)
    try:
        row = actions.undo(code=batch, by=by, at=at)
    except Absent:
        house.fail(f"There is no import {batch} that {email} may take back.")
    except actions.CannotImport as refused:
        house.fail(str(refused))
    typer.echo(f"Taken back: {row.file_name}.")
    for kept in queries.rows_of(viewer=by, of=row, verdict=Verdict.KEPT, after=-1, most=1000):
        typer.echo(f"kept: {kept.name}. {kept.reason}")
