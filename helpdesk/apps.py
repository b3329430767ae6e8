from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class HelpdeskConfig(AppConfig):
    name = "helpdesk"
    verbose_name = _("Helpdesk")

    def ready(self):
        from helpdesk import (  # noqa: F401
            entries,
            guards,
            imports,
            kinds,
            large_mail,
            news,
            notifications,
            receivers,
            service_figures,
            ticket_mail,
            tiles,
            uses,
        )
        from office import health, notifying

        health.expect_round("tend", 60)
        health.watch("mailboxes", tiles.troubles_of_mailboxes, tiles.UNREAD_ALLOWED)
        entries.register()
        kinds.register()
        uses.register()
        service_figures.register()
        notifications.register_subjects()
        notifying.register_words("helpdesk.ticket", news.lines)
        ticket_mail.register()
        large_mail.register()
