"""The `strandline` command: one entry point; each part of the work brings its own sub-commands."""

import importlib

import typer

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)

# Sub-commands by module, so that `strandline signals` never pays for what `strandline serve` imports.
GROUPS = {"signals": "signals", "absorption": "absorption", "capacity": "capacity"}


def main() -> None:
    """Run the command named on the command line."""
    for name, module in GROUPS.items():
        app.add_typer(importlib.import_module(f"strandline.cli.{module}").app, name=name)
    app()
