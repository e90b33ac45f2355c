from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import transaction

from strandline.lib import emails, phones
from strandline.lib.text import clean, fold
from strandline.organisation.accounts.rules import Sensitivity, Viewer
from strandline.organisation.audit import actions as audit
from strandline.organisation.branches import queries as branches
from strandline.organisation.branches.models import Branch, Team
from strandline.steady.people import queries
from strandline.steady.people.models import (
    Address,
    Belonging,
    Channel,
    Consent,
    CustomValue,
    Person,
    PersonTag,
    Source,
    Tag,
)
from strandline.steady.people.rules import (
    MOST_ADDRESS,
    MOST_CHANNELS,
    MOST_NAME,
    MOST_TAGS,
    ChannelKind,
    ConsentPurpose,
    CustomKind,
    SourceKind,
    name_keys,
    read_custom,
)
from strandline.store.records import Absent, FieldClass, Stale

from .arriving import Newcomer, agree, put_newcomers_on_record
from .filling import Filling, custom_field_named, fill_in, forget_names, tag_named
from .loading import Arrival, begin_batch, close_batch, load, make_findable, open_batch, unload
from .sharing import CannotShare, end_grant, let_in_to, let_out_of, open_with_reason, share_person

__all__ = [
    "Arrival",
    "CannotShare",
    "Filling",
    "Newcomer",
    "agree",
    "begin_batch",
    "close_batch",
    "custom_field_named",
    "end_grant",
    "fill_in",
    "forget_names",
    "let_in_to",
    "let_out_of",
    "load",
    "make_findable",
    "open_batch",
    "open_with_reason",
    "put_newcomers_on_record",
    "share_person",
    "tag_named",
    "unload",
]


