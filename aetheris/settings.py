"""I read every setting from the environment; my defaults start a laptop."""

import os
from datetime import timedelta
from pathlib import Path

import environ

from aetheris import state
from aetheris.db.places import places

ROOT = Path(__file__).resolve().parent.parent
env = environ.Env()

# The frame --------------------------------------------------------------------------------------------

DEBUG = env.bool("DEBUG", False)
SECRET_KEY = env.str("SECRET_KEY", "") or state.secret("secret_key")
AETHERIS_KEYS = env.list("AETHERIS_KEYS", default=[]) or [state.key("sealing_key")]
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])

INSTALLED_APPS = [
    "daphne",
    "aetheris",
    "accounts",
    "trading",
    "armor",
    "analytics",
    "compliance",
    "allauth",
    "allauth.account",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.github",
    "allauth.socialaccount.providers.google",
    "allauth.mfa",
    "allauth.headless",
    "rest_framework",
    "django_filters",
    "drf_spectacular",
    "django_htmx",
    "channels",
    "pgtrigger",
    "procrastinate.contrib.django",
    "aetheris.backoffice.Site",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
]

MIDDLEWARE = [
    "aetheris.requests.RequestMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "aetheris.compressing.CompressingMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "aetheris.partial.PartialMiddleware",
    "django.middleware.common.CommonMiddleware",
    "aetheris.api.cors.CorsMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "accounts.middleware.TenantMiddleware",
    "aetheris.language.LanguageMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

ROOT_URLCONF = "aetheris.urls"
ASGI_APPLICATION = "aetheris.asgi.application"
APPEND_SLASH = False

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ROOT / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "armor.shell.shell",
            ],
        },
    }
]

# The database -----------------------------------------------------------------------------------------

DATABASES = places()
LISTEN_URL = env.str("DATABASE_URL_LISTEN", "")
DATABASE_ROUTERS = ["aetheris.db.router.DoorRouter"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
PGTRIGGER_MIGRATIONS = True
PGTRIGGER_INSTALL_ON_MIGRATE = False
PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "tasks"

CACHES = {"default": {"BACKEND": "aetheris.db.store.Store"}}  # every process knows what one has counted

# Sign-in ----------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["accounts.signin.EmailBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "accounts.passwords.NotBreached"},
]
SITE_URL = env.str("SITE_URL", "http://localhost:8000").rstrip("/")  # what the links in mails begin with
SESSION_LONGEST = timedelta(days=14)
SIGN_IN_LONGEST = timedelta(days=90)  # however often it is renewed
MAILERS = {
    "default": {
        "BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "OPTIONS": {
            "host": env.str("EMAIL_HOST"),
            "port": env.int("EMAIL_PORT", 25),
            "username": env.str("EMAIL_HOST_USER", ""),
            "password": env.str("EMAIL_HOST_PASSWORD", ""),
            "use_tls": env.bool("EMAIL_USE_TLS", False),
            "timeout": 10,
        },
    }
    if env.str("EMAIL_HOST", "")
    else {"BACKEND": "django.core.mail.backends.console.EmailBackend"}  # a laptop reads its mails on the screen
}
DEFAULT_FROM_EMAIL = env.str("MAIL_FROM", "Aetheris <no-reply@localhost>")
LOGIN_URL = "/sign-in/"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/sign-in/"

ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_ADAPTER = "accounts.signin.AccountAdapter"
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = None
MFA_ADAPTER = "accounts.mfa.MfaAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]


def _client(name: str) -> dict[str, object]:
    """A provider of identities, if this installation has its keys; other addresses than its own are for trying it."""
    keys = {"client_id": env.str(f"{name}_CLIENT_ID", ""), "secret": env.str(f"{name}_CLIENT_SECRET", "")}
    return {"APPS": [keys] if keys["client_id"] else [], "OAUTH_PKCE_ENABLED": True}


SOCIALACCOUNT_PROVIDERS = {
    "google": {**_client("GOOGLE"), "SCOPE": ["openid", "email", "profile"]},
    "github": {**_client("GITHUB"), "SCOPE": ["read:user", "user:email"]},
}
SOCIALACCOUNT_ADAPTER = "accounts.social_adapter.SocialAdapter"
SOCIALACCOUNT_LOGIN_ON_GET = False
SOCIALACCOUNT_QUERY_EMAIL = True

HEADLESS_ONLY = False
HEADLESS_TOKEN_STRATEGY = "accounts.tokens.TokenStrategy"  # noqa: S105
HEADLESS_JWT_ALGORITHM = "HS256"
HEADLESS_JWT_PRIVATE_KEY = env.str("JWT_KEY", "") or state.secret("jwt_key")
HEADLESS_JWT_STATEFUL_VALIDATION_ENABLED = True
HEADLESS_JWT_ACCESS_TOKEN_EXPIRES_IN = int(timedelta(minutes=15).total_seconds())
HEADLESS_JWT_REFRESH_TOKEN_EXPIRES_IN = int(timedelta(days=14).total_seconds())
HEADLESS_JWT_ROTATE_REFRESH_TOKEN = True

SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = env.bool("HTTPS", False)
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "aetheris.api.problems.csrf_failure"

# The API ----------------------------------------------------------------------------------------------

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["accounts.authentication.TenantAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_PARSER_CLASSES": ["aetheris.api.parsers.BoundedJSONParser"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PAGINATION_CLASS": "aetheris.api.pages.Pages",
    "DEFAULT_FILTER_BACKENDS": [
        "aetheris.api.filters.Filters",
        "aetheris.api.ordering.Ordering",
    ],
    "DEFAULT_SCHEMA_CLASS": "aetheris.api.shapes.Shapes",
    "EXCEPTION_HANDLER": "aetheris.api.problems.handler",
    "COERCE_DECIMAL_TO_STRING": True,
    "DATETIME_FORMAT": "iso-8601",
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
}
# Scope → (requests, seconds), for each person, or for each address where nobody is signed in.
API_RATES = {
    "read": (env.int("API_READS_A_MINUTE", 6000), 60),
    "write": (env.int("API_WRITES_A_MINUTE", 1200), 60),
    "sign_in": (env.int("API_SIGN_INS_A_MINUTE", 120), 60),
    "export": (env.int("API_EXPORTS_A_DAY", 20), 24 * 3600),
}
CORS_ALLOWED_ORIGINS = env.list("CORS_ALLOWED_ORIGINS", default=[])
SPECTACULAR_SETTINGS = {
    "TITLE": "AETHERIS",
    "DESCRIPTION": "Trades, KPIs, accounts, alerts: the doors for programs.",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "COMPONENT_SPLIT_REQUEST": True,  # what is sent has no fields that only we write
    "SCHEMA_PATH_PREFIX": "/api/v1",
}

# Files ------------------------------------------------------------------------------------------------

STATIC_URL = "/static/"
STATIC_ROOT = env.str("STATIC_ROOT", "") or None  # served from where they lie unless collected
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "aetheris.statics.Statics"
        if STATIC_ROOT
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = STATIC_ROOT is None
WHITENOISE_AUTOREFRESH = DEBUG
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 2**20
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 2**20
IMPORT_MAX_BYTES = env.int("IMPORT_MAX_BYTES", 256 * 2**20)  # a table that is read row by row; others far less

# The guard -------------------------------------------------------------------------------------------

ARMOR_FRESH_SECONDS = env.int("ARMOR_FRESH_SECONDS", 300)  # a reading older than this is no live equity
ARMOR_FORECAST_HOURS = env.float("ARMOR_FORECAST_HOURS", 4)  # how long before a reset its forecast alerts

# Telling people ---------------------------------------------------------------------------------------

WEBHOOKS_ALLOW_HTTP = env.bool("WEBHOOKS_ALLOW_HTTP", False)  # for development
WEBHOOKS_ALLOW_LOOPBACK = env.bool("WEBHOOKS_ALLOW_LOOPBACK", False)  # for tests alone
WEBHOOKS_REFUSED_NETWORKS = env.list("WEBHOOKS_REFUSED_NETWORKS", default=[])  # public addresses of our own
WEBHOOKS_NAMESERVER = env.str("WEBHOOKS_NAMESERVER", "")  # host:port; without it the machine's own
WEBHOOKS_CA_FILE = env.str("WEBHOOKS_CA_FILE", "")
MAIL_DOMAIN = env.str("MAIL_DOMAIN", "aetheris.invalid")  # of Message-IDs

# Watching over it ------------------------------------------------------------------------------------

METRICS_TOKEN = env.str("METRICS_TOKEN", "")  # lets a scraper read /metrics; without it staff alone

# Words, time ------------------------------------------------------------------------------------------

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("fr", "Français")]
LOCALE_PATHS = [ROOT / "locale"]
TIME_ZONE = "UTC"
USE_TZ = True
USE_I18N = True

# Safety -----------------------------------------------------------------------------------------------

SECURE_CSP = {
    "default-src": ["'none'"],
    "script-src": ["'self'"],
    "style-src": ["'self'"],
    "img-src": ["'self'", "data:"],
    "font-src": ["'self'"],
    "connect-src": ["'self'"],
    "manifest-src": ["'self'"],
    "form-action": ["'self'"],
    "base-uri": ["'none'"],
    "frame-ancestors": ["'none'"],
}
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True

SILENCED_SYSTEM_CHECKS = [
    "auth.W004",  # The e-mail is unique by lower case, which this check does not see.
]

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"()": "aetheris.logs.JsonLines"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": os.environ.get("LOG_LEVEL", "WARNING")},
    "loggers": {"aetheris": {"level": os.environ.get("LOG_LEVEL", "INFO")}},
}
