"""The addresses of events."""

from django.urls import path

from . import views

urlpatterns = [
    path("events/", views.events, name="events"),
    path("events/new/", views.plan, name="event_new"),
    path("events/<str:code>/call-off/", views.call_off, name="event_call_off"),
]