class CannotAdd(ValueError):
    """What was given cannot be kept; `field` names it and the reason says why."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(reason)
        self.field = field
        self.reason = reason


@dataclass(frozen=True)
class Reach:
    """One way to reach someone, as typed."""

    kind: ChannelKind
    value: str
    label: str = ""


@dataclass(frozen=True)
class NewPerson:
    """What is known of someone who is put on record."""

    full_name: str
    reaches: tuple[Reach, ...] = ()
    given_name: str = ""
    family_name: str = ""
    also_known_as: str = ""
    languages: tuple[str, ...] = ()
    born_on: date | None = None
    practical_note: str = ""
    sensitivity: Sensitivity = Sensitivity.NORMAL
    source_kind: SourceKind = SourceKind.CONVERSATION
    source_label: str = ""
    met_on: date | None = None
    introducer: str = ""
    address: dict[str, str] = field(default_factory=dict)
    tags: tuple[str, ...] = ()


def read_reach(text: str, *, region: str) -> Reach:
    """Tell an e-mail address from a telephone number in one field. Raises CannotAdd when it is neither."""
    kind = ChannelKind.EMAIL if "@" in text else ChannelKind.PHONE
    normal_form(Reach(kind, text), region=region)
    return Reach(kind, text)


def normal_form(reach: Reach, *, region: str) -> str:
    """Return the form in which two channels are compared. Raises CannotAdd and says what is wrong with it."""
    try:
        if reach.kind is ChannelKind.EMAIL:
            return emails.parse(reach.value).normal
        if reach.kind is ChannelKind.PHONE:
            return phones.parse(reach.value, region).e164
        return fold(clean(reach.value, field="contact", most=320))
    except (emails.BadEmail, phones.BadPhone) as bad:
        raise CannotAdd(reach.kind.value, str(bad.reason)) from bad


def named(person: Person) -> Person:
    """Set the keys that follow from the names: for search and for order."""
    person.folded, person.order_key = name_keys(person.full_name, person.also_known_as, person.code)
    return person


@transaction.atomic(savepoint=False)
def put_on_record(*, new: NewPerson, by: Viewer, at: datetime, team: Team | None, branch: Branch) -> Person:
    """Make the record of a person with channels and source: a step of the action that brings them in."""
    region = getattr(branches.organisation(), "region", "GB")
    if len(new.reaches) > MOST_CHANNELS:
        raise CannotAdd("contact", f"A person can have at most {MOST_CHANNELS} ways to be reached.")
    introducer = queries.person(viewer=by, code=new.introducer) if new.introducer else None
    person = named(
        Person(
            full_name=clean(new.full_name, field="name", most=MOST_NAME),
            given_name=clean(new.given_name, field="given name", most=150, required=False),
            family_name=clean(new.family_name, field="family name", most=150, required=False),
            also_known_as=clean(new.also_known_as, field="other names", most=300, required=False),
            languages=list(new.languages),
            born_on=new.born_on,
            practical_note=clean(new.practical_note, field="note", most=5000, multiline=True, required=False),
            sensitivity=new.sensitivity.value,
            added_by_id=by.account_id,
            added_at=at,
        )
    )
    person.save()
    for number, reach in enumerate(new.reaches):
        add_reach(person=person, reach=reach, region=region, is_primary=number == 0)
    Source.objects.create(
        person=person,
        kind=new.source_kind.value,
        label=clean(new.source_label, field="where you met", most=200, required=False),
        met_on=new.met_on or at.date(),
        introducer=introducer,
        by_id=by.account_id,
        branch=branch,
        team=team,
    )
    address = {
        name: clean(new.address.get(name, ""), field=name, most=most, required=False)
        for name, most in MOST_ADDRESS.items()
    }
    if any(address.values()):
        Address.objects.create(person=person, **address)
    put_tags(person=person, names=new.tags, branch=branch)
    Belonging.objects.create(person=person, branch=branch, team=team)
    return person


@transaction.atomic(savepoint=False)
def add_reach(*, person: Person, reach: Reach, region: str, is_primary: bool = False) -> Channel | None:
    """Add one channel, once. Returns None when the person has it already."""
    normal = normal_form(reach, region=region)
    if Channel.objects.filter(person=person, kind=reach.kind, normal=normal).exists():
        return None
    return Channel.objects.create(
        person=person,
        kind=reach.kind,
        value=clean(reach.value, field=reach.kind.value, most=320),
        normal=normal,
        backwards=normal.lstrip("+")[::-1][:20] if reach.kind is ChannelKind.PHONE else "",
        label=clean(reach.label, field="label", most=60, required=False),
        is_primary=is_primary,
    )


@transaction.atomic(savepoint=False)
def put_tags(*, person: Person, names: Iterable[str], branch: Branch) -> None:
    """Put these tags on the person, making in the branch those it does not have yet."""
    wanted = list(dict.fromkeys(clean(name, field="tag", most=100) for name in names))
    if len(wanted) > MOST_TAGS:
        raise CannotAdd("tags", f"A person can have at most {MOST_TAGS} tags.")
    for name in wanted:
        tag, _ = Tag.objects.get_or_create(branch=branch, name=name)
        PersonTag.objects.get_or_create(person=person, tag=tag)


@transaction.atomic(savepoint=False)
def place(*, person: Person, where: Iterable[tuple[int, int | None, int | None]]) -> None:
    """Say where the person belongs today: branch, team and owner of each unended tie, else of the source."""
    wanted = list(dict.fromkeys(where))
    if not wanted:
        source = person.sources.order_by("met_on", "pk").first()
        wanted = [(source.branch_id, source.team_id, None)] if source else []
    present = {(b.branch_id, b.team_id, b.owner_id): b for b in Belonging.objects.filter(person=person)}
    for key in wanted:
        if key not in present:
            Belonging.objects.create(person=person, branch_id=key[0], team_id=key[1], owner_id=key[2])
    for key, row in present.items():
        if key not in wanted:
            row.delete()


EDITABLE = (
    "full_name",
    "given_name",
    "family_name",
    "also_known_as",
    "languages",
    "born_on",
    "practical_note",
    "sensitivity",
    "is_deceased",
)


@audit.deed("person.edited", can_be_taken_back=True)
def edit_person(*, person: str, version: int, changes: dict[str, Any], by: Viewer, at: datetime) -> Person:
    """Change what is kept of a person.

    Raises Absent, Stale when someone changed the record since `version`, CannotAdd, BadText.
    """
    row = Person.objects.visible_to(by).select_for_update(of=("self",)).filter(code=person).first()
    if row is None:
        raise Absent
    if row.version != version:
        raise Stale
    before = {}
    for name, value in changes.items():
        if name not in EDITABLE:
            raise CannotAdd(name, "This cannot be changed here.")
        if isinstance(value, str) and name != "sensitivity":
            most = {"full_name": MOST_NAME, "also_known_as": 300, "practical_note": 5000}.get(name, 150)
            value = clean(
                value,
                field=name.replace("_", " "),
                most=most,
                multiline=name == "practical_note",
                required=name == "full_name",
            )
        if getattr(row, name) != value:
            before[name] = getattr(row, name)
            setattr(row, name, value)
    if not before:
        return row
    named(row)
    row.version += 1
    row.save(update_fields=[*before, "folded", "order_key", "version"])
    if "sensitivity" in before and not Person.objects.visible_to(by).filter(pk=row.pk).exists():
        # Whoever hides a record from themselves hides it from those who lead them, too.
        raise CannotAdd("sensitivity", "You would no longer see this record yourself.")
    values = {name: [before[name], getattr(row, name)] for name in before}
    audit.record(verb="person.edited", about=row, by=by, at=at, values=values)
    return row


@audit.deed("person.reach_added", can_be_taken_back=True)
def add_channel(*, person: str, reach: Reach, by: Viewer, at: datetime) -> Person:
    """Add a way to reach someone. Adding one that is there already changes nothing."""
    row = queries.person(viewer=by, code=person)
    region = getattr(branches.organisation(), "region", "GB")
    has_one = any(c.kind == reach.kind for c in row.channels.all())
    if len(row.channels.all()) >= MOST_CHANNELS:
        raise CannotAdd("contact", f"A person can have at most {MOST_CHANNELS} ways to be reached.")
    if add_reach(person=row, reach=reach, region=region, is_primary=not has_one) is not None:
        audit.record(verb="person.reach_added", about=row, by=by, at=at)
    return row


@audit.deed("person.reach_removed", can_be_taken_back=True)
def remove_channel(*, channel: str, by: Viewer, at: datetime) -> Person:
    """Remove a way to reach someone. Raises Absent."""
    row = Channel.objects.visible_to(by).filter(code=channel).select_related("person").first()
    if row is None:
        raise Absent
    person: Person = row.person
    row.delete()
    audit.record(verb="person.reach_removed", about=person, by=by, at=at)
    return person


@audit.deed("person.reach_refused", can_be_taken_back=True)
def set_opt_out(*, channel: str, is_out: bool, by: Viewer, at: datetime) -> Person:
    """Note that someone is not to be reached this way, or may be again. Raises Absent."""
    row = (
        Channel.objects.visible_to(by, FieldClass.CONTACT)
        .filter(code=channel)
        .select_related("person")
        .first()
    )
    if row is None:
        raise Absent
    if (row.opted_out_at is not None) != is_out:
        row.opted_out_at = at if is_out else None
        row.save(update_fields=["opted_out_at"])
        audit.record(verb="person.reach_refused", about=row, by=by, at=at, values={"is_out": is_out})
    person: Person = row.person
    return person


@audit.deed("person.custom_set", can_be_taken_back=True)
def set_custom_value(*, person: str, field: str, typed: str, by: Viewer, at: datetime) -> Person:
    """Keep what one of the organisation's own fields says of someone; nothing typed clears it. Raises Absent, BadText."""
    row = queries.person(viewer=by, code=person)
    asked = next((f for f in queries.custom_fields(person=row) if f.code == field), None)
    if asked is None:
        raise Absent
    text = read_custom(CustomKind(asked.kind), typed, choices=asked.choices, name=asked.name)
    kept = CustomValue.objects.filter(person=row, field=asked).first()
    if kept is None and text:
        CustomValue.objects.create(person=row, field=asked, value=text)
    elif kept is not None and text:
        kept.value = text
        kept.save(update_fields=["value"])
    elif kept is not None:
        kept.delete()
    audit.record(verb="person.custom_set", about=row, by=by, at=at, values={asked.name: text})
    return row


