"""The language of an account among those that there are."""

from __future__ import annotations

from django.conf import settings
from django.utils.translation import get_supported_language_variant


def language_of(kept: str) -> str:
    """Return the code of `LANGUAGES` that an account's language means; the default where there is none."""
    try:
        return get_supported_language_variant(kept)
    except LookupError:
        return settings.LANGUAGE_CODE


def name_of(kept: str) -> str:
    """Return the account's language in its own words."""
    return str(dict(settings.LANGUAGES)[language_of(kept)])
