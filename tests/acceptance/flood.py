"""P21: in a flood of robots people are still counted in, and the form tells nothing about who is on record."""

from __future__ import annotations

import http.client
import random
import threading
import time
from typing import Any
from urllib.parse import urlencode

from . import place
from .posting import Visitors

PEOPLE = 200


def run(n: int | None, seed: int) -> dict[str, Any]:
    """Post n entries as robots do (no proof, one victim's address over and over), and let people sign up meanwhile."""
    robots, chance = n or 100_000, random.Random(seed)
    people = min(PEOPLE, max(10, robots // 50))
    with place.scratch() as home:
        place.enter(home)
        place.found(is_double_opt_in=True)
        server = place.Server(home, STRANDLINE_PROXIES="1")
        try:
            server.start()
            found = _flooded(server, robots, people, chance)
            found["auc"] = _told_apart(server, chance)
        finally:
            server.kill()
    found |= _judged(people)
    few = found["people_let_in"] < 0.995 * people
    fail = (
        few
        + (found["mails_to_one_address"] > 1)
        + (found["auc"] > 0.6)
        + found["odd"]
        + (found["robots_let_in"] > 0)
    )
    return {"cases": robots, "fail": int(fail), **found}


def _flooded(server: place.Server, robots: int, people: int, chance: random.Random) -> dict[str, Any]:
    visitors = Visitors(server.port, 4, "real")
    visitors.prove("harbour")
    answered: dict[int, int] = {}
    lock = threading.Lock()

    def robot(share: range) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
        for number in share:
            address = "victim@example.com" if number % 3 else f"r{number}@example.com"
            body = urlencode({"name": f"Robot {number}", "reach": address, "token": f"robot-{number}-abcd"})
            headers = {
                "Content-Type": "application/x-www-form-urlencoded",
                "X-Forwarded-For": f"10.{number % 5000 // 250}.{number % 250}.7",
            }
            try:
                connection.request("POST", "/j/harbour/", body, headers)
                answer = connection.getresponse()
                answer.read()
            except (OSError, http.client.HTTPException):
                connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
                continue
            with lock:
                answered[answer.status] = answered.get(answer.status, 0) + 1

    threads = [threading.Thread(target=robot, args=(range(k, robots, 8),)) for k in range(8)]
    for thread in threads:
        thread.start()
    visitors.begin(pause=0.05)
    until = time.monotonic() + 600
    while len(visitors.acknowledged) < people and time.monotonic() < until:
        time.sleep(0.05)
    visitors.end()
    for thread in threads:
        thread.join()
    took = sorted(visitors.took)
    odd = sum(count for status, count in answered.items() if status not in (303, 503))
    return {
        "people_p95_ms": round(took[int(len(took) * 0.95)] * 1000) if took else None,
        "people_answered": len(took),
        "odd": odd + len(visitors.odd),
    }


def _told_apart(server: place.Server, chance: random.Random) -> float:
    """Return how well known and unknown addresses are told apart by time alone: 0.5 is not at all."""
    times: dict[bool, list[float]] = {True: [], False: []}
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
    for turn in range(120):
        is_known = chance.random() < 0.5
        reach = "real-0-0-abcd@example.org" if is_known else f"never{turn}@example.org"
        body = urlencode({"name": f"Probe {turn}", "reach": reach, "token": f"probe-{turn}-abcd"})
        began = time.perf_counter()
        connection.request("POST", "/j/harbour/", body, {"Content-Type": "application/x-www-form-urlencoded"})
        connection.getresponse().read()
        times[is_known].append(time.perf_counter() - began)
    wins = sum((a > b) + 0.5 * (a == b) for a in times[True] for b in times[False])
    found = wins / max(1, len(times[True]) * len(times[False]))
    return round(max(found, 1 - found), 3)


def _judged(people: int) -> dict[str, Any]:
    from django.db.models import Count

    from strandline.steady.intake.models import Confirmation
    from strandline.steady.people.models import Person

    mails = (
        Confirmation.objects.values("reach_key", "on")
        .annotate(number=Count("pk"))
        .order_by("-number")
        .first()
    )
    return {
        "people_let_in": min(people, Person.objects.filter(full_name__startswith="V real").count()),
        "robots_let_in": Person.objects.filter(full_name__startswith="Robot").count(),
        "mails_to_one_address": mails["number"] if mails else 0,
    }
