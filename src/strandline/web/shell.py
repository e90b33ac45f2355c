"""What every signed-in page knows about its reader: the frame around the page, not the page.

A context processor builds one `Shell` a request; `templates/base.html` and its components draw it. Everything here is
already decided: an item that the reader's role cannot use is simply absent.
"""

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from strandline.organisation.accounts.rules import PEOPLE_ROLES, Role, Viewer
from strandline.organisation.branches import queries as branches

from .accounts.languages import name_of
from .interchange.at_work import is_waited_for
from .surges.strip import live_surges

Words = str | Promise

THEMES: tuple[tuple[str, Words], ...] = (("system", _("System")), ("light", _("Light")), ("dark", _("Dark")))
"""The looks a reader may fix; `system` follows the device."""

ON_THE_PHONE_BAR = ("today", "people", "log", "surges")
"""The order of the bar under a thumb. It never changes by mood."""

ROOM_ON_THE_BAR = 4
"""Items beside More, which is always the fifth."""


@dataclass(frozen=True)
class NavItem:
    """One place to go: `badge` is a number or a few words, as "1 live"."""

    key: str
    label: Words
    url: str
    icon: str
    badge: Words | int = ""


LOG = NavItem(key="log", label=_("Log"), url="/log/", icon="plus")


@dataclass(frozen=True)
class ShellAccount:
    """The reader: `code` is opaque and tells this account's drafts from another's on the same device."""

    code: str
    name: str
    role_line: Words
    theme: str = "system"
    language: str = "English"
    single_keys: bool = True


@dataclass(frozen=True)
class Shell:
    """The frame of one page: who reads, where they are, where they may go, and what they see."""

    organisation: str
    account: ShellAccount
    nav: list[NavItem] = field(default_factory=list)
    here: str = ""
    sees: Words = ""
    notice: Words = ""
    can_log: bool = True
    # A branch lead may open one record with a written reason.
    may_open: bool = False

    themes = THEMES

    @cached_property
    def key(self) -> tuple[Any, ...]:
        """Return all that the frame shows, as plain values: frames with the same key look the same."""
        return (
            self.organisation,
            self.account,
            # What a place is called follows from its key, and from the language, by which every drawing is kept.
            tuple([(i.key, i.url, i.icon, str(i.badge)) for i in self.nav]),
            self.here,
            str(self.sees),
            str(self.notice),
            self.can_log,
            self.may_open,
        )

    @property
    def tabs(self) -> list[NavItem]:
        """The items of the phone bar, in its own order.

        A reader who may use fewer of them, as at the centre, gets the first of what they have instead.
        """
        reachable = {item.key: item for item in self.nav}
        if self.can_log:
            reachable["log"] = LOG
        chosen = [reachable[key] for key in ON_THE_PHONE_BAR if key in reachable]
        if self.can_log or len(chosen) >= ROOM_ON_THE_BAR:
            return chosen
        return self.nav[:ROOM_ON_THE_BAR]

    @property
    def more(self) -> list[NavItem]:
        """What the phone bar has no room for, in the order of the rail."""
        on_bar = {item.key for item in self.tabs}
        return [item for item in self.nav if item.key not in on_bar]


WORKERS = frozenset({Role.ORGANISER, Role.TEAM_LEAD, Role.BRANCH_LEAD})
# Every place of the rail in its order, and for whom; the address says the key.
PLACES: tuple[tuple[NavItem, frozenset[Role]], ...] = (
    (NavItem("today", _("Today"), "/", "today"), WORKERS),
    (NavItem("people", _("People"), "/people/", "people"), PEOPLE_ROLES),
    (NavItem("circles", _("Circles"), "/circles/", "circles"), WORKERS | {Role.CONVENOR}),
    (NavItem("breadth", _("Breadth"), "/breadth/", "breadth"), PEOPLE_ROLES | {Role.CENTRE}),
    (
        NavItem("surges", _("Surges"), "/surges/", "surges"),
        WORKERS | {Role.STEWARD, Role.CENTRE},
    ),
    (NavItem("calls", _("Calls"), "/calls/", "phone"), frozenset({Role.CALLER})),
    (NavItem("care", _("Data care"), "/care/import/", "care"), frozenset({Role.STEWARD, Role.BRANCH_LEAD})),
    (NavItem("accounts", _("Accounts"), "/settings/team/", "team"), frozenset({Role.ADMINISTRATOR})),
)


