"""The two menus as tables; an entry shows when one of the permissions it needs is held."""

from dataclasses import dataclass

from yixiang.audit.permissions import AuditPermission as Audit
from yixiang.people.permissions import PeoplePermission as People
from yixiang.units.permissions import UnitsPermission as Units


@dataclass(frozen=True, slots=True)
class Entry:
    label: str
    url: str
    icon: str = ""
    needs: tuple[str, ...] = ()
    exact: bool = False


FOOTER = [("怎么开始", "start"), ("开发者", "developer"), ("用户协议", "terms"), ("个人信息保护说明", "privacy")]

PORTAL = [
    Entry("入网单位", "portal:units"),
    Entry("政策与规则", "portal:policies"),
    Entry("帮助中心", "portal:help"),
    Entry("开放接口", "api:docs"),
]

DESK: list[tuple[str, list[Entry]]] = [
    (
        "待办",
        [
            Entry("收件箱", "portal:desk", "inbox", exact=True),
            Entry("经办记录", "portal:cases", "list"),
            Entry("通知", "notices:list", "bell"),
        ],
    ),
    (
        "单位",
        [
            Entry("我的单位", "units:mine", "unit"),
            Entry("人员", "units:members", "person", (Units.MEMBERS,)),
            Entry("二级单位", "units:subs", "list", (Units.SUBS,)),
            Entry("管理制度", "units:regulations", "file", (Units.EDIT,)),
        ],
    ),
    (
        "认证名录",
        [
            Entry("单位名录", "units:list", "list", (Units.SEE_PRIVATE, Units.DECIDE)),
            Entry("专家名录", "units:experts", "star", (Units.SEE_PRIVATE, Units.EXPERTS)),
        ],
    ),
    (
        "平台管理",
        [
            Entry("人员与授权", "people:people", "person", (People.SEE, People.GRANT)),
            Entry("角色", "people:roles", "shield", (People.COMPOSE,)),
            Entry("工作日历", "portal:calendar", "calendar", (People.CONFIGURE,)),
            Entry("审计记录", "audit:changes", "shield", (Audit.READ,)),
        ],
    ),
    ("我", [Entry("账号与安全", "people:account", "key"), Entry("接口令牌", "people:tokens", "settings")]),
]
