"""The addresses that anyone may open. The door answers them before a session or a language cookie is looked for."""

from django.urls import URLPattern, URLResolver, path

from . import public, table

urlpatterns: list[URLPattern | URLResolver] = [
    path("j/<str:slug>/", public.sign_up, name="sign_up"),
    path("j/<str:slug>/thanks/", public.thanks, name="sign_up_thanks"),
    path("j/<str:slug>/thanks/young/", public.thanks, {"young": True}, name="sign_up_young"),
    path("j/<str:slug>/confirm/<str:mark>/", public.confirm, name="sign_up_confirm"),
    path("table/worker.js", table.worker, name="table_worker"),
    path("table/<str:slug>/", table.table, name="table"),
    path("table/<str:slug>/sync/", table.sync, name="table_sync"),
    path("table/<str:slug>/sheet/", table.paper, name="table_paper"),
    path("table/<str:slug>/manifest.webmanifest", table.manifest, name="table_manifest"),
]
