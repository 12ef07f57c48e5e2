"""The OpenAPI document: what ninja knows from the code, plus what holds for every operation."""

import json
from typing import Any

from yixiang.api import codes, problems

PLACE = "/api/v1/"

INTRODUCTION = """网页上能办的事，程序也能办，权限完全相同。

- **身份**：请求头 `Authorization: Bearer yx_…`。令牌在“个人设置 › 接口令牌”中生成，有范围和期限。
- **失败**：一律为 `application/problem+json`，`code` 不会改变含义，`detail` 是给人看的中文说明。
- **翻页**：列表返回 `items` 和 `next`；把 `next` 原样放入参数 `cursor` 取下一页。
- **重试**：写操作带 `Idempotency-Key`，重复发送只生效一次，48 小时内返回同样的回答。
- **频率**：见回答头 `RateLimit-*`；超过时为 429，`Retry-After` 给出等待秒数。
- **省流量**：带上次的 `ETag` 于 `If-None-Match`，没有变化时只返回 304。
"""

TAGS = {
    "本人": "当前令牌或会话所代表的人。",
    "单位": "入网单位。",
    "仪器": "查找、登记与办理仪器；分类树、地区与输入建议。",
    "预约": "预约、受理、测试、结算与评价；仪器的日历。",
    "创新券": "额度、领取、使用、审核与拨付；公开核验。",
    "补助": "后补助核算、用户补助申请、净收入报表、疑点与政策试算。",
    "考核": "开放共享考核的等级。",
    "补助项目与账目": "创新券与补助的预算、标准和每一笔资金。",
    "审核": "提交、审核、退回与通过。",
    "通知": "给本人的通知。",
    "文件": "上传与下载。",
    "资讯": "动态、公告、政策文件、下载与帮助文章。",
    "政策": "平台据以办事的政策包，逐条注明依据；给出事实，得到与平台付款时相同的判断。",
    "代码表": "行政区划、行业、学科等公共代码。",
}
EXTRA: dict[str, Any] = {
    "info": {"license": {"name": "Apache-2.0", "identifier": "Apache-2.0"}},
    "tags": [{"name": name, "description": text} for name, text in TAGS.items()],
}

_ERROR = {
    "type": "object",
    "required": ["field", "message"],
    "properties": {
        "in": {"type": "string", "description": "body、query、path、header"},
        "pointer": {"type": "string", "description": "正文中的位置（JSON Pointer）"},
        "field": {"type": "string"},
        "message": {"type": "string"},
    },
}
_PROBLEM: dict[str, Any] = {
    "type": "object",
    "description": "RFC 9457 的问题说明",
    "required": ["type", "title", "status", "detail", "code", "request_id"],
    "properties": {
        "type": {"type": "string", "format": "uri-reference", "description": "这类问题的说明页"},
        "title": {"type": "string", "description": "这类问题的名称"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "这一次为什么没有办成，给人看"},
        "code": {"type": "string", "description": "稳定的代码，给程序看"},
        "request_id": {"type": "string", "description": "联系我们时请提供"},
        "errors": {"type": "array", "items": {"$ref": "#/components/schemas/ProblemError"}},
    },
    "examples": [
        {
            "type": "/api/v1/problems/invalid",
            "title": "填写的内容有误",
            "status": 422,
            "detail": "这一项必填。",
            "code": "invalid",
            "request_id": "5f1c6d0a9b7e4c2d8a3f0e1b2c4d6e8f",
            "errors": [{"in": "body", "pointer": "#/name", "field": "name", "message": "这一项必填。"}],
        }
    ],
}
_IDEMPOTENCY_KEY = {
    "in": "header",
    "name": "Idempotency-Key",
    "required": False,
    "description": "同一请求重发时用同一个值（建议 UUID），只生效一次",
    "schema": {"type": "string", "pattern": "^[!-~]{1,255}$"},
}
_IF_MATCH = {
    "in": "header",
    "name": "If-Match",
    "required": False,
    "description": "读取时得到的 ETag；内容已被他人修改时返回 412",
    "schema": {"type": "string"},
}


def complete(schema: dict[str, Any]) -> dict[str, Any]:
    """The whole document as plain JSON types."""
    whole: dict[str, Any] = json.loads(json.dumps(schema))
    whole["components"]["schemas"] |= {"Problem": _PROBLEM, "ProblemError": _ERROR}
    for path, methods in whole["paths"].items():
        for method, operation in methods.items():
            _complete_operation(path, method, operation)
    return whole


def _complete_operation(path: str, method: str, operation: dict[str, Any]) -> None:
    writes = method in {"post", "put", "patch", "delete"}
    parameters: list[Any] = operation.setdefault("parameters", [])
    for parameter in parameters:
        if parameter["in"] == "path":
            parameter.setdefault("description", _of_path(parameter["schema"]))
    if method in {"post", "patch"}:
        parameters.append(_IDEMPOTENCY_KEY)
    if method == "patch" and not any(p["name"] == "If-Match" for p in parameters):
        parameters.append(_IF_MATCH)
    wanted = {
        "401": "security" in operation,
        "403": "security" in operation,
        "404": "{" in path,
        "409": writes,
        "422": bool(parameters) or "requestBody" in operation,
        "429": True,
        "default": True,
    }
    for status, there in wanted.items():
        if there:
            operation["responses"].setdefault(status, _refusal(status))


def _of_path(schema: dict[str, Any]) -> str:
    return "所指的一种" if "enum" in schema else "编号"


def _refusal(status: str) -> dict[str, Any]:
    said = [kind for kind in codes.KINDS.values() if str(kind.status) == status]
    text = "、".join(f"{kind.code}" for kind in said if kind.group == "api")
    return {
        "description": text or "没有办成",
        "content": {problems.MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
