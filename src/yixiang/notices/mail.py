"""One mail out of plain data: the same words as text and as HTML, with no picture fetched from anywhere."""

import hashlib
import re
from email.utils import parseaddr
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse


def send(address: str, *, subject: str, content: dict[str, Any], key: str) -> str:
    """The Message-ID says which message this is, so that the same one sent again is known as the same."""
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].partition("@")[2] or "localhost"
    message_id = f"<{_plain(key)}@{domain}>"
    text = content.get("text") or render_to_string("notices/mail/notice.txt", _data(content))
    message = EmailMultiAlternatives(
        subject=" ".join(subject.split()),
        body=text,
        to=[address],
        headers={"Message-ID": message_id, "Auto-Submitted": "auto-generated"},
    )
    if "text" not in content:
        message.attach_alternative(render_to_string("notices/mail/notice.html", _data(content)), "text/html")
    message.send()
    return message_id


def _plain(key: str) -> str:
    """Keys of notices carry Chinese words; encoded in a Message-ID, no mailbox has to understand them."""
    return key if re.fullmatch(r"[\w.+-]{1,64}", key, re.ASCII) else hashlib.sha256(key.encode()).hexdigest()[:40]


def _data(content: dict[str, Any]) -> dict[str, Any]:
    return content | {
        "base": settings.BASE_URL.rstrip("/"),
        "preferences": reverse("notices:preferences"),
        "first": content["groups"][0]["items"][0],
    }
