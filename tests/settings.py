"""The project's settings with the costly parts made cheap; the database comes from `--engine`."""

import os
import tempfile

if "VAR_DIR" not in os.environ:
    _var = tempfile.TemporaryDirectory(prefix="helpdesk-tests-", ignore_cleanup_errors=True)  # gone with this process
    os.environ["VAR_DIR"] = _var.name
os.environ.setdefault("SECRET_KEY", "a key for tests only, of more than fifty different characters 0123456789")

from config.settings import *  # noqa: F403

DATABASES = {"default": dict(DATABASES["default"])}  # noqa: F405
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # A file, not memory: threads of a test must meet each other's locks. No fsync: nobody pulls the plug.
    DATABASES["default"]["TEST"] = {"NAME": str(VAR_DIR / "test.sqlite3")}  # noqa: F405
    DATABASES["default"]["OPTIONS"] = DATABASES["default"]["OPTIONS"] | {
        "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=OFF;"
    }
else:
    DATABASES["default"]["CONN_MAX_AGE"] = 0
    DATABASES["default"]["TEST"] = {"TEMPLATE": "migrated"}

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = STORAGES | {  # noqa: F405
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
}
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
MIDDLEWARE = [line for line in MIDDLEWARE if "whitenoise" not in line]  # noqa: F405
REDIS_URL = ""
ALLOWED_HOSTS = ["testserver", "127.0.0.1", "localhost"]
LOGGING = {"version": 1, "disable_existing_loggers": False}
