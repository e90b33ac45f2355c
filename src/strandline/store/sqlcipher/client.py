"""`dbshell` is refused: no shell at hand opens the file, and the key must not stand on a command line."""

from typing import Any, NoReturn

from django.core.management.base import CommandError
from django.db.backends.sqlite3.client import DatabaseClient as StockClient


class DatabaseClient(StockClient):
    """A client that says why there is none."""

    def runshell(self, parameters: Any) -> NoReturn:
        raise CommandError("The encrypted database has no shell: use `strandline manage shell`.")
