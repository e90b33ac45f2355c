from __future__ import annotations

import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from strandline.config import logs


@pytest.fixture(autouse=True)
def _logging() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    yield
    root.handlers = handlers
    root.setLevel(level)
    structlog.reset_defaults()


def _written(capsys: pytest.CaptureFixture[str]) -> list[dict[str, object]]:
    return [json.loads(line) for line in capsys.readouterr().err.splitlines()]


def test_librarys_record_is_one_line_without_its_arguments(capsys: pytest.CaptureFixture[str]) -> None:
    logs.set_up()

    logging.getLogger("django.request").warning("Not Found: %s", "/people/rosa", extra={"status_code": 404})

    (line,) = _written(capsys)
    assert (line["event"], line["level"], line["logger"]) == ("Not Found: %s", "warning", "django.request")
    assert "rosa" not in json.dumps(line)


def test_exception_is_written_by_kind_and_place_alone(capsys: pytest.CaptureFixture[str]) -> None:
    logs.set_up()

    try:
        raise ValueError("rosa@example.org")
    except ValueError:
        logging.getLogger("django.request").exception("Internal Server Error: %s", "/people/rosa")

    (line,) = _written(capsys)
    assert line["error"] == "ValueError"
    assert str(line["where"]).startswith(f"{__name__}:")
    assert "rosa" not in json.dumps(line)


def test_our_own_line_keeps_allowed_keys_and_blots_out_addresses(capsys: pytest.CaptureFixture[str]) -> None:
    logs.set_up()

    structlog.get_logger("strandline.test").info("sent", reason="to rosa@example.org", person="Rosa", count=2)

    (line,) = _written(capsys)
    assert (line["event"], line["reason"], line["count"]) == ("sent", "to [left out]", 2)
    assert "person" not in line
