"""Facts of the deployment. A choice of the desk is a row, not a setting."""

from pathlib import Path

from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from config import env

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = Path(env.text("VAR_DIR", str(BASE_DIR / "var"))).resolve()
DEBUG = env.flag("DEBUG")
SECRET_KEY = env.secret_key(VAR_DIR)
SECRET_KEY_FALLBACKS = env.words("SECRET_KEY_FALLBACKS")
SITE_URL = env.text("SITE_URL", "http://127.0.0.1:8000").rstrip("/")
SECURE = SITE_URL.startswith("https://")
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", ["127.0.0.1", "localhost", "[::1]", SITE_URL.split("//")[1].split(":")[0]])
DEMO = env.flag("DEMO")  # the demonstration ministry, on loopback only: its sign-ins are shown on the sign-in page

INSTALLED_APPS = [
    "config",
    "ui",
    "office",
    "people",
    "assets",
    "contracts",
    "helpdesk",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_tables2",
    "django_filters",
    "django_htmx",
    "crispy_forms",
    "crispy_bootstrap5",
    "csp",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "ui.middleware.HeadersMiddleware",
    "ui.middleware.CleanInputMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "people.middleware.PreferredLanguageMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "people.middleware.SignInRequiredMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "loaders": [
                (
                    "ui.templates.Loader",
                    ["django.template.loaders.filesystem.Loader", "django.template.loaders.app_directories.Loader"],
                )
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "ui.context.shell",
            ],
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "ui.templatetags.ui",
                "ui.templatetags.folded",
            ],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.DjangoTemplates"
CRISPY_ALLOWED_TEMPLATE_PACKS = CRISPY_TEMPLATE_PACK = "bootstrap5"
DJANGO_TABLES2_TEMPLATE = "ui/table.html"

# Data
DATABASES = {"default": env.database(env.text("DATABASE_URL"), VAR_DIR)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "office_cache",
        # Not Django's 300: beyond it rows are thrown out, and with them who is locked out after wrong passwords.
        "OPTIONS": {"MAX_ENTRIES": 20_000},
    }
}
SESSION_ENGINE = "people.sessions"
SESSION_COOKIE_AGE = 60 * 60 * 24 * 14
SESSION_COOKIE_NAME = "__Host-session" if SECURE else "session"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_NAME = "__Host-csrf" if SECURE else "csrf"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "ui.errors.csrf_failure"
CSRF_TRUSTED_ORIGINS = [SITE_URL]
MEDIA_ROOT = VAR_DIR / "media"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "ui.staticfiles.HashedStorage"},
}
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.MemoryFileUploadHandler", "office.uploads.ToDisk"]
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
DATA_UPLOAD_MAX_NUMBER_FILES = 20
ATTACHMENT_MAX_BYTES = env.number("ATTACHMENT_MAX_BYTES", 25 * 1024 * 1024)
BODY_MAX_BYTES = ATTACHMENT_MAX_BYTES * DATA_UPLOAD_MAX_NUMBER_FILES  # no form has more; refused before it is read
ATTACHMENTS_PER_OBJECT = 50
ATTACHMENTS_PER_DAY = env.number("ATTACHMENTS_PER_DAY", 300)  # of one person, within 24 hours
ATTACHMENT_BYTES_PER_DAY = env.number("ATTACHMENT_BYTES_PER_DAY", 1024 * 1024 * 1024)

# Front end
STATIC_URL = "/static/"
STATIC_ROOT = Path(env.text("STATIC_ROOT", str(BASE_DIR / "static_built")))
STATICFILES_DIRS = [BASE_DIR / "static"]
STATICFILES_FINDERS = [
    "ui.staticfiles.VendorFinder",
    "django.contrib.staticfiles.finders.FileSystemFinder",
]
WHITENOISE_KEEP_ONLY_HASHED_FILES = True

