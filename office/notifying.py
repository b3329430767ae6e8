"""Telling people what concerns them: by their own choice on the page alone, by mail, or in a daily digest.

A room says what it tells of, in `apps.py`, in `ready()`, and tells from its actions, in their transaction:

    notifying.register_subject("ticket.reply", _("Somebody writes"), {Relation.MINE: Way.MAIL, ...})
    notifying.register_words("helpdesk.ticket", lines)   # lines(user, notifications) -> {pk: Line}, rights asked
    notifying.tell({person: Relation.MINE}, kind="ticket.replied", subject="ticket.reply", topic="ticket.news", ...)

Mail is gathered: the first notification about a thing opens a window of some minutes (the reader's choice), and all
that come before it closes go in one mail. A mention waits for nothing, and takes along whatever was gathered.
"""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from office import bell
from office.models import Notification, OutboxRow
from office.models.notifications import Relation
from office.models.outbox import OutboxState

WINDOWS = (0, 5, 15, 60)  # minutes
DIGEST_TOPIC = "digest"
DIGEST_AT = time(8, 0)
MARGIN = timedelta(minutes=1)


class Way(models.TextChoices):
    NOTHING = "nothing", _("not at all")
    PAGE = "page", _("on the page")
    MAIL = "mail", _("on the page and by mail")
    DIGEST = "digest", _("on the page and in the daily digest")


MENTION = "mention"
MENTION_WAYS = (Way.PAGE, Way.MAIL, Way.DIGEST)


@dataclass(frozen=True)
class Subject:
    """A line of the table of preferences. defaults: {Relation: Way}; a relation that is not there cannot happen."""

    name: str
    title: Any
    defaults: dict
    order: int = 100
    allowed: Callable = lambda user: True


@dataclass(frozen=True)
class Line:
    """A notification in words. lead: what happened; title: of the thing; note: machine value beside it."""

    lead: str
    title: str
    note: str
    url: str
    icon: str = "bell"


_subjects: dict[str, Subject] = {}
_words: dict[str, Callable] = {}


def register_subject(name, title, defaults, order=100, allowed=lambda user: True):
    _subjects[name] = Subject(name, title, defaults, order, allowed)


def register_words(about_kind, lines):
    _words[about_kind] = lines


def subjects_for(user):
    return sorted((each for each in _subjects.values() if each.allowed(user)), key=lambda each: each.order)


# Choices of a person, kept in her preferences: {"notify": {"ticket.reply.mine": "digest"}, "mail_window": 15}


def way_of(person, subject, relation):
    """How this person wants to hear of it; whoever is mentioned always hears at least on the page."""
    chosen = person.preferences.get("notify", {})
    if relation == Relation.MENTION:
        return Way(chosen[MENTION]) if chosen.get(MENTION) in MENTION_WAYS else Way.MAIL
    way = chosen.get(f"{subject}.{relation}")
    return Way(way) if way in Way.values else _subjects[subject].defaults.get(relation, Way.PAGE)


def window_of(person):
    minutes = person.preferences.get("mail_window")
    return timedelta(minutes=minutes if minutes in WINDOWS else settings.MAIL_WINDOW_MINUTES)


def mails_to(person, subject, relation):
    """Whether a mail of its own leaves for it."""
    return bool(person.email) and way_of(person, subject, relation) == Way.MAIL


# Telling


def tell(people, *, kind, subject, about, event, topic, part=None, urgent=False, muted=(), not_before=None, new=False):
    """Write one notification for each of `people` ({person: Relation}) and owe the mails that gather them.

    event: of the trail; its actor is never told. urgent: the mail waits for no window. muted: keys of people who want
    no mail about this thing. not_before: no mail before this instant. new: the thing was made just now, so no mail
    about it is open yet. Runs inside the caller's transaction; two acts on one thing must not run at once.
    """
    told = [
        (person, relation, way_of(person, subject, relation))
        for person, relation in people.items()
        if person.pk != event.actor_id
    ]
    told = [(person, relation, way) for person, relation, way in told if way != Way.NOTHING]
    if not told:
        return
    now = timezone.now()
    by_mail = {p.pk: (p, urgent or r == Relation.MENTION) for p, r, way in told if way == Way.MAIL and p.email}
    by_mail = {pk: value for pk, value in by_mail.items() if pk not in muted}
    keys = _gather(by_mail, about, event, topic, now, not_before, new) if by_mail else {}
    keys |= _digest([p for p, _r, way in told if way == Way.DIGEST and p.email and p.pk not in muted], now)
    Notification.objects.bulk_create(
        Notification(
            recipient=person,
            kind=kind,
            relation=relation,
            about_kind=about._meta.label_lower,
            about_id=about.pk,
            event=event.pk,
            part=part,
            actor_id=event.actor_id,
            at=event.at,
            outbox_key=keys.get(person.pk, ""),
        )
        for person, relation, _way in told
    )
    if keys:
        bell.ring()


