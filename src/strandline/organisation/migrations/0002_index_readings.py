from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("organisation", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="audithead",
            name="indexed",
            field=models.BigIntegerField(default=0),
        ),
        # What was written before is in the index already.
        migrations.RunSQL("UPDATE organisation_audithead SET indexed = seq", migrations.RunSQL.noop),
    ]
