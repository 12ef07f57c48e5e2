"""The adapter for providers with a JSON interface, against a real TLS server."""

import http.server
import json
import ssl
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from yixiang.notices.sms import HttpSms


class Provider(http.server.BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        server: Any = self.server
        body = self.rfile.read(int(self.headers["Content-Length"]))
        server.got.append((self.path, self.headers["X-Key"], json.loads(body)))
        self.send_response(server.status)
        self.send_header("Location", "https://127.0.0.1:1/elsewhere")
        self.end_headers()
        self.wfile.write(b'{"data": {"id": 4711}}')

    def log_message(self, *_words: Any) -> None:
        pass


def certificate(folder: Path) -> Path:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = folder / "server.pem"
    pem = serialization.Encoding.PEM
    secret = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    path.write_bytes(made.public_bytes(pem) + secret)
    return path


@pytest.fixture
def provider(tmp_path: Path) -> Iterator[Any]:
    server: Any = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Provider)
    server.got, server.status, server.pem = [], 200, certificate(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(server.pem)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, args=[0.01], daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def config(provider: Any, **more: Any) -> dict[str, Any]:
    return {
        "url": f"https://127.0.0.1:{provider.server_address[1]}/send?v=1",
        "headers": {"X-Key": "k"},
        "body": {"to": ["{phone}"], "params": {"text": "【仪享】{text}"}, "kind": 1},
        "id": "data.id",
        "private": True,
        "ca": str(provider.pem),
    } | more


def test_the_body_is_filled_so_that_nothing_breaks_out_of_it(provider: Any) -> None:
    assert HttpSms(config(provider)).send("13800000000", '"}, {phone} {') == "4711"
    body = {"to": ["13800000000"], "params": {"text": '【仪享】"}, {phone} {'}, "kind": 1}
    assert provider.got == [("/send?v=1", "k", body)]


@pytest.mark.parametrize("status", [302, 400, 500])
def test_anything_but_a_yes_is_a_no_and_redirects_are_not_followed(provider: Any, status: int) -> None:
    provider.status = status
    with pytest.raises(OSError, match=str(status)):
        HttpSms(config(provider)).send("13800000000", "x")


def test_a_name_that_leads_into_the_private_network_is_refused(provider: Any) -> None:
    with pytest.raises(OSError, match="private network"):
        HttpSms(config(provider, private=False)).send("13800000000", "x")
    assert not provider.got


def test_a_server_nobody_vouches_for_gets_nothing(provider: Any) -> None:
    with pytest.raises(ssl.SSLError):
        HttpSms(config(provider, ca=None)).send("13800000000", "x")
    assert not provider.got


@pytest.mark.parametrize(
    "url", ["http://sms.example.cn/", "https:///x", "https://user:pw@sms.example.cn/", "file:///etc"]
)
def test_only_an_https_address_is_accepted(url: str) -> None:
    with pytest.raises(ValueError, match="https"):
        HttpSms({"url": url})


def test_only_a_phone_number_is_sent_to(provider: Any) -> None:
    with pytest.raises(ValueError, match="phone"):
        HttpSms(config(provider)).send("138\r\n0000", "x")
