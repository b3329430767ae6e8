"""What the desk knows that a decision needs: people, tickets, earlier mail. Reads only."""

import hashlib
import re
from datetime import timedelta
from functools import cached_property

from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from helpdesk.intake import signing
from helpdesk.models import Mailbox, MailThread, Message, ReceivedMail, Ticket
from helpdesk.permissions import standing_of
from office.models import OutboxRow
from people.models import User
from ui import text

_NUMBER = re.compile(r"\b(?:[A-Z]{2,10}-)?TKT-\d{4}-\d{3,7}\b", re.I)


class Desk:
    """What is known around one mailbox; `asked_again` is the row of the ledger that is being worked on."""

    def __init__(self, mailbox, asked_again=None):
        self.mailbox, self.row = mailbox, asked_again
        self.institution = mailbox.institution_id

    # Ids

    def signed(self, message_id):
        return signing.verify(message_id) if message_id else None

    def is_forged(self, message_id):
        return signing.is_forged(message_id)

    def signed_ids_in(self, letter):
        """Ids of ours in the copy that a bounce encloses, wherever in it they stand."""
        found = signing.find(letter.text[:100_000])
        for part in letter.root.leaves():
            if part.kind in ("message/rfc822", "text/rfc822-headers", "message/delivery-status"):
                found += signing.find(part.content()[:50_000].decode("latin-1"))
        return found

    def seen(self, letter):
        """The row of the ledger that holds the same message, 0 for none; the one worked on does not count."""
        rows = ReceivedMail.objects.filter(institution=self.institution, key=key_of(letter))
        again = content_key_of(letter)
        if again:
            rows = rows | ReceivedMail.objects.filter(institution=self.institution, content_key=again)
        if self.row is not None:
            rows = rows.filter(pk__lt=self.row.pk)
        return rows.order_by("pk").values_list("pk", flat=True).first() or 0

    # Tickets

    def _tickets(self):
        return Ticket.objects.filter(institution=self.institution).select_related("queue", "requester", "assignee")

    def ticket(self, pk):
        return self._tickets().filter(pk=pk).first()

    def ticket_of_ids(self, ids):
        """The ticket in which any of them was seen; of several the one seen last."""
        if not ids:
            return None
        seen = MailThread.objects.filter(message_id__in=ids[-50:], ticket__institution=self.institution)
        last = seen.order_by("-is_own", "-pk").values_list("ticket", flat=True).first()
        return self.ticket(last) if last else None

    def ticket_numbered(self, subject):
        """The first ticket whose number stands in the subject as a word, in any digits."""
        for number in _NUMBER.findall(text.ascii_digits(subject))[:5]:
            if ticket := self._tickets().filter(number__iexact=number).first():
                return ticket
        return None

    def days_closed(self, ticket):
        return (timezone.now() - ticket.closed_at) / timedelta(days=1) if ticket.closed_at else 0

    def is_internal(self, signed):
        return bool(signed and Message.objects.filter(pk=signed.message, is_internal=True).exists())

    # People

    def person(self, address):
        people = User.objects.filter(institution=self.institution, email__iexact=address).exclude(email="")
        return people.defer("search_text").first()

    def is_our_address(self, address):
        ours = {settings.DEFAULT_FROM_EMAIL.rpartition("<")[2].strip("> ").lower(), self.mailbox.address.lower()}
        return address in ours or Mailbox.objects.filter(address__iexact=address).exists()

    def part_in(self, ticket, person, address):
        """ "part": asked, filed or follows; "desk": works on it; "addressed": a mail of it went to her as well."""
        if person is None:
            return ""
        standing = standing_of(person, ticket)
        if ticket.requester_id == person.pk or (standing.is_own and not person.works_at_desk):
            return "part"
        if standing.at_desk or person.works_at_desk:
            return "desk" if standing.at_desk or standing.is_own or standing.writes_notes else ""
        if person.is_guest:
            return ""
        written = MailThread.objects.filter(ticket=ticket, is_own=True).values_list("addressed", flat=True)
        return "addressed" if any(address in addressed for addressed in written) else ""

    def was_sent_to(self, signed, person):
        row = OutboxRow.objects.filter(pk=signed.row).values_list("recipient", flat=True).first()
        return row is not None and row == person.pk

    def address_of(self, signed):
        """To which address the mail went that an id of ours names."""
        address = OutboxRow.objects.filter(pk=signed.row).values_list("address", flat=True).first()
        return (address or "").lower()

    def of_last_hour(self, address):
        """(tickets made of mails of this sender, automatic answers to them) in the last hour."""
        recent = ReceivedMail.objects.filter(
            institution=self.institution, sender=address, received_at__gt=timezone.now() - timedelta(hours=1)
        )
        counted = list(recent.filter(Q(opened=True) | Q(acknowledged=True)).values_list("opened", "acknowledged"))
        return sum(opened for opened, _answered in counted), sum(answered for _opened, answered in counted)

    def queue(self):
        return self._queue

    @cached_property
    def _queue(self):
        queue = self.mailbox.queue if self.mailbox.queue_id else None
        return queue if queue is not None and queue.is_active else None


def key_of(letter):
    """What makes a message the same as another: its Message-ID and sender, else its content."""
    if letter.message_id:
        return _hash("id", letter.message_id, letter.sender.key)
    return content_key_of(letter) or _hash("raw", letter.root.body.decode("latin-1"), letter.subject, letter.sender.key)


def content_key_of(letter):
    """Of sender, second of writing and body; "" for a message without a date, which says too little."""
    if letter.date is None:
        return ""
    body = letter.root.body.decode("latin-1")
    return _hash("content", letter.sender.key, letter.date.isoformat(), letter.subject, body)


def _hash(*parts):
    return hashlib.sha256("\0".join(parts).encode("utf-8", "replace")).hexdigest()
