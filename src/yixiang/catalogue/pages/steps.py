"""The steps of filling in an instrument: their order, what is done, how the fields of each page are laid out."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from yixiang.catalogue.forms import FactsForm
from yixiang.catalogue.models import Instrument
from yixiang.catalogue.queries import facts
from yixiang.catalogue.queries.facts import Look
from yixiang.catalogue.rules.fields import BY_NAME, STEPS, Spec
from yixiang.catalogue.rules.publishing import cautions
from yixiang.catalogue.rules.wording import shown

Row = Sequence[str]
MEDIA, CHECK = "media", "check"
LABELS = {**STEPS, MEDIA: "图片与价格", CHECK: "核对并提交"}
TEXTS = {
    "basic": "名称、型号、分类和编号",
    "place": "原值、经费来源、验收日期和放在哪里；决定是否必须入网",
    "ability": "能测什么、怎样送样、谁能用",
    "contact": "对外的联系人，操作仪器的人",
    "booking": "怎样预约、什么时候开放",
    "facility": "重大科研设施专有的内容",
    MEDIA: "一张照片胜过一段文字；公开的收费标准",
}
ELSEWHERE = {"keepers": "contact", "hours": "booking", "tariff": MEDIA}  # what is kept on pages of its own
LAYOUT: dict[str, list[tuple[str, list[Row]]]] = {
    "basic": [
        ("是什么", [("kind",), ("name",), ("english_name",), ("model", "manufacturer"), ("country", "use")]),
        ("怎样找到它", [("category",), ("disciplines",), ("inner_number", "asset_number")]),
    ],
    "place": [
        ("购置与验收", [("worth", "origin"), ("funds",), ("bought_on", "accepted_on"), ("booked_on", "condition"),
                   ("below_reason",)]),
        ("放在哪里", [("region",), ("street", "room"), ("department",)]),
        ("所属资源载体", [("carrier_type", "carrier_number"), ("carrier_name",)]),
        ("海关监管", [("supervised",), ("released_on", "declared_name"), ("declaration_number", "declaration_item")]),
    ],
    "ability": [
        ("能做什么", [("technical",), ("function",), ("service_content",)]),
        ("怎样用", [("share_mode",), ("requirement",), ("fee_note",)]),
        ("用得怎样", [("run_hours", "service_hours"), ("achievement",)]),
    ],
    "contact": [
        ("对外联系人", [("contact_name", "contact_phone"), ("contact_email",), ("address", "postcode")]),
        ("物联网设备", [("device_number",)]),
    ],
    "booking": [
        ("怎样预约", [("booking_mode",), ("booking_url",)]),
        ("时间规则", [("slot_minutes", "min_minutes", "max_minutes"), ("notice_hours", "horizon_days"),
                  ("buffer_before", "buffer_after"), ("keeps_holidays",)]),
    ],
    "facility": [
        ("设施", [("short_name", "site"), ("facility_kind", "construction"), ("competent_department", "host"),
                ("approved_by",), ("centre",)]),
        ("首席科学家", [("chief_name", "chief_position"), ("chief_unit",), ("chief_phone", "chief_email")]),
        ("运行负责人", [("runner_name", "runner_position"), ("runner_unit",), ("runner_phone", "runner_email"),
                   ("contact_position", "contact_unit")]),
        ("成效", [("domestic_users",), ("foreign_users",), ("impact",)]),
        ("图片与制度", [("video",), ("layout_picture",), ("key_picture",), ("experiment_picture",), ("rules_file",),
                   ("fees_file",), ("applying_file",)]),
    ],
}  # fmt: skip
SUFFIX = {"worth": "万元", "run_hours": "小时", "service_hours": "小时", "notice_hours": "小时", "horizon_days": "天"}
SUFFIX |= dict.fromkeys(("slot_minutes", "min_minutes", "max_minutes", "buffer_before", "buffer_after"), "分钟")


def order(listing: Instrument) -> list[str]:
    own = [step for step in STEPS if step != "facility" or listing.is_facility]
    return [*own, MEDIA, CHECK]


def url_of(listing: Instrument, step: str) -> str:
    if step == CHECK:
        return reverse("catalogue:check", args=[listing.code])
    return reverse("catalogue:step", args=[listing.code, step])


def after(listing: Instrument, step: str) -> str:
    steps = order(listing)
    return steps[steps.index(step) + 1]


def before(listing: Instrument, step: str) -> str:
    steps = order(listing)
    at = steps.index(step)
    return steps[at - 1] if at else ""


def specs_of(listing: Instrument, step: str) -> list[Spec]:
    return [spec for spec in facts.specs_of(listing) if spec.step == step]


def step_of(field: str) -> str:
    return BY_NAME[field].step if field in BY_NAME else ELSEWHERE.get(field, MEDIA)


def bar(listing: Instrument, now: str, seen: Look) -> list[dict[str, str]]:
    """The progress line on top of each step; every step can be reached at any time."""
    open_ = {step_of(name) for name in seen.problems} | {CHECK}
    states = {step: "now" if step == now else "todo" if step in open_ else "done" for step in order(listing)}
    return [{"label": LABELS[step], "url": url_of(listing, step), "state": states[step]} for step in order(listing)]


def tasks(listing: Instrument, seen: Look) -> list[dict[str, str]]:
    """A task list in any order: what is done, what is begun, what cannot be done yet."""
    open_: dict[str, int] = {}
    for name in seen.problems:
        open_[step_of(name)] = open_.get(step_of(name), 0) + 1
    begun = {spec.step for spec in facts.specs_of(listing) if listing.typed.get(spec.name) and spec.name != "region"}
    found = []
    for step in order(listing)[:-1]:
        state = "done" if step not in open_ else "now" if step in begun else "todo"
        task = {"label": LABELS[step], "url": url_of(listing, step), "state": state, "text": TEXTS[step]}
        if state == "now":
            task["status"] = _("还差 %(count)s 项") % {"count": open_[step]}
        found.append(task)
    last = {"label": LABELS[CHECK], "url": url_of(listing, CHECK), "state": "todo", "status": _("可以提交")}
    return [*found, last | ({"status": _("还差 %(count)s 项") % {"count": len(seen.problems)}} if open_ else {})]


def groups(step: str, form: FactsForm) -> list[dict[str, Any]]:
    """The fields of a step in rows; a test holds that the layout names them all."""
    found = []
    for title, rows in LAYOUT[step]:
        kept = [[name for name in row if name in form.fields] for row in rows]
        if any(kept):
            found.append({"title": title, "rows": [row for row in kept if row]})
    return found


def form_of(listing: Instrument, specs: Sequence[Spec], problems: Mapping[str, Sequence[str]]) -> FactsForm:
    """As typed, with a word beside each field that has a problem."""
    form = FactsForm(specs, facts.typed_of(listing))
    form.explain(problems)
    return form


def answers(listing: Instrument, refused: Mapping[str, Sequence[str]], seen: Look) -> dict[str, Any]:
    """Check your answers: each part with its rows and the way back, and what is still wrong."""
    typed, problems = facts.typed_of(listing), {**seen.problems, **refused}
    parts = []
    for step in order(listing)[:-2]:
        rows = [
            (spec.label, _answer(spec, typed, seen), problems.get(spec.name, []))
            for spec in specs_of(listing, step)
            if spec.required or typed.get(spec.name) or spec.name in problems
        ]
        parts.append({"label": LABELS[step], "url": url_of(listing, step), "rows": rows})
    links = [
        (f"{url_of(listing, step_of(name))}?check=1#id_{name}", text) for name, why in problems.items() for text in why
    ]
    return {
        "parts": parts,
        "problems": links,
        "cautions": [text for why in cautions(seen.values).values() for text in why],
    }


def _answer(spec: Spec, typed: Mapping[str, str], seen: Look) -> str:
    """What cannot be read stays as it was typed."""
    value = seen.values.get(spec.name)
    return typed[spec.name] if value in (None, "", []) and typed.get(spec.name) else shown(spec, value)
