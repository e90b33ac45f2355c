import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import strandline.lib.codes
import strandline.store.tables


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        strandline.store.tables.MakeTables(
            tables=[
                migrations.CreateModel(
                    name="AuditEntry",
                    fields=[
                        ("seq", models.BigIntegerField(primary_key=True, serialize=False)),
                        ("at", models.DateTimeField()),
                        ("actor", models.CharField(db_index=True, max_length=32)),
                        ("verb", models.CharField(max_length=60)),
                        ("subjects", models.JSONField(default=list)),
                        ("sealed", models.BinaryField(default=b"")),
                        ("hash", models.CharField(max_length=64)),
                    ],
                ),
                migrations.CreateModel(
                    name="AuditHead",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("seq", models.BigIntegerField(default=0)),
                        ("indexed", models.BigIntegerField(default=0)),
                        ("hash", models.CharField(max_length=64)),
                    ],
                ),
                migrations.CreateModel(
                    name="AuditKey",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("subject", models.CharField(max_length=32, unique=True)),
                        ("key", models.BinaryField()),
                    ],
                ),
                migrations.CreateModel(
                    name="Organisation",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("name", models.CharField(max_length=200)),
                        ("time_zone", models.CharField(default="Europe/London", max_length=60)),
                        ("region", models.CharField(default="GB", max_length=2)),
                        ("languages", models.JSONField(default=list)),
                        ("is_body", models.BooleanField(default=False)),
                        ("is_demo", models.BooleanField(default=False)),
                        ("created_at", models.DateTimeField()),
                        ("export_alone", models.PositiveIntegerField(default=200)),
                    ],
                ),
                migrations.CreateModel(
                    name="Account",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("password", models.CharField(max_length=128, verbose_name="password")),
                        (
                            "last_login",
                            models.DateTimeField(blank=True, null=True, verbose_name="last login"),
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
                        ("email", models.EmailField(max_length=254, unique=True)),
                        ("name", models.CharField(max_length=200)),
                        ("language", models.CharField(default="en", max_length=12)),
                        ("theme", models.CharField(default="system", max_length=6)),
                        ("has_single_keys", models.BooleanField(default=True)),
                        ("is_active", models.BooleanField(default=True)),
                        ("created_at", models.DateTimeField(auto_now_add=True)),
                    ],
                    options={
                        "indexes": [models.Index(fields=["name", "id"], name="account_name")],
                    },
                ),
                migrations.CreateModel(
                    name="ApiToken",
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
                        ("digest", models.CharField(max_length=64, unique=True)),
                        ("scopes", models.JSONField(default=list)),
                        ("created_at", models.DateTimeField()),
                        ("expires_at", models.DateTimeField(null=True)),
                        ("revoked_at", models.DateTimeField(null=True)),
                        (
                            "account",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="api_tokens",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="AuditSubject",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("entry_seq", models.BigIntegerField()),
                        ("subject", models.CharField(max_length=32)),
                    ],
                    options={
                        "indexes": [models.Index(fields=["subject", "entry_seq"], name="audit_subject")],
                    },
                ),
                migrations.CreateModel(
                    name="Branch",
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
                            "parent",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="children",
                                to="organisation.branch",
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="Deed",
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
                        ("actor", models.CharField(max_length=32)),
                        ("verb", models.CharField(max_length=60)),
                        ("subject", models.CharField(db_index=True, default="", max_length=32)),
                        ("at", models.DateTimeField()),
                        ("taken_back_at", models.DateTimeField(null=True)),
                    ],
                    options={
                        "indexes": [models.Index(fields=["actor", "at"], name="deed_actor_at")],
                    },
                ),
                migrations.CreateModel(
                    name="Change",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("place", models.PositiveIntegerField()),
                        ("model", models.CharField(max_length=60)),
                        ("row", models.BigIntegerField()),
                        ("subject", models.CharField(db_index=True, default="", max_length=32)),
                        ("before", models.JSONField(null=True)),
                        ("after", models.JSONField(null=True)),
                        (
                            "deed",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="changes",
                                to="organisation.deed",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ("place",),
                    },
                ),
                migrations.CreateModel(
                    name="Mail",
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
                                    ("account", "account"),
                                    ("reset", "reset"),
                                    ("confirmation", "confirmation"),
                                ],
                                max_length=12,
                            ),
                        ),
                        ("subject", models.CharField(default="", max_length=32)),
                        ("sealed", models.BinaryField(default=bytes)),
                        ("put_at", models.DateTimeField()),
                        ("due_at", models.DateTimeField()),
                        ("tries", models.PositiveSmallIntegerField(default=0)),
                        ("tried_at", models.DateTimeField(null=True)),
                        ("answer", models.CharField(default="", max_length=20)),
                        ("leased_by", models.CharField(default="", max_length=60)),
                        ("leased_until", models.DateTimeField(null=True)),
                        ("sent_at", models.DateTimeField(null=True)),
                        ("given_up_at", models.DateTimeField(null=True)),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                condition=models.Q(("given_up_at", None), ("sent_at", None)),
                                fields=["due_at"],
                                name="mail_waiting",
                            ),
                            models.Index(
                                condition=models.Q(("subject", ""), _negated=True),
                                fields=["subject"],
                                name="mail_subject",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Receipt",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("code", models.CharField(max_length=16, unique=True)),
                        ("actor", models.CharField(max_length=32)),
                        ("token", models.CharField(max_length=64, null=True)),
                        ("fingerprint", models.CharField(default="", max_length=32)),
                        ("verb", models.CharField(max_length=60)),
                        ("result", models.JSONField(default=dict)),
                        ("at", models.DateTimeField()),
                    ],
                    options={
                        "indexes": [models.Index(fields=["actor", "at"], name="receipt_actor_at")],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("token__isnull", False)),
                                fields=("actor", "token"),
                                name="receipt_once",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Team",
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
                        ("remit", models.CharField(blank=True, max_length=200)),
                        (
                            "branch",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="teams",
                                to="organisation.branch",
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="Notice",
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
                        ("kind", models.CharField(max_length=40)),
                        ("subject", models.CharField(default="", max_length=32)),
                        ("at", models.DateTimeField()),
                        ("read_at", models.DateTimeField(null=True)),
                        (
                            "account",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="notices",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "indexes": [models.Index(fields=["account", "read_at"], name="notice_unread")],
                    },
                ),
                migrations.CreateModel(
                    name="Membership",
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
                            "role",
                            models.CharField(
                                choices=[
                                    ("organiser", "Organiser"),
                                    ("team_lead", "Team lead"),
                                    ("branch_lead", "Branch lead"),
                                    ("steward", "Data steward"),
                                    ("centre", "Centre"),
                                    ("convenor", "Convenor"),
                                    ("caller", "Caller"),
                                    ("administrator", "Administrator"),
                                ],
                                max_length=20,
                            ),
                        ),
                        ("since_at", models.DateTimeField()),
                        ("until_at", models.DateTimeField(null=True)),
                        (
                            "account",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="memberships",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "branch",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="memberships",
                                to="organisation.branch",
                            ),
                        ),
                        (
                            "team",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="memberships",
                                to="organisation.team",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("until_at", None),
                                    ("until_at__gte", models.F("since_at")),
                                    _connector="OR",
                                ),
                                name="membership_ends_after_start",
                            )
                        ],
                    },
                ),
            ],
        ),
    ]
