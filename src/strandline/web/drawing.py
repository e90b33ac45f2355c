"""Parts that are drawn once and used again, because a template's nodes cost most of a long page's time.

What comes out is what the template would draw from the same values: nothing is kept but by all the values that it
was drawn from, so that nobody is ever shown what was drawn for someone else.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterable
from dataclasses import fields, replace
from functools import lru_cache
from html import escape
from typing import Any

from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language

MOST_KEPT = 500
# Characters of no script, which escaping leaves alone: between them stands which text belongs here.
MARK = re.compile("\ue000([0-9]+)\ue001")

# The text between the values, and which value stands behind each piece; None where a part has to be drawn in full.
Cut = tuple[tuple[str, ...], tuple[int, ...]] | None
_kept: dict[Hashable, SafeString] = {}
_cuts: dict[Hashable, Cut] = {}


def kept(template: str, key: Hashable, context: Callable[[], dict[str, Any]]) -> SafeString:
    """Return a template drawn from these values; `key` holds every value that the context does."""
    name = (template, get_language(), key)
    found = _kept.get(name)
    if found is None:
        found = render_to_string(template, context())
        if len(_kept) >= MOST_KEPT:
            _kept.clear()
        _kept[name] = found
    return found


def drawn(template: str, rows: Iterable[Any]) -> SafeString:
    """Return a template drawn from each of these rows, frozen dataclasses that the template knows as `row`.

    Texts stand where the template puts them and are escaped; whether they are there, and every other value, decides
    the shape, and each shape is drawn once. A template that does more with a text than show it, or ask whether it is
    there, is drawn in full every time.
    """
    language = get_language()
    return SafeString("".join([_drawn(template, language, row) for row in rows]))


def _drawn(template: str, language: str | None, row: Any) -> str:
    kind: Any = type(row)
    texts, rest = _fields_of(kind)
    values = [getattr(row, name) for name in texts]
    shape = (tuple(map(bool, values)), tuple([getattr(row, name) for name in rest]))
    key = (template, language, kind, shape)
    try:
        cut = _cuts[key]
    except KeyError:
        if len(_cuts) >= MOST_KEPT:
            _cuts.clear()
        cut = _cuts[key] = _cut(template, row, texts)
    if cut is None:
        return render_to_string(template, {"row": row})
    return _filled(cut, values)


@lru_cache(maxsize=64)
def _fields_of(kind: Any) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the names of the fields that are texts, and of the others. Annotations are strings with us."""
    names = {field.name: field.type in ("str", str) for field in fields(kind)}
    return tuple(n for n, is_text in names.items() if is_text), tuple(
        n for n, is_text in names.items() if not is_text
    )


def _cut(template: str, row: Any, texts: tuple[str, ...]) -> Cut:
    values = [getattr(row, name) for name in texts]
    marks = {name: f"\ue000{at}\ue001" for at, name in enumerate(texts) if values[at]}
    pieces = MARK.split(render_to_string(template, {"row": replace(row, **marks)}))
    cut = tuple(pieces[::2]), tuple(map(int, pieces[1::2]))
    return cut if _filled(cut, values) == render_to_string(template, {"row": row}) else None


def _filled(cut: tuple[tuple[str, ...], tuple[int, ...]], values: list[str]) -> str:
    between, places = cut
    made = [between[0]]
    for text, at in zip(between[1:], places, strict=True):
        made += (_escaped(values[at]), text)
    return "".join(made)


def _escaped(value: str) -> str:
    return value if isinstance(value, SafeString) else escape(value)
