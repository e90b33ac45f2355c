"""Visitors who post to a form over HTTP, each with a token, and remember what was answered."""

from __future__ import annotations

import http.client
import re
import threading
import time
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urlencode


@dataclass
class Visitors:
    """Many visitors who post one entry after another until they are told to stop."""

    port: int
    count: int
    prefix: str
    acknowledged: list[str] = field(default_factory=list)
    retried: set[str] = field(default_factory=set)
    odd: list[int] = field(default_factory=list)
    took: list[float] = field(default_factory=list)
    refused: list[tuple[int, float]] = field(default_factory=list)
    proof: str = ""

    def __post_init__(self) -> None:
        self._over = threading.Event()
        self._threads: list[threading.Thread] = []

    def prove(self, slug: str) -> None:
        """Do the sum of the form's page once; it holds for all of them."""
        from strandline.steady.intake.rules import proof

        page = urllib.request.urlopen(f"http://127.0.0.1:{self.port}/j/{slug}/", timeout=30).read().decode()
        found = re.search(r'data-challenge="([^"]+)"', page)
        self.proof = proof.solve(found[1]) if found else ""

    def begin(
        self, slug: str = "harbour", pause: float = 0.0, until_turn: Callable[[], None] = lambda: None
    ) -> None:
        """Let them post; before each entry a visitor waits for their turn."""
        for number in range(self.count):
            thread = threading.Thread(target=self._visit, args=(slug, number, pause, until_turn), daemon=True)
            thread.start()
            self._threads.append(thread)

    def end(self) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join(30)

    def _visit(self, slug: str, number: int, pause: float, until_turn: Callable[[], None]) -> None:
        turn = 0
        connection: http.client.HTTPConnection | None = None
        while not self._over.is_set():
            until_turn()
            token = f"{self.prefix}-{number}-{turn}-abcd"
            body = urlencode(
                {
                    "name": f"V {token}",
                    "reach": f"{token}@example.org",
                    "consent": "yes",
                    "token": token,
                    "proof": self.proof,
                }
            )
            while not self._over.is_set():
                began = time.perf_counter()
                try:
                    connection = connection or http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
                    headers = {"Content-Type": "application/x-www-form-urlencoded"}
                    connection.request("POST", f"/j/{slug}/", body, headers)
                    answer = connection.getresponse()
                    answer.read()
                except (OSError, http.client.HTTPException):
                    # Nobody knows whether it was stored: the same token again, as a visitor's browser would.
                    connection = None
                    self.retried.add(token)
                    time.sleep(0.02)
                    continue
                if answer.status == 303:
                    self.acknowledged.append(token)
                    self.took.append(time.perf_counter() - began)
                    break
                self.odd.append(answer.status)
                self.refused.append((answer.status, time.perf_counter() - began))
                time.sleep(0.1)
            turn += 1
            time.sleep(pause)
