"""A search that found nothing is left as a demand in one click."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db import transaction
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from yixiang.catalogue.models import Wish
from yixiang.catalogue.search.finding import Wanted, find
from yixiang.kernel.errors import Invalid, TooMany
from yixiang.notices.commands import tell
from yixiang.people.models import Person

A_DAY = timedelta(days=1)
MOST_A_DAY = 20


@transaction.atomic
def wish(words: str, *, actor: Person, now: datetime, filters: Mapping[str, str] | None = None, note: str = "") -> Wish:
    """The same wish twice is one; the newer note stands."""
    words, note = " ".join(words.split())[:200], note.strip()[:500]
    kept = {name: str(value)[:100] for name, value in (filters or {}).items() if value}
    if not words and not kept:
        raise Invalid.field("words", _("请先写下要找什么仪器或要做什么测试，再登记需求。"))
    mine = Wish.objects.filter(person=actor)
    if same := mine.filter(words=words, filters=kept, closed_at=None).first():
        same.note = note or same.note
        same.save(update_fields=["note"])
        return same
    if mine.filter(made_at__gt=now - A_DAY).count() >= MOST_A_DAY:
        raise TooMany(_("今天登记的需求已经很多，先前的都已保存，请明天再来。"), retry_after=int(A_DAY.total_seconds()))
    return Wish.objects.create(
        person=actor, words=words, filters=kept, note=note, region=kept.get("region", "")[:6], made_at=now
    )


def answer_wishes(*, now: datetime) -> int:
    """Whoever looked in vain hears when the same search finds something; each wish is answered once."""
    open_ = Wish.objects.filter(closed_at=None).order_by("pk").values_list("pk", flat=True)
    return sum(_answer(pk, now) for pk in open_.iterator(chunk_size=500))


@transaction.atomic
def _answer(pk: int, now: datetime) -> bool:
    kept = Wish.objects.select_for_update(of=("self",)).select_related("person").filter(pk=pk, closed_at=None).first()
    if kept is None:
        return False
    asked = {**kept.filters, **({"q": kept.words} if kept.words else {})}
    found = find(Wanted.from_query(asked), now=now)
    if not found.items or found.corrected:  # a word put right by us is not what was asked for
        return False
    first, kept.closed_at = found.items[0], now
    kept.save(update_fields=["closed_at"])
    tell(
        [kept.person],
        kind="wish",
        subject=f"您找的仪器有了：{kept.words or first.name}",
        key=f"wish-{kept.pk}",
        now=now,
        body=f"您登记过的需求现在能找到 {found.total} 台，例如“{first.name}”（{first.unit_name}）。",
        url=f"{reverse('portal:instruments')}?{urlencode(asked)}",
        button="去看看",
    )
    return True
