"""Every way in: pages from the URL table, operations from the API document, with examples from Hunan."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

from yixiang.api.shell import api
from yixiang.people.models import Grant, Person
from yixiang.reviews import queries
from yixiang.units.models import Expert, Membership, SubUnit, Unit

LIBRARIES = ("allauth.", "django.")  # their own tests watch them; our pages over them are listed like any other
OF_A_UNIT = ("unit", "bank", "confirm", "edit", "edit-autosave", "flags", "relations", "regulation-add", "sub-add")
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
    """One route with one method; `of_hunan` when it leads to an object of Hunan."""

    name: str
    method: str
    url: str
    of_hunan: bool
    body: str = ""

    @property
    def key(self) -> str:
        return f"{self.method} {self.name}"


def examples() -> dict[str, dict[str, Any]]:
    """Route name → its arguments; every object belongs to Hunan, the last words of a route say which is meant."""
    univ, firm = Unit.objects.get(account_name="hnuniv"), Unit.objects.get(account_name="hnfirm")
    draft = Unit.objects.get(typed__account_name="hndraft")
    member = Membership.objects.filter(unit=univ, person__username="hn.keeper").get()
    paper = univ.attachments.first()
    keeper = Person.objects.get(username="hn.keeper")
    own, grant = {"pk": univ.pk}, Grant.objects.filter(person=keeper)[0]
    assert paper is not None
    return {
        "portal:unit": {"code": "hnuniv"},
        "portal:policy": {"jurisdiction": "hunan", "subject": "units"},
        "portal:help-topic": {"topic": "start"},
        "portal:case": {"pk": queries.inbox(Person.objects.get(username="hn.city")).values_list("pk", flat=True)[0]},
        "web:sample": {"page": "portal"},
        "people:person": {"pk": keeper.pk}, "people:look": {"pk": keeper.pk}, "people:stop": {"pk": keeper.pk},
        "people:restore": {"pk": keeper.pk}, "people:unlock": {"pk": keeper.pk},
        "people:take-back": {"pk": keeper.pk, "grant": grant.pk},
        "people:role": {"pk": grant.role_id}, "people:drop-role": {"pk": grant.role_id},
        "people:revoke-token": {"pk": 0},
        "audit:export": {"what": "changes"},
        "notices:open": {"notice_id": 0}, "notices:read": {"notice_id": 0},
        "files:download": {"file_id": paper.file_id, "name": "scan.png"},
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
    samples = {
        "string": "2026-01-05" if schema.get("format") == "date" else "说明文字",
        "integer": 1,
        "boolean": True,
        "array": [],
    }
    return samples.get(schema.get("type", ""), "说明文字")


def arguments_of(operation: Operation) -> dict[str, Any]:
    """Examples for the parameters of an API path."""
    path, univ = operation.path, Unit.objects.get(account_name="hnuniv")
    member = Membership.objects.filter(unit=univ, person__username="hn.keeper").get()
    case = queries.inbox(Person.objects.get(username="hn.city"))[0]
    known = {"code": univ.account_name, "table": "divisions", "unit": univ.account_name} | operation.choices
    by_thing = {"memberships": member.pk, "cases": case.pk, "sub-units": SubUnit.objects.filter(unit=univ)[0].pk}
    numbers = [pk for thing, pk in by_thing.items() if f"/{thing}/" in path]
    nobody = "00000000-0000-0000-0000-000000000000" if "file" in path else 0
    return {name: known.get(name, numbers[-1] if numbers else nobody) for name in re.findall(r"{(\w+)}", path)}
