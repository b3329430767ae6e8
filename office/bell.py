"""The doorbell: tells the workers that the outbox has something, and never makes a request wait for the broker.

Rings are handed to one background thread, which keeps one waiting ring for each task and is quiet for a second after
each: what many acts owe within it is one ring. The sweep finds every row that no bell announced.
"""

import logging
import queue
import threading
import time
from functools import partial

from celery import current_app
from django.db import transaction

log = logging.getLogger(__name__)
DRAIN = "office.tasks.drain"
QUIET = 1  # second
_waiting = {}  # names of tasks, in the order of their rings; one waiting ring is as good as a hundred
_handed_over = threading.Condition()
_lock = threading.Lock()
_thread = None


def ring(task=DRAIN):
    """Ring once the surrounding transaction is committed."""
    transaction.on_commit(partial(_hand_over, task))


def ask(seconds=2.0):
    """Ring now, and say what became of it: "" when the broker took it, else why not. Waits so many seconds at most."""
    answer = queue.SimpleQueue()
    threading.Thread(target=lambda: answer.put(_send(DRAIN)), name="asking", daemon=True).start()
    try:
        return answer.get(timeout=seconds)
    except queue.Empty:
        return f"no answer within {seconds:g} s"


def _hand_over(task=DRAIN):
    _ensure_thread()
    with _handed_over:
        _waiting[task] = True
        _handed_over.notify()


def _ensure_thread():
    global _thread
    if _thread is None or not _thread.is_alive():  # also after a fork
        with _lock:
            if _thread is None or not _thread.is_alive():
                _thread = threading.Thread(target=_publish, name="bell", daemon=True)
                _thread.start()


def _publish():
    while True:
        _send(_next())
        time.sleep(QUIET)


def _send(task):
    """Ring; "" when the broker took it, else why not: it may be down in any way it likes, the sweep is the promise."""
    try:
        current_app.send_task(task, retry=False, expires=30)
    except Exception as error:
        trouble = f"{error.__class__.__name__}: {error}"[:200]
        log.warning("The bell did not reach the broker: %s", trouble)
        return trouble
    return ""


def _next():
    with _handed_over:
        _handed_over.wait_for(lambda: _waiting)
        task = next(iter(_waiting))
        del _waiting[task]
        return task
