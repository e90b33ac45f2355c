from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import datetime
from typing import Any, BinaryIO, cast

from django.http import HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from strandline.lib.text import BadText
from strandline.organisation.accounts.rules import PEOPLE_ROLES
from strandline.steady.interchange import actions, queries
from strandline.steady.interchange.rules.cells import neutralised
from strandline.steady.interchange.rules.standing import (
    FIELDS,
    Errand,
    FieldRule,
    ImportState,
    Twins,
    Verdict,
)
from strandline.steady.interchange.rules.systems import name_of
from strandline.steady.interchange.rules.vocabulary import Special, Target
from strandline.store.records import Absent
from strandline.web import render
from strandline.web.going import Going, going
from strandline.web.once import once_of
from strandline.web.requests import Request

from .at_work import wait_for

# Tabs of the check page in their order, with their words.
TABS = (
    (Verdict.NEW, gettext_lazy("New")),
    (Verdict.UPDATED, gettext_lazy("Changed")),
    (Verdict.TWIN, gettext_lazy("Possible twins")),
    (Verdict.CONFLICT, gettext_lazy("Fit several people")),
    (Verdict.UNREADABLE, gettext_lazy("Cannot read")),
    (Verdict.FLAGGED, gettext_lazy("With a doubt")),
    (Verdict.UNLIKELY, gettext_lazy("Unlikely numbers")),
    (Verdict.REPEATED, gettext_lazy("Repeated")),
    (Verdict.SKIPPED, gettext_lazy("Not people")),
    (Verdict.KEPT, gettext_lazy("Kept")),
)
# What goes into the file of the rows to mend.
TO_MEND = (Verdict.UNREADABLE, Verdict.CONFLICT, Verdict.FLAGGED, Verdict.UNLIKELY)
# What the rows under a tab have in common, and what becomes of them.
ABOUT = {
    Verdict.NEW: gettext_lazy(
        "The first of them as they are read. Look whether accents and columns are right."
    ),
    Verdict.UPDATED: gettext_lazy(
        "People on record already, of whom the file tells something else or something more."
    ),
    Verdict.TWIN: gettext_lazy(
        "Each comes in as another person, unless you choose below to leave them out. Nothing is merged."
    ),
    Verdict.CONFLICT: gettext_lazy("These stay out: nobody can say whom the row means."),
    Verdict.UNREADABLE: gettext_lazy(
        "These stay out, and the others come in. Mend them in the file of rows to mend."
    ),
    Verdict.FLAGGED: gettext_lazy(
        "These come in without the value that is in doubt, or with it as it stands."
    ),
    Verdict.UNLIKELY: gettext_lazy("These come in with the number as it stands."),
    Verdict.REPEATED: gettext_lazy("The same person stands further up in the file and comes in once."),
    Verdict.SKIPPED: gettext_lazy("These rows hold no person and stay out."),
    Verdict.KEPT: gettext_lazy(
        "These stayed when the list was taken back, because somebody has worked with them since."
    ),
}


def _permitted(request: Request) -> None:
    if not request.viewer.is_(*PEOPLE_ROLES):
        raise Absent


@require_safe
def imports(request: Request) -> HttpResponse:
    """Answer the lists that were brought in, and the form to bring in another."""
    _permitted(request)
    return _list_page(request)


def _list_page(request: Request, *, error: str = "", status: int = 200) -> HttpResponse:
    context = {
        "imports": queries.imports(viewer=request.viewer),
        "teams": queries.teams_for(viewer=request.viewer),
        "home": queries.home_team(viewer=request.viewer),
        "error": error,
    }
    return render.page(request, "interchange/import_list.html", context=context, status=status)


@require_POST
def take(request: Request) -> HttpResponse:
    """Take a file and ask the worker to check it."""
    _permitted(request)
    given = request.FILES.get("file")
    if given is None:
        return _list_page(request, error=_("Choose a file first."), status=422)
    try:
        row = actions.take_file(
            stream=cast("BinaryIO", given.file),
            name=given.name or "list",
            by=request.viewer,
            at=request.at,
            team=request.POST.get("team", ""),
            once=once_of(request),
        )
        actions.ask(code=row.code, errand=Errand.CHECK, by=request.viewer, at=request.at)
        wait_for(request, row.code)
    except (actions.CannotImport, BadText) as refused:
        return _list_page(request, error=str(refused), status=422)
    return HttpResponseRedirect(f"/care/import/{row.code}/", status=303)


@require_safe
def an_import(request: Request, code: str) -> HttpResponse:
    """Answer one import: its progress, what the check found, or what became of it."""
    _permitted(request)
    return _page(request, code)


def _page(request: Request, code: str, *, error: str = "", status: int = 200) -> HttpResponse:
    row = queries.an_import(viewer=request.viewer, code=code)
    account = row.account
    counts = {verdict: row.found.get(verdict.value, 0) for verdict, _words in TABS}
    counts[Verdict.NEW] = account.get("created", 0)  # of whom only the first are kept to be looked at
    shown = next((v for v, _w in TABS if v.value == request.GET.get("show")), None)
    if shown is None:
        shown = next((v for v, _w in TABS if counts[v]), Verdict.NEW)
    rows = queries.rows_of(viewer=request.viewer, of=row, verdict=shown, after=_after(request))
    is_at_work = bool(row.asked) or row.state in queries.AT_WORK
    context = {
        "import": row,
        "state": ImportState(row.state),
        "account": account,
        "tabs": [(v.value, words, counts[v], v is shown) for v, words in TABS if counts[v] or v is shown],
        "rows": rows,
        "more": rows[-1].line if len(rows) == queries.PAGE else 0,
        "shown": shown.value,
        "about_shown": ABOUT[shown],
        "system": name_of(row.system),
        "left_out": [c["header"] for c in row.columns if c["special"] and c["special"] not in row.basis],
        "to_mend": sum(counts[verdict] for verdict in TO_MEND),
        "is_at_work": is_at_work,
        "going": _going(row, request.at) if is_at_work else None,
        "said": request.GET.get("said", ""),
        "can_stop": row.state != ImportState.UNDOING,
        "columns": _columns(row),
        "targets": [target.value for target in Target],
        "fields": [
            (name, words, row.rules.get(name, FieldRule.FILL.value)) for name, words in FIELDS.items()
        ],
        "field_rules": [rule.value for rule in FieldRule],
        "twins": [(t.value, row.twins == t) for t in Twins],
        "special": sorted({c["special"] for c in row.columns if c["special"]}),
        "error": error,
        "can_undo": row.state == ImportState.APPLIED,
    }
    shows = [r.person.audit_id for r in rows if r.person is not None]
    return render.page(
        request,
        "interchange/import_page.html",
        part="import-state",
        context=context,
        status=status,
        shows=shows,
    )


