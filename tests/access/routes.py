"""Every way in: pages from the URL table, operations from the API document, with examples from Hunan.

Vouchers, which Hunan does not have, are those of Shandong.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

from yixiang.api.shell import api
from yixiang.articles.models import Article, ArticleFile
from yixiang.catalogue.models import ImportBatch
from yixiang.ledger.models import Posting
from yixiang.orders.models import Draw, Mark, Order, Qualification, Waiting
from yixiang.people.models import Grant, Person
from yixiang.reviews import queries
from yixiang.subsidies.models import Application, ApplicationEvent, Flag, Run, Statement
from yixiang.units.models import Expert, Membership, Question, SubUnit, Unit
from yixiang.vouchers.models import Redemption

LIBRARIES = ("allauth.", "django.")  # their own tests watch them; our pages over them are listed like any other
OF_A_UNIT = ("unit", "bank", "confirm", "edit", "edit-autosave", "flags", "relations", "regulation-add", "sub-add")
OF_AN_ARTICLE = ("edit", "autosave", "preview", "withdraw", "pin", "discard", "attach", "picture")
OF_A_RESOURCE = ("instrument", "copy", "drop", "tasks", "admission", "check", "edit", "edit-autosave", "confirm")
OF_CARE = ("hours", "keepers")  # beside an instrument
OF_A_GROUP = ("thing", "thing-fill", "thing-autosave", "members", "pictures")
OF_AN_IMPORT = (
    "import", "import-progress", "import-marked", "import-again", "import-confirm", "import-drop", "import-submit",
)  # fmt: skip
BESIDE_AN_INSTRUMENT = ("terms", "qualified", "queue", "faults", "own", "wait", "ask-training")
OF_AN_ORDER = ("order", "edit", "autosave", "check", "take", "drop", "accept", "contract", "complaint")
OF_A_VOUCHER = ("redemption", "paper-add", "print")
VISITOR = "visitor"
FOREIGN = ("sd.authority", "sd.univ", "sd.firm", "xc.authority", "gd.platform")
CAST = (
    VISITOR,
    *(
        f"hn.{who}"
        for who in ("platform", "authority", "city", "univ", "lab", "keeper", "firm", "user", "team", "expert")
    ),
    *FOREIGN,
    *("sys", "security", "audit"),
)


@dataclass(frozen=True)
class Way:
    """One route with one method; `home` is the place whose object it leads to: hn or sd, or empty."""

    name: str
    method: str
    url: str
    home: str
    body: str = ""

    @property
    def key(self) -> str:
        return f"{self.method} {self.name}"


Examples = dict[str, dict[str, Any]]


def examples() -> Examples:
    """Route name → its arguments; the last words of a route say which object is meant."""
    own = _articles() | _experts() | _catalogue() | _orders() | _portal() | _people() | _units()
    return own | _subsidies() | _ledger() | _vouchers()


def _articles() -> Examples:
    """Editorial content."""
    notice = Article.objects.get(slug="hn-2026-self-check")
    of_notice = {"pk": notice.pk}
    return {
        **dict.fromkeys((f"articles:{name}" for name in OF_AN_ARTICLE), of_notice),
        "articles:file-act": {"pk": notice.pk, "file_pk": 0, "action": "remove"},
        "articles:file": {"pk": ArticleFile.objects.filter(article__region="430000")[0].pk, "name": "file"},
        "articles:feed": {"kind": "news"},
        "articles:news-article": {"slug": "none"}, "articles:download-article": {"slug": "none"},
        "articles:notice-article": {"slug": notice.slug}, "articles:policy-article": {"slug": "hn-143-in-brief"},
        "articles:help-article": {"slug": "first-booking"},
    }  # fmt: skip


def _experts() -> Examples:
    """Experts and what they were asked."""
    univ = Unit.objects.get(account_name="hnuniv")
    expert = Expert.objects.get(unit=univ)
    question = Question.objects.filter(expert=expert, state="asked")[0]
    return {
        "portal:expert": {"pk": expert.pk}, "units:ask-expert": {"pk": expert.pk},
        "units:expert-edit": {"pk": expert.pk},
        "units:question": {"pk": question.pk}, "units:question-act": {"pk": question.pk, "action": "answer"},
        "units:question-file": {"pk": 0},
    }  # fmt: skip


def _catalogue() -> Examples:
    """Instruments, platforms, services and imports."""
    univ = Unit.objects.get(account_name="hnuniv")
    piece, group = {"code": "hnuni010"}, {"kind": "platform", "code": "hnunip01"}
    return {
        **dict.fromkeys((f"catalogue:{name}" for name in OF_A_RESOURCE), piece),
        **dict.fromkeys((f"catalogue:{name}" for name in OF_CARE), piece),
        "catalogue:hours-act": piece | {"action": "release"},
        "catalogue:keeper": piece | {"pk": 0}, "catalogue:keeper-act": piece | {"pk": 0, "action": "main"},
        **{f"catalogue:{name}": {"pk": _import_of(univ).pk} for name in OF_AN_IMPORT},
        "catalogue:import-template": {"kind": "instrument"}, "catalogue:import-sheet": {"kind": "instrument"},
        "catalogue:prices": piece | {"kind": "instrument"},
        "catalogue:tariff-withdraw": piece | {"kind": "instrument", "pk": 0},
        "catalogue:picture-act": group | {"pk": 0, "action": "front"},
        **dict.fromkeys((f"catalogue:{name}" for name in OF_A_GROUP), group),
        "catalogue:thing-act": group | {"action": "stop"}, "catalogue:thing-start": {"kind": "platform"},
        "catalogue:service-platform": {"code": "hnunis01"}, "catalogue:health-act": {"action": "confirm"},
        "picture": {"owner": "instruments", "code": "hnuni010", "pk": 0, "size": "card"},
        "confirm-contact": {"token": "none"},
        "catalogue:act": piece | {"action": "stop"},
        "catalogue:step": piece | {"name": "basic"}, "catalogue:autosave": piece | {"name": "basic"},
    }  # fmt: skip


def _orders() -> Examples:
    """Orders of the Hunan firm with the Hunan university: one that waits, one that is done."""
    waits, done = order_that("submitted"), order_that("completed")
    waiting = Waiting.objects.filter(person__username="hn.user")[0]
    own, bill, paper = {"number": waits.number}, done.invoices.get(), done.papers.get()
    line = waits.lines.all()[0]
    asked = Qualification.objects.filter(person__username="hn.user", state="asked")[0]
    draw = Draw.objects.filter(instrument__unit__account_name="hnuniv")[0]
    mark = Mark.objects.filter(person__username="hn.team", appeal="open")[0]
    return {
        **dict.fromkeys((f"orders:{name}" for name in OF_AN_ORDER), own),
        "orders:act": own | {"action": "refuse"}, "orders:use": own | {"pk": line.pk, "action": "check-in"},
        "orders:print": own | {"what": "order"}, "orders:sheet": {"role": "customer"},
        "orders:feed-revoke": {"pk": 0}, "calendar-feed": {"secret": "none"},
        "plate": {"code": "hnuni010"},
        "plate-fault": {"code": line.instrument.code},
        **{f"orders:{name}": {"code": line.instrument.code} for name in BESIDE_AN_INSTRUMENT},
        "orders:qualification": {"code": asked.instrument.code, "pk": asked.pk},
        "orders:draw-off": {"code": draw.instrument.code, "draw": draw.code}, "orders:draw": {"code": draw.code},
        "orders:appeal": {"pk": mark.pk}, "orders:decide-appeal": {"pk": mark.pk},
        "orders:access-act": {"kind": "waiting", "pk": waiting.pk, "action": "leave"},
        "plate-act": {"code": line.instrument.code, "pk": line.pk, "action": "start"},
        "orders:contract-word": {"number": done.number},
        "orders:paper": {"number": done.number, "pk": paper.pk},
        "orders:invoice": {"number": done.number, "pk": bill.pk},
    }  # fmt: skip


def _subsidies() -> Examples:
    """Grades, flags, the calculated year and the application of the firm."""
    run, flag = hunans_run(), Flag.objects.filter(unit__account_name="hnuniv")[0]
    line, contest, objection = run.lines.filter(unit=flag.unit)[0], run.contests.get(), run.objections.get()
    own, award = {"pk": run.pk}, run.awards.filter(state="paid")[0]
    asked = {"number": application().number}
    back = ApplicationEvent.objects.filter(action="recover")[0]
    stated = Statement.objects.get(unit=flag.unit)
    statement, row, paper = {"pk": stated.pk}, stated.rows.all()[0], stated.papers.all()[0]
    return {
        **dict.fromkeys((f"subsidies:statement{part}" for part in ("", "-figures", "-papers")), statement),
        "subsidies:statement-act": statement | {"action": "return"},
        "subsidies:statement-row": statement | {"row": row.pk},
        "subsidies:statement-paper": statement | {"paper": paper.pk},
        "subsidies:statement-sheet": statement | {"kind": "xlsx"},
        "subsidies:statement-orders": statement | {"kind": "xlsx"}, "subsidies:statements-sheet": {"kind": "xlsx"},
        "assessment:document": {"pk": 0},
        "subsidies:flag": {"pk": flag.pk}, "subsidies:flags-sheet": {"kind": "xlsx"},
        "subsidies:run": own, "subsidies:run-act": own | {"action": "reopen"},
        "subsidies:run-sheet": own | {"kind": "xlsx"}, "subsidies:run-batch": own | {"kind": "xlsx"},
        "subsidies:unit": own | {"unit": flag.unit_id}, "subsidies:line": own | {"line": line.order_line},
        "subsidies:unit-sheet": own | {"unit": flag.unit_id, "kind": "xlsx"},
        "subsidies:contest": own | {"contest": contest.pk}, "subsidies:evidence": own | {"contest": contest.pk},
        "subsidies:objection": own | {"objection": objection.pk},
        "subsidies:recover": own | {"award": award.pk},
        "subsidies:application": asked, "subsidies:application-recover": asked,
        "subsidies:application-evidence": {"number": back.application.number, "event": back.pk},
        "subsidies:simulation-sheet": {"kind": "xlsx"},
        "subsidies:applications-sheet": {"kind": "xlsx"}, "publicity:notice": own,
    }  # fmt: skip


def hunans_run() -> Run:
    found: Run = Run.objects.get(programme__jurisdiction="hunan")
    return found


def application() -> Application:
    """Of the firm: paid, and nothing of it taken back."""
    found: Application = Application.objects.get(unit__account_name="hnfirm")
    return found


def _ledger() -> Examples:
    """The programme of Hunan's calculated year and what was booked on it."""
    programme = {"code": hunans_run().programme.code}
    return {
        "ledger:programme": programme, "ledger:edit": programme, "ledger:act": programme | {"action": "close"},
        "ledger:programme-sheet": {"kind": "xlsx"}, "ledger:posting-sheet": {"kind": "xlsx"},
        "ledger:posting": {"pk": posting().pk},
    }  # fmt: skip


