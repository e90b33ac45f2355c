"""P2: an acknowledged sign-up survives a power cut, at any moment, whatever part of the unsynced writes was kept.

A preloaded library writes down what a process does to the database's files. The log is cut at many points and replayed
as a disk without power might have it: nothing that was not synced, a random half of it, or pieces of 512 bytes.
"""

from __future__ import annotations

import os
import random
import shutil
import struct
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from . import place

SECTOR = 512
WAYS = ("drop", "half", "tear")
HEAD = struct.Struct("<cHQQ")


@dataclass(frozen=True)
class Step:
    """One line of the log."""

    what: str
    name: str
    at: int
    data: bytes


@dataclass
class File:
    """One file: what is surely on the disk, and what was done to it since its last sync."""

    sure: bytearray
    since: list[Step] = field(default_factory=list)

    def settle(self) -> None:
        for step in self.since:
            apply(self.sure, step)
        self.since = []

    def after_cut(self, way: str, chance: random.Random) -> bytes:
        left = bytearray(self.sure)
        for step in self.since:
            for piece in pieces(step) if way == "tear" else (step,):
                if way != "drop" and chance.random() < 0.5:
                    apply(left, piece)
        return bytes(left)


def apply(content: bytearray, step: Step) -> None:
    if step.what == "T":
        content[step.at :] = b"\0" * max(0, step.at - len(content)) if step.at > len(content) else b""
        return
    if len(content) < step.at:
        content.extend(b"\0" * (step.at - len(content)))
    content[step.at : step.at + len(step.data)] = step.data


def pieces(step: Step) -> Iterator[Step]:
    if step.what != "W":
        yield step
        return
    for begin in range(0, len(step.data), SECTOR):
        yield Step("W", step.name, step.at + begin, step.data[begin : begin + SECTOR])


def read(log: Path) -> list[Step]:
    raw, steps, place_ = log.read_bytes(), [], 0
    while place_ + HEAD.size <= len(raw):
        what, length, at, size = HEAD.unpack_from(raw, place_)
        place_ += HEAD.size
        name = raw[place_ : place_ + length].decode()
        place_ += length
        data = raw[place_ : place_ + size] if what == b"W" else b""
        place_ += len(data)
        steps.append(Step(what.decode(), name, at, data))
    return steps


def run(n: int | None, seed: int) -> dict[str, Any]:
    """Cut a log of FULL at n points in three ways each; first NORMAL, which must lose something."""
    cuts = n or 3000
    with place.scratch() as around:
        library = compiled(around)
        home = around / "home"
        home.mkdir(mode=0o700)
        place.enter(home)
        place.found()
        from django.db import connections

        connections.close_all()
        tried = {}
        for name, count in (("normal", max(20, cuts // 20)), ("full", cuts)):
            copy = around / name
            shutil.copytree(home, copy)
            steps = worked(copy, library, max(160, min(4000, cuts)), f"tests.acceptance.settings_{name}")
            tried[name] = judged(home, copy, steps, count, random.Random(f"{seed}-{name}"))
    full, normal = tried["full"], tried["normal"]
    fail = full["lost"] + full["broken"] + (normal["lost"] == 0)
    found = {f"normal_{k}": v for k, v in normal.items()}
    return {"cases": cuts * len(WAYS), "fail": fail, **full, **found}


def compiled(around: Path) -> Path:
    library = around / "powercut.so"
    source = Path(__file__).with_suffix(".c")
    subprocess.run(["gcc", "-O2", "-shared", "-fPIC", "-o", str(library), str(source), "-ldl"], check=True)
    return library


def worked(home: Path, library: Path, count: int, settings: str) -> list[Step]:
    """Let the workload run over a copy of the home, and return what it did to the files."""
    log = home.with_suffix(".log")
    environ = os.environ | {
        "PYTHONPATH": f"{place.ROOT / 'src'}:{place.ROOT}",
        "LD_PRELOAD": str(library),
        "POWERCUT_LOG": str(log),
        "POWERCUT_UNDER": str(home),
        "POWERCUT_HOME": str(home),
        "STRANDLINE_HOME": str(home),
    }
    command = [sys.executable, "-m", "tests.acceptance.powercut_work", str(count), settings]
    subprocess.run(command, check=True, cwd=place.ROOT, env=environ)
    return read(log)


def judged(before: Path, home: Path, steps: list[Step], cuts: int, chance: random.Random) -> dict[str, Any]:
    """Replay the log up to many points, and open what is left of the disk."""
    files = {
        path.name: File(bytearray(path.read_bytes()))
        for path in before.glob("strandline.db*")
        if "-shm" not in path.name
    }
    told: list[str] = []
    points = sorted(chance.sample(range(len(steps)), min(cuts, len(steps))))
    found = {"acknowledged": 0, "lost": 0, "lost_most": 0, "broken": 0, "cuts": 0}
    done = 0
    for point in points:
        for step in steps[done:point]:
            _follow(files, told, step)
        done = point
        for way in WAYS:
            present = _opened(home, {name: file.after_cut(way, chance) for name, file in files.items()})
            found["cuts"] += 1
            if present is None:
                found["broken"] += 1
                continue
            lost = len(set(told) - present)
            found["lost"] += lost > 0
            found["lost_most"] = max(found["lost_most"], lost)
    for step in steps[done:]:
        _follow(files, told, step)
    found["acknowledged"] = len(told)
    return found


def _follow(files: dict[str, File], told: list[str], step: Step) -> None:
    if step.what == "A":
        told.append(step.name)
        return
    file = files.setdefault(step.name, File(bytearray()))
    if step.what == "S":
        file.settle()
    elif step.what == "U":
        files.pop(step.name)
    else:
        file.since.append(step)


def _opened(home: Path, contents: dict[str, bytes]) -> set[str] | None:
    """Return the tokens in what is left, or None when it is damaged."""
    from sqlcipher3 import dbapi2

    from strandline.store import key

    left = home.with_name("left")
    shutil.rmtree(left, ignore_errors=True)
    left.mkdir()
    for name, content in contents.items():
        (left / name).write_bytes(content)
    connection = dbapi2.connect(str(left / "strandline.db"))
    try:
        connection.execute("PRAGMA cipher_log_level=NONE")
        connection.execute(f"PRAGMA key=\"x'{key.database_key().hex()}'\"")
        if connection.execute("PRAGMA integrity_check").fetchone() != ("ok",):
            return None
        rows = connection.execute(
            "SELECT s.token FROM steady_submission s JOIN steady_person p ON p.id = s.person_id"
            " JOIN steady_followup f ON f.person_id = p.id"
        )
        return {row[0] for row in rows}
    except dbapi2.DatabaseError:
        return None
    finally:
        connection.close()
