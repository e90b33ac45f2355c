"""What is on record of a person: how to reach them, how they were met, what they agreed to."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from strandline.lib.codes import new_code
from strandline.organisation.accounts.models import Account
from strandline.organisation.branches.models import Branch, Team
from strandline.steady.people.rules import ChannelKind, ConsentPurpose, CustomKind, SourceKind
from strandline.store.fields import BytewiseField
from strandline.store.records import FieldClass, Merge, Record, Retention

from .who import CO, ID, OP, VIEW, Part, Person


class Channel(Part):
    """One way to reach someone: kept as typed, compared in its normal form."""

    code = models.CharField(max_length=16, unique=True, default=new_code)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, db_index=False, related_name="channels")
    kind = models.CharField(max_length=8, choices=[(k.value, k.value) for k in ChannelKind])
    value = models.CharField(max_length=320)
    normal = BytewiseField(max_length=320)
    # A telephone number from its end, so that its last digits are found by an index range.
    backwards = BytewiseField(max_length=20, blank=True, default="")
    label = models.CharField(max_length=60, blank=True, default="")
    is_primary = models.BooleanField(default=False)
    is_bad = models.BooleanField(default=False)
    opted_out_at = models.DateTimeField(null=True)

    class Meta:
        app_label = "steady"
        constraints = (
            models.UniqueConstraint(fields=["person", "kind", "normal"], name="channel_once_a_person"),
        )
        indexes = (
            models.Index(fields=["kind", "normal"], name="channel_normal"),
            models.Index(fields=["backwards"], name="channel_backwards", condition=Q(kind="phone")),
        )

    class PersonalData:
        about = "person"
        classes = {
            CO: ("value", "normal", "backwards", "label", "is_primary", "is_bad", "opted_out_at"),
            OP: ("code", "person", "kind"),
        }
        merge = Merge.MOVE
        retention = Retention.PERSON


class Address(Part):
    """Where someone lives or gets post."""

    code = models.CharField(max_length=16, unique=True, default=new_code)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="addresses")
    street = models.CharField(max_length=300, blank=True, default="")
    locality = models.CharField(max_length=120, blank=True, default="")
    region = models.CharField(max_length=120, blank=True, default="")
    postcode = models.CharField(max_length=20, blank=True, default="")
    country = models.CharField(max_length=60, blank=True, default="")

    class Meta:
        app_label = "steady"

    class PersonalData:
        about = "person"
        classes = {CO: ("street", "locality", "region", "postcode", "country"), OP: ("code", "person")}
        merge = Merge.MOVE
        retention = Retention.PERSON


class Source(Part):
    """How someone was met, by whom and where; every person has at least one."""

    code = models.CharField(max_length=16, unique=True, default=new_code)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, db_index=False, related_name="sources")
    kind = models.CharField(max_length=14, choices=[(k.value, k.words) for k in SourceKind])
    label = models.CharField(max_length=200, blank=True, default="")
    met_on = models.DateField()
    # False where nobody said when: then `met_on` is only the day on which a list was brought in.
    is_dated = models.BooleanField(default=True, db_default=True)
    introducer = models.ForeignKey(
        Person, null=True, on_delete=models.SET_NULL, db_index=False, related_name="introduced"
    )
    # The introducer as a list from elsewhere names them, when nobody on record could be told from it.
    introduced_as = models.CharField(max_length=200, blank=True, default="")
    by = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, db_index=False, related_name="+")
    branch = models.ForeignKey(Branch, on_delete=models.PROTECT, db_index=False, related_name="+")
    team = models.ForeignKey(Team, null=True, on_delete=models.PROTECT, db_index=False, related_name="+")
    row = models.PositiveIntegerField(null=True)

    class Meta:
        app_label = "steady"
        indexes = (
            models.Index(
                fields=["introducer"], name="source_introducer", condition=Q(introducer__isnull=False)
            ),
            models.Index(fields=["met_on", "person", "branch", "is_dated"], name="source_met"),
            # Whether somebody was met before is asked of all who came in a wave, and answered without the rows.
            models.Index(fields=["person", "met_on"], name="source_person"),
        )

    class PersonalData:
        about = "person"
        classes = {
            OP: (
                "code",
                "person",
                "kind",
                "label",
                "met_on",
                "is_dated",
                "introducer",
                "introduced_as",
                "by",
                "branch",
                "team",
                "row",
            )
        }
        merge = Merge.MOVE
        retention = Retention.PERSON


class Identifier(Part):
    """What another system calls this person."""

    # It begins the constraint below: an index of its own would be written twice.
    person = models.ForeignKey(Person, on_delete=models.PROTECT, db_index=False, related_name="identifiers")
    system = models.CharField(max_length=60)
    value = models.CharField(max_length=200)

    class Meta:
        app_label = "steady"
        constraints = (
            models.UniqueConstraint(fields=["person", "system", "value"], name="identifier_once_a_person"),
        )
        indexes = (models.Index(fields=["system", "value"], name="identifier_value"),)

    class PersonalData:
        about = "person"
        classes = {ID: ("value",), OP: ("person", "system")}
        merge = Merge.MOVE
        retention = Retention.PERSON


class Tag(Record):
    """A word that an organiser puts on people. Tags are seen on people one may see, never listed by themselves."""

    code = models.CharField(max_length=16, unique=True, default=new_code)
    name = models.CharField(max_length=100)
    branch = models.ForeignKey(Branch, on_delete=models.PROTECT, related_name="+")

    class Meta:
        app_label = "steady"
        constraints = (models.UniqueConstraint(fields=["branch", "name"], name="tag_once_a_branch"),)

    class PersonalData:
        about = None
        classes = {OP: ("code", "name", "branch")}
        merge = Merge.KEEP
        retention = Retention.ORGANISATION

    def __str__(self) -> str:
        return self.name


class PersonTag(Part):
    """A tag on a person."""

    # It begins the constraint below: an index of its own would be written twice.
    person = models.ForeignKey(Person, on_delete=models.PROTECT, db_index=False, related_name="person_tags")
    tag = models.ForeignKey(Tag, on_delete=models.PROTECT, related_name="person_tags")

    class Meta:
        app_label = "steady"
        constraints = (models.UniqueConstraint(fields=["person", "tag"], name="tag_once_a_person"),)

    class PersonalData:
        about = "person"
        classes = {OP: ("person", "tag")}
        merge = Merge.MOVE
        retention = Retention.PERSON


class CustomField(Record):
    """A field that the organisation added, with the class of data it holds, which decides who sees it."""

    code = models.CharField(max_length=16, unique=True, default=new_code)
    name = models.CharField(max_length=100, unique=True)
    kind = models.CharField(max_length=8, choices=[(k.value, k.value) for k in CustomKind])
    field_class = models.CharField(max_length=12, choices=[(c.value, c.value) for c in FieldClass])
    choices = models.JSONField(default=list, blank=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        app_label = "steady"

    class PersonalData:
        about = None
        classes = {OP: ("code", "name", "kind", "field_class", "choices", "ended_at")}
        merge = Merge.KEEP
        retention = Retention.ORGANISATION

    def __str__(self) -> str:
        return self.name


class CustomValue(Part):
    """What a custom field says of one person."""

    # It begins the constraint below: an index of its own would be written twice.
    person = models.ForeignKey(Person, on_delete=models.PROTECT, db_index=False, related_name="custom_values")
    field = models.ForeignKey(CustomField, on_delete=models.PROTECT, related_name="values")
    value = models.CharField(max_length=1000)

    class Meta:
        app_label = "steady"
        constraints = (models.UniqueConstraint(fields=["person", "field"], name="custom_value_once"),)

    class PersonalData:
        about = "person"
        # Shown by the class of its field; handled as the strictest everywhere else.
        classes = {VIEW: ("value",), OP: ("person", "field")}
        merge = Merge.MOVE
        retention = Retention.PERSON


class Consent(Part):
    """What someone agreed to, in which words, when, and until when."""

    code = models.CharField(max_length=16, unique=True, default=new_code)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, db_index=False, related_name="consents")
    purpose = models.CharField(max_length=10, choices=[(p.value, p.value) for p in ConsentPurpose])
    words = models.CharField(max_length=500, blank=True, default="")
    given_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        app_label = "steady"
        indexes = (models.Index(fields=["person", "purpose"], name="consent_purpose"),)

    class PersonalData:
        about = "person"
        classes = {OP: ("code", "person", "purpose", "words", "given_at", "withdrawn_at")}
        merge = Merge.MOVE
        retention = Retention.PERSON


class PublicStatement(Part):
    """Something this person said in public, with its link: a ground for recording what it says (GDPR Art. 9(2)(e))."""

    code = models.CharField(max_length=16, unique=True, default=new_code)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="statements")
    link = models.URLField(max_length=500)
    made_on = models.DateField(null=True)
    noted_at = models.DateTimeField()

    class Meta:
        app_label = "steady"

    class PersonalData:
        about = "person"
        classes = {VIEW: ("link",), OP: ("code", "person", "made_on", "noted_at")}
        merge = Merge.MOVE
        retention = Retention.PERSON
