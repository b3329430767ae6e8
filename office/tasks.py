"""What the bell and the clock start in the office."""

from celery import shared_task
from django.utils import timezone

from office import outbox
from office.models import Heartbeat


@shared_task
def drain():
    """Empty the outbox; rung after each act that owes a mail."""
    return outbox.drain()


@shared_task
def sweep():
    """Find what no bell announced and what a dead worker left behind; every 30 seconds."""
    beat("sweep")
    return outbox.drain()


def beat(name, note=""):
    """Note that a part of the machinery did its round now."""
    Heartbeat.objects.update_or_create(name=name, defaults={"at": timezone.now(), "note": note[:200]})
