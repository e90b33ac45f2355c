"""Laws that every template, style and script of the product keeps."""

import gzip
import re
from pathlib import Path

import pytest
from django.template.loader import get_template

WEB = Path(__file__).parents[2] / "src/strandline/web"
TEMPLATES = sorted((WEB / "templates").rglob("*.html"))
SCRIPTS = sorted((WEB / "static/js").glob("*.js"))
# Pages that work without network: their modules import each other, and the worker that keeps them is told their names.
TABLE = {"carry.js", "install.js", "outbox.js", "qr.js", "seal.js", "table.js", "tally.js"}
TABLE |= {"attendance.js", "seats.js", "waiting.js"}
STYLES = sorted((WEB / "static/css").glob("*.css"))


def name_of(path: Path) -> str:
    return str(path.relative_to(WEB))


@pytest.mark.parametrize("path", TEMPLATES, ids=name_of)
def test_template_compiles_and_is_short(path: Path) -> None:
    assert get_template(str(path.relative_to(WEB / "templates")))
    assert len(path.read_text().splitlines()) <= 150


@pytest.mark.parametrize("path", TEMPLATES, ids=name_of)
def test_template_holds_no_style_and_no_script(path: Path) -> None:
    text = path.read_text()

    assert re.findall(r"\sstyle\s*=|<style|\son[a-z]+\s*=|javascript:|hx-on|src=\"data:", text) == []
    assert [tag for tag in re.findall(r"<script\b[^>]*>", text) if " src=" not in tag] == []


@pytest.mark.parametrize("path", SCRIPTS, ids=name_of)
def test_script_is_a_short_module_that_stands_alone(path: Path) -> None:
    text = path.read_text()

    assert len(text.splitlines()) < 100
    doors = r"\beval\(|new Function|innerHTML|outerHTML|document\.write|\.style\b"
    assert re.findall(doors, text) == []
    assert path.name in TABLE or re.findall(r"^\s*(?:import|export)\b", text, re.M) == []


@pytest.mark.parametrize("path", STYLES, ids=name_of)
def test_style_asks_nothing_of_others_and_knows_both_directions(path: Path) -> None:
    text = path.read_text()

    assert re.findall(r"url\(|@import|@font-face", text) == []
    assert (
        re.findall(r"[\s;{](?:margin|padding|border)-(?:left|right)\b|text-align: (?:left|right)", text) == []
    )


def test_a_page_weighs_little() -> None:
    elsewhere = {"passkey.js", "proof.js", *TABLE}
    signed_in = [path for path in SCRIPTS if path.name not in elsewhere] + [WEB / "static/vendor/htmx.min.js"]

    scripts = sum(len(gzip.compress(path.read_bytes())) for path in signed_in)
    styles = sum(len(gzip.compress(path.read_bytes())) for path in STYLES)

    assert scripts < 30_000
    assert styles < 20_000


def test_every_class_in_a_template_has_a_style() -> None:
    styled = {name for path in STYLES for name in re.findall(r"\.([a-z][a-z0-9-]*)", path.read_text())}
    used: dict[str, str] = {}
    for path in TEMPLATES:
        for names in re.findall(r'class="((?:[^"{]|\{%.*?%\}|\{\{.*?\}\})*)"', path.read_text()):
            plain = re.sub(r"\{\{.*?\}\}", "*", re.sub(r"\{%.*?%\}", " ", names))
            used |= {name: path.name for name in plain.split() if "*" not in name}

    assert {name: page for name, page in used.items() if name not in styled} == {}


def test_every_icon_asked_for_is_drawn() -> None:
    drawn = set(re.findall(r'<symbol id="([a-z]+)"', (WEB / "static/img/icons.svg").read_text()))

    asked = {
        name
        for path in TEMPLATES
        for name in re.findall(r'icon.html" with name="([a-z]+)"', path.read_text())
    }

    assert asked - drawn == set()
    assert drawn >= {
        "today",
        "people",
        "circles",
        "breadth",
        "plans",
        "surges",
        "reports",
        "care",
        "undo",
        "key",
    }
