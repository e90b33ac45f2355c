"""The addresses of the pages."""

from django.urls import URLPattern, URLResolver, include, path

from strandline.web.lists import views as lists

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("strandline.web.intake.public_urls")),
    path("", include("strandline.web.intake.urls")),
    path("people/", lists.people, name="people"),
    path("find/", lists.find, name="find"),
    path("lists/save/", lists.save, name="list_save"),
    path("lists/<str:code>/", lists.saved, name="list"),
    path("lists/<str:code>/remove/", lists.remove, name="list_remove"),
]
