"""Sessions in the database, as Django keeps them, read by a query written once."""

from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.utils import timezone

from office.prepared import prepared


@prepared
def session_called(key: str):
    return Session.objects.filter(session_key=key)


class SessionStore(db.SessionStore):
    def _get_session_from_db(self):
        if not self.session_key:
            return super()._get_session_from_db()
        found = session_called(self.session_key)
        if found and found[0].expire_date > timezone.now():
            return found[0]
        return super()._get_session_from_db()  # which says so, and forgets the key
