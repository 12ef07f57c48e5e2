"""allauth's forms in our words, with the few rules of our own."""

from typing import Any

from allauth.account import forms as account_forms
from allauth.account.internal.userkit import filter_users_by_email
from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

from yixiang.people import rules
from yixiang.people.contacts import normal_phone
from yixiang.people.models import Person


def login_name(value: str) -> None:
    """Named in the setting ACCOUNT_USERNAME_VALIDATORS."""
    if problem := rules.login_name_problem(value):
        raise ValidationError(problem, code="login_name")


login_name_validators = [login_name]


class PhoneField(forms.CharField):
    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("手机号"))
        kwargs.setdefault("widget", forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}))
        super().__init__(**kwargs)

    def clean(self, value: Any) -> str:
        text = super().clean(value)
        if not text:
            return ""
        phone = normal_phone(text)
        if not phone:
            raise ValidationError(_("手机号不对。大陆手机填 11 位数字，其他地区请加国家代码，如 +852 9123 4567。"))
        return phone


def _say(form: Any, name: str, label: Any, hint: Any = "", **attrs: str) -> None:
    field = form.fields[name]
    field.label, field.help_text = label, hint
    field.widget.attrs.pop("placeholder", None)
    field.widget.attrs.update(attrs)


def _say_new_password(form: Any, label: Any = None) -> None:
    _say(form, "password1", label or _("新密码"), lazy(rules.password_advice, str)(settings.PASSWORD_PROFILE))
    _say(form, "password2", _("再输入一次"))


class LoginForm(account_forms.LoginForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say(self, "login", _("登录名、手机或邮箱"), autocomplete="username", autocapitalize="none")
        _say(self, "password", _("密码"))


class SignupForm(account_forms.SignupForm):
    """A personal account; phone or mail, one is enough. Whoever comes to register a unit says so here."""

    registers_unit = forms.BooleanField(label=_("我来登记单位（法人单位管理员）"), required=False)
    unit_name = forms.CharField(
        label=_("单位名称"), max_length=120, required=False,
        help_text=_("按单位名称的拼音首字母给出登录名，可以不用。注册后接着登记这个单位。"),
    )  # fmt: skip
    name = forms.CharField(label=_("姓名"), max_length=60, help_text=_("请填写真实姓名，办理业务时会用到。"))
    agree = forms.BooleanField(
        label=_("我已阅读并同意《用户协议》和《个人信息保护说明》"),
        error_messages={"required": _("同意用户协议和个人信息保护说明后才能注册。")},
    )
    field_order = (
        "registers_unit",
        "unit_name",
        "name",
        "username",
        "phone",
        "email",
        "password1",
        "password2",
        "agree",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].widget.attrs["autocomplete"] = "name"
        self.fields["unit_name"].widget.attrs["autocomplete"] = "organization"
        _say(self, "username", _("登录名"), _("字母开头，3 至 40 位字母、数字或 . _ -"), autocapitalize="none")
        _say(self, "phone", _("手机号"), _("手机号和邮箱至少填一个，用来收验证码。"))
        _say(self, "email", _("邮箱"))
        self.fields["email"].required = False
        self.fields["email"].widget.is_required = False
        _say_new_password(self, _("密码"))

    def clean_email(self) -> str:
        return str(super().clean_email()) if self.cleaned_data.get("email") else ""

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean()
        if not data.get("email") and not data.get("phone") and not {"email", "phone"} & set(self.errors):
            self.add_error("phone", _("手机号和邮箱请至少填一个。"))
        return data


class ResetPasswordForm(account_forms.ResetPasswordForm):
    """One field for either contact; whether it is known here is not told."""

    email = forms.CharField(label=_("手机号或邮箱"), widget=forms.TextInput(attrs={"autocomplete": "username"}))

    def clean_email(self) -> str:
        typed = self.cleaned_data["email"].strip().lower()
        if "@" in typed:
            address = str(forms.EmailField().clean(typed))
            self.users = filter_users_by_email(address, is_active=True, prefer_verified=True, for_login=True)
            return address
        phone = PhoneField(required=True).clean(typed)
        known = Person.objects.filter(phone=phone, is_active=True, erased_at=None)
        self.users = list(known.order_by("-phone_verified")[:1])
        return phone

    def save(self, request: Any, **kwargs: Any) -> str:
        from yixiang.people.recovery import begin

        contact = str(self.cleaned_data["email"])
        if "@" in contact:
            return str(super().save(request, **kwargs))
        begin(request, contact, self.users[0] if self.users else None)
        return contact


class ResetPasswordKeyForm(account_forms.ResetPasswordKeyForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say_new_password(self)


class ChangePasswordForm(account_forms.ChangePasswordForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say(self, "oldpassword", _("当前密码"))
        _say_new_password(self)


class SetPasswordForm(account_forms.SetPasswordForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say_new_password(self)


class ReauthenticateForm(account_forms.ReauthenticateForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say(self, "password", _("密码"))


class RequestLoginCodeForm(account_forms.RequestLoginCodeForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _say(self, "phone", _("手机号"))
        _say(self, "email", _("邮箱"))

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean()
        if not data.get("email") and not data.get("phone") and not self.errors:
            self.add_error("phone", _("请填写手机号或邮箱。"))
        return data
