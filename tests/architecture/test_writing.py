"""Only actions write, and only their own chapter's tables (HOUSE 3, rule 6)."""

from __future__ import annotations

import ast

from .code import PARTS, File, files

WRITES = {
    "save",
    "bulk_create",
    "bulk_update",
    "get_or_create",
    "update_or_create",
    "create_user",
    "executemany",
}
# `.create`, `.update` and `.delete` also belong to dicts, hashes and caches: counted when they end a chain of rows.
ON_ROWS = {"create", "update", "delete"}
ROWS = {
    "objects",
    "_base_manager",
    "_default_manager",
    "filter",
    "exclude",
    "all",
    "order_by",
    "held",
    "open",
}
EXCEPTIONS = {
    # A model's own way of being made and saved, on which all actions stand.
    "organisation/accounts/models.py": "AccountManager makes accounts with their codes",
    "store/records.py": "Record.save keeps the journal",
    "store/bulk.py": "many rows at once, below the ORM",
    "store/sqlcipher/connection.py": "the cursor itself",
}
# Tables that are not ours, by the file that may write them: Django's, allauth's, the task queue's.
FOREIGN = {
    "jobs/queue.py": "the task queue's own table",
    "jobs/tasks.py": "the task queue's own table",
}


def is_write(node: ast.Call) -> bool:
    if not isinstance(node.func, ast.Attribute):
        return False
    name = node.func.attr
    if name in WRITES:
        return True
    return name in ON_ROWS and bool(ROWS & set(chain(node.func.value)))


def chain(node: ast.expr) -> list[str]:
    """The names of an expression such as `Touch.objects.filter(...)`, from its end."""
    names = []
    while True:
        if isinstance(node, ast.Call):
            node = node.func
        elif isinstance(node, ast.Attribute):
            names.append(node.attr)
            node = node.value
        else:
            return [*names, node.id] if isinstance(node, ast.Name) else names


def may_write(file: File) -> bool:
    place = str(file)
    return file.role == "actions" or file.part == "demo" or place in EXCEPTIONS or place in FOREIGN


def test_only_actions_write() -> None:
    found = [
        f"{file}:{node.lineno} {ast.unparse(node.func)}"
        for file in files()
        if not may_write(file)
        for node in ast.walk(file.tree)
        if isinstance(node, ast.Call) and is_write(node)
    ]

    assert found == []


def test_the_check_sees_what_it_is_for() -> None:
    tree = ast.parse(
        "Touch.objects.filter(pk=1).update(said='')\nrow.save()\nseen.update({1})\ncache.delete('x')"
    )

    seen = [
        is_write(node.value)
        for node in tree.body
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call)
    ]

    assert seen == [True, True, False, False]


def models_of() -> dict[str, str]:
    """Every model by its name, with the chapter that it belongs to."""
    return {
        node.name: file.chapter
        for file in files()
        if file.role == "models"
        for node in file.tree.body
        if isinstance(node, ast.ClassDef)
    }


# Steps that set the dated rows of another chapter on behalf of all: what each model declares is applied (rule 6).
APPLY_DECLARATIONS = {"organisation/audit": "take_back writes rows of any chapter by the journal"}


def test_actions_write_the_tables_of_their_own_chapter() -> None:
    owners = models_of()
    found = []
    for file in files():
        if file.role != "actions" or file.chapter in APPLY_DECLARATIONS:
            continue
        for node in ast.walk(file.tree):
            if not (isinstance(node, ast.Call) and is_write(node)):
                continue
            names = chain(node.func)
            model = names[-1] if names else ""
            if model in owners and owners[model] != file.chapter:
                found.append(f"{file}:{node.lineno} {model} of {owners[model]}")

    assert found == []


def test_the_ways_in_open_no_transaction() -> None:
    found = [
        f"{file}:{node.lineno}"
        for file in files()
        if file.part in ("web", "api", "cli")
        for node in ast.walk(file.tree)
        if isinstance(node, ast.Attribute) and node.attr == "atomic"
    ]

    assert found == []


def test_no_signals_between_chapters() -> None:
    found = [
        str(file)
        for file in files()
        if file.part in PARTS
        and file.place.name != "apps.py"
        and ("django.dispatch" in file.text or "django.db.models.signals" in file.text)
    ]

    assert found == []
