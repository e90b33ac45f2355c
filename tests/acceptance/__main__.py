"""Run one check by its name; exit 1 when anything failed."""

from __future__ import annotations

import argparse
import importlib
import json
import os
import pkgutil
import signal
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
# The promise's name is a word of the language's own, which no module can have.
MODULES = {"import": "importing"}
# What looks at the database's files, or lets calls to them fail: PROMISES section 2.
ON_FILES = ("powercut", "iofail")


def names() -> list[str]:
    """Return the checks: every module here that has a `run`."""
    found = (module.name for module in pkgutil.iter_modules([str(HERE)]))
    names = {module: name for name, module in MODULES.items()}
    return sorted(
        names.get(module, module)
        for module in found
        if not module.startswith("_") and "def run(" in (HERE / f"{module}.py").read_text("utf-8")
    )


def main() -> int:
    asked = argparse.ArgumentParser(prog="python -m tests.acceptance", description=__doc__)
    asked.add_argument(
        "name", nargs="?", choices=names(), help="all of them, one after another, without a name"
    )
    asked.add_argument(
        "--n", type=int, default=None, help="how many cases; the promise's own number unless said"
    )
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--database", choices=("sqlcipher", "postgresql"), default="sqlcipher")
    given = asked.parse_args()
    # Ended from outside, a check still ends the servers that it started.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    if given.name is None:
        # Each in a process of its own: settings are read once for a process.
        own = [sys.executable, "-m", "tests.acceptance"]
        asked_for = [name for name in names() if given.database == "sqlcipher" or name not in ON_FILES]
        return max(subprocess.run([*own, name, *sys.argv[1:]]).returncode for name in asked_for)
    if given.database == "sqlcipher":
        return one(given)
    if given.name in ON_FILES:
        asked.error(f"{given.name} is of the files of SQLCipher, and has nothing to look at on PostgreSQL")
    from tests import postgres

    with postgres.durable() as os.environ["STRANDLINE_DATABASE_URL"]:
        return one(given)


def one(given: argparse.Namespace) -> int:
    """Run one check and say what it found."""
    module = MODULES.get(given.name, given.name)
    if "harness.database()" in (HERE / f"{module}.py").read_text("utf-8"):
        from tests.acceptance import harness

        harness.set_up()
    check = importlib.import_module(f"tests.acceptance.{module}")
    found = check.run(given.n, given.seed)
    print(json.dumps({"check": given.name, **found}), flush=True)
    return 1 if found.get("fail") else 0


if __name__ == "__main__":
    sys.exit(main())
