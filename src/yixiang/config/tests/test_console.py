import socket
from pathlib import Path

import pytest

from yixiang.config import console, preparing, serving
from yixiang.config.doctor import Finding
from yixiang.config.trouble import Trouble


def test_help_names_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        console.main(["--help"])
    told = capsys.readouterr().out
    for name in ["up", "web", "worker", "migrate", "demo", "token", "doctor", "backup", "restore", "policy", "manage"]:
        assert f"    {name} " in told


def test_a_refusal_is_words_and_a_way_out_not_a_traceback(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PORT", "eighty")
    assert console.main(["up"]) == 1
    assert capsys.readouterr().err == "✗ PORT=eighty 不是端口号\n  → 例如 PORT=8001\n"


def test_what_follows_manage_is_left_to_django(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[list[str]] = []
    monkeypatch.setattr("django.core.management.execute_from_command_line", seen.append)
    console.main(["manage", "makemigrations", "--check", "--dry-run", "-v", "2"])
    assert seen == [["yixiang manage", "makemigrations", "--check", "--dry-run", "-v", "2"]]


def test_a_taken_port_is_said_before_anything_starts(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        monkeypatch.setenv("PORT", str(other.getsockname()[1]))
        with pytest.raises(Trouble, match="已被别的程序占用"):
            serving.up(tmp_path / "var")
    assert not (tmp_path / "var" / "postgres").exists()


def test_a_second_start_on_the_same_var_is_refused(tmp_path: Path) -> None:
    with serving._only_one(tmp_path), pytest.raises(Trouble, match="已经在运行"), serving._only_one(tmp_path):
        pass


def test_an_unreachable_database_is_said_before_anything_starts(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from contextlib import ExitStack

    monkeypatch.setenv("DATABASE_URL", f"postgresql://x@/x?host={tmp_path}")
    with ExitStack() as stack, pytest.raises(Trouble, match="DATABASE_URL"):
        serving._start_database(tmp_path, stack)


def test_the_worker_without_a_database_says_which_command_brings_one(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.setenv("YIXIANG_VAR", str(tmp_path))
    assert console.main(["worker"]) == 1
    assert "yixiang up" in capsys.readouterr().err


class KnownPasswords:
    @staticmethod
    def present() -> bool:
        return True


@pytest.mark.parametrize(("demo", "refused"), [(False, True), (True, False)])
def test_known_passwords_never_stand_on_a_real_site(
    demo: bool, refused: bool, settings: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.DEMO = demo  # type: ignore[attr-defined]
    monkeypatch.setattr(preparing, "_cast", lambda: KnownPasswords)
    if refused:
        with pytest.raises(Trouble, match="演示账号"):
            preparing.refuse_demo_in_production()
    else:
        preparing.refuse_demo_in_production()


def test_a_finding_carries_its_mend() -> None:
    assert str(Finding("✗", "磁盘剩余 0.1 GB", "请腾出空间。")) == "✗ 磁盘剩余 0.1 GB\n    → 请腾出空间。"
