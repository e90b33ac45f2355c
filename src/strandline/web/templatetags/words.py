"""Days, counts and tokens as the pages write them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from django import template
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, get_language_info
from django.utils.translation import gettext as _

from strandline.lib.codes import new_code
from strandline.web import drawing
from strandline.web.circles.words import language_name as language_of
from strandline.web.said import said

register = template.Library()
# Where a page's own token stands in a part of the frame that many pages share.
OWN = "\ue000token\ue001"


def day_of(value: date | datetime) -> date:
    """Return the day of a moment in the organisation's zone."""
    return timezone.localtime(value).date() if isinstance(value, datetime) else value


@register.filter
def day(value: date | datetime | None) -> str:
    """Write a day as *Tue 20 Jan*, with the year when it is not this one."""
    if value is None:
        return ""
    on = day_of(value)
    return date_format(on, "D j M" if on.year == timezone.localdate().year else "j M Y")


@register.filter
def long_day(value: date | datetime | None) -> str:
    """Write a day as *4 February 2025*."""
    return "" if value is None else date_format(day_of(value), _("j F Y"))


@register.filter
def month(value: date | datetime | None) -> str:
    """Write a month as *March 2025*."""
    return "" if value is None else date_format(day_of(value), _("F Y"))


@register.filter
def clock(value: datetime | None) -> str:
    """Write the time of a moment as *14:05*."""
    return "" if value is None else date_format(timezone.localtime(value), "H:i")


@register.filter
def when(value: date, today: date) -> str:
    """Write a day as one says it: *today*, *tomorrow*, else *Tue 20 Jan*."""
    apart = (value - today).days
    if apart == 0:
        return _("today")
    return _("tomorrow") if apart == 1 else day(value)


@register.simple_tag
def token() -> SafeString:
    """Give a form the token by which a second press is told from a second entry."""
    return format_html('<input type="hidden" name="token" value="{}">', new_code(16))


register.filter("said", said)


@register.filter
def code_in(value: Any, found: dict[Any, Any]) -> Any:
    """Look a value up among what a page has gathered."""
    return found.get(value)


@register.filter
def language_name(code: str) -> str:
    """Write a language in its own words: *Español*."""
    return str(get_language_info(code)["name_local"]).capitalize()


@register.filter
def spoken(written: str) -> str:
    """Write a language that someone speaks in the reader's words; what is no code stays as it was written."""
    name = language_of(written.lower())
    return written if name == written.lower() else name


@register.simple_tag(takes_context=True)
def drawn(context: Any, template: str, rows: Iterable[Any], **more: str) -> SafeString:
    """Draw rows by a template of their own, which is gone through once for each shape of a row."""
    return drawing.drawn(template, rows, {"csrf_token": str(context.get("csrf_token", "")), **more})


@register.simple_tag(takes_context=True)
def frame(context: Any, part: str) -> SafeString:
    """Draw a part of the frame around the page, which is the same for the same reader until their rights change."""
    shell = context.get("shell")
    made = drawing.kept(
        f"_components/{part}.html",
        shell.key if shell else None,
        lambda: {"shell": shell, "csrf_token": OWN},
    )
    return SafeString(made.replace(OWN, str(context.get("csrf_token", "")))) if OWN in made else made


@register.simple_tag
def glyph(tie: Any) -> SafeString:
    """Draw the three strands of a person; there are eight such pictures a language, and each is made once."""
    return _glyph(bool(tie.supporter), bool(tie.interlocutor), bool(tie.ally), get_language() or "")


@lru_cache(maxsize=256)
def _glyph(supporter: bool, interlocutor: bool, ally: bool, _language: str) -> SafeString:
    lit = {"supporter": supporter, "interlocutor": interlocutor, "ally": ally}
    return render_to_string("_components/glyph.html", {"tie": lit})
