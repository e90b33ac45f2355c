"""Durable sign-ups a second over HTTP: ours, the same view without a database, stock Django, and the bare commit.

    python -m benchmarks.intake [--seconds 8] [--rounds 3] [--connections 64] [--database sqlcipher|postgresql|both]
                                [--people N] [--json FILE] [--paced 5000 600] [--held 300]

`--paced` lets so many come in so many seconds, at random moments, and `--held` keeps the highest rate for so long, each
once after the rounds. Each round runs every contender once, in turn, against a server of its own with two processes; the ratios are medians
over the rounds. The load comes from one process with plain sockets, so that it takes little of the machine.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import selectors
import socket
import statistics
import subprocess
import sys
import time
from contextlib import nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "src"), str(ROOT)]
from tests import postgres  # noqa: E402
from tests.acceptance import place  # noqa: E402

from benchmarks import measuring  # noqa: E402 -- found through the path above

OURS = "strandline.config.wsgi:application"
NOTHING = "benchmarks.intake_rivals:without_database"
STOCK = "benchmarks.intake_rivals:stock"


@dataclass
class Load:
    """What came of one run: how many were answered well, how long each took, and what else was answered."""

    seconds: float = 0.0
    took: list[float] = field(default_factory=list)
    other: dict[str, int] = field(default_factory=dict)

    @property
    def rate(self) -> float:
        return len(self.took) / self.seconds if self.seconds else 0.0

    def percentile(self, share: float) -> float:
        return sorted(self.took)[min(len(self.took) - 1, int(len(self.took) * share))] if self.took else 0.0

    def told(self) -> dict[str, Any]:
        return {
            "per_second": round(self.rate, 1),
            "p50_ms": round(self.percentile(0.5) * 1000, 1),
            "p95_ms": round(self.percentile(0.95) * 1000, 1),
            "p99_ms": round(self.percentile(0.99) * 1000, 1),
            "answered": len(self.took),
            "other": self.other,
        }


class Caller:
    """One connection that posts one sign-up after another."""

    def __init__(self, port: int, number: int, run: str) -> None:
        self.port, self.number, self.run, self.turn = port, number, run, 0
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.began = 0.0
        self.read = b""

    def send(self) -> None:
        self.turn += 1
        name = f"{self.run}-{self.number}-{self.turn}"
        body = urlencode(
            {
                "name": f"V {name}",
                "reach": f"{name}@example.org",
                "consent": "yes",
                "token": f"t-{name}-abcd",
                "postcode": "N1",
            }
        ).encode()
        head = (
            f"POST /j/harbour/ HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\n"
            f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n"
        ).encode()
        self.read = b""
        self.began = time.perf_counter()
        self.socket.sendall(head + body)

    def receive(self) -> str:
        """Return the status when the answer is whole, else ''."""
        got = self.socket.recv(65536)
        if not got:
            return "closed"
        self.read += got
        head, found, rest = self.read.partition(b"\r\n\r\n")
        if not found:
            return ""
        lines = head.decode("latin-1").lower().split("\r\n")
        if "transfer-encoding: chunked" in lines:
            return lines[0].split()[1] if rest.endswith(b"0\r\n\r\n") else ""
        length = next((int(line.split(":")[1]) for line in lines if line.startswith("content-length:")), 0)
        return lines[0].split()[1] if len(rest) >= length else ""


def press(port: int, *, connections: int, seconds: float, run: str) -> Load:
    """Keep so many connections busy for so long."""
    found = Load()
    waiting = selectors.DefaultSelector()
    callers = [Caller(port, number, run) for number in range(connections)]
    for caller in callers:
        waiting.register(caller.socket, selectors.EVENT_READ, caller)
        caller.send()
    begin = time.perf_counter()
    until = begin + seconds
    while (now := time.perf_counter()) < until:
        for key, _ in waiting.select(timeout=until - now):
            caller = key.data
            status = caller.receive()
            if not status:
                continue
            if status == "303":
                found.took.append(time.perf_counter() - caller.began)
            else:
                found.other[status] = found.other.get(status, 0) + 1
                if status == "closed":
                    waiting.unregister(caller.socket)
                    continue
            caller.send()
    found.seconds = time.perf_counter() - begin
    for caller in callers:
        caller.socket.close()
    return found


def paced(port: int, *, count: int, seconds: float, run: str) -> Load:
    """Let so many come within so many seconds at moments of their own; each waits from when they came."""
    found, waiting = Load(), selectors.DefaultSelector()
    chance = random.Random(run)
    coming = sorted(chance.uniform(0, seconds) for _ in range(count))
    begin, made, busy = time.perf_counter(), 0, 0
    while coming or busy:
        now = time.perf_counter() - begin
        while coming and coming[0] <= now:
            # Each comes over a connection of their own, as visitors do.
            made += 1
            caller = Caller(port, made, run)
            waiting.register(caller.socket, selectors.EVENT_READ, caller)
            caller.send()
            caller.began = begin + coming.pop(0)
            busy += 1
        left = coming[0] - (time.perf_counter() - begin) if coming else 1.0
        for key, _ in waiting.select(timeout=max(0.0, left)):
            caller = key.data
            if not (status := caller.receive()):
                continue
            busy -= 1
            if status == "303":
                found.took.append(time.perf_counter() - caller.began)
            else:
                found.other[status] = found.other.get(status, 0) + 1
            waiting.unregister(caller.socket)
            caller.socket.close()
    found.seconds = time.perf_counter() - begin
    return found


def bare(home: Path, seconds: float) -> float:
    """Return how many one-row commits a second the same file takes, each of them durable."""
    script = (
        "import sys, time; from pathlib import Path; sys.path[:0] = sys.argv[3:]\n"
        "from tests.acceptance import place; place.enter(Path(sys.argv[1]))\n"
        "from django.db import connection\n"
        "c = connection.cursor(); c.execute('CREATE TABLE IF NOT EXISTS bare (id integer primary key, t text)')\n"
        "n, until = 0, time.perf_counter() + float(sys.argv[2])\n"
        "while time.perf_counter() < until:\n"
        "    c.execute('INSERT INTO bare (id, t) VALUES ((SELECT coalesce(max(id), 0) + 1 FROM bare), %s)', ['x' * 300]); n += 1\n"
        "c.execute('DROP TABLE bare'); print(n / float(sys.argv[2]))\n"
    )
    told = subprocess.run(
        [sys.executable, "-c", script, str(home), str(seconds), str(ROOT / "src"), str(ROOT)],
        check=True,
        capture_output=True,
        text=True,
    )
    return float(told.stdout.splitlines()[-1])


def people_on_record(count: int) -> None:
    """Put people on record whom nobody has to have typed, so that the indexes are as large as theirs."""
    from datetime import UTC, datetime

    from django.db import transaction

    from strandline.organisation.branches.models import Branch, Team
    from strandline.steady.people import actions as people
    from strandline.steady.people.actions import Newcomer

    team = Team.objects.order_by("pk").first()
    at = datetime.now(UTC)
    for begin in range(0, count, 5000):
        rows = [
            Newcomer(
                audit_id=f"bench{n:011}", full_name=f"Person {n:x} {n % 977:x}", kind="email",
                value=f"b{n}@example.net", normal=f"b{n}@example.net", source="form", label="",
                branch=team.branch_id if team else Branch.objects.all()[0].pk, team=team.pk if team else None,
                at=at, met_on=at.date(),
            )
            for n in range(begin, min(count, begin + 5000))
        ]  # fmt: skip
        with transaction.atomic(durable=True):
            people.put_newcomers_on_record(newcomers=rows)


def all_listen(server: place.Server) -> None:
    """Wait until every process of the server takes connections, each on a socket of its own."""
    listening, until = f":{server.port:04X} 00000000:0000 0A ", time.monotonic() + 60
    while Path("/proc/net/tcp").read_text().count(listening) < server.workers and time.monotonic() < until:
        time.sleep(0.1)


def measured(home: Path, given: argparse.Namespace) -> dict[str, Any]:
    """Run all contenders in turn, so many rounds, and compare them round by round."""
    rounds: list[dict[str, Any]] = []
    more: dict[str, Any] = {}
    for number in range(given.rounds):
        told: dict[str, Any] = {"bare_commits": round(bare(home, min(3.0, given.seconds)), 1)}
        for name, wsgi in (("ours", OURS), ("without_database", NOTHING), ("stock", STOCK)):
            server = place.Server(home, wsgi=wsgi, STRANDLINE_FORM_CACHE="2", STRANDLINE_QUIET="1")
            try:
                server.start()
                all_listen(server)
                press(server.port, connections=8, seconds=1.0, run=f"w{name}{number}")
                load = press(
                    server.port, connections=given.connections, seconds=given.seconds, run=f"r{name}{number}"
                )
            finally:
                server.kill()
            told[name] = load.told()
        rounds.append(told)
        print(json.dumps(told), file=sys.stderr, flush=True)

    if given.sql:
        command = [sys.executable, "-m", "benchmarks.intake_sql", str(home), str(given.sql)]
        done = subprocess.run(command, check=True, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        more["sql"] = json.loads(done.stdout.splitlines()[-1])
    if given.paced or given.held:
        server = place.Server(home, wsgi=OURS, STRANDLINE_FORM_CACHE="2", STRANDLINE_QUIET="1")
        server.start()
        all_listen(server)
        try:
            if given.paced:
                count, seconds = given.paced
                more["paced"] = paced(server.port, count=int(count), seconds=seconds, run="paced").told()
            if given.held:
                load = press(server.port, connections=given.connections, seconds=given.held, run="held")
                more["held"] = load.told()
        finally:
            server.kill()

    def median(get: Any) -> float:
        return round(statistics.median(get(told) for told in rounds), 2)

    return {
        "rounds": rounds,
        **more,
        "ours_per_second": median(lambda t: t["ours"]["per_second"]),
        "ours_p99_ms": median(lambda t: t["ours"]["p99_ms"]),
        "against_stock": median(lambda t: t["ours"]["per_second"] / max(t["stock"]["per_second"], 0.1)),
        "of_view_without_database": median(
            lambda t: t["ours"]["per_second"] / max(t["without_database"]["per_second"], 0.1)
        ),
        "against_bare_commits": median(lambda t: t["ours"]["per_second"] / max(t["bare_commits"], 0.1)),
    }


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--seconds", type=float, default=8.0)
    asked.add_argument("--rounds", type=int, default=3)
    asked.add_argument("--connections", type=int, default=64)
    asked.add_argument("--people", type=int, default=0)
    asked.add_argument("--database", choices=["sqlcipher", "postgresql", "both"], default="both")
    asked.add_argument("--json", type=Path)
    asked.add_argument(
        "--sql", type=float, default=8.0, help="seconds for the statements alone; 0 leaves them out"
    )
    asked.add_argument("--paced", type=float, nargs=2, metavar=("COUNT", "SECONDS"))
    asked.add_argument("--held", type=float, default=0.0, metavar="SECONDS")
    given = asked.parse_args()
    kinds = ["sqlcipher", "postgresql"] if given.database == "both" else [given.database]
    if len(kinds) > 1:
        # Settings are read once for a process: each database gets its own.
        found = {}
        for kind in kinds:
            command = [sys.executable, "-m", "benchmarks.intake", "--database", kind]
            command += ["--seconds", str(given.seconds), "--rounds", str(given.rounds)]
            command += ["--connections", str(given.connections), "--people", str(given.people)]
            command += ["--sql", str(given.sql), "--held", str(given.held)]
            command += ["--paced", *map(str, given.paced)] if given.paced else []
            told = subprocess.run(command, check=True, cwd=ROOT, stdout=subprocess.PIPE, text=True)
            found |= json.loads(told.stdout.splitlines()[-1])
    else:
        found = {kinds[0]: over(kinds[0], given)}
    for kind, told in found.items() if len(kinds) == 1 else ():
        measuring.keep(
            "intake", figures(kind, told, given), database=kind, people=given.people, rounds=given.rounds
        )
    if given.json:
        given.json.write_text(json.dumps(found, indent=1))
    print(json.dumps(found))


def figures(kind: str, told: dict[str, Any], given: argparse.Namespace) -> list[measuring.Figure]:
    """Make rows of the table of what the rounds told."""

    def rates(name: str) -> list[float]:
        return [run[name]["per_second"] for run in told["rounds"]]

    p99 = told["ours_p99_ms"]
    rows: dict[str, Any] = {"database": kind, "people": given.people, "unit": "/s", "ours": rates("ours")}
    return [
        measuring.figure(
            "sign-up over HTTP, answered after commit", baseline="stock Django view", theirs=rates("stock"),
            goal=">= 8 x", reached=lambda _, ratio: ratio >= 8, notes=[f"p99 {p99} ms"], **rows,
        ),
        measuring.figure(
            "sign-up over HTTP, answered after commit", baseline="the same view without a database",
            theirs=rates("without_database"), goal=">= 35 %", reached=lambda _, ratio: ratio >= 0.35, **rows,
        ),
        *_of_the_database(told.get("sql"), rows | {"ours": []}),
    ]  # fmt: skip


def _of_the_database(sql: dict[str, float] | None, rows: dict[str, Any]) -> list[measuring.Figure]:
    if not sql:
        return []
    share = 0.7 if rows["database"] == "sqlcipher" else 0.8
    return [
        measuring.figure(
            "sign-up, one commit each, statements and commit alone", baseline="append and fdatasync",
            theirs=[sql["syncs"]], goal=f">= {share:.0%} of the syncs", reached=lambda _, ratio: ratio >= share,
            **rows | {"ours": [sql["alone_durable_sql"]]},
        ),
        measuring.figure(
            "sign-up, groups of 128, statements and commit alone", baseline="the same without fsync",
            theirs=[sql["grouped_without_fsync_sql"]], goal=">= 80 %", reached=lambda _, ratio: ratio >= 0.8,
            **rows | {"ours": [sql["grouped_durable_sql"]]},
        ),
    ]  # fmt: skip


def over(kind: str, given: argparse.Namespace) -> dict[str, Any]:
    with place.scratch() as home, postgres.durable() if kind == "postgresql" else nullcontext() as url:
        if url:
            os.environ["STRANDLINE_DATABASE_URL"] = url
        place.enter(home)
        place.found(is_guarded=False)
        people_on_record(given.people)
        from django.db import connections

        connections.close_all()
        return measured(home, given)


if __name__ == "__main__":
    main()