def posting() -> Posting:
    found: Posting = Posting.objects.filter(programme=hunans_run().programme, move="pay")[0]
    return found


def _vouchers() -> Examples:
    """The voucher of the Shandong firm that waits for its review."""
    made = redemption()
    own = {"number": made.number}
    return {
        **dict.fromkeys((f"vouchers:{name}" for name in OF_A_VOUCHER), own),
        "vouchers:act": own | {"action": "withdraw"},
        "vouchers:paper": own | {"pk": made.papers.exclude(file=None)[0].pk},
        "vouchers:claim": {"unit": made.unit_id, "code": made.programme.code},
        "vouchers:mine-sheet": {"kind": "xlsx"}, "vouchers:office-sheet": {"kind": "xlsx"},
        "voucher": {"code": made.code},
    }  # fmt: skip


def redemption() -> Redemption:
    rows = Redemption.objects.filter(unit__region__startswith="37", programme__level="province", state="submitted")
    found: Redemption = rows.order_by("pk")[0]
    return found


def order_that(state: str) -> Order:
    """Of the firm's engineer with the keeper's laboratory, made by the commands themselves."""
    rows = Order.objects.filter(person__username="hn.user", lines__instrument__keepers__person__username="hn.keeper")
    found = rows.filter(state=state, papers__isnull=False) if state == "completed" else rows.filter(state=state)
    order: Order = found.order_by("-pk")[0]
    return order


