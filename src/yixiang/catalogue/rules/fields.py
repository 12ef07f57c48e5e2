"""Every fact of a listing: its words, its limit, how it is read, where it stands in the national data standard.

The wizard, the import, the API and the check before sending all go by this one table.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from yixiang.catalogue.rules import readers
from yixiang.catalogue.rules.words import (
    BOOKING_MODES,
    FUNDS,
    KINDS,
    LEVELS,
    ORIGINS,
    PLATFORM_KINDS,
    SHARE_MODES,
    USES,
)
from yixiang.kernel.reference import code_list
from yixiang.kernel.typed import Reader, Reading, Unreadable, day, email, flag, paragraph, region, text

Step = Literal["basic", "place", "ability", "contact", "booking", "facility"]
STEPS: dict[str, str] = {
    "basic": "基本信息",
    "place": "购置与存放",
    "ability": "指标与服务",
    "contact": "联系人与机组",
    "booking": "预约与开放时间",
    "facility": "设施信息",
}


@dataclass(frozen=True, slots=True)
class Spec:
    """One fact. `wire` is its name in the national standard, `where` "both", "instrument" or "facility"."""

    name: str
    label: str
    step: Step
    read: Reader
    limit: int = 0
    wire: str = ""
    required: bool = False  # before it can be handed in
    hint: str = ""
    choices: Mapping[str, str] | None = None
    many: bool = False
    where: Literal["both", "instrument", "facility"] = "both"
    private: bool = False
    in_json: bool = False  # kept in Instrument.facility


def _belongs() -> Mapping[str, str]:
    return dict(code_list("belongs_to").offered)


_CARRIERS = _belongs()
_CONDITIONS = dict(code_list("equipment_status").codes) | dict(code_list("facility_status").codes)
_FUNDS = {**FUNDS}


def _funds() -> Mapping[str, str]:
    return _FUNDS


SPECS: tuple[Spec, ...] = (
    Spec("kind", "类型", "basic", readers.listed(KINDS), required=True, choices=KINDS),
    Spec("name", "名称", "basic", text, 100, "cname", True, "与资产登记一致的中文全称。"),
    Spec("english_name", "英文名称", "basic", text, 100, "ename", hint="方便按英文和缩写搜索。"),
    Spec("model", "规格型号", "basic", text, 100, "instrVersion", True, where="instrument"),
    Spec("manufacturer", "生产制造商", "basic", text, 50, "manufacturer", True, where="instrument"),
    Spec(
        "country",
        "产地国别",
        "basic",
        readers.country,
        40,
        "nation",
        True,
        "例如：中国、美国、日本、德国。",
        where="instrument",
    ),
    Spec(
        "category", "仪器分类", "basic", readers.category, 6, "instrCategory", True, "GB/T 32847-2016，选到最末一级。"
    ),
    Spec("inner_number", "所在单位仪器编号", "basic", text, 150, "innerId", True, "本单位内唯一，批量导入时按它对应。"),
    Spec("asset_number", "固定资产编号", "basic", text, 60),
    Spec("use", "仪器类别", "basic", readers.listed(USES), 0, "type", True, choices=USES, where="instrument"),
    Spec(
        "disciplines",
        "主要学科领域",
        "basic",
        readers.several(readers.discipline_options, "学科"),
        0,
        "subject",
        True,
        "最多 4 个。",
        many=True,
    ),
    Spec("worth", "原值（万元）", "place", readers.wan, 0, "worth", True, "单台（套）原值，单位万元。"),
    Spec(
        "funds",
        "主要购置经费来源",
        "place",
        readers.several(_funds, "经费来源"),
        0,
        "funds",
        True,
        "可多选，决定是否必须入网。",
        FUNDS,
        True,
    ),
    Spec(
        "origin",
        "仪器来源",
        "place",
        readers.listed(ORIGINS),
        0,
        "instrSource",
        True,
        choices=ORIGINS,
        where="instrument",
    ),
    Spec("bought_on", "购置日期", "place", day, required=True),
    Spec("accepted_on", "验收日期", "place", day, 0, "", True, "安装调试验收合格之日，入网期限从这一天算起。"),
    Spec("booked_on", "建账日期", "place", day, 0, "beginDate", where="instrument"),
    Spec("condition", "运行状态", "place", readers.listed(_CONDITIONS), 0, "status", choices=_CONDITIONS),
    Spec("region", "安放地区", "place", region, 0, "province", True, "省、市、区县。"),
    Spec("street", "街道（乡镇）与门牌", "place", text, 100, "street", True),
    Spec("room", "房间", "place", text, 60),
    Spec("department", "所属单位内部门", "place", text, 80, "insideDepart"),
    Spec(
        "carrier_type", "所属资源载体类型", "place", readers.listed(_CARRIERS), 0, "instrBelongsType", choices=_CARRIERS
    ),
    Spec("carrier_number", "所属资源载体内部编号", "place", text, 150, "instrBelongsName"),
    Spec("carrier_name", "隶属资源载体名称", "place", text, 150, "resourceName"),
    Spec("supervised", "在海关监管年限内", "place", flag, 0, "instrSupervise", hint="免税进口的仪器自放行起 3 年。"),
    Spec(
        "declaration_number",
        "进口报关单编号",
        "place",
        readers.exact(r"[0-9A-Z]{18}", "进口报关单编号为 18 位。"),
        18,
        "declarationNumber",
    ),
    Spec("declaration_item", "进口报关单项号", "place", readers.exact(r"\d{2}", "项号为 2 位数字。"), 2, "itemNumber"),
    Spec("released_on", "海关放行日期", "place", day, 0, "importDate"),
    Spec("declared_name", "报关单上的名称", "place", text, 30, "formname"),
    Spec(
        "technical", "主要技术指标", "ability", paragraph, 500, "technical", True, "分辨率、量程、精度等，最多 500 字。"
    ),
    Spec("function", "主要功能", "ability", paragraph, 300, "function", True, "它能回答什么问题，最多 300 字。"),
    Spec("service_content", "服务内容", "ability", paragraph, 200, "serviceContent", True, "可做的分析测试项目。"),
    Spec("requirement", "用户须知", "ability", paragraph, 500, "requirement", True, "样品要求、预约和上机规定。"),
    Spec(
        "fee_note",
        "参考收费标准",
        "ability",
        paragraph,
        500,
        "fee",
        hint="逐项价格请在“收费标准”中发布，这里只写说明。",
    ),
    Spec("achievement", "服务的典型成果", "ability", paragraph, 500, "achievement"),
    Spec("share_mode", "共享模式", "ability", readers.listed(SHARE_MODES), choices=SHARE_MODES, required=True),
    Spec("run_hours", "年总运行机时（小时）", "ability", readers.hours, 0, "runMachine"),
    Spec("service_hours", "年对外服务机时（小时）", "ability", readers.hours, 0, "serviceMachine"),
    Spec("contact_name", "联系人", "contact", text, 20, "contact", True),
    Spec("contact_phone", "联系电话", "contact", readers.telephone, 20, "phone", True),
    Spec("contact_email", "电子邮箱", "contact", email, 50, "email", True),
    Spec("address", "通讯地址", "contact", text, 100, "address"),
    Spec("postcode", "邮政编码", "contact", readers.postcode, 6, "postalcode"),
    Spec("device_number", "物联网设备编号", "contact", text, 60, hint="装了采集终端的填写终端编号。"),
    Spec(
        "below_reason",
        "低于门槛仍申请入网的理由",
        "place",
        paragraph,
        300,
        hint="原值低于本地门槛时填写：精度、专业性和共享性好在哪里。",
    ),
    Spec("booking_mode", "预约方式", "booking", readers.listed(BOOKING_MODES), 0, "", True, choices=BOOKING_MODES),
    Spec(
        "booking_url",
        "预约服务网址",
        "booking",
        readers.web_address,
        150,
        "serviceUrl",
        hint="本单位另有预约系统时填写。",
    ),
    Spec("slot_minutes", "预约步长（分钟）", "booking", readers.minutes(5, 1440)),
    Spec("min_minutes", "单次最短（分钟）", "booking", readers.minutes(5, 43200)),
    Spec("max_minutes", "单次最长（分钟）", "booking", readers.minutes(5, 43200)),
    Spec("notice_hours", "至少提前（小时）", "booking", readers.minutes(0, 2160)),
    Spec("horizon_days", "最多提前（天）", "booking", readers.minutes(1, 365)),
    Spec("buffer_before", "前置准备（分钟）", "booking", readers.minutes(0, 1440)),
    Spec("buffer_after", "后置清理（分钟）", "booking", readers.minutes(0, 1440)),
    Spec("keeps_holidays", "法定节假日不开放", "booking", flag),
)


def _facility(name: str, label: str, read: Reader, limit: int, wire: str, required: bool = False, **more: Any) -> Spec:
    return Spec(name, label, "facility", read, limit, wire, required, where="facility", in_json=True, **more)


_FACILITY_KINDS = dict(code_list("facility_kind").codes)
_CONSTRUCTION = dict(code_list("construction").codes)

FACILITY_SPECS: tuple[Spec, ...] = (
    _facility("short_name", "英文简称", text, 100, "enameShort"),
    _facility("site", "装置网站网址", readers.web_address, 100, "url"),
    _facility("centre", "科学技术中心", paragraph, 500, "technical"),
    _facility(
        "facility_kind",
        "设施类别",
        readers.listed(_FACILITY_KINDS),
        0,
        "deviceCategory",
        True,
        choices=_FACILITY_KINDS,
    ),
    _facility(
        "construction", "建设情况", readers.listed(_CONSTRUCTION), 0, "construction", True, choices=_CONSTRUCTION
    ),
    _facility("competent_department", "主管部门", text, 100, "competentDep", True),
    _facility("host", "依托单位", text, 100, "supInsname", True),
    _facility("approved_by", "批复部门", text, 100, "approvalDep", True),
    _facility("video", "科普视频网址", readers.web_address, 100, "video"),
    _facility("domestic_users", "国内主要单位用户", paragraph, 300, "serviceContent"),
    _facility("foreign_users", "国外主要单位用户", paragraph, 500, "requirement"),
    _facility("impact", "支撑国家重大科研任务、产生经济社会效益、国际合作成果等", paragraph, 2500, "achievement"),
    _facility("contact_position", "联系人职务", text, 40, "fillPosition"),
    _facility("contact_unit", "联系人单位", text, 100, "fillInsname"),
    _facility("chief_name", "首席科学家姓名", text, 40, "sciContact"),
    _facility("chief_position", "首席科学家职务", text, 40, "sciPosition"),
    _facility("chief_unit", "首席科学家单位", text, 100, "sciInsname"),
    _facility("chief_phone", "首席科学家电话", readers.telephone, 20, "sciPhone", private=True),
    _facility("chief_email", "首席科学家邮箱", email, 50, "sciEmail", private=True),
    _facility("runner_name", "运行负责人姓名", text, 40, "runContact"),
    _facility("runner_position", "运行负责人职务", text, 40, "runPosition"),
    _facility("runner_unit", "运行负责人单位", text, 100, "runInsname"),
    _facility("runner_phone", "运行负责人电话", readers.telephone, 20, "runPhone", private=True),
    _facility("runner_email", "运行负责人邮箱", email, 50, "runEmail", private=True),
    _facility("layout_picture", "布局图下载网址", readers.web_address, 200, "layoutImage"),
    _facility("key_picture", "关键部件图下载网址", readers.web_address, 200, "keyImage"),
    _facility("experiment_picture", "实验操作图下载网址", readers.web_address, 200, "experimentImage"),
    _facility("rules_file", "组织管理制度下载网址", readers.web_address, 200, "organizationFile"),
    _facility("fees_file", "开放收费制度下载网址", readers.web_address, 200, "openFile"),
    _facility("applying_file", "设施申请制度下载网址", readers.web_address, 200, "applyFile"),
)

_CENTRE_LEVELS = dict(LEVELS)

PLATFORM_SPECS: tuple[Spec, ...] = (
    Spec("name", "名称", "basic", text, 50, "cname", True, "全称，不可简写。"),
    Spec("english_name", "英文名称", "basic", text, 100),
    Spec("kind", "类型", "basic", readers.listed(PLATFORM_KINDS), 0, "", True, choices=PLATFORM_KINDS),
    Spec("level", "级别", "basic", readers.listed(_CENTRE_LEVELS), 0, "", True, choices=_CENTRE_LEVELS),
    Spec("inner_number", "所在单位中心编号", "basic", text, 150, "innerId"),
    Spec("established_on", "成立日期", "basic", day, 0, "establish", True),
    Spec("stated_count", "大型科研仪器数量", "basic", readers.minutes(0, 100_000), 0, "instruNum"),
    Spec("stated_worth", "仪器总原值（万元）", "basic", readers.wan, 0, "worth"),
    Spec("area", "科研用房面积（㎡）", "basic", readers.square_metres, 0, "area"),
    Spec("accredited", "取得实验室认证认可", "basic", flag, 0, "accept"),
    Spec("accreditations", "认证认可", "basic", text, 200, hint="例如 CMA、CNAS 及证书编号。"),
    Spec(
        "disciplines",
        "主要学科领域",
        "basic",
        readers.several(readers.discipline_options, "学科"),
        0,
        "subject",
        True,
        "最多 4 个。",
        many=True,
    ),
    Spec("introduction", "简介", "ability", paragraph, 200, "serviceContent", True, "最多 200 字。"),
    Spec("description", "详细介绍", "ability", paragraph, 3000),
    Spec("region", "所在地区", "place", region, 0, "province", True),
    Spec("url", "网址", "place", readers.web_address, 100, "url"),
    Spec("contact_name", "联系人", "contact", text, 20, "contact", True),
    Spec("contact_phone", "联系电话", "contact", readers.telephone, 20, "phone", True),
    Spec("contact_email", "电子邮箱", "contact", email, 50, "email", True),
    Spec("address", "通讯地址", "contact", text, 100, "location", True),
    Spec("postcode", "邮政编码", "contact", readers.postcode, 6, "postalcode"),
)

SERVICE_SPECS: tuple[Spec, ...] = (
    Spec("name", "项目名称", "basic", text, 100, "", True, "例如：金属材料室温拉伸试验。"),
    Spec("category", "所用仪器分类", "basic", readers.any_class, 6, "", True),
    Spec("method", "检测方法", "basic", text, 200),
    Spec("standard", "依据标准", "basic", text, 200, hint="例如 GB/T 228.1-2021。"),
    Spec("description", "项目说明", "ability", paragraph, 1000, "", True),
    Spec("sample_note", "样品要求", "ability", paragraph, 500),
    Spec("turnaround_days", "出具结果（工作日）", "ability", readers.minutes(1, 365), 0, "", True),
    Spec("accredited", "可出具 CMA/CNAS 报告", "ability", flag),
    Spec("contact_name", "联系人", "contact", text, 20, "", True),
    Spec("contact_phone", "联系电话", "contact", readers.telephone, 20, "", True),
    Spec("contact_email", "电子邮箱", "contact", email, 50),
)

BY_NAME: Mapping[str, Spec] = {spec.name: spec for spec in (*SPECS, *FACILITY_SPECS)}


def specs_for(kind: str) -> tuple[Spec, ...]:
    """The facts of an instrument, or of a facility with its own."""
    own = FACILITY_SPECS if kind == "facility" else ()
    return tuple(spec for spec in SPECS if spec.where in {"both", kind}) + own


def table_of(kind_code: str, kind: str = "") -> tuple[Spec, ...]:
    """The specs of one kind of listing: instrument, platform or service."""
    return {"platform": PLATFORM_SPECS, "service": SERVICE_SPECS}.get(kind_code) or specs_for(kind or "instrument")


def read(typed: Mapping[str, str], specs: tuple[Spec, ...]) -> Reading:
    """Everything that can be read, and a word on each thing that cannot or is too long."""
    reading = Reading()
    for spec in specs:
        if spec.name not in typed:
            continue
        try:
            reading.values[spec.name] = read_one(typed[spec.name], spec)
        except Unreadable as unreadable:
            reading.add(spec.name, str(unreadable))
    return reading


def read_one(typed: str, spec: Spec) -> Any:
    value = spec.read(typed)
    if spec.limit and isinstance(value, str) and len(value) > spec.limit:
        raise Unreadable(f"最多 {spec.limit} 个字，现在有 {len(value)} 个。")
    return value


def missing(values: Mapping[str, Any], specs: tuple[Spec, ...]) -> dict[str, list[str]]:
    """What must be there before it is handed in and is not."""
    return {
        spec.name: [f"请{'选择' if spec.choices or spec.many else '填写'}{spec.label.split('（')[0]}。"]
        for spec in specs
        if spec.required and values.get(spec.name) in (None, "", [])
    }
