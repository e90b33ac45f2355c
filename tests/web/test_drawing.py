from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import pytest
from django.template.loader import get_template, render_to_string
from django.utils import translation
from django.utils.safestring import SafeString, mark_safe

from strandline.web import drawing
from strandline.web.lists.views import Lit, PersonRow
from strandline.web.shell import NavItem, Shell, ShellAccount

ROW = "lists/people_row.html"
READER = ShellAccount("c1", "Amina", "Organiser")
PLACE = NavItem("today", "Today", "/", "today")
HOSTILE = "<b>Rosa</b> & 'co' \ue0000\ue001 {{ 1 }}"


def row(**more: object) -> PersonRow:
    plain: dict[str, object] = {
        "code": "abc", "name": "Rosa", "url": "/people/abc/", "tie": Lit(True, False, False),
        "held_by": "", "step": "", "due": "", "due_kind": "", "last_talk": "",
    }  # fmt: skip
    return PersonRow(**(plain | more))  # type: ignore[arg-type]


ROWS = [
    row(),
    row(name=HOSTILE, held_by=HOSTILE, step=HOSTILE, due=HOSTILE, last_talk=HOSTILE),
    row(due="Today", due_kind="due"),
    row(due="3 days late", due_kind="late", step="call"),
    row(tie=Lit(False, True, True), held_by="Amina, Bruno"),
    row(name=mark_safe("<i>kept</i>")),
]


@pytest.mark.parametrize("language", ["en-gb", "es"])
@pytest.mark.parametrize("one", ROWS)
def test_a_drawn_row_is_what_the_template_makes_of_it(one: PersonRow, language: str) -> None:
    with translation.override(language):
        first, again = drawing.drawn(ROW, [one]), drawing.drawn(ROW, [one])

        assert [first, again] == [render_to_string(ROW, {"row": one})] * 2


MANY = [
    *ROWS,
    row(name="100 % %s %(name)s", held_by="%", step="\ue002"),
    row(name="a\ue002b", held_by=HOSTILE),
]


def test_many_rows_are_escaped_together_as_each_is_alone() -> None:
    plain = [
        one for one in MANY if not isinstance(one.name, SafeString) and "\ue002" not in one.name + one.step
    ]

    for some in (MANY, MANY[:2], plain, plain[-1:], []):
        assert drawing.drawn(ROW, some) == "".join(render_to_string(ROW, {"row": one}) for one in some)


def test_rows_of_one_shape_are_drawn_from_one_drawing(monkeypatch: pytest.MonkeyPatch) -> None:
    drawing.drawn(ROW, [row(name="Rosa")])
    monkeypatch.setattr(drawing, "render_to_string", None)

    assert "Tomasz &amp; co" in drawing.drawn(ROW, [row(name="Tomasz & co")])


@dataclass(frozen=True)
class Message:
    kind: str
    text: str


def test_a_template_that_asks_more_of_a_text_is_drawn_in_full(monkeypatch: pytest.MonkeyPatch) -> None:
    def draws(template: str, context: dict[str, Message]) -> str:
        return "late" if context["row"].kind == "late" else "in time"

    monkeypatch.setattr(drawing, "render_to_string", draws)

    drawn = [drawing.drawn("compares.html", [Message(kind, "")]) for kind in ("late", "soon", "late")]

    assert drawn == ["late", "in time", "late"]


def test_what_is_kept_is_kept_by_its_values_and_language() -> None:
    made: list[str] = []

    def draw(key: str) -> str:
        def context() -> dict[str, str]:
            made.append(key)
            return {"text": key, "kind": ""}

        return drawing.kept("_components/chip.html", key, context)

    with translation.override("en-gb"):
        first = [draw("Amina"), draw("Bruno"), draw("Amina")]
    with translation.override("es"):
        draw("Amina")

    assert first == [f'<span class="chip">{name}</span>\n' for name in ("Amina", "Bruno", "Amina")]
    assert made == ["Amina", "Bruno", "Amina"]


def test_what_is_kept_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drawing, "MOST_KEPT", 3)
    monkeypatch.setattr(drawing, "_kept", {})
    monkeypatch.setattr(drawing, "_cuts", {})

    for n in range(10):
        drawing.kept("_components/chip.html", n, lambda: {"text": "x", "kind": ""})
        drawing.drawn(ROW, [row(tie=Lit(bool(n & 1), bool(n & 2), bool(n & 4)))])

    assert len(drawing._kept) <= 3
    assert len(drawing._cuts) <= 3


FRAME = ("head", "scripts", "rail", "top", "name_menu", "tabbar", "keys_dialog", "keys_list")


