from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class HelpdeskConfig(AppConfig):
    name = "helpdesk"
    verbose_name = _("Helpdesk")

    def ready(self):
        from helpdesk import entries, guards, imports, kinds, receivers  # noqa: F401
        from office import health

        health.expect_round("tend", 60)
        entries.register()
        kinds.register()
