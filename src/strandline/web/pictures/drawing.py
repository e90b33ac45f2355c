"""SVG, written element by element: colours come by class from the tokens, so that both themes and paper hold.

Only presentation attributes are used, which the content policy allows; every text is escaped.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

# Units across: a phone, half a page, a whole page. Text of 13 units is never smaller than that on the screen, since
# the page shows the slim drawing where the broad one would be shrunk.
SLIM, HALF, WIDE = 320, 460, 860

Point = tuple[float, float]


def place(value: float) -> str:
    """Write a place without needless digits."""
    text = f"{value:.1f}"
    return text.removesuffix(".0") if text != "-0.0" else "0"


def polyline(points: Iterable[Point]) -> str:
    """Return the path through these points."""
    return "M" + "L".join(f"{place(x)} {place(y)}" for x, y in points)


def steps(points: Sequence[Point]) -> str:
    """Return the path of a step function: level until the next point, then straight up or down."""
    if not points:
        return ""
    parts = [f"M{place(points[0][0])} {place(points[0][1])}"]
    parts += [f"H{place(x)}V{place(y)}" for x, y in points[1:]]
    return "".join(parts)


def between(upper: Sequence[Point], lower: Sequence[Point]) -> str:
    """Return the area between two lines over the same places."""
    return polyline([*upper, *reversed(lower)]) + "Z"


class Drawing:
    """One drawing of a picture. `name` is unique on the page; `says` is the sentence for those who do not see it."""

    def __init__(self, name: str, *, width: int, height: int, says: str) -> None:
        self.name, self.width, self.height, self.says = name, width, height, says
        self._parts: list[str] = []
        self._hatches: set[str] = set()

    @property
    def is_slim(self) -> bool:
        return self.width <= SLIM

    def rect(
        self,
        x: float,
        y: float,
        width: float,
        height: float,
        css: str,
        *,
        radius: float = 0,
        hatch: str = "",
        title: str = "",
    ) -> None:
        """Draw a bar or a band; `hatch` (sea, wrack, well) repeats its colour by a pattern on paper."""
        shape = (
            f'x="{place(x)}" y="{place(y)}" width="{place(max(0, width))}" height="{place(max(0, height))}"'
        )
        if radius:
            shape += f' rx="{place(radius)}"'
        self._closed("rect", shape, css, hatch, title)

    def path(self, d: str, css: str, *, hatch: str = "", title: str = "") -> None:
        """Draw a line, or an area when the class fills it."""
        if d:
            self._closed("path", f'd="{d}"', css, hatch, title)

    def line(self, x1: float, y1: float, x2: float, y2: float, css: str) -> None:
        """Draw a straight line."""
        self._parts.append(
            f'<line class="{css}" x1="{place(x1)}" y1="{place(y1)}" x2="{place(x2)}" y2="{place(y2)}"/>'
        )

    def circle(self, x: float, y: float, radius: float, css: str, *, title: str = "") -> None:
        """Draw a point."""
        self._closed("circle", f'cx="{place(x)}" cy="{place(y)}" r="{place(radius)}"', css, "", title)

    def text(self, x: float, y: float, words: object, css: str = "", *, anchor: str = "") -> None:
        """Write words at a place; `anchor` is *middle* or *end*, else they begin there."""
        kind = f' class="{css}"' if css else ""
        turn = f' text-anchor="{anchor}"' if anchor else ""
        self._parts.append(f'<text{kind} x="{place(x)}" y="{place(y)}"{turn}>{escape(words)}</text>')

    def _closed(self, tag: str, shape: str, css: str, hatch: str, title: str) -> None:
        inside = f"<title>{escape(title)}</title>" if title else ""
        end = f">{inside}</{tag}>" if inside else "/>"
        self._parts.append(f'<{tag} class="{css}" {shape}{end}')
        if hatch:
            self._hatches.add(hatch)
            self._parts.append(f'<{tag} class="hatch" {shape} fill="url(#{self.name}-{hatch})"/>')

    def markup(self) -> SafeString:
        """Return the drawing."""
        defs = "".join(_HATCHES[kind].format(name=self.name) for kind in sorted(self._hatches))
        defs = f"<defs>{defs}</defs>" if defs else ""
        size = "chart-slim" if self.is_slim else "chart-broad"
        return mark_safe(  # noqa: S308 -- every word in it was escaped where it was added
            f'<svg class="chart {size}" viewBox="0 0 {self.width} {self.height}" role="img" '
            f'aria-label="{escape(self.says)}">{defs}{"".join(self._parts)}</svg>'
        )


# What stands for a colour on paper: sea slants one way, wrack the other, well is dotted.
_HATCHES = {
    "sea": '<pattern id="{name}-sea" width="5" height="5" patternUnits="userSpaceOnUse" '
    'patternTransform="rotate(45)"><path class="hatch-line" d="M0 0V5"/></pattern>',
    "wrack": '<pattern id="{name}-wrack" width="4" height="4" patternUnits="userSpaceOnUse" '
    'patternTransform="rotate(-45)"><path class="hatch-line" d="M0 0V4"/></pattern>',
    "well": '<pattern id="{name}-well" width="6" height="6" patternUnits="userSpaceOnUse">'
    '<circle class="hatch-dot" cx="1.500" cy="1.500" r=".8"/></pattern>',
}
