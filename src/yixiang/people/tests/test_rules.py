from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yixiang.people import rules

NOW = datetime(2026, 3, 2, tzinfo=UTC)
KNOWN = {"units:unit:edit", "units:unit:see_private", "audit:record:read", "audit:record:export", "people:grant:give"}


@pytest.mark.parametrize(
    ("password", "word"),
    [("Ab1-", "至少 8 位"), ("abcdefgh1", "三种"), ("zhangsan-A1", "登录名"), ("A1-" + "x" * 130, "最多")],
)
def test_gov_refuses_with_a_reason(password: str, word: str) -> None:
    assert word in "".join(rules.password_problems("gov", password, names=["zhangsan"]))


def test_gov_refuses_a_password_used_before() -> None:
    assert rules.password_problems("gov", "Zhang-San-2026", used_before=True)


def test_asvs_wants_length_but_no_composition_and_no_history() -> None:
    assert rules.password_problems("asvs", "correct horse battery", used_before=True) == []
    assert rules.password_problems("asvs", "short") != []


@pytest.mark.parametrize("profile", ["gov", "asvs"])
def test_common_passwords_are_refused_by_both_profiles(profile: str) -> None:
    assert "常见" in "".join(rules.password_problems(profile, "Password-123", common=True))


@given(st.text(max_size=40))
def test_gov_never_accepts_fewer_than_three_classes(password: str) -> None:
    if not rules.password_problems("gov", password):
        assert rules.classes(password) >= 3
        assert len(password) >= rules.MIN_LENGTH


def test_only_gov_lets_passwords_age() -> None:
    old = NOW - timedelta(days=91)
    assert rules.password_expired("gov", old, NOW, 90)
    assert not rules.password_expired("asvs", old, NOW, 90)
    assert not rules.password_expired("gov", old, NOW, 0)
    assert not rules.password_expired("gov", NOW - timedelta(days=90), NOW, 90)


@pytest.mark.parametrize(
    ("began", "seen", "verdict"), [(0, 0, "fine"), (11, 0, "fine"), (13, 0, "too-long"), (1, 1, "idle")]
)
def test_sessions_end_when_idle_or_too_long(began: int, seen: int, verdict: str) -> None:
    found = rules.session_verdict(
        began=NOW - timedelta(hours=began),
        seen=NOW - timedelta(hours=seen),
        now=NOW,
        idle=timedelta(minutes=30),
        absolute=timedelta(hours=12),
    )
    assert found == verdict


@pytest.mark.parametrize(
    ("forwarded", "trusted", "ip"),
    [
        ("6.6.6.6", 0, "10.0.0.1"),
        ("6.6.6.6, 1.2.3.4", 1, "1.2.3.4"),
        ("1.2.3.4, 10.0.0.9", 2, "1.2.3.4"),
        ("1.2.3.4", 2, "10.0.0.1"),
        ("", 1, "10.0.0.1"),
    ],
)
def test_only_our_own_proxies_are_believed(forwarded: str, trusted: int, ip: str) -> None:
    assert rules.client_ip("10.0.0.1", forwarded, trusted) == ip


def test_personal_data_is_masked() -> None:
    assert rules.masked_phone("13800138000") == "138****8000"
    assert rules.masked_email("zhangsan@example.cn") == "z***@example.cn"
    assert rules.masked_name("张三丰") == "张**"
    assert rules.masked_phone("") == rules.masked_email("") == rules.masked_name("") == ""


def test_a_role_may_not_name_a_permission_nobody_declares() -> None:
    assert "没有这些权限" in "".join(rules.role_problems(["units:x:y"], known=KNOWN, reaches=["unit"]))


def test_a_role_may_not_merge_two_offices() -> None:
    both = ["people:grant:give", "audit:record:read"]
    assert "三员分立" in "".join(rules.role_problems(both, known=KNOWN, reaches=["platform"], separation="audit"))


