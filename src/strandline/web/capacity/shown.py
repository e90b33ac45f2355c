"""The answer to a what-if as the page shows it: figures in words, and the range of a thousand courses as a picture."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from strandline.ledger.capacity.rules.bound import whole_people
from strandline.web.going import Going, going
from strandline.web.pictures.picture import number, percent
from strandline.web.said import said

if TYPE_CHECKING:
    from strandline.ledger.capacity.models import WhatIf


@dataclass(frozen=True)
class Interest:
    """What waiting costs under one assumption."""

    theta: str
    reached: str
    lost: str
    longest_wait: int
    share: int


@dataclass(frozen=True)
class Course:
    """What the thousand courses say under one assumption."""

    theta: str
    in_time: str
    in_time_range: str
    ties: str
    ties_range: str
    crest: str
    low: int
    middle: int
    high: int


@dataclass(frozen=True)
class Tested:
    """What the forecast would have said of one past wave, and what came."""

    name: str
    said: str
    came: str
    inside: bool


@dataclass(frozen=True)
class Answer:
    """All that the page shows of an answer."""

    bound: str
    calls: str
    organisers: str
    tries: str
    capacity: str
    by_promise: list[tuple[str, str]]
    interest: list[Interest]
    is_waiting: bool = False
    refusal: str = ""
    learnt: str = ""
    assumed: str = ""
    enough: bool = True
    courses: list[Course] = field(default_factory=list)
    remedy: str = ""
    too_wide: str = ""
    backtest: str = ""
    tested: list[Tested] = field(default_factory=list)


def answer(row: WhatIf) -> Answer:
    """The answer of a question that was kept."""
    return _told(row.exact, row.courses, is_waiting=row.done_at is None, refusal=row.refusal)


def how_far(row: WhatIf, *, at: datetime) -> Going | None:
    """How far it is; None when it is done."""
    if row.done_at is not None:
        return None
    if row.begun_at is None or not row.parts:
        return Going(_("It waits for its turn."))
    words = {
        "courses": _("Running a thousand courses of the wave."),
        "remedy": _("Looking for the smallest change that keeps the promise."),
        "backtest": _("Asking what it would have said of your past waves."),
    }.get(row.stage, "")
    return going(words, row.parts_done, row.parts, began_at=row.begun_at, at=at)


def example(exact: dict[str, Any], courses: dict[str, Any]) -> Answer:
    """The answer to the example."""
    return _told(exact, courses)


def asked(row: WhatIf) -> list[tuple[str, str]]:
    """The question in words."""
    told = row.question
    so_far = sum(told["so_far"])
    lines = [(_("Came so far"), number(so_far))] if so_far else []
    lines += [
        (_("Still to come") if so_far else _("Sign-ups"), _("%(n)s in %(days)s days") % {"n": number(told["size"]), "days": told["days"]}),
        (_("Callers"), _("%(n)s, %(hours)s h a day each") % {"n": number(told["organisers"]), "hours": f"{told['hours_a_day']:g}"}),
        (_("Promise"), ngettext("a call within %(n)s day", "a call within %(n)s days", told["promise_days"]) % {"n": told["promise_days"]}),
        (_("A try reaches somebody"), percent(row.exact["reach"])),
    ]  # fmt: skip
    return lines


def summary(row: WhatIf) -> dict[str, Any]:
    """A question as the list of the latest names it."""
    told = row.question
    words = _("%(n)s sign-ups, %(callers)s callers") % {
        "n": number(row.exact["came"]),
        "callers": number(told["organisers"]),
    }
    return {"code": row.code, "words": words, "name": told["name"], "at": row.asked_at}


def _told(
    exact: dict[str, Any], courses: dict[str, Any], *, is_waiting: bool = False, refusal: str = ""
) -> Answer:
    learnt = courses.get("learnt") or {"enough": True, "reason": "", "assumed": []}
    tested = courses.get("backtest")
    return Answer(
        bound=exact["bound"]["sentence"],
        calls=number(exact["bound"]["whole"]),
        organisers=number(whole_people(exact["organisers"])),
        tries=_digits(exact["tries"], 2),
        capacity=number(exact["calls_a_day"]),
        by_promise=[
            (
                ngettext("%(n)s day", "%(n)s days", days) % {"n": days} if days else _("the same day"),
                number(calls),
            )
            for days, calls in exact["by_promise"]
        ],
        interest=[_interest(one) for one in exact["interest"]],
        is_waiting=is_waiting,
        refusal=refusal,
        learnt=learnt["reason"],
        assumed=", ".join(map(said, learnt["assumed"])),
        enough=learnt["enough"],
        courses=[_course(one) for one in courses.get("forecasts", ())],
        remedy=courses.get("remedy", ""),
        too_wide=courses.get("too_wide", ""),
        backtest=tested["sentence"] if tested else "",
        tested=[_tested(one) for one in tested["waves"]] if tested else [],
    )


def _digits(value: float, digits: int) -> str:
    """Write a number with at most so many digits, by the reader's language: *2*, *1.7*, *0.05*."""
    return number_format(f"{value:.{digits}g}")


def _interest(one: dict[str, Any]) -> Interest:
    share = round(100 * one["reached"] / one["came"]) if one["came"] else 0
    return Interest(
        _digits(one["theta"], 3), number(one["reached"]), number(one["lost"]), one["longest_wait"], share
    )


def _course(one: dict[str, Any]) -> Course:
    share, ties = one["share_in_time"], one["ties"]
    return Course(
        theta=_digits(one["theta"], 3),
        in_time=percent(share["median"]),
        in_time_range=_range(percent(share["low"]), percent(share["high"])),
        ties="–" if ties is None else number(ties["median"]),
        ties_range="" if ties is None else _range(number(ties["low"]), number(ties["high"])),
        crest=number(one["crest"]["median"]),
        low=round(100 * share["low"]),
        middle=round(100 * share["median"]),
        high=round(100 * share["high"]),
    )


def _tested(one: dict[str, Any]) -> Tested:
    said = one["said"]
    words = _("%(middle)s, %(range)s") % {
        "middle": percent(said["median"]),
        "range": _range(percent(said["low"]), percent(said["high"])),
    }
    return Tested(one["name"], words, percent(one["came"]), one["inside"])


def _range(low: str, high: str) -> str:
    return _("%(low)s to %(high)s") % {"low": low, "high": high}
