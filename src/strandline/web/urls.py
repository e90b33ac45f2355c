"""The addresses of the pages."""

from django.urls import URLPattern, URLResolver, path

from strandline.web.interchange import views as interchange
from strandline.web.lists import views as lists

urlpatterns: list[URLPattern | URLResolver] = [
    path("people/", lists.people, name="people"),
    path("care/import/", interchange.imports, name="imports"),
    path("care/import/take/", interchange.take, name="import_take"),
    path("care/import/<str:code>/", interchange.an_import, name="import"),
    path("care/import/<str:code>/choose/", interchange.choose, name="import_choose"),
    path("care/import/<str:code>/bring-in/", interchange.bring_in, name="import_bring_in"),
    path("care/import/<str:code>/take-back/", interchange.take_back, name="import_take_back"),
    path("care/import/<str:code>/stop/", interchange.stop, name="import_stop"),
    path("care/import/<str:code>/not-read.csv", interchange.unread, name="import_unread"),
    path("find/", lists.find, name="find"),
    path("lists/save/", lists.save, name="list_save"),
    path("lists/<str:code>/", lists.saved, name="list"),
    path("lists/<str:code>/remove/", lists.remove, name="list_remove"),
]
