"""Addresses of this room."""

from django.urls import path
from django.http import HttpResponse
x = lambda r, **k: HttpResponse("")
urlpatterns = [path("t/<str:number>", x, name="short_ticket"), path("tickets/<int:pk>/", x, name="ticket")]
