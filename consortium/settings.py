"""One settings file, driven by the environment; `docs/settings.md` lists every variable.

Secrets come from NAME or from the file that NAME_FILE points to.
"""

import tomllib
from pathlib import Path
from urllib.parse import urlsplit

from csp.constants import NONE, SELF
from django.conf import global_settings
from django.urls import reverse_lazy
from environs import FileAwareEnv

from consortium import proofing_settings, storages
from consortium.api.settings import REST_FRAMEWORK, SPECTACULAR_SETTINGS  # noqa: F401  # read by packages
from consortium.environment import require_valid

require_valid()
env = FileAwareEnv(strip_whitespace=True)  # files end with a newline
BASE_DIR = Path(__file__).resolve().parent.parent
VERSION = tomllib.loads((BASE_DIR / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]

# --- The process: which surface it serves, hence URLconf, cookies, login -------------------------
SURFACE = env.str("SURFACE", "portal")
DEBUG = env.bool("DEBUG", False)
DEMO = env.bool("DEMO", False)
SITE_NAME = env.str("SITE_NAME", "自治体DX共同プラットフォーム")
PORTAL_URL = env.str("PORTAL_URL", "http://localhost:8000")
IDENTITY_URL = env.str("IDENTITY_URL", "http://localhost:8001")
IS_IDENTITY = SURFACE == "identity"
OWN_URL = IDENTITY_URL if IS_IDENTITY else PORTAL_URL
ROOT_URLCONF = "consortium.urls.identity" if IS_IDENTITY else "consortium.urls.portal"
WSGI_APPLICATION = "consortium.wsgi.application"

# --- Secrets --------------------------------------------------------------------------------------
SECRET_KEY = env.str("SECRET_KEY")
SECRET_KEY_FALLBACKS: list[str] = env.list("SECRET_KEY_FALLBACKS", [])
FIELD_KEYS: list[str] = env.list("FIELD_KEYS")
"""Fernet keys of everything encrypted at rest; the first encrypts, all decrypt."""
BLIND_INDEX_KEY = env.str("BLIND_INDEX_KEY", "")
"""Finds a second enrolment of one person; it cannot be rotated without rewriting the index."""

# --- Database, cache, queue -----------------------------------------------------------------------
DATABASES = {"default": env.dj_db_url("DATABASE_URL")}
DATABASES["default"] |= {
    "DISABLE_SERVER_SIDE_CURSORS": True,  # cursors that outlive their transaction leave its tenant
    "TEST": {"TEMPLATE": "consortium_template"},
    "CONN_MAX_AGE": 3600 if SURFACE in {"portal", "identity"} else 0,  # one for each thread (docs/adr/0036)
    "OPTIONS": {"prepare_threshold": 0},  # only statements that ask for it (consortium.tenancy.statements)
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
REDIS_URL = env.str("REDIS_URL")
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "identity" if IS_IDENTITY else "portal",
        "OPTIONS": {"socket_timeout": 2, "socket_connect_timeout": 2},
    }
}
SIGNING_KEY_DAYS = env.int("SIGNING_KEY_DAYS", 90)
DEVICE_CA = {"FOLDER": env.str("DEVICE_CA_FOLDER", ""), "NAME": env.str("DEVICE_CA_NAME", ""),
             "KEY": env.str("DEVICE_CA_KEY", ""), "POLICY": env.str("DEVICE_CA_POLICY", ""),
             "PASSPHRASE": env.str("DEVICE_CA_PASSPHRASE", ""),
             "EARLIER_KEY": env.str("DEVICE_CA_EARLIER_KEY", ""),
             "EARLIER_PASSPHRASE": env.str("DEVICE_CA_EARLIER_PASSPHRASE", "")}  # fmt: skip
JOB_LEASE_SECONDS = env.int("JOB_LEASE_SECONDS", 15)

# --- Applications ---------------------------------------------------------------------------------
PRODUCTS = ["services", "shared_plans", "identity"]
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "consortium.membership",  # its templates stand in for allauth's
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "csp",
    "django_htmx",
    "template_partials",
    "consortium.tenancy",
    "consortium.audit",
    "consortium.jobs",
    "consortium.notifications",
    "consortium.ui",
    "consortium.api",
    "consortium.tabular",
    "consortium.files",
    "consortium.sso",
    "consortium.staffing",
    "consortium.reporting",
    "consortium.operations",
    "consortium.portal",
    *PRODUCTS,
]
MIDDLEWARE = [
    "consortium.audit.middleware.RequestIdMiddleware",
    "consortium.operations.middleware.Probes",
    "consortium.operations.middleware.Measure",
    "django.middleware.security.SecurityMiddleware",
    *(["identity.middleware.ShortStack"] if IS_IDENTITY else []),
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "consortium.membership.timeouts.Sessions",
    "django.middleware.locale.LocaleMiddleware",
    "consortium.ui.middleware.ErrorPages",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "consortium.membership.timeouts.SessionTimeout",
    "consortium.membership.middleware.ChosenLanguage",
    "consortium.membership.middleware.SignInRequired",
    "consortium.api.middleware.RateLimit",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "consortium.ui.once.Settle",
]
if IS_IDENTITY:
    MIDDLEWARE += [
        "allauth.account.middleware.AccountMiddleware",  # allauth insists on it; it has no URL here
        "identity.middleware.ResidentMiddleware",
    ]
