"""Reading what a form has sent: plain, in UTF-8, each field once."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple
from urllib.parse import parse_qsl

from django.conf import settings
from django.core.exceptions import TooManyFieldsSent
from django.http import HttpRequest

from strandline.steady.intake import rules

PLAIN, IN_PARTS = "application/x-www-form-urlencoded", "multipart/form-data"


class Fields(dict[str, str]):
    """What was sent, by field: of one that came twice, the last."""


class Post(NamedTuple):
    """What came, and whether it is what a form sends: what is not is shown again, but never kept."""

    fields: Fields
    is_whole: bool


def read(request: HttpRequest) -> Post:
    """Read a post. One in which a field came twice does not count as whole."""
    sent = _pairs(request)
    if sent is None:
        return Post(Fields(), is_whole=False)
    fields = Fields()
    is_whole = True
    for name, value in sent:
        if name in rules.FIELDS and (name in fields or "\ufffd" in value):
            is_whole = False
        fields[name] = value
    return Post(fields, is_whole)


def _pairs(request: HttpRequest) -> Iterable[tuple[str, str]] | None:
    if request.META.get("HTTP_CONTENT_ENCODING", "identity").lower() != "identity":
        return None
    if request.content_type == IN_PARTS and not request.FILES:
        return [(name, value) for name, values in request.POST.lists() for value in values]
    if (
        request.content_type != PLAIN
        or (request.content_params or {}).get("charset", "utf-8").lower() != "utf-8"
    ):
        return None
    try:
        # Django keeps a list for each field, which takes several times as long as reading them.
        return parse_qsl(
            request.body.decode("utf-8"),
            keep_blank_values=True,
            max_num_fields=settings.DATA_UPLOAD_MAX_NUMBER_FIELDS,
        )
    except UnicodeDecodeError:
        return None
    except ValueError as many:
        raise TooManyFieldsSent("More fields than a form has.") from many
