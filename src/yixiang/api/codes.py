"""Every stable code a refusal can carry, with its usual status and a title: what programs may rely on."""

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Kind:
    """`group` is the room that says it; `api` is the shell itself."""

    code: str
    status: int
    title: str | Promise
    group: str = "api"


_SHELL = (
    Kind("bad-request", 400, _("请求不完整或写法有误")),
    Kind("bad-json", 400, _("请求正文不是正确的 JSON")),
    Kind("idempotency-key-invalid", 400, _("Idempotency-Key 的写法不对")),
    Kind("authentication-required", 401, _("需要登录或令牌")),
    Kind("token-unknown", 401, _("令牌不正确")),
    Kind("token-expired", 401, _("令牌已过期")),
    Kind("token-revoked", 401, _("令牌已撤销")),
    Kind("account-disabled", 401, _("账号已停用")),
    Kind("csrf-failed", 403, _("缺少或不符的 CSRF 校验")),
    Kind("token-scope", 403, _("令牌没有写入权限")),
    Kind("not-permitted", 403, _("没有这项权限")),
    Kind("not-found", 404, _("没有找到，或不在权限范围内")),
    Kind("no-such-route", 404, _("没有这个接口地址")),
    Kind("method-not-allowed", 405, _("这个地址不支持该方法")),
    Kind("not-acceptable", 406, _("只能以 JSON 回答")),
    Kind("wrong-state", 409, _("当前状态不能这样办理")),
    Kind("idempotency-in-progress", 409, _("同一请求正在处理中")),
    Kind("version-changed", 412, _("内容已被他人修改")),
    Kind("too-large", 413, _("请求过大")),
    Kind("unsupported-media-type", 415, _("不支持这种正文格式")),
    Kind("invalid", 422, _("填写的内容有误")),
    Kind("cursor-invalid", 422, _("翻页游标无效")),
    Kind("idempotency-key-reused", 422, _("Idempotency-Key 已用于另一请求")),
    Kind("too-many-requests", 429, _("请求太频繁")),
    Kind("internal", 500, _("系统出错")),
    Kind("unavailable", 503, _("暂时无法办理")),
)


def _of(group: str, status: int, titles: Mapping[str, str | Promise]) -> list[Kind]:
    return [Kind(code, status, title, group) for code, title in titles.items()]


