"""Addresses of the office."""

from django.urls import path

from office import (
    views,
    views_calendars,
    views_events,
    views_mailtexts,
    views_notifications,
    views_outbox,
    views_sheets,
    views_stopping,
)

urlpatterns = [
    path("files/<int:pk>/", views.download, name="attachment"),
    path("files/<int:pk>/thumbnail/", views.thumbnail, name="attachment_thumbnail"),
    path("healthz", views.healthz, name="healthz"),
    path("status/", views.status, name="status"),
    path("outbox/", views_outbox.OutboxList.as_view(), name="outbox"),
    path("outbox/hold/", views_outbox.hold, name="hold_mail"),
    path("outbox/release/", views_outbox.release, name="release_mail"),
    path("notifications/", views_notifications.notifications, name="notifications"),
    path("notifications/unread/", views_notifications.unread, name="unread_notifications"),
    path("notifications/read/", views_notifications.read_notifications, name="read_notifications"),
    path("mail/stop/<str:token>/", views_stopping.stop_mail, name="stop_mail"),
    path("setup/mail-texts/", views_mailtexts.overview, name="mail_texts"),
    path("setup/mail-texts/<str:topic>/", views_mailtexts.Edit.as_view(), name="mail_text"),
    path("setup/mail-texts/<str:topic>/<slug:language>/", views_mailtexts.preview, name="mail_text_preview"),
    path("exports/", views_sheets.page, name="sheets"),
    path("exports/<uuid:key>/", views_sheets.download, name="sheet"),
    path("events/", views_events.EventList.as_view(), name="events"),
    path("setup/calendars/", views_calendars.CalendarList.as_view(), name="calendars"),
    path("setup/calendars/new/", views_calendars.CalendarCreate.as_view(), name="new_calendar"),
    path("setup/calendars/<int:pk>/", views_calendars.calendar_page, name="calendar"),
    path("setup/calendars/<int:pk>/edit/", views_calendars.CalendarEdit.as_view(), name="edit_calendar"),
    path("setup/calendars/<int:pk>/use/", views_calendars.switch_use, name="calendar_use"),
    path("setup/calendars/<int:pk>/hours/", views_calendars.PeriodPage.as_view(), name="new_calendar_hours"),
    path(
        "setup/calendars/<int:pk>/hours/<int:period>/",
        views_calendars.PeriodPage.as_view(),
        name="edit_calendar_hours",
    ),
    path(
        "setup/calendars/<int:pk>/hours/<int:period>/remove/",
        views_calendars.remove_period,
        name="remove_calendar_hours",
    ),
    path("setup/calendars/<int:pk>/days/", views_calendars.DayPage.as_view(), name="new_calendar_day"),
    path("setup/calendars/<int:pk>/days/<int:day>/", views_calendars.DayPage.as_view(), name="edit_calendar_day"),
    path("setup/calendars/<int:pk>/days/<int:day>/confirm/", views_calendars.confirm_day, name="confirm_calendar_day"),
    path("setup/calendars/<int:pk>/days/<int:day>/remove/", views_calendars.remove_day, name="remove_calendar_day"),
    path("setup/calendars/<int:pk>/proposals/<int:year>/", views_calendars.proposed, name="proposed_holidays"),
    path(
        "setup/calendars/<int:pk>/proposals/<int:year>/accept/",
        views_calendars.accept_proposal,
        name="accept_proposal",
    ),
]
