from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OfficeConfig(AppConfig):
    name = "office"
    verbose_name = _("Office")

    def ready(self):
        from django.db.models.signals import post_migrate

        from office import database, digest, kept, registrations, search, sheets
        from ui.kept import keep_by
        from ui.lists import prepare_large_by

        database.append_only("office", "event")
        post_migrate.connect(database.ensure_guards, dispatch_uid="office.guards")
        post_migrate.connect(search.ensure_all, dispatch_uid="office.search")
        registrations.register()
        digest.register()
        prepare_large_by(sheets.prepare)
        keep_by(kept)
