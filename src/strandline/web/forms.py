"""Forms that refuse what cannot be kept, in a sentence that names the field, and lose nothing that was typed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, tzinfo
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.forms.utils import flatatt
from django.http import QueryDict
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from strandline.lib import dates
from strandline.lib.text import BadText, clean

# What is left where bytes were not UTF-8: Django reads forms without refusing them.
NOT_TEXT = "\ufffd"
SEVERAL = (forms.MultipleChoiceField, forms.TypedMultipleChoiceField)


def typed(given: QueryDict, name: str, *, words: Any = "") -> str:
    """Return what was typed into a field that no form reads. Raises BadText where bytes were not text."""
    text = given.get(name, "")
    if NOT_TEXT in text:
        raise BadText(
            str(words or name), str(_("This holds bytes that are not text (UTF-8). Type it again."))
        )
    return text


class Words(forms.CharField):
    """Text as people type it, kept as typed or refused with the reason."""

    def __init__(self, *, most: int = 200, multiline: bool = False, **more: Any) -> None:
        more.setdefault("widget", forms.Textarea(attrs={"rows": 3}) if multiline else forms.TextInput())
        super().__init__(strip=False, **more)
        self.most, self.multiline = most, multiline

    def clean(self, value: Any) -> str:
        text = str(value or "").replace("\r\n", "\n")
        if NOT_TEXT in text:
            raise ValidationError(_("This holds bytes that are not text (UTF-8). Type it again."))
        try:
            return clean(
                text,
                field=str(self.label),
                most=self.most,
                multiline=self.multiline,
                required=self.required,
            )
        except BadText as bad:
            raise ValidationError(bad.reason) from bad


class Day(forms.CharField):
    """A day, as a date field sends it or as someone types it; one that could be two days is asked about."""

    def __init__(self, **more: Any) -> None:
        more.setdefault("widget", forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
        super().__init__(max_length=40, **more)

    def clean(self, value: Any) -> date | None:
        text = str(super().clean(value) or "")
        if not text:
            return None
        try:
            return dates.read_day(text)
        except dates.BadDate as bad:
            raise ValidationError(bad.reason) from bad


class Moment(forms.CharField):
    """A moment on the clocks of the organisation. Its form sets `zone`."""

    zone: tzinfo

    def __init__(self, **more: Any) -> None:
        more.setdefault("widget", forms.DateTimeInput(attrs={"type": "datetime-local"}))
        super().__init__(max_length=60, **more)

    def clean(self, value: Any) -> datetime | None:
        text = str(super().clean(value) or "")
        if not text:
            return None
        try:
            return dates.read_moment(text, zone=self.zone)
        except dates.BadDate as bad:
            raise ValidationError(bad.reason) from bad
        except (ValueError, OverflowError, OSError) as bad:
            raise ValidationError(_("There is no such moment. Write it as 2026-03-04 14:05.")) from bad


class Form(forms.Form):
    """A form as ours are: a field that came twice is refused, and an action's refusal finds its field."""

    use_required_attribute = False

    def clean(self) -> dict[str, Any]:
        if isinstance(self.data, QueryDict):
            for name, field in self.fields.items():
                if not isinstance(field, SEVERAL) and len(self.data.getlist(self.add_prefix(name))) > 1:
                    self.add_error(name, _("This came twice. Send it once."))
        return super().clean() or self.cleaned_data

    def refuse(self, error: Exception) -> None:
        """Put what an action refused beside the field it names, else above the form."""
        name = getattr(error, "field", "")
        reason = getattr(error, "reason", None) or str(error)
        self.add_error(name if name in self.fields else None, reason)


class Choice(forms.Select):
    """A choice among many, written in one go: Django's own renders a template for every option.

    It holds no groups; what it writes is what Django's writes, without the spaces.
    """

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        chosen = {str(one) for one in self.format_value(value)}
        options = format_html_join(
            "",
            '<option value="{}"{}>{}</option>',
            (
                (key, SafeString(" selected") if str(key) in chosen else "", words)
                for key, words in cast("Iterable[tuple[str, str]]", self.choices)
            ),
        )
        given = flatatt({"name": name, **self.build_attrs(self.attrs, attrs)})
        return format_html("<select{}>{}</select>", given, options)