def places(viewer: Viewer) -> list[NavItem]:
    """Return the rail for these roles; what they cannot use is absent."""
    return [item for item, roles in PLACES if viewer.is_(*roles)]


def with_live(nav: list[NavItem], live: int) -> list[NavItem]:
    """Return the rail with what it says of surges that are live: *1 live*."""
    if not live:
        return nav
    words = ngettext("%(n)s live", "%(n)s live", live) % {"n": live}
    return [replace(item, badge=words) if item.key == "surges" else item for item in nav]


def with_work(nav: list[NavItem]) -> list[NavItem]:
    """Return the rail with a word that a list is at work; its page may be left meanwhile."""
    return [replace(item, badge=_("at work")) if item.key == "care" else item for item in nav]


def reachable(viewer: Viewer) -> frozenset[str]:
    """Return the addresses that Find may offer to these roles."""
    found = {item.url for item in places(viewer)} | {"/settings/", "/help/", "/help/keys/"}
    if viewer.works_with_people:
        found |= {
            "/log/",
            "/people/add/",
            "/history/",
            "/people/incoming/",
            "/forms/",
            "/forms/new/",
            "/calls/",
            "/circles/new/",
            "/breadth/heard/",
            "/events/",
            "/events/new/",
        }
    if viewer.is_(Role.TEAM_LEAD, Role.BRANCH_LEAD, Role.STEWARD):
        found |= {"/breadth/new/"}
    if viewer.is_(Role.STEWARD):
        found |= {"/people/add/", "/history/"}
    if viewer.is_(Role.TEAM_LEAD, Role.BRANCH_LEAD):
        found |= {"/team/", "/surges/declare/"}
    if viewer.is_(Role.ADMINISTRATOR):
        found |= {"/settings/team/add/", "/settings/team/places/", "/settings/team/mail/"}
    return frozenset(found)


def sees_of(viewer: Viewer, place: str) -> Words:
    """Return in a sentence what these roles let their holder see; the page behind *Why?* says it at length."""
    if viewer.is_(*PEOPLE_ROLES):
        return _("You see %(place)s and what is shared with you.") % {"place": place}
    if viewer.is_(Role.CALLER):
        return _("You see the one person you call, and what is shared with you.")
    if viewer.is_(Role.CONVENOR):
        return _("You see the names of the circles you convene, and what is shared with you.")
    if viewer.is_(Role.ADMINISTRATOR):
        return _("You see accounts and settings, and no people.")
    if viewer.is_(Role.CENTRE):
        return _("You see totals, and people only when they are shared with you.")
    return _("You see what is shared with you.")


def shell(request: HttpRequest) -> dict[str, Any]:
    """Return the frame of the page for whoever is signed in; for others only the organisation's name."""
    viewer = getattr(request, "viewer", None)
    made = request.organisation if viewer is not None else branches.organisation()  # type: ignore[attr-defined]
    name = made.name if made else "Strandline"
    if viewer is None or not request.user.is_authenticated:  # allauth may end the session within a request
        return {"organisation": name, "sends_mail": settings.SENDS_MAIL}
    nav = places(viewer)
    if any(item.key == "surges" for item in nav):
        nav = with_live(nav, len(live_surges(request)))
    if is_waited_for(request):  # type: ignore[arg-type]  # who is signed in has a viewer and a session
        nav = with_work(nav)
    path = request.path
    here = (
        "today"
        if path in ("/", "/team/", "/call-sheet/")
        else next((i.key for i in nav if i.url != "/" and path.startswith(i.url)), "")
    )
    roles, places_of = branches.role_line(viewer=viewer)
    line = ", ".join([*(gettext(role) for role in roles), *places_of])
    place = places_of[-1] if places_of else name
    account = ShellAccount(
        code=viewer.code,
        name=viewer.name,
        role_line=line,
        theme=request.user.theme,
        language=name_of(viewer.language),
        single_keys=request.user.has_single_keys,
    )
    frame = Shell(
        organisation=name,
        account=account,
        nav=nav,
        here=here,
        sees=sees_of(viewer, place),
        notice=_("Demo organisation: passkeys are not required here.") if made and made.is_demo else "",
        can_log=viewer.works_with_people,
        may_open=viewer.is_(Role.BRANCH_LEAD),
    )
    return {"organisation": name, "shell": frame}
