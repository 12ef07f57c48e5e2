"""Passkey answers come from programs too: a malformed one is refused like a wrong one instead of breaking the page."""

from typing import Any

from allauth.mfa.adapter import get_adapter
from allauth.mfa.webauthn import forms

MALFORMED = (LookupError, AttributeError, TypeError, ValueError)


class _Sturdy(forms.AuthenticateWebAuthnForm):
    def clean_credential(self) -> Any:
        try:
            return super().clean_credential()
        except MALFORMED as error:
            raise get_adapter().validation_error("incorrect_code") from error


class AuthenticateForm(_Sturdy):
    pass


class LoginForm(_Sturdy, forms.LoginWebAuthnForm):
    pass


class ReauthenticateForm(_Sturdy, forms.ReauthenticateWebAuthnForm):
    pass


class AddForm(forms.AddWebAuthnForm):
    def clean(self) -> Any:
        try:
            return super().clean()
        except MALFORMED as error:
            raise get_adapter().validation_error("incorrect_code") from error
