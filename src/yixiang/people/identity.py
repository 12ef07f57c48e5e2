"""What unit platforms learn about a person who signs in there with their account here."""

from collections.abc import Iterable
from typing import Any

from allauth.idp.oidc.adapter import DefaultOIDCAdapter
from django.utils.translation import gettext_lazy as _

from yixiang.people.models import Person


class OIDCAdapter(DefaultOIDCAdapter):
    scope_display = {
        "openid": _("您的账号编号"),
        "email": _("您的邮箱"),
        "profile": _("您的姓名和登录名"),
        "phone": _("您的手机号"),
    }

    def get_claims(
        self, purpose: Any, user: Person, client: Any, scopes: Iterable[str], email: str | None = None, **kwargs: Any
    ) -> dict[str, Any]:
        wanted = set(scopes)
        claims: dict[str, Any] = super().get_claims(purpose, user, client, wanted, email, **kwargs)
        if "profile" in wanted:
            claims["name"] = user.name
        if "phone" in wanted and user.phone:
            claims |= {"phone_number": user.phone, "phone_number_verified": user.phone_verified}
        return claims
