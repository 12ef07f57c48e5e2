"""Recovering a password through the phone: allauth's own flow by code, with a text message instead of a mail."""

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows import password_reset_by_code as flow
from django.http import HttpRequest

from yixiang.people.models import Person


class PhoneRecovery(flow.PasswordResetVerificationProcess):
    """Keeps its state where allauth's pages look for it; there the phone stands in the place of the address."""

    def send(self) -> None:
        phone, adapter = self.state["email"], get_adapter()
        if self.user is None:
            adapter.send_unknown_account_sms(phone)
            return
        self.state["code"] = adapter.generate_password_reset_code()
        adapter.send_verification_code_sms(user=self.user, phone=phone, code=self.code)


def begin(request: HttpRequest, phone: str, person: Person | None) -> None:
    process = PhoneRecovery(request, state=PhoneRecovery.initial_state(person, phone), user=person)
    process.send()
    process.persist()
