from django.contrib.postgres.operations import BtreeGistExtension, TrigramExtension
from django.db import migrations


class Migration(migrations.Migration):
    """Exclusion constraints over (instrument, time range) and similar names need these; both are trusted extensions."""

    dependencies = [("kernel", "0001_calendar_day")]

    operations = [BtreeGistExtension(), TrigramExtension()]
