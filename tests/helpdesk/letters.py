"""Letters made by code: ordinary ones in a line, and the sixty that broke or would break a careless reader."""

import base64
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid

PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


def letter(
    text="The printer prints nothing.",
    *,
    sender="Amal Haddad <amal@ministry.example>",
    to="it@ministry.example",
    subject="Printer",
    message_id=None,
    answers=(),
    files=(),
    html="",
    **headers,
):
    """Bytes of one mail. headers: more lines of the head, `_` for `-`. files: (name, type, bytes). answers: ids."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = sender, to, subject
    mail["Date"] = format_datetime(datetime.now(UTC))
    mail["Message-ID"] = message_id or make_msgid(domain="ministry.example")
    if answers:
        mail["In-Reply-To"], mail["References"] = answers[-1], " ".join(answers)
    for name, value in headers.items():
        mail[name.replace("_", "-")] = value
    mail.set_content(text)
    if html:
        mail.add_alternative(html, subtype="html")
    for name, kind, content in files:
        main, _slash, sub = kind.partition("/")
        mail.add_attachment(content, maintype=main, subtype=sub, filename=name)
    return mail.as_bytes()


HEAD = b"From: Amal <amal@ministry.example>\r\nTo: it@ministry.example\r\nSubject: x\r\n"
MIXED = HEAD + b'MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="b"\r\n'
TEXT = b"Content-Type: text/plain; charset="


def nested(depth):
    """A message inside a message inside a message."""
    head = b"".join(b'Content-Type: multipart/mixed; boundary="b%d"\r\n\r\n--b%d\r\n' % (n, n) for n in range(depth))
    return HEAD + head + b"Content-Type: text/plain\r\n\r\nat last\r\n"


def forwarded(depth):
    return HEAD + b"Content-Type: message/rfc822\r\n\r\n" * depth + b"end"


MALFORMED = {
    # the four that break the standard library's parser
    "a thousand nested parts": nested(1000),
    "a line end hidden in the sender": b"From: =?q?=0A?= <a@b.example>\r\nSubject: =?utf-8?q?=0A=0D?=\r\n\r\nx",
    "an address that is half a network": b"From: a@[1.2\r\nTo: a@[1.2\r\n\r\nx",
    "a charset nobody knows": HEAD + TEXT + b"x-klingon-8\r\n\r\n\xe4\xf6\xfc",
    # too much of something
    "twenty thousand addresses": b"From: a@b.example\r\nTo: " + b"a@b.example, " * 20_000 + b"\r\n\r\nx",
    "twenty thousand parts": MIXED + b"\r\n" + b"--b\r\n\r\nx\r\n" * 20_000 + b"--b--\r\n",
    "fifty thousand headers": HEAD + b"X-A: 1\r\n" * 50_000 + b"\r\nx",
    "a header of a megabyte": HEAD + b"X-A: " + b"a" * 1_000_000 + b"\r\n\r\nx",
    "a header folded thirty thousand times": HEAD + b"X-A: a\r\n" + b" b\r\n" * 30_000 + b"\r\nx",
    "a subject of encoded words only": b"From: a@b.example\r\nSubject: " + b"=?utf-8?b?2LQ=?= " * 5000 + b"\r\n\r\nx",
    "a line of two megabytes": HEAD + b"\r\n" + b"x" * 2_000_000,
    "a hundred thousand quotes": HEAD + b"\r\n" + b"> " * 100_000,
    "a hundred thousand quoted lines": HEAD + b"\r\n" + b"> a\r\n" * 100_000,
    "HTML nested without an end": HEAD + b"Content-Type: text/html\r\n\r\n" + b"<div>" * 20_000 + b"x",
    "quotations nested without an end": HEAD + b"Content-Type: text/html\r\n\r\n" + b"<blockquote>" * 5000 + b"x",
    "tables nested without an end": HEAD + b"Content-Type: text/html\r\n\r\n" + b"<table><tr><td>" * 2000 + b"x",
    "open angles": HEAD + b"Content-Type: text/html\r\n\r\n" + b"<" * 100_000,
    "attributes without an end": HEAD + b"Content-Type: text/html\r\n\r\n<a " + b"a=1 " * 50_000,
    "references without an end": HEAD + b"References: " + b"<a@b> " * 20_000 + b"\r\n\r\nx",
    "brackets without an end": b"From: " + b"(" * 50_000 + b"\r\n\r\nx",
    "quotation marks without an end": b'From: "' + b'\\"' * 30_000 + b"\r\n\r\nx",
    "parameters without an end": HEAD + b"Content-Type: text/plain; " + b"a=b; " * 10_000 + b"\r\n\r\nx",
    "forwarded a hundred times": forwarded(100),
    "zero bytes in every line of the head": b"From: a\x00 <a@b.example>\r\nMessage-ID: <a\x00b@c>\r\nSubject: a\x00b\r\n\r\na\x00",
    # nothing, or not a message
    "nothing": b"",
    "line ends": b"\r\n\r\n\r\n",
    "zero bytes": b"\x00" * 1000,
    "random bytes": bytes(range(256)) * 20,
    "no head": b"The printer is broken.\r\n",
    "no body": HEAD,
    "a picture": PNG,
    "only a colon": b":\r\n: x\r\n\r\nx",
    "an envelope line in front": b"From amal Sun Nov 22 05:00:00 2026\r\n" + HEAD + b"\r\nx",
    "bare carriage returns": HEAD.replace(b"\r\n", b"\r") + b"\rx",
    # borders
    "a border that never comes": MIXED + b"\r\nwords",
    "no border named": HEAD + b"Content-Type: multipart/mixed\r\n\r\n--x\r\n\r\nwords\r\n--x--",
    "an empty border": HEAD + b'Content-Type: multipart/mixed; boundary=""\r\n\r\n--\r\n\r\nwords\r\n----',
    "a border of one dash": HEAD + b'Content-Type: multipart/mixed; boundary="-"\r\n\r\n---\r\n\r\nwords\r\n-----',
    "a border full of patterns": HEAD
    + b'Content-Type: multipart/mixed; boundary="(.*)+["\r\n\r\n--(.*)+[\r\n\r\nwords',
    "a border in pieces": HEAD + b"Content-Type: multipart/mixed; boundary*0=a; boundary*1=b\r\n\r\n--ab\r\n\r\nwords",
    "the same border inside": MIXED
    + b'\r\n--b\r\nContent-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\n\r\nx\r\n--b--',
    "a part that is cut off": MIXED + b"\r\n--b\r\nContent-Type: image/png; na",
    # names and encodings
    "base64 with rubbish": HEAD + b"Content-Transfer-Encoding: base64\r\n\r\n!!!VGhl###IHByaW50ZXI=*",
    "base64 of one letter": HEAD + b"Content-Transfer-Encoding: base64\r\n\r\nA",
    "quoted-printable cut off": HEAD + b"Content-Transfer-Encoding: quoted-printable\r\n\r\nab=C3=A4=\r\n=E",
    "an unknown encoding": HEAD + b"Content-Transfer-Encoding: rot13\r\n\r\nGur cevagre",
    "uuencoded rubbish": HEAD + b"\r\nbegin 644 a.txt\r\n\xff\xfe!!!\r\nend\r\n",
    "uuencoded without an end": HEAD + b"\r\nbegin 644 a.txt\r\n#86)C\r\n",
    "a lying UTF-8": HEAD + TEXT + b"utf-8\r\n\r\n\xd8\xe1\xc8 \xd5\xed\xc7\xe4\xc9 \xc7\xe1\xd8\xc7\xc8\xda\xc9",
    "a lying Latin": HEAD + TEXT + b"iso-8859-1\r\n\r\n\xd8\xa7\xd9\x84\xd8\xb7\xd8\xa7\xd8\xa8\xd8\xb9\xd8\xa9",
    "half an Arabic letter": HEAD + TEXT + b"utf-8\r\n\r\n\xd8\xa7\xd9\x84\xd8",
    "UTF-16 of odd length": HEAD + TEXT + b"utf-16\r\n\r\n\xff\xfea\x00b",
    "a charset that is a codec of bytes": HEAD + TEXT + b"base64\r\n\r\n\xe4\xf6",
    "a charset with a zero in it": HEAD + TEXT + b'"utf\x00-8"\r\n\r\n\xe4\xf6',
    "an encoded word without a charset": b"From: a@b.example\r\nSubject: =??q?x?= =?utf-8?x?y?= =?utf-8?b?===?=\r\n\r\nx",
    "a name in pieces with a gap": MIXED
    + b"\r\n--b\r\nContent-Disposition: attachment; filename*0*=utf-8''a; filename*7=b\r\n\r\nx",
    "a name in pieces without numbers": MIXED
    + b"\r\n--b\r\nContent-Disposition: attachment; filename*a*=x''; filename*=\r\n\r\nx",
    "a name that climbs": MIXED
    + b'\r\n--b\r\nContent-Disposition: attachment; filename="../../etc/passwd\\..\\x"\r\n\r\nx',
    "a name that breaks the line": MIXED
    + b'\r\n--b\r\nContent-Disposition: attachment; filename="=?utf-8?q?a=0D=0ASet-Cookie=3Ax?="\r\n\r\nx',
    "a date of the year nought": HEAD + b"Date: Mon, 99 Foo 0000 99:99:99 +9999\r\n\r\nx",
    "two of every header": HEAD + HEAD + b"Content-Type: text/html\r\nContent-Type: text/plain\r\n\r\nx",
    "surrogates": HEAD + TEXT + b"utf-8\r\n\r\n\xed\xa0\x80\xed\xb0\x80 \xf4\x90\x80\x80",
}
