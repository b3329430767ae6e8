"""The addresses of the whole house; each app brings its own."""

from django.urls import include, path

urlpatterns = [
    path("", include("people.urls")),
    path("", include("office.urls")),
    path("", include("assets.urls")),
    path("", include("contracts.urls")),
    path("", include("helpdesk.urls")),
    path("", include("ui.urls")),
]
handler400 = "ui.errors.bad_request"
handler403 = "ui.errors.forbidden"
handler404 = "ui.errors.not_found"
handler500 = "ui.errors.server_error"
