"""What every check needs: a database of its own that is made as the tests' is, and thrown away."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def database() -> Iterator[None]:
    """Make an encrypted test database in a home of its own, outside of pytest."""
    import tests.early  # noqa: F401 -- names the home and makes the key

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "strandline.config.settings")
    import django
    from django.test.utils import (
        setup_databases,
        setup_test_environment,
        teardown_databases,
        teardown_test_environment,
    )

    django.setup()
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
