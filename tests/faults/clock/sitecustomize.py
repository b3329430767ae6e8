"""For processes under libfaketime: it cannot stretch the absolute sleep of Python 3.11, so that waits by `select`."""

import select
import time


def _sleep(seconds):
    select.select([], [], [], seconds)


time.sleep = _sleep
