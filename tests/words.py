"""Write the catalogue of words again: `make words`, or `make words ARGS=--missing` to list what has no Spanish yet.

What is in the catalogue stays; what the code says anew is added without a translation, and what it says no more goes.
Rules are pure and know no languages: what they say is gathered here (the words of a choice, and reasons of refusals
that are one plain sentence), and the ways in translate it when it is shown. Needs xgettext and msgfmt.
"""

from __future__ import annotations

import ast
import re
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
SAID = SOURCE / "web" / "locale" / "said.txt"
PLACE = re.compile(r"\{\w+\}")
# Tables of words that are shown, and choices whose values are words.
WORDS = {"WORDS", "DEFAULT_STAGES", "Finding", "Target", "Special", "FIELDS"}
# What is neither a sentence nor a part of one: questions to the database, types, notations, addresses of modules.
NO_SENTENCE = re.compile(
    r"%[s(]|[<>=|]|\b(SELECT|FROM|WHERE|ORDER BY|INSERT|UPDATE|DELETE|CREATE|DROP|CAST|FOR UPDATE|AND|OR|IN|IS|NOT)\b|\w\.\w+\.\w|\w_\w|\n|[\\*\[]"
)
# What these say is read at a prompt, in a file or by developers, never on a page.
NOT_ON_PAGES = (
    "lib/exact_json.py",
    "organisation/accounts/rules.py",
    "organisation/audit/rules.py",
    "organisation/audit/queries.py",
    "steady/interchange/rules/tables",
    "steady/interchange/rules/vocabulary.py",
    "steady/interchange/rules/writing.py",
    "steady/interchange/rules/guessing.py",
    "surge/signals/rules/reading.py",
    "surge/signals/rules/settings.py",
    "surge/absorption/queries/columns.py",
    "surge/absorption/rules/survival.py",
    "ledger/capacity/rules/queue.py",
    "ledger/capacity/rules/scenario.py",
    "ledger/waves/rules/history.py",
)


class Gather(makemessages.Command):
    """Django's own gathering, without guesses: a sentence that is nearly another is not said like it."""

    msgmerge_options: ClassVar = [*makemessages.Command.msgmerge_options, "--no-fuzzy-matching"]


def catalogue(language: str) -> Path:
    """Where the words of a language stand."""
    return SOURCE / "web" / "locale" / language / "LC_MESSAGES" / "django.po"


def said_by_rules() -> list[str]:
    """What the parts below the ways in say: words of choices, reasons of refusals, and every sentence there is."""
    found: dict[str, None] = {}
    for part in ("lib", "organisation", "steady", "surge", "ledger"):
        for path in sorted((SOURCE / part).rglob("*.py")):
            tree = ast.parse(path.read_text())
            for node in ast.walk(tree):
                found.update(dict.fromkeys(_said(node)))
            if not str(path.relative_to(SOURCE)).startswith(NOT_ON_PAGES):
                found.update(dict.fromkeys(_sentences(tree)))
    return list(found)


def patterns() -> list[str]:
    """The sentences of rules in which a value stands, as the pages recognise them."""
    return sorted(text for text in said_by_rules() if PLACE.search(text))


def _said(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.FunctionDef) and node.name == "words":
        for inner in node.body[1:]:
            yield from _texts(inner)
    elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.target.id in WORDS:
        yield from _texts(*getattr(node.value, "values", ()))
    elif isinstance(node, ast.ClassDef) and node.name in WORDS:
        yield from _texts(*(inner.value for inner in node.body if isinstance(inner, ast.Assign)))
    elif isinstance(node, ast.Call):
        name = getattr(node.func, "id", getattr(node.func, "attr", ""))
        if name == "no" or name.startswith(("Cannot", "Bad")):
            yield from (
                a.value for a in node.args[-1:] if isinstance(a, ast.Constant) and isinstance(a.value, str)
            )
        elif name == "Explanation":
            yield from _texts(*node.args)


def _sentences(node: ast.AST) -> Iterator[str]:
    """Yield what reads like a sentence or a part of one, with places where the code puts values in."""
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        return  # a docstring
    if isinstance(node, ast.Call) and getattr(node.func, "id", "") in {"Explanation", "frozenset"}:
        return  # told apart above; words that are only looked for
    if isinstance(node, ast.Raise) and _is_for_developers(node.exc):
        return
    if isinstance(node, ast.JoinedStr):
        text = _with_places(node).strip()
        if _reads(PLACE.sub("", text), 2):
            yield text
        for value in node.values:
            if isinstance(value, ast.FormattedValue):
                yield from _sentences(value.value)
        return
    if isinstance(node, ast.Constant):
        if isinstance(node.value, str) and _reads(node.value, 3):
            yield node.value.strip()
        return
    for inner in ast.iter_child_nodes(node):
        yield from _sentences(inner)


def _is_for_developers(raised: ast.expr | None) -> bool:
    name = getattr(getattr(raised, "func", raised), "id", "")
    return name in {"ValueError", "TypeError", "KeyError", "LookupError", "RuntimeError", "AssertionError"}


def _reads(text: str, words: int) -> bool:
    found = re.findall(r"\w+", text)
    return len(found) >= words and " " in text.strip() and not NO_SENTENCE.search(text)


def _with_places(joined: ast.JoinedStr) -> str:
    """Write an f-string with one name in each place: the last name in what is written there."""
    made, taken = "", set[str]()
    for part in joined.values:
        if isinstance(part, ast.Constant):
            made += str(part.value).replace("{", "{{").replace("}", "}}")
        elif isinstance(part, ast.FormattedValue):
            name = base = _name_of(part.value)
            number = 2
            while name in taken:
                name, number = f"{base}{number}", number + 1
            taken.add(name)
            made += f"{{{name}}}"
    return made


def _name_of(value: ast.expr) -> str:
    if isinstance(value, ast.Call) and value.args:
        return _name_of(value.args[-1])
    names = [getattr(n, "attr", getattr(n, "id", "")) for n in ast.walk(value)]
    return next(
        (name.lower().strip("_") for name in names if name and name not in {"len", "np", "self"}), "value"
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
    SAID.write_text("".join(f"{text}\n" for text in patterns()))
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
