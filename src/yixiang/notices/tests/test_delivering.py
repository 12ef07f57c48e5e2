"""Messages on their way out, over a real connection."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from yixiang.kernel.states import Machine
from yixiang.notices import commands
from yixiang.notices.commands.delivering import WAITS
from yixiang.notices.models import Outbox
from yixiang.notices.states import OUTBOX
from yixiang.notices.tests.conftest import NOW, Mailbox
from yixiang.people.models import Person


def queued(person: Person, **more: Any) -> Outbox:
    commands.tell(
        [person], kind="test-clock", subject="待审核：<b>演示大学</b>", body="请在期限内办理。\n\n谢谢", url="/desk/",
        button="去审核", key="k", now=NOW, deadline=NOW.date(), **more,
    )  # fmt: skip
    return Outbox.objects.get(channel="email")


def test_a_mail_arrives_in_text_and_html_with_button_and_deadline(person: Person, mailbox: Mailbox) -> None:
    row = queued(person)
    commands.deliver(row.pk, now=NOW)
    (letter,) = mailbox.letters
    text, html = (letter.get_body([kind]) for kind in ("plain", "html"))  # type: ignore[list-item]
    assert letter["Subject"] == "待审核：<b>演示大学</b>"
    assert text is not None
    assert html is not None
    assert "去审核：http://127.0.0.1:8000/desk/" in text.get_content()
    assert "办理期限：2026-11-20" in text.get_content()
    assert "&lt;b&gt;演示大学" in html.get_content()
    assert "<img" not in html.get_content()
    assert letter["Message-ID"].startswith(f"<{row.key}@")


def test_a_key_in_chinese_becomes_a_message_id_every_mailbox_understands(person: Person, mailbox: Mailbox) -> None:
    """It stood encoded in the header, so that no mailbox could tell a letter sent again."""
    commands.tell([person], kind="test-clock", subject="受理", key="order-17-2-已受理：扫描电镜 1 号", now=NOW)
    row = commands.deliver(Outbox.objects.get(channel="email").pk, now=NOW)
    assert row
    (letter,) = mailbox.letters
    assert letter["Message-ID"] == row.provider_id
    assert b"Message-ID: " + row.provider_id.encode() in bytes(letter)
    assert row.provider_id.isascii()


def test_what_has_left_does_not_leave_again_and_keeps_no_content(person: Person, mailbox: Mailbox) -> None:
    row = queued(person)
    for _time in range(2):
        commands.deliver(row.pk, now=NOW)
    row.refresh_from_db()
    assert len(mailbox.letters) == 1
    assert (row.state, row.sent_at, row.content, row.attempts) == ("sent", NOW, {}, 1)


def test_a_busy_server_is_tried_again_later_and_then_given_up(person: Person, mailbox: Mailbox) -> None:
    row = queued(person)
    mailbox.says["RCPT"] = "451 try again later"
    now = NOW
    for wait in WAITS:
        commands.deliver(row.pk, now=now)
        row.refresh_from_db()
        assert (row.state, row.next_try_at) == ("queued", now + wait)
        assert commands.deliver(row.pk, now=now) is None  # not before its time
        now += wait
    commands.deliver(row.pk, now=now)
    row.refresh_from_db()
    assert row.state == "failed"
    assert "451" in row.last_error


def test_an_address_that_does_not_exist_is_not_tried_again(person: Person, mailbox: Mailbox) -> None:
    row = queued(person)
    mailbox.says["RCPT"] = "550 no such person"
    commands.deliver(row.pk, now=NOW)
    row.refresh_from_db()
    assert (row.state, row.attempts) == ("failed", 1)


def test_no_server_at_all_leaves_the_message_waiting(person: Person, settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    row = queued(person)
    commands.deliver(row.pk, now=NOW)
    row.refresh_from_db()
    assert (row.state, row.attempts) == ("queued", 1)


def test_a_line_break_in_a_subject_cannot_add_a_header(person: Person, mailbox: Mailbox) -> None:
    commands.tell([person], kind="test-clock", subject="a\r\nBcc: x@example.cn", key="k", now=NOW)
    commands.deliver(Outbox.objects.get(channel="email").pk, now=NOW)
    assert mailbox.letters[0]["Bcc"] is None


def test_a_text_message_goes_to_the_phone_of_the_demo(person: Person, tmp_path: Path, capsys: Any) -> None:
    queued(person)
    commands.deliver(Outbox.objects.get(channel="sms").pk, now=NOW)
    assert "13800000000 待审核" in (tmp_path / "sms.log").read_text()
    assert "[短信]" in capsys.readouterr().out


@pytest.mark.parametrize("limit", ["SMS_PHONE_DAILY", "SMS_DAILY"])
def test_a_loop_cannot_empty_the_account(db: None, settings: Any, limit: str) -> None:
    setattr(settings, limit, 2)
    for n in range(3):
        commands.deliver_directly("sms", "13900000000", content={"text": "码"}, key=f"job-{n}", now=NOW)
    assert list(Outbox.objects.order_by("pk").values_list("state", flat=True)) == ["sent", "sent", "failed"]


def test_a_message_whose_job_was_lost_gets_a_new_one(person: Person) -> None:
    queued(person)
    Outbox.objects.update(created_at=NOW)
    assert commands.retry_overdue(now=NOW + timedelta(minutes=10)) == 0
    assert commands.retry_overdue(now=NOW + timedelta(minutes=20)) == 2
    assert commands.retry_overdue(now=NOW + timedelta(minutes=20)) == 2  # the same waiting job, not a second


def test_the_life_of_a_message_is_in_the_readme() -> None:
    readme = (Path(__file__).parents[1] / "README.md").read_text()
    assert isinstance(OUTBOX, Machine)
    assert OUTBOX.mermaid() in readme
