"""Reading about people, roles, grants and one's own account."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.db.models import Exists, OuterRef, Q, QuerySet

from yixiang.kernel import scopes
from yixiang.kernel.errors import Unseen
from yixiang.kernel.permissions import declared
from yixiang.kernel.reference import children
from yixiang.people import rules
from yixiang.people.access import may, require
from yixiang.people.models import Grant, Person, PersonalDataView, Role, Token
from yixiang.people.permissions import PeoplePermission
from yixiang.people.scope_names import known_scopes

STATES = {"active": "在用", "locked": "已锁定", "stopped": "已停用", "erased": "已注销"}
ROOMS = {
    "audit": "审计",
    "people": "人员与角色",
    "units": "单位",
    "reviews": "审核",
    "notices": "通知公告",
    "files": "文件",
    "policy": "政策",
    "portal": "门户",
}


def people_for(
    actor: Person, *, now: datetime, text: str = "", role: str = "", state: str = "", sort: str = ""
) -> QuerySet[Person]:
    """The security administrator's list."""
    require(actor, PeoplePermission.SEE, [scopes.PLATFORM])
    rows = Person.objects.all()
    if words := text.strip():
        rows = rows.filter(
            Q(username__icontains=words) | Q(name__icontains=words) | Q(phone=words) | Q(email__iexact=words)
        )
    if role:
        held = Grant.objects.standing(now).filter(person=OuterRef("pk"), role__code=role)
        rows = rows.filter(Exists(held))
    wanted = {
        "active": Q(is_active=True, erased_at=None),
        "locked": Q(locked_until__gt=now),
        "stopped": Q(is_active=False, erased_at=None),
        "erased": ~Q(erased_at=None),
    }
    orders = {"name": "name", "-name": "-name", "last_login": "last_login", "-last_login": "-last_login"}
    return rows.filter(wanted.get(state, Q())).order_by(orders.get(sort, "-pk"), "pk")


def state_of(person: Person, now: datetime) -> tuple[str, str]:
    """(code, tone) for the badge."""
    if person.erased_at is not None:
        return "erased", "neutral"
    if not person.is_active:
        return "stopped", "bad"
    return ("locked", "warm") if person.is_locked(now) else ("active", "good")


def grants_by_person(people: list[Person], now: datetime) -> dict[int, list[Grant]]:
    found: dict[int, list[Grant]] = {person.pk: [] for person in people}
    for grant in Grant.objects.standing(now).filter(person__in=people).select_related("role").order_by("pk"):
        found[grant.person_id].append(grant)
    return found


def people_rows(people: list[Person], now: datetime) -> list[dict[str, Any]]:
    """What the list shows: contacts masked, standing grants, state."""
    grants = grants_by_person(people, now)
    rows = []
    for person in people:
        code, tone = state_of(person, now)
        rows.append(
            {"pk": person.pk, "person": person, "grants": grants[person.pk], "state": STATES[code], "tone": tone}
        )
    return rows


def role_choices() -> list[tuple[str, str]]:
    return list(Role.objects.values_list("code", "name"))


def person_for(actor: Person, pk: int) -> Person:
    require(actor, PeoplePermission.SEE, [scopes.PLATFORM])
    found = Person.objects.filter(pk=pk).first()
    if found is None:
        raise Unseen()
    return found


def grant_for(actor: Person, person_id: int, pk: int) -> Grant:
    require(actor, PeoplePermission.SEE, [scopes.PLATFORM])
    found: Grant | None = Grant.objects.select_related("role", "person").filter(pk=pk, person_id=person_id).first()
    if found is None:
        raise Unseen()
    return found


def person_page(actor: Person, subject: Person, now: datetime) -> dict[str, Any]:
    history = list(history_of_grants(subject))
    standing = [g for g in history if g.ended_at is None and (g.ends_at is None or g.ends_at > now)]
    code, tone = state_of(subject, now)
    return {
        "subject": subject,
        "standing": standing,
        "past": [g for g in history if g not in standing],
        "state": STATES[code],
        "state_code": code,
        "tone": tone,
        "is_self": subject.pk == actor.pk,
        "may_grant": may(actor, PeoplePermission.GRANT, [scopes.PLATFORM]) and subject.pk != actor.pk,
        "may_manage": may(actor, PeoplePermission.MANAGE, [scopes.PLATFORM]) and subject.pk != actor.pk,
    }


def places(text: str = "") -> list[tuple[str, list[tuple[str, str]]]]:
    """Scopes to choose from, grouped; units are those somebody has a role in, found by a part of their name."""
    regions = []
    for province in children():
        regions.append((scopes.region(province.code), province.name))
        regions += [
            (scopes.region(city.code), f"{province.name} {city.name}")
            for city in children(province.code)
            if city.level == "city" and not city.placeholder
        ]
    return [
        ("平台", [(scopes.PLATFORM, rules.REACHES["platform"])]),
        ("单位", known_scopes(text, "unit", 100)),
        ("二级单位", known_scopes(text, "sub", 100)),
        ("行政区域", regions),
    ]


def roles_for(actor: Person, now: datetime) -> list[dict[str, Any]]:
    require(actor, PeoplePermission.COMPOSE, [scopes.PLATFORM])
    labels = declared()
    return [
        {
            "pk": role.pk,
            "role": role,
            "holders": holders,
            "reaches": reach_words(role),
            "labels": [labels.get(name, name) for name in role.permissions],
        }
        for role, holders in roles_with_holders(now)
    ]


def role_for(actor: Person, pk: int) -> Role:
    require(actor, PeoplePermission.COMPOSE, [scopes.PLATFORM])
    found = Role.objects.filter(pk=pk).first()
    if found is None:
        raise Unseen()
    return found


