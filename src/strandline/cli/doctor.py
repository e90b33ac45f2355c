"""`strandline doctor`: everything that has to be right, in plain sentences."""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import typer

from strandline.store import files, key, upkeep

from . import house

app = typer.Typer(add_completion=False, rich_markup_mode=None)
ROOM = 1024**3  # bytes: a backup of a large organisation, and the log beside it
BEHIND = timedelta(minutes=5)  # PROMISES P11
# What PROMISES section 4 asks of the encrypted file, as SQLite answers it.
PRAGMAS = {
    "journal_mode": "wal",
    "synchronous": 2,
    "foreign_keys": 1,
    "temp_store": 2,
    "mmap_size": 0,
    "trusted_schema": 0,
    "cell_size_check": 1,
    "secure_delete": 1,
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at: whether it is right, and the sentence that says so."""

    is_right: bool
    words: str


@app.command()
def doctor() -> None:
    """Look at everything that has to be right, and say in plain sentences what is not.

    Exit code 0 when all is well, 1 when something is not, 2 when the home cannot be opened at all.
    """
    place = house.home()
    findings = list(home_findings(place))
    house.set_up()
    findings += list(database_findings(place))
    for finding in findings:
        typer.echo(f"{'well ' if finding.is_right else 'WRONG'}  {finding.words}")
    wrong = sum(not finding.is_right for finding in findings)
    if wrong:
        typer.echo(f"\n{wrong} of {len(findings)} things need a hand.")
        raise typer.Exit(1)
    typer.echo(f"\nAll {len(findings)} things are as they should be.")


def home_findings(place: Path) -> Iterator[Finding]:
    """Look at the directory, the key, the disk. Raises NoKey."""
    found = key.current()
    yield Finding(True, f"The key was found: {found.source}.")
    host = os.environ.get("STRANDLINE_SMTP_HOST", "")
    yield Finding(
        True,
        f"Mail goes out by {host}."
        if host
        else "No mail goes out, for STRANDLINE_SMTP_HOST is not set: administrators hand out links for passwords.",
    )
    open_to_others = [
        path.name
        for path in [place, *place.iterdir()]
        if path.name != "static" and stat.S_IMODE(path.stat().st_mode) & 0o077
    ]
    yield Finding(
        not open_to_others,
        f"The home {place} is closed to other users."
        if not open_to_others
        else f"Open to other users of this machine: {', '.join(open_to_others)}. Run `chmod -R go= {place}`.",
    )
    kind = files.kind_of_disk(place)
    yield Finding(
        kind not in files.NETWORK,
        f"The disk is a local one ({kind or 'its kind is not told'})."
        if kind not in files.NETWORK
        else f"The home lies on a network file system ({kind}), where a database is damaged sooner or later.",
    )
    free = shutil.disk_usage(place).free
    yield Finding(free >= ROOM, f"{free / 1024**3:.1f} GB are free{'.' if free >= ROOM else ': make room.'}")
    has_ballast = upkeep.has_ballast(place)
    yield Finding(
        has_ballast,
        "The reserve for a full disk is there."
        if has_ballast
        else "The reserve for a full disk was given up: make room, and it is laid up again.",
    )


def database_findings(place: Path) -> Iterator[Finding]:
    """Look at the database, its settings, its updates and its log. Raises WrongKey, DamagedFile."""
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    connection.ensure_connection()
    if connection.vendor == "sqlite":
        yield from _file_findings(connection, place)
    else:
        yield from _server_findings(connection)
    executor = MigrationExecutor(connection)
    waiting = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    yield Finding(
        not waiting,
        "The database is up to date."
        if not waiting
        else f"{waiting} updates of the database wait: `strandline serve` applies them.",
    )
    if not waiting:
        yield from _mail_findings()
        yield from _log_findings()


def _file_findings(connection: Any, place: Path) -> Iterator[Finding]:
    yield Finding(True, "The database opens with the key.")
    with connection.cursor() as cursor:
        version = cursor.execute("SELECT sqlite_version()").fetchone()[0]
        cipher = cursor.execute("PRAGMA cipher_version").fetchone()[0]
        yield Finding(True, f"SQLite {version}, SQLCipher {cipher}.")
        others = [
            name
            for name, wanted in PRAGMAS.items()
            if cursor.execute(f"PRAGMA {name}").fetchone()[0] != wanted
        ]
        yield Finding(
            not others,
            "It is set to keep what it answered, also through a power cut."
            if not others
            else f"Not set as it has to be: {', '.join(others)}.",
        )
        damage = [row[0] for row in cursor.execute("PRAGMA quick_check(3)").fetchall()]
        yield Finding(
            damage == ["ok"],
            "The file reads back as it was written."
            if damage == ["ok"]
            else f"The file is damaged ({damage[0]}): restore a backup.",
        )
    waiting = upkeep.wal_bytes(place / "strandline.db")
    yield Finding(
        waiting <= upkeep.WAL_ALARM,
        f"{waiting / 1024**2:.0f} MB wait in the write-ahead log."
        if waiting <= upkeep.WAL_ALARM
        else f"{waiting / 1024**2:.0f} MB wait in the write-ahead log: a reader does not end. Start Strandline again.",
    )


def _server_findings(connection: Any) -> Iterator[Finding]:
    with connection.cursor() as cursor:
        version = connection.pg_version
        yield Finding(version >= 150000, f"PostgreSQL {version // 10000}; 15 or newer is needed.")
        for name, wanted in {"synchronous_commit": "on", "fsync": "on", "full_page_writes": "on"}.items():
            cursor.execute("SELECT current_setting(%s)", [name])
            found = cursor.fetchone()[0]
            yield Finding(
                found == wanted, f"{name} is {found}{'.' if found == wanted else f'; it has to be {wanted}.'}"
            )


def _mail_findings() -> Iterator[Finding]:
    from strandline.organisation.notices import queries
    from strandline.organisation.notices.rules import WORDS

    found = queries.mail_standing()
    is_right = not found.is_stuck(datetime.now(UTC))
    said = "."
    if found.answer:
        said = f"; the mail server: {WORDS.get(found.answer, f'it answered {found.answer}')}."
    again = ": an administrator can send them again under Settings, Mail." if found.given_up else "."
    yield Finding(is_right, f"{found.waiting} mails wait{said} {found.given_up} were given up{again}")


def _log_findings() -> Iterator[Finding]:
    from strandline.organisation.audit import queries as audit
    from strandline.organisation.branches import queries as branches

    made = branches.organisation()
    yield Finding(
        made is not None,
        f"It holds {made.name}." if made else "It holds no organisation yet: run `strandline init`.",
    )
    entries, _ = audit.head()
    yield Finding(
        audit.is_head_whole(),
        f"The log ends as its head says, after {entries:,} entries. `strandline audit verify` checks them all."
        if audit.is_head_whole()
        else "The log does not end as its head says: run `strandline audit verify`.",
    )
    last = audit.latest_moment()
    is_behind = last is not None and datetime.now(UTC) < last - BEHIND
    yield Finding(
        not is_behind,
        "The clock is not behind what was last written."
        if not is_behind
        else f"The clock is behind what was last written ({last:%Y-%m-%d %H:%M} UTC): set it right.",
    )
