from django.db import migrations

from yixiang.audit import guards


class Migration(migrations.Migration):
    dependencies = [("audit", "0003_personal_data")]

    operations = [
        migrations.RunSQL(guards.RECORD_INSERTS, "DROP FUNCTION IF EXISTS audit_record_inserts(text, jsonb[], text[]);")
    ]
