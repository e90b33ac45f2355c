"""`strandline import` and `strandline undo`: lists in and back out, at the prompt."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from . import house

if TYPE_CHECKING:
    from strandline.organisation.accounts.rules import Viewer
    from strandline.steady.interchange.models import Import
    from strandline.steady.interchange.rules.standing import Errand

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
    """Check a list, show what would happen, and bring it in.

    Killed and given again, it goes on where it was; where Strandline is being served, it goes on by itself.
    """
    house.set_up()
    from strandline.lib.text import BadText
    from strandline.steady.interchange import actions
    from strandline.steady.interchange.rules.standing import Errand
    from strandline.store import writer

    writer.use_inline()
    by = house.viewer(as_email, datetime.now(UTC))
    try:
        with _signed() as do:
            row, is_decided = _taken(file, team, by)
            if not is_decided:
                row = do(row, Errand.CHECK, by)
                _refuse(row, system)
                _show(file, row, by)
                if not yes and not typer.confirm("Bring it in?"):
                    typer.echo("Nothing was changed.")
                    raise typer.Exit(1)
            row = do(row, Errand.APPLY, by)
    except OSError as wrong:
        house.fail(f"{file}: {wrong.strerror}.")
    except (actions.CannotImport, BadText) as refused:
        house.fail(str(refused))
    if row.state != "applied":
        house.fail("It was stopped from the page of the list. Nothing was changed.")
    typer.echo("Brought in:")
    _account(row)
    typer.echo(f"Take it back within 30 days with: strandline undo {row.code}")


@contextmanager
def _signed() -> Iterator[Callable[[Import, Errand, Viewer], Import]]:
    """Give what does an errand in the name of this process, which shows meanwhile that it is alive."""
    from strandline.steady.interchange import actions
    from strandline.store import alive

    sign = alive.Sign(f"command-{os.getpid()}-{secrets.token_hex(4)}")
    sign.raise_()

    def do(row: Import, errand: Errand, by: Viewer) -> Import:
        return actions.carry_out(
            code=row.code, errand=errand, by=by, at=datetime.now(UTC), worker=sign.name, is_up=alive.is_up
        )

    try:
        yield do
    finally:
        sign.lower()


def _taken(file: Path, team: str, by: Viewer) -> tuple[Import, bool]:
    """Return the import of this file, one that was cut off if there is one, and whether it was decided already."""
    from strandline.steady.interchange import actions, queries
    from strandline.steady.interchange.rules.standing import Errand

    with file.open("rb") as stream:
        left = queries.left_half_way(viewer=by, digest=actions.digest_of(stream))
        if left is None:
            stream.seek(0)
            return actions.take_file(
                stream=stream, name=file.name, by=by, at=datetime.now(UTC), team=team
            ), False
    typer.echo("Going on where it was cut off.")
    return left, left.asked == Errand.APPLY


def _show(file: Path, row: Import, by: Viewer) -> None:
    from strandline.steady.interchange.rules.systems import name_of

    known = f", recognised as {name_of(row.system)}" if row.system != "other" else ""
    typer.echo(f"{file.name}: {row.kind}{known}")
    for note in row.notes:
        typer.echo(note)
    _account(row)
    _doubtful(row)
    _not_read(row, by)


def _doubtful(row: Import) -> None:
    words = {"twin": "possible twins", "flagged": "with a doubt", "unlikely": "unlikely numbers"}
    found = [f"{row.found[key]:,} {said}" for key, said in words.items() if row.found.get(key)]
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
    from strandline.steady.interchange.rules.standing import Errand, Verdict
    from strandline.store import writer
    from strandline.store.records import Absent

    writer.use_inline()
    at = datetime.now(UTC)
    email = as_email or queries.importer_of(code=batch)
    if not email:
        house.fail(f"There is no import {batch}.")
    by = house.viewer(email, at)
    try:
        with _signed() as do:
            row = queries.an_import(viewer=by, code=batch)
            if row.undone_at is None:
                row = do(row, Errand.UNDO, by)
    except Absent:
        house.fail(f"There is no import {batch} that {email} may take back.")
    except actions.CannotImport as refused:
        house.fail(str(refused))
    typer.echo(f"Taken back: {row.file_name}.")
    for kept in queries.rows_of(viewer=by, of=row, verdict=Verdict.KEPT, most=1000):
        typer.echo(f"kept: {kept.name}. {kept.reason}")
