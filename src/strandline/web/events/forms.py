"""What is asked when an event is planned."""

from __future__ import annotations

from datetime import tzinfo
from typing import Any

from django.utils.translation import gettext_lazy as _

from strandline.web.forms import Form, Moment, Words


class EventForm(Form):
    """An event: what it is called, when and where."""

    name = Words(label=_("Name"), most=200)
    starts_at = Moment(label=_("When"), error_messages={"required": _("Say on which day and at what hour.")})
    place = Words(label=_("Where"), most=200, required=False)

    def __init__(self, *args: Any, zone: tzinfo, **more: Any) -> None:
        super().__init__(*args, **more)
        starts = self.fields["starts_at"]
        if isinstance(starts, Moment):
            starts.zone = zone
