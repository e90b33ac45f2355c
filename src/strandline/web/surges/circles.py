"""Circles of a surge's arrivals: proposed by place, language and hour, edited by a plain form, formed in one go."""

from __future__ import annotations

from collections import Counter
from datetime import date, time
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, QueryDict
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from strandline.lib.codes import is_code
from strandline.lib.text import BadText
from strandline.steady.circles.actions import CannotConvene, NewCircle
from strandline.steady.people import queries as people
from strandline.surge.absorption import actions
from strandline.surge.absorption import queries as absorption
from strandline.surge.absorption.actions import ChosenCircle
from strandline.surge.absorption.rules.circles import MOST, CircleProposal, Slot
from strandline.surge.moments import queries as moments
from strandline.surge.moments.queries import Sight
from strandline.web import render, toasts
from strandline.web.answers import see_other
from strandline.web.circles.forms import WEEKLY, rule_of
from strandline.web.circles.words import language_choices, language_name
from strandline.web.forms import Day, Form, Words
from strandline.web.once import once_of
from strandline.web.requests import Request
from strandline.web.toasts import toast_for

if TYPE_CHECKING:
    from strandline.surge.absorption.queries import Proposals
    from strandline.surge.moments.models import Surge

HOURS = range(8, 22)
USUAL = (Slot(1, 19), Slot(3, 19))
MOST_SLOTS, MOST_CIRCLES = 3, 60
Choices = list[tuple[str, str]]


