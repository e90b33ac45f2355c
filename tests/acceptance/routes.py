"""Every address there is and how the checks call it. An address that is not listed here fails the checks."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import URLPattern, URLResolver, get_resolver

# Addresses that show or change people or what belongs to them, with a place for a code.
CODED: dict[str, str] = {
    "people/<str:code>/": "person",
    "people/<str:code>/touches/": "person",
    "people/<str:code>/edit/": "person",
    "people/<str:code>/step/": "person",
    "people/<str:code>/channels/": "person",
    "people/<str:code>/tags/": "person",
    "people/<str:code>/fields/<str:field>/": "person",
    "people/<str:code>/agreements/": "person",
    "people/<str:code>/agreements/<str:purpose>/end/": "person",
    "people/<str:code>/share/": "person",
    "people/<str:code>/ties/": "person",
    "people/<str:code>/departure/": "person",
    "people/<str:code>/departure/end/": "person",
    "people/add/<str:code>/": "person",
    "log/<str:code>/": "person",
    "log/<str:code>/themes/": "person",
    "steps/<str:code>/done/": "step",
    "steps/<str:code>/move/": "step",
    "handoffs/<str:code>/accept/": "handoff",
    "handoffs/<str:code>/decline/": "handoff",
    "handoffs/<str:code>/withdraw/": "handoff",
    "ties/<str:code>/stage/": "tie",
    "ties/<str:code>/status/": "tie",
    "channels/<str:code>/remove/": "channel",
    "channels/<str:code>/opt-out/": "channel",
    "grants/<str:code>/end/": "grant",
    "calls/<str:code>/log/": "person",
    "calls/<str:code>/put-back/": "person",
    "people/incoming/aside/<str:code>/let-in/": "other",
    "people/incoming/aside/<str:code>/set-aside/": "other",
    "notices/<str:code>/read/": "other",
    "undo/<str:deed>/": "other",
    "surges/<str:code>/count/": "other",
    "what-if/<str:code>/": "other",
    "what-if/<str:code>/stop/": "other",
    "help/counted/<str:key>/": "other",
    "lists/<str:code>/": "other",
    "lists/<str:code>/remove/": "other",
    "lists/<str:code>/change/": "other",
    "surges/<str:code>/": "other",
    "surges/<str:code>/edit/": "other",
    "surges/<str:code>/change/": "other",
    "surges/<str:code>/window/": "other",
    "surges/<str:code>/phase/": "other",
    "surges/<str:code>/forms/": "other",
    "surges/<str:code>/forms/<str:form>/detach/": "other",
    "surges/<str:code>/close/": "other",
    "surges/<str:code>/circles/": "other",
    "circles/<str:code>/": "circle",
    "circles/<str:code>/join/": "circle",
    "circles/<str:code>/leave/": "circle",
    "circles/<str:code>/convenor/": "circle",
    "circles/<str:code>/end/": "circle",
    "circles/<str:code>/meetings/": "circle",
    "circles/<str:code>/meetings/<str:on>/": "circle",
    "circles/<str:code>/meetings/<str:on>/sheet/": "circle",
    "circles/<str:code>/meetings/<str:on>/came/": "circle",
    "circles/<str:code>/meetings/<str:on>/everyone/": "circle",
    "circles/<str:code>/meetings/<str:on>/guest/": "circle",
    "circles/<str:code>/meetings/<str:on>/call-off/": "circle",
    "people/<str:code>/sections/": "person",
    "breadth/<str:code>/": "other",
    "breadth/<str:code>/people/": "other",
    "breadth/<str:code>/leave/": "other",
    "breadth/<str:code>/name/": "other",
    "breadth/<str:code>/size/": "other",
    "breadth/<str:code>/end/": "other",
    "breadth/heard/themes/<str:code>/end/": "other",
    "events/<str:code>/call-off/": "other",
    "care/import/<str:code>/": "other",
    "care/import/<str:code>/choose/": "other",
    "care/import/<str:code>/bring-in/": "other",
    "care/import/<str:code>/take-back/": "other",
    "care/import/<str:code>/stop/": "other",
    "care/import/<str:code>/not-read.csv": "other",
    "forms/<str:code>/": "other",
    "forms/<str:code>/poster/": "other",
    "forms/<str:code>/close/": "other",
    "forms/<str:code>/open/": "other",
    "forms/<str:code>/phones/": "other",
    "forms/<str:code>/phones/<str:device>/": "other",
    "forms/<str:code>/phones/<str:device>/stop/": "other",
    "forms/<str:code>/sealed/": "other",
    "forms/<str:code>/typing/": "other",
    "forms/<str:code>/typing/take-back/": "other",
    "settings/tokens/<str:code>/revoke/": "other",
    "people/exports/<str:code>/answer/": "other",
    "people/exports/<str:code>/take/": "other",
    "settings/team/<str:code>/": "other",
    "settings/team/<str:code>/link/": "other",
    "settings/team/<str:code>/roles/": "other",
    "settings/team/<str:code>/close/": "other",
    "settings/team/<str:code>/reopen/": "other",
    "settings/memberships/<str:code>/end/": "other",
    "surges/signals/<str:code>/": "other",
    "surges/signals/<str:code>/counts/": "other",
    "surges/signals/<str:code>/end/": "other",
    "surges/alerts/<str:code>/": "other",
    "surges/alerts/<str:code>/seen/": "other",
    "surges/alerts/<str:code>/dismiss/": "other",
    "surges/alerts/<str:code>/attach/": "other",
    "surges/alerts/<str:code>/surge/": "other",
}
API_CODED: dict[str, str] = {
    "api/v1/people/<code>": "person",
    "api/v1/people/<code>/channels": "person",
    "api/v1/people/<code>/tags": "person",
    "api/v1/channels/<code>": "channel",
    "api/v1/ties/<code>": "tie",
    "api/v1/ties/<code>/status": "tie",
    "api/v1/ties/<code>/end": "tie",
    "api/v1/ties/<code>/stage": "tie",
    "api/v1/touches/<code>": "touch",
    "api/v1/follow-ups/<code>": "step",
    "api/v1/follow-ups/<code>/close": "step",
    "api/v1/handoffs/<code>": "handoff",
    "api/v1/handoffs/<code>/accept": "handoff",
    "api/v1/handoffs/<code>/decline": "handoff",
    "api/v1/handoffs/<code>/withdraw": "handoff",
    "api/v1/series/<code>": "other",
    "api/v1/series/<code>/counts": "other",
    "api/v1/series/<code>/counts/<on>": "other",
}
# Addresses without a code, with what is asked of them.
PLAIN: dict[str, tuple[str, ...]] = {
    "": ("",),
    "call-sheet/": ("",),
    "team/": ("",),
    "log/": ("", "?q=zs", "?q=Ros"),
    "handover/": ("",),
    "history/": ("",),
    "people/": (
        "",
        "?q=zs",
        "?q=ro",
        "?step=late",
        "?held=me",
        "?held=nobody",
        "?quiet=30",
        "?tag=stairwell",
        "?exact=1",
    ),
    "people/export/": ("",),
    "people/exports/": ("",),
    "people/exports/ask/": ("",),
    "people/add/": ("", "?name=Zs%C3%B3fia%20Quillon"),
    "people/open/": ("",),
    "people/incoming/": ("",),
    "people/incoming/accept/": ("",),
    "people/incoming/aside/": ("",),
    "circles/": ("",),
    "circles/new/": ("",),
    "circles/sync/": ("",),
    "circles/sealed/": ("",),
    "breadth/": ("",),
    "breadth/new/": ("",),
    "breadth/heard/": ("",),
    "breadth/heard/themes/": ("",),
    "events/": ("",),
    "events/new/": ("",),
    "care/import/": ("",),
    "care/import/take/": ("",),
    "surges/": ("",),
    "surges/count/": ("",),
    "surges/declare/": ("",),
    "what-if/": ("", "?example=1"),
    "find/": (
        "",
        "?q=zs",
        "?q=qu",
        "?q=Quillon",
        "?q=Qiullon",
        "?q=0777",
        "?q=zsofia.q@",
        "?q=ro",
        "?q=benedek",
    ),
    "lists/save/": ("",),
    "forms/": ("",),
    "forms/new/": ("",),
    "calls/": ("",),
    "calls/next/": ("",),
    "settings/": ("",),
    "settings/look/": ("",),
    "settings/team/": ("",),
    "settings/team/export-limit/": ("",),
    "settings/team/add/": ("",),
    "settings/team/places/": ("",),
    "settings/team/mail/": ("",),
    "settings/team/mail/again/": ("",),
    "surges/signals/": ("",),
    "surges/signals/add/": ("",),
    "help/": ("",),
    "help/keys/": ("",),
    "help/sees/": ("",),
    "help/counted/": ("",),
}
API_PLAIN: dict[str, tuple[str, ...]] = {
    "api/v1/people": (
        "",
        "?q=zs",
        "?q=quillon",
        "?phone=07700900777",
        "?email=zsofia.quillon@example.org",
        "?size=1",
    ),
    "api/v1/ties": ("",),
    "api/v1/touches": ("",),
    "api/v1/follow-ups": ("",),
    "api/v1/handoffs": ("",),
    "api/v1/series": ("",),
    "api/v1/me": ("",),
    "api/v1/pathways": ("",),
    "api/v1/colleagues": ("",),
    "api/openapi.json": ("",),
    "api/": ("",),
}
# Addresses that know no person on record: the door, health, files; they answer everyone alike.
PUBLIC = {
    "healthz",
    "readyz",
    "favicon.ico",
    "j/<str:slug>/",
    "j/<str:slug>/thanks/",
    "j/<str:slug>/thanks/young/",
    "j/<str:slug>/confirm/<str:mark>/",
    "circles/worker.js",
    "circles/waiting/",
    "table/worker.js",
    "table/<str:slug>/",
    "table/<str:slug>/sync/",
    "table/<str:slug>/sheet/",
    "table/<str:slug>/manifest.webmanifest",
    "api/v1/signups",
    "api/v1/osdi/person_signup_helper",
}
# allauth's own pages: they know accounts, never people on record.
ACCOUNTS = "account/"


def _walk(patterns: list[URLPattern | URLResolver], before: str = "") -> Iterator[str]:
    for pattern in patterns:
        here = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _walk(pattern.url_patterns, here)
        else:
            yield here


def every() -> list[str]:
    """Return every address of the resolver."""
    return sorted(set(_walk(get_resolver().url_patterns)))


def unknown() -> list[str]:
    """Return the addresses that no check knows how to call: there may be none."""
    known = CODED.keys() | API_CODED.keys() | PLAIN.keys() | API_PLAIN.keys() | PUBLIC
    return [route for route in every() if route not in known and not route.startswith(ACCOUNTS)]


def filled(route: str, code: str) -> str:
    """Return the path of an address with a code in its place."""
    path = route
    for mark in ("<str:code>", "<code>", "<str:deed>"):
        path = path.replace(mark, code)
    for mark, value in (
        ("<str:device>", code),
        ("<str:form>", code),
        ("<str:field>", code),
        ("<str:purpose>", "views"),
        ("<on>", "2026-01-15"),
        ("<str:on>", "2026-01-16"),
    ):
        path = path.replace(mark, value)
    return "/" + path
