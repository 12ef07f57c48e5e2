"""Where allauth asks us: how people sign in, by which phone, with which password, and how secrets are kept."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.userkit import filter_users_by_email, get_user_by_username
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.conf import settings
from django.db import IntegrityError, transaction
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from yixiang.kernel.encryption import cipher
from yixiang.kernel.errors import Invalid
from yixiang.kernel.later import later
from yixiang.people import sessions
from yixiang.people.commands import passwords, signing
from yixiang.people.contacts import normal_phone
from yixiang.people.middleware import client_ip
from yixiang.people.models import Person

# One answer for a wrong password, an unknown name and a locked account: none of them tells a stranger who exists here.
NOT_RIGHT = _(
    "登录名或密码不对，或者账号因连续输错被暂时锁定（锁定后稍等一会儿会自动解除）。"
    "忘记密码可以用手机或邮箱找回，找回后立即可用。"
)
CODE_MINUTES = 15


class AccountAdapter(DefaultAccountAdapter):
    error_messages = DefaultAccountAdapter.error_messages | {
        "username_password_mismatch": NOT_RIGHT,
        "email_password_mismatch": NOT_RIGHT,
        "phone_password_mismatch": NOT_RIGHT,
        "invalid_login": NOT_RIGHT,
        "too_many_login_attempts": _("尝试的次数太多了，请过几分钟再试。"),
        "rate_limited": _("操作太频繁了，请稍等一会儿再试。"),
        "account_inactive": _("这个账号已停用。"),
        "cannot_remove_primary_email": _("这是您的登录邮箱，不能删除。"),
        "duplicate_email": _("您已经在用这个邮箱。"),
        "email_taken": _("这个邮箱已有人使用，请换一个。"),
        "phone_taken": _("这个手机号已有人使用，请换一个。"),
        "enter_current_password": _("当前密码不对，请重新输入。"),
        "incorrect_password": _("密码不对，请重新输入。"),
        "incorrect_code": _("验证码不对，请核对最新一次收到的验证码。"),
        "invalid_or_expired_key": _("链接已失效，请重新申请。"),
        "invalid_password_reset": _("链接已失效，请重新找回密码。"),
        "max_email_addresses": _("最多只能添加 %d 个邮箱。"),
        "unverified_primary_email": _("请先验证邮箱。"),
        "username_blacklisted": _("这个登录名是保留的，请换一个。"),
        "username_taken": _("这个登录名已有人使用，请换一个。"),
        "select_only_one": _("手机和邮箱填一个就可以。"),
        "same_as_current": _("与现在的相同，请填写新的。"),
        "unknown_email": _("没有找到这个邮箱。"),
        "unknown_phone": _("没有找到这个手机号。"),
    }

    # --- coming in

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return bool(getattr(settings, "REGISTRATION_OPEN", True))

    def get_login_stages(self) -> list[str]:
        own = {
            "allauth.account.stages.PhoneVerificationStage": "yixiang.people.stages.PhoneStage",
            "allauth.account.stages.EmailVerificationStage": "yixiang.people.stages.EmailStage",
        }
        return [own.get(stage, stage) for stage in super().get_login_stages()]

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Person | None:
        """The lock is looked at after the password was hashed, so that neither answer nor time gives it away."""
        person: Person | None = super().authenticate(request, **credentials)
        if person is None:
            return None
        now = timezone.now()
        locked_until = Person.objects.values_list("locked_until", flat=True).get(pk=person.pk)
        if locked_until is not None and locked_until > now:
            return None
        signing.record_success(person, now=now)
        return person

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        person = self._meant(credentials)
        if person is not None and signing.record_failure(person, now=timezone.now()):
            ip = client_ip(request)
            self.send_notification_mail("account/email/account_locked", person, {"locked_from": ip})

    def _meant(self, credentials: dict[str, Any]) -> Person | None:
        """Whose password was being tried."""
        if username := credentials.get("username"):
            found: Person | None = get_user_by_username(username)
            if found:
                return found
        if email := credentials.get("email"):
            return next(iter(filter_users_by_email(email, prefer_verified=True, for_login=True)), None)
        return self.get_user_by_phone(credentials["phone"]) if credentials.get("phone") else None

    def login(self, request: HttpRequest, user: Person) -> None:
        super().login(request, user)
        now = timezone.now()
        sessions.begin(request.session, now)
        signing.record_success(user, now=now)  # a code or a passkey proves more than a password

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Whoever came in through the door a moment ago is not asked again at once."""
        if sessions.just_began(self.request.session, timezone.now()):
            return False
        return bool(super().is_reauthentication_required(app=app, **kwargs))

    # --- registering

    def save_user(self, request: HttpRequest, user: Person, form: BaseForm, commit: bool = True) -> Person:
        user.name = form.cleaned_data.get("name") or form.cleaned_data.get("username") or user.name
        user.must_verify = True
        user.agreed_at = timezone.now()
        try:
            with transaction.atomic():
                saved: Person = super().save_user(request, user, form, commit)
                return saved
        except IntegrityError as taken:  # somebody took the name, mail or phone between the check and now
            raise Invalid(str(_("登录名、邮箱或手机号刚刚被别人使用了，请换一个再试。")), code="taken") from taken

    def set_password(self, user: Person, password: str) -> None:
        passwords.change_password(user, password, now=timezone.now())

    def confirm_email(self, request: HttpRequest, email_address: Any) -> bool:
        confirmed = bool(super().confirm_email(request, email_address))
        if confirmed:
            signing.record_verified(Person.objects.get(pk=email_address.user_id))
        return confirmed

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        from django.urls import reverse

        return reverse("people:account")

    def respond_user_inactive(self, request: HttpRequest, user: Person) -> HttpResponse:
        response: HttpResponse = super().respond_user_inactive(request, user)
        return response

    # --- phone

    def phone_form_field(self, **kwargs: Any) -> Any:
        from yixiang.people.entrance_forms import PhoneField

        return PhoneField(**kwargs)

    def get_phone(self, user: Person) -> tuple[str, bool] | None:
        return (user.phone, user.phone_verified) if user.phone else None

    def set_phone(self, user: Person, phone: str, verified: bool) -> None:
        user.phone, user.phone_verified = phone, verified
        user.save(update_fields=["phone", "phone_verified"])

    def set_phone_verified(self, user: Person, phone: str) -> None:
        signing.record_verified(user, phone=phone)

    def get_user_by_phone(self, phone: str) -> Person | None:
        known = Person.objects.filter(phone=normal_phone(phone) or phone, erased_at=None)
        return known.order_by("-phone_verified", "pk").first()

    def send_verification_code_sms(self, user: Person, phone: str, code: str, **_kwargs: Any) -> None:
        text = _("验证码 %(code)s，%(minutes)d 分钟内有效。任何人向您索要验证码都是诈骗，请不要告诉别人。")
        self._text(phone, str(text) % {"code": code, "minutes": CODE_MINUTES})

    def send_unknown_account_sms(self, phone: str, **_kwargs: Any) -> None:
        self._text(phone, str(_("有人用这个手机号申请登录，但它没有对应的账号。如果不是您本人操作，不用理会。")))

    def send_account_already_exists_sms(self, phone: str) -> None:
        self._text(
            phone,
            str(_("这个手机号已经注册过，直接登录或用“忘记密码”找回即可。如果不是您本人操作，不用理会。")),
        )

    def _text(self, phone: str, text: str) -> None:
        later("notices.send_sms", phone=phone, text=text)

    def get_client_ip(self, request: HttpRequest) -> str:
        return client_ip(request)


