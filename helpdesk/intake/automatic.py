"""Whether a machine wrote a message, and which kind: bounce, answer of somebody absent, list, alarm. Pure.

No single line marks them all; each rule here stands for mail servers that say it in that way alone.
"""

import re
from dataclasses import dataclass, field

from helpdesk.intake import addresses, charsets
from helpdesk.intake.headers import split_head
from helpdesk.intake.reading import Letter

BOUNCE, REPLY, FEEDBACK, GENERATED, LIST, NO_REPLY, LOOP = (
    "bounce",
    "auto-reply",
    "feedback-report",
    "generated",
    "list",
    "no-reply",
    "loop",
)
NEVER_A_TICKET = {BOUNCE, REPLY, FEEDBACK, LOOP}
_DAEMON = re.compile(
    r"(?:mailer-?daemon|po+st[._-]?master|mail[._-]?deliver\w*[._-]?(?:sub)?system|mmdf|uucp)\b.*", re.I
)
_DAEMON_NAME = re.compile(r"mail\s+deliver\w*\s+(?:sub)?system|mailer[- ]daemon|postmaster|delivery subsystem", re.I)
_NO_REPLY = re.compile(r"(?:no|not|do-?not|donot|never)[._-]?repl(?:y|ies)|ne-?pas-?repondre|noresponse", re.I)
_FAILED = re.compile(
    r"undeliver|non remis|unzustellbar|delivery (?:status|failure|report|notification|has failed|problem)"
    r"|failure notice|returned mail|mail (?:delivery|system) (?:failed|failure|error)|could ?n[o']t be delivered"
    r"|message (?:you sent|delivery)|error sending your mail|تعذر (?:تسليم|التسليم)|لم يتم تسليم|غير قابل للتسليم",
    re.I,
)
_AWAY = re.compile(
    r"^\s*(?:out of (?:the )?office|auto(?:matic|mated)?[ -]?(?:reply|response|answer)|automatische antwort"
    r"|abwesenheit|réponse automatique|away from|vacation|رد تلقائي|رد آلي|خارج المكتب|الرد التلقائي)",
    re.I,
)
_STATUS = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")
_CODE = re.compile(r"(?:^|\s|<)([45]\d\d)[\s#-]")
_WHO = re.compile(r"<?([^\s<>:;,\"'()]+@[\w.-]+\w)>?")
_EMBEDDED = re.compile(r"^\s*(?:-+ ?.{0,40}(?:original|returned|copy|unsent).{0,40}-*)\s*:?\s*$", re.I | re.M)


@dataclass(frozen=True)
class Automatic:
    """Kind of machine; for a bounce also which address failed, how, and the ids of the mail that came back."""

    kind: str
    because: str
    address: str = ""
    status: str = ""
    is_permanent: bool = False
    ids: list[str] = field(default_factory=list)


def of(letter: Letter) -> Automatic | None:
    """What kind of machine wrote it; None where a person did, as far as one can tell."""
    head = letter.headers
    kind, because = _kind(letter)
    if not kind:
        return None
    if kind != BOUNCE:
        return Automatic(kind, because)
    address, status = _failure(letter)
    original = _original(letter)
    permanent = status.startswith("5") and head.raw("x-delivery-status") != "delayed"
    return Automatic(BOUNCE, because, address, status, permanent, original)


def _kind(letter: Letter) -> tuple[str, str]:
    head = letter.headers
    content = head.params("content-type")
    report = content.get("report-type", "").lower()
    if content[""] == "multipart/report" and report == "feedback-report":
        return FEEDBACK, "report"
    if _is_bounce(letter, content, report):
        return BOUNCE, _is_bounce(letter, content, report)
    submitted = head.raw("auto-submitted").strip().lower()
    if submitted.startswith("auto-replied") or any(
        head.has(name) for name in ("x-autoreply", "x-autorespond", "x-autoreply-from", "x-auto-reply")
    ):
        return REPLY, "auto-submitted" if submitted else "x-autoreply"
    precedence = {value.strip().lower() for name in ("precedence", "x-precedence") for value in head.all(name)}
    if "auto_reply" in precedence or (_AWAY.search(letter.subject) and _looks_automatic(letter)):
        return REPLY, "subject"
    if head.raw("x-loop").strip():
        return LOOP, "x-loop"
    if submitted and not submitted.startswith("no"):
        return GENERATED, "auto-submitted"
    if precedence & {"bulk", "junk", "list"} or any(
        head.has(name) for name in ("list-id", "list-unsubscribe", "list-post", "mailing-list")
    ):
        return LIST, "precedence" if precedence else "list"
    if _suppressed(letter) and _AWAY.search(letter.subject):
        return REPLY, "x-auto-response-suppress"
    if _suppressed(letter) & {"all", "dr", "autoreply"}:
        return GENERATED, "x-auto-response-suppress"
    if _NO_REPLY.search(letter.sender.email.partition("@")[0]):
        return NO_REPLY, "sender"
    return "", ""


