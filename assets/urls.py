"""Addresses of this room."""

from django.urls import path

from assets import views

urlpatterns = [
    path("assets/<int:pk>/", views.asset_page, name="asset"),
]
