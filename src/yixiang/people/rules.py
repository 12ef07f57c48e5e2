"""Decisions about accounts, passwords, sessions, roles, grants and tokens: facts in, verdict with reasons out."""

import re
import string
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Literal

# --- passwords

GOV, ASVS = "gov", "asvs"  # the profiles of the setting PASSWORD_PROFILE
MIN_LENGTH = 8
RECOMMENDED_LENGTH = 15
MAX_LENGTH = 128
HISTORY = 5


def classes(password: str) -> int:
    """How many of upper case, lower case, digits and everything else occur."""
    kinds = (string.ascii_uppercase, string.ascii_lowercase, string.digits)
    known = "".join(kinds)
    return sum(any(c in kind for c in password) for kind in kinds) + any(c not in known for c in password)


def password_problems(
    profile: str,
    password: str,
    *,
    names: Iterable[str] = (),
    used_before: bool = False,
    common: bool = False,
) -> list[str]:
    """Why this password is refused; empty when it is fine. `names` are the login name, phone and mail box name."""
    problems = []
    if len(password) < MIN_LENGTH:
        problems.append(f"密码至少 {MIN_LENGTH} 位。")
    if len(password) > MAX_LENGTH:
        problems.append(f"密码最多 {MAX_LENGTH} 位。")
    if any(len(name) > 2 and name.lower() in password.lower() for name in names):
        problems.append("密码里不要包含登录名、手机号或邮箱名。")
    if common:
        problems.append("这个密码太常见，很容易被猜到，请换一个。")
    if profile == GOV:
        if classes(password) < 3:
            problems.append("密码要包含大写字母、小写字母、数字、符号中的至少三种。")
        if used_before:
            problems.append(f"不能使用最近 {HISTORY} 次用过的密码。")
    return problems


def password_advice(profile: str) -> str:
    if profile == GOV:
        needed = f"至少 {MIN_LENGTH} 位，包含大写字母、小写字母、数字、符号中的三种"
        return f"{needed}；不能含登录名，不能与最近 {HISTORY} 次相同。"
    return f"至少 {MIN_LENGTH} 位，建议 {RECOMMENDED_LENGTH} 位以上；几个不相干的词连在一起就很好，不必硬凑符号。"


def password_expired(profile: str, changed_at: datetime, now: datetime, max_age_days: int) -> bool:
    """Only `gov` lets passwords age; 0 days switches that off."""
    return profile == GOV and max_age_days > 0 and now - changed_at > timedelta(days=max_age_days)


# --- signing in


def locks(failures: int, allowed: int) -> bool:
    """Whether this many failures in a row lock the account."""
    return failures >= allowed


def session_verdict(
    *, began: datetime, seen: datetime, now: datetime, idle: timedelta, absolute: timedelta
) -> Literal["fine", "idle", "too-long"]:
    if now - began > absolute:
        return "too-long"
    return "idle" if now - seen > idle else "fine"


def client_ip(remote: str, forwarded: str, trusted_proxies: int) -> str:
    """Only the entries our own proxies wrote are believed; whatever a client sent stands to the left of them."""
    if trusted_proxies < 1:
        return remote
    hops = [hop.strip() for hop in forwarded.split(",") if hop.strip()]
    return hops[-trusted_proxies] if len(hops) >= trusted_proxies else remote


# --- names and contacts

LOGIN_NAME = re.compile(r"[A-Za-z][A-Za-z0-9._-]{2,39}")
_MAINLAND = re.compile(r"1[3-9]\d{9}")


def login_name_problem(name: str) -> str:
    if LOGIN_NAME.fullmatch(name):
        return ""
    return "登录名用字母开头，3 至 40 位，只用字母、数字、点、下划线和短横线。"


def masked_phone(phone: str) -> str:
    return f"{phone[:3]}****{phone[-4:]}" if len(phone) >= 9 else "****" if phone else ""


def masked_email(email: str) -> str:
    name, at, host = email.partition("@")
    return f"{name[:1]}***{at}{host}" if at else ""


def masked_name(name: str) -> str:
    return f"{name[:1]}{'*' * max(len(name) - 1, 1)}" if name else ""


def mainland(phone: str) -> bool:
    return bool(_MAINLAND.fullmatch(phone))


# --- roles: the three offices (三员分立)

OFFICES: Mapping[str, frozenset[str]] = {
    "system": frozenset({"people:system:configure"}),
    "security": frozenset({"people:role:compose", "people:grant:give", "people:person:see", "people:person:manage"}),
    "audit": frozenset({"audit:record:read", "audit:record:export"}),
}
OFFICE_NAMES = {"system": "系统管理员", "security": "安全管理员", "audit": "审计管理员"}
REACHES = {"platform": "全平台", "region": "行政区域", "unit": "单位", "sub": "二级单位"}


def offices_of(permissions: Iterable[str]) -> list[str]:
    held = set(permissions)
    return [office for office, own in OFFICES.items() if held & own]


