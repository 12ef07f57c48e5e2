"""The virus scanner, spoken to for real over a socket."""

import socketserver
import struct
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar

import pytest

from yixiang.files import scanning
from yixiang.files.models import File
from yixiang.files.tests.conftest import Take, pdf, picture
from yixiang.kernel.errors import Invalid, Refused

EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


class Clamd(socketserver.StreamRequestHandler):
    answer: ClassVar[bytes] = b""

    def handle(self) -> None:
        assert self.rfile.read(10) == b"zINSTREAM\0"
        content = b""
        while size := struct.unpack("!I", self.rfile.read(4))[0]:
            content += self.rfile.read(size)
        said = b"stream: Eicar-Test-Signature FOUND\0" if EICAR in content else b"stream: OK\0"
        self.wfile.write(self.answer or said)


@pytest.fixture
def clamd(settings: Any, tmp_path: Path) -> Iterator[type[Clamd]]:
    handler = type("Handler", (Clamd,), {})
    with socketserver.ThreadingUnixStreamServer(str(tmp_path / "clamd.sock"), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        settings.CLAMD_SOCKET = f"unix:{tmp_path / 'clamd.sock'}"
        yield handler
        server.shutdown()


@pytest.mark.usefixtures("clamd")
def test_a_clean_file_is_kept(take: Take) -> None:
    assert take(picture("PNG") * 1, "a.png").kind == "png"


@pytest.mark.usefixtures("clamd")
def test_an_infected_file_is_refused(take: Take) -> None:
    with pytest.raises(Invalid, match="发现病毒"):
        take(pdf(EICAR), "a.pdf")
    assert not File.objects.exists()


def test_a_scanner_that_stumbles_lets_nothing_through(take: Take, clamd: type[Clamd]) -> None:
    clamd.answer = b"INSTREAM size limit exceeded. ERROR\0"
    with pytest.raises(Refused, match="病毒检查暂时不可用") as refused:
        take(pdf(), "a.pdf")
    assert refused.value.status == 503


def test_a_scanner_that_is_not_there_lets_nothing_through(take: Take, settings: Any) -> None:
    settings.CLAMD_SOCKET = "/nowhere/clamd.sock"
    with pytest.raises(Refused) as refused:
        take(pdf(), "a.pdf")
    assert refused.value.code == "scanner-down"
    assert not File.objects.exists()


def test_the_scanner_may_stand_on_another_machine(tmp_path: Path) -> None:
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Clamd) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        with (tmp_path / "a").open("w+b") as stream:
            stream.write(EICAR)
            address = f"tcp://127.0.0.1:{server.server_address[1]}"
            assert scanning.scan(stream, address) == "Eicar-Test-Signature"
        server.shutdown()
