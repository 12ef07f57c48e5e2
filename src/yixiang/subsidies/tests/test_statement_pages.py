"""Statements in the browser and over the API: who sees them, what is typed, what is handed out."""

# ruff: noqa: F811  # fixtures are asked for by their names

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from yixiang.catalogue.models import Instrument
from yixiang.kernel import scopes
from yixiang.people.models import Person
from yixiang.subsidies.commands import handing
from yixiang.subsidies.models import Statement
from yixiang.subsidies.tests.conftest import NOW, Settled, browser, text
from yixiang.subsidies.tests.statement_world import (  # noqa: F401  # the world of a statement
    dean,
    microscope,
    picture,
    provider,
    ready,
    row_of,
    scan,
    univ,
)
from yixiang.units.models import Unit

HERE = "/desk/subsidies/statements/"
API = "/api/v1/net-income-statements"
pytestmark = pytest.mark.usefixtures("clock")


def upload() -> SimpleUploadedFile:
    return SimpleUploadedFile("meter.png", picture(), content_type="image/png")


def test_a_unit_goes_from_the_list_to_a_statement_handed_in(
    univ: Unit, dean: Person, microscope: Instrument, settled: Settled, province: Person
) -> None:
    settled("1000.00", one=microscope)
    client = browser(dean)
    there = client.post(HERE, {"which": f"{univ.pk}-2025"}).headers["Location"]
    assert "还缺" in text(client.get(there))
    made = Statement.objects.get()
    for kind in ("meter", "apportionment", "wages"):
        assert client.post(f"{there}papers/", {"kind": kind, "upload": upload()}).status_code == 302
    typed = {"material": "200", "fiscal_wages": "0", "planned": "490", "runs_normally": "on",
             f"total_{row_of(made).pk}": "100", "version": str(made.version + 0)}  # fmt: skip
    assert client.post(f"{there}figures/", typed).status_code == 302
    page = text(client.get(there))
    assert "¥700.00" in page
    assert "运行费总额 100.00 元 × 开放共享 60 分钟 ÷ 全部 60 分钟。" in page
    assert client.post(f"{there}do/submit/").status_code == 302
    assert "待审核" in text(browser(province).get(HERE))


def test_what_is_refused_on_submitting_is_listed_on_the_page(ready: Statement, dean: Person) -> None:
    ready.papers.filter(kind="meter").delete()
    answer = browser(dean).post(f"{HERE}{ready.pk}/do/submit/")
    assert answer.status_code == 422
    assert "水电表计与账单" in text(answer)


def test_typing_a_wrong_amount_keeps_what_was_typed(ready: Statement, dean: Person) -> None:
    there = f"{HERE}{ready.pk}/figures/"
    typed = {"material": "12.345", "fiscal_wages": "0", "planned": "7"}
    answer = browser(dean).post(there, typed)
    assert answer.status_code == 422
    assert 'value="12.345"' in text(answer)
    old = browser(dean).post(there, {"material": "1", "version": "1"})
    assert old.status_code == 422
    assert "刚刚有了变化" in text(old)


def test_use_is_corrected_on_the_page_of_the_instrument(ready: Statement, dean: Person) -> None:
    row = row_of(ready)
    there = f"{HERE}{ready.pk}/instruments/{row.pk}/"
    typed: dict[str, Any] = {"open_minutes": "60", "all_minutes": "240", "reason": "夜间自用没有经过平台"}
    assert "更正需要附上" in text(browser(dean).post(there, typed))
    assert browser(dean).post(there, typed | {"upload": upload()}).status_code == 302
    page = text(browser(dean).get(there))
    assert "夜间自用没有经过平台" in page
    assert "本单位使用" in page
    assert browser(dean).post(there, {"drop": "1"}).status_code == 302
    assert not row_of(ready).corrected


