from __future__ import annotations

from django.db import models

from strandline.lib.codes import new_code
from strandline.organisation.accounts.models import Account
from strandline.store.records import FieldClass, Merge, Record, Retention

from .rules import Purpose


class Notice(Record):
    """Something that an account holder must be told, by kind, until it is read. It points; it repeats no content."""

    code = models.CharField(max_length=16, unique=True, default=new_code)
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="notices")
    kind = models.CharField(max_length=40)
    subject = models.CharField(max_length=32, default="")
    at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    class Meta:
        app_label = "organisation"
        indexes = (models.Index(fields=["account", "read_at"], name="notice_unread"),)

    class PersonalData:
        about = None
        classes = {FieldClass.OPERATIONAL: ("code", "account", "kind", "subject", "at", "read_at")}
        merge = Merge.KEEP
        retention = Retention.MONTH


class MailQuerySet(models.QuerySet["Mail"]):
    """Mails by where they stand."""

    def waiting(self) -> MailQuerySet:
        """Keep those that are still to be sent."""
        return self.filter(sent_at=None, given_up_at=None)

    def given_up(self) -> MailQuerySet:
        """Keep those that nobody tries any longer."""
        return self.exclude(given_up_at=None)


class Mail(Record):
    """A mail to be sent: put in the transaction of what it tells of, sent by the worker, never within a request.

    `subject` points to what it is written from; what cannot be written later lies in it sealed, and is emptied the
    moment it was sent or given up.
    """

    is_journaled = False

    code = models.CharField(max_length=16, unique=True, default=new_code)
    purpose = models.CharField(max_length=12, choices=[(p.value, p.value) for p in Purpose])
    subject = models.CharField(max_length=32, default="")
    sealed = models.BinaryField(default=bytes)
    put_at = models.DateTimeField()
    due_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    tried_at = models.DateTimeField(null=True)
    answer = models.CharField(max_length=20, default="")
    leased_by = models.CharField(max_length=60, default="")
    leased_until = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    given_up_at = models.DateTimeField(null=True)

    objects = MailQuerySet.as_manager()

    class Meta:
        app_label = "organisation"
        indexes = (
            models.Index(
                fields=["due_at"], name="mail_waiting", condition=models.Q(sent_at=None, given_up_at=None)
            ),
            models.Index(fields=["subject"], name="mail_subject", condition=~models.Q(subject="")),
        )

    class PersonalData:
        about = None
        classes = {
            FieldClass.CONTACT: ("sealed",),
            FieldClass.OPERATIONAL: (
                "code",
                "purpose",
                "subject",
                "put_at",
                "due_at",
                "tries",
                "tried_at",
                "answer",
                "leased_by",
                "leased_until",
                "sent_at",
                "given_up_at",
            ),
        }
        merge = Merge.KEEP
        retention = Retention.MONTH
