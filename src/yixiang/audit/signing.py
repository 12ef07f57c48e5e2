"""Sign-ins, failures and sign-outs in the trail.

The accounts live on a floor below this one and cannot call up, so this listens to Django's own signals. It is technical
logging and no business effect: nothing in the house depends on whether somebody listens.
"""

import re
from dataclasses import replace
from typing import Any

from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed

from yixiang.audit.commands import note_event
from yixiang.kernel.acting import current
from yixiang.web.filters import mask_email, mask_phone

_PHONE = re.compile(r"\+?[\d\s-]{9,20}")


def listen() -> None:
    user_logged_in.connect(_signed_in, dispatch_uid="audit.signed-in")
    user_login_failed.connect(_failed, dispatch_uid="audit.sign-in-failed")
    user_logged_out.connect(_signed_out, dispatch_uid="audit.signed-out")


def _signed_in(*, user: Any, **_rest: Any) -> None:
    who = replace(current(), actor=user.pk, actor_name=str(user))
    note_event("signed-in", subject=user.get_username(), who=who)


def _failed(*, credentials: dict[str, Any], **_rest: Any) -> None:
    tried = next(
        (str(credentials[name]) for name in ("username", "email", "phone", "login") if credentials.get(name)), ""
    )
    note_event("sign-in-failed", subject=_masked(tried[:60]))


def _signed_out(*, user: Any, **_rest: Any) -> None:
    if user is not None and user.is_authenticated:
        who = replace(current(), actor=user.pk, actor_name=str(user))
        note_event("signed-out", subject=user.get_username(), who=who)


def _masked(tried: str) -> str:
    if "@" in tried:
        return mask_email(tried)
    return mask_phone(tried) if _PHONE.fullmatch(tried) else tried
