"""Pictures of what is listed, in the size the place needs."""

from io import BytesIO

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from yixiang.catalogue.commands import picturing
from yixiang.catalogue.models import Instrument
from yixiang.people.models import Person


def photographed() -> str:
    """A listed instrument gets a large photograph; gives its address."""
    drawn, found = BytesIO(), Instrument.objects.get(code="hnuni003")
    Image.new("RGB", (2400, 1600), "teal").save(drawn, "JPEG")
    upload = SimpleUploadedFile("a.jpg", drawn.getvalue(), "image/jpeg")
    admin = Person.objects.get(username="hn.univ")
    picturing.take_picture(found, upload, actor=admin, now=timezone.now())
    return f"/instruments/pictures/{found.pictures.get().file_id}/"


def test_a_card_gets_a_small_picture_and_the_light_box_the_whole_one(demo, signed_in):
    client, address = signed_in(""), photographed()
    small, whole = client.get(f"{address}?size=card"), client.get(address)
    assert Image.open(BytesIO(b"".join(small.streaming_content))).width == 640
    assert Image.open(BytesIO(b"".join(whole.streaming_content))).width > 640
    assert "max-age" in small.headers["Cache-Control"]


def test_a_size_that_does_not_exist_gives_the_whole_picture(demo, signed_in):
    answer = signed_in("").get(f"{photographed()}?size=../../etc")
    assert Image.open(BytesIO(b"".join(answer.streaming_content))).width > 640