_ROOMS = (
    *_of(
        "files",
        422,
        {
            "file-missing": _("没有收到文件"),
            "file-empty": _("文件是空的"),
            "file-size": _("文件过大"),
            "file-kind": _("不接收这种文件"),
            "file-disguised": _("文件名与内容不符"),
            "file-damaged": _("文件已损坏"),
            "file-encrypted": _("文件设了密码"),
            "file-unreadable": _("文件结构无法检查"),
            "file-active": _("文件含有宏、脚本或程序"),
            "file-bomb": _("文件解开后过大"),
            "file-pixels": _("图片像素过多"),
            "file-path": _("压缩内容含有不安全的路径"),
            "file-polyglot": _("文件附有多余内容"),
            "file-infected": _("文件含有病毒"),
        },
    ),
    Kind("scanner-down", 503, _("病毒检查暂时不可用"), "files"),
    *_of(
        "people",
        409,
        {
            "person-stopped": _("账号已停用"),
            "person-active": _("账号没有停用"),
            "person-erased": _("账号已注销"),
            "erase-blocked": _("暂时不能注销"),
            "grant-refused": _("不能授予这个角色"),
            "grant-ended": _("角色已经收回"),
            "role-held": _("角色正有人担任"),
            "role-built-in": _("内置角色不能修改"),
        },
    ),
    *_of(
        "people",
        422,
        {
            "taken": _("登录名、邮箱或手机号已被使用"),
            "scope-unknown": _("没有这个范围"),
            "scope-malformed": _("范围写法不对"),
            "role-unknown": _("没有这个角色"),
            "role-invalid": _("角色内容有误"),
            "token-invalid": _("令牌设置有误"),
        },
    ),
    *_of(
        "reviews",
        409,
        {"decided-already": _("已由他人办理"), "already-under-review": _("已在审核中")},
    ),
    Kind("reason-missing", 422, _("缺少理由"), "reviews"),
    *_of(
        "units",
        409,
        {
            "edited-already": _("刚被同事修改"),
            "change-under-review": _("已有变更在审核"),
            "expert-exists": _("已申请过专家认证"),
            "own-expert": _("不能向自己提问"),
            "flag-lifted": _("标记已解除"),
            "flag-stands": _("标记仍有效"),
            "last-admin": _("不能没有管理员"),
            "bound-elsewhere": _("已绑定其他单位"),
            "unit-not-joined": _("单位尚未入网"),
            "sub-unit-not-empty": _("二级单位不为空"),
        },
    ),
    *_of(
        "units",
        422,
        {
            "regulation-exists": _("制度已登记"),
            "relation-exists": _("关联单位已登记"),
            "sub-unit-name-taken": _("二级单位重名"),
        },
    ),
    *_of(
        "catalogue",
        409,
        {
            "time-taken": _("时间已被占用"),
            "too-many-imports": _("待处理的批量导入过多"),
            "nothing-to-write": _("表中内容与目录一致"),
            "tariff-in-force": _("收费标准已经执行"),
            "listing-closed": _("资源已退出"),
            "unit-does-not-provide": _("单位没有登记为提供仪器"),
        },
    ),
    *_of(
        "catalogue",
        422,
        {
            "tariff-dates": _("收费标准日期不衔接"),
            "keeper-already": _("已是机组人员"),
            "not-a-picture": _("不是图片"),
            "too-many-pictures": _("图片过多"),
            "not-of-this-unit": _("不属于本单位"),
            "shortlist-full": _("预选清单已满"),
        },
    ),
    *_of(
        "ledger",
        409,
        {
            "programme-closed": _("项目现在不受理"),
            "programme-open": _("项目已经开放"),
            "programme-exists": _("本年度已有同类项目"),
            "budget-exhausted": _("预算不够"),
            "cap-reached": _("达到上限"),
            "hold-differs": _("已按另一金额预留"),
        },
    ),
    *_of(
        "ledger",
        422,
        {
            "amount-invalid": _("金额有误"),
            "more-than-paid": _("超过已拨付的金额"),
            "above-the-pack": _("超过政策规定的上限"),
            "no-law": _("没有适用的政策包"),
        },
    ),
    *_of(
        "vouchers",
        409,
        {
            "voucher-used": _("这张预约单已经用过创新券"),
            "voucher-changed": _("创新券刚刚有了变化"),
            "order-not-settled": _("预约单还没有结算"),
            "order-not-agreed": _("预约单还没有约定价格"),
        },
    ),
    *_of(
        "vouchers",
        422,
        {"voucher-not-possible": _("不能使用创新券"), "papers-missing": _("兑付材料不齐")},
    ),
    *_of(
        "orders",
        409,
        {
            "no-unit": _("还没有绑定单位"),
            "unit-confirmation-overdue": _("单位信息超过期限没有确认"),
            "unit-does-not-use": _("单位没有登记为使用仪器"),
            "order-submitted": _("预约单已经提交"),
            "order-changed": _("预约单刚刚有了变化"),
            "instrument-stopped": _("仪器已停止预约"),
            "price-changed": _("收费标准刚刚更新"),
            "quote-needed": _("需要先报价"),
            "quote-expired": _("报价已过有效期"),
            "too-early": _("时间还没有到"),
            "not-started": _("还没有开始使用"),
            "was-used": _("已有使用记录"),
            "invoice-used": _("发票已经用过"),
            "not-completed": _("还没有结算完成"),
            "rated-already": _("已经评价过"),
            "replied-already": _("已经答复过"),
            "complaint-under-way": _("已有投诉在处理"),
            "too-late": _("时间已经过了"),
            "asked-already": _("已有申请或资格"),
            "appealed-already": _("已经申诉过"),
            "free-now": _("现在就有空闲"),
            "no-queue": _("不接受候补"),
            "waiting-already": _("已经在候补里"),
            "offer-lapsed": _("邀约已过期"),
            "draw-closed": _("报名已截止"),
            "fault-known": _("已经报过故障"),
            "not-own": _("不是本单位的仪器"),
        },
    ),
    *_of(
        "orders",
        422,
        {
            "order-incomplete": _("预约单没有填完整"),
            "time-not-possible": _("这段时间不符合预约规则"),
            "other-provider": _("不是同一家单位的仪器"),
            "several-providers": _("一张预约单只能约一家单位"),
            "too-many-drafts": _("草稿过多"),
            "quote-incomplete": _("报价不完整"),
            "invoice-number": _("发票号码不对"),
            "invoice-missing": _("还没有发票"),
            "invoice-differs": _("发票与账单金额不同"),
        },
    ),
    *_of(
        "subsidies",
        409,
        {
            "application-changed": _("申请刚刚有了变化"),
            "run-exists": _("已有一次核算"),
            "run-changed": _("核算刚刚有了变化"),
            "run-fixed": _("结果已经冻结"),
            "run-busy": _("正在核算或办理"),
            "unit-barred": _("单位已被取消补助资格"),
            "not-by-fees": _("不以服务收入为基数"),
            "year-open": _("年度还没有结束"),
            "setting-missing": _("还有标准没有设定"),
            "not-checking": _("不在核对期内"),
            "still-checking": _("核对期还没有结束"),
            "contested-already": _("已经提出过异议"),
            "contests-open": _("还有异议没有答复"),
            "calculate-again": _("需要重新核算"),
            "notice-over": _("公示期已过"),
            "notice-stands": _("公示期还没有结束"),
            "objections-many": _("提出的异议过多"),
            "objections-open": _("还有公示异议没有处理"),
            "applied-already": _("订单已经申请过"),
            "statement-exists": _("这个年度已有净收入报表"),
            "statement-changed": _("报表刚刚有了变化"),
            "statement-fixed": _("报表已提交，不能修改"),
            "paper-in-use": _("材料是更正的依据"),
        },
    ),
    *_of(
        "subsidies",
        422,
        {
            "statement-incomplete": _("净收入报表没有填完整"),
            "wages-not-allowed": _("财政工资不能列入人力成本服务费"),
            "over-ceiling": _("拟作为绩效工资来源超过上限"),
            "use-exceeds": _("开放共享的使用多于全部使用"),
            "paper-missing": _("没有附上证明材料"),
        },
    ),
    Kind("grade-stands", 409, _("这个年度已登记考核等次"), "assessment"),
    Kind("no-font", 503, _("缺少中文字体"), "portal"),
    *_of(
        "articles",
        422,
        {"address-taken": _("网址已被使用"), "too-many-files": _("文件过多")},
    ),
)

KINDS: dict[str, Kind] = {kind.code: kind for kind in (*_SHELL, *_ROOMS)}

_GENERAL = {
    400: "bad-request", 401: "authentication-required", 403: "not-permitted", 404: "not-found",
    405: "method-not-allowed", 406: "not-acceptable", 409: "wrong-state", 412: "version-changed", 413: "too-large",
    415: "unsupported-media-type", 422: "invalid", 429: "too-many-requests", 503: "unavailable",
}  # fmt: skip


def of_status(status: int) -> str:
    """The code of an answer somebody else made with this status."""
    return _GENERAL.get(status, "bad-request" if status < 500 else "internal")


def title_of(code: str, status: int) -> str:
    if code in KINDS:
        return str(KINDS[code].title)
    general = KINDS.get(_GENERAL.get(status, ""))
    return str(general.title) if general else HTTPStatus(status).phrase
