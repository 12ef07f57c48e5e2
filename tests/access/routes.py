"""Every way in: pages from the URL table, operations from the API document, with an example of each object from Hunan."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

from yixiang.api.shell import api
from yixiang.people.models import Grant, Person, Role
from yixiang.reviews import queries
from yixiang.units.models import Expert, Membership, SubUnit, Unit

LIBRARIES = ("allauth.", "django.")  # their own tests watch them; our pages over them are listed like any other
VISITOR = "visitor"
FOREIGN = ("sd.authority", "sd.univ", "sd.firm", "xc.authority", "gd.platform")
CAST = (
    VISITOR,
    *(f"hn.{who}" for who in ("platform", "authority", "city", "univ", "lab", "keeper", "firm", "user", "team", "expert")),
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
    own = {"pk": univ.pk}
    assert paper is not None
    return {
        "portal:unit": {"code": "hnuniv"},
        "portal:policy": {"jurisdiction": "hunan", "subject": "units"},
        "portal:help-topic": {"topic": "start"},
        "portal:case": {"pk": queries.inbox(Person.objects.get(username="hn.city")).values_list("pk", flat=True)[0]},
        "web:sample": {"page": "portal"},
        "people:person": {"pk": keeper.pk}, "people:look": {"pk": keeper.pk}, "people:stop": {"pk": keeper.pk},
        "people:restore": {"pk": keeper.pk}, "people:unlock": {"pk": keeper.pk},
        "people:take-back": {"pk": keeper.pk, "grant": Grant.objects.filter(person=keeper).values_list("pk", flat=True)[0]},
        "people:role": {"pk": Role.objects.get(code="keeper").pk}, "people:drop-role": {"pk": Role.objects.get(code="keeper").pk},
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
        **{name: own for name in (
            "units:unit", "units:bank", "units:confirm", "units:edit", "units:edit-autosave", "units:flags",
            "units:relations", "units:regulation-add", "units:sub-add",
        )},
    }  # fmt: skip


def pages(found: list[URLPattern | URLResolver] | None = None, space: str = "", at: str = "") -> Iterator[tuple[str, str]]:
    """(name, pattern) of every page of ours; API operations are listed from their document instead."""
    for entry in found if found is not None else get_resolver().url_patterns:
        if isinstance(entry, URLResolver):
            if entry.namespace == "api":
                continue
            inner = f"{entry.namespace}:" if entry.namespace else space
            yield from pages(entry.url_patterns, inner, at + str(entry.pattern))
        elif not entry.callback.__module__.startswith(LIBRARIES):
            yield space + (entry.name or str(entry.pattern)), at + str(entry.pattern)


def operations() -> Iterator[tuple[str, str]]:
    """(method, path) of the API, as the document lists them."""
    for path, methods in api.get_openapi_schema()["paths"].items():
        for method in methods:
            if method in {"get", "post", "put", "patch", "delete"}:
                yield method.upper(), path


def arguments_of(path: str) -> dict[str, Any]:
    """Examples for the parameters of an API path."""
    univ = Unit.objects.get(account_name="hnuniv")
    member = Membership.objects.filter(unit=univ, person__username="hn.keeper").get()
    case = queries.inbox(Person.objects.get(username="hn.city"))[0]
    known = {"code": univ.account_name, "table": "divisions", "action": "withdraw", "unit": univ.account_name}
    by_thing = {"members": member.pk, "memberships": member.pk, "cases": case.pk, "sub-units": SubUnit.objects.filter(unit=univ)[0].pk}
    numbers = [pk for thing, pk in by_thing.items() if f"/{thing}/" in path]
    return {
        name: known.get(name, numbers[-1] if numbers else "00000000-0000-0000-0000-000000000000" if "file" in name else 0)
        for name in re.findall(r"{(\w+)}", path)
    }
