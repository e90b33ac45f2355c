"""`strandline export`: what is on record, as a file."""

from __future__ import annotations

import io
import json
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from urllib.parse import parse_qsl

import typer

from . import house

if TYPE_CHECKING:
    from strandline.organisation.accounts.rules import Viewer
    from strandline.steady.lists.rules import Filters
    from strandline.steady.people.models import Person

app = typer.Typer(add_completion=False, rich_markup_mode=None, no_args_is_help=True)


class Format(StrEnum):
    """What can be written."""

    JSONL = "jsonl"


@app.callback()
def export() -> None:
    """What is on record, as a file."""


@app.command()
def people(
    file: Annotated[Path, typer.Argument(help="Where to: a new file that ends in .csv, .xlsx or .json.")],
    as_email: Annotated[str, typer.Option("--as", help="In whose name: the e-mail address of an account.")],
    where: Annotated[
        str,
        typer.Option(
            help="Which people, as the address of the People page says it: kind=supporter&quiet=30."
        ),
    ] = "",
) -> None:
    """Write the people whom an account may see into a file, with what it may see of each. It is noted in the log."""
    house.set_up()
    from strandline.organisation.accounts.rules import PEOPLE_ROLES
    from strandline.organisation.audit.actions import keep_reading
    from strandline.steady.interchange import actions
    from strandline.steady.interchange.rules import approval
    from strandline.steady.lists import queries as lists
    from strandline.steady.lists import rules
    from strandline.steady.ties.queries import zone
    from strandline.store import files, writer

    writer.use_inline()
    form = _form(file)
    at = datetime.now(UTC)
    by = house.viewer(as_email, at)
    if not by.is_(*PEOPLE_ROLES):
        house.fail(f"{as_email} works with no people: there is nothing to write.")
    filters = _filters(where)
    chosen = lists.people_chosen(
        viewer=by, filters=filters, on=at.astimezone(zone()).date(), most=approval.MOST + 1
    )
    if len(chosen) > approval.MOST:
        house.fail(
            f"More than {approval.MOST:,} people at once do not go out in one file. Choose fewer with --where."
        )
    try:
        noted = actions.note_export(
            count=len(chosen), kind=form, sentence=rules.sentence(filters), by=by, at=at
        )
    except actions.CannotExport as refused:
        house.fail(f"{refused} Ask on the People page.")
    content = _written(form, by, chosen)
    keep_reading(viewer=by, at=at, shows=[person.audit_id for person in chosen])
    try:
        files.write_durably(file, content)
    except OSError as wrong:
        house.fail(f"{file}: {wrong.strerror}.")
    typer.echo(f"{len(chosen):,} people, export {noted.code}.")


def _form(file: Path) -> str:
    """Read from the name of a new file what is to be written into it."""
    from strandline.steady.interchange.rules import writing

    form = file.suffix[1:].lower()
    if form not in writing.FORMS:
        house.fail(f"{file}: the name has to end in {', '.join('.' + each for each in writing.FORMS)}.")
    if file.exists():
        house.fail(f"{file} is there already. Nothing was written.")
    return form


def _written(form: str, by: Viewer, people: list[Person]) -> bytes:
    from strandline.steady.interchange import queries
    from strandline.steady.interchange.rules import writing

    custom = queries.custom_names(viewer=by)
    rows = (writing.as_cells(row, custom) for row in queries.export_rows(viewer=by, people=people))
    content = io.BytesIO()
    writing.write(content, form, writing.header(custom), rows)
    return content.getvalue()


def _filters(where: str) -> Filters:
    """Read which people are meant; a filter that is not known would let everybody out."""
    from strandline.steady.lists import rules

    given = parse_qsl(where, keep_blank_values=True)
    filters = rules.read(dict(given))
    for words, reason in filters.unread:
        house.fail(f"{words}: {reason}.")
    read = dict(parse_qsl(filters.query()))
    for name, _value in given:
        if name not in read or [each for each, _ in given].count(name) > 1:
            house.fail(f"--where: {name!r} is no filter, is empty, or stands there twice.")
    if where and not given:
        house.fail(f"--where: {where!r} is no filter.")
    return filters


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
