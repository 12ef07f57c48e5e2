"""Confirming: all or nothing, one at a time, against what stands there now, and by whom."""

import zipfile
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from yixiang.catalogue.commands import publishing
from yixiang.catalogue.importing import commands, committing, picturing, queries, verdicts
from yixiang.catalogue.models import ImportBatch, Instrument, ListingEvent
from yixiang.catalogue.search import indexing
from yixiang.catalogue.tests.books import book, only, read, row, said, upload, written
from yixiang.catalogue.tests.conftest import NOW, MakeInstrument, MakePerson
from yixiang.files.commands import take
from yixiang.files.models import File
from yixiang.kernel import scopes
from yixiang.kernel.errors import Invalid, NotPermitted, Unseen, WrongState
from yixiang.people.models import Person
from yixiang.units.models import SubUnit, Unit
from yixiang.units.tests.test_at_once import together


def test_only_what_has_no_error_can_be_confirmed(admin: Person, unit: Unit) -> None:
    batch = read(book([row(), row("E-2", 原值="x")]), admin, unit)
    with pytest.raises(WrongState):
        commands.confirm(batch, actor=admin, now=NOW)
    assert not Instrument.objects.exists()


def test_nothing_is_confirmed_where_nothing_differs(admin: Person, unit: Unit) -> None:
    written(read(book([row()]), admin, unit), admin)
    with pytest.raises(WrongState, match="完全一致"):
        commands.confirm(read(book([row()]), admin, unit), actor=admin, now=NOW)


