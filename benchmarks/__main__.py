from __future__ import annotations

import argparse
import importlib
import subprocess
import sys

from benchmarks import ALONE, NAMES, SERVED, __doc__, measuring, worlds

# These have settings of their own: what follows the name goes to them as it is.
OTHERS = (*SERVED, *ALONE, "ledger", "ledger_stored", "signals", "what_if")


def main() -> int:
    """Measure what is named, or all of it, each database in a process of its own."""
    if len(sys.argv) > 1 and sys.argv[1] in OTHERS:
        return subprocess.call([sys.executable, "-m", f"benchmarks.{sys.argv[1]}", *sys.argv[2:]])
    options = _options()
    names = options.names or list(NAMES)
    if options.database == "both":
        told = [word for word in sys.argv[1:] if word not in ("--database", "both")]
        ended = [
            subprocess.call([sys.executable, "-m", "benchmarks", *told, "--database", database])
            for database in worlds.DATABASES
        ]
        if not options.names:
            ended += [subprocess.call([sys.executable, "-m", f"benchmarks.{name}"]) for name in SERVED]
        return max(ended)
    figures: list[measuring.Figure] = []
    for is_import in (False, True):
        chosen = [name for name in names if (name == "import_people") == is_import]
        if is_import and chosen and figures:
            # An import wants an empty organisation, and Django is set up once in a process.
            return subprocess.call(
                [sys.executable, "-m", "benchmarks", "import_people", "--database", options.database,
                 "--people", str(options.people), "--rounds", str(options.rounds)]
            )  # fmt: skip
        if chosen:
            world = _world(options, is_import=is_import)
            for name in chosen:
                made = importlib.import_module(f"benchmarks.{name}").measure(world, options)
                measuring.tell(made)
                measuring.keep(
                    name, made, database=options.database, people=options.people, rounds=options.rounds
                )
                figures += made
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", choices=[*NAMES, []], metavar="NAME", help=", ".join(NAMES))
    parser.add_argument("--people", type=int, default=100_000)
    parser.add_argument("--database", choices=[*worlds.DATABASES, "both"], default="both")
    parser.add_argument("--rounds", type=int, default=15)
    return parser.parse_args()


def _world(options: argparse.Namespace, *, is_import: bool) -> worlds.World:
    if is_import:
        import shutil

        shutil.rmtree(worlds.ROOT / f"empty-{options.database}-8", ignore_errors=True)
        return worlds.enter(options.database, 8, name="empty")
    return worlds.enter(options.database, options.people)


if __name__ == "__main__":
    sys.exit(main())
