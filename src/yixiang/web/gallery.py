"""Every component in every state on one page, so that it can be looked at, measured and shown."""

import datetime
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from yixiang.web.drawings import drawing_names
from yixiang.web.icons import icon_names

_LONG = _("湖南省高性能复杂制造国家重点实验室扫描电子显微镜与能谱联用分析测试共享平台（岳麓山大学科技城分中心）")
_KINDS = [
    ("university", _("高等学校")),
    ("institute", _("科研院所")),
    ("firm", _("企业")),
    ("hospital", _("医疗机构")),
]
_FIELDS = [
    (number, label)
    for number, label in enumerate(
        [
            _("材料科学"),
            _("生命科学"),
            _("化学化工"),
            _("环境监测"),
            _("电子信息"),
            _("先进制造"),
            _("农业科学"),
            _("地球科学"),
        ]
    )
]
_SAMPLES = {
    "portal": "web/gallery/portal.html",
    "plain": "web/gallery/plain.html",
    "wizard": "web/gallery/wizard.html",
    "confirm": "web/gallery/confirm.html",
}
_ERRORS = ("400", "403", "404", "409", "422", "429", "500", "503")


class SampleForm(forms.Form):
    name = forms.CharField(label=_("单位名称"), help_text=_("与营业执照或事业单位法人证书完全一致。"), max_length=80)
    code = forms.CharField(label=_("统一社会信用代码"), help_text=_("18 位，不含空格。"), max_length=18)
    kind = forms.ChoiceField(label=_("单位类型"), choices=_KINDS, widget=forms.RadioSelect)
    fields_ = forms.MultipleChoiceField(
        label=_("服务领域"), choices=_FIELDS, widget=forms.CheckboxSelectMultiple, required=False
    )
    region = forms.ChoiceField(
        label=_("所在地区"), choices=[("", _("请选择")), ("430100", _("长沙市")), ("430200", _("株洲市"))]
    )
    founded = forms.DateField(label=_("成立日期"), required=False)
    price = forms.DecimalField(label=_("收费标准"), help_text=_("按机时计费，含操作人员费用。"), min_value=0)
    hours = forms.DecimalField(label=_("年服务机时"), required=False)
    about = forms.CharField(label=_("情况说明"), widget=forms.Textarea, required=False)
    scan = forms.FileField(label=_("证书扫描件"), help_text=_("PDF、JPG 或 PNG，不超过 20 MB。"))
    password = forms.CharField(label=_("登录密码"), widget=forms.PasswordInput, required=False)
    agree = forms.BooleanField(label=_("我已阅读并同意《大型科学仪器开放共享承诺书》"))


def _rows() -> list[SimpleNamespace]:
    names = [
        str(_LONG),
        "长沙演示材料研究所",
        "岳麓演示大学分析测试中心",
        "湘江演示检测有限公司",
        "株洲演示轨道交通研究院",
    ]
    states = [
        ("待审核", "waiting"),
        ("已入网", "good"),
        ("退回补正", "warm"),
        ("已驳回", "bad"),
        ("草稿", "neutral"),
    ]
    return [
        SimpleNamespace(
            pk=number,
            name=name,
            state=state,
            tone=tone,
            amount=Decimal("18234.5") * (number + 1),
            days=3 - 2 * number,
            at=datetime.datetime(2026, 3, 5 + number, 9, 30, tzinfo=datetime.UTC),
        )
        for number, (name, (state, tone)) in enumerate(zip(names, states, strict=True))
    ]


