"""How the machinery fares: rounds made in time, mails waiting too long, a hold on the mail."""

from datetime import timedelta

from django.conf import settings
from django.db.models import Count, Min, Q
from django.utils import timezone

from office.models import Heartbeat, MailHold, OutboxRow
from office.models.outbox import OutboxState

STALE = timedelta(minutes=5)
_rounds = {"sweep": timedelta(seconds=settings.SWEEP_SECONDS)}
_watched = {}


def expect_round(name, seconds):
    """Say that a round of this name is made every so many seconds: one that never comes is as bad as one that stops."""
    _rounds[name] = timedelta(seconds=seconds)


def watch(name, find, allowed):
    """Say that `find()` returns what is wrong with a part: {which: (sentence, since when)}, {} for nothing.

    The whole is well without that part for so long (`allowed`), since others can be reached; after that it is late.
    """
    _watched[name] = find, allowed


def report():
    """A dictionary of plain values.

    `healthy` is False when a round is five minutes overdue, leases ran out, the mail server cannot be used, or a part
    that another room watches has been out of order for longer than it may. `degraded`: the parts of which something
    is wrong; what, stands under their name. `late`: rounds and parts that are beyond their time.
    `maybe_twice`: mails sent by somebody after another process had died while it sent them, under the same Message-ID.
    """
    now = timezone.now()
    made = dict(Heartbeat.objects.values_list("name", "at"))
    beats = {name: at.isoformat() for name, at in made.items()}
    late = sorted(name for name in {*made, *_rounds} if _is_late(made.get(name), _rounds.get(name, timedelta()), now))
    died = Count("pk", filter=Q(error_class="died"))
    counted = list(OutboxRow.objects.values_list("state").annotate(Count("pk"), died=died))
    waiting = OutboxRow.objects.filter(state=OutboxState.QUEUED, not_before__lte=now)
    grace = timedelta(seconds=settings.SWEEP_SECONDS * 2)
    stuck = OutboxRow.objects.filter(state=OutboxState.LEASED, lease_until__lt=now - grace).count()
    trouble = mail_trouble()
    on_hold = MailHold.objects.exists()
    watched = {name: find() for name, (find, _allowed) in _watched.items()}
    late += sorted(name for name, troubles in watched.items() if _is_beyond(troubles, _watched[name][1], now))
    return {
        "healthy": not (late or stuck or trouble),
        "rounds": beats,
        "late": late,
        "degraded": sorted(name for name, troubles in watched.items() if troubles),
        "outbox": {state: rows for state, rows, _died in counted},
        "maybe_twice": sum(died for state, _rows, died in counted if state == OutboxState.SENT),
        "oldest_waiting": waiting.aggregate(oldest=Min("queued_at"))["oldest"],
        "stuck_leases": stuck,
        "mail_on_hold": on_hold,
        "mail_server": trouble.error if trouble else "",
    } | {name: {which: words for which, (words, _since) in troubles.items()} for name, troubles in watched.items()}


def _is_late(at, every, now):
    return at is None or at < now - every - STALE


def _is_beyond(troubles, allowed, now):
    return any(since is None or since < now - allowed for _words, since in troubles.values())


def mail_trouble():
    """The waiting row that met a mail server which nobody can use, None while it can be used."""
    is_down = Q(error_class="server") | Q(error_class="timeout", attempts__lte=1)  # later ones are that mail's own
    open_ = OutboxRow.objects.filter(state__in=(OutboxState.QUEUED, OutboxState.LEASED))
    return open_.filter(is_down).order_by("-not_before").first()