def test_strangers_and_other_provinces_find_nothing(
    ready: Statement, dean: Person, outsider: Person, customer: Person, province: Person, city: Person,
    person: Callable[..., Person],
) -> None:  # fmt: skip
    here, elsewhere = f"{HERE}{ready.pk}/", person("elsewhere", "authority", scopes.region("370000"))
    assert {browser(who).get(here).status_code for who in (outsider, customer, province, elsewhere)} == {404}
    handing.submit(ready, actor=dean, now=NOW)
    assert {browser(who).get(here).status_code for who in (dean, province, city)} == {200}
    paper = ready.papers.all()[0].pk
    for path in (here, f"{here}sheet/pdf/", f"{here}orders/xlsx/", f"{here}papers/{paper}/", f"{here}do/accept/",
                 f"{here}instruments/{row_of(ready).pk}/"):  # fmt: skip
        assert {browser(who).get(path).status_code for who in (outsider, customer, elsewhere)} == {404}, path


def test_the_office_returns_and_the_unit_reads_why(ready: Statement, dean: Person, province: Person) -> None:
    handing.submit(ready, actor=dean, now=NOW)
    there = f"{HERE}{ready.pk}/"
    assert browser(province).get(f"{there}figures/").status_code == 404
    assert browser(province).post(f"{there}do/return/", {"note": ""}).status_code == 422
    assert browser(province).post(f"{there}do/return/", {"note": "请补充九月的账单"}).status_code == 302
    assert "请补充九月的账单" in text(browser(dean).get(there))


def test_the_office_sees_totals_and_who_is_still_to_come(
    ready: Statement, dean: Person, province: Person, provider: Callable[..., Unit]
) -> None:
    late = provider()
    handing.submit(ready, actor=dean, now=NOW)
    page = text(browser(province).get(f"{HERE}?year=2025"))
    assert "¥950.00" in page
    assert late.name in page
    assert late.name not in text(browser(province).get(HERE))


def test_lists_and_statements_are_handed_out_as_files(ready: Statement, dean: Person, province: Person) -> None:
    handing.submit(ready, actor=dean, now=NOW)
    for path in ("sheet/xlsx/", "sheet/pdf/", f"{ready.pk}/sheet/xlsx/", f"{ready.pk}/orders/xlsx/"):
        assert browser(province).get(f"{HERE}{path}").status_code == 200, path
    paper = browser(dean).get(f"{HERE}{ready.pk}/sheet/pdf/")
    assert paper.content.startswith(b"%PDF")
    assert browser(dean).get(f"{HERE}{ready.pk}/sheet/csv/").status_code == 404


def test_a_program_types_and_hands_in(ready: Statement, dean: Person, as_: Any, province: Person) -> None:
    ask, here = as_(dean), f"{API}/{ready.pk}"
    one = ask("GET", here)
    assert (one.json()["income"], one.json()["instruments"][0]["cost"]) == ("1000.00", "50.00")
    sent = {"material": "100.00", "fiscal_wages": "0", "planned": "595.01", "runs_normally": True}
    stale = ask("PUT", f"{here}/figures", sent, **{"If-Match": '"v1"'})
    assert stale.status_code == 412
    assert ask("PUT", f"{here}/figures", sent).json()["planned"] == "595.01"
    refused = ask("POST", f"{here}/submit", {})
    assert (refused.status_code, refused.json()["code"]) == (422, "over-ceiling")
    ask("PUT", f"{here}/figures", sent | {"planned": "595.00"})
    done = ask("POST", f"{here}/submit", {}).json()
    assert (done["state"], done["net"], done["pay_ceiling"]) == ("submitted", "850.00", "595.00")
    assert done["decision"]["basis"]["pack"] == "hunan/net-income/2025-12-22"
    assert as_(province)("POST", f"{here}/accept", {}).json()["state"] == "accepted"


def test_a_program_corrects_with_a_file_and_strangers_get_404(
    ready: Statement, dean: Person, as_: Any, outsider: Person
) -> None:
    code, file = row_of(ready).instrument.code, scan(dean)
    there = f"{API}/{ready.pk}/instruments/{code}/use"
    sent = {"open_minutes": 60, "all_minutes": 240, "reason": "夜间自用没有经过平台"}
    assert as_(dean)("PUT", there, sent).json()["code"] == "paper-missing"
    assert as_(dean)("PUT", there, sent | {"file": str(file.pk)}).json()["instruments"][0]["cost"] == "25.00"
    assert as_(dean)("DELETE", there).json()["instruments"][0]["cost"] == "50.00"
    assert as_(outsider)("GET", f"{API}/{ready.pk}").status_code == 404
    assert as_(outsider)("GET", API).json()["items"] == []
