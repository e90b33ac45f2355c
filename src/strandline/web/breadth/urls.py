"""The addresses of sections of people and of what is heard in them."""

from django.urls import path

from . import heard, views

urlpatterns = [
    path("breadth/", views.sections, name="breadth"),
    path("breadth/new/", views.add, name="section_new"),
    path("breadth/heard/", heard.heard, name="heard"),
    path("breadth/heard/themes/", heard.name_theme, name="theme_new"),
    path("breadth/heard/themes/<str:code>/end/", heard.end_theme, name="theme_end"),
    path("breadth/<str:code>/", views.section, name="section"),
    path("breadth/<str:code>/people/", views.put_in, name="section_people"),
    path("breadth/<str:code>/leave/", views.take_out, name="section_leave"),
    path("breadth/<str:code>/name/", views.rename, name="section_name"),
    path("breadth/<str:code>/size/", views.estimate, name="section_size"),
    path("breadth/<str:code>/end/", views.end, name="section_end"),
]
