"""The addresses of signals. They stand before those of surges, whose codes would take them."""

from django.urls import path

from . import answers, views

urlpatterns = [
    path("surges/signals/", views.index, name="signals"),
    path("surges/signals/add/", views.add, name="series_add"),
    path("surges/signals/<str:code>/", views.one, name="series"),
    path("surges/signals/<str:code>/counts/", views.take, name="series_counts"),
    path("surges/signals/<str:code>/end/", views.end, name="series_end"),
    path("surges/alerts/<str:code>/", answers.alert, name="alert"),
    path("surges/alerts/<str:code>/seen/", answers.seen, name="alert_seen"),
    path("surges/alerts/<str:code>/dismiss/", answers.dismiss, name="alert_dismiss"),
    path("surges/alerts/<str:code>/attach/", answers.attach, name="alert_attach"),
    path("surges/alerts/<str:code>/surge/", answers.surge, name="alert_surge"),
]
