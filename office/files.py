"""Attachments: bytes stored once by their content, handed out only through a view that asks who is asking.

The name a file came with is kept as text and never becomes a path. What is shown inside a page is a thumbnail that
we encoded ourselves; everything else is downloaded.
"""

import contextlib
import hashlib
import os
import re
import secrets
import unicodedata
from datetime import timedelta
from io import BytesIO
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import Count, Sum
from django.template.defaultfilters import filesizeformat
from django.utils import timezone
from django.utils.translation import gettext as _

from office.models import Attachment, Blob

TYPES = {
    "pdf": "application/pdf",
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "gif": "image/gif",
    "webp": "image/webp",
    "heic": "image/heic",
    "txt": "text/plain",
    "log": "text/plain",
    "csv": "text/csv",
    "eml": "message/rfc822",
    "msg": "application/vnd.ms-outlook",
    "doc": "application/msword",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xls": "application/vnd.ms-excel",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "ppt": "application/vnd.ms-powerpoint",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "odt": "application/vnd.oasis.opendocument.text",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
    "zip": "application/zip",
    "mp4": "video/mp4",
}
PICTURES = {"image/png", "image/jpeg", "image/gif", "image/webp"}
THUMBNAIL = (480, 480)
MOST_PIXELS = 12_000_000  # unpacked at once, four bytes each
CHUNK = 256 * 1024
LEFT_ALONE_SECONDS = 86_400  # an act may still be under way

_owners = {}


def register_owner(label, visible):
    """Say who may download what hangs on rows of `label` ("helpdesk.ticket").

    `visible(user, attachment)` is asked at every request; what it refuses answers as what does not exist.
    """
    _owners[label.lower()] = visible


def may_download(user, attachment):
    visible = _owners.get(attachment.kind)
    return bool(visible and visible(user, attachment))


def clean_name(name):
    """A name to show and to offer for saving: one line, no controls, no folders, at most 120 letters."""
    name = unicodedata.normalize("NFKC", str(name)).replace("\\", "/").rsplit("/", 1)[-1]
    name = "".join(letter for letter in name if unicodedata.category(letter) not in {"Cc", "Cf", "Cs", "Zl", "Zp"})
    name = re.sub(r"\s+", " ", name).strip(" .")
    stem, dot, extension = name.rpartition(".")
    return f"{stem[:110]}.{extension[:9]}" if dot else (name[:120] or "file")


def check(upload):
    """Refuse, with a sentence, a file that is empty, too large, of a type not allowed, or not what its name says.

    Returns `(clean name, media type)`. Raises ValidationError.
    """
    name = clean_name(upload.name)
    if upload.size == 0:
        raise ValidationError(_("The file “%(name)s” is empty."), code="empty", params={"name": name})
    if upload.size > settings.ATTACHMENT_MAX_BYTES:
        raise ValidationError(
            _("The file “%(name)s” is larger than %(limit)s. It was not attached; your text is kept."),
            code="too_large",
            params={"name": name, "limit": filesizeformat(settings.ATTACHMENT_MAX_BYTES)},
        )
    if getattr(upload, "for_want_of_room", False):
        raise _no_room(name)
    extension = name.rpartition(".")[2].lower()
    if "." not in name or extension not in TYPES:
        raise ValidationError(
            _("Files of the type of “%(name)s” cannot be attached."), code="type_not_allowed", params={"name": name}
        )
    if not _is_what_it_says(upload, extension):
        raise ValidationError(
            _("The content of “%(name)s” is not what its name says."), code="type_lies", params={"name": name}
        )
    return name, TYPES[extension]


def _is_what_it_says(upload, extension):
    import filetype

    upload.seek(0)
    head = upload.read(8192)
    upload.seek(0)
    guess = filetype.guess(head)
    declared = TYPES[extension]
    if declared.startswith("text/") or extension == "eml":
        return guess is None and b"\x00" not in head
    if extension in {"docx", "xlsx", "pptx", "odt", "ods"}:
        return head.startswith(b"PK\x03\x04")
    if extension in {"doc", "xls", "ppt", "msg"}:
        return head.startswith(b"\xd0\xcf\x11\xe0")
    return guess is not None and (guess.mime == declared or {guess.extension, extension} <= {"jpg", "jpeg"})


def attach(thing, upload, *, by, internal=False, part=None):
    """Put a checked upload on `thing`; the bytes are on the disk before the row is written.

    Raises ValidationError with a sentence for what `check` refuses, for a full record, and for a full disk.
    """
    name, media_type = check(upload)
    require_room(thing, [upload.size], by=by)
    try:
        blob = store(upload, media_type)
    except OSError:
        raise _no_room(name) from None
    return Attachment.objects.create(
        blob=blob,
        name=name,
        scope=getattr(thing, "institution_id", None),
        kind=thing._meta.label_lower,
        object_id=thing.pk,
        part=part,
        is_internal=internal,
        added_by=by,
    )


