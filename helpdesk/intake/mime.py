"""A message cut into its parts, in linear time and with an end: see `limits`.

The standard library's parser raises on hostile input and cannot give back the bytes of an attached message as they
were; what is left of it here are the parameters of headers and the transfer encodings.
"""

import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from helpdesk.intake import headers as heads
from helpdesk.intake.headers import Headers
from helpdesk.intake.limits import MOST_DEPTH, MOST_PARTS

_DELIMITER = re.compile(rb"^--([^\r\n]{1,200}?)[ \t]*\r?$", re.M)


@dataclass
class Part:
    """One part: its head, its body as it was sent, and the parts it is made of."""

    headers: Headers
    body: bytes = b""
    kind: str = "text/plain"
    parts: list["Part"] = field(default_factory=list)
    preamble: bytes = b""
    parent: str = ""  # kind of the part it stands in

    @property
    def is_multipart(self) -> bool:
        return self.kind.startswith("multipart/")

    def leaves(self) -> Iterator["Part"]:
        """The parts that hold something, in reading order."""
        if not self.is_multipart:
            yield self
        for part in self.parts:
            yield from part.leaves()

    def content(self) -> bytes:
        """The body without its transfer encoding; what is broken is read as far as it goes."""
        encoding = self.headers.raw("content-transfer-encoding").strip().lower().strip('"')
        if encoding == "base64":
            return heads.lenient_base64(self.body)
        if encoding == "quoted-printable":
            return binascii.a2b_qp(self.body)
        if encoding in ("x-uuencode", "uuencode", "x-uue", "uue"):
            return b"".join(data for _name, data in uu_files(self.body)[1])
        return self.body


@dataclass
class Budget:
    parts: int = MOST_PARTS
    excess: set[str] = field(default_factory=set)


def split(data: bytes) -> tuple[Part, set[str]]:
    """(the message as a tree of parts, which limits it went over)."""
    budget = Budget()
    root = _part(data.lstrip(b"\r\n"), budget, depth=1, default="text/plain", parent="")
    return root, budget.excess


def _part(data: bytes, budget: Budget, depth: int, default: str, parent: str) -> Part:
    head, body = heads.split_head(data)
    if head.excess:
        budget.excess.add("headers")
    params = head.params("content-type") if head.has("content-type") else {"": default}
    kind = params[""] if re.fullmatch(r"[\w.+-]+/[\w.+-]+", params[""]) else default
    part = Part(head, body, kind, parent=parent)
    if part.is_multipart:
        _divide(part, params.get("boundary", ""), budget, depth)
    return part


def _divide(part: Part, boundary: str, budget: Budget, depth: int) -> None:
    if depth >= MOST_DEPTH:
        budget.excess.add("depth")
        part.kind = "application/octet-stream"
        return
    pieces = _pieces(part.body, boundary.encode("utf-8", "replace").rstrip())
    if pieces is None:  # says that it has parts and has none
        part.kind = "text/plain"
        return
    part.preamble = pieces[0]
    default = "message/rfc822" if part.kind == "multipart/digest" else "text/plain"
    for piece in pieces[1:]:
        if budget.parts <= 0:
            budget.excess.add("parts")
            return
        budget.parts -= 1
        part.parts.append(_part(piece, budget, depth + 1, default, part.kind))


def _pieces(body: bytes, boundary: bytes) -> list[bytes] | None:
    """[what stands before the first part, each part]; None where the border never comes."""
    if not boundary:
        match = _DELIMITER.search(body)
        if match is None:
            return None
        boundary = match[1]
    border = re.compile(rb"(?:^|(?<=\n))--" + re.escape(boundary) + rb"(--)?[ \t]*(?:\r?\n|\Z)")
    pieces, at, closed = [], 0, False
    for match in border.finditer(body):
        pieces.append(_without_last_line_end(body[at : match.start()]))
        at = match.end()
        if match[1]:
            closed = True
            break
        if len(pieces) > MOST_PARTS + 1:
            break
    if not pieces:
        return None
    if not closed:
        pieces.append(body[at:])
    return pieces


def _without_last_line_end(data: bytes) -> bytes:
    return data[:-2] if data.endswith(b"\r\n") else data[:-1] if data.endswith(b"\n") else data


_BEGIN = re.compile(rb"^begin(?:-base64)? [0-7]{3,4} ([^\r\n]{1,250})\r?$", re.M)
_END = re.compile(rb"^end[ \t]*\r?$", re.M)


def uu_files(data: bytes) -> tuple[bytes, list[tuple[bytes, bytes]]]:
    """(the text around them, [(name, content)]) of files written into a text as letters."""
    kept, files, at = [], [], 0
    while match := _BEGIN.search(data, at):
        end = _END.search(data, match.end())
        if end is None or len(files) >= MOST_PARTS:
            break
        content = _uu(data[match.end() : end.start()])
        if content:
            kept.append(data[at : match.start()])
            files.append((match[1].strip(), content))
        else:
            kept.append(data[at : end.end()])
        at = end.end()
    kept.append(data[at:])
    return b"".join(kept), files


def _uu(lines: bytes) -> bytes:
    done = []
    for line in lines.splitlines():
        if not line.strip():
            continue
        try:
            done.append(binascii.a2b_uu(line))
        except binascii.Error:
            length = (((line[0] - 32) & 63) * 4 + 5) // 3  # a line with too much at its end
            try:
                done.append(binascii.a2b_uu(line[:length]))
            except binascii.Error:
                return b""
    return b"".join(done)
