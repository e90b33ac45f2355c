"""Search by part of a text, alike on both databases: every text is taken apart into runs of three characters.

On SQLite an FTS5 table without content keeps the runs, written by triggers; on PostgreSQL a GIN index does, over an
immutable function of ours. A space is put before the text, so that the first two letters of any word are a run too.
Django remakes a SQLite table on some migrations and drops its triggers silently: `make_index` is asked again after
every migrate, and it mends what it finds (STACK.md).
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper

GRAM = 3
# So many texts say well enough which runs are seldom; so many of the seldom ones are asked of the index.
SAMPLE, ASKED_OF_THE_INDEX = 2000, 2
# A condition as SQL and its parameters. Names in it are constants of the code; what was typed is a parameter.
Condition = tuple[str, list[Any]]

_FUNCTION = """
CREATE OR REPLACE FUNCTION public.strandline_grams(given text) RETURNS text[]
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $body$
DECLARE
  padded text := ' ' || given;
  made text[] := '{}';
BEGIN
  FOR place IN 1 .. length(given) - 1 LOOP
    made := made || substr(padded, place, 3);
  END LOOP;
  RETURN made;
END
$body$
"""
# In plpgsql, which takes a sixth of the time that a query of SQL takes to begin; a run that comes twice does no harm,
# for the index keeps each once.


def grams(folded: str) -> list[str]:
    """Return the distinct runs of a folded text, as both databases keep them."""
    padded = f" {folded}"
    return list(dict.fromkeys(padded[i : i + GRAM] for i in range(len(padded) - GRAM + 1)))


def make_index(connection: BaseDatabaseWrapper, *, table: str, column: str) -> None:
    """Make the index of a column, or mend it: asking again changes nothing that is right."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(_FUNCTION)
            cursor.execute(
                f"CREATE INDEX IF NOT EXISTS {table}_{column}_grams ON {table} "
                f"USING gin (public.strandline_grams({column}::text))"
            )
            return
        name = f"{table}_grams"
        cursor.execute(
            f"CREATE VIRTUAL TABLE IF NOT EXISTS {name} USING fts5("
            "grams, content='', contentless_delete=1, tokenize='trigram case_sensitive 1', detail=none)"
        )
        insert = f"INSERT INTO {name}(rowid, grams) VALUES (new.id, ' ' || new.{column});"
        delete = f"DELETE FROM {name} WHERE rowid = old.id;"
        for event, body in (
            ("insert", f"AFTER INSERT ON {table} BEGIN {insert} END"),
            ("update", f"AFTER UPDATE OF {column} ON {table} BEGIN {delete} {insert} END"),
            ("delete", f"AFTER DELETE ON {table} BEGIN {delete} END"),
        ):
            cursor.execute(f"DROP TRIGGER IF EXISTS {name}_{event}")
            cursor.execute(f"CREATE TRIGGER {name}_{event} {body}")
        cursor.execute(f"SELECT (SELECT count(*) FROM {name}_docsize), (SELECT count(*) FROM {table})")
        kept, there = cursor.fetchone()
        if kept != there:
            cursor.execute(f"INSERT INTO {name}({name}) VALUES ('delete-all')")
            cursor.execute(f"INSERT INTO {name}(rowid, grams) SELECT id, ' ' || {column} FROM {table}")


def containing(connection: BaseDatabaseWrapper, *, table: str, column: str, words: list[str]) -> Condition:
    """Return the condition that a folded column contains all these folded words, by index where they allow it.

    A word of two letters is found at the beginnings of words; shorter ones are looked for in what the others leave.
    """
    runs, (sql, params) = _likes(f"{table}.{column}", words)
    if not runs:
        return sql or "(1 = 1)", params
    by_index, given = hits(connection, table=table, column=column, ways=[runs])
    return f"{by_index} AND {sql}", [*given, *params]


