"""The code as a tree: every file of `src`, parsed once."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
SOURCE = ROOT / "src" / "strandline"
PARTS = ("organisation", "steady", "surge", "ledger")
Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class File:
    """One file: its place below `strandline`, its text and its tree."""

    place: Path
    text: str
    tree: ast.Module

    def __str__(self) -> str:
        return str(self.place)

    @property
    def part(self) -> str:
        """The part that it belongs to: `steady`, `web`, ..."""
        return self.place.parts[0]

    @property
    def chapter(self) -> str:
        """The chapter that it belongs to, such as `steady/ties`; empty outside the parts that have chapters."""
        inside = self.part in PARTS and len(self.place.parts) > 2
        return "/".join(self.place.parts[:2]) if inside else ""

    @property
    def role(self) -> str:
        """What it is in its chapter: `rules`, `models`, `queries`, `actions`; a package of that name counts as one."""
        return self.place.parts[2].removesuffix(".py") if self.chapter else ""

    @property
    def functions(self) -> list[Function]:
        """All functions, methods too."""
        return [node for node in ast.walk(self.tree) if isinstance(node, Function)]

    @property
    def public(self) -> list[Function]:
        """The functions of the file itself that others may call."""
        return [
            node for node in self.tree.body if isinstance(node, Function) and not node.name.startswith("_")
        ]


@cache
def files() -> tuple[File, ...]:
    """Every file of ours, without migrations, which are a record of the past."""
    found = []
    for path in sorted(SOURCE.rglob("*.py")):
        place = path.relative_to(SOURCE)
        if "migrations" not in place.parts:
            text = path.read_text()
            found.append(File(place, text, ast.parse(text, filename=str(path))))
    return tuple(found)