def role_to_copy(code: str, *, whole: bool = False) -> dict[str, Any]:
    """What the form starts with: an existing role, under its own name or to be named anew."""
    role = Role.objects.filter(code=code).first() if code else None
    if role is None:
        return {}
    values: dict[str, Any] = {"permissions": role.permissions, "reaches": role.reaches}
    return values | {"name": role.name, "description": role.description} if whole else values


def rooms_of(role: Role) -> list[tuple[str, list[str]]]:
    held = set(role.permissions)
    found = [(room, [label for name, label in names if name in held]) for room, names in permissions_by_room().items()]
    return [(room, labels) for room, labels in found if labels]


def account_overview(person: Person, now: datetime) -> dict[str, Any]:
    """Everything the account page says, in five queries."""
    factors = set(Authenticator.objects.filter(user=person).values_list("type", flat=True))
    return {
        "grants": list(person.grants.standing(now).select_related("role").order_by("pk")),
        "mail_verified": EmailAddress.objects.filter(user=person, email=person.email, verified=True).exists(),
        "has_totp": "totp" in factors,
        "has_passkey": "webauthn" in factors,
        "devices": UserSession.objects.filter(user=person).count(),
        "live_tokens": person.tokens.filter(revoked_at=None, expires_at__gt=now).count(),
        "password_days": (now - person.password_changed_at).days,
    }


def history_of_grants(person: Person) -> QuerySet[Grant]:
    rows: QuerySet[Grant] = person.grants.select_related("role", "granted_by", "ended_by").order_by(
        "-granted_at", "-pk"
    )
    return rows


def views_of(person: Person) -> QuerySet[PersonalDataView]:
    """Who looked at my personal data, newest first."""
    return PersonalDataView.objects.filter(subject=person).order_by("-at", "-pk")


def tokens_of(person: Person) -> QuerySet[Token]:
    return person.tokens.order_by("-created_at", "-pk")


def token_of(person: Person, pk: int) -> Token:
    found = person.tokens.filter(pk=pk).first()
    if found is None:
        raise Unseen()
    return found


def permissions_by_room() -> dict[str, list[tuple[str, str]]]:
    """For composing a role: room in Chinese → (name, label)."""
    rooms: dict[str, list[tuple[str, str]]] = {}
    for name, label in declared().items():
        room = name.split(":", 1)[0]
        rooms.setdefault(ROOMS.get(room, room), []).append((name, label))
    return rooms


def permissions_held(person: Person) -> dict[str, str]:
    """Name → label of everything the person may do somewhere; what a token of theirs can be narrowed to."""
    held = {name for grant in person.grants.standing().select_related("role") for name in grant.role.permissions}
    return {name: label for name, label in declared().items() if name in held}


def roles_with_holders(now: datetime) -> list[tuple[Role, int]]:
    counts: dict[int, int] = {}
    for role_id in Grant.objects.standing(now).values_list("role_id", flat=True):
        counts[role_id] = counts.get(role_id, 0) + 1
    return [(role, counts.get(role.pk, 0)) for role in Role.objects.all()]


def reach_words(role: Role) -> str:
    return "、".join(rules.REACHES[kind] for kind in role.reaches if kind in rules.REACHES)


def export_person(person: Person) -> Mapping[str, Any]:
    """This room's part of what a person gets when asking for their data; keys are Chinese because people read it."""
    return {
        "账号": {
            "登录名": person.username,
            "姓名": person.name,
            "邮箱": person.email,
            "手机": person.phone,
            "手机已验证": person.phone_verified,
            "注册时间": person.created_at,
            "同意用户协议": person.agreed_at,
            "最近登录": person.last_login,
            "密码修改时间": person.password_changed_at,
        },
        "角色": [
            {
                "角色": g.role.name,
                "范围": g.scope_label or g.scope,
                "授予": g.granted_at,
                "到期": g.ends_at,
                "收回": g.ended_at,
            }
            for g in history_of_grants(person)
        ],
        "接口令牌": [
            {
                "用途": t.name,
                "生成": t.created_at,
                "到期": t.expires_at,
                "最近使用": t.last_used_at,
                "作废": t.revoked_at,
            }
            for t in tokens_of(person)
        ],
        "查看过我个人信息的人": [
            {"谁": v.viewer_label, "内容": v.what, "用途": v.purpose, "时间": v.at} for v in views_of(person)
        ],
    } | _ways_in(person)


def _ways_in(person: Person) -> dict[str, Any]:
    sessions = UserSession.objects.filter(user=person).order_by("-created_at")
    factors = Authenticator.objects.filter(user=person).order_by("pk")
    return {
        "登录设备": [
            {"地址": s.ip, "浏览器": s.user_agent, "登录时间": s.created_at, "最近使用": s.last_seen_at}
            for s in sessions
        ],
        "两步验证": [{"方式": f.get_type_display(), "开启": f.created_at, "用过": f.last_used_at} for f in factors],
    }


def demo_accounts() -> list[dict[str, Any]]:
    """The fixed accounts of a demo installation, grouped by the place in front of the dot of their login name."""
    places = {"hn": "湖南", "sd": "山东", "gd": "广东", "xc": "许昌"}
    groups: dict[str, list[dict[str, str]]] = {}
    rows = Person.objects.filter(demo=True, is_active=True, username__regex=r"^((hn|sd|xc|gd)\.)?[a-z]+$")
    for person in rows.prefetch_related("grants__role").order_by("pk")[:80]:
        roles = [grant.role.name for grant in person.grants.all() if grant.ended_at is None]
        label = places.get(person.username.partition(".")[0], "平台")
        account = {"username": person.username, "name": person.name, "role": roles[0] if roles else person.name}
        groups.setdefault(label, []).append(account)
    return [{"label": label, "accounts": accounts} for label, accounts in groups.items()]