else:
    MIDDLEWARE += [
        "allauth.account.middleware.AccountMiddleware",
        "consortium.membership.middleware.ActivityMiddleware",
        "consortium.portal.middleware.ShellMiddleware",
        "consortium.sso.outside.OutsideMiddleware",
        "consortium.membership.middleware.ContextMiddleware",
        "consortium.sso.middleware.SsoMiddleware",
    ]

# --- Templates and forms --------------------------------------------------------------------------
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "consortium.ui.context_processors.shell",
            ],
            "builtins": ["django.templatetags.i18n", "django.templatetags.static"],
        },
    }
]
FORM_RENDERER = "consortium.ui.forms.Renderer"

# --- Language and calendar ------------------------------------------------------------------------
LANGUAGE_CODE = "ja"
LANGUAGES = [("ja", "日本語"), *([("ja-easy", "やさしい日本語")] if IS_IDENTITY else []), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "consortium" / "locale"]
TIME_ZONE = "Asia/Tokyo"

# --- Files ----------------------------------------------------------------------------------------
STATIC_URL = "static/"
STATIC_ROOT = env.path("STATIC_ROOT", BASE_DIR / "static")
MEDIA_ROOT = env.path("MEDIA_ROOT", BASE_DIR / "media")
_MANIFEST = "whitenoise.storage.CompressedManifestStaticFilesStorage"
_PLAIN = "django.contrib.staticfiles.storage.StaticFilesStorage"
STORAGES = {
    "default": storages.private(env.str("FILES_URL", ""), MEDIA_ROOT),
    "staticfiles": {"BACKEND": _PLAIN if SURFACE == "tests" or DEBUG else _MANIFEST},
}
UPLOAD_MAX_MB = env.int("UPLOAD_MAX_MB", 40)
FILE_LIMITS_MB: dict[str, float] = env.dict("FILE_LIMITS_MB", {}, subcast_values=float)
FILE_UPLOAD_HANDLERS = ["consortium.files.uploads.Limit", *global_settings.FILE_UPLOAD_HANDLERS]
DOWNLOAD_MINUTES = env.int("DOWNLOAD_MINUTES", 15)
REPORT_DAYS = env.int("REPORT_DAYS", 90)
CLAMD_URL = env.str("CLAMD_URL", "")

# --- Accounts -------------------------------------------------------------------------------------
AUTH_USER_MODEL = "membership.User"
AUTHENTICATION_BACKENDS = (
    ["identity.backends.ResidentBackend"] if IS_IDENTITY else ["consortium.membership.backends.StaffBackend"]
)
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = reverse_lazy("identity:sign_in") if IS_IDENTITY else reverse_lazy("account_login")
LOGIN_REDIRECT_URL = reverse_lazy("identity:me") if IS_IDENTITY else reverse_lazy("portal:home")
LOGOUT_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "consortium.sso.adapters.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"  # an invitation has proved the address
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_REAUTHENTICATION_TIMEOUT = 900
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False  # no mail to strangers whose address somebody typed
ACCOUNT_RATE_LIMITS = {"login": "300/m/ip", "login_failed": "5/5m/key", "reset_password": "20/m/ip"}
ACCOUNT_FORMS = {
    "login": "consortium.sso.sign_in.SignInForm",
    "reauthenticate": "consortium.membership.sign_in_forms.PasswordForm",
    "change_password": "consortium.membership.sign_in_forms.ChangePasswordForm",
    "reset_password": "consortium.membership.sign_in_forms.ResetPasswordForm",
    "reset_password_from_key": "consortium.membership.sign_in_forms.NewPasswordForm",
}
MFA_ADAPTER = "consortium.membership.adapters.MFAAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_USER_VERIFICATION = "required"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = urlsplit(OWN_URL).hostname == "localhost"
MFA_TOTP_ISSUER = SITE_NAME
MFA_RATE_LIMITS = {"webauthn_login": "300/m/ip"}  # a whole town hall has one address, a passkey no guesses
MFA_FORMS = {
    "authenticate": "consortium.membership.sign_in_forms.CodeForm",
    "authenticate_webauthn": "consortium.membership.sign_in_forms.PasskeyForm",
    "reauthenticate": "consortium.membership.sign_in_forms.ReauthenticateCodeForm",
    "reauthenticate_webauthn": "consortium.membership.sign_in_forms.ReauthenticatePasskeyForm",
    "login_webauthn": "consortium.membership.sign_in_forms.SignInPasskeyForm",
    "add_webauthn": "consortium.membership.sign_in_forms.AddPasskeyForm",
    "edit_webauthn": "consortium.membership.sign_in_forms.RenamePasskeyForm",
    "activate_totp": "consortium.membership.sign_in_forms.ActivateTOTPForm",
}
SSO_INTERNAL_ISSUERS: list[str] = env.list("SSO_INTERNAL_ISSUERS", [])
SSO_ALLOWS_LOCALHOST = DEMO or SURFACE == "tests"
JPKI, NINSHO_APP = proofing_settings.jpki(env), proofing_settings.ninsho_app(env)
OIDC_LIMITS: dict[str, int] = env.dict("OIDC_LIMITS", {}, subcast_values=int)

