import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

UNASKED = r"^(steady|organisation)_\w+_(code|audit_id|actor|subject|digest)_[0-9a-f]{8}_like$"


def without_prefixes(apps, schema_editor):
    """Drop the indexes that Django adds on PostgreSQL for LIKE: no code is looked for by its beginning.

    They were a third of what the server did for each sign-up.
    """
    if schema_editor.connection.vendor != "postgresql":
        return
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(
            "SELECT indexname FROM pg_indexes WHERE schemaname = current_schema() AND indexname ~ %s",
            [UNASKED],
        )
        for (name,) in cursor.fetchall():
            cursor.execute(f"DROP INDEX {schema_editor.quote_name(name)}")


class Migration(migrations.Migration):
    dependencies = [
        ("steady", "0005_import_goes_on_by_rows"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name="consent",
            name="person",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="consents",
                to="steady.person",
            ),
        ),
        migrations.AlterField(
            model_name="submission",
            name="by",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AlterField(
            model_name="submission",
            name="device",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="steady.devicecode",
            ),
        ),
        migrations.AlterField(
            model_name="submission",
            name="form",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="submissions",
                to="steady.form",
            ),
        ),
        migrations.AlterField(
            model_name="submission",
            name="person",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="submissions",
                to="steady.person",
            ),
        ),
        migrations.AlterField(
            model_name="submission",
            name="settled_by",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.RunPython(without_prefixes, migrations.RunPython.noop),
    ]
