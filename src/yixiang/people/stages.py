"""Steps between a correct password and being signed in: one proven contact is enough, and nobody else is asked."""

from typing import Any

from allauth.account.stages import EmailVerificationStage, PhoneVerificationStage
from django.http import HttpResponseBase

Outcome = tuple[HttpResponseBase | None, bool]


class PhoneStage(PhoneVerificationStage):
    """Only for people who registered by themselves; accounts made by an administrator come in without."""

    def handle(self) -> Outcome:
        person: Any = self.login.user
        if person is not None and not person.must_verify:
            return None, True
        outcome: Outcome = super().handle()
        return outcome


class EmailStage(EmailVerificationStage):
    def handle(self) -> Outcome:
        person: Any = self.login.user
        if person is not None and not person.must_verify:
            return None, True
        outcome: Outcome = super().handle()
        return outcome
