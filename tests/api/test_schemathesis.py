"""Whatever is sent, the API does what its description says (PROMISES P31): positive and negative, covering and fuzzing."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
import time_machine
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, transaction
from django.test import Client, override_settings
from hypothesis import HealthCheck, settings
from schemathesis.checks import CHECKS
from schemathesis.config import SchemathesisConfig

from strandline.config.wsgi import application
from strandline.organisation.branches.actions import issue_token
from strandline.steady.followup.models import FollowUp
from strandline.steady.people.models import Channel
from strandline.steady.ties.models import Tie, Touch
from strandline.surge.signals.actions import NewSeries, add_series
from tests.cast import NOW, Cast, assemble

from .conftest import ALL
from .machine import Machine

WITHOUT_END = {"API_PER_MINUTE": 10**9, "API_LISTS_PER_MINUTE": 10**9}
CODE = re.compile(r"[0-9bcdfghjkmnpqrstvwxyz]{12}")
EXAMPLES = 8
CONFIG = {
    "generation": {"mode": "all", "max-examples": EXAMPLES, "deterministic": True, "database": "none"},
    "phases": {"coverage": {"enabled": True}, "fuzzing": {"enabled": True}, "examples": {"enabled": False}},
    "warnings": False,
}
# Refusals of what is well-formed depend on what is on record; they are tested one by one in their resource.
EXCLUDED = ("positive_data_acceptance", "missing_required_header")


@pytest.fixture(scope="module")
def living(django_db_setup: None, django_db_blocker: Any) -> Iterator[dict[str, str]]:
    """Return codes of what there is, by the beginning of the path, and a token that sees it; undone at the end."""
    with django_db_blocker.unblock():
        block = transaction.atomic()
        block._from_testcase = True  # as Django's own test cases mark theirs: durable actions may join it
        block.__enter__()
        try:
            with time_machine.travel(NOW, tick=False), override_settings(**WITHOUT_END):
                found = _peopled(assemble())
                # As Django's own test client does: a request must not close the connection of the transaction.
                for signal in (request_started, request_finished):
                    signal.disconnect(close_old_connections)
                yield found
        finally:
            for signal in (request_started, request_finished):
                signal.connect(close_old_connections)
            transaction.set_rollback(True)
            block.__exit__(None, None, None)


def _peopled(cast: Cast) -> dict[str, str]:
    rosa = cast.person(reaches=(("email", "rosa@example.org"),))
    _, secret = issue_token(
        account=cast.accounts["amina"], name="sync", scopes=ALL, by=cast.viewer("amina"), at=NOW
    )
    amina = Machine(secret)
    touch = {"person": rosa.code, "kind": "call", "outcome": "spoke", "at": "2026-01-15T10:00:00Z"}
    assert amina.post("/touches", touch).status_code == 201
    step = amina.post("/follow-ups", {"person": rosa.code, "kind": "call", "due_on": "2026-01-20"}).json()
    offer = amina.post("/handoffs", {"people": [rosa.code], "to": cast.bruno.code}).json()
    assert FollowUp.objects.filter(code=step["code"]).exists()
    series = add_series(new=NewSeries("Calls to the helpline"), by=cast.lea, at=NOW)
    return {
        "/api/v1/people/": rosa.code,
        "/api/v1/channels/": Channel.objects.get().code,
        "/api/v1/ties/": Tie.objects.get().code,
        "/api/v1/touches/": Touch.objects.get().code,
        "/api/v1/follow-ups/": step["code"],
        "/api/v1/series/": series.code,
        "/api/v1/handoffs/": offer["items"][0]["code"],
        "secret": amina.secret,
    }


schema = schemathesis.openapi.from_wsgi(
    "/api/openapi.json", application, config=SchemathesisConfig.from_dict(CONFIG)
)
turn = iter(range(10**9))
answered: dict[str, Counter[int]] = defaultdict(Counter)


def test_description_is_served_to_whoever_asks(db: None, client: Client) -> None:
    """It stands first and asks for the database: pytest-django makes one only where some test does."""
    answer = client.get("/api/openapi.json")

    assert (answer.status_code, answer["Content-Type"]) == (200, "application/json")
    assert answer.json()["openapi"].startswith("3.1.")
    assert client.post("/api/openapi.json").status_code == 405


def _aimed(case: Any, living: dict[str, str]) -> None:
    """Let every other well-formed code be one that is there, so that not all is absent."""
    if next(turn) % 2:
        return
    parameters = case.path_parameters if isinstance(case.path_parameters, dict) else {}
    if CODE.fullmatch(str(parameters.get("code", ""))):
        parameters["code"] = next(code for begin, code in living.items() if case.path.startswith(begin))
    if isinstance(case.body, dict) and CODE.fullmatch(str(case.body.get("person", ""))):
        case.body["person"] = living["/api/v1/people/"]
    if isinstance(case.body, dict) and "version" in case.body and case.headers:
        case.headers.pop("If-Match", None)  # the two would hardly ever name one version


@schema.parametrize()
@settings(deadline=None, suppress_health_check=list(HealthCheck))
def test_api_does_what_its_description_says(case: Any, living: dict[str, str]) -> None:
    _aimed(case, living)
    headers = {"Authorization": f"Bearer {living['secret']}"}

    excluded = [CHECKS.get_one(name) for name in EXCLUDED]
    answer = case.call_and_validate(headers=headers, excluded_checks=excluded)

    answered[case.operation.label][answer.status_code] += 1
    assert answer.status_code < 500
    assert b"Traceback" not in answer.content


def test_most_routes_were_asked_what_they_do_and_what_they_refuse() -> None:
    """Guards the test above: a run in which all was refused at the door would show nothing."""
    if len(answered) < 20:
        pytest.skip("Only a part of the routes was asked.")

    done = {route for route, found in answered.items() if any(status < 300 for status in found)}
    refused = {route for route, found in answered.items() if any(status >= 400 for status in found)}

    assert (len(done) >= 18, len(refused)) == (True, len(answered)), dict(answered)
