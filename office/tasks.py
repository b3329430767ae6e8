"""What the bell and the clock start in the office."""

from celery import shared_task
from django.utils import timezone

from office import bell, files, kept, outbox, sheets
from office.models import Heartbeat


@shared_task
def drain():
    """Empty the outbox; rung after each act that owes a mail."""
    return outbox.drain()


@shared_task
def sweep():
    """Find what no bell announced and what a dead worker left behind; every 30 seconds."""
    beat("sweep")
    if sheets.are_waiting():
        bell.ring(sheets.TASK)
    return outbox.drain()


@shared_task
def bulk_tidy_files():
    """Delete the bytes that no attachment names, and what was kept of forms nobody sent again; every six hours."""
    sheets.tidy()
    kept.tidy()
    return files.sweep()


@shared_task(soft_time_limit=3500, time_limit=3600)
def bulk_sheets():
    """Write the large exports that were ordered."""
    return sheets.write_waiting()


def beat(name, note=""):
    """Note that a part of the machinery did its round now."""
    Heartbeat.objects.update_or_create(name=name, defaults={"at": timezone.now(), "note": note[:200]})