def _suppressed(letter: Letter) -> set[str]:
    return {word.strip().lower() for word in letter.headers.raw("x-auto-response-suppress").split(",") if word.strip()}


def _looks_automatic(letter: Letter) -> bool:
    """A subject alone may be a person's; with one more sign, or as an answer to something, it is a machine's."""
    return bool(_suppressed(letter) or letter.references or letter.headers.has("auto-submitted"))


def _is_bounce(letter: Letter, content: dict[str, str], report: str) -> str:
    """Why it is a bounce, "" where it is none."""
    head = letter.headers
    if content[""] == "multipart/report" and report in ("", "delivery-status"):
        return "report"
    if any(part.kind in ("message/delivery-status", "message/global-delivery-status") for part in _parts(letter)):
        return "report"
    if head.has("x-failed-recipients"):
        return "x-failed-recipients"
    sender = letter.sender
    if _DAEMON.match(sender.email.partition("@")[0]) or _DAEMON_NAME.search(sender.name):
        return "daemon"
    if head.has("return-path") and head.raw("return-path").strip() in ("", "<>") and sender.is_valid:
        return "" if head.raw("auto-submitted").lower().startswith("auto-replied") else _null_path(letter)
    if _FAILED.search(letter.subject) and _encloses(letter) and _failure(letter)[1]:
        return "words"
    return ""


def _null_path(letter: Letter) -> str:
    """An empty envelope sender: nobody may answer it. Vacation programs send so, too."""
    if _AWAY.search(letter.subject) or letter.sender_from != "from":
        return ""
    return "return-path"


def _encloses(letter: Letter) -> bool:
    return any(part.kind in ("message/rfc822", "text/rfc822-headers") for part in _parts(letter)) or bool(
        _EMBEDDED.search(letter.text)
    )


def _parts(letter: Letter):
    return letter.root.leaves()


def _failure(letter: Letter) -> tuple[str, str]:
    """(the address that failed, its status such as 5.1.1), "" where not told."""
    for part in _parts(letter):
        if part.kind in ("message/delivery-status", "message/global-delivery-status"):
            found = _from_report(charsets.decode(part.content()))
            if found[0] or found[1]:
                return found
    text = letter.text
    told = letter.headers.raw("x-failed-recipients") or text
    who = _WHO.search(told)
    status = _STATUS.search(text)
    code = _CODE.search(text)
    return (who[1] if who else ""), (status[0] if status else f"{code[1][0]}.0.0" if code else "")


def _from_report(text: str) -> tuple[str, str]:
    """Of the one recipient a report names; where it names several, nothing is held against any of them."""
    fields: dict[str, list[str]] = {}
    for line in text.splitlines():
        name, colon, value = line.partition(":")
        if colon:
            fields.setdefault(name.strip().lower(), []).append(value.strip())
    finals = fields.get("final-recipient") or fields.get("original-recipient") or []
    addresses_ = {found[1].lower() for value in finals if (found := _WHO.search(value))}
    status = next((found[0] for value in fields.get("status", ()) if (found := _STATUS.search(value))), "")
    action = (fields.get("action") or [""])[0].lower()
    if action and action != "failed":
        status = f"4{status[1:]}" if status else "4.0.0"
    return (addresses_.pop() if len(addresses_) == 1 else ""), status


def _original(letter: Letter) -> list[str]:
    """Message-IDs of the mail that came back."""
    ids = []
    for part in _parts(letter):
        if part.kind in ("message/rfc822", "text/rfc822-headers", "message/rfc822-headers"):
            head = split_head(part.content().lstrip())[0]
            ids += [value.strip() for value in head.all("message-id")]
    return ids


def original_sender(letter: Letter) -> addresses.Address | None:
    """Who wrote what a forwarded message passes on: of the attached message, else of the little head in the text."""
    for part in _parts(letter):
        if part.kind == "message/rfc822":
            found = addresses.first(split_head(part.content().lstrip())[0].raw("from"))
            if found:
                return found
    match = _FORWARDED_FROM.search(letter.text)
    return addresses.first(match[1]) if match else None


_FORWARDED_FROM = re.compile(r"^[>\s*]*(?:From|من)\s*\*?\s*[:：]\*?\s*(.+)$", re.M | re.I)
_FORWARD = re.compile(r"^\s*(?:fwd?|wg|tr|إعادة توجيه|توجيه|محول)\s*[:：]", re.I)


def is_forward(letter: Letter) -> bool:
    attached = any(part.kind == "message/rfc822" for part in _parts(letter))
    return bool(_FORWARD.match(letter.subject)) and (attached or bool(_FORWARDED_FROM.search(letter.text)))
