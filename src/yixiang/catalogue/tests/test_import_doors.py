"""The doors of an import: pages, the API and the command line lead to the same verdicts."""

import json
import zipfile
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.urls import reverse

from yixiang.catalogue.importing import committing, marking, verdicts
from yixiang.catalogue.models import ImportBatch, Instrument
from yixiang.catalogue.tests.books import book, read, row, upload, written
from yixiang.catalogue.tests.conftest import NOW, browser, text
from yixiang.files.models import File
from yixiang.files.tests.conftest import picture as picture_of
from yixiang.notices.models import Notice
from yixiang.people.models import Person
from yixiang.units.models import Unit

JSON = "application/json"


def zipped(parts: dict[str, bytes]) -> bytes:
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in parts.items():
            made.writestr(name, content)
    return stream.getvalue()


def sent(who: Person, content: bytes, unit: Unit, name: str = "仪器.xlsx") -> Any:
    fields = {"place": str(unit.pk), "book": SimpleUploadedFile(name, content)}
    return browser(who).post(reverse("catalogue:imports"), fields)


def test_a_workbook_goes_from_upload_to_result_over_the_pages(admin: Person, unit: Unit) -> None:
    answer = sent(admin, book([row("E-1"), row("E-2")]), unit)
    batch, client = ImportBatch.objects.get(), browser(admin)
    page = reverse("catalogue:import", args=[batch.pk])
    assert (answer.status_code, answer["Location"]) == (302, page)
    assert "排队等待读取" in text(client.get(page))
    verdicts.read_batch(batch.pk, now=NOW)
    assert "没有错误，可以确认" in text(client.get(page))
    confirm = reverse("catalogue:import-confirm", args=[batch.pk])
    assert "新增 2 台，成为草稿" in text(client.get(confirm))
    assert client.post(confirm).status_code == 302
    committing.write_batch(batch.pk, now=NOW)
    assert "全部提交审核" in text(client.get(page))
    assert Notice.objects.filter(person=admin, kind="import").count() == 2


def test_errors_are_shown_row_by_row_with_their_cells(admin: Person, unit: Unit) -> None:
    batch = read(book([row("E-1", 原值="三百万"), row("E-2")]), admin, unit)
    marking.mark_batch(batch.pk, now=NOW)
    page = text(browser(admin).get(reverse("catalogue:import", args=[batch.pk])))
    assert "K3：原值，请填写数字" in page
    assert "E-2" not in page
    assert "下载带标记的表格" in page
    answer = browser(admin).get(reverse("catalogue:import-marked", args=[batch.pk]))
    assert "attachment" in answer["Content-Disposition"]
    assert b"".join(answer.streaming_content).startswith(b"PK")


def test_what_is_no_workbook_is_said_beside_the_control(admin: Person, unit: Unit) -> None:
    answer = sent(admin, b"%PDF-1.4 %%EOF", unit, "仪器.pdf")
    assert answer.status_code == 422
    assert 'href="#id_book"' in text(answer)
    assert not ImportBatch.objects.exists()


def test_progress_asks_again_until_it_is_over(admin: Person, unit: Unit) -> None:
    sent(admin, book([row()]), unit)
    batch = ImportBatch.objects.get()
    address = reverse("catalogue:import-progress", args=[batch.pk])
    assert "every 1s" in text(browser(admin).get(address))
    verdicts.read_batch(batch.pk, now=NOW)
    assert browser(admin).get(address)["HX-Refresh"] == "true"


def test_a_corrected_workbook_takes_the_place_of_the_first(admin: Person, unit: Unit) -> None:
    first = read(book([row(原值="x")]), admin, unit)
    address = reverse("catalogue:import-again", args=[first.pk])
    browser(admin).post(address, {"book": SimpleUploadedFile("b.xlsx", book([row()]))})
    first.refresh_from_db()
    assert (first.state, first.replaced_by.get().state) == ("dropped", "uploaded")


@pytest.mark.parametrize("name", ["import", "import-progress", "import-marked", "import-again", "import-confirm"])
def test_another_units_import_does_not_exist(admin: Person, outsider: Person, unit: Unit, name: str) -> None:
    batch = read(book([row()]), admin, unit)
    assert browser(outsider).get(reverse(f"catalogue:{name}", args=[batch.pk])).status_code == 404


def test_the_list_and_the_sheets_hold_only_ones_own(admin: Person, outsider: Person, unit: Unit) -> None:
    written(read(book([row()]), admin, unit), admin)
    assert "仪器.xlsx" in text(browser(admin).get(reverse("catalogue:imports")))
    assert "仪器.xlsx" not in text(browser(outsider).get(reverse("catalogue:imports")))
    own = browser(admin).get(reverse("catalogue:import-sheet", args=["instrument"]))
    theirs = browser(outsider).get(reverse("catalogue:import-sheet", args=["instrument"]))
    assert len(own.content) > len(theirs.content)
    assert browser(admin).get(reverse("catalogue:import-template", args=["nothing"])).status_code == 404


def test_somebody_without_a_unit_is_told_whom_to_ask(person: Any) -> None:
    answer = browser(person("nobody")).get(reverse("catalogue:imports"))
    assert (answer.status_code, "管理员" in text(answer)) == (403, True)


