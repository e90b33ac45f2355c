import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import strandline.lib.codes
import strandline.steady.followup.rules
import strandline.steady.interchange.rules.standing
import strandline.steady.ties.rules
import strandline.store.fields
import strandline.store.tables


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("organisation", "0001_initial"),
        ("organisation", "__first__"),
    ]

    operations = [
        strandline.store.tables.MakeTables(
            tables=[
                migrations.CreateModel(
                    name="Batch",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "code",
                            models.CharField(
                                default=strandline.lib.codes.new_code, max_length=16, unique=True
                            ),
                        ),
                        ("opened_at", models.DateTimeField(null=True)),
                    ],
                ),
                migrations.CreateModel(
                    name="CustomField",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "code",
                            models.CharField(
                                default=strandline.lib.codes.new_code, max_length=16, unique=True
                            ),
                        ),
                        ("name", models.CharField(max_length=100, unique=True)),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("text", "text"),
                                    ("number", "number"),
                                    ("day", "day"),
                                    ("choice", "choice"),
                                    ("yes_no", "yes_no"),
                                ],
                                max_length=8,
                            ),
                        ),
                        (
                            "field_class",
                            models.CharField(
                                choices=[
                                    ("identifying", "identifying"),
                                    ("contact", "contact"),
                                    ("opinion", "opinion"),
                                    ("operational", "operational"),
                                ],
                                max_length=12,
                            ),
                        ),
                        ("choices", models.JSONField(blank=True, default=list)),
                        ("ended_at", models.DateTimeField(null=True)),
                    ],
                ),
                migrations.CreateModel(
                    name="KindWindow",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("contact", "contact"),
                                    ("supporter", "supporter"),
                                    ("interlocutor", "interlocutor"),
                                    ("ally", "ally"),
                                    ("organiser", "organiser"),
                                ],
                                max_length=12,
                            ),
                        ),
                        ("days", models.PositiveSmallIntegerField(default=45)),
                        ("since_on", models.DateField()),
                    ],
                ),
                migrations.CreateModel(
                    name="OutboxKey",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "code",
                            models.CharField(
                                default=strandline.lib.codes.new_code, max_length=16, unique=True
                            ),
                        ),
                        ("seal_public", models.CharField(max_length=120)),
                        ("seal_private", models.BinaryField()),
                        ("sign_public", models.CharField(max_length=120)),
                        ("sign_private", models.BinaryField()),
                        ("made_at", models.DateTimeField()),
                        ("retired_at", models.DateTimeField(null=True)),
                    ],
                ),
                migrations.CreateModel(
                    name="Stage",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "code",
                            models.CharField(
                                default=strandline.lib.codes.new_code, max_length=16, unique=True
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("contact", "contact"),
                                    ("supporter", "supporter"),
                                    ("interlocutor", "interlocutor"),
                                    ("ally", "ally"),
                                    ("organiser", "organiser"),
                                ],
                                max_length=12,
                            ),
                        ),
                        ("place", models.PositiveSmallIntegerField()),
                        ("name", models.CharField(max_length=100)),
                        ("ended_at", models.DateTimeField(null=True)),
                    ],
                    options={
                        "ordering": ("kind", "place"),
                    },
                ),
                migrations.CreateModel(
                    name="Theme",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "code",
                            models.CharField(
                                default=strandline.lib.codes.new_code, max_length=16, unique=True
                            ),
                        ),
                        ("name", models.CharField(max_length=100)),
                        ("words", models.JSONField(default=list)),
                        ("ended_at", models.DateTimeField(null=True)),
                    ],
                ),
                migrations.CreateModel(
                    name="Circle",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "code",
                            models.CharField(
                                default=strandline.lib.codes.new_code, max_length=16, unique=True
                            ),
                        ),
                        ("name", models.CharField(max_length=200)),
                        ("place", models.CharField(blank=True, default="", max_length=200)),
                        ("language", models.CharField(default="en", max_length=12)),
                        ("recurrence", models.CharField(max_length=200)),
                        ("starts_on", models.DateField()),
                        ("starts_time", models.TimeField()),
                        ("capacity", models.PositiveSmallIntegerField(default=12)),
                        ("formed_at", models.DateTimeField()),
                        ("ended_at", models.DateTimeField(null=True)),
                        (
                            "branch",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="organisation.branch",
                            ),
                        ),
                        (
                            "team",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="circles",
                                to="organisation.team",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [models.Index(fields=["team", "ended_at"], name="circle_team")],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("capacity__gte", 6), ("capacity__lte", 12)),
                                name="circle_capacity",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="CircleSession",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "code",
                            models.CharField(
                                default=strandline.lib.codes.new_code, max_length=16, unique=True
                            ),
                        ),
                        ("meets_on", models.DateField()),
                        ("starts_at", models.DateTimeField()),
                        ("place", models.CharField(blank=True, default="", max_length=200)),
                        ("reading", models.CharField(blank=True, default="", max_length=300)),
                        ("called_off_at", models.DateTimeField(null=True)),
                        (
                            "circle",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="sessions",
                                to="steady.circle",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [models.Index(fields=["meets_on"], name="circle_session_day")],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("circle", "meets_on"), name="circle_session_one_a_day"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Constituency",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "code",
                            models.CharField(
                                default=strandline.lib.codes.new_code, max_length=16, unique=True
                            ),
                        ),
                        ("name", models.CharField(max_length=200)),
                        (
                            "dimension",
                            models.CharField(
                                choices=[
                                    ("place", "Neighbourhood"),
                                    ("trade", "Trade"),
                                    ("community", "Community"),
                                    ("profession", "Profession"),
                                    ("other", "Other"),
                                ],
                                max_length=12,
                            ),
                        ),
                        ("ended_at", models.DateTimeField(null=True)),
                        (
                            "parent",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="children",
                                to="steady.constituency",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [models.Index(fields=["dimension", "name"], name="constituency_name")],
                    },
                ),
                migrations.CreateModel(
                    name="Convenorship",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("since_at", models.DateTimeField()),
                        ("until_at", models.DateTimeField(null=True)),
                        (
                            "account",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "circle",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="convenorships",
                                to="steady.circle",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [models.Index(fields=["account", "until_at"], name="convenor_account")],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("until_at", None)),
                                fields=("circle",),
                                name="convenor_one_at_a_time",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Event",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "code",
                            models.CharField(
                                default=strandline.lib.codes.new_code, max_length=16, unique=True
                            ),
                        ),
                        ("name", models.CharField(max_length=200)),
                        ("starts_at", models.DateTimeField()),
                        ("place", models.CharField(blank=True, default="", max_length=200)),
                        ("called_off_at", models.DateTimeField(null=True)),
                        (
                            "branch",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="organisation.branch",
                            ),
                        ),
                        (
                            "team",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="organisation.team",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [models.Index(fields=["branch", "starts_at"], name="event_branch")],
                    },
                ),
                migrations.CreateModel(
                    name="Export",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "code",
                            models.CharField(
                                default=strandline.lib.codes.new_code, max_length=16, unique=True
                            ),
                        ),
                        ("kind", models.CharField(max_length=6)),
                        ("count", models.PositiveIntegerField()),
                        ("sentence", models.CharField(max_length=500)),
                        ("at", models.DateTimeField()),
                        (
                            "by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "indexes": [models.Index(fields=["by", "at"], name="export_by")],
                    },
                ),
                migrations.CreateModel(
                    name="ExportRequest",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "code",
                            models.CharField(
                                default=strandline.lib.codes.new_code, max_length=16, unique=True
                            ),
                        ),
                        ("kind", models.CharField(max_length=6)),
                        ("query", models.CharField(blank=True, max_length=1000)),
                        ("sentence", models.CharField(max_length=500)),
                        ("reason", models.CharField(max_length=500)),
                        ("count", models.PositiveIntegerField()),
                        ("teams", models.JSONField(default=list)),
                        ("branches", models.JSONField(default=list)),
                        ("asked_at", models.DateTimeField()),
                        ("answered_at", models.DateTimeField(null=True)),
                        ("is_approved", models.BooleanField(default=False)),
                        ("answer", models.CharField(blank=True, default="", max_length=500)),
                        ("taken_at", models.DateTimeField(null=True)),
                        (
                            "answered_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "export",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="steady.export",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [models.Index(fields=["asked_at"], name="export_request_asked")],
                    },
                ),
                migrations.CreateModel(
                    name="Form",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "code",
                            models.CharField(
                                default=strandline.lib.codes.new_code, max_length=16, unique=True
                            ),
                        ),
                        ("slug", models.CharField(max_length=60, unique=True)),
                        ("title", models.CharField(max_length=200)),
                        ("lead", models.CharField(blank=True, default="", max_length=500)),
                        ("question", models.CharField(blank=True, default="", max_length=200)),
                        ("second_question", models.CharField(blank=True, default="", max_length=200)),
                        ("consent_text", models.CharField(max_length=500)),
                        ("languages", models.JSONField(default=list)),
                        ("translations", models.JSONField(default=dict)),
                        ("promise_hours", models.PositiveSmallIntegerField(default=48)),
                        ("least_age", models.PositiveSmallIntegerField(default=16)),
                        ("asks_birth_year", models.BooleanField(default=False)),
                        ("asks_postcode", models.BooleanField(default=True)),
                        ("is_double_opt_in", models.BooleanField(default=False)),
                        ("is_guarded", models.BooleanField(default=True)),
                        ("embedded_on", models.JSONField(default=list)),
                        ("closes_at", models.DateTimeField(null=True)),
                        ("closed_at", models.DateTimeField(null=True)),
                        ("made_at", models.DateTimeField()),
                        (
                            "branch",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="organisation.branch",
                            ),
                        ),
                        (
                            "constituency",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="steady.constituency",
                            ),
                        ),
                        (
                            "event",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="steady.event",
                            ),
                        ),
                        (
                            "made_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "team",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="organisation.team",
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="DeviceCode",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "code",
                            models.CharField(
                                default=strandline.lib.codes.new_code, max_length=16, unique=True
                            ),
                        ),
                        ("label", models.CharField(blank=True, default="", max_length=60)),
                        ("made_at", models.DateTimeField()),
                        ("expires_at", models.DateTimeField()),
                        ("revoked_at", models.DateTimeField(null=True)),
                        (
                            "made_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "form",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="devices",
                                to="steady.form",
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="Import",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "code",
                            models.CharField(
                                default=strandline.lib.codes.new_code, max_length=16, unique=True
                            ),
                        ),
                        ("file_name", models.CharField(max_length=200)),
                        ("size", models.BigIntegerField(default=0)),
                        ("digest", models.CharField(default="", max_length=64)),
                        ("kind", models.CharField(default="", max_length=10)),
                        ("notes", models.JSONField(default=list)),
                        ("choices", models.JSONField(default=dict)),
                        ("columns", models.JSONField(default=list)),
                        ("system", models.CharField(default="", max_length=60)),
                        ("date_order", models.CharField(default="", max_length=3)),
                        ("rules", models.JSONField(default=dict)),
                        ("twins", models.CharField(default="separate", max_length=8)),
                        ("basis", models.JSONField(default=dict)),
                        ("is_chosen", models.BooleanField(default=False)),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("reading", "reading"),
                                    ("checked", "checked"),
                                    ("applying", "applying"),
                                    ("applied", "applied"),
                                    ("undoing", "undoing"),
                                    ("undone", "undone"),
                                    ("refused", "refused"),
                                ],
                                default=strandline.steady.interchange.rules.standing.ImportState["READING"],
                                max_length=10,
                            ),
                        ),
                        ("refusal", models.JSONField(default=dict)),
                        ("done_rows", models.PositiveIntegerField(default=0)),
                        ("lines", models.PositiveIntegerField(default=0)),
                        ("found", models.JSONField(default=dict)),
                        ("account", models.JSONField(default=dict)),
                        ("so_far", models.JSONField(default=dict)),
                        ("made", models.JSONField(default=dict)),
                        ("deed", models.CharField(default="", max_length=16)),
                        ("is_stop_asked", models.BooleanField(default=False)),
                        ("work_began_at", models.DateTimeField(null=True)),
                        ("work_began_rows", models.PositiveIntegerField(default=0)),
                        (
                            "asked",
                            models.CharField(
                                choices=[("", ""), ("check", "check"), ("apply", "apply"), ("undo", "undo")],
                                default="",
                                max_length=6,
                            ),
                        ),
                        ("taken_by", models.CharField(default="", max_length=80)),
                        ("began_at", models.DateTimeField()),
                        ("checked_at", models.DateTimeField(null=True)),
                        ("applied_at", models.DateTimeField(null=True)),
                        ("undone_at", models.DateTimeField(null=True)),
                        (
                            "asked_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "batch",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="steady.batch",
                            ),
                        ),
                        (
                            "branch",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="organisation.branch",
                            ),
                        ),
                        (
                            "by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "team",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="organisation.team",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["by", "began_at"], name="import_by"),
                            models.Index(
                                condition=models.Q(("asked", ""), _negated=True),
                                fields=["asked"],
                                name="import_asked",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ImportChunk",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("place", models.PositiveIntegerField()),
                        ("data", models.BinaryField()),
                        (
                            "of",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="chunks",
                                to="steady.import",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("of", "place"), name="import_chunk_place")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Person",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "code",
                            models.CharField(
                                default=strandline.lib.codes.new_code, max_length=16, unique=True
                            ),
                        ),
                        (
                            "audit_id",
                            models.CharField(
                                default=strandline.lib.codes.new_code, max_length=32, unique=True
                            ),
                        ),
                        ("full_name", models.CharField(max_length=300)),
                        ("given_name", models.CharField(blank=True, default="", max_length=150)),
                        ("family_name", models.CharField(blank=True, default="", max_length=150)),
                        ("additional_name", models.CharField(blank=True, default="", max_length=150)),
                        ("prefix", models.CharField(blank=True, default="", max_length=60)),
                        ("suffix", models.CharField(blank=True, default="", max_length=60)),
                        ("also_known_as", models.CharField(blank=True, default="", max_length=300)),
                        ("folded", strandline.store.fields.BytewiseField(default="", max_length=700)),
                        ("order_key", strandline.store.fields.BytewiseField(default="", max_length=700)),
                        ("languages", models.JSONField(blank=True, default=list)),
                        ("born_on", models.DateField(blank=True, null=True)),
                        (
                            "sensitivity",
                            models.CharField(
                                choices=[
                                    ("normal", "normal"),
                                    ("restricted", "restricted"),
                                    ("confidential", "confidential"),
                                ],
                                default="normal",
                                max_length=12,
                            ),
                        ),
                        ("practical_note", models.TextField(blank=True, default="")),
                        ("refuses", models.JSONField(blank=True, default=list)),
                        ("is_deceased", models.BooleanField(default=False)),
                        ("added_at", models.DateTimeField()),
                        ("version", models.PositiveIntegerField(default=1)),
                        (
                            "added_by",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "batch",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="people",
                                to="steady.batch",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["order_key"], name="person_order"),
                            models.Index(fields=["folded"], name="person_folded"),
                            models.Index(
                                condition=models.Q(("batch__isnull", False)),
                                fields=["batch"],
                                name="person_batch",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Likeness",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "code",
                            models.CharField(
                                default=strandline.lib.codes.new_code, max_length=16, unique=True
                            ),
                        ),
                        ("found_at", models.DateTimeField()),
                        ("judged_at", models.DateTimeField(null=True)),
                        (
                            "other",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="steady.person",
                            ),
                        ),
                        (
                            "person",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="likenesses",
                                to="steady.person",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("person", "other"), name="likeness_once")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ImportRow",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("line", models.PositiveIntegerField()),
                        (
                            "verdict",
                            models.CharField(
                                choices=[
                                    ("new", "new"),
                                    ("updated", "updated"),
                                    ("twin", "twin"),
                                    ("conflict", "conflict"),
                                    ("repeated", "repeated"),
                                    ("unreadable", "unreadable"),
                                    ("skipped", "skipped"),
                                    ("flagged", "flagged"),
                                    ("unlikely", "unlikely"),
                                    ("kept", "kept"),
                                ],
                                max_length=10,
                            ),
                        ),
                        ("name", models.CharField(default="", max_length=300)),
                        ("field", models.CharField(default="", max_length=200)),
                        ("reason", models.CharField(default="", max_length=600)),
                        ("how_to_fix", models.CharField(default="", max_length=300)),
                        ("changes", models.JSONField(default=dict)),
                        (
                            "of",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="rows",
                                to="steady.import",
                            ),
                        ),
                        (
                            "person",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to="steady.person",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["of", "verdict", "line"], name="import_row_verdict")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Identifier",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("system", models.CharField(max_length=60)),
                        ("value", models.CharField(max_length=200)),
                        (
                            "person",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="identifiers",
                                to="steady.person",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [models.Index(fields=["system", "value"], name="identifier_value")],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("person", "system", "value"), name="identifier_once_a_person"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Grant",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "code",
                            models.CharField(
                                default=strandline.lib.codes.new_code, max_length=16, unique=True
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[("shared", "shared"), ("break_glass", "break_glass")], max_length=12
                            ),
                        ),
                        ("reason", models.CharField(blank=True, default="", max_length=500)),
                        ("since_at", models.DateTimeField()),
                        ("until_at", models.DateTimeField(null=True)),
                        (
                            "account",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "person",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="grants",
                                to="steady.person",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["account", "person", "until_at"], name="grant_account")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="FollowUp",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "code",
                            models.CharField(
                                default=strandline.lib.codes.new_code, max_length=16, unique=True
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("call", "Call back"),
                                    ("visit", "Visit"),
                                    ("invite", "Invite to circle"),
                                    ("send", "Send reading"),
                                    ("other", "Something else"),
                                    ("first_call", "First call"),
                                ],
                                max_length=10,
                            ),
                        ),
                        ("due_on", models.DateField()),
                        ("due_at", models.DateTimeField(null=True)),
                        ("reason", models.CharField(blank=True, default="", max_length=500)),
                        ("set_at", models.DateTimeField()),
                        ("closed_at", models.DateTimeField(null=True)),
                        ("version", models.PositiveIntegerField(default=1)),
                        (
                            "owner",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "set_by",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "person",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="followups",
                                to="steady.person",
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="CustomValue",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("value", models.CharField(max_length=1000)),
                        (
                            "field",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="values",
                                to="steady.customfield",
                            ),
                        ),
                        (
                            "person",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="custom_values",
                                to="steady.person",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("person", "field"), name="custom_value_once")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ConstituencyMembership",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "code",
                            models.CharField(
                                default=strandline.lib.codes.new_code, max_length=16, unique=True
                            ),
                        ),
                        ("since_on", models.DateField()),
                        ("until_on", models.DateField(null=True)),
                        (
                            "by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "constituency",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="members",
                                to="steady.constituency",
                            ),
                        ),
                        (
                            "person",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="constituencies",
                                to="steady.person",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["constituency", "person"], name="constituency_members")
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("until_on", None)),
                                fields=("person", "constituency"),
                                name="constituency_member_once",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Consent",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "code",
                            models.CharField(
                                default=strandline.lib.codes.new_code, max_length=16, unique=True
                            ),
                        ),
                        (
                            "purpose",
                            models.CharField(
                                choices=[
                                    ("contact", "contact"),
                                    ("views", "views"),
                                    ("partners", "partners"),
                                ],
                                max_length=10,
                            ),
                        ),
                        ("words", models.CharField(blank=True, default="", max_length=500)),
                        ("given_at", models.DateTimeField()),
                        ("withdrawn_at", models.DateTimeField(null=True)),
                        (
                            "person",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="consents",
                                to="steady.person",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [models.Index(fields=["person", "purpose"], name="consent_purpose")],
                    },
                ),
                migrations.CreateModel(
                    name="CircleMembership",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "code",
                            models.CharField(
                                default=strandline.lib.codes.new_code, max_length=16, unique=True
                            ),
                        ),
                        ("since_at", models.DateTimeField()),
                        ("until_at", models.DateTimeField(null=True)),
                        (
                            "by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "circle",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="memberships",
                                to="steady.circle",
                            ),
                        ),
                        (
                            "person",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="circle_memberships",
                                to="steady.person",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [models.Index(fields=["person", "until_at"], name="circle_member_person")],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("until_at", None)),
                                fields=("circle", "person"),
                                name="circle_member_once",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="CircleInvitation",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "code",
                            models.CharField(
                                default=strandline.lib.codes.new_code, max_length=16, unique=True
                            ),
                        ),
                        ("invited_at", models.DateTimeField()),
                        ("closed_at", models.DateTimeField(null=True)),
                        (
                            "by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "circle",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="invitations",
                                to="steady.circle",
                            ),
                        ),
                        (
                            "person",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="circle_invitations",
                                to="steady.person",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["person", "closed_at"], name="circle_invited_person")
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("closed_at", None)),
                                fields=("circle", "person"),
                                name="circle_invited_once",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Channel",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "code",
                            models.CharField(
                                default=strandline.lib.codes.new_code, max_length=16, unique=True
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[("email", "email"), ("phone", "phone"), ("other", "other")],
                                max_length=8,
                            ),
                        ),
                        ("value", models.CharField(max_length=320)),
                        ("normal", strandline.store.fields.BytewiseField(max_length=320)),
                        (
                            "backwards",
                            strandline.store.fields.BytewiseField(blank=True, default="", max_length=20),
                        ),
                        ("label", models.CharField(blank=True, default="", max_length=60)),
                        ("is_primary", models.BooleanField(default=False)),
                        ("is_bad", models.BooleanField(default=False)),
                        ("opted_out_at", models.DateTimeField(null=True)),
                        (
                            "person",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="channels",
                                to="steady.person",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["kind", "normal"], name="channel_normal"),
                            models.Index(
                                condition=models.Q(("kind", "phone")),
                                fields=["backwards"],
                                name="channel_backwards",
                            ),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("person", "kind", "normal"), name="channel_once_a_person"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="CallClaim",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "code",
                            models.CharField(
                                default=strandline.lib.codes.new_code, max_length=16, unique=True
                            ),
                        ),
                        ("at", models.DateTimeField()),
                        ("expires_at", models.DateTimeField()),
                        ("ended_at", models.DateTimeField(null=True)),
                        ("outcome", models.CharField(blank=True, default="", max_length=14)),
                        (
                            "by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "followup",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="claims",
                                to="steady.followup",
                            ),
                        ),
                        (
                            "person",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="claims",
                                to="steady.person",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("ended_at", None)),
                                fields=("followup",),
                                name="claim_one_at_a_time",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("ended_at", None)),
                                fields=("by",),
                                name="claim_one_a_caller",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Belonging",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "branch",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="organisation.branch",
                            ),
                        ),
                        (
                            "owner",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "team",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="organisation.team",
                            ),
                        ),
                        (
                            "person",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="belongings",
                                to="steady.person",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                fields=["person", "branch", "team", "owner"], name="belonging_person"
                            ),
                            models.Index(fields=["owner", "person"], name="belonging_owner"),
                            models.Index(fields=["team", "person"], name="belonging_team"),
                            models.Index(fields=["branch", "person"], name="belonging_branch"),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Address",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "code",
                            models.CharField(
                                default=strandline.lib.codes.new_code, max_length=16, unique=True
                            ),
                        ),
                        ("street", models.CharField(blank=True, default="", max_length=300)),
                        ("locality", models.CharField(blank=True, default="", max_length=120)),
                        ("region", models.CharField(blank=True, default="", max_length=120)),
                        ("postcode", models.CharField(blank=True, default="", max_length=20)),
                        ("country", models.CharField(blank=True, default="", max_length=60)),
                        (
                            "person",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="addresses",
                                to="steady.person",
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="PublicStatement",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "code",
                            models.CharField(
                                default=strandline.lib.codes.new_code, max_length=16, unique=True
                            ),
                        ),
                        ("link", models.URLField(max_length=500)),
                        ("made_on", models.DateField(null=True)),
                        ("noted_at", models.DateTimeField()),
                        (
                            "person",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="statements",
                                to="steady.person",
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="SavedList",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "code",
                            models.CharField(
                                default=strandline.lib.codes.new_code, max_length=16, unique=True
                            ),
                        ),
                        ("name", models.CharField(max_length=100)),
                        ("query", models.CharField(max_length=1000)),
                        ("created_at", models.DateTimeField()),
                        (
                            "branch",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="organisation.branch",
                            ),
                        ),
                        (
                            "owner",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="saved_lists",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "team",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="organisation.team",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("owner", "name"), name="list_once_an_owner"),
                            models.CheckConstraint(
                                condition=models.Q(("team", None), ("branch", None), _connector="OR"),
                                name="list_shared_with_one",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="SectionWeek",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("on", models.DateField()),
                        ("organised", models.PositiveIntegerField()),
                        (
                            "constituency",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="weeks",
                                to="steady.constituency",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [models.Index(fields=["on"], name="section_week_on")],
                        "constraints": [
                            models.UniqueConstraint(fields=("constituency", "on"), name="section_week_once")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="SizeEstimate",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("size", models.PositiveBigIntegerField()),
                        ("source", models.CharField(max_length=300)),
                        ("at", models.DateTimeField()),
                        (
                            "by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "constituency",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="estimates",
                                to="steady.constituency",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["constituency", "at"], name="estimate_constituency")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Snooze",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("from_on", models.DateField()),
                        ("to_on", models.DateField()),
                        ("at", models.DateTimeField()),
                        (
                            "by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "followup",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="snoozes",
                                to="steady.followup",
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="Source",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "code",
                            models.CharField(
                                default=strandline.lib.codes.new_code, max_length=16, unique=True
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("event", "Met at an event"),
                                    ("table", "Met at a table"),
                                    ("form", "Signed up on a form"),
                                    ("campaign", "Came through a campaign"),
                                    ("introduction", "Introduced"),
                                    ("import", "Brought in from a list"),
                                    ("conversation", "Met in conversation"),
                                ],
                                max_length=14,
                            ),
                        ),
                        ("label", models.CharField(blank=True, default="", max_length=200)),
                        ("met_on", models.DateField()),
                        ("is_dated", models.BooleanField(db_default=True, default=True)),
                        ("introduced_as", models.CharField(blank=True, default="", max_length=200)),
                        ("row", models.PositiveIntegerField(null=True)),
                        (
                            "branch",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="organisation.branch",
                            ),
                        ),
                        (
                            "by",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "introducer",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="introduced",
                                to="steady.person",
                            ),
                        ),
                        (
                            "person",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="sources",
                                to="steady.person",
                            ),
                        ),
                        (
                            "team",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="organisation.team",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                condition=models.Q(("introducer__isnull", False)),
                                fields=["introducer"],
                                name="source_introducer",
                            ),
                            models.Index(
                                fields=["met_on", "person", "branch", "is_dated"], name="source_met"
                            ),
                            models.Index(fields=["person", "met_on"], name="source_person"),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Submission",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "code",
                            models.CharField(
                                default=strandline.lib.codes.new_code, max_length=16, unique=True
                            ),
                        ),
                        (
                            "audit_id",
                            models.CharField(
                                default=strandline.lib.codes.new_code, max_length=32, unique=True
                            ),
                        ),
                        ("token", models.CharField(max_length=64)),
                        ("fingerprint", models.CharField(max_length=32)),
                        (
                            "way",
                            models.CharField(
                                choices=[
                                    ("web", "Form"),
                                    ("table", "Table"),
                                    ("paper", "Paper sheet"),
                                    ("api", "Another system"),
                                ],
                                max_length=8,
                            ),
                        ),
                        ("at", models.DateTimeField()),
                        ("device_at", models.DateTimeField(null=True)),
                        ("language", models.CharField(blank=True, default="", max_length=12)),
                        ("typed", models.JSONField(default=dict)),
                        (
                            "reach_key",
                            strandline.store.fields.BytewiseField(blank=True, default="", max_length=24),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("kept", "kept"),
                                    ("waiting", "waiting"),
                                    ("confirmed", "confirmed"),
                                    ("quarantined", "quarantined"),
                                    ("taken_back", "taken_back"),
                                ],
                                max_length=12,
                            ),
                        ),
                        ("reason", models.CharField(blank=True, default="", max_length=20)),
                        ("due_at", models.DateTimeField()),
                        ("settled_at", models.DateTimeField(null=True)),
                        ("matched_at", models.DateTimeField(null=True)),
                        (
                            "by",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "device",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="steady.devicecode",
                            ),
                        ),
                        (
                            "form",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="submissions",
                                to="steady.form",
                            ),
                        ),
                        (
                            "person",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="submissions",
                                to="steady.person",
                            ),
                        ),
                        (
                            "settled_by",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["form", "fingerprint", "at"], name="submission_same"),
                            models.Index(fields=["form", "at"], name="submission_day"),
                            models.Index(fields=["reach_key", "at"], name="submission_reach"),
                            models.Index(
                                condition=models.Q(("settled_at__isnull", True), ("state", "quarantined")),
                                fields=["due_at"],
                                name="submission_held",
                            ),
                            models.Index(
                                condition=models.Q(("matched_at__isnull", True), ("person__isnull", False)),
                                fields=["id"],
                                name="submission_unmatched",
                            ),
                            models.Index(fields=["person"], name="submission_person"),
                        ],
                        "constraints": [
                            models.UniqueConstraint(fields=("form", "token"), name="submission_once")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Confirmation",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "code",
                            models.CharField(
                                default=strandline.lib.codes.new_code, max_length=16, unique=True
                            ),
                        ),
                        ("reach_key", strandline.store.fields.BytewiseField(max_length=24)),
                        ("on", models.DateField()),
                        ("confirmed_at", models.DateTimeField(null=True)),
                        (
                            "submission",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="confirmations",
                                to="steady.submission",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("reach_key", "on"), name="confirmation_one_a_day")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Tag",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "code",
                            models.CharField(
                                default=strandline.lib.codes.new_code, max_length=16, unique=True
                            ),
                        ),
                        ("name", models.CharField(max_length=100)),
                        (
                            "branch",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="organisation.branch",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("branch", "name"), name="tag_once_a_branch")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="PersonTag",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "person",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="person_tags",
                                to="steady.person",
                            ),
                        ),
                        (
                            "tag",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="person_tags",
                                to="steady.tag",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("person", "tag"), name="tag_once_a_person")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Tie",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "code",
                            models.CharField(
                                default=strandline.lib.codes.new_code, max_length=16, unique=True
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("contact", "contact"),
                                    ("supporter", "supporter"),
                                    ("interlocutor", "interlocutor"),
                                    ("ally", "ally"),
                                    ("organiser", "organiser"),
                                ],
                                max_length=12,
                            ),
                        ),
                        (
                            "status",
                            models.CharField(
                                choices=[
                                    ("active", "active"),
                                    ("waiting", "waiting for them"),
                                    ("resting", "resting"),
                                    ("stepped_back", "stepped back"),
                                    ("opposed", "opposed"),
                                    ("ended", "ended"),
                                ],
                                default=strandline.steady.ties.rules.Status["ACTIVE"],
                                max_length=14,
                            ),
                        ),
                        ("rhythm_days", models.PositiveSmallIntegerField(default=21)),
                        ("began_at", models.DateTimeField()),
                        ("ended_at", models.DateTimeField(null=True)),
                        ("last_touch_at", models.DateTimeField(null=True)),
                        ("last_two_way_at", models.DateTimeField(null=True)),
                        ("version", models.PositiveIntegerField(default=1)),
                        (
                            "branch",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="organisation.branch",
                            ),
                        ),
                        (
                            "owner",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "person",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="ties",
                                to="steady.person",
                            ),
                        ),
                        (
                            "second",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "stage",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="steady.stage",
                            ),
                        ),
                        (
                            "team",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="organisation.team",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                fields=["person", "kind", "status", "ended_at", "last_two_way_at", "owner"],
                                name="tie_person",
                            ),
                            models.Index(fields=["owner", "status", "last_two_way_at"], name="tie_owner"),
                            models.Index(fields=["team", "status"], name="tie_team"),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("ended_at", None)),
                                fields=("person", "kind"),
                                name="tie_one_of_a_kind",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="StageMove",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("at", models.DateTimeField()),
                        ("why", models.CharField(blank=True, default="", max_length=500)),
                        (
                            "by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "stage",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="steady.stage",
                            ),
                        ),
                        (
                            "tie",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="stage_moves",
                                to="steady.tie",
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="Ownership",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("since_at", models.DateTimeField()),
                        ("until_at", models.DateTimeField(null=True)),
                        (
                            "owner",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "tie",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="ownerships",
                                to="steady.tie",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [models.Index(fields=["tie", "since_at"], name="ownership_tie")],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("until_at", None)),
                                fields=("tie",),
                                name="ownership_one_at_a_time",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Handoff",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "code",
                            models.CharField(
                                default=strandline.lib.codes.new_code, max_length=16, unique=True
                            ),
                        ),
                        ("note", models.CharField(blank=True, default="", max_length=500)),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("offered", "offered"),
                                    ("accepted", "accepted"),
                                    ("declined", "declined"),
                                    ("withdrawn", "withdrawn"),
                                    ("completed", "completed"),
                                ],
                                default=strandline.steady.followup.rules.HandoffState["OFFERED"],
                                max_length=10,
                            ),
                        ),
                        ("offered_at", models.DateTimeField()),
                        ("answered_at", models.DateTimeField(null=True)),
                        ("completed_at", models.DateTimeField(null=True)),
                        ("answer", models.CharField(blank=True, default="", max_length=500)),
                        (
                            "offered_by",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "offered_to",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "person",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="handoffs",
                                to="steady.person",
                            ),
                        ),
                        (
                            "tie",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="handoffs",
                                to="steady.tie",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["offered_to", "state"], name="handoff_to"),
                            models.Index(fields=["offered_by", "state"], name="handoff_by"),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("state", "offered")),
                                fields=("tie",),
                                name="handoff_one_offer",
                            )
                        ],
                    },
                ),
            ],
        ),
        migrations.AddField(
            model_name="followup",
            name="tie",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="followups",
                to="steady.tie",
            ),
        ),
        strandline.store.tables.MakeTables(
            tables=[
                migrations.CreateModel(
                    name="TieStatus",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("since_at", models.DateTimeField()),
                        ("until_at", models.DateTimeField(null=True)),
                        (
                            "status",
                            models.CharField(
                                choices=[
                                    ("active", "active"),
                                    ("waiting", "waiting for them"),
                                    ("resting", "resting"),
                                    ("stepped_back", "stepped back"),
                                    ("opposed", "opposed"),
                                    ("ended", "ended"),
                                ],
                                max_length=14,
                            ),
                        ),
                        ("reason", models.CharField(blank=True, default="", max_length=500)),
                        ("until_on", models.DateField(null=True)),
                        (
                            "by",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "tie",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="statuses",
                                to="steady.tie",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [models.Index(fields=["tie", "since_at"], name="status_tie")],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("until_at", None)),
                                fields=("tie",),
                                name="status_one_at_a_time",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Touch",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "code",
                            models.CharField(
                                default=strandline.lib.codes.new_code, max_length=16, unique=True
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("one_to_one", "One to one"),
                                    ("call", "Call"),
                                    ("message", "Message"),
                                    ("meeting", "Meeting"),
                                    ("event", "Event"),
                                    ("letter", "Letter"),
                                    ("attendance", "Attendance"),
                                    ("promise", "Promise"),
                                    ("support", "Support"),
                                ],
                                max_length=12,
                            ),
                        ),
                        (
                            "outcome",
                            models.CharField(
                                choices=[
                                    ("spoke", "Spoke"),
                                    ("no_answer", "No answer"),
                                    ("left_message", "Left a message"),
                                    ("moved", "Moved to another day"),
                                    ("sent", "Sent"),
                                    ("answered", "Answered"),
                                    ("attended", "Came"),
                                    ("kept_promise", "Kept a promise"),
                                    ("gave_support", "Gave support"),
                                    ("declined", "Said no"),
                                ],
                                max_length=14,
                            ),
                        ),
                        ("is_two_way", models.BooleanField()),
                        ("at", models.DateTimeField()),
                        ("said", models.TextField(blank=True, default="")),
                        ("practical", models.TextField(blank=True, default="")),
                        ("minutes", models.PositiveSmallIntegerField(null=True)),
                        ("logged_at", models.DateTimeField()),
                        (
                            "by",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "person",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="touches",
                                to="steady.person",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                fields=["person", "-at", "-id", "is_two_way", "by", "outcome", "kind"],
                                name="touch_person",
                            ),
                            models.Index(fields=["by", "at"], name="touch_by"),
                            models.Index(
                                models.F("at"),
                                models.F("person"),
                                models.F("is_two_way"),
                                models.F("outcome"),
                                models.F("logged_at"),
                                condition=models.Q(("is_two_way", True)),
                                name="touch_two_way",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ThemeHeard",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("at", models.DateTimeField()),
                        (
                            "by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "person",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="themes_heard",
                                to="steady.person",
                            ),
                        ),
                        (
                            "theme",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="heard",
                                to="steady.theme",
                            ),
                        ),
                        (
                            "touch",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="themes",
                                to="steady.touch",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [models.Index(fields=["theme", "at"], name="theme_heard_at")],
                        "constraints": [
                            models.UniqueConstraint(fields=("touch", "theme"), name="theme_once_a_touch")
                        ],
                    },
                ),
            ],
        ),
        migrations.AddField(
            model_name="followup",
            name="closed_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="steady.touch"
            ),
        ),
        migrations.CreateModel(
            name="Attendance",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("is_guest", models.BooleanField(default=False)),
                ("at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "session",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="attendances",
                        to="steady.circlesession",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="attendances",
                        to="steady.person",
                    ),
                ),
                (
                    "touch",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="steady.touch"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        models.F("person"),
                        models.OrderBy(models.F("at"), descending=True),
                        name="attendance_person",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("session", "person"), name="attendance_once")
                ],
            },
        ),
        migrations.AddIndex(
            model_name="followup",
            index=models.Index(
                condition=models.Q(("closed_at", None)),
                fields=["owner", "due_on", "id"],
                name="followup_open",
            ),
        ),
        migrations.AddIndex(
            model_name="followup",
            index=models.Index(
                fields=["person", "closed_at", "kind", "owner", "set_at"], name="followup_person"
            ),
        ),
    ]