@pytest.mark.parametrize("part", FRAME)
def test_the_frame_shows_nothing_that_its_key_does_not_hold(part: str) -> None:
    """A part of the frame is kept by the shell's key: whatever else it asked for would be another reader's."""
    source = get_template(f"_components/{part}.html").template.source
    asked = re.findall(r"\{\{\s*([\w.]+)|\{%\s*(?:if|for \w+(?:, \w+)? in)\s+([\w.]+)|==\s*([\w.]+)", source)
    names = {next(filter(None, found)) for found in asked}

    loops = {"item", "value", "words"}
    shown = {"organisation", "account", "nav", "tabs", "more", "here", "sees", "can_log", "themes"}
    other = {name for name in names if name.split(".")[0] not in loops}
    assert other <= {f"shell.{name}" for name in shown} | {
        f"shell.account.{name}" for name in ("name", "role_line", "theme", "language")
    }


@pytest.mark.parametrize(
    "change",
    [
        {"organisation": "Another"}, {"here": "people"}, {"sees": "All"}, {"notice": "Demo"}, {"can_log": False},
        {"may_open": True}, {"account": ShellAccount("c2", "Bruno", "Organiser")},
        {"account": replace(READER, theme="dark")}, {"account": replace(READER, language="Español")},
        {"nav": [replace(PLACE, badge="1 live")]}, {"nav": [replace(PLACE, url="/x/")]},
    ],
)  # fmt: skip
def test_frames_that_look_different_have_different_keys(change: dict[str, object]) -> None:
    frame = Shell("Union", READER, [PLACE])

    assert replace(frame, **change).key != frame.key  # type: ignore[arg-type]
    assert replace(frame).key == frame.key


LIST = "lists/people_list.html"
AROUND = {
    "is_all": True, "is_empty": True, "unread": (), "choice": (("q", ""),), "lists": (("c1", "Mine"),),
    "today": date(2027, 3, 4),
}  # fmt: skip
OWN = {
    "rows": SafeString("<li>Rosa</li>"), "more": "", "query": "", "number": "1", "filter_form": SafeString("<form>"),
    "sentence": "People", "csrf_token": "t0",
}  # fmt: skip


def in_full(context: dict[str, Any], texts: dict[str, str], shell: Shell) -> str:
    return render_to_string(LIST, context | texts | {"shell": shell})


@pytest.mark.parametrize(
    "change",
    [
        {}, {"sentence": HOSTILE}, {"more": "/people/?after=x&q=1", "number": "10,000"}, {"rows": ""},
        {"csrf_token": "t1"},
    ],
)  # fmt: skip
def test_a_page_is_what_the_template_makes_of_it(change: dict[str, str]) -> None:
    shell = Shell("Union", READER, [PLACE])

    for _ in range(2):
        assert drawing.page(LIST, shell, AROUND, OWN | change) == in_full(AROUND, OWN | change, shell)


def test_a_page_is_drawn_once_for_what_surrounds_its_texts(monkeypatch: pytest.MonkeyPatch) -> None:
    shell = Shell("Union", READER, [PLACE])
    drawing.page(LIST, shell, AROUND, OWN)
    monkeypatch.setattr(drawing, "render_to_string", None)

    assert "Tomasz &amp; co" in drawing.page(LIST, shell, dict(AROUND), OWN | {"sentence": "Tomasz & co"})


@pytest.mark.parametrize("change", [{"is_empty": False}, {"lists": ()}, {"lists": (("c1", HOSTILE),)}])
def test_another_surrounding_is_another_page(change: dict[str, Any]) -> None:
    shell = Shell("Union", READER, [PLACE])
    drawing.page(LIST, shell, AROUND, OWN)

    assert drawing.page(LIST, shell, AROUND | change, OWN) == in_full(AROUND | change, OWN, shell)


def test_another_reader_gets_a_page_of_their_own() -> None:
    bruno = Shell("Union", replace(READER, code="c2", name="Bruno"), [PLACE])
    drawing.page(LIST, Shell("Union", READER, [PLACE]), AROUND, OWN)

    assert drawing.page(LIST, bruno, AROUND, OWN) == in_full(AROUND, OWN, bruno)


@dataclass(frozen=True)
class Half:
    name: str
    note: str = field(default="", compare=False)


@pytest.mark.parametrize("value", [["a"], {"a": [1]}, Half("a"), object(), (("a", {1}),)])
def test_a_page_is_not_kept_by_what_may_change_or_compares_in_part(value: object) -> None:
    with pytest.raises(TypeError):
        drawing.page(LIST, Shell("Union", READER, [PLACE]), AROUND | {"more_of_it": value}, OWN)
