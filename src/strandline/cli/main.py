"""The `strandline` command: one entry point whose parts are loaded only when they are named.

`strandline --help` reads the table below and nothing else, so it answers at once and cannot be broken by a part.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Sequence
from typing import Any

import typer
from typer.core import TyperGroup
from typer.main import get_command

from strandline.store.keyfile import NoKey

# Name, module of `strandline.cli` that holds its `app`, what it does in one line.
COMMANDS: dict[str, tuple[str, str]] = {
    "init": (
        "init",
        "Make the home of an organisation: key, database, first administrator, recovery shares.",
    ),
    "demo": ("demo", "Make an invented organisation with a history, and serve it."),
    "serve": ("serve", "Serve the pages and do the background work, until stopped."),
    "worker": ("worker", "Do the background work alone, where another process serves the pages."),
    "doctor": ("doctor", "Look at everything that has to be right, and say in plain sentences what is not."),
    "audit": ("audit", "Verify that the log of who did and who saw what is whole."),
    "token": ("token", "Make, list and revoke the tokens of machines."),
    "import": (
        "bringing:import_app",
        "Check a list of people and bring it in.",
    ),
    "undo": ("bringing:undo_app", "Take a whole import back, with overwritten values restored."),
    "signals": ("signals", "Find in a series of counts where it departs from its normal course."),
    "absorption": ("absorption", "Count who is still here after 30, 90 and 180 days."),
    "capacity": ("capacity", "Plan how many organisers keep a promise, and simulate what stays."),
    "form": ("form", "Make the forms through which people sign up."),
    "export": ("export", "Write out people, or what was sent to a form."),
    "manage": ("manage", "Pass a command through to Django."),
}


class Commands(TyperGroup):
    """The commands of the table; a module is imported when its command is called."""

    def list_commands(self, ctx: typer.Context) -> list[str]:  # type: ignore[override]  # typer's own context
        """Return the names of the table, in its order."""
        return list(COMMANDS)

    def get_command(self, ctx: typer.Context, cmd_name: str) -> Any:  # type: ignore[override]  # as above
        """Load the command of this name; None when there is none."""
        if cmd_name not in COMMANDS:
            return None
        module, _ = COMMANDS[cmd_name]
        try:
            module, _, name = module.partition(":")
            app: Any = getattr(importlib.import_module(f"strandline.cli.{module}"), name or "app")
        except ModuleNotFoundError as missing:
            typer.echo(_without(cmd_name, str(missing.name)), err=True)
            raise typer.Exit(2) from missing
        app.rich_markup_mode = None  # the help of all commands looks alike
        command: Any = get_command(app)
        command.name = cmd_name
        return command

    def format_commands(self, ctx: typer.Context, formatter: Any) -> None:  # type: ignore[override]  # as above
        """Write the table, without loading what it names."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, words) for name, (_, words) in COMMANDS.items()])


def _without(command: str, module: str) -> str:
    if module.startswith("strandline"):
        return f"`strandline {command}` is not part of this version."
    return f"`strandline {command}` needs {module}: install it with `pip install 'strandline[insight]'`."


app = typer.Typer(
    cls=Commands,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
)


@app.callback()
def strandline() -> None:
    """Step-by-step organising and surges in one place, and a measure of what stays."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command named on the command line; trouble with the key or the file is one sentence, exit code 2."""
    try:
        app(args=arguments, prog_name="strandline")
    except NoKey as trouble:
        _give_up(trouble)
    except Exception as trouble:
        # Only what has loaded Django can raise these, so the import costs `--help` nothing.
        if type(trouble).__module__ != "strandline.store.errors":
            raise
        _give_up(trouble)


def _give_up(trouble: Exception) -> None:
    print(trouble, file=sys.stderr)
    raise SystemExit(2) from trouble
