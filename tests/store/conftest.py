"""A database of its own for each test here, opened through the backend but beside the project's settings."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connections

from strandline.store.sqlcipher.base import DatabaseWrapper

KEY = bytes(range(32))
OTHER_KEY = bytes(range(1, 33))

if not settings.configured and "DJANGO_SETTINGS_MODULE" not in os.environ:
    settings.configure(USE_TZ=True)


def database_settings(path: Path | str, **options: Any) -> dict[str, Any]:
    """Complete settings of one database, as Django's handler would fill them in."""
    return connections.configure_settings(
        {
            "default": {
                "ENGINE": "strandline.store.sqlcipher",
                "NAME": str(path),
                "CONN_MAX_AGE": None,
                "OPTIONS": {"key": KEY, **options},
            }
        }
    )["default"]


@pytest.fixture(autouse=True)
def _databases_allowed(request: pytest.FixtureRequest) -> Iterator[None]:
    """pytest-django keeps the project's database away from tests that did not ask; these bring their own."""
    if not request.config.pluginmanager.hasplugin("django"):
        yield
        return
    with request.getfixturevalue("django_db_blocker").unblock():
        yield


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "home" / "strandline.db"


@pytest.fixture
def connect(path: Path) -> Iterator[Callable[..., DatabaseWrapper]]:
    """Open connections to the test's own file; they are closed when the test ends."""
    opened: list[DatabaseWrapper] = []

    def open_one(name: Path | str | None = None, **options: Any) -> DatabaseWrapper:
        wrapper = DatabaseWrapper(database_settings(name or path, **options), alias="own")
        opened.append(wrapper)
        return wrapper

    yield open_one
    for wrapper in opened:
        wrapper.close()


def run(wrapper: DatabaseWrapper, sql: str, params: Any = None) -> list[tuple[Any, ...]]:
    with wrapper.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchall() if cursor.description else []
