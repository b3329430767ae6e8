"""One received message, read: who, to whom, what, with which files. Pure: bytes in, a `Letter` out, never an error."""

import hashlib
import re
import unicodedata
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from helpdesk.intake import addresses, charsets, html, limits, mime, quoting
from helpdesk.intake.addresses import Address
from helpdesk.intake.headers import Headers, decode_words, one_line
from helpdesk.intake.limits import MOST_ADDRESSES, MOST_TEXT
from helpdesk.intake.mime import Part

NO_SUBJECT, NO_CONTENT = "-", "no visible content"
_IDS = re.compile(r"<[^<>\s\x00-\x1f\x7f\ud800-\udfff]{1,400}>")
_STUB_PREAMBLE = re.compile(r"multi-?part message|OpenPGP/MIME|MIME format|mime-compliant", re.I)
_DEFAULT_NAMES = {
    "text/plain": ("document", "txt"),
    "text/html": ("document", "html"),
    "message/delivery-status": ("delivery-status", "txt"),
    "message/rfc822": ("Mail", "eml"),
    "text/calendar": ("calendar", "ics"),
    "image/jpeg": ("image", "jpg"),
    "image/jpg": ("image", "jpg"),
    "image/png": ("image", "png"),
    "image/gif": ("image", "gif"),
    "video/quicktime": ("video", "mov"),
}


@dataclass(frozen=True)
class File:
    """Something attached. content: its bytes without transfer encoding. is_shown: its words are part of the text."""

    name: str
    type: str
    content: bytes
    content_id: str = ""
    is_inline: bool = False
    is_shown: bool = False

    @property
    def size(self) -> int:
        return len(self.content)

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


@dataclass
class Letter:
    """What a received message says. `excess` names the limits it goes over; then it was not read to its end."""

    headers: Headers
    root: Part
    size: int
    sender: Address
    sender_from: str  # the header the sender was taken from
    to: list[Address]
    cc: list[Address]
    subject: str
    message_id: str
    references: list[str]  # oldest first, the one answered last
    date: datetime | None
    text: str = ""  # everything visible
    reply: str = ""  # the new words of it
    quoted: str = ""
    html: str = ""  # as it came; show it through `html.clean` alone
    files: list[File] = field(default_factory=list)
    excess: set[str] = field(default_factory=set)

    @property
    def direction(self) -> str:
        return direction_of(self.reply or self.subject)

    @property
    def recipients(self) -> list[Address]:
        return [*self.to, *self.cc]


def read(raw: bytes, size: int = 0) -> Letter:
    """Read a message as it was received, at most the first `MOST_BYTES` of it.

    size: bytes of the whole, where `raw` is only its beginning.
    """
    size = max(size, len(raw))
    root, excess = mime.split(raw[: limits.MOST_BYTES])
    if size > limits.MOST_BYTES:
        excess.add("size")
    head = root.headers
    sender, sender_from = _sender(head)
    letter = Letter(
        headers=head,
        root=root,
        size=size,
        sender=sender,
        sender_from=sender_from,
        to=addresses.parse(", ".join(head.all("to"))),
        cc=addresses.parse(", ".join(head.all("cc"))),
        subject=head.text("subject") or NO_SUBJECT,
        message_id=next(iter(_ids(head, "message-id")), ""),
        references=_references(head),
        date=_date(head.raw("date")),
        excess=excess,
    )
    if sum(head.raw(name).count("@") for name in ("to", "cc")) > 2 * MOST_ADDRESSES:
        excess.add("addresses")
    _read_body(letter)
    return letter


def _sender(head: Headers) -> tuple[Address, str]:
    """The sender and the header that names it; what no address can be found in is shown as it stands."""
    for name in ("from", "reply-to", "sender", "return-path"):
        if address := addresses.first(head.raw(name)):
            return address, name
    return addresses.broken(head.raw("from")), "from"


def _ids(head: Headers, name: str) -> list[str]:
    values = (decode_words(value) for value in head.all(name))  # some programs encode an id that is long
    return [match for value in values for match in _IDS.findall(value)][-50:]


def _references(head: Headers) -> list[str]:
    """Every message this one says it answers, once each."""
    ids = [*_ids(head, "references"), *_ids(head, "in-reply-to")]
    return list(dict.fromkeys(reversed(ids)))[::-1]


def _date(value: str) -> datetime | None:
    """The instant, in UTC, the sender says it was written."""
    try:
        moment = parsedate_to_datetime(value[:100])
        moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except Exception:  # the standard library's parser raises in many ways on hostile input
        return None
    return moment if 1990 <= moment.year <= 2100 else None


# The body


