"""Every unsafe address of the pages, with a form that does something there. One that is not listed fails `twice`."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from strandline.steady.intake import sealing
from strandline.steady.intake.actions import make_outbox_key
from tests.acceptance.stage import Stage
from tests.cast import NOW

Form = dict[str, Any]


@dataclass(frozen=True)
class Send:
    """Who sends what where. `marks` is False where no token is read: then `why` says why a repeat does no harm."""

    who: str
    code: str = ""
    form: Form | Callable[[Stage], Form] | None = None
    marks: bool = True
    why: str = ""
    second: str = ""
    is_json: bool = False
    # How many deeds the log has of it: what asks for work besides has two.
    deeds: int = 1


def _sealed(_stage: Stage) -> Form:
    entries = [{"token": "sealed-entry-1", "entry": {}}]
    file = io.BytesIO(
        json.dumps({"strandline": "table 1", "slug": "heating", "device": "", "entries": entries}).encode()
    )
    file.name = "table.json"
    return {"file": file}


def _file(_stage: Stage) -> Form:
    file = io.BytesIO(b"name,email\nPia Holm,pia@example.org\n")
    file.name = "people.csv"
    return {"file": file}


def _counts(_stage: Stage) -> Form:
    file = io.BytesIO(b"day,count\n2026-01-15,7\n")
    file.name = "counts.csv"
    return {"file": file, "order": ""}


def _of(**names: str) -> Callable[[Stage], Form]:
    """Fill values that begin with @ with codes of the stage, and those with & with codes of accounts."""

    def filled(stage: Stage) -> Form:
        found: Form = {}
        for name, value in names.items():
            if value.startswith("@"):
                value = stage.codes[value[1:]]
            elif value.startswith("&"):
                value = stage.cast.accounts[value[1:]].code
            found[name.replace("__", "-")] = value
        return found

    return filled


def _typed(stage: Stage) -> Form:
    batch = stage.codes["batch"]
    return {"batch": batch, "token": f"{batch}-row000000002", "name": "Olga", "reach": "olga@example.org"}


def _owners(stage: Stage) -> Form:
    call = stage.codes["incoming"]
    return {"call": call, f"owner-{call}": stage.cast.accounts["amina"].code}


def _place(stage: Stage) -> Form:
    return {"role": "organiser", "place": f"team:{stage.cast.nurses.code}"}


def _proposed(stage: Stage) -> Form:
    people = [stage.codes[f"arrival {number}"] for number in range(6)]
    return {
        "c0-shown": people,
        "c0-use": "on",
        "c0-name": "Mill Lane",
        "c0-language": "en",
        "c0-starts_on": "2026-01-27",
        "c0-starts_time": "19:00",
        "c0-convenor": stage.cast.accounts["bruno"].code,
        "c0-people": people,
    }


def _declared(stage: Stage) -> Form:
    return {
        "name": "Damp",
        "branch": stage.cast.harbour.code,
        "starts_on": "2026-01-12",
        "promise_hours": "48",
        "lead": stage.cast.accounts["lea"].code,
    }


def _wave(stage: Stage) -> Form:
    return {
        "branch": stage.cast.harbour.code,
        "size": "400",
        "days": "10",
        "shape": "even",
        "organisers": "4",
        "hours_a_day": "2",
        "promise_hours": "48",
        "minutes_a_try": "6",
    }


def _ticked(stage: Stage) -> Form:
    key = make_outbox_key(at=NOW)
    asked = {"what": "came", "circle": stage.codes["circle"], "on": "2026-01-16"}
    tick = {"v": 1, **asked, "person": stage.codes["member"], "came": "1"}
    sealed = sealing.seal(tick, public=key.seal_public, token="tick-000001")
    return {"entries": json.dumps([{"token": "tick-000001", "key": key.code, "entry": sealed}])}


def _carried(stage: Stage) -> Form:
    account = stage.cast.accounts["amina"]
    entries = json.loads(str(_ticked(stage)["entries"]))
    return {"scanned": json.dumps({"strandline": "attendance 1", "slug": account.code, "entries": entries})}


ONE_STATE = "It puts a thing into one state; that it is there already changes nothing."
ITS_OWN = "Each entry carries a token of its own and is kept once."

SENDS: dict[str, Send] = {
    "log/<str:code>/": Send(
        "amina", "person", {"outcome": "spoke", "said": "The lift again", "step": "call"}
    ),
    "steps/<str:code>/done/": Send("amina", "step"),
    "steps/<str:code>/move/": Send("amina", "step", {"to": "2026-02-02"}),
    "handover/": Send("amina", form=_of(person="@person", to="&lea")),
    "handoffs/<str:code>/accept/": Send("bruno", "handoff"),
    "handoffs/<str:code>/decline/": Send("bruno", "handoff", {"answer": "No time"}),
    "handoffs/<str:code>/withdraw/": Send("amina", "handoff"),
    "notices/<str:code>/read/": Send("bruno", "notice", marks=False, why=ONE_STATE, deeds=0),
    "undo/<str:deed>/": Send(
        "amina", "deed", marks=False, why="A deed that was taken back stays taken back."
    ),
    "people/add/": Send("amina", form={"name": "Ali Demir"}),
    "people/add/<str:code>/": Send("amina", "person", {"reach": "ali@example.org"}),
    "people/open/": Send(
        "bela", form=_of(code="@confidential", reason="The owner is in hospital since Monday.")
    ),
    "people/<str:code>/edit/": Send(
        "amina", "person", {"full_name": "Rosa L.", "sensitivity": "normal", "version": "1"}
    ),
    "people/<str:code>/step/": Send("amina", "person", {"kind": "visit", "due_on": "2026-02-02"}),
    "people/<str:code>/channels/": Send("amina", "person", {"reach": "rosa2@example.org"}),
    "people/<str:code>/tags/": Send("amina", "person", {"tag": "new"}),
    "people/<str:code>/fields/<str:field>/": Send("amina", "person", {"value": "38"}, second="field"),
    "people/<str:code>/agreements/": Send("amina", "person", {"purpose": "contact"}),
    "people/<str:code>/agreements/<str:purpose>/end/": Send("amina", "person"),
    "people/<str:code>/share/": Send("amina", "person", _of(account="&bruno", reason="On leave")),
    "people/<str:code>/ties/": Send("amina", "person", {"kind": "supporter"}),
    "ties/<str:code>/stage/": Send("amina", "tie", _of(stage="@stage", version="1")),
    "ties/<str:code>/status/": Send("amina", "tie", {"status": "waiting", "version": "1"}),
    "channels/<str:code>/remove/": Send("amina", "channel"),
    "channels/<str:code>/opt-out/": Send("amina", "channel", {"is_out": "1"}),
    "grants/<str:code>/end/": Send("amina", "grant"),
    "lists/save/": Send("amina", form={"name": "Mine", "q": "ro"}),
    "lists/<str:code>/remove/": Send("amina", "list"),
    "lists/<str:code>/change/": Send("amina", "list", form={"name": "Otherwise", "share": ""}),
    "people/export/": Send("amina", form={"format": "csv"}),
    "surges/<str:code>/circles/": Send("amina", "surge", _proposed),
    "people/exports/ask/": Send("amina", form={"format": "csv", "reason": "For the poll"}),
    "people/exports/<str:code>/answer/": Send("lea", "export asked", {"said": "agree", "answer": "Go on"}),
    "people/exports/<str:code>/take/": Send("amina", "export agreed"),
    "surges/signals/add/": Send(
        "lea", form=lambda s: {"name": "Letters", "step": "day", "home": f"team:{s.cast.tenants.code}"}
    ),
    "surges/signals/<str:code>/counts/": Send("lea", "series", _counts),
    "surges/signals/<str:code>/end/": Send("lea", "series"),
    "people/<str:code>/departure/": Send("amina", "member", {"how": "moved", "since_on": "2026-01-10"}),
    "people/<str:code>/departure/end/": Send("amina", "departed"),
    "surges/count/": Send("bela", form=lambda s: {"branch": s.cast.harbour.code, "on": "2026-01-10"}),
    "surges/<str:code>/count/": Send("lea", "surge"),
    "what-if/": Send("bela", form=_wave),
    "what-if/<str:code>/stop/": Send("bela", "what if"),
    "surges/declare/": Send("lea", form=_declared),
    "surges/<str:code>/change/": Send(
        "lea",
        "surge",
        _of(
            change__name="Cold stairs", change__promise_hours="24", change__lead="&lea", change__reason="More"
        ),
    ),
    "surges/<str:code>/window/": Send(
        "lea", "surge", _of(window__starts_on="2026-01-14", window__reason="The first came then")
    ),
    "surges/<str:code>/phase/": Send(
        "lea",
        "surge",
        _of(phase__phase="peak", phase__began_on="2026-01-16", phase__reason="The hall was full"),
    ),
    "surges/<str:code>/forms/": Send("lea", "surge", _of(attach__form="@form")),
    "surges/<str:code>/forms/<str:form>/detach/": Send("lea", "surge", second="attached form"),
    "surges/<str:code>/close/": Send("lea", "surge", _of(closing__reason="It is over")),
    "surges/alerts/<str:code>/attach/": Send("lea", "alert", _of(surge="@surge")),
    "surges/alerts/<str:code>/seen/": Send("amina", "alert"),
    "surges/alerts/<str:code>/dismiss/": Send("lea", "alert", {"reason": "Our own letter."}),
    "surges/alerts/<str:code>/surge/": Send(
        "lea",
        "alert",
        lambda s: {"name": "Heating", "lead": s.cast.accounts["lea"].code, "promise_hours": "48"},
        deeds=2,
    ),
    "circles/new/": Send(
        "amina",
        form={
            "name": "Rope Walk",
            "language": "en",
            "starts_on": "2026-02-03",
            "starts_time": "19:00",
            "often": "weekly",
            "capacity": "10",
        },
    ),
    "circles/<str:code>/join/": Send("amina", "circle", _of(person="@person")),
    "circles/<str:code>/leave/": Send("amina", "circle", _of(person="@member")),
    "circles/<str:code>/convenor/": Send("amina", "circle", _of(to="&bruno")),
    "circles/<str:code>/end/": Send("amina", "circle"),
    "circles/<str:code>/meetings/": Send("amina", "circle", {"on": "2026-02-01"}),
    "circles/<str:code>/meetings/<str:on>/came/": Send("amina", "circle", _of(person="@member", came="1")),
    "circles/<str:code>/meetings/<str:on>/everyone/": Send("amina", "circle"),
    "circles/<str:code>/meetings/<str:on>/guest/": Send("amina", "circle", {"name": "Ivo Marek"}),
    "circles/sealed/": Send("amina", form=_carried, marks=False, why=ITS_OWN),
    "circles/sync/": Send("amina", form=_ticked, marks=False, why=ITS_OWN),
    "circles/<str:code>/meetings/<str:on>/call-off/": Send("amina", "circle"),
    "people/<str:code>/sections/": Send("amina", "person", _of(section="@section")),
    "breadth/new/": Send("lea", form={"name": "Quay", "dimension": "place"}),
    "breadth/<str:code>/people/": Send("amina", "section", _of(person="@person")),
    "breadth/<str:code>/leave/": Send("amina", "section", _of(person="@member")),
    "breadth/<str:code>/name/": Send("lea", "section", {"name": "Clinic"}),
    "breadth/<str:code>/size/": Send("lea", "section", {"size": "1 850", "source": "Census"}),
    "breadth/<str:code>/end/": Send("lea", "section"),
    "breadth/heard/themes/": Send("lea", form={"name": "Damp", "words": "damp"}),
    "breadth/heard/themes/<str:code>/end/": Send("lea", "theme"),
    "events/new/": Send("amina", form={"name": "Assembly", "starts_at": "2026-02-03T19:00"}),
    "events/<str:code>/call-off/": Send("amina", "event"),
    "care/import/take/": Send("stella", form=_file, deeds=2),
    "care/import/<str:code>/choose/": Send("stella", "import", {"twins": "separate"}, deeds=2),
    "care/import/<str:code>/bring-in/": Send("stella", "import"),
    "care/import/<str:code>/take-back/": Send("stella", "import applied"),
    "care/import/<str:code>/stop/": Send("stella", "import at work"),
    "settings/": Send("amina", form={"name": "Amina B.", "theme": "dark", "language": "en-gb"}),
    "settings/look/": Send("amina", form={"theme": "dark"}),
    "settings/tokens/<str:code>/revoke/": Send("amina", "token", marks=False, why=ONE_STATE),
    "settings/team/add/": Send(
        "adam", form=lambda stage: {"name": "Omar", "email": "omar@example.org", **_place(stage)}
    ),
    "settings/team/places/": Send(
        "adam",
        form=lambda s: {"what": "branch", "branch-name": "Riverside", "branch-below": s.cast.centre.code},
    ),
    "settings/team/mail/again/": Send("adam"),
    "settings/team/export-limit/": Send("adam", form={"people": "50"}),
    "settings/team/<str:code>/link/": Send("adam", "account without password"),
    "settings/team/<str:code>/roles/": Send("adam", "account", _place),
    "settings/team/<str:code>/close/": Send("adam", "account"),
    "settings/team/<str:code>/reopen/": Send("adam", "closed account"),
    "settings/memberships/<str:code>/end/": Send("adam", "membership"),
    "forms/new/": Send(
        "amina",
        form={
            "title": "Boiler",
            "slug": "boiler",
            "consent_text": "Yes.",
            "promise_hours": "48",
            "languages": "en",
        },
    ),
    "forms/<str:code>/close/": Send("amina", "form"),
    "forms/<str:code>/open/": Send("amina", "closed form"),
    "forms/<str:code>/phones/": Send("amina", "form", {"label": "Back table"}),
    "forms/<str:code>/phones/<str:device>/stop/": Send("amina", "form", second="device"),
    "forms/<str:code>/sealed/": Send("amina", "form", _sealed, marks=False, why=ITS_OWN),
    "forms/<str:code>/typing/": Send("amina", "form", _typed),
    "forms/<str:code>/typing/take-back/": Send(
        "amina", "form", _of(batch="@batch"), marks=False, why="A sheet that was taken back is empty."
    ),
    "people/incoming/accept/": Send("lea", form=_owners),
    "people/incoming/aside/<str:code>/let-in/": Send("amina", "held"),
    "people/incoming/aside/<str:code>/set-aside/": Send("amina", "held"),
    "calls/next/": Send("amina", marks=False, why="Whoever holds one person is given no second."),
    "calls/<str:code>/log/": Send("bruno", "claim", {"outcome": "spoke", "then": "stop"}),
    "calls/<str:code>/put-back/": Send("bruno", "claim"),
    "j/<str:slug>/": Send("", "heating", {"name": "Yara", "reach": "yara@example.org", "consent": "yes"}),
    "j/<str:slug>/confirm/<str:mark>/": Send("", "damp", marks=False, why=ONE_STATE, second="mark"),
    "table/<str:slug>/sync/": Send(
        "",
        "heating",
        {"device": "", "entries": [{"token": "table-entry-1", "entry": {}}]},
        marks=False,
        why=ITS_OWN,
        is_json=True,
    ),
}

# Addresses that answer POST as they answer GET, and change nothing whoever sends it.
HARMLESS = {
    "favicon.ico": "A redirect.",
    "api/": "The problem of an address that is none.",
    "log/<str:code>/themes/": "Reads a note for themes and keeps nothing; posted so that it stands in no address.",
}
# allauth's own forms; what a second sending does.
ACCOUNTS: dict[str, str] = {
    "2fa/": "A factor is there once by its key; a code or a challenge is taken once.",
    "3rdparty/": "Connects one outside account once.",
    "confirm-email/": "A confirmed address stays confirmed.",
    "email/": "An address is there once; a mail at most every few minutes.",
    "login/": "Signs in again, with a session of its own; a code is taken once.",
    "logout/": "Nobody is signed in any more.",
    "oidc/": "Signs in with an outside account; its answer is taken once.",
    "password/": "Sets the same password; a link to set one works once.",
    "reauthenticate/": "Confirms again who is there.",
    "sessions/": "A session that was ended stays ended.",
    "signup/": "Closed: accounts are made by an administrator.",
    "social/": "Connects one outside account once.",
}