def _after(request: Request) -> int:
    text = request.GET.get("after", "")
    return int(text) if text.isdecimal() and len(text) < 9 and text.isascii() else -1


def _going(row: Any, at: datetime) -> Going:
    """Say what is being done; before a worker begins, nothing is."""
    is_begun = bool(row.taken_by)
    done, of = (row.done_rows, row.lines) if is_begun else (0, 0)
    if row.state == ImportState.UNDOING or row.asked == Errand.UNDO:
        words = _("Taking the list back")
        of = row.account.get("created", 0) if row.state == ImportState.UNDOING else 0
        done = min(done, of)
    elif row.state == ImportState.APPLYING or row.asked == Errand.APPLY:
        words = _("Bringing people in, unseen until the last row")
        of = row.account.get("rows", 0) if row.state == ImportState.APPLYING else 0
        done = min(done, of)
    else:
        words = _("Reading the file and looking for people you have")
    return going(words, done, max(done, of), began_at=row.work_began_at, at=at, before=row.work_began_rows)


def _columns(row: Any) -> list[dict[str, Any]]:
    return [
        {
            "position": column["position"],
            "header": column["header"],
            "target": column["target"],
            "special": column["special"],
            "is_taken": column["is_taken"] and (not column["special"] or column["special"] in row.basis),
        }
        for column in row.columns
    ]


@require_POST
def choose(request: Request, code: str) -> HttpResponse:
    """Read or bring in the list another way, and have it checked again."""
    _permitted(request)
    given = request.POST
    columns = {
        int(name.removeprefix("column-")): str(value)
        for name, value in given.items()
        if name.startswith("column-") and name.removeprefix("column-").isdecimal() and len(name) < 12
    }
    rules = {name: given[f"rule-{name}"] for name in FIELDS if f"rule-{name}" in given}
    basis = {kind.value: given.get(f"basis-{kind.value}", "") for kind in Special if kind.value}
    try:
        actions.choose(
            code=code,
            by=request.viewer,
            at=request.at,
            columns=columns,
            rules=rules,
            twins=given.get("twins", Twins.SEPARATE),
            date_order=given.get("date_order", ""),
            basis={kind: words for kind, words in basis.items() if words.strip()},
            once=once_of(request),
        )
        actions.ask(code=code, errand=Errand.CHECK, by=request.viewer, at=request.at)
        wait_for(request, code)
    except (actions.CannotImport, BadText) as refused:
        return _page(request, code, error=str(refused), status=422)
    return HttpResponseRedirect(f"/care/import/{code}/", status=303)


@require_POST
def bring_in(request: Request, code: str) -> HttpResponse:
    """Bring the checked list in."""
    return _ask(request, code, Errand.APPLY)


@require_POST
def take_back(request: Request, code: str) -> HttpResponse:
    """Take the whole list back."""
    return _ask(request, code, Errand.UNDO)


def _ask(request: Request, code: str, errand: Errand) -> HttpResponse:
    _permitted(request)
    try:
        actions.ask(code=code, errand=errand, by=request.viewer, at=request.at, once=once_of(request))
        wait_for(request, code)
    except actions.CannotImport as refused:
        return _page(request, code, error=str(refused), status=422)
    return HttpResponseRedirect(f"/care/import/{code}/", status=303)


@require_POST
def stop(request: Request, code: str) -> HttpResponse:
    """Stop the import at work; things are left as before."""
    _permitted(request)
    try:
        actions.ask_to_stop(code=code, by=request.viewer, at=request.at, once=once_of(request))
    except actions.CannotImport as refused:
        return _page(request, code, error=str(refused), status=422)
    return HttpResponseRedirect(f"/care/import/{code}/", status=303)


@require_safe
def unread(request: Request, code: str) -> HttpResponse | StreamingHttpResponse:
    """Answer a file of the rows that did not come in, each with the reason and how to mend it."""
    _permitted(request)
    row = queries.an_import(viewer=request.viewer, code=code)

    def pieces() -> Iterator[bytes]:
        yield "\ufeff".encode()
        yield _line([_("line"), _("name"), _("field"), _("reason"), _("how to mend it")])
        for verdict in TO_MEND:
            after = -1
            while found := queries.rows_of(
                viewer=request.viewer, of=row, verdict=verdict, after=after, most=500
            ):
                for each in found:
                    yield _line([str(each.line), each.name, each.field, each.reason, each.how_to_fix])
                after = found[-1].line

    answer = StreamingHttpResponse(pieces(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="not-read-{row.code}.csv"'
    return answer


def _line(cells: list[str]) -> bytes:
    buffer = io.StringIO()
    csv.writer(buffer).writerow([neutralised(cell) for cell in cells])
    return buffer.getvalue().encode()
