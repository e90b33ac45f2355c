from __future__ import annotations

from django.db import models

from strandline.lib.codes import new_code
from strandline.organisation.accounts.models import Account
from strandline.organisation.accounts.rules import Role, Viewer
from strandline.organisation.branches.models import Branch, Team
from strandline.steady.interchange.rules import approval
from strandline.steady.interchange.rules.standing import Errand, ImportState, Verdict
from strandline.steady.people.models import Batch, Person
from strandline.store.records import FieldClass, Merge, Record, Retention

OP, ID, CO = FieldClass.OPERATIONAL, FieldClass.IDENTIFYING, FieldClass.CONTACT


class ImportQuerySet(models.QuerySet["Import"]):
    """Imports by who may see them."""

    def visible_to(self, viewer: Viewer) -> ImportQuerySet:
        """Keep one's own imports, and those of the branches one keeps or leads."""
        branches = viewer.branches(Role.STEWARD, Role.BRANCH_LEAD)
        return self.filter(models.Q(by_id=viewer.account_id) | models.Q(branch_id__in=branches))


class Import(Record):
    """One file that is brought in: what it is, how it is read, how far it has come, and what became of its rows."""

    is_journaled = False

    code = models.CharField(max_length=16, unique=True, default=new_code)
    by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    branch = models.ForeignKey(Branch, on_delete=models.PROTECT, related_name="+")
    team = models.ForeignKey(Team, null=True, on_delete=models.PROTECT, related_name="+")
    file_name = models.CharField(max_length=200)
    size = models.BigIntegerField(default=0)
    digest = models.CharField(max_length=64, default="")
    kind = models.CharField(max_length=10, default="")
    notes = models.JSONField(default=list)
    # How the file is read: what the reader of the check page chose, and what each column becomes.
    choices = models.JSONField(default=dict)
    columns = models.JSONField(default=list)
    system = models.CharField(max_length=60, default="")
    date_order = models.CharField(max_length=3, default="")
    # Per field: fill what is empty, overwrite, or ask; and what to do with possible twins.
    rules = models.JSONField(default=dict)
    twins = models.CharField(max_length=8, default="separate")
    basis = models.JSONField(default=dict)
    # That somebody chose how it is read: the next list with the same columns is read so.
    is_chosen = models.BooleanField(default=False)
    state = models.CharField(
        max_length=10, choices=[(s.value, s.value) for s in ImportState], default=ImportState.READING
    )
    refusal = models.JSONField(default=dict)
    done_rows = models.PositiveIntegerField(default=0)
    lines = models.PositiveIntegerField(default=0)
    # How many rows each verdict of the check has, and how many people stayed when it was taken back.
    found = models.JSONField(default=dict)
    # How many rows met each fate: as the check expects it, and once they are in, as it came.
    account = models.JSONField(default=dict)
    # The same of the rows that went in so far, from where a killed import goes on.
    so_far = models.JSONField(default=dict)
    batch = models.ForeignKey(Batch, null=True, on_delete=models.PROTECT, related_name="+")
    # Tags and custom fields that were not there before, by id: {"tags": [...], "fields": [...]}.
    made = models.JSONField(default=dict)
    deed = models.CharField(max_length=16, default="")
    is_stop_asked = models.BooleanField(default=False)
    # Since when it is at work now, and how many rows were done then: an estimate rests on what was done since.
    work_began_at = models.DateTimeField(null=True)
    work_began_rows = models.PositiveIntegerField(default=0)
    # What the worker is to do next with it, in whose name, and which worker has taken it.
    asked = models.CharField(max_length=6, default="", choices=[(e.value, e.value) for e in Errand])
    asked_by = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")
    taken_by = models.CharField(max_length=80, default="")
    began_at = models.DateTimeField()
    checked_at = models.DateTimeField(null=True)
    applied_at = models.DateTimeField(null=True)
    undone_at = models.DateTimeField(null=True)

    objects = ImportQuerySet.as_manager()

    class Meta:
        app_label = "steady"
        indexes = (
            models.Index(fields=["by", "began_at"], name="import_by"),
            models.Index(fields=["asked"], name="import_asked", condition=~models.Q(asked="")),
        )

    class PersonalData:
        about = None
        classes = {
            OP: (
                "code",
                "by",
                "branch",
                "team",
                "file_name",
                "size",
                "digest",
                "kind",
                "notes",
                "choices",
                "columns",
                "system",
                "date_order",
                "rules",
                "twins",
                "basis",
                "is_chosen",
                "state",
                "refusal",
                "done_rows",
                "lines",
                "found",
                "account",
                "so_far",
                "batch",
                "made",
                "deed",
                "is_stop_asked",
                "work_began_at",
                "work_began_rows",
                "asked",
                "asked_by",
                "taken_by",
                "began_at",
                "checked_at",
                "applied_at",
                "undone_at",
            )
        }
        merge = Merge.KEEP
        retention = Retention.MONTH

    @property
    def load(self) -> Batch:
        """The batch into which its people came; it has one from the moment it began to bring them in."""
        assert self.batch is not None
        return self.batch


