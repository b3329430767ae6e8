"""What a received message is to become, and why: every question in its order, each with its answer.

Nothing here writes. What has to be known of the desk is asked of `desk` (`knowing.Desk`); the answer is a `Decision`
whose `steps` are the trace that people read.
"""

import contextlib
from dataclasses import asdict, dataclass, field
from typing import Any

from helpdesk.choices import ENDED, Status
from helpdesk.intake import automatic, limits, trust
from helpdesk.intake.reading import Letter
from helpdesk.models.mail import Large, Unknown

# What a message becomes.
TICKET, REPLY, NOTE, UNVERIFIED, BOUNCE, HELD, IGNORED, FAILED = (
    "ticket",
    "reply",
    "note",
    "unverified",
    "bounce",
    "held",
    "ignored",
    "failed",
)
TICKETS_AN_HOUR, ANSWERS_AN_HOUR = 10, 3  # of one sender


@dataclass(frozen=True)
class Step:
    """One question of the trace: its name, the code of the answer, and the facts it rests on."""

    name: str
    answer: str
    facts: dict[str, Any] = field(default_factory=dict)


@dataclass
class Decision:
    """The result with its reason, what it concerns, and the steps that led there."""

    result: str = ""
    reason: str = ""
    ticket: Any = None  # helpdesk.Ticket it joins
    earlier: Any = None  # the ended ticket it answers, where a new one is made
    sender: Any = None  # people.User, None for an address nobody here has
    requester: Any = None  # people.User of a new ticket, where it is not the sender
    queue: Any = None
    is_guest: bool = False  # the sender is to become a guest
    is_internal: bool = False
    reopens: bool = False
    is_new_word: bool = True  # False for machines: nobody is told, no state changes
    answers: bool = False  # the sender gets one automatic answer
    tells_size: bool = False  # the sender is told that it is too large
    undeliverable: str = ""
    status: str = ""  # of a bounce
    steps: list[Step] = field(default_factory=list)

    def note(self, name: str, answer: str, **facts: Any) -> None:
        self.steps.append(Step(name, answer, facts))

    @property
    def trace(self) -> list[dict[str, Any]]:
        return [asdict(step) for step in self.steps]


class Done(Exception):
    """The decision is made; the rest of the questions need not be asked."""


def decide(letter: Letter, desk) -> Decision:
    """Go through the questions in their order."""
    decision = Decision()
    judge = _Judge(letter, desk, decision)
    with contextlib.suppress(Done):
        judge.go()
    decision.note("result", decision.result, **({"reason": decision.reason} if decision.reason else {}))
    return decision


