import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models.functions import Now

# Counting must not cost a flush to disk at every request, and need not survive a crash: unlogged. A function instead of
# a statement, because to the connection it reads, so that nobody's name is put down for it.
COUNT = """
CREATE UNLOGGED TABLE api_use (
    caller text PRIMARY KEY,
    minute bigint NOT NULL,
    used integer NOT NULL
) WITH (fillfactor = 50);

CREATE FUNCTION api_count_use(who text, this_minute bigint) RETURNS integer LANGUAGE sql AS $$
    INSERT INTO api_use AS u (caller, minute, used) VALUES (who, this_minute, 1)
    ON CONFLICT (caller) DO UPDATE SET
        used = CASE WHEN u.minute = excluded.minute THEN u.used + 1 ELSE 1 END,
        minute = excluded.minute
    RETURNING used
$$;
"""
UNCOUNT = "DROP FUNCTION IF EXISTS api_count_use(text, bigint); DROP TABLE IF EXISTS api_use;"


class Migration(migrations.Migration):
    initial = True

    dependencies = [migrations.swappable_dependency(settings.AUTH_USER_MODEL)]

    operations = [
        migrations.CreateModel(
            name="IdempotentAnswer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(max_length=255)),
                ("method", models.CharField(max_length=8)),
                ("path", models.TextField()),
                ("digest", models.CharField(max_length=64)),
                ("status", models.PositiveSmallIntegerField()),
                ("headers", models.JSONField(default=dict)),
                ("body", models.BinaryField()),
                ("created_at", models.DateTimeField(db_default=Now())),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "已给出的接口回答",
                "verbose_name_plural": "已给出的接口回答",
                "indexes": [models.Index(fields=["created_at"], name="answer_by_age")],
                "constraints": [models.UniqueConstraint(fields=["person", "key"], name="answer_once_per_key")],
            },
        ),
        migrations.RunSQL(COUNT, UNCOUNT),
    ]
