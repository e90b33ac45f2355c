"""Being counted in: written for many, so that the sign-ups of a few milliseconds share one commit."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction

from strandline.lib.codes import neighbours
from strandline.organisation.audit import actions as audit
from strandline.organisation.audit.actions import Line
from strandline.organisation.branches import queries as branches
from strandline.organisation.notices import actions as notices
from strandline.organisation.notices.rules import Purpose
from strandline.steady.followup import actions as followup
from strandline.steady.intake import rules
from strandline.steady.intake.models import DeviceCode, Form, Submission
from strandline.steady.intake.rules import Answer, Entry, FormFacts, Outcome, Reason, Sheet, State, Way
from strandline.steady.people import actions as people
from strandline.steady.people.actions import Newcomer
from strandline.steady.people.rules import SourceKind
from strandline.steady.ties import queries as ties
from strandline.store import asking, bulk, driver

Moments = Callable[[datetime | None], object]
_json = json.JSONEncoder(ensure_ascii=False).encode
SOURCES = {
    Way.WEB: SourceKind.FORM,
    Way.TABLE: SourceKind.TABLE,
    Way.PAPER: SourceKind.TABLE,
    Way.API: SourceKind.FORM,
}


@dataclass(frozen=True, slots=True)
class _New:
    """A sheet that will be stored, with what was decided about it."""

    place: int
    sheet: Sheet
    form: FormFacts
    entry: Entry
    state: State
    reason: Reason | None
    device: int | None
    code: str
    audit_id: str
    due_at: datetime

    @property
    def brings_person(self) -> bool:
        return self.state is not State.QUARANTINED

    @property
    def answer(self) -> Answer:
        reason = self.reason.value if self.reason else ""
        return Answer(Outcome.KEPT, self.code, self.state, reason, self.due_at)

    @property
    def words(self) -> str:
        """Return what they agreed to, if they did and it needs no confirming."""
        return self.form.consent_text if self.entry.has_consent and self.state is State.KEPT else ""


@transaction.atomic(durable=True, savepoint=False)
def sign_up(sheets: list[Sheet]) -> list[Answer]:
    """Keep what people sent, put them on record and owe them a first call; one answer each, in order.

    Refusals are answers: a field that cannot be kept, a token that came with other words, a form that is not there.
    A repeat of the same token, or on the web of the same words within a day, gets the first answer again.
    """
    with branches.one_request():
        return _answers(sheets)


def _answers(sheets: Sequence[Sheet]) -> list[Answer]:
    known = _Known.of(sheets)
    answers: list[Answer | None] = []
    new: list[_New] = []
    for place, sheet in enumerate(sheets):
        judged = known.judge(place, sheet)
        if isinstance(judged, _New):
            new.append(judged)
            answers.append(judged.answer)
        else:
            answers.append(judged)
    if new:
        _store(new, known.zone)
    return [answer for answer in answers if answer is not None]


class _Known:
    """What is on record about the sheets of one group, asked once for all of them."""

    def __init__(self, forms: dict[str, FormFacts], zone: ZoneInfo, codes: Iterator[str]) -> None:
        self.forms = forms
        self.zone = zone
        self.codes = codes
        self.by_token: dict[tuple[int, str], tuple[str, Answer]] = {}
        self.by_words: dict[tuple[int, str], Answer] = {}
        self.of_address: dict[str, int] = {}
        self.devices: dict[str, DeviceCode] = {}

    @classmethod
    def of(cls, sheets: Sequence[Sheet]) -> _Known:
        made = branches.organisation()
        region = made.region if made else "GB"
        among, slugs = bulk.among_texts(driver.here(), {s.form for s in sheets})
        rows = asking.records(Form, f"SELECT * FROM steady_form WHERE slug {among}", [slugs])
        forms = {row.slug: row.facts(region=region) for row in rows}
        known = cls(forms, ties.zone(), iter(neighbours(2 * len(sheets))))
        known._recall(sheets)
        return known

    def _recall(self, sheets: Sequence[Sheet]) -> None:
        since = min(s.at for s in sheets) - timedelta(days=1)
        tokens = {s.token for s in sheets}
        prints = {s.fingerprint for s in sheets if s.way is Way.WEB}
        for form in {facts.pk for facts in self.forms.values()}:
            self._earlier(form, "token", tokens)
            self._earlier(form, "fingerprint", prints, " AND at > %s AND way = %s", since, Way.WEB.value)
        if keys := {s.reach_key for s in sheets if s.reach_key}:
            among, given = bulk.among_texts(driver.here(), keys)
            counted = "SELECT reach_key, count(*) FROM steady_submission"
            asked = f"{counted} WHERE reach_key {among} AND at > %s GROUP BY reach_key"
            self.of_address = dict(asking.rows(asked, [given, since]))
        if codes := {s.device for s in sheets if s.device}:
            self.devices = {d.code: d for d in DeviceCode.objects.filter(code__in=codes)}

    def _earlier(self, form: int, column: str, values: set[str], more: str = "", *given: object) -> None:
        """Recall what this form was sent before with one of these tokens, or in the same words."""
        if not values:
            return
        among, texts = bulk.among_texts(driver.here(), values)
        for token, fingerprint, code, state, reason, due_at, way in asking.rows(
            "SELECT token, fingerprint, code, state, reason, due_at, way FROM steady_submission "
            f"WHERE form_id = %s AND {column} {among}{more}",
            [form, texts, *given],
        ):
            due = asking.moment(due_at)
            answer = Answer(Outcome.KEPT, code, State(state), reason, due)
            self._note(form, token, fingerprint, answer, Way(way))

    def _note(self, form: int, token: str, fingerprint: str, answer: Answer, way: Way) -> None:
        self.by_token[form, token] = (fingerprint, answer)
        if way is Way.WEB:
            self.by_words.setdefault((form, fingerprint), answer)

    def judge(self, place: int, sheet: Sheet) -> Answer | _New:
        """Say what becomes of one sheet; those before it in the group count as on record."""
        form = self.forms.get(sheet.form)
        if form is None:
            return Answer(Outcome.ABSENT)
        earlier = self.by_token.get((form.pk, sheet.token))
        if earlier is not None:
            same = earlier[0] == sheet.fingerprint
            return replace(earlier[1], is_repeat=True) if same else Answer(Outcome.REUSED)
        if sheet.way is Way.WEB and (form.pk, sheet.fingerprint) in self.by_words:
            return replace(self.by_words[form.pk, sheet.fingerprint], is_repeat=True)
        on = sheet.at.astimezone(self.zone).date()
        entry = rules.read(sheet.typed, form, on=on)
        if entry.faults and sheet.held is not Reason.UNREADABLE:
            if sheet.way is not Way.TABLE:
                return Answer(Outcome.REFUSED, faults=entry.faults)
            # Whoever took it down can no longer read it, so nothing may be sent back to the phone.
            sheet = replace(sheet, held=Reason.FAULTY)
        judged = self._decided(place, sheet, form, entry, on)
        self._note(form.pk, sheet.token, sheet.fingerprint, judged.answer, sheet.way)
        if sheet.reach_key:
            self.of_address[sheet.reach_key] = self.of_address.get(sheet.reach_key, 0) + 1
        return judged

    def _decided(self, place: int, sheet: Sheet, form: FormFacts, entry: Entry, on: date) -> _New:
        device = self.devices.get(sheet.device)
        is_good = device is not None and device.form_id == form.pk and device.is_good(rules.taken_at(sheet))
        reason = rules.kept_aside(
            sheet,
            entry,
            form,
            on=on,
            of_one_address=self.of_address.get(sheet.reach_key, 0),
            device_is_good=is_good,
        )
        waits = form.is_double_opt_in and entry.kind == "email" and sheet.way in (Way.WEB, Way.API)
        state = State.QUARANTINED if reason else State.WAITING if waits else State.KEPT
        due_at = rules.promised_by(sheet.at, form.promise_hours)
        pk = device.pk if device else None
        code, audit_id = next(self.codes), next(self.codes)
        return _New(place, sheet, form, entry, state, reason, pk, code, audit_id, due_at)


def _store(new: Sequence[_New], zone: ZoneInfo) -> None:
    """Write submissions, people, first calls, mails to be sent and the log: all of it, or nothing."""
    coming = [one for one in new if one.brings_person]
    ids: dict[int, int] = {}
    if coming:
        made = people.put_newcomers_on_record(newcomers=[_newcomer(one, zone) for one in coming])
        ids = {one.place: pk for one, pk in zip(coming, made, strict=True)}
        by_author: dict[int | None, list[_New]] = {}
        for one in coming:
            by_author.setdefault(one.sheet.by, []).append(one)
        for by, theirs in by_author.items():
            calls = [(ids[one.place], one.due_at, rules.owed_call(one.form.title)) for one in theirs]
            followup.owe_first_calls(calls=calls, at=theirs[0].sheet.at, by=by)
    here = driver.here()
    pks = bulk.reserve(here, Submission, len(new))
    moment = bulk.moments(here)
    rows = [_row(pk, one, ids.get(one.place), moment) for pk, one in zip(pks, new, strict=True)]
    bulk.insert(here, Submission, _COLUMNS, rows)
    _ask_to_confirm(one for one in new if one.state is State.WAITING)
    audit.record_lines(
        [Line(f"signup.{one.state.value}", one.sheet.actor, one.sheet.at, (one.audit_id,)) for one in new]
    )


def _newcomer(one: _New, zone: ZoneInfo) -> Newcomer:
    sheet, entry, form = one.sheet, one.entry, one.form
    return Newcomer(
        audit_id=one.audit_id,
        full_name=entry.name,
        kind=entry.kind,
        value=entry.value,
        normal=entry.normal,
        source=SOURCES[sheet.way].value,
        label=form.title,
        branch=form.branch,
        team=form.team,
        at=sheet.at,
        met_on=rules.taken_at(sheet).astimezone(zone).date()
        if _is_near(sheet)
        else sheet.at.astimezone(zone).date(),
        language=sheet.language,
        postcode=entry.postcode,
        agreed_to=one.words,
        by=sheet.by,
    )


def _is_near(sheet: Sheet) -> bool:
    """A phone's clock that is more than a month behind is wrong, not early."""
    return sheet.at - rules.taken_at(sheet) < timedelta(days=31)


