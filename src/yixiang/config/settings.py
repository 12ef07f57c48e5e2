"""Everything that differs between installations, read from the environment once."""

import json
import os
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from django.utils.translation import gettext_lazy as _

from yixiang.config import postgres, secrets
from yixiang.kernel import locales

HOME = Path(__file__).resolve().parents[3]
VAR = Path(os.environ.get("YIXIANG_VAR", HOME / "var")).resolve()


def _flag(name: str, default: bool) -> bool:
    return os.environ.get(name, str(int(default))).lower() in {"1", "true", "yes", "on"}


def _list(name: str, default: str = "") -> list[str]:
    return [item.strip() for item in os.environ.get(name, default).split(",") if item.strip()]


def _database(url: str) -> dict[str, object]:
    parts = urlsplit(url)
    query = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")) or "yixiang",
        "USER": unquote(parts.username or "postgres"),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.pop("host", None) or unquote(parts.hostname or ""),
        "PORT": str(query.pop("port", None) or parts.port or ""),
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": query,
        "TEST": {"NAME": os.environ.get("YIXIANG_TEST_DB", "yixiang_test")},
    }


# --- what kind of installation this is
DEMO = _flag("YIXIANG_DEMO", default=True)  # ready accounts, gallery, console SMS
DEBUG = _flag("YIXIANG_DEBUG", default=False)
ALLOWED_HOSTS = _list("YIXIANG_HOSTS", "localhost,127.0.0.1,[::1]")
BASE_URL = os.environ.get("YIXIANG_URL", f"http://127.0.0.1:{os.environ.get('PORT', '8000')}")
TLS = BASE_URL.startswith("https://")
JURISDICTIONS = _list("YIXIANG_JURISDICTIONS", "hunan,shandong,guangdong,xuchang")
POLICIES = HOME / "policies"

SECRET_KEY = secrets.read("YIXIANG_SECRET_KEY", VAR)
IDP_OIDC_PRIVATE_KEY = secrets.read("YIXIANG_OIDC_KEY", VAR)
FIELD_KEYS = [secrets.read("YIXIANG_FIELD_KEY", VAR), *_list("YIXIANG_OLD_FIELD_KEYS")]

DATABASES = {"default": _database(os.environ.get("DATABASE_URL") or postgres.url(VAR))}

INSTALLED_APPS = [
    "yixiang.kernel",
    "yixiang.web",
    "yixiang.people",
    "yixiang.audit",
    "yixiang.notices",
    "yixiang.files",
    "yixiang.reviews",
    "yixiang.articles",
    "yixiang.units",
    "yixiang.catalogue",
    "yixiang.ledger",
    "yixiang.vouchers",
    "yixiang.orders",
    "yixiang.assessment",
    "yixiang.subsidies",
    "yixiang.portal",
    "yixiang.api",
    "yixiang.demo",
    "yixiang.config",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.socialaccount.providers.saml",
    "allauth.idp.oidc",
    "django_htmx",
    "ninja",
    "pgtrigger",
    "procrastinate.contrib.django",
]

MIDDLEWARE = [
    "yixiang.config.middleware.RequestIdMiddleware",
    "yixiang.config.middleware.SecurityHeadersMiddleware",
    "yixiang.api.middleware.ProblemsMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "yixiang.portal.middleware.ChineseDeskMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "yixiang.portal.visitors.VisitorPagesMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "yixiang.people.middleware.ActingMiddleware",
    "yixiang.people.middleware.SessionLimitsMiddleware",
    "yixiang.portal.middleware.RefusedMiddleware",
]

ROOT_URLCONF = "yixiang.config.urls"
WSGI_APPLICATION = "yixiang.config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
APPEND_SLASH = True

_CONTEXT = [
    "django.template.context_processors.request",
    "django.contrib.auth.context_processors.auth",
    "django.contrib.messages.context_processors.messages",
    "yixiang.portal.context.shell",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "APP_DIRS": True,
        "OPTIONS": {"environment": "yixiang.web.jinja.environment", "context_processors": _CONTEXT},
    },
    {  # only for what libraries bring along; our pages are Jinja2
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {"context_processors": _CONTEXT},
    },
]

