"""Browsers by the names people know them by."""

from __future__ import annotations

from django import template
from django.utils.translation import gettext as _

register = template.Library()

# Each claims to be the ones after it too, so the first that fits is the one.
BROWSERS = (
    ("Firefox", ("Firefox/", "FxiOS/")),
    ("Edge", ("Edg/", "EdgA/", "EdgiOS/")),
    ("Opera", ("OPR/",)),
    ("Samsung Internet", ("SamsungBrowser/",)),
    ("Chrome", ("Chrome/", "CriOS/", "Chromium/")),
    ("Safari", ("Safari/",)),
)
SYSTEMS = (
    ("Android", ("Android",)),
    ("iPhone", ("iPhone",)),
    ("iPad", ("iPad",)),
    ("Windows", ("Windows",)),
    ("Mac", ("Macintosh", "Mac OS")),
    ("ChromeOS", ("CrOS",)),
    ("Linux", ("Linux", "X11")),
)


def _first(names: tuple[tuple[str, tuple[str, ...]], ...], agent: str) -> str:
    return next((name for name, signs in names if any(sign in agent for sign in signs)), "")


@register.filter
def device(agent: str) -> str:
    """Name the browser and the system that a user agent claims to be: *Firefox, Android*."""
    known = [name for name in (_first(BROWSERS, agent), _first(SYSTEMS, agent)) if name]
    return ", ".join(known) or _("A browser that gives no name")
