"""How the machinery fares: rounds made in time, mails waiting too long, a hold on the mail."""

from datetime import timedelta

from django.conf import settings
from django.db.models import Count, Min
from django.utils import timezone

from office.models import Heartbeat, MailHold, OutboxRow
from office.models.outbox import OutboxState

STALE = timedelta(minutes=5)


def report():
    """A dictionary of plain values; `healthy` is False when a round is missing for five minutes or leases ran out."""
    now = timezone.now()
    beats = {beat.name: beat.at.isoformat() for beat in Heartbeat.objects.all()}
    late = sorted(beat.name for beat in Heartbeat.objects.filter(at__lt=now - STALE))
    states = dict(OutboxRow.objects.values_list("state").annotate(Count("pk")))
    waiting = OutboxRow.objects.filter(state=OutboxState.QUEUED, not_before__lte=now)
    grace = timedelta(seconds=settings.SWEEP_SECONDS * 2)
    stuck = OutboxRow.objects.filter(state=OutboxState.LEASED, lease_until__lt=now - grace).count()
    on_hold = MailHold.objects.exists()
    return {
        "healthy": "sweep" in beats and not late and not stuck,
        "rounds": beats,
        "late": late,
        "outbox": states,
        "oldest_waiting": waiting.aggregate(oldest=Min("queued_at"))["oldest"],
        "stuck_leases": stuck,
        "mail_on_hold": on_hold,
    }
