"""Write `docs/reference/benchmarks.md` from the figures of the last runs; nothing is measured here.

python -m benchmarks.report
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from benchmarks import ALONE, NAMES, SERVED, worlds

PAGE = Path(__file__).resolve().parent.parent / "docs" / "reference" / "benchmarks.md"
HEAD = """# How fast it is

Measured with `benchmarks/`, each row beside a named baseline in the same run, taking turns, so that a machine that is
slow at the moment is slow for both. Absolute figures move with the machine: the ratios count. Our figure is the median;
behind it stand the first and the third quartile. *Ratio* is the baseline's median to ours (for rows a second, ours to
the baseline's): above 1, ours is faster. *Computed* is the median of what the cores worked at it, by us and by the
database's own processes, and its ratio: it says what the row costs also where other work ran beside the measuring.

Pages are measured through the whole stack: session, rights, questions with the scope in every one, template, and the
read entry that is kept durably before the answer is given. The admin that they stand beside writes no such entry and
asks nobody's rights.

To repeat it:

```
make benchmarks                                    # all of it, 100,000 people, both databases
make benchmarks NAME=find ARGS="--people 1000000"  # one row, a million people
python -m benchmarks.report                        # write this page again
```

Where the last column of *Where and when* tells of a load above the number of cores, other work ran beside the
measuring: then no absolute figure means much, and goals in milliseconds are judged too severely.

The databases are made once, in the directory that `STRANDLINE_BENCHMARKS` names, and used again.
"""


def main() -> None:
    """Write the page."""
    runs = [json.loads(path.read_text()) for path in sorted((worlds.ROOT / "figures").glob("*.json"))]
    if not runs:
        raise SystemExit("There are no figures yet: run `python -m benchmarks` first.")
    runs.sort(
        key=lambda run: (
            (*NAMES, *ALONE, *SERVED).index(run["name"]),
            run["figures"][0]["database"],
            run["figures"][0]["people"],
        )
    )
    parts = [HEAD]
    for name in dict.fromkeys(run["name"] for run in runs):
        parts += [
            "",
            f"## {name.replace('_', ' ').capitalize()}",
            "",
            *_table([r for r in runs if r["name"] == name]),
        ]
    PAGE.parent.mkdir(parents=True, exist_ok=True)
    PAGE.write_text("\n".join([*parts, "", *_standing(runs), *_machines(runs)]) + "\n")
    print(f"Written: {PAGE.name}")


def _table(runs: list[dict[str, Any]]) -> list[str]:
    lines = [
        "| task | database | people | ours | quartiles | baseline | its median | ratio | computed | goal |",
        "|---|---|---|---|---|---|---|---|---|---|",
    ]
    for run in runs:
        for row in run["figures"]:
            unit = row["unit"]
            lines.append(
                f"| {row['task']} | {row['database']} | {row['people']:,} | {_number(row['ours'])} {unit} "
                f"| {_number(row['ours_from'])} to {_number(row['ours_to'])} | {row['baseline']} "
                f"| {_number(row['theirs'])} {unit} | {_number(row['ratio'])} | {_computed(row)} | {_goal(row)} |"
            )
    return lines


def _number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def _computed(row: dict[str, Any]) -> str:
    if not row.get("our_cpu"):
        return ""
    return f"{_number(row['our_cpu'])} to {_number(row['their_cpu'])} ms, ratio {_number(row['cpu_ratio'])}"


def _goal(row: dict[str, Any]) -> str:
    if row["is_reached"] is None:
        return row["goal"] or ""
    return f"{row['goal']}: {'reached' if row['is_reached'] else '**missed**'}"


def _standing(runs: list[dict[str, Any]]) -> list[str]:
    judged = [row for run in runs for row in run["figures"] if row["is_reached"] is not None]
    reached = sum(row["is_reached"] for row in judged)
    return [
        "## Reached and missed",
        "",
        f"Of {len(judged)} goals {reached} are reached and {len(judged) - reached} missed.",
        "",
    ]


def _machines(runs: list[dict[str, Any]]) -> list[str]:
    lines = [
        "## Where and when",
        "",
        "| row | database | people | when | rounds | machine |",
        "|---|---|---|---|---|---|",
    ]
    for run in runs:
        row = run["figures"][0]
        lines.append(
            f"| {run['name']} | {row['database']} | {row['people']:,} | {run['at'][:16].replace('T', ' ')} "
            f"| {run['rounds']} | {run['machine']} |"
        )
    return lines


if __name__ == "__main__":
    main()
