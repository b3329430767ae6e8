"""Finding people: the desk by everything they are known by, everybody else by name and extension."""

from office import search
from office.fold import search_text
from office.search.query import MIN_PREFIX
from people.models import User
from people.permissions import searches_contact_details

CANDIDATES = 400


def find_people(user, text, limit=10):
    """Up to `limit` active people of the institution of `user` that match what was typed, units fetched."""
    people = User.objects.visible_to(user).active().select_related("unit").defer("search_text")
    if searches_contact_details(user):
        return search.find(people, text, limit)
    return _by_what_all_see(people, text)[:limit]


def narrow(queryset, user, text):
    """The people of `queryset` that match, as a queryset."""
    if searches_contact_details(user):
        return search.search(queryset, text, prefix=True)
    return queryset.filter(pk__in=[person.pk for person in _by_what_all_see(queryset, text)])


def _by_what_all_see(people, text):
    """What matched by a telephone or a mail address only would give away whose it is."""
    query = search.Query.parse(text)
    candidates = search.search(people, text, prefix=True)[:CANDIDATES]
    return [person for person in candidates if _holds(query, search_text(person.name, person.extension).split())]


def _holds(query, tokens):
    return all(any(_met(word, token) for word in group for token in tokens) for group in query.groups)


def _met(word, token):
    return token == word or (len(word) >= MIN_PREFIX and token.startswith(word))
