"""Write the catalogue of words again: `make words`, or `make words ARGS=--missing` to list what has no Spanish yet.

What is in the catalogue stays; what the code says anew is added without a translation, and what it says no more goes.
Needs xgettext and msgfmt.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

SOURCE = Path(__file__).resolve().parents[1] / "src" / "strandline"
LANGUAGES = ("es",)


def catalogue(language: str) -> Path:
    """Where the words of a language stand."""
    return SOURCE / "web" / "locale" / language / "LC_MESSAGES" / "django.po"


def missing(language: str) -> list[str]:
    """What the code says and the language does not, as the first words of each."""
    told = ["msgattrib", "--untranslated", "--no-obsolete", "--no-wrap", str(catalogue(language))]
    found = subprocess.run(told, check=True, capture_output=True, text=True).stdout
    return [line for line in found.splitlines() if line.startswith("msgid ") and line != 'msgid ""']


def write(language: str) -> None:
    """Gather the words from code and templates, merge them into the catalogue, and compile it."""
    (SOURCE / "locale").symlink_to(SOURCE / "web" / "locale")
    try:
        subprocess.run(
            [
                sys.executable,
                "-m",
                "django",
                "makemessages",
                "-l",
                language,
                "--no-obsolete",
                "--no-location",
                "--no-wrap",
            ],
            cwd=SOURCE,
            check=True,
            env=dict(os.environ, DJANGO_SETTINGS_MODULE=""),
            stdout=subprocess.DEVNULL,
        )
    finally:
        (SOURCE / "locale").unlink()
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
    for each in LANGUAGES:
        write(each)
        without = missing(each)
        print(f"{each}: {len(without)} without words")
        if "--missing" in sys.argv:
            print(*without, sep="\n")
