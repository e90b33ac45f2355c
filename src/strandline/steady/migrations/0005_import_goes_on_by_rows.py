from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("steady", "0004_sections")]

    operations = [migrations.RemoveField(model_name="import", name="done_line")]
