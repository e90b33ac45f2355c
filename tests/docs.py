"""The pages of `docs/` that are generated: `python -m tests.docs` writes them, `--check` compares them."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
NOTE = "<!-- Generated: `make docs` writes this page from the code. -->"


def cli_page() -> str:
    """Every command with its options, as the commands themselves explain them."""
    from typer.main import get_command

    from strandline.cli import main

    group: Any = get_command(main.app)
    lines = [
        NOTE,
        "",
        "# The commands",
        "",
        "`STRANDLINE_HOME` names the home of the organisation: everything that a run writes lies there. Without it",
        "`.strandline` in the present directory is the home. Trouble with the key or the file is one sentence and exit",
        "code 2. `strandline COMMAND --help` says the same as this page.",
        "",
    ]
    for name in main.COMMANDS:
        lines += _command(group.get_command(None, name), f"strandline {name}", main.COMMANDS[name][1])
    return "\n".join(lines).rstrip() + "\n"


def _command(command: Any, name: str, summary: str) -> list[str]:
    if hasattr(command, "commands"):
        lines = [f"## {name}", "", summary, ""]
        for sub in command.commands.values():
            lines += _command(sub, f"{name} {sub.name}", "")
        return lines
    lines = [f"{'###' if not summary else '##'} {name}", ""]
    described = (command.help or summary).strip().replace("\n    ", "\n")
    lines += [described, ""]
    rows = [_parameter(parameter) for parameter in command.params if not getattr(parameter, "hidden", False)]
    if rows:
        lines += ["| | | without it |", "|---|---|---|", *rows, ""]
    return lines


def _parameter(parameter: Any) -> str:
    is_option = parameter.param_type_name == "option"
    names = [*parameter.opts, *parameter.secondary_opts] if is_option else [str(parameter.name).upper()]
    default = parameter.default
    shown = "" if default in (None, "", False) or callable(default) or parameter.required else f"`{default}`"
    words = (getattr(parameter, "help", None) or "").replace("|", "\\|")
    return f"| {', '.join(f'`{name}`' for name in names)} | {words} | {shown} |"


def api_page() -> str:
    """Every route with its parameters, bodies and problems, as the API describes itself."""
    os.environ.setdefault("STRANDLINE_TEST", "1")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "strandline.config.settings")
    import django

    import tests.early  # noqa: F401 -- settings ask for a home with a key

    django.setup()
    from tests.api_page import page

    return page()


PAGES: dict[str, Callable[[], str]] = {"docs/reference/cli.md": cli_page, "docs/reference/api.md": api_page}


def main(arguments: list[str]) -> int:
    """Write the pages, or with `--check` name those that are not as they would be written."""
    stale = []
    for name, written in PAGES.items():
        path, text = ROOT / name, written()
        if path.exists() and path.read_text() == text:
            continue
        stale.append(name)
        if "--check" not in arguments:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
    if "--check" in arguments and stale:
        print(f"Not as the code says it: {', '.join(stale)}. Run `make docs`.")
        return 1
    return 0


if __name__ == "__main__":
    sys.path[:0] = [str(ROOT / "src"), str(ROOT)]
    raise SystemExit(main(sys.argv[1:]))
