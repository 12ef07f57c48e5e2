from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("kernel", "0002_extensions")]

    operations = [
        migrations.RunSQL("CREATE SEQUENCE public_data_version", "DROP SEQUENCE public_data_version"),
    ]
