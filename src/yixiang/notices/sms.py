"""Text messages: one adapter for the demo and one for any provider with a JSON interface."""

import http.client
import ipaddress
import json
import logging
import re
import socket
import ssl
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit
from uuid import uuid4

from django.conf import settings
from django.utils.module_loading import import_string

log = logging.getLogger(__name__)


class Sms(Protocol):
    def send(self, phone: str, text: str) -> str:
        """Hand it to the provider and return its number for it. Raises when it was not taken."""


def adapter() -> Sms:
    made: Sms = import_string(settings.SMS_BACKEND)()
    return made


class ConsoleSms:
    """The demo's phone: a file one can read."""

    def send(self, phone: str, text: str) -> str:
        path = Path(settings.VAR) / "sms.log"
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a", encoding="utf-8") as lines:
            lines.write(f"{time.strftime('%Y-%m-%d %H:%M:%S')} {phone} {' '.join(text.split())}\n")
        print(f"[短信] {phone}: {text}", flush=True)
        return f"console-{uuid4().hex}"


class HttpSms:
    """POSTs JSON to the one configured https address.

    `SMS_HTTP` holds url, headers, body and where the number stands in the answer (`id`, a dotted path);
    `{phone}` and `{text}` in the texts of the body are replaced.
    `private` allows an address inside the own network.
    """

    def __init__(self, config: Mapping[str, Any] | None = None) -> None:
        self.config = dict(getattr(settings, "SMS_HTTP", {}) if config is None else config)
        self.address = urlsplit(str(self.config.get("url", "")))
        if self.address.scheme != "https" or not self.address.hostname or self.address.username:
            raise ValueError("SMS_HTTP needs an https url with a host and without a password in it")

    def send(self, phone: str, text: str) -> str:
        if not re.fullmatch(r"\+?[0-9 -]{5,20}", phone):
            raise ValueError("not a phone number")
        filled = _filled(self.config.get("body", {}), {"phone": phone, "text": text})
        body = json.dumps(filled, ensure_ascii=False)
        path = self.address.path + (f"?{self.address.query}" if self.address.query else "")
        headers = {"Content-Type": "application/json; charset=utf-8", **self.config.get("headers", {})}
        connection = self._connection()
        try:
            connection.request("POST", path or "/", body.encode(), headers)
            answer = connection.getresponse()  # a redirect is not followed: it would lead elsewhere
            said = answer.read(65536)
        finally:
            connection.close()
        if not 200 <= answer.status < 300:
            raise OSError(f"the SMS provider answered {answer.status}")
        return self._number(said)

    def _connection(self) -> http.client.HTTPSConnection:
        host, port = str(self.address.hostname), self.address.port or 443
        if not self.config.get("private"):
            for *_rest, where in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM):
                if not ipaddress.ip_address(where[0]).is_global:
                    raise OSError("the SMS provider's name leads into the private network")
        context = ssl.create_default_context(cafile=self.config.get("ca"))
        return http.client.HTTPSConnection(host, port, timeout=15, context=context)

    def _number(self, said: bytes) -> str:
        value: Any = json.loads(said or b"{}")
        for part in filter(None, str(self.config.get("id", "")).split(".")):
            value = value.get(part) if isinstance(value, dict) else None
        return str(value)[:200] if isinstance(value, str | int) else ""


def _filled(template: Any, values: Mapping[str, str]) -> Any:
    """Only texts are replaced, so that no quote in a message can break out of its place."""
    if isinstance(template, str):
        return re.sub(r"\{(phone|text)\}", lambda m: values[m[1]], template)
    if isinstance(template, dict):
        return {key: _filled(value, values) for key, value in template.items()}
    return [_filled(value, values) for value in template] if isinstance(template, list) else template
