"""Write the catalogue of words again: `make words`, or `make words ARGS=--missing` to list what has no Spanish yet.

What is in the catalogue stays; what the code says anew is added without a translation, and what it says no more goes.
Rules are pure and know no languages: what they say is gathered here (the words of a choice, and reasons of refusals
that are one plain sentence), and the ways in translate it when it is shown. Needs xgettext and msgfmt.
"""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from contextlib import chdir
from pathlib import Path
from typing import ClassVar

from django.conf import settings
from django.core.management import call_command
from django.core.management.commands import makemessages

SOURCE = Path(__file__).resolve().parents[1] / "src" / "strandline"
LANGUAGES = ("es",)


class Gather(makemessages.Command):
    """Django's own gathering, without guesses: a sentence that is nearly another is not said like it."""

    msgmerge_options: ClassVar = [*makemessages.Command.msgmerge_options, "--no-fuzzy-matching"]


def catalogue(language: str) -> Path:
    """Where the words of a language stand."""
    return SOURCE / "web" / "locale" / language / "LC_MESSAGES" / "django.po"


def said_by_rules() -> list[str]:
    """What the parts below the ways in say: in a property `words`, in a table `WORDS`, and where they refuse."""
    found: dict[str, None] = {}
    for part in ("lib", "organisation", "steady", "surge", "ledger"):
        for path in sorted((SOURCE / part).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text())):
                found.update(dict.fromkeys(_said(node)))
    return list(found)


def _said(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.FunctionDef) and node.name == "words":
        for inner in node.body[1:]:
            yield from _texts(inner)
    elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.target.id == "WORDS":
        yield from _texts(*getattr(node.value, "values", ()))
    elif isinstance(node, ast.Call):
        name = getattr(node.func, "id", getattr(node.func, "attr", ""))
        if name == "no" or name.startswith(("Cannot", "Bad")):
            yield from (
                a.value for a in node.args[-1:] if isinstance(a, ast.Constant) and isinstance(a.value, str)
            )


def _texts(*nodes: ast.AST) -> Iterator[str]:
    for node in nodes:
        for each in ast.walk(node):
            if isinstance(each, ast.Constant) and isinstance(each.value, str) and len(each.value) > 2:
                yield each.value


def missing(language: str) -> list[str]:
    """What the code says and the language does not, as the first words of each."""
    told = ["msgattrib", "--untranslated", "--no-obsolete", "--no-wrap", str(catalogue(language))]
    found = subprocess.run(told, check=True, capture_output=True, text=True).stdout
    return [line for line in found.splitlines() if line.startswith("msgid ") and line != 'msgid ""']


def write(language: str) -> None:
    """Gather the words from code and templates, merge them into the catalogue, and compile it."""
    (SOURCE / "locale").symlink_to(SOURCE / "web" / "locale")
    rules = SOURCE / "said_by_rules.py"
    rules.write_text("".join(f"gettext_noop({text!r})\n" for text in said_by_rules()))
    try:
        with chdir(SOURCE):
            call_command(Gather(), locale=[language], no_obsolete=True, no_location=True, no_wrap=True)
    finally:
        (SOURCE / "locale").unlink()
        rules.unlink()
    # Without the moment at which they were gathered, the same words are the same file.
    kept = [
        line
        for line in catalogue(language).read_text().splitlines(keepends=True)
        if "POT-Creation" not in line
    ]
    catalogue(language).write_text("".join(kept))
    compiled = catalogue(language).with_suffix(".mo")
    subprocess.run(["msgfmt", "--check-format", "-o", compiled, catalogue(language)], check=True)


if __name__ == "__main__":
    settings.configure()
    for each in LANGUAGES:
        write(each)
        without = missing(each)
        print(f"{each}: {len(without)} without words")
        if "--missing" in sys.argv:
            print(*without, sep="\n")
