"""Settings, all from the environment (or a file `.env` beside manage.py).

With nothing set this is a safe development machine on the embedded database. `PRODUCTION=true` turns the switches a
bank needs and refuses to start with a default secret or key. docs/decisions/0002 tells why PostgreSQL only.
"""

from datetime import timedelta
from pathlib import Path
from typing import Any

import environ
from csp.constants import NONE, SELF

from config import production

BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = BASE_DIR / ".data"

env = environ.Env()
environ.Env.read_env(BASE_DIR / ".env")

PRODUCTION = env.bool("PRODUCTION", default=False)
DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = env.str("SECRET_KEY", default=production.DEVELOPMENT_SECRET)
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])

REDRESS = {
    # "<id>:<base64 of 32 bytes>[,<older id>:…]", the first is current
    "MASTER_KEYS": env.str("MASTER_KEYS", default=production.DEVELOPMENT_MASTER_KEYS),
    "INDEX_KEYS": env.str("INDEX_KEYS", default=production.DEVELOPMENT_INDEX_KEYS),
    # what writes from now on: sha256 or sm3, aes256gcm or sm4gcm, ed25519; what is there stays readable
    "HASH": env.str("HASH", default="sha256"),
    "CIPHER": env.str("CIPHER", default="aes256gcm"),
    "SIGNATURE": env.str("SIGNATURE", default="ed25519"),
    # "<id>:<base64 of the private key>", or a file that holds it; public keys of former ones
    "SEAL_KEY": env.str("SEAL_KEY", default="" if PRODUCTION else production.DEVELOPMENT_SEAL_KEY),
    "SEAL_KEY_FILE": env.str("SEAL_KEY_FILE", default=""),
    "SEAL_PUBLIC_KEYS": env.str("SEAL_PUBLIC_KEYS", default=""),
    # where each seal is copied to, outside the database
    "SEAL_FILE": env.str("SEAL_FILE", default=str(DATA_DIR / "seals.jsonl")),
    "SEAL_URL": env.str("SEAL_URL", default=""),
    "EVIDENCE_ROOT": env.str("EVIDENCE_ROOT", default=str(DATA_DIR / "evidence")),
    # bundles that were asked for, until they expire
    "EXPORT_ROOT": env.str("EXPORT_ROOT", default=str(DATA_DIR / "exports")),
    "EXPORT_DAYS": env.int("EXPORT_DAYS", default=7),
    # an empty address switches the interface off: the manual steps open instead
    "CARD_SYSTEM_URL": env.str("CARD_SYSTEM_URL", default="http://127.0.0.1:8001"),
    "CORE_LEDGER_URL": env.str("CORE_LEDGER_URL", default="http://127.0.0.1:8001"),
    # Texts to customers; off unless a bank says where its SMS gateway is.
    "SMS_URL": env.str("SMS_URL", default=""),
    "SMS_LANGUAGE": env.str("SMS_LANGUAGE", default="zh-hans"),
    # what bank systems sign a knock with; without it they are asked only
    "BANK_PUSH_SECRET": env.str("BANK_PUSH_SECRET", default=""),
    "BANK_TIMEOUT_SECONDS": env.float("BANK_TIMEOUT_SECONDS", default=5.0),
    # where whoever uses this installation finds the source of the version it runs (AGPL section 13)
    "SOURCE_URL": env.str("SOURCE_URL", default=""),
}

# apps -----------------------------------------------------------------------------------------------------------------

INSTALLED_APPS = [
    "config.apps.ProjectConfig",
    "workflows",
    "cases",
    "knowledge",
    "accounts",
    "record",
    "sandbox_bank",
    "config.apps.RedressAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "viewflow",
    "viewflow.workflow",  # the engine asks for its app; its two tables stay empty
    "simple_history",
    "procrastinate.contrib.django",
    "rest_framework",
    "axes",
    "csp",
]
AUTH_USER_MODEL = "accounts.User"
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "config.middleware.reader",
    "accounts.middleware.person",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "axes.middleware.AxesMiddleware",  # last: it turns a lock-out into the answer
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
            ]
        },
    }
]

# database -------------------------------------------------------------------------------------------------------------

EMBEDDED_DATABASE_DIR = env.str("EMBEDDED_DATABASE_DIR", default=str(DATA_DIR / "postgres"))
EMBEDDED = not env.str("DATABASE_URL", default="")

