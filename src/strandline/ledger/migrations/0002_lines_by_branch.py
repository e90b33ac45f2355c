import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """A line of the ledger belongs to a branch. What is in the table is counted again every night, so it is made anew."""

    dependencies = (
        ("ledger", "0001_initial"),
        ("organisation", "0001_initial"),
        ("surge", "0001_initial"),
    )

    operations = (
        migrations.DeleteModel(name="WaveLine"),
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
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="surge.surge"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("surge", "branch"), name="wave_line_once_a_branch")
                ]
            },
        ),
    )
