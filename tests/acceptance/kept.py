"""A database put aside as it is, and put back again and again: files of SQLCipher, or a template of PostgreSQL."""

from __future__ import annotations

import shutil
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.db import connections

KEPT = "kept"


class Kept:
    """What the home's database held when this was made."""

    def __init__(self, home: Path) -> None:
        self._home, self._aside = home, home / "kept"
        self._url = settings.DATABASE_URL
        connections.close_all()
        if self._url:
            self._on_server(f'CREATE DATABASE "{KEPT}" TEMPLATE "{self._name}"')
            return
        self._aside.mkdir()
        for path in home.glob("strandline.db*"):
            shutil.copy2(path, self._aside)

    def put_back(self) -> None:
        """Let the database be as it was; nobody else may be connected to it."""
        connections.close_all()
        if self._url:
            self._on_server(
                f'DROP DATABASE "{self._name}" WITH (FORCE)',
                f'CREATE DATABASE "{self._name}" TEMPLATE "{KEPT}"',
            )
            return
        for path in self._home.glob("strandline.db*"):
            path.unlink()
        for path in self._aside.iterdir():
            shutil.copy2(path, self._home)

    @property
    def _name(self) -> str:
        return urlsplit(self._url).path.lstrip("/")

    def _on_server(self, *statements: str) -> None:
        import psycopg

        url = urlsplit(self._url)._replace(path="/postgres").geturl()
        with psycopg.connect(url, autocommit=True) as server:
            for statement in statements:
                server.execute(statement.encode())
