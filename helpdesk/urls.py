"""Addresses of this room."""

from django.urls import path

from helpdesk.views import acts, phone, portal, queue, setup, ticket
from helpdesk.views.home import home

urlpatterns = [
    path("", home, name="home"),
    path("requests/", queue.OwnTicketList.as_view(), name="own_tickets"),
    path("tickets/", queue.TicketList.as_view(), name="tickets"),
    path("tickets/view/<slug:view>/", queue.TicketList.as_view(), name="tickets_view"),
    path("tickets/next/", acts.take_next, name="take_next"),
    path("tickets/new/", portal.NewTicket.as_view(), name="new_ticket"),
    path("tickets/new/hint/", portal.asset_hint, name="asset_hint"),
    path("tickets/phone/", phone.PhoneTicket.as_view(), name="phone_ticket"),
    path("tickets/phone/callers/", phone.callers, name="phone_callers"),
    path("tickets/phone/caller/", phone.caller, name="phone_caller"),
    path("t/<str:number>", ticket.short_ticket, name="short_ticket"),
    path("tickets/<int:pk>/", ticket.ticket_page, name="ticket"),
    path("tickets/<int:pk>/edit/", acts.Edit.as_view(), name="ticket_edit"),
    path("tickets/<int:pk>/take/", acts.take, name="ticket_take"),
    path("tickets/<int:pk>/start/", acts.start, name="ticket_start"),
    path("tickets/<int:pk>/assign/", acts.Assign.as_view(), name="ticket_assign"),
    path("tickets/<int:pk>/transfer/", acts.Transfer.as_view(), name="ticket_transfer"),
    path("tickets/<int:pk>/wait/", acts.Wait.as_view(), name="ticket_wait"),
    path("tickets/<int:pk>/resume/", acts.resume, name="ticket_resume"),
    path("tickets/<int:pk>/reply/", acts.reply, name="ticket_reply"),
    path("tickets/<int:pk>/note/", acts.note, name="ticket_note"),
    path("tickets/<int:pk>/confirm/", acts.confirm, name="ticket_confirm"),
    path("tickets/<int:pk>/reopen/", acts.reopen, name="ticket_reopen"),
    path("tickets/<int:pk>/close/", acts.close, name="ticket_close"),
    path("tickets/<int:pk>/cancel/", acts.Cancel.as_view(), name="ticket_cancel"),
    path("tickets/<int:pk>/follow/", acts.watch, name="ticket_watch"),
    path("tickets/<int:pk>/unfollow/", acts.unwatch, name="ticket_unwatch"),
    path("tickets/<int:pk>/followers/", acts.AddWatcher.as_view(), name="ticket_add_watcher"),
    path("tickets/<int:pk>/followers/<int:person>/remove/", acts.remove_watcher, name="ticket_remove_watcher"),
    path("setup/queues/", setup.QueueList.as_view(), name="queues"),
    path("setup/categories/", setup.CategoryList.as_view(), name="categories"),
    path("setup/priorities/", setup.Matrix.as_view(), name="matrix"),
    path("setup/targets/", setup.Targets.as_view(), name="targets"),
]
for _screen, _place in (("queue", "queues"), ("category", "categories")):
    _kind = {"screen": _screen}
    urlpatterns += [
        path(f"setup/{_place}/new/", setup.Create.as_view(), _kind, name=f"{_screen}_new"),
        path(f"setup/{_place}/<int:pk>/", setup.page, _kind, name=_screen),
        path(f"setup/{_place}/<int:pk>/edit/", setup.Edit.as_view(), _kind, name=f"{_screen}_edit"),
        path(f"setup/{_place}/<int:pk>/use/", setup.switch_use, _kind, name=f"{_screen}_use"),
    ]
