"""Addresses of the yardstick."""

from django.urls import path

from bench.bare import views

urlpatterns = [path("", views.rows), path("create/", views.create)]