def _timeline() -> list[dict[str, Any]]:
    at = datetime.datetime(2026, 3, 2, 1, 12, tzinfo=datetime.UTC)
    day = datetime.timedelta(days=1)
    return [
        {"state": "done", "label": _("提交入网申请"), "who": _("演示大学 · 王敏"), "at": at},
        {
            "state": "done",
            "label": _("市级退回补正"),
            "who": _("长沙市科技局"),
            "at": at + day,
            "tone": "warm",
            "note": _("法人证书扫描件缺第二页。\n请补齐后重新提交。"),
        },
        {"state": "done", "label": _("重新提交"), "who": _("演示大学 · 王敏"), "at": at + 2 * day},
        {"state": "now", "label": _("市级审核"), "who": _("等长沙市科技局办理"), "days": 2},
        {"state": "next", "label": _("省级复核")},
        {"state": "next", "label": _("入网")},
    ]


def _facts() -> list[dict[str, Any]]:
    return [
        {
            "ok": True,
            "label": _("统一社会信用代码校验通过"),
            "fact": "91430100MA4L0DEMO5",
            "article": _("入网管理办法 第六条"),
        },
        {
            "ok": False,
            "label": _("仪器原值达到入网门槛"),
            "fact": _("42.50 万元"),
            "need": _("不低于 50 万元"),
            "article": _("入网管理办法 第四条第（二）项"),
        },
        {
            "ok": None,
            "label": _("近三年无失信记录"),
            "need": _("由审核人核实"),
            "article": _("入网管理办法 第七条"),
        },
    ]


def _menu() -> list[dict[str, Any]]:
    def entry(label: Any, icon: str, count: int = 0, active: bool = False) -> dict[str, Any]:
        return {"label": label, "url": "#main", "icon": icon, "count": count, "active": active}

    office = [
        entry(_("待办"), "inbox", 12, active=True),
        entry(_("我的申请"), "send", 2),
        entry(_("通知"), "bell", 1204),
    ]
    unit = [entry(_("单位资料"), "unit"), entry(_("二级单位"), "tree"), entry(_("成员与角色"), "people", 3)]
    oversight = [entry(_("认证清单"), "list"), entry(_("统计"), "chart"), entry(_("审计记录"), "shield")]
    groups: list[tuple[Any, list[dict[str, Any]]]] = [
        ("", office),
        (_("本单位"), unit),
        (_("主管"), oversight),
    ]
    return [{"label": label, "items": items} for label, items in groups]


def shell() -> dict[str, Any]:
    labels = [_("仪器"), _("设施与平台"), _("检测服务"), _("供需"), _("成果"), _("政策与帮助")]
    return {
        "site_place": _("湖南省"),
        "desk_menu": _menu(),
        "portal_menu": [{"label": label, "url": "#main", "active": at == 0} for at, label in enumerate(labels)],
        "hats": [
            {"id": "1", "label": _("长沙市科技局 · 审核人"), "current": True},
            {"id": "2", "label": _("演示大学 · 单位管理员"), "current": False},
        ],
        "unread_notices": 7,
    }


def _context(request: HttpRequest) -> dict[str, Any]:
    rows = _rows()
    bad = SampleForm(data={"code": "9143", "kind": "ship", "price": "-1", "name": "演示大学"})
    return shell() | {
        "form": SampleForm(prefix="good"),
        "bad_form": bad,
        "rows": rows,
        "page": Paginator(range(400), 20).get_page(request.GET.get("page", "7")),
        "timeline": _timeline(),
        "facts": _facts(),
        "icon_names": icon_names(),
        "drawing_names": [name for name in drawing_names() if name != "hero"],
        "long": _LONG,
        "theme": request.GET.get("theme", ""),
        "errors": _ERRORS,
        "samples": sorted(_SAMPLES),
    }


def gallery(request: HttpRequest) -> HttpResponse:
    return render(request, "web/gallery.html", _context(request))


def sample(request: HttpRequest, page: str) -> HttpResponse:
    """A whole layout, or an error page as a person would see it."""
    if page in _ERRORS:
        return render(request, f"web/errors/{page}.html", {"request_id": "01J8Z3K9"}, status=int(page))
    if page not in _SAMPLES:
        raise Http404
    return render(request, _SAMPLES[page], _context(request))
