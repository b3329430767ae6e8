"""Colleagues named in a message: "@Basil Nasser" or "@basil" calls Basil, if he may read the message."""

import re

from django.db.models import Q

from people.models import User
from ui import text

MOST_WORDS, MOST = 5, 20
CALL = re.compile(r"(?<![\w@.])@([^\s@][^\n@]{0,80})")
EDGE = " .,;:!?()[]«»\"'،؛؟"


def readers_of(ticket, *, internal):
    """Whoever may read such a message of this ticket, as a queryset of users."""
    desk = Q(is_technician=True) | Q(is_administrator=True)
    if ticket.queue.is_restricted:
        desk &= Q(teams=ticket.queue.team_id)
    desk |= Q(is_auditor=True)
    if not internal:
        desk |= Q(pk__in=[ticket.requester_id, ticket.filed_by_id]) | Q(watched__ticket=ticket.pk)
    people = User.objects.active().filter(institution=ticket.institution_id)
    return people.filter(desk).distinct()


def mentioned_in(message, ticket):
    """The people called in a message who may read it, the author left out. No statement where nobody is called."""
    calls = [_names(words) for words in CALL.findall(text.strip_bidi(message.text))[:MOST]]
    if not calls:
        return []
    names = {name for call in calls for name in call}
    readers = readers_of(ticket, internal=message.is_internal).exclude(pk=message.author_id)
    found = readers.filter(Q(name__in=names) | Q(username__in=[name.lower() for name in names])).defer("search_text")
    by_name = {}
    for person in found:
        for name in (person.name, person.username):
            by_name.setdefault(name.casefold(), []).append(person)
    called = {}
    for call in calls:
        longest = next((name for name in call if name.casefold() in by_name), None)
        called |= {person.pk: person for person in by_name.get((longest or "").casefold(), ())}
    return list(called.values())


def _names(words):
    """What a call may mean, the longest first: "Basil Nasser please", "Basil Nasser", "Basil"."""
    parts = words.split()[:MOST_WORDS]
    return [" ".join(parts[:n]).strip(EDGE) for n in range(len(parts), 0, -1)]


def offered(ticket, asker, words, *, internal, most=8):
    """Colleagues to offer while somebody types "@ba": those who may read what is being written, by name."""
    typed = words.strip()
    people = readers_of(ticket, internal=internal).exclude(pk=asker.pk)
    if typed:
        people = people.filter(Q(name__icontains=typed) | Q(username__istartswith=typed))
    return list(people.only("name", "username", "job_title").order_by("sort_key", "pk")[:most])
