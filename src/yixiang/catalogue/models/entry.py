"""What finding reads: one narrow row per instrument, and the words people are offered. Written by `search` alone."""

from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import F, Q


class Entry(models.Model):
    """Filters, sort keys and lexemes of one instrument, so that finding touches no other table until it shows a page.

    `head` holds the lexemes of name, model, maker and class and those of every filter; `whole` also the long texts.
    Both are made in Python (`search.tokens`): no parser of the database takes part.
    """

    instrument = models.OneToOneField(
        "catalogue.Instrument", models.CASCADE, primary_key=True, db_constraint=False, related_name="entry"
    )
    unit_id = models.BigIntegerField()
    platform_id = models.BigIntegerField(null=True)
    category = models.CharField(max_length=6)
    region = models.CharField(max_length=6)
    city = models.CharField(max_length=4)  # the first four digits of the region: what distance is counted by
    state = models.CharField(max_length=12)
    kind = models.CharField(max_length=10)
    mode = models.CharField(max_length=8)
    disciplines = models.CharField(max_length=200)  # codes, joined by commas
    funds = models.CharField(max_length=60)
    worth_band = models.SmallIntegerField()
    price_band = models.SmallIntegerField()
    price = models.DecimalField(max_digits=10, decimal_places=2)  # nothing here is null: what is not known sorts last
    first_free = models.DateTimeField()
    free_mask = models.BigIntegerField(default=0)  # bit (ordinal mod 60) of each of the coming 60 days with free time
    bought_on = models.DateField()
    used = models.IntegerField(default=0)
    rank = models.SmallIntegerField(default=0)  # 0–1000: health, real use, freshness
    sampled = models.BooleanField(default=False)  # one in ten, by a hash of the key
    head = SearchVectorField()
    whole = SearchVectorField()

    objects: ClassVar[Any] = models.Manager()

    class Meta:
        verbose_name = verbose_name_plural = "检索条目"
        indexes = [
            GinIndex(fields=["whole"], name="entry_whole", fastupdate=False),
            GinIndex(fields=["whole"], name="entry_sample", condition=Q(sampled=True), fastupdate=False),
            models.Index(F("rank").desc(), F("instrument").desc(), name="entry_rank"),
            models.Index(F("used").desc(), F("instrument").desc(), name="entry_used"),
            models.Index(F("bought_on").desc(), F("instrument").desc(), name="entry_newest"),
            models.Index(F("first_free"), F("instrument"), name="entry_free"),
            models.Index(F("price"), F("instrument"), name="entry_price"),
            models.Index(F("city"), F("rank").desc(), F("instrument"), name="entry_near"),
        ]


class Word(models.Model):
    """A name, a model or a unit that may be offered while somebody types; `count` is brought up to date by a job."""

    text = models.CharField(max_length=120)
    kind = models.CharField(max_length=8)  # name, model, unit
    key = models.CharField(max_length=120)  # lower case, without spaces and hyphens
    pinyin = models.CharField(max_length=240)
    initials = models.CharField(max_length=120)
    target = models.CharField(max_length=40, blank=True)  # for a unit: its key
    count = models.IntegerField(default=1)
    grams = ArrayField(models.CharField(max_length=8), default=list)

    objects: ClassVar[Any] = models.Manager()

    class Meta:
        verbose_name = verbose_name_plural = "检索词"
        constraints = [models.UniqueConstraint("kind", "key", "target", name="word_once")]
        indexes = [
            models.Index(OpClass(F("key"), name="text_pattern_ops"), name="word_key"),
            models.Index(OpClass(F("pinyin"), name="text_pattern_ops"), name="word_pinyin"),
            models.Index(OpClass(F("initials"), name="text_pattern_ops"), name="word_initials"),
            GinIndex(fields=["grams"], name="word_grams", fastupdate=False),
        ]
