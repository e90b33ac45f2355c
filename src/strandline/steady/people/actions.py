from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import transaction

from strandline.lib import emails, phones
from strandline.lib.text import clean, fold, sort_key
from strandline.organisation.accounts.models import Account
from strandline.organisation.accounts.rules import Role, Sensitivity, Viewer
from strandline.organisation.audit import actions as audit
from strandline.organisation.branches import queries as branches
from strandline.organisation.branches.models import Branch, Membership, Team
from strandline.organisation.notices import actions as notices
from strandline.store.records import Absent, Stale

from . import queries
from .models import (
    Address,
    Belonging,
    Channel,
    Consent,
    Grant,
    Person,
    PersonTag,
    Source,
    Tag,
)
from .rules import MOST_ADDRESS, MOST_CHANNELS, MOST_NAME, MOST_TAGS, ChannelKind, ConsentPurpose, GrantKind, SourceKind


class CannotAdd(ValueError):
    """What was given cannot be kept; `field` names it and the reason says why."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(reason)
        self.field = field
        self.reason = reason


class CannotShare(Exception):
    """The record cannot be shared or opened; the reason is written for the screen."""


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
    person.folded = fold(f"{person.full_name} {person.also_known_as}").strip()[:700]
    person.order_key = f"{sort_key(person.full_name)[:600]}\x1f{person.code}"
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


@audit.deed("person.shared", can_be_taken_back=True)
def share_person(*, person: str, with_account: str, reason: str, by: Viewer, at: datetime) -> Grant:
    """Let one colleague see one person. Raises Absent, CannotShare."""
    row = queries.person(viewer=by, code=person)
    account = Account.objects.filter(code=with_account, is_active=True).first()
    if account is None:
        raise CannotShare("There is no such colleague.")
    if not by.works_with_people:
        raise CannotShare("Only who works with this person can share the record.")
    grant = Grant.objects.filter(person=row, account=account, until_at=None).first()
    if grant is None:
        grant = Grant.objects.create(
            person=row,
            account=account,
            kind=GrantKind.SHARED,
            reason=clean(reason, field="reason", most=500, required=False),
            by_id=by.account_id,
            since_at=at,
        )
        audit.record(verb="person.shared", about=row, by=by, at=at)
        notices.tell(accounts=[account.pk], kind="person.shared", at=at, subject=row.code)
    return grant


@audit.deed("person.unshared", can_be_taken_back=True)
def end_grant(*, grant: str, by: Viewer, at: datetime) -> Grant:
    """End one account's right to one person; it is gone with the next request."""
    row = Grant.objects.visible_to(by).filter(code=grant, until_at=None).select_related("person").first()
    if row is None:
        raise Absent
    row.until_at = at
    row.save(update_fields=["until_at"])
    audit.record(verb="person.unshared", about=row.person, by=by, at=at)
    return row


@audit.deed("person.opened_with_reason")
def open_with_reason(*, person: str, reason: str, by: Viewer, at: datetime) -> Grant:
    """Break glass: a branch lead opens one record of the branch with a written reason; owner and administrators are told.

    Raises Absent for a record of another branch, CannotShare without a reason.
    """
    if len(reason.strip()) < 10:
        raise CannotShare("Write the reason in a sentence: the owner and the administrator will read it.")
    places = Belonging.objects.filter(branch_id__in=by.branches(Role.BRANCH_LEAD))
    row = Person.objects.filter(code=person, pk__in=places.values("person")).first()
    if row is None:
        raise Absent
    grant = Grant.objects.create(
        person=row,
        account_id=by.account_id,
        kind=GrantKind.BREAK_GLASS,
        reason=clean(reason, field="reason", most=500),
        by_id=by.account_id,
        since_at=at,
    )
    audit.record(verb="person.opened_with_reason", about=row, by=by, at=at, values={"reason": grant.reason})
    owners = row.belongings.exclude(owner=None).values_list("owner", flat=True)
    admins = Membership.objects.held(at).filter(role=Role.ADMINISTRATOR).values_list("account", flat=True)
    notices.tell(accounts=[*owners, *admins], kind="person.opened_with_reason", at=at, subject=row.code)
    return grant


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
