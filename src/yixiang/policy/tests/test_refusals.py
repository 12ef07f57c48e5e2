"""A pack with a flaw does not start, and the message says where and how to mend it."""

import pytest

from yixiang.policy import PacksRefused

PACK = "hunan/lending/2026-01-01.toml"

FLAWS = {
    "a misspelt value": ("[values.cap]", "[values.capp]", "values.capp", "是否应为 cap"),
    "a misspelt key": ('value = "0.50"', 'valeu = "0.50"', "values.rate.valeu", "是否应为 value"),
    "a misspelt head": ('title = "出借办法"\nfrom', 'titel = "出借办法"\nfrom', "titel", "是否应为 title"),
    "a missing value": ('[values.days]\nvalue = 5\nsource = "setting"', "", "values.days", "请补上"),
    "an integer for money": ('value = "100000.00"', "value = 100000", "values.cap.value", "带引号的元"),
    "a float for money": ('value = "100000.00"', "value = 100000.00", "values.cap.value", "带引号的元"),
    "a part of a cent": ('"100000.00"', '"100000.005"', "values.cap.value", "两位小数"),
    "negative money": ('"100000.00"', '"-1.00"', "values.cap.value", "带引号的元"),
    "a float for a rate": ('value = "0.50"', "value = 0.5", "values.rate.value", "带引号"),
    "a rate in percent": ('value = "0.50"', 'value = "50"', "values.rate.value", "0 至 1"),
    "text for a number": ("value = 5", 'value = "5"', "values.days.value", "整数"),
    "true for a number": ("value = 5", "value = true", "values.days.value", "整数"),
    "values that do not fit together": ("value = 5", "value = 500", "values", "太大"),
    "a flaw deep inside": ('rate = "0.10"', "rate = 1", "values.bands.value.0.rate", "带引号"),
    "an unknown part": ('code = "a",', 'code = "a", size = 1,', "values.bands.value.0.size", "没有这一项"),
    "law without article": ('article = "第一条"', "", "values.rate.article", "缺少条文"),
    "a setting that claims to be law": (
        'value = 5\nsource = "setting"',
        'value = 5\nsource = "setting"\narticle = "第九条"',
        "values.days.article",
        "设置没有条文",
    ),
    "an unknown source": ('source = "law"\narticle = "第二条"', 'source = "low"', "values.cap.source", "law"),
    "an unknown condition": (
        "below = 500",
        "less_than = 500",
        "rules.eligible.all.0.less_than",
        "没有这一项",
    ),
    "an unknown fact": ('"headcount"', '"head_count"', "rules.eligible.all.0.fact", "是否应为 headcount"),
    "a threshold of another type": ("below = 500", 'below = "500"', "rules.eligible.all.0.below", "整数"),
    "two tests at once": ("below = 500", "below = 500, above = 3", "rules.eligible.all.0", "一种判断"),
    "a comparison of what has no order": (
        '{ fact = "applied", is_true = true',
        '{ fact = "kind", at_least = "firm"',
        "rules.eligible.all.1.at_least",
        "比较大小",
    ),
    "is_true = false": ("is_true = true", "is_true = false", "rules.eligible.all.1.is_true", "用 not"),
    "a condition without a reason": (', because = "须已申请。"', "", "rules.eligible.all.1.because", "理由"),
    "an empty group": ("all = [", 'any = []\nbecause = "空"\nall = [', "rules.eligible", "须且只须"),
    "an option that does not exist": (
        '{ fact = "applied", is_true = true',
        '{ fact = "kind", equals = "frim"',
        "rules.eligible.all.1.equals",
        "是否应为 firm",
    ),
    "a region that is not one": (
        '{ fact = "applied", is_true = true',
        '{ fact = "region", in_region = "湖南"',
        "rules.eligible.all.1.in_region",
        "六位",
    ),
    "a date in quotation marks": ("from = 2026-01-01", 'from = "2026-01-01"', "from", "不加引号"),
    "a value among the rules": ("[values.days]", "[rules.days]", "rules.days", "应写在 [values.days]"),
    "a setting named as a document": ("[sources.law]", "[sources.setting]", "sources.setting", "不能作文件名"),
    "a document without title": ('[sources.law]\ntitle = "出借办法"', "[sources.law]", "sources.law.title", "请补上"),
    "an article that is not text": ('article = "第一条"', "article = 1", "values.rate", "应为文字"),
    "a list that is not one": ('[{ code = "a", rate = "0.10" }]', '"a"', "values.bands.value", "应写成列表"),
    "an end before the start": (
        "from = 2026-01-01",
        "from = 2026-01-01\nuntil = 2026-01-01",
        "until",
        "晚于",
    ),
    "another date than the file name": ("from = 2026-01-01", "from = 2026-02-01", "from", "改名"),
    "another jurisdiction than the folder": ('"hunan"', '"hubei"', "jurisdiction", "不符"),
    "another subject than the folder": ('subject = "lending"', 'subject = "loans"', "subject", "不符"),
}


@pytest.mark.parametrize(("old", "new", "key", "mend"), FLAWS.values(), ids=FLAWS.keys())
def test_a_pack_with_a_flaw_does_not_start(desk, old, new, key, mend):
    desk.change(old, new)
    with pytest.raises(PacksRefused) as refused:
        desk.load()
    told = [str(problem) for problem in refused.value.problems if problem.flaw.key == key]
    assert told, refused.value
    assert PACK in told[0].replace("\\", "/")
    assert mend in told[0]


