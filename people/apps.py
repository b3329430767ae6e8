from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PeopleConfig(AppConfig):
    name = "people"
    verbose_name = _("People")

    def ready(self):
        from people import branding, imports, kinds, receivers, registrations, uses  # noqa: F401

        registrations.register()
        kinds.register()
        uses.register()