# --- language and time
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("简体中文")), ("en", "English")]
LOCALE_PATHS = [locales.compiled(HOME / "src" / "yixiang" / "locale", VAR / "locale")]
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True

# --- files
STATIC_URL = "static/"
STATIC_ROOT = VAR / "static"
MEDIA_ROOT = Path(os.environ.get("YIXIANG_FILES", VAR / "files"))
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if _flag("YIXIANG_STATIC_MANIFEST", default=not DEBUG)
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
WHITENOISE_MAX_AGE = 3600
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
FILE_UPLOAD_HANDLERS = ["yixiang.files.handlers.BoundedUploadHandler"]  # stops an oversize upload while it streams
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
FILE_MAX_BYTES = int(os.environ.get("YIXIANG_FILE_MAX_MB", "20")) * 1024 * 1024
FILES_ACCEL = os.environ.get("YIXIANG_FILES_ACCEL", "")  # an internal path of the proxy that serves files for us
CLAMD_SOCKET = os.environ.get("YIXIANG_CLAMD", "")  # empty: files are not scanned

# --- people
AUTH_USER_MODEL = "people.Person"
SILENCED_SYSTEM_CHECKS = ["auth.W004"]  # the login name is unique whatever its case, by a constraint
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [{"NAME": "yixiang.people.passwords.ProfileValidator"}]
PASSWORD_PROFILE = os.environ.get("YIXIANG_PASSWORDS", "gov")  # gov: GB/T 22239; asvs: OWASP ASVS 5
PASSWORD_MAX_AGE_DAYS = int(os.environ.get("YIXIANG_PASSWORD_DAYS", "90"))
SIGN_IN_FAILURES = 5
SIGN_IN_LOCK_MINUTES = 15
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "portal:desk"
LOGOUT_REDIRECT_URL = "portal:home"
SESSION_IDLE_MINUTES = int(os.environ.get("YIXIANG_SESSION_IDLE_MINUTES", "30"))
SESSION_ABSOLUTE_HOURS = int(os.environ.get("YIXIANG_SESSION_HOURS", "12"))
SESSION_COOKIE_AGE = SESSION_ABSOLUTE_HOURS * 3600
SESSION_COOKIE_NAME = "yixiang_session"
SESSION_COOKIE_SECURE = TLS
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SECURE = TLS
CSRF_COOKIE_HTTPONLY = False  # htmx reads it to send the header
CSRF_FAILURE_VIEW = "yixiang.portal.errors.csrf_failed"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if _flag("YIXIANG_BEHIND_PROXY", TLS) else None
TRUSTED_PROXIES = int(os.environ.get("YIXIANG_TRUSTED_PROXIES", "0"))
SECURE_HSTS_SECONDS = 31536000 if TLS else 0
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

