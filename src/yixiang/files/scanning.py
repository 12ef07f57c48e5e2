"""The clamd protocol: the file goes over a socket in pieces, one line comes back."""

import socket
import struct
from typing import IO
from urllib.parse import urlsplit

PIECE = 1 << 16


class ScannerDown(Exception):
    """No answer, or none that says the file is clean."""


def scan(stream: IO[bytes], address: str, *, timeout: float = 30) -> str:
    """The name of what was found, or nothing. `address` is a path, `unix:/path` or `tcp://host:port`."""
    stream.seek(0)
    try:
        with _connected(address, timeout) as wire:
            wire.sendall(b"zINSTREAM\0")
            while piece := stream.read(PIECE):
                wire.sendall(struct.pack("!I", len(piece)) + piece)
            wire.sendall(struct.pack("!I", 0))
            said = _answer(wire)
    except OSError as trouble:
        raise ScannerDown(str(trouble)) from trouble
    words = said.removeprefix("stream: ")
    if words == "OK":
        return ""
    if words.endswith(" FOUND"):
        return words.removesuffix(" FOUND")
    raise ScannerDown(words[:200] or "no answer")


def _connected(address: str, timeout: float) -> socket.socket:
    if address.startswith("tcp://"):
        parts = urlsplit(address)
        return socket.create_connection((str(parts.hostname), parts.port or 3310), timeout=timeout)
    wire = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        wire.settimeout(timeout)
        wire.connect(address.removeprefix("unix:"))
    except OSError:
        wire.close()
        raise
    return wire


def _answer(wire: socket.socket) -> str:
    said = b""
    while b"\0" not in said and len(said) < 4096:
        piece = wire.recv(1024)
        if not piece:
            break
        said += piece
    return said.rstrip(b"\0\n").decode(errors="replace")
