"""P21: in a flood of robots people are still counted in, and the form tells nothing about who is on record."""

from __future__ import annotations

import http.client
import itertools
import math
import random
import threading
import time
from typing import Any
from urllib.parse import urlencode

from . import place
from .posting import Visitors

PEOPLE = 200
PROBES, MOST_AUC = 2_000, 0.55


def run(n: int | None, seed: int) -> dict[str, Any]:
    """Post n entries as robots do (no proof, one victim's address over and over), and let people sign up meanwhile.

    The people are spread over the flood. Then known and unknown addresses are posted in turn by visitors with the
    proof, and it is judged how well the time alone tells them apart.
    """
    robots, chance = n or 100_000, random.Random(seed)
    people = min(PEOPLE, max(10, robots // 50))
    probes = min(PROBES, max(60, robots // 25))
    with place.scratch() as home:
        place.enter(home)
        place.found(is_double_opt_in=True)
        server = place.Server(home, STRANDLINE_PROXIES="1")
        try:
            server.start()
            found = _flooded(server, robots, people, chance)
            found["auc"] = _told_apart(server, probes, chance)
        finally:
            server.kill()
    found |= _judged(people)
    few = found["people_let_in"] < 0.995 * people
    fail = (
        few
        + (found["mails_to_one_address"] > 1)
        + (found["auc"] > MOST_AUC + _luck(probes))
        + found["odd"]
        + (found["robots_let_in"] > 0)
    )
    return {"cases": robots, "fail": int(fail), "probes": probes, **found}


def _luck(probes: int) -> float:
    """Return what so few probes may show by luck alone; the promise's own number has to hold as it stands.

    Two and a half standard errors of the area under the curve where there is nothing to tell (Hanley and McNeil 1982).
    """
    half = probes // 2
    return 0.0 if probes >= PROBES else 2.5 * math.sqrt((2 * half + 1) / (12 * half * half))


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
    turns = itertools.count()

    def until_turn() -> None:
        turn = next(turns) * robots / people
        while any(thread.is_alive() for thread in threads) and sum(answered.copy().values()) < turn:
            time.sleep(0.02)

    visitors.begin(until_turn=until_turn)
    for thread in threads:
        thread.join()
    until = time.monotonic() + 60
    while len(visitors.acknowledged) < people and time.monotonic() < until:
        time.sleep(0.05)
    visitors.end()
    took = sorted(visitors.took)
    odd = sum(count for status, count in answered.items() if status not in (303, 503))
    return {
        "people_p95_ms": round(took[int(len(took) * 0.95)] * 1000) if took else None,
        "people_answered": len(took),
        "odd": odd + len(visitors.odd),
    }


def _told_apart(server: place.Server, probes: int, chance: random.Random) -> float:
    """Return how well known and unknown addresses are told apart by time alone: 0.5 is not at all.

    Every known address is of somebody else, and asked once: who comes a second time is what is to be hidden.
    """
    known = Visitors(server.port, 8, "known")
    known.prove("harbour")
    known.begin()
    while len(known.acknowledged) < probes // 2 and not known.odd:
        time.sleep(0.02)
    known.end()
    reaches = [(True, token) for token in known.acknowledged[: probes // 2]]
    reaches += [(False, token.replace("known", "never")) for _, token in reaches]
    chance.shuffle(reaches)
    times: dict[bool, list[float]] = {True: [], False: []}
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
    for turn, (is_known, reach) in enumerate(reaches):
        entry = {"name": f"Probe {turn}", "reach": f"{reach}@example.org", "consent": "yes"}
        body = urlencode({**entry, "token": f"probe-{turn}-abcd", "proof": known.proof})
        began = time.perf_counter()
        connection.request("POST", "/j/harbour/", body, {"Content-Type": "application/x-www-form-urlencoded"})
        connection.getresponse().read()
        times[is_known].append(time.perf_counter() - began)
    wins = sum((a > b) + 0.5 * (a == b) for a in times[True] for b in times[False])
    found = wins / max(1, len(times[True]) * len(times[False]))
    return round(max(found, 1 - found), 3)


def _judged(people: int) -> dict[str, Any]:
    from django.db.models import Count

    from strandline.organisation.notices.models import Mail
    from strandline.organisation.notices.rules import Purpose
    from strandline.steady.intake import actions as intake
    from strandline.steady.intake.models import Confirmation
    from strandline.steady.people.models import Person

    # What the worker does when each mail leaves.
    for mail in Mail.objects.filter(purpose=Purpose.CONFIRMATION).order_by("pk"):
        intake.ask_to_confirm(submission=mail.subject)
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
