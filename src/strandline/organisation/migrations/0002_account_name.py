from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("organisation", "0001_initial")]

    operations = [
        migrations.AddIndex(
            model_name="account",
            index=models.Index(fields=["name", "id"], name="account_name"),
        ),
    ]
