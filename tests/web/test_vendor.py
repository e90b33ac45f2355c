"""What others wrote and this project ships or tests with: named, versioned, licensed, and byte for byte as published."""

import hashlib
import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FOLDERS = [ROOT / "src/strandline/web/static/vendor", ROOT / "tests/vendor"]


@pytest.mark.parametrize("folder", FOLDERS, ids=str)
def test_vendored_files_are_those_of_the_manifest(folder: Path) -> None:
    manifest = json.loads((folder / "MANIFEST.json").read_text())

    found = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.glob("*.js")}

    assert found == {entry["file"]: entry["sha256"] for entry in manifest}


@pytest.mark.parametrize("folder", FOLDERS, ids=str)
def test_vendored_files_name_their_version_and_licence(folder: Path) -> None:
    for entry in json.loads((folder / "MANIFEST.json").read_text()):
        text = (folder / entry["file"]).read_text()
        licence = (folder / entry["file"].replace(".min.js", ".LICENSE")).read_text()

        assert set(entry) == {"file", "name", "version", "licence", "sha256"}
        assert re.search(rf"""v{entry["version"]}|["']{re.escape(entry["version"])}["']""", text)
        assert {"0BSD": "Zero-Clause BSD", "MPL-2.0": "Mozilla Public License"}[entry["licence"]] in licence
