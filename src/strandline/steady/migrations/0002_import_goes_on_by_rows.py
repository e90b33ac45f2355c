from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("steady", "0001_initial")]

    operations = [migrations.RemoveField(model_name="import", name="done_line")]
