"""Taking in, attaching, letting go."""

import hashlib
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction

from yixiang.files import commands
from yixiang.files.access import may_read
from yixiang.files.models import File
from yixiang.files.tests.conftest import NOW, Take, pdf, picture
from yixiang.kernel.errors import Invalid, TooMany, Unseen, WrongState
from yixiang.people.models import Person


@pytest.fixture
def other(db: None) -> Person:
    return Person.objects.create_user("li", name="李工")


def test_the_digest_is_of_the_bytes_that_are_kept(take: Take) -> None:
    file = take(picture("PNG"), "a.png")
    with default_storage.open(file.path) as kept:
        content = kept.read()
    assert hashlib.sha256(content).hexdigest() == file.sha256
    assert file.size == len(content)
    assert file.path == f"{file.sha256[:2]}/{file.sha256}"


def test_the_same_content_lies_in_the_store_once(take: Take) -> None:
    first, second = take(pdf(), "a.pdf"), take(pdf(), "b.pdf")
    assert first.path == second.path
    assert default_storage.listdir(first.sha256[:2])[1] == [first.sha256]


class Endless:
    name = "a.pdf"
    given = 0

    def read(self, size: int = -1, /) -> bytes:
        self.given += size
        return b"%" * size


def test_reading_stops_at_the_limit(person: Person, settings: Any) -> None:
    settings.FILE_MAX_BYTES = 1 << 20
    upload = Endless()
    with pytest.raises(Invalid, match="文件超过 1 MB"):
        commands.take(upload, uploader=person, purpose="", now=NOW)
    assert upload.given <= (1 << 20) + commands.PIECE


def test_a_room_may_allow_less_but_not_more_than_the_installation(take: Take, settings: Any) -> None:
    settings.FILE_MAX_BYTES = 1000
    for limit in (300, 5000):
        with pytest.raises(Invalid):
            take(pdf(b"%" * 2000), "a.pdf", max_bytes=limit)


def test_an_empty_file_is_refused(take: Take) -> None:
    with pytest.raises(Invalid, match="文件是空的"):
        take(b"", "a.pdf")


def test_nobody_piles_up_files_without_using_them(take: Take, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(commands, "WAITING_LIMIT", 2)
    take(pdf(b"1"), "1.pdf")
    file = take(pdf(b"2"), "2.pdf")
    with pytest.raises(TooMany, match="还没有用到"):
        take(pdf(b"3"), "3.pdf")
    commands.attach(file, by=file.uploader, holder_kind="unit", holder_id=1, now=NOW)
    assert take(pdf(b"3"), "3.pdf")


def test_a_file_belongs_to_one_object_and_attaching_again_changes_nothing(take: Take, person: Person) -> None:
    file = take(pdf(), "a.pdf")
    for _time in range(2):
        commands.attach(file, by=person, holder_kind="unit", holder_id=7, now=NOW, scope="unit/7")
    assert (file.holder_kind, file.holder_id, file.scope) == ("unit", 7, "unit/7")
    with pytest.raises(WrongState, match="已经用在别处"):
        commands.attach(file, by=person, holder_kind="unit", holder_id=8, now=NOW)


def test_the_upload_of_somebody_else_cannot_be_attached(take: Take, other: Person) -> None:
    file = take(pdf(), "a.pdf")
    with pytest.raises(Unseen):
        commands.attach(file, by=other, holder_kind="unit", holder_id=7, now=NOW)


def test_a_waiting_file_is_its_uploaders_and_an_attached_one_the_objects(
    take: Take, person: Person, other: Person
) -> None:
    file = take(pdf(), "a.pdf")
    assert may_read(person, file)
    assert not may_read(other, file)
    commands.attach(file, by=person, holder_kind="unit", holder_id=7, now=NOW)
    assert not may_read(person, file)


def test_half_a_holder_cannot_be_stored(take: Take) -> None:
    file = take(pdf(), "a.pdf")
    with pytest.raises(IntegrityError), transaction.atomic():
        File.objects.filter(pk=file.pk).update(holder_kind="unit")


@pytest.mark.django_db(transaction=True)
def test_what_nobody_used_goes_after_a_week_with_its_bytes(take: Take, person: Person) -> None:
    old, shared, used = take(pdf(b"1"), "1.pdf"), take(pdf(b"2"), "2.pdf"), take(pdf(b"2"), "3.pdf")
    commands.attach(used, by=person, holder_kind="unit", holder_id=7, now=NOW)
    assert commands.discard_forgotten(now=NOW + timedelta(days=6)) == 0
    assert commands.discard_forgotten(now=NOW + timedelta(days=8)) == 2
    assert list(File.objects.all()) == [used]
    assert not default_storage.exists(old.path)
    assert default_storage.exists(shared.path)


def test_a_half_written_content_of_an_earlier_crash_is_replaced(take: Take) -> None:
    file = take(pdf(), "a.pdf")
    with default_storage.open(file.path, "wb") as spoiled:
        spoiled.write(b"half")
    take(pdf(), "a.pdf")
    assert default_storage.size(file.path) == file.size
