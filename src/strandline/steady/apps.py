from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.db import connections
from django.db.models.signals import post_migrate

from strandline.store import search


def make_search_index(*, using: str, **_: Any) -> None:
    """Make the index over people's names after each migrate: a remade table has lost its triggers."""
    connection = connections[using]
    if "steady_person" in connection.introspection.table_names():
        search.make_index(connection, table="steady_person", column="folded", loaded="batch_id")


class SteadyConfig(AppConfig):
    name = "strandline.steady"
    label = "steady"

    def ready(self) -> None:
        post_migrate.connect(make_search_index, sender=self)