def require_room(thing, sizes, by=None):
    """Refuse more files on a record than it takes: so many, and so many bytes where it says so (`most_attached`).

    sizes: bytes of each of those that would be added. by: who adds them; refused what goes beyond one person's day.
    """
    held = Attachment.objects.of(thing).aggregate(count=Count("pk"), size=Sum("blob__size"))
    most = getattr(thing, "most_attached", None)
    is_full = held["count"] + len(sizes) > settings.ATTACHMENTS_PER_OBJECT
    if is_full or (most is not None and (held["size"] or 0) + sum(sizes) > most):
        raise ValidationError(_("No more files can be attached here."), code="too_many")
    if by is not None:
        require_day(by, sizes)


def require_day(by, sizes):
    """Refuse more files than one person may attach within 24 hours, wherever she does."""
    since = timezone.now() - timedelta(days=1)
    today = Attachment.objects.filter(added_by=by.pk, added_at__gt=since)
    held = today.aggregate(count=Count("pk"), size=Sum("blob__size"))
    most, most_bytes = settings.ATTACHMENTS_PER_DAY, settings.ATTACHMENT_BYTES_PER_DAY
    if held["count"] + len(sizes) > most or (held["size"] or 0) + sum(sizes) > most_bytes:
        raise ValidationError(
            _(
                "You have attached as much as one person may within a day: %(count)d files, %(size)s at most. "
                "Nothing was attached now; your text is kept. Try again in a few hours."
            ),
            code="day",
            params={"count": most, "size": filesizeformat(most_bytes)},
        )


def _no_room(name):
    return ValidationError(
        _("The file “%(name)s” could not be stored: the disk is full. Your text is kept."),
        code="disk_full",
        params={"name": name},
    )


def store(upload, media_type):
    """Write the bytes under the name of their SHA-256, durable before anyone hears of them; the same bytes once."""
    folder = Path(settings.MEDIA_ROOT) / "incoming"
    folder.mkdir(parents=True, exist_ok=True)
    temporary = folder / secrets.token_hex(16)
    digest = hashlib.sha256()
    size = 0
    try:
        with open(temporary, "wb") as file:
            upload.seek(0)
            while chunk := upload.read(CHUNK):
                digest.update(chunk)
                size += len(chunk)
                file.write(chunk)
            file.flush()
            os.fsync(file.fileno())
        target = path_of(digest.hexdigest())
        target.parent.mkdir(parents=True, exist_ok=True)
        os.replace(temporary, target)
    finally:
        temporary.unlink(missing_ok=True)
    blob, _made = Blob.objects.get_or_create(
        sha256=digest.hexdigest(),
        defaults={"size": size, "media_type": media_type, "has_thumbnail": _make_thumbnail(target, media_type)},
    )
    return blob


def path_of(sha256, suffix=""):
    """Where a blob lies. Only a SHA-256 makes a path; anything else is a programming error."""
    if not re.fullmatch(r"[0-9a-f]{64}", sha256):
        raise ValueError("not a SHA-256")
    return Path(settings.MEDIA_ROOT) / sha256[:2] / sha256[2:4] / (sha256 + suffix)


def _make_thumbnail(path, media_type):
    """Re-encode a picture for showing; False where it is none or cannot be read."""
    if media_type not in PICTURES:
        return False
    from PIL import Image, ImageOps

    try:
        with Image.open(path, formats=("PNG", "JPEG", "GIF", "WEBP")) as picture:
            if not picture.info.get("progressive"):  # which is unpacked whole, whatever is asked for
                picture.draft("RGB", tuple(2 * side for side in THUMBNAIL))  # a plain JPEG: an eighth of it will do
            if picture.width * picture.height > MOST_PIXELS:
                return False
            picture.thumbnail(THUMBNAIL)
            small = ImageOps.exif_transpose(picture).convert("RGB")
            encoded = BytesIO()
            small.save(encoded, "JPEG", quality=82)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return False
    target = path.with_name(path.name + ".thumb.jpg")
    temporary = target.with_name(f"{target.name}.{secrets.token_hex(4)}")
    try:
        temporary.write_bytes(encoded.getvalue())
        os.replace(temporary, target)
    except OSError:
        temporary.unlink(missing_ok=True)
        return False
    return True


def sweep(now=None):
    """Delete what no row names: bytes of an act that was taken back, halves that a dead process left; a day old.

    Returns how many files went.
    """
    before = (now or timezone.now()).timestamp() - LEFT_ALONE_SECONDS
    root = Path(settings.MEDIA_ROOT)
    gone = sum(_discard(path, before) for path in (root / "incoming").glob("*"))
    for folder in root.glob("[0-9a-f][0-9a-f]"):
        named = set(Blob.objects.filter(sha256__startswith=folder.name).values_list("sha256", flat=True))
        gone += sum(
            _discard(path, before) for path in folder.rglob("*") if path.is_file() and path.name[:64] not in named
        )
    return gone


def _discard(path, before):
    """Take a file away unless it is younger than that; one that was stored again just now is put back."""
    with contextlib.suppress(FileNotFoundError):
        if path.stat().st_mtime > before:
            return False
        aside = Path(settings.MEDIA_ROOT) / "incoming" / f"gone-{secrets.token_hex(16)}"
        os.replace(path, aside)
        if aside.stat().st_mtime > before:
            os.replace(aside, path)
            return False
        aside.unlink()
        return True
    return False
