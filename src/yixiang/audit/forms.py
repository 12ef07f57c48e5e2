"""What the reader of the trail looks for."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from yixiang.audit.queries import Filters


class FilterForm(forms.Form):
    """Every field may stay empty; one that makes no sense counts as empty and is shown as wrong."""

    who = forms.CharField(label=_("操作人"), required=False, max_length=60)
    ip = forms.CharField(label=_("来源地址"), required=False, max_length=45)
    request = forms.CharField(label=_("请求编号"), required=False, max_length=64)
    since = forms.DateField(label=_("从"), required=False)
    until = forms.DateField(label=_("到"), required=False)
    table = forms.CharField(required=False, max_length=80)
    row = forms.CharField(required=False, max_length=80)
    op = forms.CharField(required=False, max_length=6)
    kind = forms.CharField(required=False, max_length=20)

    def filters(self) -> Filters:
        self.is_valid()
        found: dict[str, Any] = {name: value for name, value in self.cleaned_data.items() if value}
        return Filters(**found)
