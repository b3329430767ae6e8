"""Addresses of the office."""

from django.urls import path

from office import views

urlpatterns = [
    path("files/<int:pk>/", views.download, name="attachment"),
    path("files/<int:pk>/thumbnail/", views.thumbnail, name="attachment_thumbnail"),
    path("healthz", views.healthz, name="healthz"),
    path("status/", views.status, name="status"),
]
