"""What may be believed of a head: only what our own mail server wrote into it."""

import re
from dataclasses import dataclass, field

from helpdesk.intake.reading import Letter

_STEERING = re.compile(
    r"x-(?:ticket|rt|zammad|otrs|freescout|helpdesk|queue|priority-override)(?:-|$)|authentication-results$"
)
_RESULT = re.compile(r"\b(dmarc|dkim|spf)\s*=\s*([a-z]+)([^;]*)", re.I)
_DOMAIN = re.compile(r"\b(?:header\.(?:d|i|from)|smtp\.(?:mailfrom|mail))\s*=\s*@?(?:[^\s;@]*@)?([\w.-]+)", re.I)


@dataclass(frozen=True)
class Checked:
    """verdict: "no checks", "passed" or "failed". domains: those for which it passed. ignored: lines not believed."""

    verdict: str
    domains: frozenset[str] = frozenset()
    ignored: list[str] = field(default_factory=list)

    def covers(self, domain: str) -> bool:
        return domain in self.domains


def check(letter: Letter, server: str) -> Checked:
    """Look for the verdict of `server` (its authserv-id) in the topmost line; lines of others are not believed."""
    names = [name for name, _value in letter.headers.lines if _STEERING.match(name)]
    results = letter.headers.raw("authentication-results")
    said_by, _sign, told = results.partition(";")
    words = said_by.split()
    if not server or not words or words[0].lower() != server.lower():
        return Checked("no checks", ignored=sorted(set(names)))
    passed, sender, failed = set(), letter.sender.domain, False
    for method, verdict, rest in _RESULT.findall(told):
        domains = {found.lower() for found in _DOMAIN.findall(rest)}
        if verdict.lower() == "pass":
            passed |= (
                {sender} if method.lower() == "dmarc" else {domain for domain in domains if _aligned(domain, sender)}
            )
        failed |= method.lower() == "dmarc" and verdict.lower() != "pass"
    ignored = sorted({name for name in names if name != "authentication-results"})
    aligned = frozenset({sender}) if passed and not failed else frozenset()
    return Checked("passed" if aligned else "failed", aligned, ignored)


def _aligned(domain: str, sender: str) -> bool:
    """The same domain, or one that stands above the sender's."""
    return sender == domain or sender.endswith(f".{domain}")
