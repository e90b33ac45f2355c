"""Parts that are drawn once and used again, because a template's nodes cost most of a long page's time.

What comes out is what the template would draw from the same values: nothing is kept but by all the values that it
was drawn from, so that nobody is ever shown what was drawn for someone else.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import fields, is_dataclass, replace
from datetime import date
from functools import lru_cache
from html import escape
from operator import attrgetter, itemgetter, not_
from types import NoneType
from typing import Any, NamedTuple, Protocol

from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language

MOST_KEPT = 500
# Characters of no script, which escaping leaves alone: between them stands which text belongs here.
MARK = re.compile("\ue000([0-9]{1,3})\ue001")


class Cut(NamedTuple):
    """A drawing as a text with a place for each value (`%s`), and what takes those that stand there, in their order."""

    text: str
    taken: Callable[[Sequence[str]], Sequence[str]]


class Framed(Protocol):
    """The frame of a page: two with the same key look the same."""

    @property
    def key(self) -> Hashable: ...


_kept: dict[Hashable, SafeString] = {}
# None where a part has to be drawn in full.
_cuts: dict[Hashable, Cut | None] = {}
# Stands between texts that are escaped together: a character of no script, as those of MARK.
BETWEEN = "\ue002"


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


def drawn(template: str, rows: Iterable[Any], more: Mapping[str, str] | None = None) -> SafeString:
    """Return a template drawn from each of these rows, dataclasses that the template knows as `row`.

    Texts stand where the template puts them and are escaped; whether they are there, and every other value, decides
    the shape, and each shape is drawn once. `more` are texts that are the same for all rows. A template that does more
    with a text than show it, or ask whether it is there, is drawn in full every time.
    """
    language, same = get_language(), dict(more or {})
    of_all = tuple(same.values())
    made: list[str] = []
    wanted: list[str] = []
    for row in rows:
        kind: Any = type(row)
        texts, rest = _fields_of(kind)
        values = texts(row) + of_all
        key = (template, language, kind, tuple(map(not_, values)), rest(row))
        try:
            cut = _cuts[key]
        except KeyError:
            cut = _cut_of(key, row, same, values)
        if cut is None:
            # Drawn in full: every part of the text is one place, so that the rows are filled all at once.
            made.append("%s")
            wanted.append(render_to_string(template, {"row": row} | same))
        else:
            made.append(cut.text)
            wanted += cut.taken(values)
    return SafeString("".join(made) % tuple(_escaped(wanted)))


def _cut_of(key: tuple[Any, ...], row: Any, same: dict[str, str], values: tuple[str, ...]) -> Cut | None:
    template, _, kind, *_ = key
    names = _names_of(kind)[0]

    def draw(given: dict[str, str]) -> str:
        own = {name: given[name] for name in names if name in given}
        others = {name.removeprefix("/"): text for name, text in given.items() if name not in own}
        return render_to_string(template, {"row": replace(row, **own)} | others)

    # A text of all rows may be called as a field is: the stroke keeps them apart.
    named = dict(zip((*names, *(f"/{name}" for name in same)), values, strict=True))
    return _keep_cut(key, draw, named)


def page(template: str, shell: Framed, context: dict[str, Any], texts: dict[str, str]) -> SafeString:
    """Return a whole page: drawn once for each frame and context, with these texts put into it as a template would.

    The context holds plain values only, and all that the page shows beside frame and texts; what it holds for one
    request alone, as its token, is a text. A page that does more with a text than show it, or ask whether it is there, is
    drawn in full every time.
    """
    values = tuple(texts.values())
    key = (template, get_language(), shell.key, tuple(context.items()), tuple(map(bool, values)))
    try:
        cut = _cuts[key]
    except KeyError:
        _refuse_what_is_not_plain(context)
        framed = context | {"shell": shell}
        cut = _keep_cut(key, lambda given: render_to_string(template, framed | given), texts)
    if cut is None:
        return render_to_string(template, context | texts | {"shell": shell})
    return SafeString(_filled(cut, values))


PLAIN = (str, int, float, date, NoneType)


def _refuse_what_is_not_plain(value: Any) -> None:
    """Raise TypeError for what could change, or be shown otherwise, while it is equal to what was drawn before."""
    if isinstance(value, dict | tuple):
        for one in value.items() if isinstance(value, dict) else value:
            _refuse_what_is_not_plain(one)
    elif is_dataclass(value) and getattr(value, "__dataclass_params__").frozen:  # noqa: B009 -- the stubs miss it
        for one in fields(value):
            if not one.compare:
                raise TypeError(f"{type(value).__name__}.{one.name} is left out when two are compared.")
            _refuse_what_is_not_plain(getattr(value, one.name))
    elif not isinstance(value, PLAIN):
        raise TypeError(f"{type(value).__name__} is no plain value: a page cannot be kept by it.")


@lru_cache(maxsize=64)
def _names_of(kind: Any) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the names of the fields that are texts, and of the others. Annotations are strings with us."""
    names = {field.name: field.type in ("str", str) for field in fields(kind)}
    return tuple(n for n, is_text in names.items() if is_text), tuple(
        n for n, is_text in names.items() if not is_text
    )


@lru_cache(maxsize=64)
def _fields_of(kind: Any) -> tuple[Callable[[Any], tuple[Any, ...]], Callable[[Any], tuple[Any, ...]]]:
    """Return what takes the texts of a row, and what takes the rest."""
    texts, rest = map(_taking, _names_of(kind))
    return texts, rest


def _taking(names: tuple[str, ...]) -> Callable[[Any], tuple[Any, ...]]:
    if len(names) > 1:
        return attrgetter(*names)
    return lambda row: tuple([getattr(row, name) for name in names])


def _keep_cut(key: Hashable, draw: Callable[[dict[str, str]], str], texts: dict[str, str]) -> Cut | None:
    """Draw with a mark in the place of each text, cut at the marks, and see that it gives what drawing in full does."""
    marks = {name: SafeString(f"\ue000{at}\ue001") for at, name in enumerate(texts) if texts[name]}
    pieces = MARK.split(draw(marks | {name: "" for name in texts if name not in marks}))
    between, places = pieces[::2], tuple(map(int, pieces[1::2]))
    if len(_cuts) >= MOST_KEPT:
        _cuts.clear()
    values = tuple(texts.values())
    # What somebody wrote may look like a mark: then nothing is cut there.
    is_ours = all(at < len(values) for at in places)
    cut = Cut("%s".join([piece.replace("%", "%%") for piece in between]), _taker(places))
    found = _cuts[key] = cut if is_ours and _filled(cut, values) == draw(texts) else None
    return found


def _taker(places: tuple[int, ...]) -> Callable[[Sequence[str]], Sequence[str]]:
    """Return what takes the values in these places, in their order."""
    if len(places) > 1:
        return itemgetter(*places)
    return lambda values: [values[at] for at in places]


def _filled(cut: Cut, values: Sequence[str]) -> str:
    return cut.text % tuple(_escaped(list(cut.taken(values))))


def _escaped(values: list[str]) -> list[str]:
    """Escape texts as templates do, all at once: one by one takes most of the time of a page of rows."""
    plain = [value for value in values if not isinstance(value, SafeString)]
    made = escape(BETWEEN.join(plain)).split(BETWEEN)
    if len(made) != len(plain):  # there are none, or somebody wrote the character that stands between
        made = [escape(value) for value in plain]
    if len(made) == len(values):
        return made
    escaped = iter(made)
    return [value if isinstance(value, SafeString) else next(escaped) for value in values]