class _Judge:
    def __init__(self, letter, desk, decision):
        self.letter, self.desk, self.decision = letter, desk, decision
        self.note = decision.note

    def end(self, result, reason=""):
        self.decision.result, self.decision.reason = result, reason
        raise Done

    def go(self):
        self.ask_size()
        self.proof = self.ask_trust()
        self.machine = self.ask_machine()
        self.ask_own()
        self.ticket, self.how = self.ask_ticket()
        self.last = self.ask_merged()
        if self.machine and self.machine.kind == automatic.BOUNCE:
            self.bounce()
        self.person = self.ask_sender()
        self.stands = self.ask_part()
        self.ask_requester()
        if self.machine:
            self.from_machine()
        if self.ticket:
            self.join()
        self.open()

    # The questions

    def ask_size(self):
        facts = {"bytes": self.letter.size, "most": limits.MOST_BYTES}
        over = sorted(self.letter.excess - {"addresses"})
        if "size" in over:
            self.note("size", "too large", **facts)
            self.too_large()
        if over:
            self.note("size", "too much", **facts, over=over)
            self.end(FAILED, "too much")
        self.note("size", "fits", **facts)

    def too_large(self):
        """Nobody reads it; its sender is told, unless that would answer a machine, a stranger, or go on and on."""
        self.proof = self.ask_trust()
        self.machine = self.ask_machine()
        self.ask_own()
        silent = self._why_not_told()
        self.note("answer", silent or "told")
        self.decision.tells_size = not silent
        self.end(FAILED, "too large")

    def _why_not_told(self):
        letter, mailbox = self.letter, self.desk.mailbox
        person = self.decision.sender = self.desk.person(letter.sender.key)
        is_here = person is not None and person.is_active
        is_proven = self.proof.verdict == "passed" and self.proof.covers(letter.sender.domain)
        answers = self.desk.of_last_hour(letter.sender.key)[1]
        reasons = {
            "machine": self.machine is not None,
            "no sender": not letter.sender.is_valid or letter.sender_from != "from",
            "forged": self.proof.verdict == "failed" and letter.sender.domain in mailbox.domains,
            "stranger": not is_here and (person is not None or not is_proven),
            "too many": answers >= ANSWERS_AN_HOUR,
            "by choice": mailbox.large_mail == Large.ALERT,
        }
        return next((reason for reason, holds in reasons.items() if holds), "")

    def ask_trust(self):
        """Strip what steers other systems; believe only the checks of our own server."""
        checked = trust.check(self.letter, self.desk.mailbox.trusted_server)
        facts = {"ignored": checked.ignored} if checked.ignored else {}
        self.note("trust", checked.verdict, **facts)
        return checked

    def ask_machine(self):
        machine = automatic.of(self.letter)
        if machine is None:
            self.note("automatic", "no")
            return None
        facts = {"because": machine.because}
        if machine.kind == automatic.BOUNCE:
            facts |= {"address": machine.address, "status": machine.status, "for good": machine.is_permanent}
        self.note("automatic", machine.kind, **facts)
        return machine

    def ask_own(self):
        """A message of ours that came back, one we have, or one from an address of ours."""
        letter = self.letter
        if self.desk.signed(letter.message_id):
            self.note("own", "our own mail")
            self.end(IGNORED, "own")
        if earlier := self.desk.seen(letter):
            self.note("own", "seen before", earlier=earlier)
            self.end(IGNORED, "repeated")
        if self.desk.is_our_address(letter.sender.key):
            self.note("own", "from our own address")
            self.end(IGNORED, "loop")
        self.note("own", "no")

    def ask_ticket(self):
        """(ticket, how it was found): by an id we signed, by any id seen in a ticket, by the number in the subject."""
        ids = list(self.letter.references)
        if self.machine:
            ids += [*self.machine.ids, *self.desk.signed_ids_in(self.letter)]
        self.forged = [text for text in ids if self.desk.is_forged(text)]
        self.signed = next((found for text in reversed(ids) if (found := self.desk.signed(text))), None)
        facts = {"forged": len(self.forged)} if self.forged else {}
        if self.signed and (ticket := self.desk.ticket(self.signed.ticket)):
            self.note("follow-up", "our signed id", ticket=ticket.number, **facts)
            return ticket, "signed"
        known = [text for text in ids if text not in self.forged]
        if ticket := self.desk.ticket_of_ids(known):
            self.note("follow-up", "an id seen in it", ticket=ticket.number, **facts)
            return ticket, "id"
        if ticket := self.desk.ticket_numbered(self.letter.subject):
            self.note("follow-up", "number in the subject", ticket=ticket.number, **facts)
            return ticket, "subject"
        self.note("follow-up", "none", **facts)
        return None, ""

    def ask_merged(self):
        """The ticket whose state decides: of a merged one, that which it is merged into."""
        if self.ticket is None or self.ticket.merged_into_id is None:
            return self.ticket
        self.note("merged", "into another ticket")
        return self.desk.ticket(self.ticket.merged_into_id)

    def ask_sender(self):
        letter = self.letter
        facts = {"address": letter.sender.email, "from": letter.sender_from}
        if not letter.sender.is_valid or letter.sender_from != "from":  # an answer address is nobody's name
            self.note("sender", "not told", **facts)
            self.end(HELD, "no sender")
        person = self.decision.sender = self.desk.person(letter.sender.key)
        if self.proof.verdict == "failed" and letter.sender.domain in self.desk.mailbox.domains:
            self.note("sender", "forged", **facts)
            self.end(HELD, "forged sender")
        if person is None:
            self.note("sender", "unknown", **facts)
        elif not person.is_active:
            self.note("sender", "no longer here", **facts)
            self.end(HELD, "no longer here")
        else:
            self.note("sender", "guest" if person.is_guest else "known", **facts, person=person.pk)
        return person

    def ask_part(self):
        """How the sender stands to the ticket: "part", "addressed", "desk", or "" for an outsider.

        Whoever takes part in a merged ticket writes there, and is read in the other one; whoever takes part in that one
        alone writes into it.
        """
        if self.ticket is None:
            return ""
        stands = self.desk.part_in(self.ticket, self.person, self.letter.sender.key)
        if not stands and self.last is not self.ticket:
            stands = self.desk.part_in(self.last, self.person, self.letter.sender.key)
            self.ticket = self.last if stands else self.ticket
        if stands == "desk" and not self.is_proven():
            self.note("part", "says to be of the desk, unproven")
            self.end(HELD, "unproven technician")
        if stands and self.forged and self.how != "signed":
            self.note("part", "with a forged id")
            self.end(HELD, "forged id")
        self.note("part", {"": "none", "addressed": "was written to before"}.get(stands, "takes part"))
        return stands

    def is_proven(self):
        """Whether mail may speak for somebody of the desk: our server's check, or an id we sent to her alone."""
        if self.proof.verdict == "passed" and self.proof.covers(self.letter.sender.domain):
            return True
        return bool(self.signed and self.person and self.desk.was_sent_to(self.signed, self.person))

    def ask_requester(self):
        if self.ticket is not None:
            self.note("requester", "of the ticket")
            return
        if self.person is None or not self.person.works_at_desk or not automatic.is_forward(self.letter):
            self.note("requester", "the sender")
            return
        original = automatic.original_sender(self.letter)
        address = original.key if original else ""
        found = self.desk.person(address) if address else None
        facts = {"address": address}
        if not self.is_proven():
            self.note("requester", "passed on, unproven", **facts)
            self.end(HELD, "forward unproven")
        if found is None or not found.is_active or found.is_guest or self.desk.is_our_address(address):
            self.note("requester", "passed on, sender unclear", **facts)
            self.end(HELD, "forward unclear")
        self.note("requester", "passed on by the desk", **facts)
        self.decision.requester = found

    # The results

    def bounce(self):
        if self.ticket is None:
            self.end(IGNORED, "bounce")
        machine, decision = self.machine, self.decision
        decision.ticket, decision.is_internal, decision.is_new_word = self.ticket, True, False
        decision.status = machine.status
        address = self.desk.address_of(self.signed) if self.how == "signed" else ""
        if machine.is_permanent and address and address == machine.address.lower():
            decision.undeliverable = address
        self.note("visibility", "internal")
        self.end(BOUNCE)

    def from_machine(self):
        """Machines never get an answer, change no state, and open a ticket only where the mailbox allows it."""
        if self.ticket is not None and self.stands in ("part", "addressed"):
            self.decision.ticket, self.decision.is_internal = self.ticket, True
            self.decision.is_new_word = False
            self.note("visibility", "internal")
            self.end(NOTE, self.machine.kind)
        if self.machine.kind in automatic.NEVER_A_TICKET:
            self.end(IGNORED, self.machine.kind)
        if not self.desk.mailbox.takes_machines:
            self.end(HELD, self.machine.kind)
        self.ticket = None

    def join(self):
        ticket, decision = self.ticket, self.decision
        if not self.stands:
            if self.how == "subject":  # a number is no key: what an outsider writes is her own affair
                self.ticket = None
                return
            decision.ticket, decision.is_internal = ticket, True
            self.note("visibility", "unverified")
            self.end(UNVERIFIED, "outsider")
        if self.stands == "desk" and (self.last.status in ENDED or self.desk.is_internal(self.signed)):
            decision.ticket, decision.is_internal = ticket, True
            self.note("visibility", "internal")
            self.end(NOTE)
        if self.stands != "desk" and self._opens_anew(self.last):
            decision.earlier, self.ticket = ticket, None
            return
        decision.ticket = ticket
        decision.reopens = self.stands == "part" and self.last.status in (Status.RESOLVED, Status.CLOSED)
        self.note("visibility", "public")
        self.note("queue", "of the ticket")
        self.end(REPLY, "reopens" if decision.reopens else "")

    def _opens_anew(self, ticket):
        return ticket.status == Status.CANCELLED or (
            ticket.status == Status.CLOSED and self.desk.days_closed(ticket) > self.desk.mailbox.reopen_days
        )

    def open(self):
        decision, mailbox = self.decision, self.desk.mailbox
        if self.person is None:
            if mailbox.unknown_senders == Unknown.REFUSE:
                self.end(IGNORED, "unknown sender")
            if mailbox.unknown_senders == Unknown.HOLD:
                self.end(HELD, "unknown sender")
            decision.is_guest = True
        tickets, answers = self.desk.of_last_hour(self.letter.sender.key)
        if tickets >= TICKETS_AN_HOUR:
            self.note("requester", "too many in an hour", tickets=tickets)
            self.end(HELD, "too many")
        self.note("visibility", "public")
        decision.queue = self.desk.queue()
        self.note("queue", "of the mailbox" if decision.queue else "that takes the rest")
        is_ours = self.person is not None and not self.person.is_guest
        is_aligned = self.proof.verdict == "passed" and self.letter.sender.domain in mailbox.domains
        decision.answers = self.machine is None and (is_ours or is_aligned) and answers < ANSWERS_AN_HOUR
        self.end(TICKET)
