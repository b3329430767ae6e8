"""Fetching mail: each message once, whoever dies meanwhile.

What was seen is UIDVALIDITY and UID in our database; flags and folders on the server are for people's eyes alone. A
mailbox is read by one fetcher at a time (a lease); a second one that breaks in meets the ledger, which knows every
message it has.
"""

import logging
import re
import time
import uuid
from datetime import timedelta

from django.conf import settings
from django.db.models import Q, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from helpdesk.intake import connecting, limits, receiving
from helpdesk.models import Mailbox
from helpdesk.models.mail import MailState
from office import bell

log = logging.getLogger(__name__)
SECONDS = 25  # for one round of one mailbox, so that what is owed leaves in between; the rest is rung for
TASK = "helpdesk.tasks.fetch_mail"
LEAP = timedelta(seconds=60)  # clocks of two machines differ by less
KNOWN_AGAIN = 50  # so many known messages in a mailbox that was restored: somebody should look


def fetch_all():
    """One round of every mailbox that is in use; returns how many messages were new."""
    ids = Mailbox.objects.in_use().exclude(connection="").filter(paused_because="").values_list("pk", flat=True)
    return sum(fetch(pk) for pk in list(ids))


def fetch(pk, seconds=SECONDS):
    """Take in what is new in one mailbox; returns how many messages. A trouble is written beside the mailbox.

    Stops after `seconds` (inf: when everything is in), and rings for the rest.
    """
    mailbox = _lease(pk)
    if mailbox is None:
        return 0
    error = ""
    round_ = _Round(mailbox, seconds)
    try:
        round_.go()
    except Exception as trouble:  # of the network, the server, the sign-in: the next round tries again
        log.warning("Mailbox %s: %s", mailbox, trouble)
        error = str(trouble)[:300] or trouble.__class__.__name__
    now = timezone.now()
    since = Coalesce("unread_since", Value(now)) if error or round_.is_paused else None
    _mine(mailbox).update(lease_until=None, lease_token=None, error=error, checked_at=now, unread_since=since)
    return round_.new


def _lease(pk):
    now, token = timezone.now(), uuid.uuid4()
    free = Q(lease_until=None) | Q(lease_until__lt=now) | Q(lease_until__gt=_until() + LEAP)  # set back since
    taken = Mailbox.objects.filter(free, pk=pk, is_active=True, paused_because="").update(
        lease_token=token, lease_until=_until()
    )
    return Mailbox.objects.select_related("queue").get(pk=pk) if taken else None


def _until():
    return timezone.now() + timedelta(seconds=settings.MAIL_LEASE_SECONDS)


def _mine(mailbox):
    return Mailbox.objects.filter(pk=mailbox.pk, lease_token=mailbox.lease_token)


class _Pieces:
    """A message of any size as a file that is read once, a piece at a time."""

    SIZE = 1024 * 1024

    def __init__(self, round_, uid):
        self.round, self.uid, self.place = round_, uid, 0

    def seek(self, place):
        self.place = place

    def read(self, _size):
        piece = self.round._bytes(self.uid, f"BODY.PEEK[]<{self.place}.{self.SIZE}>") or b""
        self.place += len(piece)
        return piece


class _Round:
    def __init__(self, mailbox, seconds):
        self.mailbox, self.end = mailbox, time.monotonic() + seconds
        self.new = self.known = 0
        self.is_restored = self.is_paused = False

    def go(self):
        box = connecting.connect(self.mailbox.connection)
        try:
            self.box, self.client = box, box.client
            box.folder.set(self.mailbox.folder)
            self._look_at_validity()
            for uid in self._new_uids():
                if time.monotonic() > self.end:
                    bell.ring(TASK)
                    break
                if not self._one(uid):
                    break
        finally:
            connecting.part(box)

    def _look_at_validity(self):
        """Another UIDVALIDITY: the numbers mean other messages now, so everything is read again, past the ledger."""
        validity = self.box.folder.status(self.mailbox.folder, ["UIDVALIDITY"])["UIDVALIDITY"]
        if validity != self.mailbox.uid_validity:
            self.is_restored = self.mailbox.uid_validity is not None
            self.mailbox.uid_validity, self.mailbox.last_uid = validity, 0
            _mine(self.mailbox).update(uid_validity=validity, last_uid=0)

    def _new_uids(self):
        last = self.mailbox.last_uid
        _ok, data = self.client.uid("SEARCH", None, f"UID {last + 1}:*")
        return sorted(uid for uid in map(int, (data[0] or b"").split()) if uid > last)

    def _one(self, uid):
        """Take in one message and go one on; False when the mailbox is another fetcher's now, or paused."""
        size, received = self._size(uid), None
        if size is not None:
            received, is_new = self._take_in(uid, size)
            if received is not None:
                self._count(is_new)
                if received.state == MailState.WAITING:
                    receiving.work_on(received.pk)
        if not _mine(self.mailbox).update(last_uid=uid, lease_until=_until()):
            return False
        self._put_aside(uid, received)
        return not self._is_flooded()

    def _size(self, uid):
        _ok, data = self.client.uid("FETCH", str(uid), "(RFC822.SIZE)")
        match = re.search(rb"RFC822\.SIZE (\d+)", b" ".join(line for line in data if isinstance(line, bytes)))
        return int(match[1]) if match else None

    def _take_in(self, uid, size):
        """What is too large to read is stored piece by piece; of what is larger than anybody keeps, the head."""
        is_large = size > limits.MOST_BYTES
        raw = self._bytes(uid, "BODY.PEEK[HEADER]" if is_large else "BODY.PEEK[]")
        if raw is None:  # somebody deleted it in between
            return None, False
        if not is_large:
            return receiving.take_in(raw, self.mailbox)
        whole = _Pieces(self, uid) if size <= limits.MOST_KEPT else None
        return receiving.take_in(raw, self.mailbox, whole=whole, size=size)

    def _bytes(self, uid, what):
        _ok, data = self.client.uid("FETCH", str(uid), f"({what})")
        return next((part[1] for part in data if isinstance(part, tuple)), None)

    def _count(self, is_new):
        self.new += is_new
        self.known += not is_new

    def _put_aside(self, uid, received):
        """For people who look into the mailbox; nothing of ours depends on it. What is too large does not fill it."""
        try:
            if self.mailbox.done_folder:
                self.box.move(str(uid), self.mailbox.done_folder)
            elif received is not None and limits.MOST_BYTES < received.size <= received.raw.size:
                self.client.uid("STORE", str(uid), "+FLAGS", "(\\Seen \\Deleted)")
                self.client.uid("EXPUNGE", str(uid))  # this one alone
            else:
                self.client.uid("STORE", str(uid), "+FLAGS", "(\\Seen)")
        except Exception as trouble:
            log.info("Mailbox %s: message %s stays where it is: %s", self.mailbox, uid, trouble)

    def _is_flooded(self):
        if not self.is_restored or self.known <= KNOWN_AGAIN:
            return False
        log.error("Mailbox %s was restored: %s messages are known already", self.mailbox, self.known)
        self.is_paused = True
        _mine(self.mailbox).update(paused_because="restored")
        return True