def _portal() -> Examples:
    """The public site."""
    return {
        "portal:unit": {"code": "hnuniv"},
        "portal:instrument": {"code": "hnuni010"}, "portal:metadata": {"code": "hnuni010"},
        "portal:plate": {"code": "hnuni010", "size": "label"}, "portal:ratings": {"code": "hnuni010"},
        "portal:picture": {"file": "00000000-0000-0000-0000-000000000000"},
        "portal:platform": {"code": "hnunip01"}, "portal:service": {"code": "hnunis01"},
        "portal:regulation": {"code": "hnuniv", "pk": 0},
        "portal:sitemap-part": {"part": "site", "number": 1},
        "portal:policy": {"jurisdiction": "hunan", "subject": "units"},
        "portal:help-topic": {"topic": "start"},
        "portal:case": {"pk": queries.inbox(Person.objects.get(username="hn.city")).values_list("pk", flat=True)[0]},
        "web:sample": {"page": "portal"},
    }  # fmt: skip


def _people() -> Examples:
    """Accounts, audit, notices, files."""
    univ = Unit.objects.get(account_name="hnuniv")
    keeper = Person.objects.get(username="hn.keeper")
    grant, paper = Grant.objects.filter(person=keeper)[0], univ.attachments.first()
    assert paper is not None
    return {
        "people:person": {"pk": keeper.pk}, "people:look": {"pk": keeper.pk}, "people:stop": {"pk": keeper.pk},
        "people:restore": {"pk": keeper.pk}, "people:unlock": {"pk": keeper.pk},
        "people:take-back": {"pk": keeper.pk, "grant": grant.pk},
        "people:role": {"pk": grant.role_id}, "people:drop-role": {"pk": grant.role_id},
        "people:revoke-token": {"pk": 0},
        "audit:export": {"what": "changes"},
        "notices:open": {"notice_id": 0}, "notices:read": {"notice_id": 0},
        "files:download": {"file_id": paper.file_id, "name": "scan.png"},
    }  # fmt: skip


