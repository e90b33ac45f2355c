"""What may come in through a form, what is kept aside, and by when somebody calls."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum

from strandline.lib import emails, phones
from strandline.lib.text import BadText, clean

MOST_NAME = 300
MOST_ANSWER = 1000
MOST_POSTCODE = 20
# So many sign-ups of one address on one form in a day are taken; the rest is looked at (PROMISES F7).
MOST_OF_ONE_ADDRESS = 3
SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,58}[a-z0-9])?")
# Pages of their own stand at these places.
NOT_SLUGS = frozenset({"worker", "new", "thanks"})
# The languages in which the public pages speak.
LANGUAGES = ("en", "es")


class Way(StrEnum):
    """By which door someone came."""

    WEB = "web"
    TABLE = "table"
    PAPER = "paper"
    API = "api"

    @property
    def words(self) -> str:
        """Return the door as the page names it."""
        return {Way.WEB: "Form", Way.TABLE: "Table", Way.PAPER: "Paper sheet", Way.API: "Another system"}[
            self
        ]


class State(StrEnum):
    """Where a submission stands."""

    KEPT = "kept"
    WAITING = "waiting"
    CONFIRMED = "confirmed"
    QUARANTINED = "quarantined"
    TAKEN_BACK = "taken_back"


class Reason(StrEnum):
    """Why something was kept aside to be looked at."""

    CLOSED = "closed"
    NO_PROOF = "no_proof"
    TRAP = "trap"
    CROWD = "crowd"
    ORIGIN = "origin"
    REPEATED = "repeated"
    DEVICE = "device"
    UNDER_AGE = "under_age"
    ON_BEHALF = "on_behalf"
    UNREADABLE = "unreadable"
    FAULTY = "faulty"

    @property
    def words(self) -> str:
        """Return the reason as a sentence for who looks at it."""
        return {
            Reason.CLOSED: "It came after the form was closed.",
            Reason.NO_PROOF: "The browser sent no proof of work. Old browsers send none, and so do robots.",
            Reason.TRAP: "A field that people cannot see was filled in, as robots do.",
            Reason.CROWD: "Very many came from one network within a minute.",
            Reason.ORIGIN: "It was sent from another website's page.",
            Reason.REPEATED: "The same address was sent several times within a day.",
            Reason.DEVICE: "The phone's code was not valid: revoked, run out or unknown.",
            Reason.UNDER_AGE: "They are younger than the form allows. Ask a parent first.",
            Reason.ON_BEHALF: "Someone else filled it in for them. Ask them before you keep it.",
            Reason.FAULTY: "A field holds what cannot be kept. Look at the paper, or ask who took it down.",
            Reason.UNREADABLE: "It cannot be read with the keys that are here. It is kept as it came.",
        }[self]


@dataclass(frozen=True)
class FormFacts:
    """What is known of a form when a sheet is judged."""

    pk: int
    slug: str
    title: str
    branch: int
    team: int | None
    region: str
    promise_hours: int
    least_age: int
    consent_text: str
    questions: tuple[str, ...] = ()
    asks_birth_year: bool = False
    is_double_opt_in: bool = False
    is_guarded: bool = True
    closes_at: datetime | None = None

    def is_open(self, at: datetime) -> bool:
        return self.closes_at is None or at < self.closes_at


@dataclass(frozen=True)
class Sheet:
    """One entry as it was handed in, with what the door found about it. `typed` is kept as it is."""

    form: str
    token: str
    fingerprint: str
    typed: Mapping[str, str]
    at: datetime
    way: Way = Way.WEB
    language: str = ""
    device_at: datetime | None = None
    device: str = ""
    by: int | None = None
    actor: str = "visitor"
    reach_key: str = ""
    # What the door found suspicious: then it is kept aside, whatever else it is.
    held: Reason | None = None


@dataclass(frozen=True)
class Fault:
    """What is wrong with one field, in a sentence."""

    field: str
    reason: str


class Outcome(StrEnum):
    """What became of a sheet."""

    KEPT = "kept"
    REFUSED = "refused"
    REUSED = "reused"
    ABSENT = "absent"


@dataclass(frozen=True)
class Answer:
    """The answer to one sheet. A repeat gets the first answer again; what is kept aside reads the same as what is kept."""

    outcome: Outcome
    code: str = ""
    state: State = State.KEPT
    reason: str = ""
    due_at: datetime | None = None
    faults: tuple[Fault, ...] = ()
    is_repeat: bool = False


@dataclass(frozen=True)
class Entry:
    """A sheet that was read: whom it brings and how they are reached."""

    name: str
    kind: str
    value: str
    normal: str
    postcode: str = ""
    answers: tuple[tuple[str, str], ...] = ()
    has_consent: bool = False
    born_year: int | None = None
    faults: tuple[Fault, ...] = field(default=())


# What a form asks. Whatever else is sent is not looked at (PROMISES F15).
FIELDS = ("name", "reach", "postcode", "answer1", "answer2", "consent", "birth_year", "wishes", "on_behalf")
# May show a view, so they are kept only with consent.
ANSWERS = ("answer1", "answer2", "wishes")
YES = frozenset({"yes", "on", "true", "1"})


def asked(sent: Mapping[str, object]) -> dict[str, str]:
    """Return of what was sent only what a form asks, as text; nothing that was left empty."""
    return {name: str(sent[name]) for name in FIELDS if sent.get(name) not in (None, "")}


def read(typed: Mapping[str, str], form: FormFacts, *, on: date) -> Entry:
    """Read what was typed; what cannot be kept stands in `faults`, a sentence for each field.

    Without consent no answer to a question is read: it may show a view (PROMISES F14).
    """
    faults: list[Fault] = []

    def words(name: str, label: str, most: int, *, required: bool = False, multiline: bool = False) -> str:
        try:
            return clean(typed.get(name, ""), field=label, most=most, required=required, multiline=multiline)
        except BadText as bad:
            faults.append(Fault(name, bad.reason))
            return ""

    name = words("name", "name", MOST_NAME, required=True)
    kind, value, normal = read_reach(words("reach", "reach", 320, required=True), form.region, faults)
    has_consent = typed.get("consent", "") in YES
    postcode = words("postcode", "postcode", MOST_POSTCODE)
    answers = tuple(
        (question, words(f"answer{place}", question, MOST_ANSWER, multiline=True))
        for place, question in enumerate(form.questions, 1)
        if has_consent
    )
    year = _year(typed.get("birth_year", ""), on, faults) if form.asks_birth_year else None
    return Entry(name, kind, value, normal, postcode, answers, has_consent, year, tuple(faults))


def read_reach(typed: str, region: str, faults: list[Fault]) -> tuple[str, str, str]:
    """Return kind, value and normal form of what is either an e-mail address or a telephone number."""
    if not typed:
        return "", "", ""
    try:
        if "@" in typed:
            return "email", typed, emails.parse(typed).normal
        return "phone", typed, phones.parse(typed, region).e164
    except (emails.BadEmail, phones.BadPhone) as bad:
        faults.append(Fault("reach", bad.reason))
        return "", "", ""


def _year(typed: str, on: date, faults: list[Fault]) -> int | None:
    text = typed.strip()
    if not (len(text) == 4 and text.isdecimal() and on.year - 125 <= int(text) <= on.year):
        faults.append(Fault("birth_year", "Write the year you were born in four figures."))
        return None
    return int(text)


def is_too_young(entry: Entry, form: FormFacts, *, on: date) -> bool:
    """Tell whether they may be younger than the form allows: by the year alone, the benefit of the doubt is theirs."""
    return bool(form.least_age and entry.born_year and on.year - entry.born_year < form.least_age)


def kept_aside(
    sheet: Sheet, entry: Entry, form: FormFacts, *, on: date, of_one_address: int, device_is_good: bool
) -> Reason | None:
    """Return why a sheet is to be looked at before anyone is put on record for it; None when nothing speaks for it."""
    if sheet.held is not None:
        return sheet.held
    if not form.is_open(taken_at(sheet)) and sheet.way is not Way.PAPER:
        return Reason.CLOSED
    if sheet.way is Way.TABLE and not device_is_good:
        return Reason.DEVICE
    if is_too_young(entry, form, on=on):
        return Reason.UNDER_AGE
    if sheet.typed.get("on_behalf", "") in YES:
        return Reason.ON_BEHALF
    if sheet.way is Way.WEB and of_one_address >= MOST_OF_ONE_ADDRESS:
        return Reason.REPEATED
    return None


def taken_at(sheet: Sheet) -> datetime:
    """Return when it was taken down: by the phone's clock where that is not ahead of ours, else now."""
    if sheet.way is Way.TABLE and sheet.device_at is not None:
        return min(sheet.device_at, sheet.at)
    return sheet.at


def promised_by(at: datetime, hours: int) -> datetime:
    """Return the moment by which somebody has to have called."""
    return at + timedelta(hours=hours)


def is_slug(text: str) -> bool:
    """Tell whether a text can be a form's address: small letters, figures and dashes."""
    return SLUG.fullmatch(text) is not None and text not in NOT_SLUGS


def owed_call(title: str) -> str:
    """Return the words of the first call that a sign-up is owed, by the title of its form."""
    return f"First call: signed up on “{title[:200]}”"
