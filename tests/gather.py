"""Put indexes and constraints into the tables they belong to, and tables into one step, in migrations made anew.

    python -m tests.gather

`makemigrations` writes them as steps of their own behind all the tables. A new database comes out the same, to the
letter of its schema, but Django draws up half of all models again for each such step: gathered, it is made in half
the time. Run it after migrations were folded into one.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from itertools import groupby
from pathlib import Path

from django.db.migrations import Migration
from django.db.migrations.operations import AddConstraint, AddIndex, CreateModel
from django.db.migrations.operations.base import Operation

from strandline.store.tables import MakeTables


def gathered(operations: Sequence[Operation]) -> list[Operation]:
    """Return the same operations, each index and constraint within the table that is made before it.

    What follows another change of its table stays where it is, for it may rest on that change.
    """
    found: list[Operation] = []
    made: dict[str, int] = {}
    each_alone = [
        one for each in operations for one in (each.tables if isinstance(each, MakeTables) else [each])
    ]
    for each in each_alone:
        if isinstance(each, CreateModel):
            made[each.name_lower] = len(found)
        elif isinstance(each, AddIndex | AddConstraint) and each.model_name_lower in made:
            at = made[each.model_name_lower]
            found[at] = _with(found[at], each)
            continue
        else:
            made.pop(getattr(each, "model_name_lower", ""), None)
        found.append(each)
    return _together(found)


def _together(operations: Sequence[Operation]) -> list[Operation]:
    """Return the same operations, tables that are made one after another as one step."""
    found: list[Operation] = []
    for is_table, some in groupby(operations, key=lambda each: isinstance(each, CreateModel)):
        tables = list(some)
        found += [MakeTables(tables)] if is_table and len(tables) > 1 else tables  # type: ignore[arg-type]  # the key says so
    return found


def _with(table: Operation, more: AddIndex | AddConstraint) -> CreateModel:
    assert isinstance(table, CreateModel)
    key, one = ("indexes", more.index) if isinstance(more, AddIndex) else ("constraints", more.constraint)
    options = {**table.options, key: [*table.options.get(key, []), one]}
    return CreateModel(table.name, table.fields, options, table.bases, table.managers)


def main() -> int:
    """Write every migration of ours again that has something to gather; return 0."""
    from strandline.cli import house

    house.set_up()
    from django.db.migrations.loader import MigrationLoader
    from django.db.migrations.writer import MigrationWriter

    for migration in MigrationLoader(None).disk_migrations.values():
        if not type(migration).__module__.startswith("strandline."):
            continue
        operations = gathered(migration.operations)
        if len(operations) < len(migration.operations):
            path = _path(migration)
            migration.operations = operations
            path.write_text(MigrationWriter(migration, include_header=False).as_string(), "utf-8")
            subprocess.run([sys.executable, "-m", "ruff", "format", "-q", str(path)], check=True)
            print(f"gathered {path}")
    return 0


def _path(migration: Migration) -> Path:
    return Path(str(sys.modules[type(migration).__module__].__file__))


if __name__ == "__main__":
    sys.exit(main())
