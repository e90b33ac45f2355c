"""The examples of `docs/how-to/api.md`, line for line; a shell's words are read as a shell would read them."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Callable
from pathlib import Path

from django.http import HttpResponse
from django.test import Client

from tests.cast import Cast

from .machine import Machine

PAGE = Path(__file__).resolve().parents[2] / "docs" / "how-to" / "api.md"
HOST = "http://localhost:8000"


def _examples() -> list[str]:
    return re.findall(r"^```curl\n(.*?)^```$", PAGE.read_text("utf-8"), re.DOTALL | re.MULTILINE)


def _run(command: str, values: dict[str, str]) -> HttpResponse:
    """Carry out one curl command against the application, with the shell's variables filled in."""
    for name, value in values.items():
        command = command.replace(f"${name}", value)
    words = shlex.split(command.replace("\\\n", " "))
    assert words[0] == "curl"
    method, url, headers, body = "GET", "", {}, ""
    rest = iter(words[1:])
    for word in rest:
        if word == "-X":
            method = next(rest)
        elif word == "-H":
            name, _, value = next(rest).partition(": ")
            headers[name] = value
        elif word == "-d":
            body = next(rest)
        elif not word.startswith("-"):
            url = word
    content_type = headers.pop("Content-Type", "application/octet-stream")
    return Client().generic(method, url.removeprefix(HOST), body, content_type=content_type, headers=headers)


def test_every_example_of_the_page_does_what_it_says(cast: Cast, machine: Callable[..., Machine]) -> None:
    values = {
        "TOKEN": machine("amina").secret,
        "API": f"{HOST}/api/v1",
        "COLLEAGUE": cast.bruno.code,
        "PERSON": "000000000000",
    }
    said = []
    for example in _examples():
        answer = _run(example, values)
        said.append((example.split("$API")[1].split('"')[0], answer.status_code))
        body = json.loads(answer.content)
        if said[-1] == ("/people", 201):
            values["PERSON"] = body["code"]
            assert body["full_name"] == "Rosa Lindqvist"
        if "?q=" in said[-1][0] or "?email=" in said[-1][0]:
            assert [found["code"] for found in body["items"]] == [values["PERSON"]]

    assert said == [
        ("/me", 200),
        ("/people", 201),
        ("/people?q=rosa&fields=full_name,version&expand=channels,tags", 200),
        ("/people?email=rosa@example.org", 200),
        ("/people?size=100", 200),
        ("/people/$PERSON", 200),
        ("/people/$PERSON", 200),
        ("/touches", 201),
        ("/follow-ups?state=open&expand=person", 200),
        ("/colleagues", 200),
        ("/handoffs", 201),
        ("/people?order=secret", 400),
        ("/people/000000000000", 404),
    ]


def test_command_that_makes_the_token_is_one_that_there_is(cast: Cast) -> None:
    from typer.testing import CliRunner

    from strandline.cli.token import app

    (command,) = re.findall(r"^(strandline token create .*?)^```", PAGE.read_text(), re.DOTALL | re.MULTILINE)
    words = shlex.split(command.replace("\\\n", " "))

    answer = CliRunner().invoke(app, words[2:])

    assert (answer.exit_code, json.loads(answer.stdout)["name"]) == (0, "Newsletter sync")
