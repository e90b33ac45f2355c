"""The addresses of those who look after forms and newcomers."""

from django.urls import URLPattern, URLResolver, path

from . import form_views, incoming_views, typing_views

urlpatterns: list[URLPattern | URLResolver] = [
    path("forms/", form_views.forms, name="forms"),
    path("forms/new/", form_views.make, name="form_make"),
    path("forms/<str:code>/", form_views.form, name="form"),
    path("forms/<str:code>/poster/", form_views.poster, name="form_poster"),
    path("forms/<str:code>/close/", form_views.turn, {"to": "close"}, name="form_close"),
    path("forms/<str:code>/open/", form_views.turn, {"to": "open"}, name="form_open"),
    path("forms/<str:code>/phones/", form_views.let_phone_in, name="form_phone_new"),
    path("forms/<str:code>/phones/<str:device>/", form_views.phone, name="form_phone"),
    path("forms/<str:code>/phones/<str:device>/stop/", form_views.revoke, name="form_phone_stop"),
    path("forms/<str:code>/sealed/", form_views.take_file, name="form_sealed"),
    path("forms/<str:code>/typing/", typing_views.typing, name="form_typing"),
    path("forms/<str:code>/typing/take-back/", typing_views.take_back, name="form_typing_back"),
    path("people/incoming/", incoming_views.incoming, name="incoming"),
    path("people/incoming/accept/", incoming_views.accept, name="incoming_accept"),
    path("people/incoming/aside/", incoming_views.tray, name="incoming_tray"),
    path(
        "people/incoming/aside/<str:code>/let-in/",
        incoming_views.settle,
        {"to": "let-in"},
        name="incoming_let_in",
    ),
    path(
        "people/incoming/aside/<str:code>/set-aside/",
        incoming_views.settle,
        {"to": "set-aside"},
        name="incoming_set_aside",
    ),
    path("calls/", incoming_views.calls, name="calls"),
    path("calls/next/", incoming_views.next_call, name="call_next"),
    path("calls/<str:code>/log/", incoming_views.log_call, name="call_log"),
    path("calls/<str:code>/put-back/", incoming_views.put_back, name="call_put_back"),
]
