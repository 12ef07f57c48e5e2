"""What people type about themselves and about roles."""

from datetime import datetime, time
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from yixiang.kernel.errors import Refused
from yixiang.people import rules
from yixiang.people.models import Role
from yixiang.people.queries import permissions_by_room


def explain(form: forms.Form, refused: Refused) -> None:
    """A refusal goes back to where it was typed, and nothing typed is lost."""
    placed = False
    for name, words in refused.fields.items():
        for word in words:
            form.add_error(name if name in form.fields else None, word)
            placed = True
    if not placed:
        form.add_error(None, refused.message)


class NameForm(forms.Form):
    name = forms.CharField(label=_("姓名"), max_length=60, widget=forms.TextInput(attrs={"autocomplete": "name"}))


class LookForm(forms.Form):
    purpose = forms.CharField(
        label=_("用途"), max_length=120, help_text=_("写明为什么要看，对方会在“我的数据”里看到。")
    )


class TokenForm(forms.Form):
    name = forms.CharField(label=_("用途"), max_length=60, help_text=_("给哪个程序用，例如“资产系统每日同步”。"))
    access = forms.ChoiceField(
        label=_("能做什么"),
        choices=[(rules.READ, _("只能查看")), (rules.WRITE, _("查看和办理"))],
        widget=forms.RadioSelect,
        initial=rules.READ,
    )
    only = forms.MultipleChoiceField(
        label=_("只限这些权限"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("不选就是您现有的全部权限；选了就只限选中的。"),
    )
    days = forms.IntegerField(label=_("有效天数"), min_value=1, max_value=rules.MAX_TOKEN_DAYS, initial=90)

    def __init__(self, *args: Any, held: dict[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["only"].choices = list(held.items())  # type: ignore[attr-defined]

    def scopes(self) -> list[str]:
        return [self.cleaned_data["access"], *self.cleaned_data["only"]]


class GrantForm(forms.Form):
    role = forms.ModelChoiceField(Role.objects.all(), label=_("角色"), empty_label=_("请选择"))
    scope = forms.ChoiceField(label=_("范围"))
    ends_on = forms.DateField(
        label=_("到期日"),
        required=False,
        help_text=_("当天结束时失效；不填就是长期。"),
        widget=forms.DateInput(attrs={"type": "date"}),
    )

    def __init__(self, *args: Any, places: list[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["scope"].choices = [("", _("请选择")), *places]  # type: ignore[attr-defined]

    def grant(self) -> dict[str, Any]:
        day = self.cleaned_data["ends_on"]
        ends_at = timezone.make_aware(datetime.combine(day, time.max)) if day else None
        return {"role": self.cleaned_data["role"], "scope": self.cleaned_data["scope"], "ends_at": ends_at}


class RoleForm(forms.Form):
    name = forms.CharField(label=_("角色名称"), max_length=40)
    description = forms.CharField(label=_("说明"), max_length=200, required=False)
    reaches = forms.MultipleChoiceField(
        label=_("可以授予的范围"), choices=list(rules.REACHES.items()), widget=forms.CheckboxSelectMultiple
    )
    permissions = forms.MultipleChoiceField(label=_("权限"), widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["permissions"].choices = list(permissions_by_room().items())  # type: ignore[attr-defined]

    def rooms(self) -> list[dict[str, Any]]:
        """The boxes grouped by room, as the page draws them."""
        chosen = set(self["permissions"].value() or [])
        return [
            {
                "label": room,
                "boxes": [{"name": n, "label": label, "checked": n in chosen} for n, label in boxes],
            }
            for room, boxes in permissions_by_room().items()
        ]
