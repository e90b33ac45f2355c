"""Whether the process lives, and whether it can do its work."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe


@login_not_required
@require_safe
def alive(_request: HttpRequest) -> HttpResponse:
    """Answer while the process runs."""
    return HttpResponse("alive\n", content_type="text/plain")


@login_not_required
@require_safe
def ready(_request: HttpRequest) -> HttpResponse:
    """Answer 200 when the database opens and is up to date, 503 otherwise."""
    try:
        executor = MigrationExecutor(connection)
        waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError:
        return HttpResponse("the database does not answer\n", status=503, content_type="text/plain")
    if waiting:
        return HttpResponse("the database waits for an update\n", status=503, content_type="text/plain")
    return HttpResponse("ready\n", content_type="text/plain")
