"""The rows and tabs of 我的资源, with what each row's next step is."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from yixiang.catalogue.commands.writing import may_edit
from yixiang.catalogue.law import Clock
from yixiang.catalogue.models import Instrument
from yixiang.catalogue.queries import desk, facts
from yixiang.catalogue.queries.desk import Filter
from yixiang.kernel.reference import instrument_class
from yixiang.kernel.workdays import Calendar
from yixiang.kernel.workdays_table import load_calendar

SHOWN = ("", "open", "submitted", "listed", "stopped")
LABELS = {"": "全部", "open": "草稿与退回", "submitted": "待审核", "listed": "开放共享", "stopped": "已停用"}


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the list; `pk` names its checkbox."""

    pk: int
    listing: Instrument
    title: str
    model: str
    category: str
    url: str
    clock: Clock | None
    missing: int | None


def rows(listed: Iterable[Instrument], person: Any, on: date) -> list[Row]:
    calendar = load_calendar()
    return [_row(listing, person, on, calendar) for listing in listed]


def _row(listing: Instrument, person: Any, on: date, calendar: Calendar) -> Row:
    typed = listing.typed if listing.state in {"draft", "returned"} else {}
    opens = listing.state in {"draft", "returned"} and may_edit(listing, person)
    name = "catalogue:tasks" if opens else "catalogue:instrument"
    row = instrument_class(listing.category)
    seen = facts.look(listing, on=on, twins=False) if opens else None
    return Row(
        pk=listing.pk,
        listing=listing,
        title=facts.title_of(listing),
        model=str(typed.get("model") or listing.model),
        category=row.name if row else "",
        url=reverse(name, args=[listing.code]),
        clock=desk.clock_of(listing, on=on, seen=seen, calendar=calendar) if opens else None,
        missing=len(seen.problems) if seen else None,
    )


def by_state(request: HttpRequest, wanted: Filter, counts: Mapping[str, int]) -> list[dict[str, Any]]:
    """The states people look for most; the rest stands in the filter."""
    found = []
    for code in SHOWN:
        query = request.GET.copy()
        query.pop("page", None)
        query["state"] = code
        numbers = {"": sum(counts.values()), "open": counts.get("draft", 0) + counts.get("returned", 0)}
        number = numbers.get(code, counts.get(code, 0))
        url = f"?{query.urlencode()}" if code else reverse("catalogue:mine")
        found.append({"label": _(LABELS[code]), "url": url, "active": wanted.state == code, "count": number})
    return found
