from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from django.db.models import Prefetch, QuerySet, prefetch_related_objects

from strandline.organisation.accounts.models import Account
from strandline.organisation.accounts.rules import PEOPLE_ROLES, Role, Viewer
from strandline.organisation.branches.models import Membership
from strandline.store import asking
from strandline.store.records import Absent, FieldClass

from .models import (
    Address,
    Belonging,
    Channel,
    Consent,
    CustomField,
    CustomValue,
    Grant,
    Person,
    PersonTag,
    Source,
)
from .rules import ChannelKind

# Why someone can see a record, beside their role.
WORDS: dict[str, str] = {
    "owner": "holds the tie",
    "shared": "shared",
    "opened": "opened with a reason",
}


def sees_anybody(*, viewer: Viewer) -> bool:
    """Tell whether there is anyone on record whom the viewer may see."""
    return Person.objects.visible_to(viewer, FieldClass.IDENTIFYING).exists()


def person(*, viewer: Viewer, code: str, seeing: FieldClass = FieldClass.IDENTIFYING) -> Person:
    """Return one person with what the viewer may see of them.

    Raises Absent when there is none, or none whom the viewer may see.
    """
    found = (
        Person.objects.visible_to(viewer, seeing)
        .with_sight(viewer)
        .filter(code=code)
        .prefetch_related(
            Prefetch("channels", Channel.objects.order_by("-is_primary", "pk")),
            "addresses",
            Prefetch(
                "sources",
                Source.objects.select_related("introducer", "by", "branch", "team").order_by("met_on", "pk"),
            ),
            "identifiers",
            "person_tags__tag",
            "custom_values__field",
            "consents",
        )
        .first()
    )
    if found is None:
        raise Absent
    return found


# What can be brought along with a person, each with one question for however many people.
PARTS = ("channels", "addresses", "tags", "sources", "consents", "custom")


def bring_along(*, viewer: Viewer, people: Sequence[Person], parts: Collection[str]) -> None:
    """Load these parts of people whom the viewer was given, one question for each part; unknown names are a mistake."""
    lookups = {
        "channels": Prefetch("channels", Channel.objects.order_by("-is_primary", "pk")),
        "addresses": Prefetch("addresses", Address.objects.order_by("pk")),
        "tags": Prefetch("person_tags", PersonTag.objects.select_related("tag").order_by("tag__name", "pk")),
        "sources": Prefetch(
            "sources", Source.objects.select_related("by", "branch", "team").order_by("met_on", "pk")
        ),
        "consents": Prefetch("consents", Consent.objects.order_by("given_at", "pk")),
        "custom": Prefetch(
            "custom_values",
            CustomValue.objects.select_related("field").filter(field__ended_at=None).order_by("field__name"),
        ),
    }
    prefetch_related_objects(people, *(lookups[part] for part in PARTS if part in parts))


def sighted(*, viewer: Viewer, code: str) -> Person:
    """Return one person alone, with what the viewer may see of them and no parts. Raises Absent."""
    found = Person.objects.visible_to(viewer).with_sight(viewer).filter(code=code).first()
    if found is None:
        raise Absent
    return found


def people_by_code(
    *, viewer: Viewer, codes: Iterable[str], seeing: FieldClass = FieldClass.IDENTIFYING
) -> list[Person]:
    """Return those of these people of whom the viewer may see this class of fields, in the order of their names."""
    return list(Person.objects.visible_to(viewer, seeing).filter(code__in=list(codes)).order_by("order_key"))


def people_by_ref(*, viewer: Viewer, refs: Iterable[str]) -> dict[str, Person]:
    """Return those of the people behind these audit ids whom the viewer may see, by audit id."""
    wanted = {ref for ref in refs if ref}
    if not wanted:
        return {}
    return {p.audit_id: p for p in Person.objects.visible_to(viewer).filter(audit_id__in=wanted)}


def twins_of(*, viewer: Viewer, person: Person) -> list[Person]:
    """Return others whom the viewer may see and who have one of this person's channels exactly; nothing is decided."""
    normal = [(ChannelKind(c.kind), c.normal) for c in person.channels.all() if c.kind != ChannelKind.OTHER]
    return [p for p in same_channel(viewer=viewer, channels=normal) if p.pk != person.pk]