@audit.deed("person.tagged", can_be_taken_back=True)
def tag_people(
    *, people: Sequence[str], add: Sequence[str], remove: Sequence[str], by: Viewer, at: datetime
) -> int:
    """Put tags on people and take tags off; those out of sight are left alone. Returns how many were meant."""
    rows = queries.people_by_code(viewer=by, codes=people)
    for row in rows:
        branch = Branch.objects.filter(pk__in=row.belongings.values("branch")).order_by("pk").first()
        if branch is not None:
            put_tags(person=row, names=add, branch=branch)
        for worn in PersonTag.objects.filter(person=row, tag__name__in=list(remove)):
            worn.delete()
    audit.record(verb="person.tagged", about=rows, by=by, at=at)
    return len(rows)


@audit.deed("consent.given", can_be_taken_back=True)
def give_consent(*, person: str, purpose: ConsentPurpose, words: str, by: Viewer, at: datetime) -> Consent:
    """Note that someone agreed, in which words and when."""
    row = queries.person(viewer=by, code=person)
    consent = row.consents.filter(purpose=purpose.value, withdrawn_at=None).first()
    if consent is None:
        consent = Consent.objects.create(
            person=row,
            purpose=purpose.value,
            words=clean(words, field="words", most=500, required=False),
            given_at=at,
        )
        audit.record(verb="consent.given", about=row, by=by, at=at)
    return consent


@audit.deed("consent.withdrawn", can_be_taken_back=True)
def withdraw_consent(*, person: str, purpose: ConsentPurpose, by: Viewer, at: datetime) -> Person:
    """Note that someone no longer agrees; in force with the next request."""
    row = queries.person(viewer=by, code=person)
    for consent in row.consents.filter(purpose=purpose.value, withdrawn_at=None):
        consent.withdrawn_at = at
        consent.save(update_fields=["withdrawn_at"])
    audit.record(verb="consent.withdrawn", about=row, by=by, at=at)
    return row
