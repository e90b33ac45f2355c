"""Sizes, names and docstrings (HOUSE 4)."""

from __future__ import annotations

import ast

from .code import PARTS, SOURCE, Function, files

MOST_FILE, MOST_FUNCTION, MOST_TEMPLATE = 400, 50, 150
FORBIDDEN = {
    "utils",
    "util",
    "helpers",
    "helper",
    "common",
    "manager",
    "managers",
    "service",
    "services",
    "misc",
}
PUBLIC = ("rules", "queries", "actions")
# Files of a chapter beside the four, and why they are none of them.
BESIDE = {
    "organisation/notices/sealing.py": "needs the key, so it is no judgement, and asks no table, so it is no question",
    "steady/intake/marks.py": "needs the key, so it is no judgement, and asks no table, so it is no question",
    "steady/intake/sealing.py": "the same",
    "steady/people/sight.py": "need to know, written out as SQL: one file to read and to judge",
}


def length(function: Function) -> int:
    first = min([function.lineno, *(d.lineno for d in function.decorator_list)])
    return (function.end_lineno or first) - first + 1


def test_no_file_is_longer_than_one_can_keep_in_mind() -> None:
    long = {str(file): lines for file in files() if (lines := len(file.text.splitlines())) > MOST_FILE}

    assert long == {}


def test_no_function_is_longer_than_one_can_see_at_once() -> None:
    long = {
        f"{file}:{function.name}": length(function)
        for file in files()
        for function in file.functions
        if length(function) > MOST_FUNCTION
    }

    assert long == {}


def test_no_template_is_longer_than_one_can_see_through() -> None:
    long = {
        str(path.relative_to(SOURCE)): lines
        for path in sorted(SOURCE.rglob("*.html"))
        if (lines := len(path.read_text().splitlines())) > MOST_TEMPLATE
    }

    assert long == {}


def test_no_file_is_named_for_nothing() -> None:
    vague = [str(file) for file in files() if FORBIDDEN & {p.removesuffix(".py") for p in file.place.parts}]

    assert vague == []


def test_chapters_hold_the_files_that_a_stranger_looks_for() -> None:
    known = {"__init__", *PUBLIC, "models"}
    others = sorted({str(file) for file in files() if file.chapter and file.role not in known})

    assert others == sorted(BESIDE)


def test_chapters_say_what_they_are() -> None:
    silent = [
        str(file)
        for file in files()
        if file.place.name == "__init__.py"
        and len(file.place.parts) <= 3
        and not ast.get_docstring(file.tree)
    ]

    assert silent == []


def test_public_rules_questions_and_verbs_say_what_they_do() -> None:
    silent = [
        f"{file}:{function.name}"
        for file in files()
        if file.part in PARTS and file.role in PUBLIC
        for function in file.public
        if not ast.get_docstring(function)
    ]

    assert silent == []


def test_models_say_what_they_are() -> None:
    silent = [
        f"{file}:{node.name}"
        for file in files()
        if file.role == "models"
        for node in ast.walk(file.tree)
        if isinstance(node, ast.ClassDef)
        and node.name not in ("Meta", "PersonalData")
        and not ast.get_docstring(node)
    ]

    assert silent == []
