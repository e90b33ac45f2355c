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
        ("surge", "0001_initial"),
    ]

    operations = [
        strandline.store.tables.MakeTables(
            tables=[
                migrations.CreateModel(
                    name="Departure",
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
                            "how",
                            models.CharField(
                                choices=[
                                    ("moved", "moved away"),
                                    ("died", "died"),
                                    ("unreachable", "out of reach after six tries"),
                                    ("erased", "erased"),
                                ],
                                max_length=12,
                            ),
                        ),
                        ("since_on", models.DateField()),
                        ("until_on", models.DateField(null=True)),
                        ("reason", models.CharField(blank=True, default="", max_length=500)),
                        ("noted_at", models.DateTimeField()),
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
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="steady.person",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("until_on", None), ("person__isnull", False)),
                                fields=("person",),
                                name="departure_one_at_a_time",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("how", "erased"), ("person", None), ("reason", "")),
                                    models.Q(
                                        models.Q(("how", "erased"), _negated=True), ("person__isnull", False)
                                    ),
                                    _connector="OR",
                                ),
                                name="departure_of_the_erased_names_nobody",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Recount",
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
                        ("on", models.DateField()),
                        ("organised", models.PositiveIntegerField()),
                        ("kinds", models.JSONField(default=dict)),
                        ("erased", models.PositiveIntegerField(default=0)),
                        ("counted_at", models.DateTimeField()),
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
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "indexes": [models.Index(fields=["branch", "counted_at"], name="recount_branch")],
                    },
                ),
                migrations.CreateModel(
                    name="SurgeWeek",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("on", models.DateField()),
                        ("came", models.PositiveIntegerField()),
                        ("called", models.PositiveIntegerField()),
                        ("spoke", models.PositiveIntegerField()),
                        ("asked", models.PositiveIntegerField()),
                        ("acted", models.PositiveIntegerField()),
                        ("released_at", models.DateTimeField()),
                        (
                            "surge",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="surge.surge",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("surge", "on"), name="surge_week_once_a_surge_and_week"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="WaveLine",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("on", models.DateField()),
                        ("figures", models.JSONField(default=dict)),
                        ("released", models.JSONField(default=dict)),
                        ("counted_at", models.DateTimeField()),
                        (
                            "branch",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="organisation.branch",
                            ),
                        ),
                        (
                            "surge",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="surge.surge",
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("surge", "branch"), name="wave_line_once_a_branch"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="WeeklyTotal",
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
                        ("on", models.DateField()),
                        ("organised", models.PositiveIntegerField()),
                        ("active", models.PositiveIntegerField()),
                        ("came", models.PositiveIntegerField()),
                        ("kinds", models.JSONField(default=list)),
                        ("sections", models.JSONField(default=dict)),
                        ("erased", models.PositiveIntegerField(default=0)),
                        ("released_at", models.DateTimeField()),
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
                        "indexes": [models.Index(fields=["on"], name="weekly_total_on")],
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("branch", "on"), name="weekly_total_once_a_branch_and_week"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="WhatIf",
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
                        ("question", models.JSONField(default=dict)),
                        ("exact", models.JSONField(default=dict)),
                        ("courses", models.JSONField(default=dict)),
                        ("refusal", models.CharField(blank=True, default="", max_length=300)),
                        ("stage", models.CharField(blank=True, default="", max_length=10)),
                        ("parts_done", models.PositiveSmallIntegerField(default=0)),
                        ("parts", models.PositiveSmallIntegerField(default=0)),
                        ("asked_at", models.DateTimeField()),
                        ("begun_at", models.DateTimeField(null=True)),
                        ("done_at", models.DateTimeField(null=True)),
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
                    ],
                    options={
                        "indexes": [models.Index(fields=["by", "asked_at"], name="what_if_by")],
                    },
                ),
            ],
        ),
    ]
