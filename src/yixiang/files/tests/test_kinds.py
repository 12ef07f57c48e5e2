"""What a file is, is decided by its content."""

import pytest

from yixiang.files.tests.conftest import Take, archive, pdf, picture
from yixiang.kernel.errors import Invalid

HONEST = [
    (pdf(), "证书.pdf", "pdf"),
    (picture("PNG"), "a.png", "png"),
    (picture("JPEG"), "a.jpg", "jpeg"),
    (picture("WEBP"), "a.webp", "webp"),
    (archive(kind="docx"), "a.docx", "docx"),
    (archive(kind="xlsx"), "a.xlsx", "xlsx"),
    (archive(kind="ofd"), "a.ofd", "ofd"),
    ("名称,数量\n电镜,3\n".encode("gb18030"), "a.csv", "csv"),
    ("说明文字\r\n".encode(), "a.txt", "txt"),
]
FOREIGN = [
    (b"<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>", "a.png", "网页或 SVG"),
    (b"\xef\xbb\xbf\n<?xml version='1.0'?><svg/>", "a.txt", "网页或 SVG"),
    (b"<!DOCTYPE html><p>", "a.pdf", "网页或 SVG"),
    (b"MZ\x90\x00" + b"\x00" * 200, "a.pdf", "程序文件"),
    (b"\x7fELF\x02" + b"\x00" * 200, "a.txt", "程序文件"),
    (b"#!/bin/sh\nrm -rf /\n", "a.txt", "脚本文件"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600, "a.doc", "另存为 docx"),
    (archive(kind="zip"), "a.zip", "先解压"),
    (b"\x00\x00\x00\x18ftypheic" + b"\x00" * 40, "a.jpg", "转存为 JPG"),
    (b"GIF89a" + b"\x00" * 40, "a.gif", "另存为 PNG"),
    (b"\x00\x01\x02\x03" * 50, "a.txt", "不认识的文件"),
]


@pytest.mark.parametrize(("content", "name", "kind"), HONEST, ids=[kind for _c, _n, kind in HONEST])
def test_each_accepted_kind_is_known_by_its_content(take: Take, content: bytes, name: str, kind: str) -> None:
    assert take(content, name).kind == kind


@pytest.mark.parametrize(("content", "name", "words"), FOREIGN, ids=[name + words for _c, name, words in FOREIGN])
def test_everything_else_is_refused_with_what_to_do(take: Take, content: bytes, name: str, words: str) -> None:
    with pytest.raises(Invalid) as refused:
        take(content, name)
    assert words in refused.value.message
    assert refused.value.fields["file"]


def test_a_kind_that_this_place_does_not_take_is_refused_with_the_list(take: Take) -> None:
    with pytest.raises(Invalid, match="可以上传：PDF、OFD 版式文件"):
        take(picture("PNG"), "a.png", kinds={"pdf", "ofd"})


def test_a_table_that_calls_itself_pdf_is_refused(take: Take) -> None:
    with pytest.raises(Invalid, match="文件名写的是PDF，内容却是Excel"):
        take(archive(kind="xlsx"), "a.pdf")


def test_a_picture_with_the_ending_of_another_picture_gets_the_right_one(take: Take) -> None:
    assert take(picture("PNG"), "扫描.JPG").name == "扫描.png"
