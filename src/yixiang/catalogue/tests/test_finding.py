"""Finding: words, filters, orders, pages, and what must never break it."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from yixiang.catalogue.models import Entry, Instrument
from yixiang.catalogue.search import facets, matching
from yixiang.catalogue.search.finding import Wanted, find, suggest
from yixiang.catalogue.search.indexing import refresh, refresh_unit
from yixiang.catalogue.tests.conftest import NOW, joined_unit
from yixiang.kernel.errors import Invalid

pytestmark = pytest.mark.django_db


@pytest.fixture
def found(instrument):
    """An instrument that can be found: name, class and whatever else matters."""

    def make(name="场发射扫描电镜", category="010102", hours=(), **facts):
        made = instrument(hours=hours, name=name, category=category, **{"model": "", **facts})
        refresh([made.pk])
        return made

    return make


def search(q="", person=None, scope="public", **query):
    return find(Wanted.from_query({"q": q, **query}, person), person=person, now=NOW, scope=scope)


def names(q="", **query):
    return [hit.name for hit in search(q, **query).items]


def counts(facet, q="", **query):
    return {value.code: value.count for value in search(q, **query).facets[facet]}


# --- words


@pytest.mark.parametrize(
    "q",
    [
        "SEM",
        "ＳＥＭ",
        "扫描电子显微镜",
        "smdj",
        "saomiaodianjing",
        "扫瞄电镜",
        "扫描",
        "镜",
        "发射扫",
        "scanning electron microscope",
    ],
)
def test_one_thing_is_found_by_many_names(found, q):
    found()
    found("透射电子能量分析台", "010199")
    assert "场发射扫描电镜" in names(q)


@pytest.mark.parametrize("q", ["JEM-2100F", "jem2100f", "JEM 2100F", "2100f", "jem", "JEM-2100E"])
def test_a_model_is_found_with_and_without_hyphen_and_with_a_slip(found, q):
    found("透射电镜", "010101", model="JEM-2100F")
    found("离心机", "011023", model="Avanti J-26")
    assert names(q) == ["透射电镜"]


def test_a_slip_is_put_right_and_said(found):
    found()
    assert search("扫瞄电镜").corrected == "扫描电镜"
    assert search("扫描电镜").corrected == ""


def test_what_stands_in_the_name_comes_before_what_is_mentioned(found):
    found("离子溅射仪", "011299", function="为齿轮断面喷金。", service_count=900, health=100)
    found("齿轮跑合台", "029900")
    assert names("齿轮") == ["齿轮跑合台", "离子溅射仪"]


def test_a_place_narrows(found):
    found("核磁共振波谱仪", "010601", region="430104")
    found("核磁共振波谱仪（青岛）", "010601", region="370202")
    assert names("长沙 核磁") == ["核磁共振波谱仪"]


def test_why_something_is_listed_is_said(found):
    found("离心机", "011023", function="可用于外泌体分离。")
    found()
    (hit,) = search("SEM").items
    assert hit.why == ["SEM = 扫描电镜"]
    assert hit.matched == ["场发射扫描电镜", "扫描电镜"]
    (hit,) = search("外泌体分离").items
    assert hit.why == ["主要功能：可用于外泌体分离。"]


def test_the_nearest_is_shown_when_nothing_is_found(found):
    found()
    empty = search("扫描电镜", region="370000")
    assert (empty.items, empty.total) == ([], 0)
    assert [hit.name for hit in empty.nearest] == ["场发射扫描电镜"]
    assert empty.nearest_is == "去掉筛选条件"
    assert [hit.name for hit in search("扫描电镜 量子纠缠机").nearest] == ["场发射扫描电镜"]


def test_nothing_at_all_is_no_error(db):
    assert search("扫描电镜").total == 0
    assert search("").items == []


@pytest.mark.parametrize(
    "q",
    [
        "电" * 10_000,
        "a b " * 3000,
        "！？。，、；：",
        "'; DROP TABLE catalogue_entry; --",
        "<script>alert(1)</script>",
        "😀🔬",
        "\"未闭合 '引号",
        "a & b | !c:*",
        "\\",
        "\x00电镜",
        "%_%",
        "(((",
        "电镜:*",
        "𠮷",
        "é ñ ü",
        "‮电镜",
        "' OR 1=1",
    ],
)
def test_no_words_break_it(found, q):
    found()
    answer = search(q)
    assert answer.total >= 0
    assert suggest(q) is not None


def test_too_long_words_are_cut_and_said(db):
    assert search("电" * 500).notes == ["搜索词太长，只用了前 200 个字。"]


# --- filters


@pytest.mark.parametrize(
    ("given", "query", "other"),
    [
        ({"category": "010102"}, {"category": "010000"}, {"category": "020000"}),
        ({"category": "010102"}, {"category": "010100"}, {"category": "010101"}),
        ({"region": "430104"}, {"region": "430000"}, {"region": "430200"}),
        ({"disciplines": ["430"]}, {"discipline": "430"}, {"discipline": "150"}),
        ({"funds": ["local"]}, {"funds": "local,own"}, {"funds": "central"}),
        ({"booking_mode": "both"}, {"mode": "samples"}, {"mode": "none"}),
        ({"kind": "instrument"}, {"kind": "instrument"}, {"kind": "facility"}),
        ({"worth": Decimal(600_000)}, {"worth": "1"}, {"worth": "2"}),
        ({"price_from": Decimal(100)}, {"price_max": "100"}, {"price_max": "99.9"}),
    ],
)
def test_a_filter_keeps_what_fits_and_drops_the_rest(found, given, query, other):
    found(**given)
    assert search(**query).total == 1
    assert search(**other).total == 0


def test_a_unit_is_named_by_account_or_key(found, unit):
    found()
    assert search(unit=unit.account_name).total == 1
    assert search(unit=str(unit.pk)).total == 1


@pytest.mark.parametrize(
    "query",
    [
        {"category": "999"},
        {"region": "abc"},
        {"unit": "nobody"},
        {"unit": "9" * 30},
        {"platform": "\x00"},
        {"sort": "magic"},
        {"price_max": "NaN"},
        {"price_max": "-5"},
        {"free_from": "morgen"},
        {"free_to": "0001-01-01"},
        {"worth": "77"},
        {"mode": "🚀"},
        {"near": "x", "sort": "near"},
        {"state": "gone"},
        {"free": "365"},
        {"discipline": "'"},
    ],
)
def test_what_does_not_exist_is_left_out_and_said(found, query):
    found()
    answer = search(**query)
    assert answer.total == 1
    assert answer.notes


def test_free_between_two_days(found):
    week = tuple((day, 540, 1020) for day in range(5))
    found("离心机", "011023", hours=week)
    found("关着的离心机", "011023")
    today = timezone.localdate()  # the index asks the clock of the database
    monday = today + timedelta(days=14 - today.weekday())

    def names(**query):
        return [hit.name for hit in find(Wanted.from_query(query), now=timezone.now()).items]

    assert names(free_from=monday.isoformat(), free_to=monday.isoformat()) == ["离心机"]
    sunday = (monday + timedelta(days=6)).isoformat()
    assert names(free_from=sunday, free_to=sunday) == []


# --- facets


def test_a_chosen_facet_is_counted_as_if_it_were_not(found):
    found("透射电镜", "010101")
    found(region="370102")
    assert counts("category", category="010101") == {"010000": 2, "010100": 2, "010101": 1, "010102": 1}
    assert counts("region", category="010101") == {"430000": 1, "430100": 1, "430104": 1}


def test_every_facet_is_there_and_names_its_values(found, unit):
    found(disciplines=["430"], funds=["local"], price_from=Decimal(80), first_free=NOW + timedelta(days=1))
    shown = {name: [(v.name, v.count) for v in values] for name, values in search().facets.items()}
    assert set(shown) == set(facets.PUBLIC_FACETS)
    assert shown["unit"] == [(unit.name, 1)]
    assert shown["discipline"] == [("材料科学", 1)]
    assert shown["price_max"][0] == ("100 元以内", 1)
    assert shown["free"][0] == ("3 天内可约", 1)
    assert shown["worth"] == [("200–500 万元", 1)]


def test_a_count_told_from_a_sample_promises_two_digits():
    assert [facets.rounded(n, 50) for n in (50, 149, 12_345)] == [50, 150, 12_000]
    assert facets.rounded(12_345, 1) == 12_345


# --- orders and pages


@pytest.mark.parametrize(
    ("sort", "first"),
    [
        ("used", {"service_count": 9}),
        ("newest", {"bought_on": date(2026, 1, 1)}),
        ("free", {"first_free": NOW}),
        ("price", {"price_from": Decimal(1)}),
        ("near", {"region": "430211"}),
        ("relevance", {"health": 99}),
    ],
)
def test_each_order(found, sort, first):
    others = {"region": "440103"}
    found("乙", **others)
    found("甲", **others | first)
    assert names(sort=sort, near="430200")[0] == "甲"


@pytest.mark.parametrize("sort", ["relevance", "used", "newest", "free", "price", "near"])
def test_pages_follow_each_other_without_gap_or_repetition(found, sort):
    made = [found(f"离心机{number}", "011023").pk for number in range(7)]
    seen, cursor = [], ""
    while True:
        answer = search("离心机", sort=sort, near="430100", size="3", cursor=cursor)
        seen += [hit.id for hit in answer.items]
        if not (cursor := answer.next):
            break
    assert sorted(seen) == made


def test_a_made_up_cursor_is_refused(found):
    found()
    with pytest.raises(Invalid):
        search(cursor="made-up")
    found("离心机")
    cursor = search(size="1").next
    with pytest.raises(Invalid):
        search(size="1", sort="price", cursor=cursor)


def test_units_with_what_they_have(found, unit):
    other = joined_unit("别处大学", "370102")
    made = [found(), found(), found(unit=other)]
    units = {one.name: (one.count, len(one.hits)) for one in search("SEM", by="unit").units_found}
    assert units == {unit.name: (2, 2), other.name: (1, 1)}
    assert len(made) == 3


# --- the index follows


def test_a_change_is_searchable_at_once(found):
    one = found()
    Instrument.objects.filter(pk=one.pk).update(name="超速离心机", category="011023")
    refresh([one.pk])
    assert names("离心机") == ["超速离心机"]
    assert names("SEM") == []


def test_a_draft_is_found_by_its_own_unit_only(found, admin, outsider):
    found("没写完的电镜", state="draft")
    assert search("电镜").total == 0
    assert search("电镜", admin, "desk").total == 1
    assert search("电镜", outsider, "desk").total == 0
    assert search("电镜", None, "desk").total == 0


def test_an_authority_sees_all_but_drafts(found, city):
    found("草稿电镜", state="draft")
    found("待审电镜", state="submitted")
    assert [hit.name for hit in search("电镜", city, "desk").items] == ["待审电镜"]
    assert {v.code for v in search("电镜", city, "desk").facets["state"]} == {"submitted"}


def test_a_unit_that_left_takes_its_instruments_along(found, unit):
    found()
    unit.state = "left"
    unit.save()
    refresh_unit(unit.pk)
    assert search("SEM").total == 0


def test_what_is_gone_is_forgotten(found):
    one = found()
    pk = one.pk
    Instrument.objects.filter(pk=pk).delete()
    refresh([pk])
    assert not Entry.objects.exists()


# --- suggestions


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("扫描电", "扫描电镜"),
        ("saomiaod", "扫描电镜"),
        ("smdj", "扫描电镜"),
        ("se", "SEM"),
        ("su80", "SU8010"),
        ("湘江", "湘江大学"),
        ("xjdx", "湘江大学"),
        ("发射扫", "场发射扫描电镜"),
    ],
)
def test_suggestions_while_typing(found, typed, expected):
    found(model="SU8010")
    texts = [one.text for one in suggest(typed)]
    assert expected in texts
    assert len(texts) <= 8


def test_a_suggestion_says_where_it_leads(found, unit):
    found(model="SU8010")
    kinds = {one.kind: one.query for one in suggest("su8010") + suggest(unit.name) + suggest("扫描电镜")}
    assert kinds["model"] == {"q": "SU8010"}
    assert kinds["unit"] == {"unit": str(unit.pk)}
    assert kinds["class"] == {"category": "010102"}


@pytest.mark.parametrize("sort", ["relevance", "used", "newest", "free", "price", "near"])
def test_pages_of_many_follow_each_other_too(found, sort, monkeypatch):
    """Met along an index: first what matches in the name, then what is mentioned."""
    made = [found(f"齿轮跑合台{number}", "029900").pk for number in range(4)]
    made += [found(f"溅射仪{number}", "011299", function="为齿轮断面喷金。").pk for number in range(3)]
    monkeypatch.setattr(matching, "EXACT", -1)
    seen, cursor = [], ""
    while True:
        answer = search("齿轮", sort=sort, near="430100", size="3", cursor=cursor)
        seen += [hit.id for hit in answer.items]
        if not (cursor := answer.next):
            break
    assert sorted(seen) == made
    if sort == "relevance":
        assert set(seen[:4]) == set(made[:4])
