"""`strandline init`: make the home of an organisation, once."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated
from zoneinfo import available_timezones

import typer

from strandline.lib import emails, phones
from strandline.lib.text import BadText, clean
from strandline.store import address, files, key, shares, upkeep
from strandline.store.key import MadeBy

from . import house

app = typer.Typer(add_completion=False, rich_markup_mode=None)
BODY = (
    "Is the organisation a not-for-profit body with a political, philosophical, religious or trade-union aim, which "
    "keeps data of its members and of people in regular contact with it, for that aim only (GDPR Art. 9(2)(d))?"
)
# The alphabet of a password that is read from paper: no letter that passes for another.
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"


@app.command()
def init(
    name: Annotated[str, typer.Option(help="The organisation's name.")] = "",
    email: Annotated[str, typer.Option(help="The first administrator's e-mail address.")] = "",
    region: Annotated[
        str, typer.Option(help="Two letters of the country whose telephone numbers need no prefix.")
    ] = "",
    time_zone: Annotated[str, typer.Option(help="Where the days begin and end, such as Europe/London.")] = "",
    body: Annotated[bool | None, typer.Option("--body/--no-body", help=BODY)] = None,
    url: Annotated[
        str,
        typer.Option(help="Where people reach it, such as https://tenants.example.org; it stands in links."),
    ] = "",
) -> None:
    """Make the home of an organisation: key, database, first administrator, recovery shares.

    What is not given is asked for. The home is STRANDLINE_HOME, or `.strandline` in this directory.
    """
    place = house.home()
    _refuse_taken(place)
    name = _given(name, "name", "Name of the organisation")
    email = _given(email, "email", "E-mail address of the first administrator")
    region = _given(region, "region", "Country (two letters, such as GB)").upper()
    time_zone = _given(time_zone, "time-zone", "Time zone (such as Europe/London)")
    _refuse_wrong(name=name, email=email, region=region, time_zone=time_zone, url=url)
    if body is None:
        if not house.is_terminal():
            house.fail("--body or --no-body is missing: it decides on what ground views may be noted.")
        body = typer.confirm(BODY, default=False)
    with house.not_while_serving("run `strandline init` in another home"):
        _make(place, name=name, email=email, region=region, time_zone=time_zone, is_body=body, url=url)


def _given(value: str, option: str, question: str) -> str:
    if value.strip():
        return value.strip()
    if not house.is_terminal():
        house.fail(f"--{option} is missing. {question}.")
    answer: str = typer.prompt(question)
    return answer.strip()


def _refuse_wrong(*, name: str, email: str, region: str, time_zone: str, url: str) -> None:
    try:
        if url:
            address.checked(url)
        clean(name, field="name", most=200)
        emails.parse(email)
    except BadText as bad:
        house.fail(f"--name: {bad.reason}")
    except address.BadAddress as bad:
        house.fail(f"--url: {bad}")
    except emails.BadEmail as bad:
        house.fail(f"--email: {bad.reason}")
    if not phones.is_region(region):
        house.fail(f"--region: {region} is not a country of two letters, such as GB.")
    if time_zone not in available_timezones():
        house.fail(f"--time-zone: {time_zone} is not a time zone such as Europe/London.")


def _refuse_taken(place: Path) -> None:
    """Refuse a home with a demo or an organisation; one whose founding was interrupted may go on."""
    if not key.path_in(place).exists():
        return
    if key.current().made_by is MadeBy.DEMO:
        house.fail(f"{place} holds the demo organisation. Choose another home with STRANDLINE_HOME.")
    house.set_up()
    from django.db import connection

    from strandline.organisation.branches import queries as branches

    if "organisation_organisation" not in connection.introspection.table_names():
        return
    if (made := branches.organisation()) is not None:
        house.fail(f"{place} already holds an organisation: {made.name}.")


def _make(
    place: Path, *, name: str, email: str, region: str, time_zone: str, is_body: bool, url: str
) -> None:
    files.make_private_directory(place)
    if not key.path_in(place).exists():
        key.make_keyfile(place, made_by=MadeBy.INIT)
        key.forget()
    if url:
        address.keep(place, url)
    upkeep.make_ballast(place)
    house.set_up()
    house.bring_up_to_date()
    from strandline.organisation.branches import actions as branches
    from strandline.steady.intake import actions as intake
    from strandline.steady.ties import actions as ties

    at = datetime.now(UTC)
    password = "-".join("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(4))
    ties.lay_out_pathways()
    branches.found_organisation(
        name=name,
        at=at,
        region=region,
        time_zone=time_zone,
        is_body=is_body,
        is_demo=False,
        administrator=(email, password),
    )
    # Phones seal to it what they take down without network, before any form was made.
    intake.make_outbox_key(at=at)
    _tell(place, email=email, password=password)


def _tell(place: Path, *, email: str, password: str) -> None:
    lines = [
        f"The home is {place}. Its key is {key.path_in(place)}: without it nothing here can be read again.",
        "",
        "First administrator",
        f"  e-mail    {email}",
        f"  password  {password}   (shown this once; change it after signing in)",
        "",
        "Recovery shares. Print each on a paper of its own and give them to three people. Any two of them put the key",
        "back; one alone opens nothing.",
        "",
        *(f"  {line}" for line in shares.split(key.current().secret)),
        "",
        "Start it with: strandline serve",
    ]
    typer.echo("\n".join(lines))