# Languages, time, numbers
LANGUAGE_CODE = "en"
LANGUAGES = [("ar", _("Arabic")), ("en", _("English"))]
LANGUAGE_COOKIE_NAME = "language"
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = ["config.formats"]
USE_I18N = USE_TZ = True
TIME_ZONE = "Asia/Amman"
CURRENCY = "JOD"
OCDS_PREFIX = env.text("OCDS_PREFIX", "ocds-000000")  # of the ministry's processes, given out by the registry of OCDS
CONTRACT_TAX_PERCENT = env.text("CONTRACT_TAX_PERCENT", "16")  # general sales tax, proposed for each instalment
CONTRACT_SECURITY_PERCENT = {"bid": 3, "performance": 10, "maintenance": 5}  # of the value
CONTRACT_RETENTION_PERCENT = env.text("CONTRACT_RETENTION_PERCENT", "0")
RENEWAL_COMMITTEE_AT_LEAST = env.number("RENEWAL_COMMITTEE_AT_LEAST", 3)  # members of a committee that studies offers

# Sign-in
AUTH_USER_MODEL = "people.User"
AUTHENTICATION_BACKENDS = ["people.backends.SignInBackend"]
PASSWORD_HASHERS = ["people.passwords.Argon2"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "people.passwords.MaximumLength"},
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("username", "name", "email")},
    },
    {"NAME": "people.passwords.MinimumLength"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
PASSWORD_RESET_TIMEOUT = 60 * 60
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "people.adapter.AccountAdapter"
MFA_ADAPTER = "people.adapter.MFAAdapter"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_RATE_LIMITS = {  # a whole ministry may come from one address, at eight in the morning
    "login": "300/m/ip",
    "login_failed": "100/m/ip,5/5m/key",
    "reset_password": "20/h/ip,5/h/key",
    "reset_password_from_key": "60/m/ip",
}
ACCOUNT_FORMS = {
    "login": "people.sign_in_forms.SignInForm",
    "change_password": "people.sign_in_forms.ChangePasswordForm",
    "reset_password": "people.sign_in_forms.ResetPasswordForm",
    "reset_password_from_key": "people.sign_in_forms.ResetPasswordKeyForm",
    "user_token": "people.sign_in_forms.UserTokenForm",
    "reauthenticate": "people.sign_in_forms.ReauthenticateForm",
}
MFA_FORMS = {
    "authenticate": "people.sign_in_forms.SecondStepForm",
    "reauthenticate": "people.sign_in_forms.ReauthenticateBySecondStepForm",
    "activate_totp": "people.sign_in_forms.ActivateSecondStepForm",
}
MFA_ALLOW_UNVERIFIED_EMAIL = True  # the administration enters the addresses, nobody confirms them
ALLAUTH_TRUSTED_PROXY_COUNT = env.number("TRUSTED_PROXY_COUNT", 0)

# Headers
SECURE_SSL_REDIRECT = SECURE
SECURE_HSTS_SECONDS = 31536000 if SECURE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = SECURE
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
if env.number("TRUSTED_PROXY_COUNT", 0):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

# Mail. Without SMTP_URL every mail is a file under var/mail.
if smtp_url := env.text("SMTP_URL"):
    EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    globals().update(env.smtp(smtp_url))
else:
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = VAR_DIR / "mail"
EMAIL_TIMEOUT = 15
DEFAULT_FROM_EMAIL = env.text("MAIL_FROM", "helpdesk@localhost")

# Mail in: MAILBOX_<NAME>_URL each; which of them is read for which queue is a row.
MAILBOXES = env.mailboxes()
MAIL_SECONDS = env.number("MAIL_SECONDS", 60)
MAIL_LEASE_SECONDS = env.number("MAIL_LEASE_SECONDS", 300)

# The broker is a doorbell, the database is the queue.
REDIS_URL = env.text("REDIS_URL")
OUTBOX_LEASE_SECONDS = env.number("OUTBOX_LEASE_SECONDS", 300)
SWEEP_SECONDS = env.number("SWEEP_SECONDS", 30)
REMINDER_SECONDS = env.number("REMINDER_SECONDS", 300)
EXPORT_DIRECT_ROWS = env.number("EXPORT_DIRECT_ROWS", 5000)  # longer exports are written by a worker
MAIL_WINDOW_MINUTES = env.number("MAIL_WINDOW_MINUTES", 5)  # until people choose another, see office.notifying
OUTBOX_RETRY_AT_MOST = env.number("OUTBOX_RETRY_AT_MOST", 4 * 60 * 60)  # seconds

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "INFO"},
}
