"""The rules open to read, and what they would give: without an account, without a trace."""

import re
import shutil
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override

from yixiang import policy
from yixiang.portal.answers import Answer, answers
from yixiang.portal.calculator import ELSEWHERE, Asked

SignedIn = Callable[[str], Client]
PAGE = "/policies/calculator/"
FORM = {"user": "enterprise", "region": "430100", "price": "12000", "purpose": "development", "on": "2026-05-01"}


def asked(**changed: Any) -> Asked:
    told = {"user": "enterprise", "region": "430100", "price": Decimal("12000.00"), "purpose": "research"}
    return Asked(**{**told, "on": date(2026, 5, 1), **changed})


def of(place: str, **changed: Any) -> Answer:
    return next(answer for answer in answers(asked(**changed)) if answer.place.code == place)


@pytest.fixture(autouse=True)
def chinese() -> Iterator[None]:
    with override("zh-hans"):
        yield


@pytest.fixture
def later_law(tmp_path: Path) -> Iterator[None]:
    """Hunan's user subsidy changes in 2090: there are three packs, one in force, one over, one to come."""
    before = policy.library()
    root = Path(shutil.copytree(settings.POLICIES, tmp_path / "policies"))
    shelf = root / "hunan/user-subsidy"
    old = (shelf / "2025-12-22.toml").read_text("utf-8").replace("until = 2030-12-22\n", "")
    (shelf / "2025-12-22.toml").write_text(old, "utf-8")
    for day in ("2026-01-01", "2090-01-01"):
        (shelf / f"{day}.toml").write_text(old.replace("from = 2025-12-22", f"from = {day}"), "utf-8")
        case = (shelf / "cases/year.toml").read_text("utf-8").replace("2026-12-31", day)
        (shelf / f"cases/{day}.toml").write_text(case, "utf-8")
    policy.install(policy.Library.load(root, before.subjects.values()))
    yield
    policy.install(before)


# --- reading


def test_every_pack_is_listed_and_opens(signed_in: SignedIn) -> None:
    client = signed_in("")
    links = re.findall(r'href="(/policies/\w+/[\w-]+/\?from=[\d-]+)"', client.get("/policies/").content.decode())
    assert len(links) == len(policy.library().packs())
    assert [link for link in links if client.get(link).status_code != 200] == []


def test_a_pack_says_each_rule_with_its_article(signed_in: SignedIn) -> None:
    page = signed_in("").get("/policies/hunan/user-subsidy/").content.decode()
    assert "100,000.00 元" in page
    assert "第二十五条" in page
    assert "湘科发〔2025〕143号" in page


def test_what_no_document_says_is_called_a_setting(signed_in: SignedIn) -> None:
    assert "平台设置，文件中没有规定" in signed_in("").get("/policies/shandong/voucher/").content.decode()


def test_past_and_coming_rules_can_be_read_and_say_so(signed_in: SignedIn, later_law: None) -> None:
    client, place = signed_in(""), "/policies/hunan/user-subsidy/"
    now = client.get(place).content.decode()
    assert {f"?from={day}" for day in ("2025-12-22", "2026-01-01", "2090-01-01")} <= set(
        re.findall(r'"(\?from=[^"]+)"', now)
    )
    assert "这份规则已停止适用" in client.get(f"{place}?from=2025-12-22").content.decode()
    assert "这份规则还没有施行" in client.get(f"{place}?from=2090-01-01").content.decode()
    assert "这份规则" not in re.sub(r'aria-label="[^"]*"', "", now)


@pytest.mark.parametrize("asked_for", ["1999-01-01", "tomorrow", "%00", "2026-13-45"])
def test_a_day_on_which_nothing_began_shows_what_is_in_force(signed_in: SignedIn, asked_for: str) -> None:
    assert signed_in("").get(f"/policies/hunan/units/?from={asked_for}").status_code == 200


# --- reckoning


def test_ones_own_place_comes_first_and_all_others_after_it() -> None:
    found = answers(asked(region="411002"))
    assert found[0].place.code == "xuchang"
    assert [answer.here for answer in found] == [True, False, False, False]
    assert not any(answer.here for answer in answers(asked(region=ELSEWHERE)))