# --- Web security ---------------------------------------------------------------------------------
SECURE = urlsplit(OWN_URL).scheme == "https"
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", [urlsplit(OWN_URL).hostname])
CSRF_TRUSTED_ORIGINS = [OWN_URL]
CSRF_COOKIE_NAME = f"{'identity' if IS_IDENTITY else 'portal'}_csrf"
CSRF_FAILURE_VIEW = "consortium.ui.errors.csrf_failure"
CSRF_COOKIE_SECURE = SESSION_COOKIE_SECURE = SECURE
CSRF_COOKIE_SAMESITE = SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_NAME = f"{'identity' if IS_IDENTITY else 'portal'}_session"
SESSION_ENGINE = "identity.sessions" if IS_IDENTITY else "django.contrib.sessions.backends.db"
SESSION_COOKIE_AGE = env.int("SESSION_HOURS", 8) * 3600
SESSION_IDLE_MINUTES = env.int("SESSION_IDLE_MINUTES", 30)
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
LANGUAGE_COOKIE_NAME = "language"
SECURE_SSL_REDIRECT = SECURE and env.bool("SSL_REDIRECT", True)
SECURE_HSTS_SECONDS = 31_536_000 if SECURE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE
SECURE_REFERRER_POLICY = "same-origin"
ALLAUTH_TRUSTED_PROXY_COUNT = int(env.bool("BEHIND_PROXY", False))  # rate limits count real addresses
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env.bool("BEHIND_PROXY", False) else None
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_500_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000  # a long plan in the editor
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "manifest-src": [SELF],
    }
}

# --- E-mail ---------------------------------------------------------------------------------------
EMAIL_FILE_PATH = env.str("EMAIL_FILE_PATH", "")
_SMTP = urlsplit(env.str("EMAIL_URL", "smtp://localhost:25"))
EMAIL_BACKEND = f"django.core.mail.backends.{'filebased' if EMAIL_FILE_PATH else 'smtp'}.EmailBackend"
EMAIL_HOST, EMAIL_PORT = _SMTP.hostname, _SMTP.port
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = _SMTP.username or "", _SMTP.password or ""
EMAIL_USE_TLS = _SMTP.scheme == "smtps"
EMAIL_TIMEOUT = 10  # less than a mail's lease
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", "no-reply@consortium.example")
MAIL_RETRY_DAYS, MAIL_KEEP_DAYS = env.int("MAIL_RETRY_DAYS", 3), env.int("MAIL_KEEP_DAYS", 30)
NOTICE_KEEP_DAYS, INVITATION_DAYS = env.int("NOTICE_KEEP_DAYS", 365), env.int("INVITATION_DAYS", 7)

# --- Operations -----------------------------------------------------------------------------------
METRICS_TOKEN = env.str("METRICS_TOKEN", "")
OPERATIONS_NETWORKS: list[str] = env.list("OPERATIONS_NETWORKS", ["127.0.0.0/8", "::1/128"])
PROMETHEUS_MULTIPROC_DIR = env.str("PROMETHEUS_MULTIPROC_DIR", "")  # read by prometheus-client itself

# --- Logs -----------------------------------------------------------------------------------------
LOGGING_CONFIG = "consortium.logs.configure"
LOGGING = {"level": env.str("LOG_LEVEL", "WARNING" if SURFACE == "tests" else "INFO")}

# --- Jobs -----------------------------------------------------------------------------------------
CELERY_BROKER_URL = REDIS_URL
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER, CELERY_WORKER_HIJACK_ROOT_LOGGER = 1, False
CELERY_TASK_DEFAULT_QUEUE = "default"
CELERY_TIMEZONE = TIME_ZONE
CELERY_BROKER_TRANSPORT_OPTIONS = {"socket_connect_timeout": 3, "socket_timeout": 30}
