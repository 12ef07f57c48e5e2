"""Code tables anybody may read."""

from collections.abc import Callable, Iterable
from typing import Literal

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema

from yixiang.kernel import reference

router = Router(tags=["代码表"], auth=None)


class TermOut(Schema):
    code: str = Field(examples=["430100"])
    name: str = Field(examples=["长沙市"])
    parent: str = Field("", description="上级代码", examples=["430000"])


class TableOut(Schema):
    table: str
    items: list[TermOut]


_TABLES: dict[str, Callable[[], Iterable[reference.Division | reference.Term]]] = {
    "divisions": lambda: reference.divisions().values(),
    "industries": lambda: reference.industries().values(),
    "disciplines": lambda: reference.disciplines().values(),
}


class TermsWanted(Schema):
    q: str = Field("", max_length=40, description="名称中的字或代码的开头", examples=["长沙"])
    parent: str | None = Field(None, max_length=12, description="只要直接下级", examples=["430000"])


@router.get("/reference/{table}", response=TableOut, summary="代码表")
def table(
    request: HttpRequest, table: Literal["divisions", "industries", "disciplines"], wanted: Query[TermsWanted]
) -> TableOut:
    """行政区划 divisions、国民经济行业 industries、学科 disciplines。无需登录；带 If-None-Match 重读几乎不费流量。"""
    found = [TermOut(code=row.code, name=row.name, parent=getattr(row, "parent", "")) for row in _TABLES[table]()]
    q, parent = wanted.q, wanted.parent
    kept = [t for t in found if (q in t.name or t.code.startswith(q)) and parent in {None, t.parent}]
    return TableOut(table=table, items=kept)
