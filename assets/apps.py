from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AssetsConfig(AppConfig):
    name = "assets"
    verbose_name = _("Assets")

    def ready(self):
        from assets import blockers, guards, imports, leaving, panels, receivers, uses  # noqa: F401
        from assets.actions.register import custody_blockers

        blockers.register("custody", custody_blockers)
        leaving.register()
        panels.register()
        uses.register()
