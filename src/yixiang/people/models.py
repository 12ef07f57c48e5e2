"""Who somebody is, and what they may do where."""

from datetime import datetime
from typing import Any, ClassVar

from allauth.mfa.models import Authenticator
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower, Now

from yixiang.kernel.recording import Recorded, append_only


class People(BaseUserManager["Person"]):
    def get_by_natural_key(self, username: str | None) -> "Person":
        return self.get(username__iexact=username)

    def create_user(self, username: str, password: str | None = None, **fields: Any) -> "Person":
        person = self.model(username=username, **fields)
        person.set_password(password)
        person.save()
        return person


class Person(AbstractBaseUser):
    """An account is a person; units, roles and hats hang on it and change over time."""

    username = models.CharField("登录名", max_length=40)
    name = models.CharField("姓名", max_length=60)
    email = models.EmailField("邮箱", blank=True)
    phone = models.CharField("手机", max_length=20, blank=True)
    phone_verified = models.BooleanField(default=False)
    must_verify = models.BooleanField(default=False)  # registered by themselves, neither phone nor mail proven yet
    agreed_at = models.DateTimeField("同意用户协议", null=True, blank=True)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    password_changed_at = models.DateTimeField(db_default=Now())
    failed_sign_ins = models.PositiveSmallIntegerField(default=0)
    locked_until = models.DateTimeField(null=True, blank=True)
    erased_at = models.DateTimeField(null=True, blank=True)
    demo = models.BooleanField(default=False, editable=False)

    # for one request only: the grant worn as a hat, and the token a program came with
    hat: int | None = None
    token: "Token | None" = None
    token_permissions: frozenset[str] | None = None

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]
    objects: ClassVar[People] = People()

    class Meta:
        verbose_name = verbose_name_plural = "人员"
        constraints = [
            models.UniqueConstraint(Lower("username"), name="person_username_once"),
            models.UniqueConstraint(Lower("email"), condition=~Q(email=""), name="person_email_once"),
            models.UniqueConstraint("phone", condition=~Q(phone=""), name="person_phone_once"),
        ]
        triggers = [Recorded(without=["password"])]

    def __str__(self) -> str:
        return self.name or self.username

    @property
    def is_staff(self) -> bool:
        return False  # there is no back door of Django's own

    def is_locked(self, now: datetime) -> bool:
        return self.locked_until is not None and self.locked_until > now


class Role(models.Model):
    """A named bundle of permissions. `separation` marks the three administrators that must be three people."""

    class Separation(models.TextChoices):
        NONE = "", "—"
        SYSTEM = "system", "系统管理员"
        SECURITY = "security", "安全管理员"
        AUDIT = "audit", "审计管理员"

    code = models.SlugField("代码", unique=True)
    name = models.CharField("名称", max_length=40)
    description = models.CharField("说明", max_length=200, blank=True)
    permissions = ArrayField(models.CharField(max_length=60), default=list)
    reaches = ArrayField(models.CharField(max_length=10), default=list)  # platform, region, unit, sub
    separation = models.CharField(max_length=10, blank=True, choices=Separation.choices, default="")
    built_in = models.BooleanField(default=False)

    class Meta:
        verbose_name = verbose_name_plural = "角色"
        ordering = ["-built_in", "pk"]
        triggers = [Recorded()]

    def __str__(self) -> str:
        return self.name


class Grants(models.QuerySet["Grant"]):
    def standing(self, now: datetime | None = None) -> "Grants":
        """Neither taken back nor run out."""
        return self.filter(Q(ends_at=None) | Q(ends_at__gt=now or Now()), ended_at=None)


class Grant(models.Model):
    """Person × role × scope: one hat. Taken back rows stay as history."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="grants")
    role = models.ForeignKey(Role, models.PROTECT, related_name="grants")
    scope = models.CharField("范围", max_length=80)
    scope_label = models.CharField(max_length=120, blank=True)
    separation = models.CharField(max_length=10, blank=True, default="")
    granted_by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")
    granted_at = models.DateTimeField(db_default=Now())
    ends_at = models.DateTimeField("到期", null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")

    objects: ClassVar[Any] = Grants.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "授权"
        constraints = [
            models.UniqueConstraint("person", "role", "scope", condition=Q(ended_at=None), name="grant_stands_once"),
            # 三员分立: whoever configures, grants or watches holds one of the three offices and no other
            models.UniqueConstraint(
                "person", condition=Q(ended_at=None) & ~Q(separation=""), name="grant_one_office_of_three"
            ),
        ]
        indexes = [models.Index(fields=["scope"], condition=Q(ended_at=None), name="grant_by_scope")]
        triggers = [Recorded()]

    def __str__(self) -> str:
        return f"{self.role.name} · {self.scope_label or self.scope}"


class OldPassword(models.Model):
    """What was used before, so that the `gov` profile can refuse it again."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="old_passwords")
    password = models.CharField(max_length=128)
    replaced_at = models.DateTimeField(db_default=Now())


class Token(models.Model):
    """A key for a program. Only its digest is kept; the key itself is shown once."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="tokens")
    name = models.CharField("用途", max_length=60)
    prefix = models.CharField(max_length=12)
    digest = models.CharField(max_length=64, unique=True)
    scopes = ArrayField(models.CharField(max_length=60), default=list)  # `read`, `write` or single permissions
    created_at = models.DateTimeField(db_default=Now())
    expires_at = models.DateTimeField("到期")
    last_used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "接口令牌"
        triggers = [Recorded(without=["digest"])]


class SecondFactor(Authenticator):
    """allauth's rows, recorded like our own: who turned a second factor on or off, and when; never its secret."""

    class Meta:
        proxy = True
        verbose_name = verbose_name_plural = "两步验证"
        triggers = [Recorded(without=["data"])]


class PersonalDataView(models.Model):
    """Somebody looked at somebody's personal data; shown to its owner."""

    subject = models.ForeignKey(Person, models.CASCADE, related_name="views_of_my_data")
    viewer = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")
    viewer_label = models.CharField(max_length=120)
    what = models.CharField("内容", max_length=120)
    purpose = models.CharField("用途", max_length=120, blank=True)
    at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [models.Index(fields=["subject", "-at"], name="views_of_a_person")]
        triggers = [append_only()]
