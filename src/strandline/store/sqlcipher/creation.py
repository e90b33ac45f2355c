"""The test database: an encrypted file like the real one, never plain memory."""

import os
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

from django.db.backends.sqlite3.creation import DatabaseCreation as StockCreation

from strandline.store.keycheck import path_for

_COMPANIONS = ("", "-wal", "-shm", "-journal", ".lock", ".turn", ".keycheck", ".upkeep")


def remove_database(path: Path) -> None:
    """Delete the file with its log, its locks and its check value."""
    for suffix in _COMPANIONS:
        path.with_name(path.name + suffix).unlink(missing_ok=True)


class DatabaseCreation(StockCreation):
    """Makes, clones and removes test databases. Without a TEST NAME the file lies in a directory of this process."""

    def _get_test_db_name(self) -> str:
        name = self.connection.settings_dict["TEST"]["NAME"]
        if name and not self.is_in_memory_db(name):
            return str(name)
        directory = Path(tempfile.gettempdir()) / f"strandline-test-{os.getuid()}-{os.getpid()}"
        return str(directory / f"{self.connection.alias}.db")

    def _create_test_db(self, verbosity: int, autoclobber: bool, keepdb: bool = False) -> str:
        name = self._get_test_db_name()
        if keepdb:
            return name
        if Path(name).exists() and not autoclobber:
            answer = input(f"Type 'yes' to delete the old test database '{name}', or 'no' to cancel: ")
            if answer != "yes":
                sys.exit("Tests cancelled.")
        remove_database(Path(name))
        return name

    def get_test_db_clone_settings(self, suffix: str) -> dict[str, Any]:
        settings = self.connection.settings_dict
        source = Path(settings["NAME"])
        return {**settings, "NAME": str(source.with_name(f"{source.stem}_{suffix}{source.suffix}"))}

    def _clone_test_db(self, suffix: str, verbosity: int, keepdb: bool = False) -> None:
        source = Path(self.connection.settings_dict["NAME"])
        target = Path(self.get_test_db_clone_settings(suffix)["NAME"])
        if keepdb and target.exists():
            return
        remove_database(target)
        # Everything into the file first: the copy takes no log along.
        with self.connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        shutil.copy(source, target)
        shutil.copy(path_for(source), path_for(target))

    def _destroy_test_db(self, test_database_name: str, verbosity: int) -> None:
        path = Path(test_database_name)
        remove_database(path)
        if path.parent.name.startswith("strandline-test-") and not any(path.parent.iterdir()):
            path.parent.rmdir()

    def test_db_signature(self) -> tuple[str, str, str, str]:
        settings = self.connection.settings_dict
        return (settings["ENGINE"], str(settings["NAME"]), self._get_test_db_name(), "")

    def setup_worker_connection(self, _worker_id: int) -> None:
        self.connection.settings_dict.update(self.get_test_db_clone_settings(str(_worker_id)))
        self.connection.close()
