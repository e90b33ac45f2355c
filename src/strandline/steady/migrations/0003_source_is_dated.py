from typing import Any

from django.db import migrations, models


def nobody_kept_whether_a_list_told_the_day(apps: Any, editor: Any) -> None:
    """Whom a list brought in before counts as undated: whether it told their day was not kept."""
    apps.get_model("steady", "Source").objects.filter(kind="import").update(is_dated=False)


class Migration(migrations.Migration):
    dependencies = [
        ("steady", "0002_imports_chosen"),
    ]

    operations = [
        migrations.AddField(
            model_name="source",
            name="is_dated",
            field=models.BooleanField(db_default=True, default=True),
        ),
        migrations.RunPython(nobody_kept_whether_a_list_told_the_day, migrations.RunPython.noop),
    ]