def _gather(by_mail, about, event, topic, now, not_before, new):
    """{person's key: outbox key} of the open mails that these join, and of new ones."""
    open_rows = {} if new else _open(by_mail, about, topic, now)
    keys, made = {}, []
    for pk, (person, urgent) in by_mail.items():
        due = max(now if urgent else now + window_of(person), not_before or now)
        if row := open_rows.get(pk):
            _hurry(row, urgent, due, not_before)
            keys[pk] = row.key
        else:
            keys[pk] = f"{topic}:{about.pk}:{pk}:{event.pk}"
            made.append(_row(keys[pk], topic, person, now, due, about, urgency=4 if urgent else 5))
    OutboxRow.objects.bulk_create(made, ignore_conflicts=True)
    return keys


def _open(by_mail, about, topic, now):
    """{person's key: row}: mails about this thing that nobody can have begun to send, held until we commit."""
    rows = OutboxRow.objects.filter(about_kind=about._meta.label_lower, about_id=about.pk, topic=topic)
    waiting = rows.filter(recipient__in=list(by_mail), state=OutboxState.QUEUED, attempts=0, not_before__gt=now)
    return {row.recipient_id: row for row in waiting.order_by("pk").select_for_update()}


def _hurry(row, urgent, due, not_before):
    """An open mail leaves at once when it holds something urgent, and never before what may still be taken back."""
    wanted = min(row.not_before, due) if urgent else row.not_before
    wanted = max(wanted, not_before or wanted)
    if wanted != row.not_before:
        row.not_before = wanted
        row.save(update_fields=["not_before"])


def _digest(people, now):
    """{person's key: outbox key} of each one's next digest."""
    if not people:
        return {}
    at = next_digest(now)
    day = f"{timezone.localtime(at):%Y-%m-%d}"
    keys = {person.pk: f"{DIGEST_TOPIC}:{person.pk}:{day}" for person in people}
    rows = [_row(keys[person.pk], DIGEST_TOPIC, person, now, at, urgency=8) for person in people]
    OutboxRow.objects.bulk_create(rows, ignore_conflicts=True)
    return keys


def next_digest(now):
    """The next local 8:00 that is not just striking; the one of a day comes once, also where an hour comes twice."""
    zone = timezone.get_default_timezone()
    soon = now + MARGIN
    day = soon.astimezone(zone).date()
    at = _digest_of(day, zone)
    return at if at > soon else _digest_of(day + timedelta(days=1), zone)


def _digest_of(day, zone):
    return datetime.combine(day, DIGEST_AT, tzinfo=zone).astimezone(UTC)


def _row(key, topic, person, now, not_before, about=None, urgency=5):
    return OutboxRow(
        key=key,
        topic=topic,
        recipient=person,
        address=person.email,
        scope=getattr(about, "institution_id", None) or person.institution_id,
        about_kind=about._meta.label_lower if about else "",
        about_id=about.pk if about else None,
        urgency=urgency,
        queued_at=now,
        not_before=not_before,
    )


def take_back(event, about):
    """Unsay an act: its notifications go, and so do mails that would say nothing else. Returns how many were read."""
    told = Notification.objects.about(about).filter(event=event)
    keys = set(told.exclude(outbox_key="").values_list("outbox_key", flat=True))
    read = told.exclude(read_at=None).count()
    told.delete()
    still = set(Notification.objects.filter(outbox_key__in=keys).values_list("outbox_key", flat=True))
    OutboxRow.objects.filter(key__in=keys - still, state=OutboxState.QUEUED, attempts=0).delete()
    return read


# Reading


def lines_of(user, notifications):
    """[(notification, Line)] of those whose thing this person may see; a few statements for each kind of thing."""
    kinds = defaultdict(list)
    for each in notifications:
        kinds[each.about_kind].append(each)
    words = {}
    for kind, some in kinds.items():
        if kind in _words:
            words |= _words[kind](user, some)
    return [(each, words[each.pk]) for each in notifications if each.pk in words]


def mark_read(user, *, about=None, up_to=None):
    """Everything, or what is about one thing, up to the notification with the key `up_to`."""
    rows = Notification.objects.filter(recipient=user).unread()
    if about is not None:
        rows = rows.about(about)
    if up_to is not None:
        rows = rows.filter(pk__lte=up_to)
    return rows.update(read_at=timezone.now())
