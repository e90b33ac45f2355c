"""`make check`: everything that is checked without running the tests. `python -m tests.check [NAME ...]` runs some of it."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CODE = ["src", "tests", "benchmarks"]
PYTHON = sys.executable
MOST_LINES = 60
CHECKS: dict[str, list[str]] = {
    "format": ["ruff", "format", "--check", "--quiet", *CODE],
    "lint": ["ruff", "check", "--quiet", *CODE],
    "layers": ["lint-imports", "--no-logo"],
    "security": ["bandit", "-q", "-c", "pyproject.toml", "-ll", "-r", "src"],
    "migrations": [PYTHON, "-m", "django", "makemigrations", "--check", "--dry-run"],
    "settings": [PYTHON, "-m", "django", "check", "--fail-level", "WARNING"],
    "vendored": [PYTHON, "-m", "pytest", "-q", "tests/web/test_vendor.py"],
    "documents": [PYTHON, "-m", "tests.docs", "--check"],
    "types": ["mypy", "src"],
}


def main(names: list[str]) -> int:
    """Run the checks of these names, all of them without names; print one line each, and what failed in full."""
    unknown = set(names) - CHECKS.keys()
    if unknown:
        print(f"There is no check called {', '.join(sorted(unknown))}. There are: {', '.join(CHECKS)}.")
        return 2
    failed = []
    with tempfile.TemporaryDirectory(prefix="strandline-check-") as home:
        environment = _environment(Path(home))
        for name in names or CHECKS:
            began = time.monotonic()
            done = subprocess.run(
                _found(CHECKS[name]), cwd=ROOT, env=environment, capture_output=True, text=True, check=False
            )
            took = time.monotonic() - began
            print(f"{'ok    ' if done.returncode == 0 else 'FAILED'}  {name:<11} {took:5.1f} s", flush=True)
            if done.returncode:
                failed.append(name)
                print(_end(done.stdout + done.stderr), flush=True)
    print(f"Failed: {', '.join(failed)}." if failed else "All is as it should be.")
    return 1 if failed else 0


def _end(text: str) -> str:
    """Return what a reader can take in; the tool itself says the rest."""
    lines = text.rstrip().splitlines()
    left_out = len(lines) - MOST_LINES
    return "\n".join(lines if left_out <= 0 else [f"({left_out} lines before these)", *lines[-MOST_LINES:]])


def _found(command: list[str]) -> list[str]:
    """Name the tool beside this Python, whether or not its directory is on the path."""
    beside = Path(PYTHON).parent / command[0]
    return [str(beside), *command[1:]] if beside.exists() else command


def _environment(home: Path) -> dict[str, str]:
    """A home of its own with a key of the tests, so that the checks look at the code and at nobody's data."""
    from strandline.store import key

    key.make_keyfile(home / "home", made_by=key.MadeBy.TEST)
    return os.environ | {
        "STRANDLINE_HOME": str(home / "home"),
        "STRANDLINE_TEST": "1",
        "DJANGO_SETTINGS_MODULE": "strandline.config.settings",
        "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)]),
    }


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT / "src"))
    raise SystemExit(main(sys.argv[1:]))
