"""A decision for people and for programs: as JSON, and in words."""

from django.utils.translation import gettext_lazy as _

from ui.text import file_size

QUESTIONS = {
    "size": _("Size"),
    "trust": _("Proof of the sender"),
    "automatic": _("Written by a machine?"),
    "own": _("Our own, or seen before?"),
    "answer": _("Is the sender told?"),
    "follow-up": _("Belongs to which ticket?"),
    "merged": _("Is that ticket merged?"),
    "sender": _("Who sent it"),
    "part": _("Takes part in the ticket?"),
    "requester": _("Requester"),
    "visibility": _("Who may read it"),
    "queue": _("Queue"),
    "files": _("Files"),
    "result": _("Result"),
}
ANSWERS = {
    ("size", "fits"): _("fits"),
    ("size", "too much"): _("more than is read"),
    ("size", "too large"): _("too large to be read"),
    ("trust", "no checks"): _("no check of our server"),
    ("trust", "passed"): _("our server vouches for the sender"),
    ("trust", "failed"): _("our server does not vouch for the sender"),
    ("automatic", "no"): _("no"),
    ("automatic", "bounce"): _("a mail of ours could not be delivered"),
    ("automatic", "auto-reply"): _("an automatic reply"),
    ("automatic", "feedback-report"): _("a complaint report"),
    ("automatic", "generated"): _("a machine wrote it"),
    ("automatic", "list"): _("a mailing list"),
    ("automatic", "no-reply"): _("an address that takes no answer"),
    ("automatic", "loop"): _("it goes in a circle"),
    ("own", "no"): _("no"),
    ("own", "our own mail"): _("our own mail came back"),
    ("own", "seen before"): _("it came before"),
    ("own", "from our own address"): _("from an address of the desk"),
    ("answer", "told"): _("yes, once"),
    ("answer", "machine"): _("no, a machine wrote it"),
    ("answer", "no sender"): _("no usable address"),
    ("answer", "forged"): _("no, our server does not vouch for the sender"),
    ("answer", "stranger"): _("no, nobody here has that address, and nobody vouches for it"),
    ("answer", "too many"): _("no, too many answers within an hour"),
    ("answer", "by choice"): _("no, administrators alone hear of it"),
    ("follow-up", "none"): _("to none"),
    ("follow-up", "our signed id"): _("it answers a mail of ours"),
    ("follow-up", "an id seen in it"): _("it answers a mail of the ticket"),
    ("follow-up", "number in the subject"): _("its number stands in the subject"),
    ("merged", "into another ticket"): _("into another one, which it reaches"),
    ("sender", "known"): _("known"),
    ("sender", "guest"): _("a guest"),
    ("sender", "unknown"): _("unknown"),
    ("sender", "not told"): _("no usable address"),
    ("sender", "forged"): _("an address of ours that our server does not vouch for"),
    ("sender", "no longer here"): _("no longer works here"),
    ("part", "none"): _("no"),
    ("part", "takes part"): _("yes"),
    ("part", "was written to before"): _("an earlier mail went to this address too"),
    ("part", "says to be of the desk, unproven"): _("says to be of the desk, without proof"),
    ("part", "with a forged id"): _("with a forged reference"),
    ("requester", "the sender"): _("the sender"),
    ("requester", "of the ticket"): _("that of the ticket"),
    ("requester", "passed on by the desk"): _("the original sender of what was forwarded"),
    ("requester", "passed on, unproven"): _("forwarded, without proof of the sender"),
    ("requester", "passed on, sender unclear"): _("forwarded, original sender not known here"),
    ("requester", "too many in an hour"): _("too many tickets within an hour"),
    ("visibility", "public"): _("everybody concerned"),
    ("visibility", "internal"): _("the desk"),
    ("visibility", "unverified"): _("the desk, until somebody accepts it"),
    ("queue", "of the mailbox"): _("that of the mailbox"),
    ("queue", "that takes the rest"): _("the one that takes the rest"),
    ("queue", "of the ticket"): _("that of the ticket"),
    ("files", "some not taken over"): _("some stay in the raw message only"),
    ("result", "ticket"): _("a new ticket"),
    ("result", "reply"): _("a reply"),
    ("result", "note"): _("an internal note"),
    ("result", "unverified"): _("an unverified message"),
    ("result", "bounce"): _("a note of the failed delivery"),
    ("result", "held"): _("held until somebody decides"),
    ("result", "ignored"): _("kept, nothing done"),
    ("result", "failed"): _("failed, kept raw"),
}


