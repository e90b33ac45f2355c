"""`strandline demo`: an invented organisation with a past, made afresh, and served."""

from __future__ import annotations

import json
import secrets
from contextlib import nullcontext
from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

import typer

from strandline.demo.beside import beside
from strandline.store import files, key, upkeep
from strandline.store.key import MadeBy

from . import house

if TYPE_CHECKING:
    from strandline.demo.actions import Made

app = typer.Typer(add_completion=False, rich_markup_mode=None)
_DATABASE = "strandline.db"
_TELLER = "strandline.demo.telling:Teller"
_MANY = 10_000


@app.command()
def demo(
    people: Annotated[
        int, typer.Option(min=100, max=2_000_000, help="How many people are on record.")
    ] = 2000,
    seed: Annotated[
        str, typer.Option(help="With --on, the same seed makes the same organisation again, keys apart.")
    ] = "",
    on: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The day that is today in the demo.")
    ] = None,
    serve: Annotated[bool, typer.Option("--serve/--no-serve", help="Serve it when it is made.")] = True,
    as_json: Annotated[bool, typer.Option("--json", help="Print the accounts as JSON, for scripts.")] = False,
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help="The port to listen on.")] = 8000,
    workers: Annotated[int, typer.Option(min=1, max=64, help="How many processes answer requests.")] = 2,
) -> None:
    """Make an invented organisation with 18 months of history, and serve it.

    Each run makes it afresh, in place of an earlier demo; a home that holds another organisation is refused.
    """
    place = house.home()
    with house.not_while_serving("make the demo"):
        _make_way(place)
        made = _make(place, people=people, seed=seed, on=on.date() if on else None, quiet=as_json)
        typer.echo(json.dumps(asdict(made)) if as_json else _logins(made))
        if serve:
            from .serve import run

            run(host, port, workers)


def _make_way(place: Path) -> None:
    """Refuse a home or a database that holds anything but an earlier demo; take an earlier demo away."""
    path = key.path_in(place)
    if path.exists() and key.current().made_by is not MadeBy.DEMO:
        house.fail(f"{place} belongs to another organisation. Choose another home with STRANDLINE_HOME.")
    if not path.exists():
        if (place / _DATABASE).exists():
            house.fail(
                f"{place} holds a database whose key is not there. Choose another home with STRANDLINE_HOME."
            )
        files.make_private_directory(place)
        key.make_keyfile(place, made_by=MadeBy.DEMO)
        key.forget()
    house.set_up()
    from django.db import connection

    from strandline.organisation.branches import queries as branches

    tables = connection.introspection.table_names()
    if "organisation_organisation" in tables:
        made = branches.organisation()
        if made is not None and not made.is_demo:
            house.fail(f"The database holds another organisation: {made.name}. Choose another.")
    if not tables:
        return
    if connection.vendor == "sqlite":
        from strandline.store.sqlcipher.creation import remove_database

        connection.close()
        remove_database(place / _DATABASE)
    else:
        from django.core.management import call_command

        house.bring_up_to_date()
        call_command("flush", interactive=False, verbosity=0)


def _make(place: Path, *, people: int, seed: str, on: date | None, quiet: bool) -> Made:
    if not quiet:
        typer.echo(f"Making the demo in {place} ...")
    # Many are told by a process of its own, which gets ready while the tables are made.
    with beside(_TELLER) if people >= _MANY else nullcontext() as teller:
        upkeep.make_ballast(place)
        house.bring_up_to_date()
        from strandline.demo import actions

        return actions.make(
            seed=seed or secrets.token_hex(8),
            on=on or datetime.now(ZoneInfo(actions.ZONE)).date(),
            size=people,
            teller=teller,
            tell=(lambda _: None) if quiet else (lambda line: typer.echo(f"  {line}")),
        )


def _logins(made: Made) -> str:
    rows = [("Name", "Role", "Where", "E-mail", "Password")]
    rows += [(who.name, who.role, who.place, who.email, who.password) for who in made.logins]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in rows]
    return "\n".join(["", *(line.rstrip() for line in lines), ""])