DATABASES: dict[str, dict[str, Any]]
if EMBEDDED:
    DATABASES = {"default": {"ENGINE": "config.embedded.postgresql", "NAME": "redress"}}
else:
    DATABASES = {"default": env.db("DATABASE_URL")}
    production.refuse_other_databases(DATABASES["default"]["ENGINE"])
# a new connection costs a SCRAM handshake: reuse was worth a factor of eight
DATABASES["default"] |= {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True, "ATOMIC_REQUESTS": False}
# the statements every verb runs are planned once a connection; a pooler that lends one connection to several
# transactions has to know prepared statements, or this is switched off
if env.bool("PREPARED_STATEMENTS", default=True):
    DATABASES["default"].setdefault("OPTIONS", {}).setdefault("prepare_threshold", 0)
DATABASES["default"]["TEST"] = {"NAME": env.str("TEST_DATABASE_NAME", default=None)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# background work ------------------------------------------------------------------------------------------------------

PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "jobs"

# language and time ----------------------------------------------------------------------------------------------------

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "locale", BASE_DIR / "locale_vendor"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"
BANK_TIME_ZONE = env.str("BANK_TIME_ZONE", default="Asia/Shanghai")

# static files: served from the packages themselves, nothing to collect ------------------------------------------------

STATIC_URL = "/static/"
WHITENOISE_USE_FINDERS = True

# who may enter --------------------------------------------------------------------------------------------------------

AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
LOGIN_URL = "admin:login"
LOGIN_REDIRECT_URL = "admin:index"
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=30)
AXES_RESET_ON_SUCCESS = True
# the log-in form posts the staff number as `username`; the number alone locks, because behind a proxy (and in a branch)
# many people share one address
AXES_USERNAME_FORM_FIELD = "username"
AXES_USERNAME_CALLABLE = "accounts.lockout.username"
AXES_LOCKOUT_PARAMETERS = ["username"]
AXES_LOCKOUT_TEMPLATE = "account_locked.html"
AXES_HTTP_RESPONSE_CODE = 429
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False
AXES_IPWARE_PROXY_COUNT = env.int("PROXY_COUNT", default=0) or None
# without a proxy of the bank's own the header is whatever the browser says
AXES_IPWARE_META_PRECEDENCE_ORDER = (
    ["HTTP_X_FORWARDED_FOR", "REMOTE_ADDR"] if AXES_IPWARE_PROXY_COUNT else ["REMOTE_ADDR"]
)

SESSION_COOKIE_AGE = 15 * 60  # idle
SESSION_SAVE_EVERY_REQUEST = True
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True

# how pages travel -----------------------------------------------------------------------------------------------------

HTTPS = env.bool("HTTPS", default=PRODUCTION)
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]  # asked by a load balancer inside the bank
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SECURE = HTTPS
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if env.bool("BEHIND_TLS_PROXY", default=False):  # only when the proxy overwrites the header
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
PERMISSIONS_POLICY: dict[str, list[str]] = {
    feature: []
    for feature in ("camera", "display-capture", "geolocation", "microphone", "midi", "payment", "serial", "usb")
}

DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
FILE_UPLOAD_PERMISSIONS = 0o600

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework.authentication.SessionAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
}

SILENCED_SYSTEM_CHECKS = [
    "axes.W006",  # wants the address among the lock-out parameters: see AXES_LOCKOUT_PARAMETERS
]

# what is written down about a failure: where, never whose -------------------------------------------------------------

DEFAULT_EXCEPTION_REPORTER_FILTER = "config.logs.HideEverything"
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"()": "config.logs.WithoutValues"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="INFO")},
    "loggers": {
        "django": {"handlers": ["console"], "level": "INFO", "propagate": False},
        # these write names, addresses or arguments at INFO
        "axes": {"level": "ERROR"},
        "httpx": {"level": "WARNING"},
        "httpcore": {"level": "WARNING"},
        "procrastinate": {"level": "WARNING"},
        "stamina": {"level": "ERROR"},
    },
}

if PRODUCTION:
    production.refuse_defaults(
        debug=DEBUG,
        secret=SECRET_KEY,
        master_keys=REDRESS["MASTER_KEYS"],
        index_keys=REDRESS["INDEX_KEYS"],
        seal_key=REDRESS["SEAL_KEY"],
    )