REASONS = {
    "too much": _("more than is read"),
    "too large": _("too large to be read"),
    "own": _("our own mail came back"),
    "repeated": _("it came before"),
    "no sender": _("no usable address"),
    "forged sender": _("our server does not vouch for the sender"),
    "forged id": _("with a forged reference"),
    "unproven technician": _("says to be of the desk, without proof"),
    "forward unproven": _("forwarded, without proof of the sender"),
    "forward unclear": _("forwarded, original sender not known here"),
    "unknown sender": _("unknown sender"),
    "too many": _("too many tickets within an hour"),
    "outsider": _("takes no part in the ticket"),
    "reopens": _("reopens the ticket"),
}


def as_json(letter, decision, **more):
    """What `receive_mail --json` prints of one message; the keys are documented in docs/mail.md."""
    return {
        **more,
        "result": decision.result,
        "reason": decision.reason,
        "ticket": getattr(decision.ticket, "number", None),
        "sender": {"address": letter.sender.email, "name": letter.sender.name, "from": letter.sender_from},
        "subject": letter.subject,
        "to": [_address(address) for address in letter.to],
        "cc": [_address(address) for address in letter.cc],
        "message_id": letter.message_id,
        "references": letter.references,
        "date": letter.date.isoformat() if letter.date else None,
        "direction": letter.direction,
        "text": letter.text,
        "reply": letter.reply,
        "quoted": letter.quoted,
        "attachments": [
            {
                "name": file.name,
                "type": file.type,
                "size": file.size,
                "sha256": file.sha256,
                "content_id": file.content_id,
                "inline": file.is_inline,
            }
            for file in letter.files
        ],
        "trace": decision.trace,
    }


def _address(address):
    return {"address": address.email, "name": address.name}


def in_words(trace):
    """[(question, answer, facts as text)] in the reader's language."""
    told = []
    for step in trace:
        name, answer = step["name"], step["answer"]
        facts = _facts(step["facts"])
        if (name, answer) == ("size", "too large"):
            sizes = {size: file_size(step["facts"].get(size, 0)) for size in ("bytes", "most")}
            facts = _("%(bytes)s, up to %(most)s are read") % sizes
        told.append((QUESTIONS.get(name, name), ANSWERS.get((name, answer), answer), facts))
    return told


TOLD = ("reason", "ticket", "address", "status", "over", "ignored", "files")


def _facts(facts):
    """Those that people ask for; programs get all of them."""
    words = []
    for name in TOLD:
        value = facts.get(name)
        if not value:
            continue
        if name == "reason":
            words.append(str(REASONS.get(value, ANSWERS.get(("automatic", value), value))))
        elif name == "files":
            words += [file for file, _why in value]
        else:
            words.append(", ".join(map(str, value)) if isinstance(value, list) else str(value))
    return _(", ").join(words)


def received_as_json(letter, received, **more):
    """The same of a message of the ledger."""
    result = next((step["answer"] for step in received.trace if step["name"] == "result"), str(received.state))
    stand_in = _Told(result, received.reason, received.ticket, received.trace)
    return as_json(letter, stand_in, **more) | ({"error": received.error} if received.error else {})


class _Told:
    def __init__(self, result, reason, ticket, trace):
        self.result, self.reason, self.ticket, self.trace = result, reason, ticket, trace
