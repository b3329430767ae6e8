"""How the bells are carried: Redis where there is one, else files under var/broker.

Measured reasons stand in docs/decisions/0002-broker-is-a-doorbell.md.
"""

from django.conf import settings

from config.beat import Every

if settings.REDIS_URL:
    broker_url = settings.REDIS_URL
    broker_transport_options = {
        "visibility_timeout": 3600,
        "socket_timeout": 2,
        "socket_connect_timeout": 2,
        "health_check_interval": 15,
        "retry_on_timeout": False,
    }
else:
    _folder = settings.VAR_DIR / "broker"
    for _name in ("queue", "processed", "control"):
        (_folder / _name).mkdir(parents=True, exist_ok=True)
    broker_url = "filesystem://localhost/"
    broker_transport_options = {
        "data_folder_in": str(_folder / "queue"),
        "data_folder_out": str(_folder / "queue"),
        "processed_folder": str(_folder / "processed"),
        "control_folder": str(_folder / "control"),
        "store_processed": False,
        "polling_interval": 0.2,
    }

broker_connection_retry_on_startup = True
broker_connection_max_retries = None
broker_channel_error_retry = True  # a Redis without memory refuses commands; without this the worker ends
task_publish_retry = False
task_serializer = "json"
accept_content = ["json"]
task_ignore_result = True
task_acks_late = True
task_reject_on_worker_lost = True
worker_prefetch_multiplier = 1
worker_max_tasks_per_child = 2000
task_time_limit = 600
task_soft_time_limit = 540
task_default_queue = "default"
task_routes = {
    "office.tasks.drain": {"queue": "mail"},
    "office.tasks.sweep": {"queue": "mail"},
    "helpdesk.tasks.fetch_mail": {"queue": "mail"},
    "*.bulk_*": {"queue": "bulk"},
}
enable_utc = True
timezone = settings.TIME_ZONE
worker_hijack_root_logger = False

beat_scheduler = "config.beat:Scheduler"
beat_schedule = {
    "sweep": {"task": "office.tasks.sweep", "schedule": Every(settings.SWEEP_SECONDS), "options": {"expires": 30}},
    "reminders": {
        "task": "contracts.tasks.climb",
        "schedule": Every(settings.REMINDER_SECONDS),
        "options": {"expires": 30},
    },
    "files": {"task": "office.tasks.bulk_tidy_files", "schedule": Every(6 * 3600), "options": {"expires": 30}},
    "mail": {"task": "helpdesk.tasks.fetch_mail", "schedule": Every(settings.MAIL_SECONDS), "options": {"expires": 30}},
    "tickets": {"task": "helpdesk.tasks.tend", "schedule": Every(60), "options": {"expires": 30}},
    "replans": {"task": "helpdesk.tasks.bulk_replan", "schedule": Every(20), "options": {"expires": 15}},
}
