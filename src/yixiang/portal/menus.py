"""The two menus as tables; an entry shows when one of the permissions it needs is held."""

from dataclasses import dataclass

from yixiang.articles.permissions import ArticlesPermission as Articles
from yixiang.assessment.permissions import AssessmentPermission as Assessment
from yixiang.audit.permissions import AuditPermission as Audit
from yixiang.catalogue.permissions import CataloguePermission as Catalogue
from yixiang.ledger.permissions import LedgerPermission as Ledger
from yixiang.orders.permissions import OrdersPermission as Orders
from yixiang.people.permissions import PeoplePermission as People
from yixiang.subsidies.permissions import SubsidiesPermission as Subsidies
from yixiang.units.permissions import UnitsPermission as Units
from yixiang.vouchers.permissions import VouchersPermission as Vouchers


@dataclass(frozen=True, slots=True)
class Entry:
    label: str
    url: str
    icon: str = ""
    needs: tuple[str, ...] = ()
    exact: bool = False
    under: tuple[str, ...] = ()  # further addresses that belong to it
    whole: bool = False  # only for those who hold it over a whole jurisdiction
    vouchers: bool = False  # only where a unit of theirs meets vouchers


FOOTER = [
    ("怎么开始", "portal:help-topic", "start"),
    ("政策与规则", "portal:policies", ""),
    ("我能得到多少？", "portal:calculator", ""),
    ("专家名录", "portal:experts", ""),
    ("补助公示", "publicity:notices", ""),
    ("开发者", "portal:help-topic", "developer"),
    ("开放接口", "api:docs", ""),
    ("用户协议", "portal:help-topic", "terms"),
    ("个人信息保护说明", "portal:help-topic", "privacy"),
]

PORTAL = [
    Entry("仪器", "portal:instruments"),
    Entry("设施与平台", "portal:platforms"),
    Entry("检测服务", "portal:services"),
    Entry("单位", "portal:units", under=("/experts/",)),
    Entry("资讯", "articles:news", under=("/notices/", "/policy-files/", "/downloads/")),
    Entry("政策与帮助", "portal:help", under=("/policies/",)),
]

DESK: list[tuple[str, list[Entry]]] = [
    (
        "待办",
        [
            Entry("收件箱", "portal:desk", "inbox", exact=True),
            Entry("经办记录", "portal:cases", "list"),
            Entry("通知", "notices:list", "bell"),
            Entry("专家咨询", "units:questions", "chat"),
        ],
    ),
    (
        "预约",
        [
            Entry("我的预约", "orders:mine", "calendar", under=("/desk/orders/",)),
            Entry("资格与信用", "orders:access", "shield", under=("/desk/draws/",)),
            Entry("我的被预约", "orders:serving", "flask", (Orders.SERVE, Catalogue.RUN)),
            Entry("排程日历", "orders:board", "clock", (Orders.SERVE, Catalogue.RUN)),
            Entry("信用与申诉", "orders:appeals", "flag", (Units.EDIT,)),
            Entry("日历订阅", "orders:feeds", "link"),
            Entry("督办", "orders:oversight", "warning", (Orders.SERVE, Orders.JUDGE)),
        ],
    ),
    (
        "创新券与补助",
        [
            Entry("我的创新券", "vouchers:mine", "bookmark", (Vouchers.USE,), vouchers=True),
            Entry(
                "创新券审核", "vouchers:office", "stamp", (Vouchers.DECIDE, Ledger.PAY), under=("/desk/redemptions/",)
            ),
            Entry("补助项目", "ledger:programmes", "money", (Ledger.PLAN, Ledger.PAY)),
            Entry("资金账目", "ledger:postings", "bank", (Ledger.SEE,)),
            Entry("考核等次", "assessment:grades", "star", (Assessment.SEE, Assessment.RECORD)),
            Entry(
                "用户补助",
                "subsidies:applications",
                "money",
                (Subsidies.APPLY, Subsidies.DECIDE, Subsidies.SEE),
            ),
            Entry(
                "后补助",
                "subsidies:runs",
                "chart",
                (Subsidies.SEE, Subsidies.CALCULATE, Subsidies.ACCOUNT),
            ),
            Entry(
                "净收入报表",
                "subsidies:statements",
                "file",
                (Subsidies.STATE, Subsidies.ACCEPT, Subsidies.SEE),
            ),
            Entry("政策试算", "subsidies:simulation", "chart", (Subsidies.CALCULATE,), whole=True),
            Entry("疑点", "subsidies:flags", "warning", (Subsidies.WATCH, Subsidies.SEE, Subsidies.ACCOUNT)),
        ],
    ),
    (
        "资源",
        [
            Entry(
                "我的资源",
                "catalogue:mine",
                "microscope",
                (Catalogue.EDIT, Catalogue.RUN),
                under=("/desk/things/instrument/",),
            ),
            Entry("批量导入", "catalogue:imports", "upload", (Catalogue.EDIT,)),
            Entry("完善度", "catalogue:health", "chart", (Catalogue.EDIT, Catalogue.RUN)),
            Entry(
                "平台与检测服务",
                "catalogue:platforms",
                "flask",
                (Catalogue.EDIT,),
                under=("/desk/services/", "/desk/things/platform/", "/desk/things/service/"),
            ),
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
            Entry("资讯与公告", "articles:list", "book", (Articles.EDIT,)),
            Entry("人员与授权", "people:people", "person", (People.SEE, People.GRANT)),
            Entry("角色", "people:roles", "shield", (People.COMPOSE,)),
            Entry("工作日历", "portal:calendar", "calendar", (People.CONFIGURE,)),
            Entry("审计记录", "audit:changes", "shield", (Audit.READ,)),
        ],
    ),
    ("我", [Entry("账号与安全", "people:account", "key"), Entry("接口令牌", "people:tokens", "settings")]),
]