def custom_fields(*, person: Person) -> list[CustomField]:
    """Return the organisation's own fields of the classes that may be seen of this person (`with_sight`), by name."""
    classes = [FieldClass.IDENTIFYING]
    if getattr(person, "sees_contact", False):
        classes += [FieldClass.CONTACT, FieldClass.OPERATIONAL]
    if getattr(person, "sees_opinion", False):
        classes.append(FieldClass.OPINION)
    return asking.found(
        ("custom_fields", tuple(classes)),
        lambda: CustomField.objects.filter(ended_at=None, field_class__in=classes).order_by("name", "pk"),
    )


def grants_of(*, viewer: Viewer, person: Person) -> list[Grant]:
    """Return who was let in to this person beyond their own scope and still is, latest first."""

    def question() -> QuerySet[Grant]:
        rows = Grant.objects.visible_to(viewer, FieldClass.OPERATIONAL)
        rows = rows.filter(person=asking.SOME_ROW, until_at=None)
        found: QuerySet[Grant] = rows.select_related("account", "by").order_by("-since_at", "-pk")
        return found

    return asking.found(("grants_of", viewer), question, row=person.pk)


def same_channel(*, viewer: Viewer, channels: Iterable[tuple[ChannelKind, str]]) -> list[Person]:
    """Return the people whom the viewer may see and who have one of these channels exactly (kind, normal form)."""
    wanted = list(channels)
    if not wanted:
        return []
    hits = Channel.objects.none()
    for kind in {kind for kind, _ in wanted}:
        hits = hits | Channel.objects.filter(kind=kind, normal__in=[n for k, n in wanted if k == kind])
    seen = Person.objects.visible_to(viewer, FieldClass.CONTACT).with_sight(viewer)
    return list(seen.filter(pk__in=hits.values("person")).order_by("order_key")[:20])


def who_can_see(*, viewer: Viewer, person: Person) -> list[tuple[Account, str]]:
    """Return the accounts that may see this person, each with the reason, by name. Asked of a visible person only."""
    reasons: dict[int, str] = {}
    belongings = asking.found(
        "belongings",
        lambda: Belonging.objects.filter(person=asking.SOME_ROW).select_related("branch"),
        row=person.pk,
    )
    wide = person.sensitivity
    owners = {b.owner_id for b in belongings if b.owner_id}
    teams = {b.team_id for b in belongings if b.team_id}
    branches = _with_parents({b.branch for b in belongings})
    held = Membership.objects.filter(until_at=None, account__is_active=True, role__in=PEOPLE_ROLES)
    for member in held.filter(team__in=teams) | held.filter(branch__in=branches):
        role = Role(member.role)
        in_team = member.team_id in teams
        own_branch = member.branch_id in {b.branch_id for b in belongings}
        if (
            (role is Role.ORGANISER and in_team and wide == "normal")
            or (role is Role.TEAM_LEAD and in_team and wide != "confidential")
            or (role is Role.BRANCH_LEAD and member.branch_id in branches and wide != "confidential")
            or (role is Role.STEWARD and own_branch and wide != "confidential")
        ):
            reasons.setdefault(member.account_id, role.words.lower())
    granted = asking.found(
        "granted", lambda: Grant.objects.filter(person=asking.SOME_ROW, until_at=None), row=person.pk
    )
    for grant in granted:
        reasons[grant.account_id] = WORDS["shared" if grant.kind == "shared" else "opened"]
    for owner in owners:
        reasons[owner] = WORDS["owner"]
    accounts = Account.objects.filter(pk__in=reasons, is_active=True).order_by("name", "pk")
    return [(account, reasons[account.pk]) for account in accounts]


def _with_parents(branches: Iterable[object]) -> set[int]:
    found: set[int] = set()
    for branch in branches:
        step = branch
        while step is not None and step.pk not in found:  # type: ignore[attr-defined]  # a Branch
            found.add(step.pk)  # type: ignore[attr-defined]
            step = step.parent  # type: ignore[attr-defined]
    return found
