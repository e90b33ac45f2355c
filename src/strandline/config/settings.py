"""Django's settings, read from `STRANDLINE_*`. `STRANDLINE_HOME` holds everything that a run writes."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from csp.constants import NONE, SELF
from environs import Env

from strandline.store import address
from strandline.store import key as store_key

env = Env()
BASE = Path(__file__).resolve().parent.parent
HOME = store_key.home_of(os.environ)
IS_TEST = env.bool("STRANDLINE_TEST", False)

# The key is found once; everything else that has to be secret derives from it.
SECRET_KEY = store_key.current().subkey("django-secret").hex()
DEBUG = False
# Where people reach this installation, as `init` was told: it stands in links, in mails too, which no request has made.
STATED_URL = env.str("STRANDLINE_URL", address.read(HOME))
ALLOWED_HOSTS = env.list("STRANDLINE_HOSTS", [*address.hosts(STATED_URL), "localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in ALLOWED_HOSTS if host not in ("localhost", "127.0.0.1")]
IS_HTTPS = env.bool("STRANDLINE_HTTPS", False)

INSTALLED_APPS = [
    "strandline.organisation",
    "strandline.steady",
    "strandline.surge",
    "strandline.ledger",
    "strandline.web",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django_htmx",
    "template_partials.apps.SimpleAppConfig",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "django_tasks_db",
    "csp",
]

MIDDLEWARE = [
    "strandline.web.middleware.guard",
    "strandline.web.intake.door.door",
    "django.middleware.security.SecurityMiddleware",
    "strandline.web.accounts.policy.ContentPolicy",
    "strandline.web.middleware.files",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "strandline.web.middleware.signed_out",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "strandline.web.accounts.policy.without_doors",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "strandline.web.middleware.viewing",
    "strandline.web.accounts.whole.Whole",
]

ROOT_URLCONF = "strandline.config.urls"
WSGI_APPLICATION = "strandline.config.wsgi.application"
AUTH_USER_MODEL = "organisation.Account"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE / "web" / "templates"],
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "strandline.web.shell.shell",
                "strandline.web.toasts.toasts",
            ],
            "loaders": [
                (
                    "template_partials.loader.Loader",
                    [
                        (
                            "django.template.loaders.cached.Loader",
                            [
                                "django.template.loaders.filesystem.Loader",
                                "django.template.loaders.app_directories.Loader",
                            ],
                        )
                    ],
                )
            ],
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "template_partials.templatetags.partials",
                "strandline.web.templatetags.words",
            ],
        },
    }
]


def _postgresql(url: str) -> dict[str, object]:
    parts = urlsplit(url)
    if parts.scheme not in ("postgres", "postgresql"):
        raise ValueError("STRANDLINE_DATABASE_URL has to begin with postgresql://")
    options = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or options.pop("user", "")),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or "") or options.pop("host", ""),
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
        # Our questions are short; compiling one takes longer than answering it. What is asked for the fifth time is
        # planned for all times (`store.asking`).
        "OPTIONS": {"options": "-c jit=off", "prepare_threshold": 5, **options},
    }


DATABASE_URL = env.str("STRANDLINE_DATABASE_URL", "")
DATABASES = {
    "default": _postgresql(DATABASE_URL)
    if DATABASE_URL
    else {
        "ENGINE": "strandline.store.sqlcipher",
        "NAME": HOME / "strandline.db",
        "CONN_MAX_AGE": None,
        "TEST": {"NAME": str(HOME / "test.db")},
        "OPTIONS": {"key": store_key.database_key},
    }
}
CACHES = {"default": {"BACKEND": "strandline.store.cache.Cache", "LOCATION": "strandline_cache"}}
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default", "long"]}}

# Signing in.
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
if IS_TEST and env.bool("STRANDLINE_TEST_FAST_PASSWORDS", False):
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_LOGOUT_REDIRECT_URL = LOGIN_URL
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_ADAPTER = "strandline.web.accounts.adapter.AccountAdapter"
ACCOUNT_FORMS = {
    "reset_password": "strandline.web.accounts.reset.ResetForm",
    "login": "strandline.web.accounts.worded.LoginForm",
    "reauthenticate": "strandline.web.accounts.worded.ReauthenticateForm",
    "add_email": "strandline.web.accounts.worded.AddEmailForm",
    "change_password": "strandline.web.accounts.worded.ChangePasswordForm",
    "set_password": "strandline.web.accounts.worded.SetPasswordForm",
    "reset_password_from_key": "strandline.web.accounts.worded.ResetPasswordKeyForm",
}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if IS_HTTPS else "http"
ACCOUNT_RATE_LIMITS = {"login_failed": "20/h/key,60/h/ip", "login": "60/m/ip"}
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("STRANDLINE_PROXIES", 0)
MFA_ADAPTER = "strandline.web.accounts.mfa.MfaAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_TOTP_TOLERANCE = 1  # one step of 30 s either way: clocks differ, and people type slowly (RFC 6238, 5.2)
MFA_PASSKEY_LOGIN_ENABLED = True
# Passkeys need a secure origin; browsers count localhost as one.
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not IS_HTTPS
SOCIALACCOUNT_ONLY = False
USERSESSIONS_TRACK_ACTIVITY = False

# Toasts may name someone: they are kept in the session on the server, never in a cookie.
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
SESSION_ENGINE = "strandline.web.accounts.sessions"
SESSION_COOKIE_AGE = int(timedelta(hours=8).total_seconds())
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = IS_HTTPS
CSRF_COOKIE_HTTPONLY = True
CSRF_USE_SESSIONS = False
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 31_536_000 if IS_HTTPS else 0
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
# Nothing that was uploaded is ever written to disk in clear.
FILE_UPLOAD_HANDLERS = ["strandline.web.interchange.uploads.SealedUpload"]
FILE_UPLOAD_PERMISSIONS = 0o600

# What one token may ask in a minute: of everything, and of lists and searches among it.
API_PER_MINUTE = env.int("STRANDLINE_API_PER_MINUTE", 600)
API_LISTS_PER_MINUTE = env.int("STRANDLINE_API_LISTS_PER_MINUTE", 240)

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "worker-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "object-src": [NONE],
        "require-trusted-types-for": ["'script'"],
        "trusted-types": ["default"],
    }
}

PUBLIC_URL = (STATED_URL or f"{'https' if IS_HTTPS else 'http'}://{ALLOWED_HOSTS[0]}").rstrip("/")
# A public form is asked for anew after so long; what an organiser changes shows within that time.
FORM_CACHE_SECONDS = env.float("STRANDLINE_FORM_CACHE", 0.0 if IS_TEST else 2.0)

LANGUAGE_CODE = "en-gb"
LANGUAGES = [("en-gb", "English"), ("es", "Español")]
LOCALE_PATHS = [BASE / "web" / "locale"]
TIME_ZONE = "UTC"
USE_TZ = True
USE_THOUSAND_SEPARATOR = True

STATIC_URL = "/static/"
STATIC_ROOT = HOME / "static"
STATICFILES_DIRS = [BASE / "web" / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if IS_TEST
        else "servestatic.storage.CompressedManifestStaticFilesStorage"
    },
}
SERVESTATIC_USE_FINDERS = IS_TEST
SERVESTATIC_AUTOREFRESH = False

EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
EMAIL_HOST = env.str("STRANDLINE_SMTP_HOST", "")
EMAIL_PORT = env.int("STRANDLINE_SMTP_PORT", 25)
EMAIL_HOST_USER = env.str("STRANDLINE_SMTP_USER", "")
EMAIL_HOST_PASSWORD = env.str("STRANDLINE_SMTP_PASSWORD", "")
EMAIL_USE_TLS = env.bool("STRANDLINE_SMTP_TLS", False)
EMAIL_TIMEOUT = 10
# Without a server of its own an organisation sends no mail, and the pages say so.
SENDS_MAIL = bool(EMAIL_HOST) or IS_TEST
DEFAULT_FROM_EMAIL = env.str("STRANDLINE_FROM", "strandline@localhost")

SILENCED_SYSTEM_CHECKS: list[str] = []
# Called by Django with LOGGING when it is set up, in whichever process.
LOGGING_CONFIG = "strandline.config.logs.set_up"
LOGGING = env.str("STRANDLINE_LOG", "INFO").upper()
