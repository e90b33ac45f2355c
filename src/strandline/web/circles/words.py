"""How a circle's language and its rule read."""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache

from babel import Locale
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

# In which circles are held; a code that is not among them is shown as it is.
LANGUAGES = (
    "am", "ar", "bn", "cs", "de", "el", "en", "es", "fa", "fr", "gu", "hi", "hu", "it", "ku", "ne", "nl", "pa", "pl",
    "ps", "pt", "ro", "ru", "sk", "so", "sq", "sw", "ta", "ti", "tl", "tr", "uk", "ur", "vi", "yo", "zh",
)  # fmt: skip
DAYS = {name: number for number, name in enumerate(("MO", "TU", "WE", "TH", "FR", "SA", "SU"))}
A_MONDAY = date(2026, 1, 5)


@lru_cache(maxsize=4096)
def _name(code: str, reader: str) -> str:
    name = Locale.parse(reader, sep="-").languages.get(code)
    return (name[:1].upper() + name[1:]) if name else code


def language_name(code: str) -> str:
    """Return a language in the reader's own."""
    return _name(code, (get_language() or "en").split("-")[0])


def language_choices() -> list[tuple[str, str]]:
    """Return the languages to choose from, by name."""
    return sorted(((code, language_name(code)) for code in LANGUAGES), key=lambda one: one[1].casefold())


def often_words(rule: str) -> str:
    """Return how often a circle meets in a few words; a rule of its own is shown as calendars write it."""
    parts = dict(part.split("=", 1) for part in rule.split(";"))
    day = parts.get("BYDAY", "")
    known = parts.keys() <= {"FREQ", "INTERVAL", "BYDAY"}
    if known and day in DAYS and parts["FREQ"] == "WEEKLY":
        weekday = date_format(A_MONDAY + timedelta(days=DAYS[day]), "l")
        every = parts.get("INTERVAL", "1")
        if every == "1":
            return _("Every %(weekday)s") % {"weekday": weekday}
        return _("Each %(weekday)s, every %(every)s weeks") % {"weekday": weekday, "every": every}
    if known and "INTERVAL" not in parts and day[-2:] in DAYS and parts["FREQ"] == "MONTHLY":
        weekday = date_format(A_MONDAY + timedelta(days=DAYS[day[-2:]]), "l")
        place = {"1": _("first"), "2": _("second"), "3": _("third"), "4": _("fourth"), "-1": _("last")}.get(
            day[:-2]
        )
        if place:
            return _("Each month on the %(place)s %(weekday)s") % {"place": place, "weekday": weekday}
    return rule
