"""Words that may be offered: names, models, units of what is public. New ones are learnt at once, counted later."""

from collections.abc import Iterable, Sequence
from functools import lru_cache

from django.db import connection
from pypinyin import lazy_pinyin

from yixiang.catalogue.models import Word
from yixiang.catalogue.search import tokens
from yixiang.catalogue.search.rows import Source
from yixiang.units.models import Unit

LONGEST = 60  # characters of a name worth offering


@lru_cache(maxsize=20_000)
def sound(text: str) -> tuple[str, str]:
    """Pinyin and initials: 透射电镜 → toushedianjing, tsdj. Latin letters and digits stay as they are."""
    syllables: list[str] = []
    initials: list[str] = []
    for chinese, other in tokens.RUN.findall(tokens.plain(text)):
        spoken = lazy_pinyin(chinese) if chinese else [other]
        syllables += spoken
        initials += [one[:1] for one in spoken] if chinese else spoken
    return "".join(syllables)[:240], "".join(initials)[:120]


def grams_of(key: str) -> list[str]:
    """Twos of anything: what a look-up that forgives one slip compares."""
    return sorted({key[place : place + 2] for place in range(max(len(key) - 1, 1))})


def word(kind: str, text: str, target: str = "") -> Word:
    pinyin, initials = sound(text)
    key = tokens.key_of(text)
    return Word(
        kind=kind, text=text, key=key, target=target, pinyin=pinyin, initials=initials, grams=grams_of(key), count=1
    )


def learn(sources: Sequence[Source], *, units: bool = True) -> None:
    """Names and models not known yet. Known ones are left alone, so that two imports never wait for each other."""
    texts: dict[tuple[str, str], str] = {}
    for source in sources:
        for kind, text in (("name", source.name), ("model", source.model)):
            if source.public and text and len(text) <= LONGEST and (key := tokens.key_of(text)):
                texts[kind, key] = text
    known = set(Word.objects.filter(key__in={key for _kind, key in texts}).values_list("kind", "key"))
    new = [word(kind, text) for (kind, key), text in sorted(texts.items()) if (kind, key) not in known]
    Word.objects.bulk_create(new, ignore_conflicts=True)
    if units:
        learn_units({source.unit_id for source in sources if source.public})


def learn_units(units: Iterable[int]) -> None:
    """A unit is offered while it is joined, by its present name."""
    wanted = {str(pk) for pk in units}
    known = dict(Word.objects.filter(kind="unit", target__in=wanted).values_list("target", "text"))
    named = {str(pk): name for pk, name in Unit.objects.joined().filter(pk__in=wanted).values_list("pk", "name")}
    stale = [pk for pk, text in known.items() if named.get(pk) != text]
    Word.objects.filter(kind="unit", target__in=stale).delete()
    new = [word("unit", name, pk) for pk, name in sorted(named.items()) if known.get(pk) != name]
    Word.objects.bulk_create(new, ignore_conflicts=True)


COUNT = """
    WITH held AS (
        SELECT w.id, (SELECT count(*) FROM catalogue_entry e
                      WHERE e.whole @@ (CASE w.kind WHEN 'unit' THEN quote_literal('u:' || w.target)
                                        ELSE quote_literal('=' || w.key) END || ' & ''pub''')::tsquery) AS n
        FROM catalogue_word w WHERE w.kind <> 'name'
        UNION ALL
        SELECT w.id, count(i.id) FROM catalogue_word w
        LEFT JOIN catalogue_instrument i ON i.state = 'listed' AND i.name = w.text
        WHERE w.kind = 'name' GROUP BY w.id
    )
    UPDATE catalogue_word w SET count = held.n FROM held WHERE held.id = w.id AND w.count <> held.n
"""


def recount() -> None:
    """Bring the counts up to date and forget what nothing is called any more (a unit may own nothing yet)."""
    with connection.cursor() as cursor:
        cursor.execute(COUNT)
    Word.objects.filter(count=0).exclude(kind="unit").delete()
