"""The head of a message or part: its lines, its encoded words, its parameters."""

import base64
import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.message import Message
from email.utils import collapse_rfc2231_value

from helpdesk.intake import charsets
from helpdesk.intake.limits import MOST_HEADER_LENGTH, MOST_HEADERS

_NAME = re.compile(rb"^([!-9;-~]+)[ \t]*:(.*)$", re.S)
_WORD = re.compile(r"=\?([^?\s]{1,60})\?([bq])\?(.*?)\?=", re.I | re.S)
_BETWEEN = re.compile(r"(\?=)\s+(?==\?[^?\s]{1,60}\?[bq]\?)", re.I)


@dataclass
class Headers:
    """Lines of a head in their order: names in lower case, values as bytes, unfolded."""

    lines: list[tuple[str, bytes]] = field(default_factory=list)
    excess: bool = False  # there were more than are read

    def raw(self, name: str) -> str:
        """The first value of this name, decoded but with its encoded words as they stand; "" where there is none."""
        return next(self.all(name), "")

    def all(self, name: str) -> Iterator[str]:
        return (as_text(value) for key, value in self.lines if key == name)

    def has(self, name: str) -> bool:
        return any(key == name for key, _value in self.lines)

    def text(self, name: str) -> str:
        """The first value of this name for people: encoded words decoded, one line."""
        return one_line(decode_words(self.raw(name)))

    def params(self, name: str) -> dict[str, str]:
        """Parameters of a structured header; the value itself stands under ""."""
        return params_of(self.raw(name))


def split_head(data: bytes) -> tuple[Headers, bytes]:
    """(head, body) of a message or part; a line that is no header ends the head and belongs to the body."""
    headers, at, value, name = Headers(), 0, b"", ""
    while at < len(data):
        end = data.find(b"\n", at)
        end = len(data) if end < 0 else end + 1
        line = data[at:end].rstrip(b"\r\n")
        if not line:
            at = end
            break
        if line[:1] in b" \t" and name:
            value += b" " + line.strip() if len(value) < MOST_HEADER_LENGTH else b""
        elif match := _NAME.match(line):
            _keep(headers, name, value)
            name, value = match[1].decode("ascii").lower(), match[2].strip()
        elif not (at == 0 and line.startswith((b"From ", b">From "))):  # the envelope line of a mailbox file
            break
        at = end
    _keep(headers, name, value)
    return headers, data[at:]


def _keep(headers: Headers, name: str, value: bytes) -> None:
    if not name:
        return
    if len(headers.lines) < MOST_HEADERS:
        headers.lines.append((name, value[:MOST_HEADER_LENGTH]))
    else:
        headers.excess = True


def as_text(value: bytes) -> str:
    return value.decode("ascii") if value.isascii() else charsets.guess(value)


def one_line(text: str) -> str:
    """Without controls and line ends, which a header must not carry on to anything."""
    text = re.sub(r"[\x00-\x1f\x7f\u2028\u2029\ud800-\udfff]+", " ", text)
    return text


def decode_words(text: str) -> str:
    """Encoded words (RFC 2047) in any charset, cut in the middle of a letter or not. Never raises."""
    if "=?" not in text:
        return text
    text = _BETWEEN.sub(r"\1", text)
    done, at = [], 0
    pending, codec = b"", ""
    for match in _WORD.finditer(text):
        data, charset = _bytes_of(match[2], match[3]), match[1].lower()
        if pending and (match.start() != at or charset != codec):
            done.append(charsets.decode(pending, codec))
            pending = b""
        done.append(text[at : match.start()])
        pending, codec, at = pending + data, charset, match.end()
        if "iso-2022" in charset:  # each word begins in ASCII again
            done.append(charsets.decode(pending, codec))
            pending = b""
    done += [charsets.decode(pending, codec) if pending else "", text[at:]]
    return "".join(done)


def _bytes_of(encoding: str, word: str) -> bytes:
    raw = word.encode("utf-8", "replace")
    if encoding in "qQ":
        return binascii.a2b_qp(raw.replace(b"\n", b""), header=True)
    return lenient_base64(raw)


def lenient_base64(data: bytes) -> bytes:
    """What can be read of it: foreign letters are passed over, an end that is missing is made up."""
    kept = re.sub(rb"[^A-Za-z0-9+/]", b"", data.replace(b"-", b"+").replace(b"_", b"/") if b"/" not in data else data)
    kept = kept[: len(kept) - 1] if len(kept) % 4 == 1 else kept
    return base64.b64decode(kept + b"=" * (-len(kept) % 4))


def params_of(value: str) -> dict[str, str]:
    """{name: value} of `type/sub; name=value`, continued and encoded as RFC 2231 and RFC 2047 know it; "" the first."""
    message = Message()
    message["content-type"] = value.encode("utf-8", "replace").decode("utf-8").replace("\r", " ").replace("\n", " ")
    try:
        found = message.get_params(header="content-type", unquote=True) or []
        pairs = [(name, _plain(param)) for name, param in found]
    except Exception:  # the standard library's parser raises in many ways on hostile input
        pairs = _params_by_force(value)
    if not pairs:
        return {"": ""}
    result = {"": pairs[0][0].strip().lower()}
    for name, param in pairs[1:]:
        result.setdefault(name.lower(), one_line(decode_words(param)))
    return result


def _plain(param: str | tuple[str | None, str | None, str]) -> str:
    if isinstance(param, tuple):
        charset = charsets.codec_of(param[0])
        return collapse_rfc2231_value((charset or "us-ascii", param[1], param[2]))
    return param


def _params_by_force(value: str) -> list[tuple[str, str]]:
    first, *rest = value[:2000].split(";")
    split = [part.partition("=") for part in rest]
    return [(first, ""), *((name.strip(), word.strip(' "')) for name, _sign, word in split if word)]
