"""Keeps the files of refused forms for a day, for the person and the form they came with."""

import os
import re
import secrets
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone

from office import files
from office.models import KeptUpload

MOST = 40  # of one person; the oldest give way


class KeptFile(UploadedFile):
    """One of them, read as if it had just come; its file is opened at the first look."""

    def __init__(self, row):
        self.token = row.token
        super().__init__(None, row.name, None, row.size)

    @property
    def file(self):
        if self._file is None:
            self._file = path_of(self.token).open("rb")
        return self._file

    @file.setter
    def file(self, file):
        self._file = file


def find(user, key, field, tokens):
    """Those of `tokens` that are kept for this person, form and box, in the order they came; gone ones are left out."""
    tokens = [token for token in tokens[:MOST] if re.fullmatch("[0-9a-f]{32}", token)]
    rows = KeptUpload.objects.filter(user=user, key=key, field=field, token__in=tokens).order_by("pk")
    return [KeptFile(row) for row in rows if path_of(row.token).is_file()]


def hold(user, key, field, upload):
    """Keep an upload; None for one that is refused anyway, and where no room is left."""
    row = KeptUpload(user=user, key=key, field=field, token=secrets.token_hex(16))
    try:
        row.name, _media_type = files.check(upload)
        row.size = _write(upload, path_of(row.token))
    except (ValidationError, OSError):
        path_of(row.token).unlink(missing_ok=True)
        return None
    row.save()
    for old in KeptUpload.objects.filter(user=user).order_by("-pk")[MOST:]:
        _forget(old)
    return KeptFile(row)


def _write(upload, path):
    path.parent.mkdir(parents=True, exist_ok=True)
    upload.seek(0)
    with path.open("wb") as file:
        while chunk := upload.read(files.CHUNK):
            file.write(chunk)
        file.flush()
        os.fsync(file.fileno())  # a full disk says so here at the latest
        return file.tell()


def drop(user, key):
    for row in KeptUpload.objects.filter(user=user, key=key):
        _forget(row)


def tidy(now=None):
    """Forget what is older than a day; the sweep of the files takes the bytes."""
    before = (now or timezone.now()) - timedelta(seconds=files.LEFT_ALONE_SECONDS)
    return KeptUpload.objects.filter(kept_at__lt=before).delete()[0]


def _forget(row):
    path_of(row.token).unlink(missing_ok=True)
    row.delete()


def path_of(token):
    """Among what comes in, where the sweep finds what is left behind."""
    return Path(settings.MEDIA_ROOT) / "incoming" / f"kept-{token}"
