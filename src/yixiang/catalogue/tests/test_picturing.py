"""Pictures: redrawn, ordered, sized; nothing that only calls itself a picture."""

from io import BytesIO

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from yixiang.catalogue.commands import picturing
from yixiang.catalogue.models import Instrument, Picture
from yixiang.catalogue.tests.conftest import NOW, MakeInstrument
from yixiang.files.models import File
from yixiang.kernel.errors import Invalid, NotPermitted, Refused
from yixiang.people.models import Person

pytestmark = pytest.mark.django_db
SCRIPTS = {
    "svg": b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
    "html": b"<html><script>alert(1)</script></html>",
    "polyglot": b"GIF89a/*" + b"\x00" * 20 + b"*/=1;alert(1)",
    "program": b"#!/bin/sh\nrm -rf /\n",
}


@pytest.fixture
def one(instrument: MakeInstrument) -> Instrument:
    return instrument()


def drawn(colour: str = "teal", size: tuple[int, int] = (900, 600), **options: object) -> SimpleUploadedFile:
    content = BytesIO()
    Image.new("RGB", size, colour).save(content, "JPEG", **options)
    return SimpleUploadedFile("电镜.jpg", content.getvalue())


def take(one: Instrument, actor: Person, upload: SimpleUploadedFile | None = None) -> Picture:
    return picturing.take_picture(one, upload or drawn(), actor=actor, now=NOW)


def order(one: Instrument) -> list[int]:
    return list(one.pictures.values_list("pk", flat=True))


@pytest.mark.parametrize("kind", SCRIPTS)
def test_a_script_that_calls_itself_a_picture_is_refused(kind: str, one: Instrument, admin: Person) -> None:
    with pytest.raises(Refused) as refused:
        take(one, admin, SimpleUploadedFile("picture.png", SCRIPTS[kind], content_type="image/png"))
    assert refused.value.status == 422
    assert not File.objects.exists()


def test_place_and_camera_stay_behind(one: Instrument, admin: Person) -> None:
    exif = Image.Exif()
    exif[0x0110] = "SecretCamera"
    exif.get_ifd(0x8825)[1] = "N"
    picture = take(one, admin, drawn(exif=exif.tobytes()))
    with default_storage.open(picture.file.path) as stored:
        content = stored.read()
    assert b"SecretCamera" not in content
    assert not dict(Image.open(BytesIO(content)).getexif())


def test_each_size_fits_its_side(one: Instrument, admin: Person) -> None:
    picture = take(one, admin)
    sides = {}
    for size in picturing.SIZES:
        with default_storage.open(picturing.path_of(picture.file.sha256, size)) as stored:
            sides[size] = max(Image.open(stored).size)
    assert sides == {"small": 320, "card": 640, "large": 900}


def test_a_size_that_got_lost_is_drawn_again(one: Instrument, admin: Person) -> None:
    picture = take(one, admin)
    path = picturing.path_of(picture.file.sha256, "card")
    default_storage.delete(path)
    assert picturing.resized(picture.file, "card") == path
    assert default_storage.exists(path)


def test_the_first_picture_leads_and_order_can_be_changed(one: Instrument, admin: Person) -> None:
    first, second, third = (take(one, admin, drawn(colour)) for colour in ("red", "green", "blue"))
    assert order(one) == [first.pk, second.pk, third.pk]
    picturing.move(third, "front", actor=admin, now=NOW)
    picturing.move(first, "later", actor=admin, now=NOW)
    assert order(one) == [third.pk, second.pk, first.pk]
    picturing.arrange(one, [first.pk], actor=admin, now=NOW)
    assert order(one) == [first.pk, third.pk, second.pk]


def test_a_thirteenth_picture_is_refused_before_it_is_kept(one: Instrument, admin: Person) -> None:
    for shade in range(12):
        take(one, admin, drawn(f"rgb({shade * 20},0,0)", (20, 20)))
    with pytest.raises(Invalid, match="最多 12 张"):
        take(one, admin)
    assert File.objects.count() == 12


def test_a_picture_too_large_is_refused(one: Instrument, admin: Person) -> None:
    with pytest.raises(Refused) as refused:
        take(one, admin, SimpleUploadedFile("big.jpg", b"\xff\xd8\xff" + b"0" * (6 << 20)))
    assert refused.value.code == "file-size"


@pytest.mark.django_db(transaction=True)
def test_removing_takes_the_bytes_along_unless_another_picture_has_them(one: Instrument, admin: Person) -> None:
    first, twin = take(one, admin), take(one, admin)
    path = picturing.path_of(first.file.sha256, "card")
    picturing.remove_picture(first, actor=admin, now=NOW)
    assert default_storage.exists(path)
    picturing.remove_picture(twin, actor=admin, now=NOW)
    assert not default_storage.exists(path)
    assert not File.objects.exists()


def test_captions_are_one_line_of_eighty(one: Instrument, admin: Person) -> None:
    picture = take(one, admin)
    picturing.describe(picture, "  主机\n正面 ", actor=admin, now=NOW)
    picture.refresh_from_db()
    assert picture.caption == "主机 正面"
    with pytest.raises(Invalid):
        picturing.describe(picture, "长" * 81, actor=admin, now=NOW)


def test_others_put_up_no_picture(one: Instrument, outsider: Person) -> None:
    with pytest.raises(NotPermitted):
        take(one, outsider)
    assert not File.objects.exists()