def _units() -> Examples:
    """Units and who belongs to them."""
    univ, firm = Unit.objects.get(account_name="hnuniv"), Unit.objects.get(account_name="hnfirm")
    draft, own = Unit.objects.get(typed__account_name="hndraft"), {"pk": univ.pk}
    member, paper = Membership.objects.filter(unit=univ, person__username="hn.keeper").get(), univ.attachments.first()
    assert paper is not None
    return {
        "units:ask": {"pk": firm.pk},
        "units:member": {"pk": member.pk}, "units:member-act": {"pk": member.pk, "action": "remove"},
        "units:own-membership": {"pk": member.pk, "action": "leave"},
        "units:sub": {"pk": SubUnit.objects.filter(unit=univ)[0].pk},
        "units:sub-act": {"pk": SubUnit.objects.filter(unit=univ)[0].pk, "action": "close"},
        "units:expert": {"pk": Expert.objects.filter(unit=univ)[0].pk},
        "units:expert-retire": {"pk": Expert.objects.filter(unit=univ)[0].pk},
        "units:act": own | {"action": "leave"},
        "units:paper": own | {"paper_pk": paper.pk}, "units:paper-remove": own | {"paper_pk": paper.pk},
        "units:flag-lift": own | {"flag_pk": 0}, "units:relation-end": own | {"relation_pk": 0},
        "units:regulation-file": {"pk": 0}, "units:regulation-repeal": {"pk": 0},
        "units:step": {"pk": draft.pk, "name": "basic"}, "units:autosave": {"pk": draft.pk, "name": "basic"},
        "units:register": {"pk": draft.pk}, "units:commitment": {"pk": draft.pk}, "units:guide": {"pk": draft.pk},
        "units:check": {"pk": draft.pk}, "units:upload": {"pk": draft.pk}, "units:taken": {"pk": draft.pk},
        "units:print": {"pk": draft.pk},
        **dict.fromkeys((f"units:{name}" for name in OF_A_UNIT), own),
    }  # fmt: skip


def _import_of(unit: Unit) -> ImportBatch:
    """One that waits for its confirmation."""
    found: ImportBatch | None = ImportBatch.objects.filter(unit=unit).first()
    paper = unit.attachments.first()
    assert paper is not None
    return found or ImportBatch.objects.create(
        unit=unit, file=paper.file, layout="yixiang", state="ready", rows_new=1, rows_total=1
    )


def pages(
    found: list[URLPattern | URLResolver] | None = None, space: str = "", at: str = ""
) -> Iterator[tuple[str, str]]:
    """(name, pattern) of every page of ours; API operations are listed from their document instead."""
    for entry in found if found is not None else get_resolver().url_patterns:
        if isinstance(entry, URLResolver):
            if entry.namespace == "api":
                continue
            inner = f"{entry.namespace}:" if entry.namespace else space
            yield from pages(entry.url_patterns, inner, at + str(entry.pattern))
        elif not entry.callback.__module__.startswith(LIBRARIES):
            yield space + (entry.name or str(entry.pattern)), at + str(entry.pattern)


@dataclass(frozen=True)
class Operation:
    """One API operation as the document lists it."""

    method: str
    path: str
    choices: dict[str, str]
    body: dict[str, Any]