@pytest.mark.parametrize(
    ("place", "changed", "amount"),
    [
        ("hunan", {}, "6000.00"),
        ("hunan", {"user": "student_team"}, "10200.00"),
        ("hunan", {"received": Decimal("99999.99")}, "0.01"),
        ("xuchang", {"high_tech": True}, "4800.00"),
        ("xuchang", {"technology_sme": True, "price": Decimal("75000.02")}, "30000.00"),
        ("xuchang", {"user": "student_team", "received": Decimal("29999.99")}, "0.01"),
    ],
)
def test_a_place_gives_what_its_law_says(place: str, changed: dict[str, Any], amount: str) -> None:
    assert of(place, **changed).amount == Decimal(amount)


FIRM = {"applied": True, "headcount": 499, "revenue": Decimal("199999999.99"), "region": "370100"}


def test_shandong_gives_what_the_programme_sets_and_says_so_while_it_is_not_known() -> None:
    unknown = of("shandong", **FIRM)
    assert (unknown.tone, unknown.amount) == ("open", None)
    terms = {"rate": Decimal("0.5"), "order_ceiling": Decimal("5000.00"), "year_ceiling": Decimal("20000.00")}
    assert of("shandong", **FIRM, **terms).amount == Decimal("5000.00")
    assert of("shandong", **FIRM, **terms, received=Decimal("20000.00")).headline == "今年的限额已用完"


def test_what_was_not_fulfilled_is_named() -> None:
    answer = of("shandong", **FIRM | {"headcount": 500, "applied": False})
    assert answer.text == "没有满足：入网时已选择申请创新券、企业人数。"


def test_a_place_without_such_law_says_so_and_invents_nothing() -> None:
    answer = of("guangdong", region="440100")
    assert (answer.tone, answer.amount, answer.steps) == ("none", None, ())


def test_a_day_before_the_law_has_no_law() -> None:
    assert of("hunan", on=date(2025, 12, 21)).headline == "这一天没有生效的规定"
    assert of("hunan", on=date(2025, 12, 22)).amount == Decimal("6000.00")


# --- the page


def test_a_visitor_is_told_an_amount_and_every_rule(signed_in: SignedIn) -> None:
    page = signed_in("").post(PAGE, FORM).content.decode()
    assert "¥6,000.00" in page
    assert "您的所在地" in page
    assert "使用方为企业、大学生创业团队（个人）。" in page


def test_nothing_is_stored_and_nothing_kept(signed_in: SignedIn) -> None:
    client = signed_in("")
    with CaptureQueriesContext(
        connection,
    ) as queries:
        response = client.post(PAGE, FORM)
    assert [q["sql"] for q in queries if re.match(r"\s*(INSERT|UPDATE|DELETE)", q["sql"])] == []
    assert "no-store" in response.headers["Cache-Control"]
    assert "yixiang_session" not in response.cookies


@pytest.mark.parametrize(
    ("field", "typed", "told"),
    [
        ("price", "", "请填写这一项"),
        ("price", "-1", "不能小于 0"),
        ("price", "1.001", "小数位数太多"),
        ("price", "一万", "请填写数字"),
        ("price", "NaN", "请填写数字"),
        ("region", "", "请选择所在地"),
        ("region", "110100", "110100"),
        ("headcount", "1.5", "请填写整数"),
        ("rate", "101", "比例在 0 至 100 之间"),
        ("on", "2026-02-30", "日期"),
        ("user", "king", "king"),
    ],
)
def test_what_cannot_be_read_is_said_beside_its_field(signed_in: SignedIn, field: str, typed: str, told: str) -> None:
    response = signed_in("").post(PAGE, FORM | {field: typed})
    assert response.status_code == 422
    page = response.content.decode()
    assert told in page
    assert 'id="error-summary-title"' in page
    assert 'id="result"' not in page


def test_in_english_the_page_speaks_english_around_the_chinese_law(signed_in: SignedIn) -> None:
    page = signed_in("").post(f"/en{PAGE}", FORM).content.decode()
    assert "User subsidy" in page
    assert "Changsha, Hunan" in page