def test_the_same_over_the_api(admin: Person, unit: Unit) -> None:
    client = browser(admin)
    body = {"unit": unit.account_name, "file": str(upload(book([row(), row("E-2", 原值="x")]), admin).pk)}
    made = client.post("/api/v1/imports", json.dumps(body), content_type=JSON)
    assert (made.status_code, made.json()["state"]["code"]) == (202, "uploaded")
    place = made["Location"]
    verdicts.read_batch(made.json()["id"], now=NOW)
    assert client.get(place).json()["rows"]["faulty"] == 1
    found = client.get(f"{place}/rows?verdict=faulty").json()["items"]
    assert found[0]["problems"][0]["cell"] == "K4"
    assert client.post(f"{place}/confirm").status_code == 409
    assert client.post(f"{place}/drop").json()["state"]["code"] == "dropped"


def form(who: Person, content: bytes, unit: Unit, **more: Any) -> Any:
    fields = {"unit": unit.account_name, "file": SimpleUploadedFile("仪器.xlsx", content)} | more
    return browser(who).post("/api/v1/imports", fields)


def test_the_api_takes_the_workbook_and_the_pictures_as_a_form(admin: Person, unit: Unit) -> None:
    pictures = SimpleUploadedFile("图片.zip", zipped({"E-1.png": picture_of("PNG")}))
    made = form(admin, book([row("E-1")]), unit, pictures=pictures, sub_unit="")
    assert (made.status_code, made.json()["file_name"]) == (202, "仪器.xlsx")
    verdicts.read_batch(made.json()["id"], now=NOW)
    batch = ImportBatch.objects.get()
    assert (batch.state, batch.pictures is not None, batch.asked_by) == ("ready", True, admin)


def test_a_form_that_is_refused_keeps_no_file(admin: Person, outsider: Person, unit: Unit, settings: Any) -> None:
    bomb = zipped({"xl/worksheets/sheet1.xml": b" " * (200 << 20), "[Content_Types].xml": b"", "xl/workbook.xml": b""})
    settings.FILE_MAX_BYTES = 100_000
    refused = {
        "file-size": form(admin, book([row()]) + b"0" * 200_000, unit),
        "file-kind": form(admin, b"%PDF-1.4 %%EOF", unit),
        "not-found": form(outsider, book([row()]), unit),
        "invalid": browser(admin).post("/api/v1/imports", {"unit": unit.account_name}),
    }
    settings.FILE_MAX_BYTES = 50 << 20
    refused["file-bomb"] = form(admin, bomb, unit)
    assert {code: answer.json()["code"] for code, answer in refused.items()} == {code: code for code in refused}
    assert (File.objects.count(), ImportBatch.objects.count()) == (0, 0)


def test_a_form_with_a_word_that_cannot_be_read_names_it(admin: Person, unit: Unit) -> None:
    answer = form(admin, book([row()]), unit, replaces="x")
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "replaces")


def test_a_body_that_is_no_json_is_refused(admin: Person) -> None:
    answer = browser(admin).post("/api/v1/imports", "{", content_type=JSON)
    assert (answer.status_code, answer.json()["code"]) == (400, "bad-json")
    empty = browser(admin).post("/api/v1/imports", "{}", content_type=JSON)
    assert {one["pointer"] for one in empty.json()["errors"]} == {"#/unit", "#/file"}


def test_the_api_confirms_a_batch_without_errors(admin: Person, unit: Unit) -> None:
    batch = read(book([row()]), admin, unit)
    answer = browser(admin).post(f"/api/v1/imports/{batch.pk}/confirm")
    assert (answer.status_code, answer.json()["state"]["code"]) == (202, "writing")


def test_the_api_knows_no_import_and_no_unit_of_others(admin: Person, outsider: Person, unit: Unit) -> None:
    batch = read(book([row()]), admin, unit)
    client = browser(outsider)
    for path in ("", "/rows", "/marked"):
        assert client.get(f"/api/v1/imports/{batch.pk}{path}").status_code == 404
    assert client.post(f"/api/v1/imports/{batch.pk}/confirm").status_code == 404
    body = {"unit": unit.account_name, "file": str(upload(book([row()]), outsider).pk)}
    assert client.post("/api/v1/imports", json.dumps(body), content_type=JSON).status_code == 404


def test_the_command_line_prints_the_verdicts_and_writes_when_told(admin: Person, unit: Unit, tmp_path: Path) -> None:
    path, out = tmp_path / "仪器.xlsx", StringIO()
    path.write_bytes(book([row()]))
    call_command("import_sheet", str(path), "--unit", unit.account_name, stdout=out)
    assert ("新增 1" in out.getvalue(), Instrument.objects.exists()) == (True, False)
    call_command("import_sheet", str(path), "--unit", unit.account_name, "--confirm", stdout=out)
    assert Instrument.objects.get().inner_number == "E-001"


def test_the_command_line_says_what_is_wrong_and_fails(admin: Person, unit: Unit, tmp_path: Path) -> None:
    path, out = tmp_path / "仪器.xlsx", StringIO()
    path.write_bytes(book([row(原值="x")]))
    with pytest.raises(CommandError, match="没有写入"):
        call_command("import_sheet", str(path), "--unit", unit.account_name, "--confirm", stdout=out)
    assert "K3：原值" in out.getvalue()
    with pytest.raises(CommandError, match="没有找到"):
        call_command("import_sheet", str(path), "--unit", "nowhere", stdout=out)