def test_a_worker_killed_while_writing_leaves_nothing_and_the_next_one_finishes(
    admin: Person, unit: Unit, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = read(book([row("E-1"), row("E-2")]), admin, unit)
    commands.confirm(batch, actor=admin, now=NOW)
    with monkeypatch.context() as patch:
        patch.setattr(indexing, "refresh", _killed)
        with pytest.raises(KeyboardInterrupt):
            committing.write_batch(batch.pk, now=NOW)
    batch.refresh_from_db()
    assert (batch.state, Instrument.objects.count(), ListingEvent.objects.count()) == ("writing", 0, 0)
    committing.write_batch(batch.pk, now=NOW)
    committing.write_batch(batch.pk, now=NOW)
    batch.refresh_from_db()
    assert (batch.state, Instrument.objects.count()) == ("done", 2)


def _killed(_ids: Any) -> None:
    raise KeyboardInterrupt


def test_a_worker_killed_while_reading_begins_again_without_doubles(
    admin: Person, unit: Unit, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = commands.begin(unit, actor=admin, file=upload(book([row("E-1"), row("E-2")]), admin), now=NOW)
    with monkeypatch.context() as patch:
        patch.setattr(verdicts.Tally, "count", lambda _self, rows: _killed(rows))
        with pytest.raises(KeyboardInterrupt):
            verdicts.read_batch(batch.pk, now=NOW)
    verdicts.read_batch(batch.pk, now=NOW)
    batch.refresh_from_db()
    assert (batch.state, batch.rows.count(), batch.rows_new) == ("ready", 2, 2)


def test_what_moved_on_meanwhile_is_judged_anew(admin: Person, unit: Unit, instrument: MakeInstrument) -> None:
    one = instrument(inner_number="E-001")
    batch = read(book([row(), row("E-2")]), admin, unit)
    Instrument.objects.filter(pk=one.pk).update(version=one.version + 1, room="A1")
    written(batch, admin)
    assert (batch.state, Instrument.objects.count()) == ("uploaded", 1)
    verdicts.read_batch(batch.pk, now=NOW)
    batch.refresh_from_db()
    assert (batch.state, "重新核对" in batch.notes[0]) == ("ready", True)


def test_a_number_taken_meanwhile_is_no_second_instrument(
    admin: Person, unit: Unit, instrument: MakeInstrument
) -> None:
    batch = read(book([row()]), admin, unit)
    instrument(inner_number="E-001")
    assert written(batch, admin).state == "uploaded"
    assert Instrument.objects.count() == 1


def test_a_listed_instrument_is_changed_without_changing_its_state(
    admin: Person, unit: Unit, instrument: MakeInstrument
) -> None:
    one = instrument(inner_number="E-001")
    written(read(book([row()]), admin, unit), admin)
    one.refresh_from_db()
    assert (one.state, one.manufacturer, one.version, one.confirmed_at) == ("listed", "日立高新", 2, NOW)
    told = ListingEvent.objects.get(subject_id=one.pk, action="edit")
    assert told.changes["生产制造商"] == ["—", "日立高新"]
    assert (told.by, told.what[:7]) == (admin, "批量导入，修改")


def test_required_facts_of_a_listed_instrument_cannot_be_cleared(
    admin: Person, unit: Unit, instrument: MakeInstrument
) -> None:
    instrument(inner_number="E-001")
    batch = read(book([row(规格型号="清空")]), admin, unit)
    assert "不能清空" in said(only(batch))


@pytest.mark.parametrize("state", ["submitted", "scrapping", "scrapped"])
def test_what_is_under_review_or_gone_is_not_changed(
    admin: Person, unit: Unit, instrument: MakeInstrument, state: str
) -> None:
    instrument(inner_number="E-001", state=state)
    assert "不能修改" in said(only(read(book([row()]), admin, unit)))


def test_a_draft_typed_by_hand_is_matched_by_what_was_typed(admin: Person, unit: Unit) -> None:
    begun = publishing.start(unit, actor=admin, now=NOW)
    publishing.save_draft(begun, actor=admin, typed={"inner_number": "E-001", "name": "旧名", "room": "B1"}, now=NOW)
    batch = read(book([row()]), admin, unit)
    assert only(batch).changes["name"] == ["旧名", "场发射扫描电子显微镜"]
    written(batch, admin)
    begun.refresh_from_db()
    assert (begun.name, begun.typed.get("name"), begun.typed["room"]) == ("场发射扫描电子显微镜", None, "B1")


def test_a_department_imports_for_itself_only(unit: Unit, person: MakePerson, instrument: MakeInstrument) -> None:
    lab = SubUnit.objects.create(unit=unit, name="化学学院")
    lab.path = f"{lab.pk}/"
    lab.save()
    keeper = person("lab", "sub_unit_admin", scopes.sub_unit(unit.pk, lab.pk))
    instrument(inner_number="E-9")
    with pytest.raises(NotPermitted):
        commands.begin(unit, actor=keeper, file=upload(book([row()]), keeper), now=NOW)
    batch = read(book([row("E-1"), row("E-9")]), keeper, unit, sub_unit=lab)
    assert "另一个部门" in said(batch.rows.get(own_number="E-9"))
    batch = written(read(book([row("E-1")]), keeper, unit, sub_unit=lab), keeper)
    assert Instrument.objects.get(inner_number="E-1").sub_unit == lab


def test_another_unit_sees_nothing_of_an_import(admin: Person, outsider: Person, unit: Unit) -> None:
    batch = read(book([row()]), admin, unit)
    with pytest.raises(Unseen):
        queries.import_for(outsider, batch.pk)
    with pytest.raises(NotPermitted):
        commands.confirm(batch, actor=outsider, now=NOW)


def test_dropped_means_nothing_happened(admin: Person, unit: Unit) -> None:
    batch = commands.drop(read(book([row()]), admin, unit), actor=admin)
    assert (batch.state, batch.rows.exists(), Instrument.objects.exists()) == ("dropped", False, False)


def test_rows_are_forgotten_long_after_and_the_batch_stays(admin: Person, unit: Unit) -> None:
    batch = written(read(book([row()]), admin, unit), admin)
    assert commands.forget_rows(now=NOW) == 0
    assert commands.forget_rows(now=NOW.replace(month=9)) == 1
    assert ImportBatch.objects.filter(pk=batch.pk).exists()


def test_handing_in_all_leaves_what_is_not_whole_as_a_draft(admin: Person, unit: Unit) -> None:
    batch = written(read(book([row("E-1"), row("E-2")]), admin, unit), admin)
    assert commands.submit_all(batch, actor=admin) == 2
    pk = Instrument.objects.values_list("pk", flat=True)[0]
    assert commands.submit_one(pk, admin.pk, now=NOW) is False
    assert queries.standing_of(batch) == {"draft": 2}


# --- pictures


def picture(colour: str = "teal") -> bytes:
    stream = BytesIO()
    Image.new("RGB", (40, 30), colour).save(stream, "JPEG")
    return stream.getvalue()


def bundle(by: Person, **entries: bytes) -> File:
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w") as made:
        for name, content in entries.items():
            made.writestr(name, content)
    upload_ = SimpleUploadedFile("图片.zip", stream.getvalue())
    return take(upload_, uploader=by, purpose="import-pictures", kinds=commands.BUNDLES, now=NOW)


def test_pictures_find_their_rows_and_everything_else_is_refused_by_name(admin: Person, unit: Unit) -> None:
    entries = {
        "图/E-1.jpg": picture(), "e-1-2.JPG": picture("navy"), "sem.jpg": picture("red"), "谁.jpg": picture(),
        "../../etc/E-1.jpg": picture(), "more.zip": b"PK", "readme.txt": b"x", "E-2.png": b"<script>",
    }  # fmt: skip
    book_ = book([row("E-1"), row("E-2", 图片="SEM.jpg")])
    batch = read(book_, admin, unit, pictures=bundle(admin, **entries))
    notes = {one["entry"]: one for one in batch.picture_notes}
    assert {name for name, one in notes.items() if one["ok"]} == {"图/E-1.jpg", "e-1-2.JPG", "sem.jpg"}
    assert notes["sem.jpg"]["row"] == 4
    wrong = {"../../etc/E-1.jpg": "路径", "more.zip": "压缩包", "readme.txt": "不是图片"}
    for name, word in (wrong | {"E-2.png": "内容却不是", "谁.jpg": "没有对应"}).items():
        assert word in notes[name]["message"]


def test_pictures_are_attached_after_the_rows_and_never_twice(admin: Person, unit: Unit) -> None:
    zipped = bundle(admin, **{"E-1.jpg": picture(), "E-1-2.jpg": picture("navy")})
    batch = written(read(book([row("E-1")]), admin, unit, pictures=zipped), admin)
    for _again in range(2):
        picturing.attach_pictures(batch.pk, now=NOW)
    batch.refresh_from_db()
    assert batch.pictures_done == 2
    assert Instrument.objects.get().pictures.count() == 2


def test_a_bomb_among_the_pictures_is_refused(admin: Person) -> None:
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("E-1.jpg", b"\xff\xd8\xff" + b"\0" * (60 << 20))
    with pytest.raises(Invalid) as refused:
        take(SimpleUploadedFile("a.zip", stream.getvalue()), uploader=admin, purpose="", kinds={"zip"}, now=NOW)
    assert refused.value.code == "file-bomb"


# --- at once


@pytest.mark.django_db(transaction=True)
def test_two_confirm_at_once_and_one_wins(admin: Person, unit: Unit) -> None:
    batch = read(book([row()]), admin, unit)
    results = together(*[lambda: commands.confirm(batch, actor=admin, now=NOW)] * 2)
    assert sum(isinstance(one, WrongState) for one in results) == 1
    together(*[lambda: committing.write_batch(batch.pk, now=NOW)] * 2)
    batch.refresh_from_db()
    assert (batch.state, Instrument.objects.count()) == ("done", 1)


@pytest.mark.django_db(transaction=True)
def test_progress_is_seen_by_others_while_nothing_is_committed(
    admin: Person, unit: Unit, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch, seen = read(book([row()]), admin, unit), []

    def slow(_ids: Any) -> None:
        import time

        time.sleep(1.2)
        seen.extend(together(lambda: ImportBatch.objects.values_list("phase", "state").get(pk=batch.pk)))
        seen.extend(together(lambda: Instrument.objects.count()))

    monkeypatch.setattr(indexing, "refresh", slow)
    written(batch, admin)
    assert seen == [("更新搜索", "writing"), 0]
