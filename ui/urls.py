"""Addresses of what every page shares; included by config.urls at the root."""

from django.urls import path

from ui import views

urlpatterns = [
    path("search/", views.search, name="search"),
    path("keys/", views.keys, name="keys"),
    path("brand/<str:colour>.css", views.brand, name="brand"),
]
