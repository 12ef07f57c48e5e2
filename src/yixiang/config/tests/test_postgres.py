import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from yixiang.config import postgres
from yixiang.config.postgres import server, testing
from yixiang.config.trouble import Trouble


def silent(_: str) -> None:
    pass


@pytest.fixture(scope="module")
def var() -> Iterator[Path]:
    with open_folder() as where:
        yield where
        postgres.stop(cluster(where))


@contextmanager
def open_folder() -> Iterator[Path]:
    """Unlike pytest's own, one that another system user may enter, as a server started by root has to."""
    with tempfile.TemporaryDirectory(prefix="yixiang-test-") as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


def cluster(var: Path) -> postgres.Cluster:
    return postgres.Cluster.of(var)


def started(var: Path) -> postgres.Cluster:
    postgres.start(cluster(var), silent)
    return cluster(var)


def postmaster(var: Path) -> int:
    return int((cluster(var).data / "postmaster.pid").read_text().splitlines()[0])


def ask(var: Path, question: str) -> object:
    with psycopg.connect(cluster(var).url()) as db:
        row = db.execute(question).fetchone()
    return row and row[0]


def test_a_new_server_speaks_utf8_and_sorts_by_code_point(var: Path) -> None:
    started(var)
    assert ask(var, "SHOW server_encoding") == "UTF8"
    assert ask(var, "SELECT datlocale FROM pg_database WHERE datname = 'yixiang'") == "C.UTF-8"


def test_the_application_is_not_a_superuser_but_has_its_extensions(var: Path) -> None:
    started(var)
    assert ask(var, "SELECT rolsuper FROM pg_roles WHERE rolname = current_user") is False
    with psycopg.connect(cluster(var).url()) as db:
        db.execute("CREATE EXTENSION IF NOT EXISTS btree_gist")
        db.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")


def test_trigrams_know_chinese_letters(var: Path) -> None:
    started(var)
    with psycopg.connect(cluster(var).url()) as db:
        db.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    assert ask(var, "SELECT array_length(show_trgm('电镜'), 1)") == 3


def test_a_second_start_finds_it_running(var: Path) -> None:
    started(var)
    assert postgres.start(cluster(var), silent) is False


def test_it_comes_back_after_a_kill_with_what_was_committed(var: Path) -> None:
    started(var)
    with psycopg.connect(cluster(var).url()) as db:
        db.execute("CREATE TABLE kept AS SELECT 42 AS answer")
    os.kill(postmaster(var), signal.SIGKILL)
    while postgres.is_running(cluster(var)):
        time.sleep(0.01)
    started(var)
    assert ask(var, "SELECT answer FROM kept") == 42


def test_a_pid_file_naming_another_living_program_is_not_believed(var: Path) -> None:
    postgres.stop(started(var))
    (cluster(var).data / "postmaster.pid").write_text(f"{os.getpid()}\n{cluster(var).data}\n1\n5432\n\n\n\n")
    assert not postgres.is_running(cluster(var))
    assert postgres.start(cluster(var), silent) is True


def test_the_last_command_that_uses_it_stops_it(var: Path) -> None:
    postgres.stop(started(var))
    with postgres.running(cluster(var), silent):
        with postgres.running(cluster(var), silent):
            pass
        assert postgres.is_running(cluster(var))
    assert not postgres.is_running(cluster(var))


def test_data_of_another_major_version_is_refused_in_plain_words(tmp_path: Path) -> None:
    data = tmp_path / "postgres" / "data"
    data.mkdir(parents=True)
    (data / "PG_VERSION").write_text("14\n")
    with pytest.raises(Trouble, match="PostgreSQL 14"):
        server._fit_for_these_programs(postgres.Cluster.of(tmp_path))
    assert data.exists()


def test_a_test_cluster_of_another_version_is_simply_made_anew(tmp_path: Path) -> None:
    data = tmp_path / "postgres" / "data"
    data.mkdir(parents=True)
    (data / "PG_VERSION").write_text("14\n")
    server._fit_for_these_programs(postgres.Cluster.of(tmp_path, throwaway=True))
    assert not data.exists()


def test_a_deep_checkout_gets_a_short_socket_path(tmp_path: Path) -> None:
    deep = tmp_path / ("a" * 60) / ("b" * 60)
    assert len(str(postgres.Cluster.of(deep).socket / ".s.PGSQL.5432.lock")) <= 107


def test_a_copied_checkout_does_not_adopt_the_data_of_the_first(tmp_path: Path) -> None:
    note = '{"var": "/elsewhere/var", "home": "/elsewhere/var/postgres"}'
    (tmp_path / "postgres.json").write_text(note)
    assert postgres.Cluster.of(tmp_path).home == tmp_path / "postgres"


def test_only_its_user_and_root_reach_the_socket(var: Path) -> None:
    socket = started(var).socket
    assert socket.stat().st_mode & 0o077 == 0


def test_the_test_server_goes_when_the_last_process_was_killed() -> None:
    code = (
        "import os, pathlib, sys; from yixiang.config.postgres import url_for_tests\n"
        "print(url_for_tests(pathlib.Path(sys.argv[1])), flush=True); os.kill(os.getpid(), 9)"
    )
    with open_folder() as where:
        done = subprocess.run([sys.executable, "-c", code, where], capture_output=True, text=True, check=False)
        assert "postgresql://" in done.stdout
        left = postgres.Cluster.of(where, testing._NAME, throwaway=True)
        end = time.monotonic() + 20
        while postgres.is_running(left) and time.monotonic() < end:
            time.sleep(0.05)
        assert not postgres.is_running(left)


@pytest.mark.parametrize(("gigabytes", "own"), [(0.5, "128MB"), (4, "512MB"), (24, "3072MB"), (512, "4096MB")])
def test_the_server_takes_its_share_of_the_memory_within_bounds(gigabytes: float, own: str) -> None:
    assert server.memory_settings(int(gigabytes * (1 << 30)))["shared_buffers"] == own


def test_a_limit_of_the_container_is_the_memory_there_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    limit, none = tmp_path / "limit", tmp_path / "none"
    limit.write_text(f"{1 << 28}\n")
    none.write_text("max\n")
    monkeypatch.setattr(server, "_LIMITS", (limit, none, tmp_path / "missing"))
    assert server.memory() == 1 << 28