class ImportChunk(Record):
    """A piece of the file as it was given, kept in the encrypted database until the import is done with it."""

    is_journaled = False

    of = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="chunks")
    place = models.PositiveIntegerField()
    data = models.BinaryField()

    class Meta:
        app_label = "steady"
        constraints = (models.UniqueConstraint(fields=["of", "place"], name="import_chunk_place"),)

    class PersonalData:
        about = None
        classes = {CO: ("data",), OP: ("of", "place")}
        merge = Merge.KEEP
        retention = Retention.MONTH


class ImportRow(Record):
    """A row of which there is something to say: what the check found, why, and how to mend it."""

    is_journaled = False

    of = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="rows")
    line = models.PositiveIntegerField()
    verdict = models.CharField(max_length=10, choices=[(v.value, v.value) for v in Verdict])
    name = models.CharField(max_length=300, default="")
    field = models.CharField(max_length=200, default="")
    reason = models.CharField(max_length=600, default="")
    how_to_fix = models.CharField(max_length=300, default="")
    person = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    changes = models.JSONField(default=dict)

    class Meta:
        app_label = "steady"
        indexes = (models.Index(fields=["of", "verdict", "line"], name="import_row_verdict"),)

    class PersonalData:
        about = "person"
        classes = {
            ID: ("name",),
            CO: ("changes",),
            OP: ("of", "line", "verdict", "field", "reason", "how_to_fix", "person"),
        }
        merge = Merge.MOVE
        retention = Retention.MONTH


class Export(Record):
    """That people went out in a file: who took them, how many, chosen how. The file itself is not kept."""

    is_journaled = False

    code = models.CharField(max_length=16, unique=True, default=new_code)
    by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=6)
    count = models.PositiveIntegerField()
    sentence = models.CharField(max_length=500)
    at = models.DateTimeField()

    class Meta:
        app_label = "steady"
        indexes = (models.Index(fields=["by", "at"], name="export_by"),)

    class PersonalData:
        about = None
        classes = {OP: ("code", "by", "kind", "count", "sentence", "at")}
        merge = Merge.KEEP
        retention = Retention.ORGANISATION


class ExportRequest(Record):
    """That someone asked to take more people out than one may take alone: chosen how, why, and what a second person said."""

    is_journaled = False

    code = models.CharField(max_length=16, unique=True, default=new_code)
    by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=6)
    query = models.CharField(max_length=1000, blank=True)
    sentence = models.CharField(max_length=500)
    reason = models.CharField(max_length=500)
    count = models.PositiveIntegerField()
    # From where: what the asker had rights over then, by the ids of teams and branches.
    teams = models.JSONField(default=list)
    branches = models.JSONField(default=list)
    asked_at = models.DateTimeField()
    answered_by = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")
    answered_at = models.DateTimeField(null=True)
    is_approved = models.BooleanField(default=False)
    answer = models.CharField(max_length=500, blank=True, default="")
    export = models.ForeignKey(Export, null=True, on_delete=models.PROTECT, related_name="+")
    taken_at = models.DateTimeField(null=True)

    class Meta:
        app_label = "steady"
        indexes = (models.Index(fields=["asked_at"], name="export_request_asked"),)

    class PersonalData:
        about = None
        classes = {
            OP: (
                "code",
                "by",
                "kind",
                "query",
                "sentence",
                "reason",
                "count",
                "teams",
                "branches",
                "asked_at",
                "answered_by",
                "answered_at",
                "is_approved",
                "answer",
                "export",
                "taken_at",
            )
        }
        merge = Merge.KEEP
        retention = Retention.ORGANISATION

    @property
    def standing(self) -> approval.Request:
        """What the rules judge of it."""
        return approval.Request(
            by=self.by_id,
            count=self.count,
            teams=frozenset(self.teams),
            branches=frozenset(self.branches),
            asked_at=self.asked_at,
            answered_at=self.answered_at,
            is_approved=self.is_approved,
            taken_at=self.taken_at,
        )
