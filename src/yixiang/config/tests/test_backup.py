from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from django.db import DEFAULT_DB_ALIAS, connections
from tests import prepared

from yixiang.config.backup import backup, count_rows
from yixiang.config.restore import restore
from yixiang.config.trouble import Trouble
from yixiang.kernel.models import CalendarDay

pytestmark = pytest.mark.django_db(transaction=True)
ELSEWHERE = "elsewhere"


@pytest.fixture
def elsewhere() -> Iterator[str]:
    """An empty database beside the tests' own, reached by a Django alias."""
    own = connections[DEFAULT_DB_ALIAS].settings_dict
    name = f"{own['NAME']}_elsewhere"
    with psycopg.connect(**_reach(own, own["NAME"]), autocommit=True) as server:
        prepared.discard(server, name)
        server.execute(f'CREATE DATABASE "{name}" TEMPLATE template0')
        connections.databases[ELSEWHERE] = own | {"NAME": name}
        connections[ELSEWHERE].alias = DEFAULT_DB_ALIAS  # Django's tests let no other name connect
        yield ELSEWHERE
        connections[ELSEWHERE].close()
        del connections[ELSEWHERE], connections.databases[ELSEWHERE]
        prepared.discard(server, name)


def _reach(own: dict[str, object], name: object) -> dict[str, object]:
    wanted = {
        "user": own["USER"],
        "password": own["PASSWORD"],
        "host": own["HOST"],
        "port": own["PORT"],
        "dbname": name,
    }
    return {key: value for key, value in wanted.items() if value}


@pytest.fixture
def files(tmp_path: Path) -> Path:
    scan = tmp_path / "files" / "ab" / "abcd.pdf"
    scan.parent.mkdir(parents=True)
    scan.write_bytes(b"%PDF scan")
    return tmp_path / "files"


@pytest.fixture
def saved(files: Path, tmp_path: Path) -> Path:
    CalendarDay.objects.create(date="2026-10-01", working=False, name="国庆节")
    target = tmp_path / "yixiang.backup"
    backup(target, files=files)
    return target


def test_a_backup_restores_into_an_empty_database_row_for_row(saved: Path, elsewhere: str, tmp_path: Path) -> None:
    restore(saved, using=elsewhere, files=tmp_path / "restored")
    assert count_rows(elsewhere) == count_rows()
    assert CalendarDay.objects.using(elsewhere).get().name == "国庆节"
    assert (tmp_path / "restored" / "ab" / "abcd.pdf").read_bytes() == b"%PDF scan"
    assert [path.name for path in (tmp_path / "restored").iterdir()] == ["ab"]


def test_a_database_with_content_is_replaced_only_when_asked(saved: Path, elsewhere: str, tmp_path: Path) -> None:
    with connections[elsewhere].cursor() as cursor:
        cursor.execute("CREATE TABLE old (x int)")
    with pytest.raises(Trouble, match="不是空的"):
        restore(saved, using=elsewhere, files=tmp_path / "restored")
    assert "public.old" in count_rows(elsewhere)
    restore(saved, using=elsewhere, files=tmp_path / "restored", replace=True)
    assert count_rows(elsewhere) == count_rows()


def test_a_damaged_backup_changes_nothing(saved: Path, elsewhere: str, tmp_path: Path) -> None:
    saved.write_bytes(saved.read_bytes()[:-20000])
    with pytest.raises(Trouble, match="什么也没有改动"):
        restore(saved, using=elsewhere, files=tmp_path / "restored", replace=True)
    assert count_rows(elsewhere) == {}
    assert not (tmp_path / "restored").exists()


def test_a_failure_half_way_leaves_the_old_content(
    saved: Path, elsewhere: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with connections[elsewhere].cursor() as cursor:
        cursor.execute("CREATE TABLE old AS SELECT 1 AS x")
    monkeypatch.setattr("yixiang.config.restore._EMPTY_FIRST", b"DROP TABLE old;\nSELECT 1/0;\n")
    with pytest.raises(Trouble, match="原有内容未变"):
        restore(saved, using=elsewhere, files=tmp_path / "restored", replace=True)
    assert count_rows(elsewhere) == {"public.old": 1}


def test_a_restore_beside_people_at_work_is_refused(saved: Path, elsewhere: str, tmp_path: Path) -> None:
    own = connections[elsewhere].settings_dict
    with psycopg.connect(**_reach(own, own["NAME"])), pytest.raises(Trouble, match="连接正在使用"):
        restore(saved, using=elsewhere, files=tmp_path / "restored")


def test_a_backup_made_with_another_key_is_said_so(
    saved: Path, elsewhere: str, tmp_path: Path, settings: pytest.FixtureRequest
) -> None:
    settings.FIELD_KEYS = ["another"]  # type: ignore[attr-defined]
    with pytest.raises(Trouble, match="字段密钥"):
        restore(saved, using=elsewhere, files=tmp_path / "restored")


def test_an_existing_file_is_never_overwritten(files: Path, tmp_path: Path) -> None:
    target = tmp_path / "precious"
    target.write_text("old")
    with pytest.raises(Trouble, match="不会覆盖"):
        backup(target, files=files)
    assert target.read_text() == "old"


def test_a_folder_that_is_not_there_is_said_so_and_nothing_is_left(files: Path, tmp_path: Path) -> None:
    with pytest.raises(Trouble, match="不能写入"):
        backup(tmp_path / "none" / "file", files=files)
    assert not [path for path in tmp_path.iterdir() if path != files]
