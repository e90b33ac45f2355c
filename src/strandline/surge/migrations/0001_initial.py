import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import strandline.lib.codes
import strandline.store.tables


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("organisation", "0001_initial"),
        ("organisation", "__first__"),
        ("steady", "0001_initial"),
    ]

    operations = [
        strandline.store.tables.MakeTables(
            tables=[
                migrations.CreateModel(
                    name="Alert",
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
                            "tier",
                            models.CharField(choices=[("watch", "watch"), ("alarm", "alarm")], max_length=20),
                        ),
                        ("began_on", models.DateField()),
                        ("last_on", models.DateField()),
                        ("alarm_on", models.DateField(null=True)),
                        ("count", models.PositiveBigIntegerField()),
                        ("expected", models.FloatField()),
                        ("why", models.CharField(max_length=700)),
                        ("where", models.CharField(blank=True, default="", max_length=500)),
                        ("has_company", models.BooleanField(default=False)),
                        ("raised_at", models.DateTimeField()),
                        ("withdrawn_at", models.DateTimeField(null=True)),
                        (
                            "answer",
                            models.CharField(
                                choices=[
                                    ("open", "waits for an answer"),
                                    ("acknowledged", "seen"),
                                    ("dismissed", "dismissed"),
                                    ("surge", "became a surge"),
                                ],
                                default="open",
                                max_length=12,
                            ),
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="AlertAnswer",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "answer",
                            models.CharField(
                                choices=[
                                    ("open", "waits for an answer"),
                                    ("acknowledged", "seen"),
                                    ("dismissed", "dismissed"),
                                    ("surge", "became a surge"),
                                ],
                                max_length=12,
                            ),
                        ),
                        ("reason", models.CharField(blank=True, default="", max_length=500)),
                        ("at", models.DateTimeField()),
                        (
                            "alert",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="answers",
                                to="surge.alert",
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
                    ],
                ),
                migrations.CreateModel(
                    name="Surge",
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
                        ("promise_hours", models.PositiveSmallIntegerField(default=48)),
                        ("declared_at", models.DateTimeField()),
                        ("starts_on", models.DateField()),
                        ("peaked_on", models.DateField(null=True)),
                        ("ends_on", models.DateField(null=True)),
                        ("closed_at", models.DateTimeField(null=True)),
                        (
                            "branch",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="organisation.branch",
                            ),
                        ),
                        (
                            "declared_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "indexes": [models.Index(fields=["branch", "starts_on"], name="surge_branch")],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("ends_on", None),
                                    ("ends_on__gte", models.F("starts_on")),
                                    _connector="OR",
                                ),
                                name="surge_ends_after_start",
                            )
                        ],
                    },
                ),
            ],
        ),
        migrations.AddField(
            model_name="alert",
            name="surge",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="alerts",
                to="surge.surge",
            ),
        ),
        strandline.store.tables.MakeTables(
            tables=[
                migrations.CreateModel(
                    name="SurgeCircle",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("formed_at", models.DateTimeField()),
                        (
                            "circle",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="steady.circle",
                            ),
                        ),
                        (
                            "surge",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="circles",
                                to="surge.surge",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(fields=("surge", "circle"), name="surgecircle_once")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="SurgeEdit",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "what",
                            models.CharField(
                                choices=[
                                    ("name", "Name"),
                                    ("window", "Window"),
                                    ("promise", "Promise"),
                                    ("lead", "Lead"),
                                    ("deputy", "Deputy"),
                                ],
                                max_length=8,
                            ),
                        ),
                        ("before", models.CharField(blank=True, default="", max_length=200)),
                        ("after", models.CharField(blank=True, default="", max_length=200)),
                        ("reason", models.CharField(blank=True, default="", max_length=500)),
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
                            "surge",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="edits",
                                to="surge.surge",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [models.Index(fields=["surge", "at"], name="surgeedit_surge")],
                    },
                ),
                migrations.CreateModel(
                    name="SurgeForm",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("from_at", models.DateTimeField()),
                        ("until_at", models.DateTimeField(null=True)),
                        (
                            "form",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="steady.form",
                            ),
                        ),
                        (
                            "surge",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="forms",
                                to="surge.surge",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("until_at", None)),
                                fields=("surge", "form"),
                                name="surgeform_once",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="SurgePhase",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "phase",
                            models.CharField(
                                choices=[
                                    ("rising", "rising"),
                                    ("peak", "at its peak"),
                                    ("ebb", "falling"),
                                    ("closed", "closed"),
                                ],
                                max_length=8,
                            ),
                        ),
                        ("began_on", models.DateField()),
                        ("is_by_hand", models.BooleanField(default=False)),
                        ("set_at", models.DateTimeField()),
                        ("reason", models.CharField(blank=True, default="", max_length=500)),
                        (
                            "set_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "surge",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="phases",
                                to="surge.surge",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [models.Index(fields=["surge", "id"], name="surgephase_surge")],
                    },
                ),
                migrations.CreateModel(
                    name="SurgePost",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "post",
                            models.CharField(choices=[("lead", "Lead"), ("deputy", "Deputy")], max_length=8),
                        ),
                        ("from_at", models.DateTimeField()),
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
                            "surge",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="posts",
                                to="surge.surge",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [models.Index(fields=["account", "until_at"], name="surgepost_account")],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("until_at", None)),
                                fields=("surge", "post"),
                                name="surgepost_one_at_a_time",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("until_at", None),
                                    ("until_at__gte", models.F("from_at")),
                                    _connector="OR",
                                ),
                                name="surgepost_ends_after_start",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="WatchedSeries",
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
                            "source",
                            models.CharField(
                                choices=[
                                    ("branch", "Sign-ups of the branch"),
                                    ("form", "Sign-ups by one form"),
                                    ("constituency", "Sign-ups of one section"),
                                    ("attendance", "People who came"),
                                    ("replies", "Answers to our attempts"),
                                    ("theme", "Touches on a theme"),
                                    ("external", "Counts from outside"),
                                ],
                                max_length=12,
                            ),
                        ),
                        ("step", models.CharField(choices=[("day", "day"), ("week", "week")], max_length=4)),
                        ("begins_on", models.DateField(null=True)),
                        ("made_at", models.DateTimeField()),
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
                            "constituency",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="steady.constituency",
                            ),
                        ),
                        (
                            "form",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="steady.form",
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
                        (
                            "theme",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="steady.theme",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("source__in", ("branch", "attendance", "replies"))),
                                fields=("source", "branch"),
                                name="series_one_a_branch",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("form__isnull", False)),
                                fields=("form",),
                                name="series_one_a_form",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("constituency__isnull", False)),
                                fields=("branch", "constituency"),
                                name="series_one_a_section",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("theme__isnull", False)),
                                fields=("branch", "theme"),
                                name="series_one_a_theme",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="SeriesCount",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("on", models.DateField()),
                        ("count", models.PositiveBigIntegerField()),
                        ("revision", models.PositiveIntegerField(default=0)),
                        (
                            "way",
                            models.CharField(choices=[("upload", "upload"), ("push", "push")], max_length=8),
                        ),
                        ("stored_at", models.DateTimeField()),
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
                            "series",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="counts",
                                to="surge.watchedseries",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("series", "on", "revision"), name="count_once_a_revision"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Evaluation",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("on", models.DateField()),
                        ("revision", models.PositiveIntegerField(default=0)),
                        (
                            "tier",
                            models.CharField(
                                choices=[
                                    ("too little history", "too little history"),
                                    ("usual", "usual"),
                                    ("watch", "watch"),
                                    ("alarm", "alarm"),
                                ],
                                max_length=20,
                            ),
                        ),
                        ("count", models.PositiveBigIntegerField()),
                        ("expected", models.FloatField(null=True)),
                        ("evidence", models.FloatField(default=0.0)),
                        ("span", models.PositiveSmallIntegerField(default=0)),
                        ("luck", models.FloatField(default=1.0)),
                        ("why", models.CharField(max_length=500)),
                        ("said_at", models.DateTimeField()),
                        (
                            "series",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="evaluations",
                                to="surge.watchedseries",
                            ),
                        ),
                    ],
                    options={
                        "indexes": [models.Index(fields=["on"], name="evaluation_on")],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("series", "on", "revision"), name="evaluation_once_a_revision"
                            )
                        ],
                    },
                ),
            ],
        ),
        migrations.AddField(
            model_name="alert",
            name="series",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="alerts", to="surge.watchedseries"
            ),
        ),
        migrations.AddIndex(
            model_name="alert",
            index=models.Index(fields=["series", "-last_on"], name="alert_series"),
        ),
    ]
