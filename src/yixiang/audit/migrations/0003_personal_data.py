from django.db import migrations

from yixiang.audit import guards


class Migration(migrations.Migration):
    dependencies = [("audit", "0002_seals"), ("people", "0001_initial")]

    operations = [migrations.RunSQL(guards.WATCH_LOOKS, guards.UNWATCH_LOOKS)]
