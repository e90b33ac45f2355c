from __future__ import annotations

from django.db import models

from strandline.lib.codes import new_code
from strandline.store.records import FieldClass, Merge, Record, Retention


class AuditEntry(Record):
    """One deed or one reading. Append-only; tied to its predecessor by hash."""

    is_journaled = False

    seq = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField()
    actor = models.CharField(max_length=32, db_index=True)
    verb = models.CharField(max_length=60)
    subjects = models.JSONField(default=list)
    sealed = models.BinaryField(default=b"")
    hash = models.CharField(max_length=64)

    class Meta:
        app_label = "organisation"

    class PersonalData:
        about = None
        classes = {FieldClass.OPERATIONAL: ("at", "actor", "verb", "subjects", "sealed", "hash")}
        merge = Merge.KEEP
        retention = Retention.LEDGER


class AuditHead(Record):
    """The last entry's number and hash: the one row that serialises the chain."""

    is_journaled = False

    seq = models.BigIntegerField(default=0)
    # Up to which entry the people of readings are in the index of subjects; those of deeds are at once.
    indexed = models.BigIntegerField(default=0)
    hash = models.CharField(max_length=64)

    class Meta:
        app_label = "organisation"

    class PersonalData:
        about = None
        classes = {FieldClass.OPERATIONAL: ("seq", "indexed", "hash")}
        merge = Merge.KEEP
        retention = Retention.LEDGER


class AuditSubject(Record):
    """Whom an entry is about, by random id: the index for *who saw this person*, where readings arrive a little later."""

    is_journaled = False

    entry_seq = models.BigIntegerField()
    subject = models.CharField(max_length=32)

    class Meta:
        app_label = "organisation"
        indexes = (models.Index(fields=["subject", "entry_seq"], name="audit_subject"),)

    class PersonalData:
        about = None
        classes = {FieldClass.OPERATIONAL: ("entry_seq", "subject")}
        merge = Merge.KEEP
        retention = Retention.LEDGER


class AuditKey(Record):
    """The key under which one person's before and after values are sealed; erasure destroys it."""

    is_journaled = False

    subject = models.CharField(max_length=32, unique=True)
    key = models.BinaryField()

    class Meta:
        app_label = "organisation"

    class PersonalData:
        about = None
        classes = {FieldClass.OPERATIONAL: ("subject", "key")}
        merge = Merge.KEEP
        retention = Retention.PERSON


class Deed(Record):
    """An action that can be taken back for 30 days, in words its author will recognise."""

    is_journaled = False

    code = models.CharField(max_length=16, unique=True, default=new_code)
    actor = models.CharField(max_length=32)
    verb = models.CharField(max_length=60)
    subject = models.CharField(max_length=32, default="", db_index=True)
    at = models.DateTimeField()
    taken_back_at = models.DateTimeField(null=True)

    class Meta:
        app_label = "organisation"
        indexes = (models.Index(fields=["actor", "at"], name="deed_actor_at"),)

    class PersonalData:
        about = None
        classes = {FieldClass.OPERATIONAL: ("code", "actor", "verb", "subject", "at", "taken_back_at")}
        merge = Merge.KEEP
        retention = Retention.MONTH


class Change(Record):
    """One row's state before and after a deed; taking back writes the state before."""

    is_journaled = False

    deed = models.ForeignKey(Deed, on_delete=models.CASCADE, related_name="changes")
    place = models.PositiveIntegerField()
    model = models.CharField(max_length=60)
    row = models.BigIntegerField()
    subject = models.CharField(max_length=32, default="", db_index=True)
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)

    class Meta:
        app_label = "organisation"
        ordering = ("place",)

    class PersonalData:
        about = None
        classes = {
            FieldClass.OPINION: ("before", "after"),
            FieldClass.OPERATIONAL: ("deed", "place", "model", "row", "subject"),
        }
        merge = Merge.KEEP
        retention = Retention.MONTH
