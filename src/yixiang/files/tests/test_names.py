"""File names are people's input too."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yixiang.files.naming import clean


@pytest.mark.parametrize(
    ("given_name", "safe"),
    [
        ("../../etc/passwd", "passwd.pdf"),
        ("C:\\Users\\x\\合同.docx", "合同.pdf"),
        ("合同\u202efdp.exe", "合同fdp.pdf"),
        ("a\r\nSet-Cookie: x=1.pdf", "aSet-Cookie_ x=1.pdf"),
        ("con.pdf", "文件_con.pdf"),
        ("", "文件.pdf"),
        (".htaccess", "htaccess.pdf"),
        ("a.pdf.exe", "a.pdf.pdf"),
        ('<img src="x">.png', "_img src=_x__.pdf"),
    ],
)
def test_tricks_are_taken_out_of_names(given_name: str, safe: str) -> None:
    assert clean(given_name, "pdf") == safe


@given(st.text(max_size=400))
def test_any_name_becomes_one_that_every_disk_takes(name: str) -> None:
    safe = clean(name, "pdf")
    assert safe.endswith(".pdf")
    assert len(safe.encode()) <= 210
    assert not set(safe) & set('/\\<>:"|?*\r\n\x00\u202e')
    assert clean(safe, "pdf") == safe