def test_the_line_of_the_flaw_is_named(desk):
    desk.change('value = "100000.00"', "value = 100000")
    with pytest.raises(PacksRefused, match=r"2026-01-01\.toml 第 15 行，键 values\.cap\.value"):
        desk.load()


def test_all_flaws_are_shown_at_once(desk):
    desk.change('value = "100000.00"', "value = 100000")
    desk.change("below = 500", "less_than = 500")
    with pytest.raises(PacksRefused) as refused:
        desk.load()
    assert {problem.flaw.path[1] for problem in refused.value.problems} == {"cap", "eligible"}


@pytest.mark.parametrize("text", ["from = 2026-13-01", "from = 2026-02-30", "title = ", "[values.rate\n"])
def test_what_is_not_toml_is_refused_with_its_line(desk, text):
    desk.change("from = 2026-01-01", text)
    with pytest.raises(PacksRefused, match=r"第 [45] 行：不是合格的 TOML"):
        desk.load()


def test_a_file_in_another_encoding_is_refused(desk):
    (desk.root / PACK).write_bytes("标题".encode("gb18030"))
    with pytest.raises(PacksRefused, match="UTF-8"):
        desk.load()


def second(desk, first_until, start="2027-01-01"):
    text = (desk.root / PACK).read_text(encoding="utf-8")
    desk.write(f"hunan/lending/{start}.toml", text.replace("2026-01-01", start))
    desk.write(
        "hunan/lending/cases/later.toml",
        '[[case]]\ntitle = "后来"\non = 2027-03-01\nfacts = { paid = "1.00", kind = "firm" }\n'
        'expect = { decision = "refused" }\n',
    )
    if first_until:
        desk.change("from = 2026-01-01", f"from = 2026-01-01\nuntil = {first_until}")


def test_overlapping_dates_are_refused(desk):
    second(desk, "2027-01-02")
    with pytest.raises(PacksRefused, match="重叠"):
        desk.load()


def test_a_gap_between_packs_is_refused(desk):
    second(desk, "2026-12-31")
    with pytest.raises(PacksRefused, match="空档"):
        desk.load()


@pytest.mark.parametrize("until", ["2027-01-01", ""])
def test_a_pack_holds_until_the_next_begins(desk, until):
    second(desk, until)
    assert [str(pack.end) for pack in desk.load().packs()] == ["2027-01-01", "None"]


def test_a_pack_without_cases_directory_is_refused(desk):
    (desk.root / "hunan/lending/cases/small.toml").unlink()
    (desk.root / "hunan/lending/cases").rmdir()
    with pytest.raises(PacksRefused, match="没有算例目录"):
        desk.load()


def test_a_pack_without_a_case_of_its_own_is_refused(desk):
    second(desk, "")
    (desk.root / "hunan/lending/cases/later.toml").unlink()
    with pytest.raises(PacksRefused, match=r"2027-01-01\.toml：没有算例"):
        desk.load()


def test_a_case_that_no_pack_covers_is_refused(desk):
    desk.change("on = 2026-03-01", "on = 2025-03-01", "hunan/lending/cases/small.toml")
    with pytest.raises(PacksRefused, match="永远不会被验算"):
        desk.load()


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ("headcount = 499", "head = 499", "case.0.facts.head"),
        ('paid = "1000.00"', "paid = 1000", "case.0.facts.paid"),
        ('kind = "firm", ', "", "case.0.facts.kind"),
        ('decision = "granted", ', "", "case.0.expect"),
        ("amount =", "amonut =", "case.0.expect.amonut"),
        ("on = 2026-03-01", 'on = "soon"', "case.0.on"),
        ("on = 2026-03-01", 'on = 2026-03-01\nquestion = "other"', "case.0.question"),
        ("[[case]]", "[[cases]]", "cases"),
    ],
)
def test_a_case_with_a_flaw_is_refused(desk, old, new, key):
    desk.change(old, new, "hunan/lending/cases/small.toml")
    with pytest.raises(PacksRefused) as refused:
        desk.load()
    assert key in [problem.flaw.key for problem in refused.value.problems]


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("hunan/landing/2026-01-01.toml", "是否应为 lending"),
        ("hubei/lending/2026-01-01.toml", "缺少这个文件"),
        ("hunan/lending/2026-01-01.tmol", "不会被读取"),
        ("readme.toml", "只放目录"),
    ],
)
def test_what_stands_in_the_wrong_place_is_refused_not_skipped(desk, path, words):
    desk.write(path, "x = 1\n")
    with pytest.raises(PacksRefused, match=words):
        desk.load()


def test_notes_and_hidden_files_may_stand_beside_the_packs(desk):
    desk.write("hunan/lending/README.md", "说明")
    desk.write("hunan/lending/.keep", "")
    assert len(desk.load().packs()) == 1


def test_a_missing_folder_is_refused(desk):
    desk.root = desk.root / "nowhere"
    with pytest.raises(PacksRefused, match="政策目录不存在"):
        desk.load()


def test_a_folder_that_is_not_the_code_of_its_jurisdiction_is_refused(desk):
    desk.change('code = "hunan"', 'code = "hubei"', "hunan/jurisdiction.toml")
    with pytest.raises(PacksRefused, match="与目录名不符"):
        desk.load()
