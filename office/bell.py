"""The doorbell: tells the workers that the outbox has something, and never makes a request wait for the broker.

Rings are handed to one background thread through a bounded queue and dropped when it is full: the sweep finds
every row that no bell announced.
"""

import contextlib
import logging
import queue
import threading
from functools import partial

from celery import current_app
from django.db import transaction

log = logging.getLogger(__name__)
DRAIN = "office.tasks.drain"
_rings = queue.Queue(maxsize=1)  # one waiting ring is as good as a hundred; the sweep hears what found no room
_lock = threading.Lock()
_thread = None


def ring(task=DRAIN):
    """Ring once the surrounding transaction is committed."""
    transaction.on_commit(partial(_hand_over, task))


def _hand_over(task=DRAIN):
    _ensure_thread()
    with contextlib.suppress(queue.Full):
        _rings.put_nowait(task)


def _ensure_thread():
    global _thread
    if _thread is None or not _thread.is_alive():  # also after a fork
        with _lock:
            if _thread is None or not _thread.is_alive():
                _thread = threading.Thread(target=_publish, name="bell", daemon=True)
                _thread.start()


def _publish():
    while True:
        task = _rings.get()
        try:
            current_app.send_task(task, retry=False, expires=30)
        except Exception as error:  # the broker may be down in any way it likes; the sweep is the promise
            log.warning("The bell did not reach the broker: %s", error.__class__.__name__)
