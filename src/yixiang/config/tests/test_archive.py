import os
import tarfile
from pathlib import Path

import pytest

from yixiang.config import archive
from yixiang.config.trouble import Trouble


@pytest.fixture
def sound(tmp_path: Path) -> Path:
    return written(tmp_path, {archive.DUMP: b"d" * 5000, "files/ab/cd.pdf": b"p" * 70000})


def written(folder: Path, parts: dict[str, bytes]) -> Path:
    target = folder / "backup.tar"
    manifest = archive.Manifest(made="2026-03-02", version="0", postgres="18", field_key="k", rows={"public.a": 1})
    with tarfile.open(target, "w") as tar:
        for number, (name, content) in enumerate(parts.items()):
            source = folder / f"part-{number}"
            source.write_bytes(content)
            archive.add(tar, manifest, name, source)
        archive.close(tar, manifest)
    return target


def test_a_sound_file_is_read_back(sound: Path) -> None:
    assert archive.verify(sound).rows == {"public.a": 1}
    assert [name for name, _ in archive.contents(sound)] == [archive.DUMP, "files/ab/cd.pdf"]


@pytest.mark.parametrize("left", [0, 1, 511, 512, 3000, 6000, 60000, 76300, 77000])
def test_a_file_that_broke_off_is_refused(sound: Path, left: int) -> None:
    os.truncate(sound, left)
    with pytest.raises(Trouble, match="什么也没有改动"):
        archive.verify(sound)


@pytest.mark.parametrize("place", [10, 600, 5000, 6700, 40000])
def test_one_changed_byte_is_noticed(sound: Path, place: int) -> None:
    content = bytearray(sound.read_bytes())
    content[place] ^= 0x55
    sound.write_bytes(content)
    with pytest.raises(Trouble, match="已损坏"):
        archive.verify(sound)


@pytest.mark.parametrize("name", ["files/../../etc/cron.d/x", "/etc/passwd", "files//x", "other"])
def test_names_that_lead_elsewhere_are_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(Trouble, match="名称不合规"):
        archive.verify(written(tmp_path, {archive.DUMP: b"d", name: b"x"}))


def test_a_link_in_the_archive_is_refused(sound: Path) -> None:
    with tarfile.open(sound, "a") as tar:
        link = tarfile.TarInfo("files/link")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        tar.addfile(link)
    with pytest.raises(Trouble, match="多出了"):
        archive.verify(sound)


def test_a_file_that_is_not_there_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(Trouble, match="不能读取"):
        archive.verify(tmp_path / "none.tar")
