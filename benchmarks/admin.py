"""The baseline of the pages: Django's own admin over the same tables, set up as its tutorial does."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import path

from strandline.steady.followup.models import FollowUp
from strandline.steady.people.models import Address, Channel, Person, Source
from strandline.steady.ties.models import Tie, Touch

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]


class _Allowed:
    """Whoever is signed in may look: rights would only make the baseline slower."""

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return True

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return True

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return True

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return True

    def has_module_permission(self, request: HttpRequest) -> bool:
        return True


class Names(_Allowed, admin.ModelAdmin):
    """The least there is: one column."""

    list_display = ("full_name",)
    list_per_page = 50
    ordering = ("order_key",)


class _Inline(_Allowed, admin.TabularInline):
    extra = 0
    raw_id_fields = (
        "person",
        "branch",
        "team",
        "by",
        "owner",
        "second",
        "tie",
        "introducer",
        "set_by",
        "closed_by",
    )

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        there = {field.name for field in self.model._meta.get_fields()}
        self.raw_id_fields = tuple(name for name in self.raw_id_fields if name in there and name != "person")


def _inline(of: Any, key: str = "person") -> Any:
    return type(f"{of.__name__}Inline", (_Inline,), {"model": of, "fk_name": key})


class People(_Allowed, admin.ModelAdmin):
    """A list with the columns of ours, each with its question, and a person with what belongs to them."""

    list_display = ("full_name", "kinds", "held_by", "step", "due", "last_talk")
    list_per_page = 50
    ordering = ("order_key",)
    search_fields = ("full_name",)
    raw_id_fields = ("batch", "added_by")
    inlines = tuple(_inline(model) for model in (Channel, Address, Source, Tie, Touch, FollowUp))

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).prefetch_related("ties__owner", "followups")

    def kinds(self, person: Person) -> str:
        return ", ".join(tie.kind for tie in person.ties.all())

    def held_by(self, person: Person) -> str:
        return ", ".join(tie.owner.name for tie in person.ties.all() if tie.owner)

    def step(self, person: Person) -> str:
        return next((str(step.kind) for step in person.followups.all() if step.closed_at is None), "")

    def due(self, person: Person) -> Any:
        return next((step.due_on for step in person.followups.all() if step.closed_at is None), None)

    def last_talk(self, person: Person) -> Any:
        return max((tie.last_two_way_at for tie in person.ties.all() if tie.last_two_way_at), default=None)


class Filtered(People):
    """The same with the filters that ours has for ties: by kind, by status, by who holds one."""

    list_filter = ("ties__kind", "ties__status", "ties__owner")


class Steps(_Allowed, admin.ModelAdmin):
    """What is owed, by day."""

    list_display = ("person", "kind", "due_on", "reason", "owner")
    list_filter = ("kind",)
    list_select_related = ("person", "owner")
    list_per_page = 20
    ordering = ("due_on",)

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).filter(owner=request.user, closed_at=None)  # type: ignore[misc]


class Site(admin.AdminSite):
    """Open to whoever is signed in."""

    def has_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.is_authenticated)


full, least, filtered = Site(name="admin"), Site(name="least"), Site(name="filtered")
full.register(Person, People)
full.register(FollowUp, Steps)
least.register(Person, Names)
filtered.register(Person, Filtered)
urlpatterns = [path("admin/", full.urls), path("least/", least.urls), path("filtered/", filtered.urls)]
