"""What the tests of this room share: people, and a mail server that really listens."""

import email
import email.policy
import socketserver
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from yixiang.notices.kinds import NoticeKind, declare
from yixiang.people.models import Person

NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
declare(NoticeKind("test-news", "测试消息"), NoticeKind("test-clock", "测试期限", clock=True, sms="now"))


@pytest.fixture(autouse=True)
def _place(settings: Any, tmp_path: Path) -> None:
    settings.VAR = tmp_path
    settings.SMS_BACKEND = "yixiang.notices.sms.ConsoleSms"


@pytest.fixture
def person(db: None) -> Person:
    return Person.objects.create_user(
        "wang", name="王工", email="wang@example.cn", phone="13800000000", phone_verified=True
    )


class Mailbox(socketserver.ThreadingTCPServer):
    """SMTP, as much of it as a client needs; `says` replaces the answer to a command."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Session)
        self.letters: list[EmailMessage] = []
        self.says: dict[str, str] = {}


class _Session(socketserver.StreamRequestHandler):
    server: Mailbox

    def say(self, words: str) -> None:
        self.wfile.write(f"{words}\r\n".encode())

    def handle(self) -> None:
        self.say("220 test")
        while line := self.rfile.readline():
            word = line.decode().split(" ")[0].strip().upper()
            if word in self.server.says:
                self.say(self.server.says[word])
            elif word == "DATA":
                self.letter()
            elif word == "QUIT":
                self.say("221 bye")
                return
            else:
                self.say("250 ok")

    def letter(self) -> None:
        self.say("354 go on")
        lines: list[bytes] = []
        while (line := self.rfile.readline()) != b".\r\n":
            lines.append(line.removeprefix(b"."))
        letter = email.message_from_bytes(b"".join(lines), policy=email.policy.default)
        assert isinstance(letter, EmailMessage)
        self.server.letters.append(letter)
        self.say("250 taken")


@pytest.fixture
def mailbox(settings: Any) -> Iterator[Mailbox]:
    with Mailbox() as server:
        threading.Thread(target=server.serve_forever, args=[0.01], daemon=True).start()
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.server_address[1]
        yield server
        server.shutdown()
