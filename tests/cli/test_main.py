"""The command that loads what it is asked for."""

from __future__ import annotations

import subprocess
import sys

import pytest
from typer.testing import CliRunner

from strandline.cli import main


def test_help_names_every_command() -> None:
    told = CliRunner().invoke(main.app, ["--help"]).stdout

    listed = [line.split()[0] for line in told.split("Commands:")[1].splitlines() if line[2:3].strip()]
    assert listed == list(main.COMMANDS)


def test_help_loads_neither_django_nor_any_part() -> None:
    code = (
        "import sys\nfrom strandline.cli.main import main\n"
        "try: main(['--help'])\nexcept SystemExit: pass\n"
        "print([m for m in sys.modules if m.split('.')[0] in ('django', 'numpy', 'granian')"
        " or m.startswith('strandline.cli.') and m != 'strandline.cli.main'], file=sys.stderr)"
    )

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stderr == "[]\n"


@pytest.mark.parametrize("name", list(main.COMMANDS))
def test_command_is_there_and_explains_itself(name: str) -> None:
    if name == "manage":  # passes --help on to Django
        assert main.COMMANDS[name][0] == "manage"
        return

    told = CliRunner().invoke(main.app, [name, "--help"], prog_name="strandline")

    assert told.exit_code == 0, told.output
    assert told.stdout.startswith(f"Usage: strandline {name} ")


def test_command_of_another_version_is_refused_in_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(main.COMMANDS, "tide", ("tide", "Tell the tide."))

    told = CliRunner().invoke(main.app, ["tide"])

    assert (told.exit_code, told.stderr) == (2, "`strandline tide` is not part of this version.\n")
