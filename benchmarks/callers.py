"""Programs and browsers that book over HTTP. A connection that breaks: the same key and the same request again."""

import http.client
import json
import threading
import time
import uuid
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

PATIENCE = 60.0  # seconds until a request is given up; a killed server is back long before
IN_PROGRESS = "idempotency-in-progress"
CSRF = "r" * 32


@dataclass(frozen=True)
class Answer:
    status: int
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def code(self) -> str:
        return str(self.body.get("code", "")) if isinstance(self.body, dict) else ""


@dataclass
class Breaks:
    """How often a connection broke, and how often an answer came a second time."""

    lost: int = 0
    replayed: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)


class Caller:
    def __init__(self, port: int, headers: dict[str, str], breaks: Breaks | None = None) -> None:
        self.port, self.headers, self.breaks = port, headers, breaks or Breaks()
        self.link = self._link()

    def _link(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)

    def once(self, method: str, path: str, body: str = "", **headers: str) -> Answer:
        self.link.request(method, path, body.encode(), self.headers | headers)
        answer = self.link.getresponse()
        raw, kind = answer.read(), answer.headers.get_content_type()
        told = json.loads(raw) if kind.endswith("json") and raw else raw.decode(errors="replace")
        return Answer(answer.status, told, dict(answer.headers))

    def again(self) -> None:
        with self.breaks.lock:
            self.breaks.lost += 1
        self.link.close()
        self.link = self._link()


class Program(Caller):
    """With a token. Every POST carries a key, so that it may be sent again without acting twice."""

    def __init__(self, port: int, token: str, breaks: Breaks | None = None) -> None:
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        super().__init__(port, headers, breaks)

    def send(self, method: str, path: str, data: Any = None, key: str = "") -> Answer | None:
        """None: nobody answered in a minute, so nobody knows."""
        headers = {"Idempotency-Key": key or str(uuid.uuid4())} if method == "POST" else {}
        body, end = "" if data is None else json.dumps(data), time.monotonic() + PATIENCE
        while time.monotonic() < end:
            try:
                answer = self.once(method, path, body, **headers)
            except (OSError, http.client.HTTPException):
                self.again()
                time.sleep(0.2)
                continue
            if answer.code == IN_PROGRESS:
                time.sleep(0.2)
                continue
            if "Idempotency-Replayed" in answer.headers or "idempotency-replayed" in answer.headers:
                with self.breaks.lock:
                    self.breaks.replayed += 1
            return answer
        return None


class Browser(Caller):
    """With a session. A form has no key: when the connection breaks nobody knows, and it is not sent again."""

    def __init__(self, port: int, session: str, breaks: Breaks | None = None) -> None:
        cookies = f"yixiang_session={session}; csrftoken={CSRF}"
        headers = {"Cookie": cookies, "X-CSRFToken": CSRF, "Content-Type": "application/x-www-form-urlencoded"}
        super().__init__(port, headers, breaks)

    def post(self, path: str, form: dict[str, str]) -> Answer | None:
        try:
            return self.once("POST", path, urlencode(form))
        except (OSError, http.client.HTTPException):
            self.again()
            return None
