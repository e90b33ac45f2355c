"""What every check needs: a database of its own that is made as the tests' is, and thrown away."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager


def set_up() -> None:
    """Load settings and apps over a home of its own; before a check is imported, for checks import models."""
    import tests.early  # noqa: F401 -- names the home and makes the key

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "strandline.config.settings")
    # The budget of a token is tested in tests/api; a crawl would only meet its end.
    os.environ.setdefault("STRANDLINE_API_PER_MINUTE", "1000000000")
    os.environ.setdefault("STRANDLINE_API_LISTS_PER_MINUTE", "1000000000")
    import django

    from strandline.config import logs

    django.setup()
    logs.set_up("ERROR")
    logging.getLogger("django.request").setLevel("CRITICAL")  # refusals are what is asked for here


@contextmanager
def database() -> Iterator[None]:
    """Make an encrypted test database, outside of pytest, and throw it away afterwards."""
    set_up()
    from django.test.utils import (
        setup_databases,
        setup_test_environment,
        teardown_databases,
        teardown_test_environment,
    )

    setup_test_environment(debug=False)
    made = setup_databases(verbosity=0, interactive=False)
    try:
        yield
    finally:
        teardown_databases(made, verbosity=0)
        teardown_test_environment()


def scopes() -> tuple[str, ...]:
    """Return every scope that a token can have: the widest key shows the most."""
    from strandline.organisation.accounts import rules

    return tuple(rules.API_SCOPES)
