from django.db import migrations


class Migration(migrations.Migration):
    dependencies = (
        ("steady", "0002_circles_listening"),
        ("steady", "0002_fewer_indexes"),
    )

    operations = ()