class SocialAccountAdapter(DefaultSocialAccountAdapter):
    """Identity providers of governments and campuses; a person who comes from one has proven who they are."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        return bool(getattr(settings, "REGISTRATION_OPEN", True))

    def populate_user(self, request: HttpRequest, sociallogin: Any, data: dict[str, Any]) -> Person:
        person: Person = super().populate_user(request, sociallogin, data)
        parts = (data.get("last_name") or "", data.get("first_name") or "")
        person.name = data.get("name") or "".join(parts) or person.username
        person.agreed_at = timezone.now()
        return person


class MFAAdapter(DefaultMFAAdapter):
    error_messages = DefaultMFAAdapter.error_messages | {
        "add_email_blocked": _("账号已开启两步验证，不能再添加邮箱。"),
        "cannot_delete_authenticator": _("这项两步验证不能关闭。"),
        "cannot_generate_recovery_codes": _("请先开启动态口令或通行密钥，再生成恢复码。"),
        "incorrect_code": _("验证码不对，请核对手机上当前显示的数字。"),
        "unverified_email": _("请先验证邮箱，再开启两步验证。"),
    }

    def encrypt(self, text: str) -> str:
        return cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return cipher().decrypt(encrypted_text.encode()).decode()

    def _get_site_name(self) -> str:
        return str(getattr(settings, "MFA_TOTP_ISSUER", "仪享"))

    def get_totp_label(self, user: Person) -> str:
        return user.username

    def generate_authenticator_name(self, user: Person, type: Any) -> str:
        number = Authenticator.objects.filter(user=user, type=type).count() + 1
        return str(_("通行密钥 %(number)d")) % {"number": number}
