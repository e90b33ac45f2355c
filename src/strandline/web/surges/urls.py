"""The addresses of one surge. They come after those of signals and of the ledger, whose words a code would take."""

from django.urls import path

from . import changes, circles, views

urlpatterns = [
    path("surges/declare/", views.declare, name="surge_declare"),
    path("surges/<str:code>/", views.surge, name="surge"),
    path("surges/<str:code>/circles/", circles.surge_circles, name="surge_circles"),
    path("surges/<str:code>/edit/", changes.edit, name="surge_edit"),
    path("surges/<str:code>/change/", changes.change, name="surge_change"),
    path("surges/<str:code>/window/", changes.window, name="surge_window"),
    path("surges/<str:code>/phase/", changes.phase, name="surge_phase"),
    path("surges/<str:code>/forms/", changes.attach, name="surge_attach"),
    path("surges/<str:code>/forms/<str:form>/detach/", changes.detach, name="surge_detach"),
    path("surges/<str:code>/close/", changes.close, name="surge_close"),
]
