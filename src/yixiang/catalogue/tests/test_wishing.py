"""A search in vain is kept, and answered once when it finds something."""

from datetime import timedelta

import pytest

from yixiang.catalogue.commands.wishing import answer_wishes, wish
from yixiang.catalogue.models import Wish
from yixiang.catalogue.search import indexing
from yixiang.kernel.errors import Invalid
from yixiang.notices.models import Notice

pytestmark = pytest.mark.django_db


def test_an_empty_wish_is_refused(admin, now):
    with pytest.raises(Invalid):
        wish("  ", actor=admin, now=now)


def test_the_same_wish_twice_is_one(admin, now):
    wish("中微子探测阵列", actor=admin, now=now)
    wish("中微子探测阵列", actor=admin, now=now, note="低温")
    assert list(Wish.objects.values_list("note", flat=True)) == ["低温"]


def test_nobody_is_told_while_there_is_still_nothing(admin, now):
    wish("中微子探测阵列", actor=admin, now=now)
    assert answer_wishes(now=now) == 0
    assert not Notice.objects.exists()


def test_who_looked_in_vain_hears_once_when_it_is_there(admin, instrument, now):
    wish("中微子探测阵列", actor=admin, now=now)
    indexing.refresh([instrument(name="中微子探测阵列").pk])
    assert (answer_wishes(now=now), answer_wishes(now=now + timedelta(days=1))) == (1, 0)
    notice = Notice.objects.get(person=admin)
    assert "中微子探测阵列" in notice.subject
    assert notice.url.startswith("/instruments/?q=")
