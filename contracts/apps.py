from django.apps import AppConfig
from django.conf import settings
from django.utils.translation import gettext_lazy as _


class ContractsConfig(AppConfig):
    name = "contracts"
    verbose_name = _("Contracts")

    def ready(self):
        from contracts import imports, kinds, mail, ocds_import, receivers, registrations, tasks, uses  # noqa: F401
        from office import database, health

        # Evidence of a vendor's step stands as it was entered; only the desk's verdict on it is added later.
        database.append_only("contracts", "callstep", besides=("verdict", "verdict_by", "verdict_at", "verdict_reason"))
        health.expect_round(tasks.ROUND, settings.REMINDER_SECONDS)
        registrations.register()
        kinds.register()
        uses.register()