def _read_body(letter: Letter) -> None:
    plain: list[str] = []
    has_html = False
    for part in letter.root.leaves():
        if _is_words(part) and part.kind == "text/plain" and not (plain and part.parent == "multipart/alternative"):
            words, files = _plain(part)
            if plain and words.strip():  # a second text of the same message is read and kept beside it
                letter.files.append(_file(part, letter, is_shown=True))
            plain.append(words)
            letter.files += files
        elif _is_words(part) and part.kind == "text/html" and not has_html:
            letter.html = charsets.tidy(charsets.decode(part.content(), _charset(part, "html")))
            has_html = True
        elif _is_words(part) and not part.body.strip():
            continue
        else:
            letter.files.append(_file(part, letter))
    text = "\n\n".join(words.strip("\n") for words in plain if words.strip())
    from_html = html.to_text(letter.html) if letter.html.strip() else ""
    # A plain part that says much less than the HTML is a stub ("Your program cannot show this message").
    best = from_html if len(from_html) > 2 * len(text) else text
    letter.text = (best or _preamble(letter.root))[:MOST_TEXT].strip("\n")
    if letter.text.strip():
        letter.reply, letter.quoted = quoting.split(letter.text)
    else:
        letter.text = NO_CONTENT
    letter.files = _distinct(letter.files)


def _is_words(part: Part) -> bool:
    """Whether a part is something written, not a file."""
    disposition = part.headers.params("content-disposition")
    if disposition[""] == "attachment":
        return False
    return not (disposition.get("filename") or part.headers.params("content-type").get("name"))


def _plain(part: Part) -> tuple[str, list[File]]:
    content = part.content()
    files: list[tuple[bytes, bytes]] = []
    if b"\nbegin" in content or content.startswith(b"begin"):
        content, files = mime.uu_files(content)
    text = charsets.tidy(charsets.decode(content, _charset(part)))
    if part.headers.params("content-type").get("format", "").lower() == "flowed":
        text = re.sub(r"(?<=[^\n-]) \n(?=[^>\s])", " ", text)
    return text, [File(charsets.guess(name), "application/octet-stream", data) for name, data in files]


def _charset(part: Part, kind: str = "") -> str:
    declared = part.headers.params("content-type").get("charset", "")
    if kind == "html" and not declared:
        match = re.search(rb"charset=[\"']?([\w-]{3,20})", part.content()[:2000], re.I)
        return match[1].decode("ascii") if match else ""
    return declared


def _preamble(root: Part) -> str:
    """What stands before the first part, where a broken program put its only words there."""
    lines = charsets.tidy(charsets.decode(root.preamble)).split("\n")
    return "\n".join(line for line in lines if not _STUB_PREAMBLE.search(line)).strip()


def _file(part: Part, letter: Letter, *, is_shown: bool = False) -> File:
    content_id = part.headers.raw("content-id").strip().strip("<>")[:200]
    name = _file_name(part, content_id)
    is_inline = bool(content_id) and f"cid:{content_id}" in letter.html
    return File(name, part.kind, part.content(), content_id, is_inline, is_shown)


def _file_name(part: Part, content_id: str) -> str:
    head = part.headers
    name = (
        head.params("content-disposition").get("filename")
        or head.params("content-type").get("name")
        or head.text("content-location").rsplit("/", 1)[-1]
    )
    if name.strip():
        return _one_name(name)
    described = head.text("content-description").strip()
    stem, extension = _DEFAULT_NAMES.get(part.kind, ("", ""))
    if part.kind == "message/rfc822":
        inner = mime.heads.split_head(part.content())[0].text("subject").strip()
        return _one_name(f"{inner or described or stem}.eml")
    if stem:
        return _one_name(f"{described or stem}.{extension}")
    return _one_name(described or content_id.partition("@")[0] or "file")


def _one_name(name: str) -> str:
    """One line, without folders; kept as text and never made a path."""
    return one_line(decode_words(name)).replace("\\", "/").rsplit("/", 1)[-1].strip()[:200] or "file"


def _distinct(files: list[File]) -> list[File]:
    """Names told apart: a.jpg, a1.jpg."""
    taken: set[str] = set()
    done = []
    for file in files:
        name, n = file.name, 0
        while name.lower() in taken:
            n += 1
            stem, dot, extension = file.name.rpartition(".")
            name = f"{stem}{n}.{extension}" if dot else f"{file.name}{n}"
        taken.add(name.lower())
        done.append(File(name, file.type, file.content, file.content_id, file.is_inline, file.is_shown))
    return done


def direction_of(text: str) -> str:
    """ "rtl" or "ltr": by the greater number of its letters, so that a model name in front turns nothing round."""
    kinds = [unicodedata.bidirectional(letter) for letter in text[:2000]]
    return "rtl" if sum(kind in ("R", "AL") for kind in kinds) > sum(kind == "L" for kind in kinds) else "ltr"
