from django.db import migrations, models


class Migration(migrations.Migration):
    """A region has one programme of a subject in a year, closed or not: its caps are those of the year."""

    dependencies = [("ledger", "0001_first")]

    operations = [
        migrations.RemoveConstraint("programme", "programme_one_open"),
        migrations.AddConstraint(
            "programme",
            models.UniqueConstraint(
                models.F("subject"),
                models.F("region"),
                models.F("year"),
                condition=~models.Q(state="draft"),
                name="programme_once_a_year",
            ),
        ),
    ]
