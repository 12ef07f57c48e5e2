"""What must fit together before something is handed in: dates, lengths, customs, sharing."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from yixiang.kernel import reference

Problems = dict[str, list[str]]
NOT_LATER = {
    "bought_on": "购置日期不能晚于今天。",
    "accepted_on": "验收日期不能晚于今天；尚未验收的，请在验收合格后再提交。",
    "booked_on": "建账日期不能晚于今天。",
    "released_on": "海关放行日期不能晚于今天。",
    "established_on": "成立日期不能晚于今天。",
}
CUSTOMS = {
    "released_on": "在监管年限内的，请填写海关放行日期。",
    "declaration_number": "在监管年限内的，请填写进口报关单编号。",
    "declaration_item": "在监管年限内的，请填写进口报关单项号。",
    "declared_name": "在监管年限内的，请填写报关单上的名称。",
}
NOT_ATTACHED = "4"  # 所属资源载体类型: 不附属
BOOKED_BY_TIME = ("time", "both")


def contradictions(values: Mapping[str, Any], *, on: date) -> Problems:
    """Facts that are right one by one and wrong together. Only what is there is looked at."""
    found: Problems = {}
    for name, message in NOT_LATER.items():
        if values.get(name) and values[name] > on:
            found[name] = [message]
    bought, accepted = values.get("bought_on"), values.get("accepted_on")
    if bought and accepted and accepted < bought and "accepted_on" not in found:
        found["accepted_on"] = [f"验收日期不能早于购置日期（{bought.isoformat()}）。"]
    found |= _customs(values) | _lengths(values) | _place(values)
    run, service = values.get("run_hours"), values.get("service_hours")
    if run is not None and service is not None and service > run:
        found["service_hours"] = ["对外服务机时不能多于总运行机时。"]
    return found


def _customs(values: Mapping[str, Any]) -> Problems:
    if not values.get("supervised"):
        return {}
    return {name: [message] for name, message in CUSTOMS.items() if not values.get(name)}


def _lengths(values: Mapping[str, Any]) -> Problems:
    found: Problems = {}
    shortest, longest, slot = (values.get(name) for name in ("min_minutes", "max_minutes", "slot_minutes"))
    if shortest and longest and shortest > longest:
        found["max_minutes"] = ["单次最长不能短于单次最短。"]
    if slot and longest and slot > longest:
        found["slot_minutes"] = ["预约步长不能大于单次最长。"]
    notice, horizon = values.get("notice_hours"), values.get("horizon_days")
    if notice is not None and horizon and notice >= horizon * 24:
        found["notice_hours"] = ["至少提前的时间超过了最多提前的天数，这样没有时间可约。"]
    return found


def _place(values: Mapping[str, Any]) -> Problems:
    found: Problems = {}
    region = str(values.get("region") or "")
    if region.endswith("0000") and any(not row.placeholder for row in reference.children(region)):
        found["region"] = ["请选择到市（州）或区县一级。"]
    if values.get("carrier_type", NOT_ATTACHED) not in {"", NOT_ATTACHED} and not values.get("carrier_name"):
        found["carrier_name"] = ["请填写所附属的资源载体名称。"]
    return found


def sharing(decision: str, values: Mapping[str, Any], refusal: str = "") -> Problems:
    """What the law's answer on admission asks of the form itself."""
    if decision == "needs_reason":
        return {"below_reason": ["原值低于入网门槛，请写明精度、专业性和共享性方面的理由。"]}
    if decision == "must" and values.get("share_mode") == "none":
        return {"share_mode": [f"按规定应当开放共享，不能选择“不共享”。{refusal}"]}
    return {}


def cautions(values: Mapping[str, Any]) -> Problems:
    """Worth a second look, no reason to refuse."""
    found: Problems = {}
    country = str(values.get("country") or "")
    if country and country not in reference.country_names():
        found["country"] = [f"国家名称表中没有“{country}”，请核对。"]
    bought, released = values.get("bought_on"), values.get("released_on")
    if bought and released and released < bought:
        found["released_on"] = ["海关放行日期早于购置日期，请核对。"]
    return found
