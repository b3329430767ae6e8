"""Wiring of Celery: it only rings bells, the work is in the database."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
app = Celery("helpdesk")
app.config_from_object("config.celery_settings")
app.autodiscover_tasks()
