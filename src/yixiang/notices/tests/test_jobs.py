"""Jobs through a real worker."""

from datetime import UTC, datetime

import pytest
from django.db import connection, transaction
from procrastinate.contrib.django import app

from yixiang.kernel.later import later
from yixiang.notices import commands
from yixiang.notices.jobs import SHANGHAI
from yixiang.notices.models import Notice, Outbox
from yixiang.notices.tests.conftest import NOW, Mailbox
from yixiang.people.models import Person


@pytest.fixture(autouse=True)
def _workers_leave_no_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(connection.settings_dict, "CONN_MAX_AGE", 0)


def work() -> None:
    with app.replace_connector(app.connector.get_worker_connector()) as worker:  # type: ignore[attr-defined]
        worker.run_worker(wait=False, install_signal_handlers=False, listen_notify=False)


def waiting() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT task_name FROM procrastinate_jobs WHERE status = 'todo' ORDER BY id")
        return [name for (name,) in cursor.fetchall()]


@pytest.mark.django_db(transaction=True)
def test_what_is_told_arrives(person: Person, mailbox: Mailbox) -> None:
    commands.tell([person], kind="security", subject="密码已修改", key="k", now=NOW)
    work()
    assert [letter["To"] for letter in mailbox.letters] == ["wang@example.cn"]
    assert Outbox.objects.get().state == "sent"


@pytest.mark.django_db(transaction=True)
def test_a_code_leaves_by_the_outbox_once_and_is_not_kept(person: Person) -> None:
    later("notices.send_sms", phone="13800000000", text="验证码 123456")
    work()
    assert Outbox.objects.get().state == "sent"
    assert "123456" not in str(Outbox.objects.values())


@pytest.mark.django_db(transaction=True)
def test_a_job_vanishes_with_the_change_that_asked_for_it(person: Person) -> None:
    with transaction.atomic():
        commands.tell([person], kind="security", subject="x", key="k", now=NOW)
        assert waiting() == ["notices.deliver"]
        transaction.set_rollback(True)
    assert waiting() == []
    assert not Notice.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_message_under_way_in_one_worker_is_left_alone_by_another(person: Person, mailbox: Mailbox) -> None:
    commands.tell([person], kind="security", subject="x", key="k", now=NOW)
    with transaction.atomic():
        row = Outbox.objects.select_for_update().get()
        work()
        assert mailbox.letters == []
    commands.deliver(row.pk, now=NOW)
    assert len(mailbox.letters) == 1


@pytest.mark.django_db
def test_asking_twice_for_one_job_neither_doubles_it_nor_spoils_the_transaction() -> None:
    for _time in range(2):
        later("notices.deliver", once="deliver-1", outbox_id=1)
    assert waiting() == ["notices.deliver"]


@pytest.mark.django_db
def test_a_job_nobody_declared_is_a_mistake_found_at_once() -> None:
    from procrastinate.exceptions import TaskNotFound

    with pytest.raises(TaskNotFound):
        later("notices.nonsense")


def test_the_digest_comes_at_half_past_eight_in_shanghai() -> None:
    tasks = app.periodic_registry.periodic_tasks.values()
    digest = next(task for task in tasks if task.task.name == "notices.digest")
    noon = datetime(2026, 11, 20, 4, 0, tzinfo=UTC).timestamp()
    following = digest.croniter.get_next(ret_type=float, start_time=noon)
    assert datetime.fromtimestamp(following, SHANGHAI).strftime("%d %H:%M") == "21 08:30"


@pytest.mark.django_db(transaction=True)
def test_the_digest_job_writes_one_mail_to_each(person: Person, mailbox: Mailbox) -> None:
    for key in ("a", "b"):
        commands.tell([person], kind="test-news", subject=key, key=key, now=NOW)
    for _time in range(2):
        app.tasks["notices.digest"].defer(timestamp=int(NOW.timestamp()) + 60)
        work()
    assert [letter["Subject"] for letter in mailbox.letters] == ["您有 2 条新通知"]