def operations() -> Iterator[Operation]:
    document = api.get_openapi_schema()
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            if method in {"get", "post", "put", "patch", "delete"}:
                named = {p["name"]: p["schema"].get("enum", [""])[0] for p in operation.get("parameters", ())}
                content = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
                body = plausible(content.get("schema", {}), document["components"]["schemas"])
                yield Operation(
                    method.upper(), path, {k: v for k, v in named.items() if v}, body if isinstance(body, dict) else {}
                )


TEXTS = {
    "date": "2026-01-05",
    "date-time": "2027-01-05T10:00:00+08:00",
    "uuid": "00000000-0000-0000-0000-000000000000",
}


def plausible(schema: dict[str, Any], known: dict[str, Any]) -> Any:
    """The smallest body that is read without complaint, so that what answers is the permission."""
    if "$ref" in schema:
        return plausible(known[schema["$ref"].rsplit("/", 1)[1]], known)
    if "enum" in schema:
        return schema["enum"][0]
    if schema.get("examples"):
        return schema["examples"][0]
    if schema.get("type") == "object":
        wanted = schema.get("required", ())
        return {name: plausible(schema["properties"][name], known) for name in wanted}
    if schema.get("anyOf"):
        return plausible(schema["anyOf"][0], known)
    if schema.get("type") == "array":
        return [plausible(schema["items"], known)] if schema.get("minItems") else []
    words = "说明文字" * (1 + schema.get("minLength", 0) // 4)
    samples = {
        "string": TEXTS.get(schema.get("format", ""), words),
        "integer": max(1, schema.get("minimum", 1)),
        "number": 1,
        "boolean": True,
    }
    return samples.get(schema.get("type", ""), words)


def arguments_of(operation: Operation) -> dict[str, Any]:
    """Examples for the parameters of an API path."""
    path, univ = operation.path, Unit.objects.get(account_name="hnuniv")
    member = Membership.objects.filter(unit=univ, person__username="hn.keeper").get()
    case = queries.inbox(Person.objects.get(username="hn.city"))[0]
    expert = Expert.objects.get(unit=univ)
    known: dict[str, Any] = {
        "code": univ.account_name,
        "table": "divisions",
        "unit": univ.account_name,
    } | operation.choices
    known["slug"] = "hn-2026-self-check"
    known |= {"number": redemption().number} if "/redemptions/" in path else {}
    known |= {"code": redemption().code} if "/vouchers/verify/" in path else {}
    known |= {"code": hunans_run().programme.code} if "/programmes/" in path else {}
    known |= {"number": application().number} if "/subsidy-applications/" in path else {}
    run, flag = hunans_run(), Flag.objects.filter(unit=univ)[0]
    known |= {"run": run.pk, "contest": run.contests.get().pk, "objection": run.objections.get().pk, "flag": flag.pk}
    known |= {"jurisdiction": "hunan", "subject": "user-subsidy"}
    known |= {"number": order_that("submitted").number} if "/orders/" in path else {}
    known |= {"number": application().number} if "/subsidy-applications/" in path else {}
    known |= {"code": "hnuni010"} if "/instruments/{code}" in path else {}
    known |= {"code": "hnunip01"} if "/platforms/" in path else {"code": "hnunis01"} if "/services/" in path else {}
    by_thing = {"memberships": member.pk, "cases": case.pk, "sub-units": SubUnit.objects.filter(unit=univ)[0].pk}
    by_thing |= {"imports": _import_of(univ).pk}
    by_thing |= {"experts": expert.pk, "questions": Question.objects.filter(expert=expert, state="asked")[0].pk}
    by_thing |= {"qualifications": Qualification.objects.filter(person__username="hn.user", state="asked")[0].pk}
    stated = Statement.objects.get(unit=univ)
    by_thing |= {"net-income-statements": stated.pk}
    known |= {"paper": stated.papers.all()[0].pk} if "/net-income-statements/" in path else {}
    by_thing |= {"waitings": Waiting.objects.filter(person__username="hn.user")[0].pk}
    by_thing |= {"conduct": Mark.objects.filter(person__username="hn.team", appeal="open")[0].pk}
    known |= {"code": Draw.objects.filter(instrument__unit__account_name="hnuniv")[0].code} if "/draws/" in path else {}
    by_thing |= {"postings": posting().pk, "redemptions": redemption().papers.exclude(file=None)[0].pk}
    numbers = [pk for thing, pk in by_thing.items() if f"/{thing}/" in path]
    nobody = "00000000-0000-0000-0000-000000000000" if "file" in path else 0
    return {name: known.get(name, numbers[-1] if numbers else nobody) for name in re.findall(r"{(\w+)}", path)}