ACCOUNT_ADAPTER = "yixiang.people.adapters.AccountAdapter"
SOCIALACCOUNT_ADAPTER = "yixiang.people.adapters.SocialAccountAdapter"
MFA_ADAPTER = "yixiang.people.adapters.MFAAdapter"
ACCOUNT_LOGIN_METHODS = {"username", "email", "phone"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email*", "phone", "password1*", "password2*"]  # our form asks for one contact
ACCOUNT_EMAIL_VERIFICATION = "mandatory"  # decided per person in people/stages.py
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_PASSWORD_RESET_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = True
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_CHANGE = True
ACCOUNT_PHONE_VERIFICATION_SUPPORTS_RESEND = True
ACCOUNT_PHONE_VERIFICATION_SUPPORTS_CHANGE = True
ACCOUNT_PASSWORD_RESET_BY_CODE_TIMEOUT = 15 * 60
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 15 * 60
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = True
ACCOUNT_CHANGE_EMAIL = True  # one address per person
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = "【仪享】"
ACCOUNT_USERNAME_MIN_LENGTH = 3
ACCOUNT_USERNAME_VALIDATORS = "yixiang.people.entrance_forms.login_name_validators"
ACCOUNT_USERNAME_BLACKLIST = ["admin", "administrator", "root", "system", "yixiang", "support"]
ACCOUNT_RATE_LIMITS = {
    "login": f"{os.environ.get('YIXIANG_SIGN_INS_PER_MINUTE', '30')}/m/ip",
    "login_failed": "30/m/ip,5/300s/key",
}  # key: what was typed, whether it exists or not
ACCOUNT_FORMS = {
    "login": "yixiang.people.entrance_forms.LoginForm",
    "signup": "yixiang.people.entrance_forms.SignupForm",
    "reset_password": "yixiang.people.entrance_forms.ResetPasswordForm",
    "reset_password_from_key": "yixiang.people.entrance_forms.ResetPasswordKeyForm",
    "change_password": "yixiang.people.entrance_forms.ChangePasswordForm",
    "set_password": "yixiang.people.entrance_forms.SetPasswordForm",
    "reauthenticate": "yixiang.people.entrance_forms.ReauthenticateForm",
    "request_login_code": "yixiang.people.entrance_forms.RequestLoginCodeForm",
}
ALLAUTH_USER_CODE_FORMAT = {"numeric": True, "dashed": False, "length": 6}
ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXIES
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_REAUTHENTICATION_REQUIRED = True
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
IDP_OIDC_ADAPTER = "yixiang.people.identity.OIDCAdapter"
MFA_FORMS = {
    "login_webauthn": "yixiang.people.passkey_forms.LoginForm",
    "authenticate_webauthn": "yixiang.people.passkey_forms.AuthenticateForm",
    "reauthenticate_webauthn": "yixiang.people.passkey_forms.ReauthenticateForm",
    "add_webauthn": "yixiang.people.passkey_forms.AddForm",
}
MFA_TOTP_ISSUER = "仪享 Yixiang"
MFA_TOTP_TOLERANCE = 1  # half a minute of clock drift on either side
MFA_ALLOW_UNVERIFIED_EMAIL = True  # a proven phone is as good; people/stages.py asks for one of them
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not TLS

# --- telling people
EMAIL_BACKEND = os.environ.get(
    "YIXIANG_EMAIL_BACKEND",
    "django.core.mail.backends.smtp.EmailBackend"
    if os.environ.get("YIXIANG_SMTP_HOST")
    else "django.core.mail.backends.console.EmailBackend",
)
EMAIL_HOST = os.environ.get("YIXIANG_SMTP_HOST", "localhost")
EMAIL_PORT = int(os.environ.get("YIXIANG_SMTP_PORT", "25"))
EMAIL_HOST_USER = os.environ.get("YIXIANG_SMTP_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("YIXIANG_SMTP_PASSWORD", "")
EMAIL_USE_TLS = _flag("YIXIANG_SMTP_TLS", default=False)
EMAIL_TIMEOUT = 20
EMAIL_FILE_PATH = os.environ.get("YIXIANG_MAIL_DIR", str(VAR / "mail"))
DEFAULT_FROM_EMAIL = os.environ.get("YIXIANG_MAIL_FROM", "仪享 <no-reply@yixiang.invalid>")
SMS_BACKEND = os.environ.get("YIXIANG_SMS_BACKEND", "yixiang.notices.sms.ConsoleSms")
SMS_HTTP = json.loads(os.environ.get("YIXIANG_SMS_HTTP", "{}"))  # {"url", "headers", "body", "id"} of the provider
SMS_PHONE_DAILY = int(os.environ.get("YIXIANG_SMS_PHONE_DAILY", "20"))
SMS_DAILY = int(os.environ.get("YIXIANG_SMS_DAILY", "5000"))

# --- keeping
AUDIT_KEEP_DAYS = int(os.environ.get("YIXIANG_AUDIT_DAYS", "400"))
CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "cache"}}
PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "jobs"
PROCRASTINATE_WORKER_DEFAULTS = {"delete_jobs": "successful"}  # codes sent by SMS stand in the arguments of a job
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "yixiang.config.logs.JsonFormatter"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["stderr"], "level": os.environ.get("YIXIANG_LOG_LEVEL", "WARNING")},
    "loggers": {"yixiang": {"level": "INFO"}},
}

# --- programs
API_RATE_PER_MINUTE = int(os.environ.get("YIXIANG_API_RATE", "600"))
METRICS_TOKEN = os.environ.get("YIXIANG_METRICS_TOKEN", "")
