"""What a request writes: the statements that stand at its end, with what they hold."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from types import TracebackType
from typing import Any
from urllib.parse import quote_plus

from strandline.store import bulk

# The log of readings, and what belongs to the browser, are written whatever is asked.
OF_THE_HOUSE = re.compile(r"_audit|django_session|usersession|account_emailaddress|organisation_receipt$")
_TABLE = re.compile(r'^\s*(?:INSERT INTO|UPDATE|DELETE FROM)\s+"?(\w+)"?', re.IGNORECASE)
_SAVE = re.compile(r'^\s*(SAVEPOINT|ROLLBACK TO SAVEPOINT|ROLLBACK TO)\s+"?(\w+)"?', re.IGNORECASE)


class Writes:
    """Listens to a connection, and forgets what was rolled back."""

    def __init__(self, connection: Any) -> None:
        self.connection = connection
        self.made: list[tuple[str, Any]] = []
        self._marks: dict[str, int] = {}

    def __enter__(self) -> Writes:
        self._wrapper = self.connection.execute_wrapper(self._listen)
        self._wrapper.__enter__()
        # What PostgreSQL takes by COPY passes by no cursor that can be listened to.
        self._insert = bulk.insert
        bulk.insert = self._copy
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        bulk.insert = self._insert
        self._wrapper.__exit__(kind, error, trace)

    def _copy(self, connection: Any, model: Any, columns: Any, rows: Any) -> None:
        given = list(rows)
        self._insert(connection, model, columns, given)
        table = model._meta.db_table
        if given and connection.vendor == "postgresql" and not OF_THE_HOUSE.search(table):
            self.made.append((table, given))

    def _listen(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        if many:
            params = list(params)  # it may be an iterator, which is read once
        if mark := _SAVE.match(sql):
            if mark[1].upper() == "SAVEPOINT":
                self._marks[mark[2]] = len(self.made)
            else:
                del self.made[self._marks.get(mark[2], 0) :]
        elif (table := _TABLE.match(sql)) and not OF_THE_HOUSE.search(table[1]):
            self.made.append((table[1], params))
        return execute(sql, params, many, context)

    def tables(self) -> list[str]:
        """Return the tables that were written, each once."""
        return list(dict.fromkeys(table for table, _ in self.made))

    def hold(self, text: str) -> bool:
        """Tell whether a text stands somewhere in what was written, as it is or within JSON."""
        forms = {text, json.dumps(text)[1:-1], json.dumps(text, ensure_ascii=False)[1:-1], quote_plus(text)}
        return any(form in held for _, params in self.made for held in _texts(params) for form in forms)


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list | tuple):
        for part in value:
            yield from _texts(part)
    elif isinstance(value, dict):
        for part in value.values():
            yield from _texts(part)
    elif hasattr(value, "obj"):  # psycopg's JSON
        yield json.dumps(value.obj, ensure_ascii=False)
