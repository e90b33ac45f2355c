"""What keeps a sign-up cheap: codes that lie together, and no index that nobody asks."""

from __future__ import annotations

import pytest
from django.db import connection

from strandline.steady.intake import actions
from strandline.steady.intake.models import Submission
from strandline.steady.people.models import Person
from tests.cast import Cast

from .doors import open_form, sheet


def test_codes_of_one_group_begin_alike(cast: Cast) -> None:
    open_form(cast)

    actions.sign_up(
        [sheet(name=f"Visitor {n}", reach=f"v{n}@example.org", token=f"token-{n}") for n in range(5)]
    )

    for rows in (Submission.objects.all(), Person.objects.filter(full_name__startswith="Visitor")):
        codes = [row.code for row in rows]
        assert len(set(codes)) == 5
        assert len({code[:3] for code in codes}) == 1


@pytest.mark.django_db
def test_postgresql_keeps_no_index_for_the_beginning_of_a_code() -> None:
    if connection.vendor != "postgresql":
        pytest.skip("Only PostgreSQL gets such indexes from Django.")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT indexname FROM pg_indexes WHERE indexname ~ '^(steady|organisation)_.*code_.*_like$'"
        )
        found = cursor.fetchall()

    assert found == []