def walked(
    connection: BaseDatabaseWrapper, *, table: str, column: str, words: list[str], often: Mapping[str, int]
) -> tuple[str, Condition]:
    """Return the same condition with what it is asked of: on SQLite the index comes first and is walked row by row.

    So a question ends with the last row that it wants, where `containing` gathers a hundred thousand first. `often`
    says of runs how often they stand in a sample: the two that are seldom are asked of the index, and what was typed
    is looked for in what they leave.
    """
    runs, (sql, params) = _likes(f"{table}.{column}", words)
    if connection.vendor == "postgresql" or not runs:
        return table, containing(connection, table=table, column=column, words=words)
    seldom = sorted(runs, key=lambda run: often.get(run, 0))[:ASKED_OF_THE_INDEX] if often else runs
    index = f"{table}_grams"
    return f"{index} CROSS JOIN {table} ON {table}.id = {index}.rowid", (
        f"{index} MATCH %s AND {sql}",
        [_all_of(seldom), *params],
    )


def often(connection: BaseDatabaseWrapper, *, table: str, column: str) -> dict[str, int]:
    """Return how often each run stands in a sample of the texts, taken evenly over the table.

    It only chooses the way a question is put, never what it finds. PostgreSQL weighs the runs by itself.
    """
    if connection.vendor == "postgresql":
        return {}
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT max(id) FROM {table}")
        last = cursor.fetchone()[0] or 0
        places = list(range(1, last + 1, max(1, last // SAMPLE)))
        cursor.execute(
            f"SELECT {column} FROM {table} WHERE id IN (SELECT value FROM json_each(%s))",
            [json.dumps(places)],
        )
        return dict(Counter(run for (text,) in cursor.fetchall() for run in grams(text)))


def _likes(column: str, words: list[str]) -> tuple[list[str], Condition]:
    """Return the runs that a text with these words has, and the condition that it has the words themselves."""
    wanted, params = [], []
    runs: list[str] = []
    for word in words:
        escaped = _escaped(word)
        if len(word) >= GRAM:
            runs += [word[i : i + GRAM] for i in range(len(word) - GRAM + 1)]
            likes = [f"%{escaped}%"]
        else:
            runs += [f" {word}"] if len(word) == GRAM - 1 else []
            likes = [f"{escaped}%", f"% {escaped}%"]
        wanted.append("(" + " OR ".join([rf"{column} LIKE %s ESCAPE '\'"] * len(likes)) + ")")
        params += likes
    return list(dict.fromkeys(runs)), (" AND ".join(wanted), params)


def spelt_nearly(connection: BaseDatabaseWrapper, *, table: str, column: str, words: list[str]) -> Condition:
    """Return the condition that a folded column may contain words one slip away from these: a superset, to be weighed.

    A slip leaves the runs that do not touch it, and two letters that changed places are put back; short words, which
    a slip leaves no run of, are found as typed.
    """
    wanted, params = [], []
    for word in words:
        guesses = _slips(word)
        sql, given = (
            hits(connection, table=table, column=column, ways=guesses)
            if guesses
            else containing(connection, table=table, column=column, words=[word])
        )
        wanted.append(sql)
        params += given
    return " AND ".join(wanted) or "(1 = 1)", params


def _escaped(word: str) -> str:
    return word.replace("\\", "\\\\").replace("%", r"\%").replace("_", r"\_")


def _slips(word: str) -> list[list[str]]:
    if len(word) < GRAM + 1:
        return []
    padded = f" {word}"
    runs = [padded[i : i + GRAM] for i in range(len(padded) - GRAM + 1)]
    found: dict[tuple[str, ...], None] = {}
    for slip in range(1, len(padded)):
        whole = [run for at, run in enumerate(runs) if not at <= slip < at + GRAM]
        if len(whole) >= 2:
            found[tuple(whole)] = None
    for at in range(len(word) - 1):
        swapped = word[:at] + word[at + 1] + word[at] + word[at + 2 :]
        found[tuple(grams(swapped))] = None
    return [list(runs) for runs in found]


def hits(connection: BaseDatabaseWrapper, *, table: str, column: str, ways: list[list[str]]) -> Condition:
    """Return the condition that a row's column has all the runs of one of these ways, asked of the index once."""
    if connection.vendor == "postgresql":
        one = f"public.strandline_grams({column}::text) @> %s::text[]"
        return f"{table}.id IN (SELECT id FROM {table} WHERE {' OR '.join([one] * len(ways))})", list(ways)
    match = " OR ".join(f"({_all_of(runs)})" for runs in ways)
    return f"{table}.id IN (SELECT rowid FROM {table}_grams WHERE {table}_grams MATCH %s)", [match]


def _all_of(runs: list[str]) -> str:
    return " AND ".join('"' + run.replace('"', '""') + '"' for run in runs)
