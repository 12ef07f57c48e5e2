"""How each kind of notice reaches the person."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext_lazy as _

from yixiang.notices.kinds import NoticeKind
from yixiang.notices.queries import Choice

EMAIL = [("now", _("立即发")), ("digest", _("每天汇总")), ("off", _("不发"))]
SMS = [("off", _("不发")), ("now", _("立即发"))]


@dataclass(frozen=True, slots=True)
class Row:
    kind: NoticeKind
    email: BoundField
    sms: BoundField


class PreferencesForm(forms.Form):
    def __init__(self, choices: Sequence[Choice], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kinds = [choice.kind for choice in choices]
        for choice in choices:
            code, label = choice.kind.code, choice.kind.label
            self.fields[f"email-{code}"] = forms.ChoiceField(choices=EMAIL, initial=choice.email, label=label)
            self.fields[f"sms-{code}"] = forms.ChoiceField(choices=SMS, initial=choice.sms, label=label)

    def rows(self) -> list[Row]:
        return [Row(kind, self[f"email-{kind.code}"], self[f"sms-{kind.code}"]) for kind in self.kinds]

    def changed(self) -> dict[str, dict[str, str]]:
        """Only what differs: a default that nobody chose stays a default."""
        wanted: dict[str, dict[str, str]] = {}
        for name in self.changed_data:
            channel, _dash, code = name.partition("-")
            wanted.setdefault(code, {})[channel] = self.cleaned_data[name]
        return wanted
