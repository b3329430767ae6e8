import os
import signal

from django.apps import AppConfig


class TopicsConfig(AppConfig):
    name = "tests.faults.topics"
    label = "fault_topics"

    def ready(self):
        from office.outbox import Mail, topic

        topic("test.plain")(lambda row: Mail(f"Mail {row.key}", "Text"))
        topic("test.poison")(lambda row: os.kill(os.getpid(), signal.SIGKILL))
