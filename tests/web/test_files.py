"""Style sheets and scripts are served; what is no file goes on to the pages."""

from __future__ import annotations

import pytest
from django.test import Client


def test_a_style_sheet_is_served() -> None:
    answer = Client().get("/static/css/tokens.css")

    body = b"".join(answer)
    assert (answer.status_code, answer["Content-Type"]) == (200, 'text/css; charset="utf-8"')
    assert b"--" in body


@pytest.mark.django_db
def test_a_file_that_is_not_there_is_not_found() -> None:
    assert Client().get("/static/css/none.css").status_code == 404