_COLUMNS = (
    "id",
    "code",
    "audit_id",
    "form_id",
    "token",
    "fingerprint",
    "way",
    "at",
    "device_at",
    "device_id",
    "by_id",
    "language",
    "typed",
    "reach_key",
    "state",
    "reason",
    "due_at",
    "person_id",
)


def _row(pk: int, one: _New, person: int | None, moment: Moments) -> tuple[object, ...]:
    sheet = one.sheet
    return (
        pk,
        one.code,
        one.audit_id,
        one.form.pk,
        sheet.token,
        sheet.fingerprint,
        sheet.way.value,
        moment(sheet.at),
        moment(sheet.device_at),
        one.device,
        sheet.by,
        sheet.language,
        _json(_kept(one)),
        sheet.reach_key,
        one.state.value,
        one.reason.value if one.reason else "",
        moment(one.due_at),
        person,
    )


def _kept(one: _New) -> dict[str, str]:
    """Return what was typed, without answers that nobody agreed to have kept (PROMISES F14)."""
    typed = dict(one.sheet.typed)
    if not one.entry.has_consent:
        typed = {name: value for name, value in typed.items() if name not in rules.ANSWERS}
    return typed


def _ask_to_confirm(waiting: Iterable[_New]) -> None:
    """Put a mail into the outbox for each. Whether the address had one today is looked at when it leaves.

    Looked at here, it would take a little longer for an address that nobody gave before: whoever measures could tell.
    """
    by_moment: dict[datetime, list[str]] = {}
    for one in waiting:
        if one.sheet.reach_key:
            by_moment.setdefault(one.sheet.at, []).append(one.code)
    for at, subjects in by_moment.items():
        notices.put_mails(purpose=Purpose.CONFIRMATION, subjects=subjects, at=at)
