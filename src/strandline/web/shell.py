"""What frames every page: who is here, where they can go, and what they see."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from strandline.organisation.accounts.rules import PEOPLE_ROLES, Role
from strandline.organisation.branches import queries as branches

WORKERS = frozenset({Role.ORGANISER, Role.TEAM_LEAD, Role.BRANCH_LEAD})
# Key, words, address, icon, and for whom. The order never changes by mood; what a role cannot use is absent.
PLACES: tuple[tuple[str, Any, str, str, frozenset[Role]], ...] = (
    ("today", gettext_lazy("Today"), "/", "today", WORKERS),
    ("people", gettext_lazy("People"), "/people/", "people", PEOPLE_ROLES),
    ("care", gettext_lazy("Data care"), "/care/import/", "care", frozenset({Role.STEWARD, Role.BRANCH_LEAD})),
)


@dataclass(frozen=True)
class Place:
    """One entry of the rail."""

    key: str
    label: str
    url: str
    icon: str
    badge: str = ""


@dataclass(frozen=True)
class Shell:
    """The frame of a signed-in page."""

    organisation: str
    account: Any
    role_line: str
    nav: tuple[Place, ...]
    here: str
    sees: str
    notice: str


def shell(request: HttpRequest) -> dict[str, Any]:
    """Return the frame of the page for whoever is signed in; nothing for others."""
    viewer = getattr(request, "viewer", None)
    made = branches.organisation()
    name = made.name if made else "Strandline"
    if viewer is None:
        return {"organisation": name}
    places = tuple(
        Place(key, str(label), url, icon) for key, label, url, icon, roles in PLACES if viewer.is_(*roles)
    )
    path = request.path
    here = (
        "today"
        if path == "/"
        else next((p.key for p in places if p.url != "/" and path.startswith(p.url)), "")
    )
    line = branches.role_line(viewer=viewer)
    place = line.rpartition(", ")[2] if ", " in line else name
    notice = _("Demo organisation: passkeys are not required here.") if made and made.is_demo else ""
    sees = _("You see %(place)s and what is shared with you.") % {"place": place}
    frame = Shell(name, request.user, line, places, here, sees, notice)
    return {"organisation": name, "shell": frame}
