"""Find: people, places to go and things to do, by what is typed."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from strandline.organisation.accounts.rules import PEOPLE_ROLES
from strandline.steady.lists import queries
from strandline.web import render
from strandline.web.requests import Request
from strandline.web.shell import reachable

# What can be done from Find, by the words that call for it, and for whom.
ERRANDS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("Today", "/", ("today", "due", "late")),
    ("People", "/people/", ("people", "list")),
    ("Add a person", "/people/add/", ("add", "new", "person")),
    ("Log a conversation", "/log/", ("log", "call", "talk", "conversation")),
    ("Breadth", "/breadth/", ("breadth", "sections", "constituencies")),
    ("Name a section", "/breadth/new/", ("name", "section", "new")),
    ("Themes heard", "/breadth/heard/", ("themes", "heard", "remarks")),
    ("Events", "/events/", ("events", "calendar")),
    ("Plan an event", "/events/new/", ("event", "plan", "new")),
    ("Surges", "/surges/", ("surge", "surges", "wave", "strandline", "ledger")),
    ("Declare a surge", "/surges/declare/", ("declare", "surge", "new")),
    ("Incoming", "/people/incoming/", ("incoming", "sign-ups", "signups", "new")),
    ("Forms", "/forms/", ("form", "forms", "poster", "sheet", "table")),
    ("Make a form", "/forms/new/", ("make", "form")),
    ("Take next call", "/calls/", ("call", "calls", "queue")),
    ("My team", "/team/", ("team", "load")),
    ("Hand over", "/team/", ("hand", "over", "handoff")),
    ("Bring in a list", "/care/import/", ("import", "bring", "csv", "excel", "upload")),
    ("What can be taken back", "/history/", ("history", "undo", "take", "back")),
    ("Accounts", "/settings/team/", ("accounts", "roles", "members")),
    ("Add an account", "/settings/team/add/", ("add", "new", "account")),
    ("Mail", "/settings/team/mail/", ("mail", "e-mail", "smtp", "outbox")),
    ("Branches and teams", "/settings/team/places/", ("branches", "teams", "places")),
    ("Settings", "/settings/", ("settings", "look", "theme", "language", "dark")),
    ("Help", "/help/", ("help", "how")),
    ("Keys", "/help/keys/", ("keys", "shortcuts", "keyboard")),
)


@require_safe
def find(request: Request) -> HttpResponse:
    """Answer people, places and actions for what is typed; at most eight rows."""
    typed = request.GET.get("q", "")[:200]
    words = typed.lower().split()
    may_log = request.viewer.works_with_people
    name = typed
    is_log = may_log and len(words) > 1 and words[0] == "log"
    if is_log:
        name = typed.split(None, 1)[1]
    found = queries.find(viewer=request.viewer, text=name) if request.viewer.is_(*PEOPLE_ROLES) else []
    offered = reachable(request.viewer)
    errands = [
        (_(label), url)
        for label, url, keys in ERRANDS
        if words and all(any(key.startswith(word) for key in keys) for word in words) and url in offered
    ]
    rows = [
        {
            "name": person.full_name,
            "url": f"/log/{person.code}/" if is_log else f"/people/{person.code}/",
            "what": _("log a conversation") if is_log else "",
        }
        for person in found
    ]
    context = {
        "typed": typed,
        "rows": rows,
        "errands": errands[: max(0, 8 - len(rows))],
        "can_add": may_log and bool(name.strip()),
        "add_url": "/people/add/?" + urlencode({"name": name.strip()}),
        "name": name.strip(),
        "count": len(rows) + min(len(errands), max(0, 8 - len(rows))),
    }
    return render.page(
        request, "lists/find.html", part="find-rows", context=context, shows=[p.audit_id for p in found]
    )
