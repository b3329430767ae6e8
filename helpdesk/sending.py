"""What is looked at before a public reply leaves: what its writer has not read, who gets it, and whether it gives away
what stands in an internal note."""

from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext as _

from helpdesk.attention import muted_by
from helpdesk.models import Message, Ticket
from helpdesk.notifications import SUBJECT_OF, hearers_of_reply
from office import notifying
from office.fold import fold
from office.notifying import Way

RUN = 6  # words in a row that are no accident
SHORT_NOTE = 3  # a note of fewer words than this is nobody's secret


class Unread(ValidationError):
    """Somebody wrote since the writer last saw the conversation; `said` are those messages."""

    def __init__(self, said):
        super().__init__(_("Somebody has written meanwhile. Read it, then send yours."), code="unread")
        self.said = said


class QuotesNote(ValidationError):
    """The reply repeats an internal note; `passage` is what it repeats."""

    def __init__(self, passage):
        super().__init__(_("This stands in an internal note. Shall everybody on the ticket read it?"), code="quotes")
        self.passage = passage


@dataclass(frozen=True)
class Recipient:
    """Somebody who gets a reply. way: a `Way`; address: where the mail goes, "" when none leaves."""

    pk: int
    name: str
    way: str
    address: str


def recipients_of(ticket, speaker):
    """Exactly those who hear a public reply of this speaker, and how."""
    muted, found = muted_by(ticket), {}
    for relation, people in hearers_of_reply(ticket, speaker.pk):
        for person in people:
            if person is None or person.pk == speaker.pk or person.pk in found or not person.is_active:
                continue
            way = notifying.way_of(person, SUBJECT_OF["replied"], relation)
            if way in (Way.MAIL, Way.DIGEST) and (person.pk in muted or not person.email):
                way = Way.PAGE
            found[person.pk] = Recipient(person.pk, person.name, way, person.email if way == Way.MAIL else "")
    return list(found.values())


def key_of(recipients):
    """What a form carries, so that nobody is added unseen."""
    return ",".join(str(pk) for pk in sorted(each.pk for each in recipients))


def check(ticket, speaker, text, *, seen=None, to=None, quote_ok=False):
    """Refuse what its writer would regret: call it with the ticket locked. seen and to are what the form carried."""
    if seen is not None:
        merged = Ticket.objects.merged_for(ticket, speaker).order_by().values("pk")
        said = Message.objects.filter(Q(ticket=ticket.pk) | Q(ticket__in=merged), pk__gt=seen)
        said = said.exclude(author=speaker.pk)
        if said := list(said.select_related("author").order_by("pk")):
            raise Unread(said)
    if to and to != key_of(recipients_of(ticket, speaker)):
        raise ValidationError(_("Who gets this reply has changed. Look at the names, then send it."), code="recipients")
    if not quote_ok and (passage := quoted_note(ticket, text)):
        raise QuotesNote(passage)


def quoted_note(ticket, text):
    """Words of an internal note that stand in `text` and nowhere in public, "" if there are none."""
    here = Q(ticket=ticket.pk) | Q(ticket__merged_into=ticket.pk)
    notes = Message.objects.filter(here, is_internal=True).order_by("-pk")[:100]
    notes = [note.text for note in notes]
    if not notes:
        return ""
    written = _runs(text)
    public = Message.objects.public().filter(ticket=ticket.pk).values_list("text", flat=True)
    known = _runs(ticket.description).keys() | {run for words in public for run in _runs(words)}
    for note in notes:
        words = fold(note).split()
        if SHORT_NOTE <= len(words) < RUN and f" {' '.join(words)} " in f" {' '.join(fold(text).split())} ":
            return note.strip()
        for run in _runs(note):
            if run in written and run not in known:
                return written[run]
    return ""


def _runs(text):
    """{folded words in a row: the same as written}"""
    words = text.split()
    folded = [fold(word).strip(".,;:!?()[]«»\"'،؛؟") for word in words]
    return {tuple(folded[n : n + RUN]): " ".join(words[n : n + RUN]) for n in range(len(words) - RUN + 1)}
