from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ContractsConfig(AppConfig):
    name = "contracts"
    verbose_name = _("Contracts")

    def ready(self):
        from contracts import imports, kinds, mail, receivers, registrations  # noqa: F401

        registrations.register()
        kinds.register()
