"""The addresses of circles."""

from django.urls import path

from . import offline, sheet, views

urlpatterns = [
    path("circles/", views.circles, name="circles"),
    path("circles/new/", views.form_circle, name="circle_new"),
    path("circles/worker.js", offline.worker, name="circle_worker"),
    path("circles/waiting/", offline.waiting, name="circle_waiting"),
    path("circles/sync/", offline.sync, name="circle_sync"),
    path("circles/sealed/", offline.bring, name="circle_sealed"),
    path("circles/<str:code>/", views.circle, name="circle"),
    path("circles/<str:code>/join/", views.join, name="circle_join"),
    path("circles/<str:code>/leave/", views.leave, name="circle_leave"),
    path("circles/<str:code>/convenor/", views.hand_on, name="circle_convenor"),
    path("circles/<str:code>/end/", views.end, name="circle_end"),
    path("circles/<str:code>/meetings/", views.set_meeting, name="circle_meeting_set"),
    path("circles/<str:code>/meetings/<str:on>/", views.attendance, name="circle_meeting"),
    path("circles/<str:code>/meetings/<str:on>/sheet/", sheet.sheet, name="circle_sheet"),
    path("circles/<str:code>/meetings/<str:on>/came/", views.came, name="circle_came"),
    path("circles/<str:code>/meetings/<str:on>/everyone/", views.everyone, name="circle_everyone"),
    path("circles/<str:code>/meetings/<str:on>/guest/", views.guest, name="circle_guest"),
    path("circles/<str:code>/meetings/<str:on>/call-off/", views.call_off, name="circle_call_off"),
]