class ProposedForm(Form):
    """One proposed circle, to be formed as it stands or as it is changed."""

    use = forms.BooleanField(label=gettext_lazy("Form this circle"), required=False)
    name = Words(label=gettext_lazy("Name"), most=200)
    place = Words(label=gettext_lazy("Where it meets"), most=200, required=False)
    language = forms.ChoiceField(label=gettext_lazy("Language"), choices=language_choices)
    starts_on = Day(
        label=gettext_lazy("First meeting"), error_messages={"required": gettext_lazy("Say which day.")}
    )
    starts_time = forms.TimeField(
        label=gettext_lazy("At what hour"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    convenor = forms.ChoiceField(label=gettext_lazy("Convenor"))
    people = forms.MultipleChoiceField(
        label=gettext_lazy("Whom to ask"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "invalid_choice": gettext_lazy("Somebody of these has a circle by now, or is not yours to ask.")
        },
    )

    def __init__(self, *args: Any, convenors: Choices, people: Choices, **more: Any) -> None:
        super().__init__(*args, **more)
        for name, choices in (("convenor", convenors), ("people", people)):
            field = self.fields[name]
            if isinstance(field, forms.ChoiceField):
                field.choices = choices
        self.shown = [code for code, _name in people]

    def chosen(self) -> ChosenCircle:
        """Return the circle, for the action."""
        asked = self.cleaned_data
        first: date = asked["starts_on"]
        new = NewCircle(
            name=asked["name"],
            recurrence=rule_of(WEEKLY, first, ""),
            starts_on=first,
            starts_time=asked["starts_time"],
            place=asked["place"],
            language=asked["language"],
            capacity=MOST,
        )
        return ChosenCircle(new, asked["convenor"], tuple(asked["people"]))


@require_http_methods(["GET", "HEAD", "POST"])
def surge_circles(request: Request, code: str) -> HttpResponse:
    """Propose circles of a surge's arrivals, and form those that were chosen."""
    row = moments.surge(viewer=request.viewer, code=code)
    sight = moments.sight_of(viewer=request.viewer, surge=row)
    if sight is not Sight.MEMBER or not request.viewer.works_with_people:
        raise PermissionDenied
    slots = _slots(request.GET)
    found = absorption.proposals(
        viewer=request.viewer, surge=row, slots=slots, on=request.today, at=request.at
    )
    if request.method != "POST":
        return _page(request, row, found, slots, _offered(found, request.today))
    asked = _asked(request, found)
    refusal = ""
    # Each form is judged, so that each says what is wrong with it.
    if not [form for form in asked if not form.is_valid()]:
        try:
            made = actions.form_circles(
                surge=code,
                chosen=[form.chosen() for form in asked if form.cleaned_data["use"]],
                by=request.viewer,
                at=request.at,
                once=once_of(request),
            )
        except (CannotConvene, BadText) as refused:
            # Nothing was formed; what was chosen stands on the page as it came.
            refusal = str(getattr(refused, "reason", refused))
        else:
            words = ngettext("Formed: %(n)s circle.", "Formed: %(n)s circles.", len(made)) % {"n": len(made)}
            toasts.put(
                request, toast_for(f"{words} {_('Its people stand on the lists of those who hold them.')}")
            )
            return see_other(f"/surges/{code}/circles/")
    return _page(request, row, found, slots, asked, refusal=refusal, status=422)


def _slots(given: QueryDict) -> tuple[Slot, ...]:
    """The hours of the week of an address; what cannot be read is left out, and without any there are the usual ones."""
    found = []
    for text in given.getlist("slot")[:MOST_SLOTS]:
        day, _dash, hour = text.partition("-")
        if day in {str(n) for n in range(7)} and hour in {str(n) for n in HOURS}:
            found.append(Slot(int(day), int(hour)))
    return tuple(dict.fromkeys(found)) or USUAL


def _choices(found: Proposals, codes: list[str], names: dict[str, str]) -> dict[str, Choices]:
    leads = sorted((lead.account.name, code) for code, lead in found.leads.items())
    return {
        "convenors": [(code, name) for name, code in leads],
        "people": [(code, names[code]) for code in codes if code in names],
    }


def _offered(found: Proposals, on: date) -> list[ProposedForm]:
    """A form for each proposal, filled in."""
    made = []
    names = {code: person.full_name for code, person in found.people.items()}
    named: Counter[str] = Counter()
    for number, one in enumerate(found.plan.circles[:MOST_CIRCLES]):
        name = f"{one.place} {WEEKDAYS[one.slot.weekday]}"
        named[name] += 1
        initial = {
            "use": True,
            "name": name if named[name] == 1 else f"{name} {named[name]}",
            "place": one.place,
            "language": one.language,
            "starts_on": date.fromordinal(one.first_day),
            "starts_time": time(one.slot.hour),
            "convenor": one.convenor,
            "people": list(one.people),
        }
        form = ProposedForm(initial=initial, prefix=f"c{number}", **_choices(found, list(one.people), names))
        form.title = _title(one)  # type: ignore[attr-defined]  # for the heading of its card
        made.append(form)
    return made


def _asked(request: Request, found: Proposals) -> list[ProposedForm]:
    """The forms that came back, as many as were shown.

    Whoever was shown can be chosen: what became of them meanwhile, the action judges, so that a repeat is one.
    """
    made = []
    prefixes = [f"c{number}" for number in range(MOST_CIRCLES)]
    shown = {
        prefix: [code for code in sent[: MOST + 1] if is_code(code)]
        for prefix in prefixes
        if (sent := request.POST.getlist(f"{prefix}-shown"))
    }
    codes = [code for part in shown.values() for code in part]
    rows = people.people_by_code(viewer=request.viewer, codes=codes)
    names = {row.code: row.full_name for row in rows}
    for prefix in prefixes:
        if prefix not in shown:
            break
        form = ProposedForm(request.POST, prefix=prefix, **_choices(found, shown[prefix], names))
        form.title = request.POST.get(f"{prefix}-name", "")  # type: ignore[attr-defined]  # for the heading of its card
        made.append(form)
    return made


def _title(one: CircleProposal) -> str:
    return _("%(place)s, %(language)s, %(day)s %(hour)s:00") % {
        "place": one.place,
        "language": language_name(one.language),
        "day": WEEKDAYS[one.slot.weekday],
        "hour": one.slot.hour,
    }


def _page(
    request: Request,
    row: Surge,
    found: Proposals,
    slots: tuple[Slot, ...],
    proposed: list[ProposedForm],
    *,
    refusal: str = "",
    status: int = 200,
) -> HttpResponse:
    why_not = Counter(found.plan.unplaced.values())
    context = {
        "surge": row,
        "proposed": proposed,
        "without": found.without,
        "placed": sum(len(one.people) for one in found.plan.circles),
        "why_not": sorted(why_not, key=lambda reason: (-why_not[reason], reason)),
        "hours": [
            {
                "chosen": slots[place] if place < len(slots) else None,
                "options": [
                    (
                        f"{day}-{hour}",
                        f"{WEEKDAYS[day]} {hour}:00",
                        slots[place : place + 1] == (Slot(day, hour),),
                    )
                    for day in range(7)
                    for hour in HOURS
                ],
            }
            for place in range(MOST_SLOTS)
        ],
        "formed": absorption.circles_of(viewer=request.viewer, surge=row),
        "refusal": refusal,
    }
    shown = [code for form in proposed for code in form.shown]
    rows = [found.people[code] for code in shown if code in found.people]
    if len(rows) < len(shown):
        rows = people.people_by_code(viewer=request.viewer, codes=shown)
    shows = [row.audit_id for row in rows]
    return render.page(request, "surges/surge_circles.html", context=context, shows=shows, status=status)
