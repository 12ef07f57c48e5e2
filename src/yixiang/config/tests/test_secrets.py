import stat
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from yixiang.config import secrets
from yixiang.config.trouble import Trouble


def test_the_environment_wins(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("YIXIANG_SECRET_KEY", "given")
    assert secrets.read("YIXIANG_SECRET_KEY", tmp_path) == "given"
    assert not list(tmp_path.iterdir())


def test_a_demo_makes_its_own_and_keeps_it_to_itself(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("YIXIANG_FIELD_KEY", raising=False)
    monkeypatch.setenv("YIXIANG_DEMO", "1")
    first = secrets.read("YIXIANG_FIELD_KEY", tmp_path)
    Fernet(first)
    assert secrets.read("YIXIANG_FIELD_KEY", tmp_path) == first
    assert stat.S_IMODE((tmp_path / "secrets.json").stat().st_mode) == 0o600


def test_a_real_installation_is_not_given_a_key_it_did_not_choose(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("YIXIANG_SECRET_KEY", raising=False)
    monkeypatch.setenv("YIXIANG_DEMO", "0")
    monkeypatch.setenv("YIXIANG_DEBUG", "0")
    with pytest.raises(Trouble, match="YIXIANG_SECRET_KEY"):
        secrets.read("YIXIANG_SECRET_KEY", tmp_path)


def test_a_damaged_file_is_named_not_replaced(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("YIXIANG_SECRET_KEY", raising=False)
    (tmp_path / "secrets.json").write_text("{")
    with pytest.raises(Trouble, match="已损坏"):
        secrets.read("YIXIANG_SECRET_KEY", tmp_path)