def test_a_role_may_not_mix_an_office_with_business() -> None:
    mixed = ["audit:record:read", "units:unit:edit"]
    assert "业务权限" in "".join(rules.role_problems(mixed, known=KNOWN, reaches=["platform"], separation="audit"))


def test_an_office_must_be_marked_and_stays_on_the_platform() -> None:
    assert rules.role_problems(["audit:record:read"], known=KNOWN, reaches=["platform"])
    assert rules.role_problems(["audit:record:read"], known=KNOWN, reaches=["unit"], separation="audit")
    assert rules.role_problems(["units:unit:edit"], known=KNOWN, reaches=["unit"], separation="audit")
    assert rules.role_problems(["audit:record:read"], known=KNOWN, reaches=["platform"], separation="audit") == []


@pytest.mark.parametrize(
    ("separation", "held", "refused"),
    [
        ("system", ["security"], True),
        ("system", [""], True),
        ("", ["audit"], True),
        ("", [""], False),
        ("audit", [], False),
    ],
)
def test_the_three_offices_are_three_people(separation: str, held: list[str], refused: bool) -> None:
    problems = rules.grant_problems(
        separation=separation, reaches=["platform"], scope="platform", held=held, ends_at=None, now=NOW
    )
    assert bool(problems) is refused


def test_a_grant_ends_in_the_future_and_where_the_role_can_reach() -> None:
    late = rules.grant_problems(separation="", reaches=["unit"], scope="region/430000", held=[], ends_at=NOW, now=NOW)
    assert len(late) == 2


def test_scopes_have_kinds() -> None:
    kinds = [rules.kind_of(s) for s in ("platform", "region/430000/430100", "unit/17", "unit/17/sub/4")]
    assert kinds == ["platform", "region", "unit", "sub"]


def test_a_reading_token_holds_what_changes_nothing() -> None:
    held = rules.token_permissions(["read"], KNOWN)
    assert held == {"units:unit:see_private", "audit:record:read", "audit:record:export"}
    assert not rules.token_may_write(["read"])


def test_a_writing_token_holds_everything_its_owner_holds() -> None:
    assert rules.token_permissions(["write"], KNOWN) == KNOWN
    assert rules.token_may_write(["write", "read"])


def test_a_token_can_be_narrowed_to_single_permissions() -> None:
    assert rules.token_permissions(["write", "units:unit:edit"], KNOWN) == {"units:unit:edit"}
    assert rules.token_permissions(["read", "units:unit:edit"], KNOWN) == frozenset()
    assert rules.token_permissions(["units:unit:edit"], KNOWN) == {"units:unit:edit"}
    assert rules.token_may_write(["units:unit:edit"])
    assert not rules.token_may_write(["read", "units:unit:edit"])
    assert not rules.token_may_write(["audit:record:read"])


@given(st.sets(st.sampled_from(sorted(KNOWN | {"read", "write", "units:x:y"}))))
def test_a_token_never_holds_what_nobody_declares(scopes: set[str]) -> None:
    assert rules.token_permissions(scopes, KNOWN) <= KNOWN


@pytest.mark.parametrize(("days", "ok"), [(0, False), (1, True), (365, True), (366, False)])
def test_tokens_expire_within_a_year(days: int, ok: bool) -> None:
    assert (not rules.token_problems(["read"], known=KNOWN, days=days, name="同步")) is ok


def test_devices_have_names_people_know() -> None:
    chrome = "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/130.0 Safari/537.36"
    assert rules.device_name(chrome) == "Chrome · Windows"
    assert rules.device_name("curl/8") == "未知设备"


@pytest.mark.parametrize(
    ("name", "ok"), [("li.si", True), ("1abc", False), ("ab", False), ("张三", False), ("a b c", False)]
)
def test_login_names_are_plain(name: str, ok: bool) -> None:
    assert (rules.login_name_problem(name) == "") is ok
