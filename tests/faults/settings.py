"""The product's own settings for processes under faults; only the hashing of passwords is made cheap."""

import os

from config.settings import *  # noqa: F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
INSTALLED_APPS = [*INSTALLED_APPS, "tests.faults.topics"]  # noqa: F405
STORAGES = STORAGES | {  # noqa: F405
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
}
EMAIL_TIMEOUT = int(os.environ.get("FAULT_EMAIL_TIMEOUT") or EMAIL_TIMEOUT)  # noqa: F405
