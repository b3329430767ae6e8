from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class HelpdeskConfig(AppConfig):
    name = "helpdesk"
    verbose_name = _("Helpdesk")

    def ready(self):
        from helpdesk import entries, guards, imports, kinds, receivers  # noqa: F401

        entries.register()
        kinds.register()