def role_problems(
    permissions: Collection[str], *, known: Collection[str], reaches: Collection[str], separation: str = ""
) -> list[str]:
    """Why these permissions may not stand in one role."""
    problems = []
    if unknown := sorted(set(permissions) - set(known)):
        problems.append(f"没有这些权限：{'、'.join(unknown)}。")
    if wrong := sorted(set(reaches) - set(REACHES)):
        problems.append(f"没有这些范围：{'、'.join(wrong)}。")
    if not reaches:
        problems.append("请至少选择一种可授予的范围。")
    return problems + _office_problems(permissions, reaches, separation)


def _office_problems(permissions: Collection[str], reaches: Collection[str], separation: str) -> list[str]:
    offices = offices_of(permissions)
    if len(offices) > 1:
        names = "、".join(OFFICE_NAMES[office] for office in offices)
        return [f"三员分立：{names}的权限不能放在同一个角色里。"]
    if not offices:
        return ["这个角色没有所标三员的权限。"] if separation else []
    (office,) = offices
    problems = []
    if set(permissions) - OFFICES[office]:
        problems.append(f"三员分立：{OFFICE_NAMES[office]}的权限不能与业务权限放在同一个角色里。")
    if separation != office:
        problems.append(f"含有{OFFICE_NAMES[office]}权限的角色必须标明为{OFFICE_NAMES[office]}。")
    if set(reaches) - {"platform"}:
        problems.append(f"{OFFICE_NAMES[office]}只能在全平台范围任职。")
    return problems


# --- grants


def kind_of(scope: str) -> str:
    """platform, region, unit or sub: what a role names in `reaches`."""
    head = scope.split("/", 1)[0]
    return "sub" if head == "unit" and "/sub/" in scope else head


def grant_problems(
    *,
    separation: str,
    reaches: Collection[str],
    scope: str,
    held: Sequence[str],
    ends_at: datetime | None,
    now: datetime,
) -> list[str]:
    """`held` are the separations of the grants the person already has, "" for an ordinary role."""
    problems = []
    kind = kind_of(scope)
    if kind not in reaches:
        problems.append(f"这个角色不能授予“{REACHES.get(kind, kind)}”范围。")
    if ends_at is not None and ends_at <= now:
        problems.append("到期时间要晚于现在。")
    others = sorted({OFFICE_NAMES[office] for office in held if office and office != separation})
    if separation and others:
        problems.append(f"三员分立：此人已是{'、'.join(others)}，不能再担任{OFFICE_NAMES[separation]}。")
    elif separation and "" in held:
        problems.append(f"三员分立：此人还有业务角色，先收回后才能担任{OFFICE_NAMES[separation]}。")
    elif not separation and others:
        problems.append(f"三员分立：此人是{'、'.join(others)}，不能再授予业务角色。")
    return problems


# --- tokens

READ, WRITE = "read", "write"
MAX_TOKEN_DAYS = 365
_READING = ("see", "read", "export")


def reads_only(permission: str) -> bool:
    """`room:thing:see…`, `…:read` and `…:export` change nothing."""
    return permission.rsplit(":", 1)[-1].startswith(_READING)


def token_permissions(scopes: Iterable[str], known: Iterable[str]) -> frozenset[str]:
    """What a token may use of what its owner holds.

    `read` is every permission that changes nothing, `write` is every permission; a token that names single
    permissions holds those, and beside `read` or `write` it is narrowed to them.
    """
    wanted, names = set(scopes), frozenset(known)
    general = names if WRITE in wanted else frozenset(filter(reads_only, names)) if READ in wanted else frozenset()
    single = names & wanted
    if not single:
        return general
    return single & general if general else single


def token_may_write(scopes: Iterable[str]) -> bool:
    """Whether requests that change something are let through at all, also for one's own things."""
    wanted = set(scopes)
    if READ in wanted:
        return WRITE in wanted
    return WRITE in wanted or any(not reads_only(scope) for scope in wanted)


def token_problems(scopes: Collection[str], *, known: Collection[str], days: int, name: str) -> dict[str, list[str]]:
    problems: dict[str, list[str]] = {}
    if not name.strip():
        problems["name"] = ["请写明这个令牌给谁、做什么用。"]
    if not 1 <= days <= MAX_TOKEN_DAYS:
        problems["days"] = [f"有效期为 1 至 {MAX_TOKEN_DAYS} 天。"]
    if not scopes:
        problems["permissions"] = ["请至少选择一项权限。"]
    elif unknown := sorted(set(scopes) - set(known) - {READ, WRITE}):
        problems["permissions"] = [f"没有这些权限：{'、'.join(unknown)}。"]
    return problems


# --- devices

_BROWSERS = (
    ("MicroMessenger", "微信"),
    ("Edg/", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
_SYSTEMS = (
    ("HarmonyOS", "鸿蒙"),
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)


def device_name(user_agent: str) -> str:
    """Words a person recognises their own device by."""
    found = [next((name for mark, name in marks if mark in user_agent), "") for marks in (_BROWSERS, _SYSTEMS)]
    return " · ".join(filter(None, found)) or "未知设备"
