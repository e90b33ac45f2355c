"""The public form: a page that any cache may keep, and one POST without a cookie."""

from __future__ import annotations

import time
from collections.abc import Mapping
from concurrent.futures import TimeoutError as TookTooLong
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import IntegrityError
from django.http import Http404, HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.formats import date_format
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from strandline.organisation.receipts.rules import fingerprint, is_token
from strandline.steady.intake import actions, marks, queries, rules
from strandline.steady.intake.queries import PublicForm
from strandline.steady.intake.rules import Answer, Fault, Outcome, Reason, Sheet, Way
from strandline.store import upkeep, writer
from strandline.store.errors import NotSaved
from strandline.store.records import Absent

from . import guard, posts
from .faults import told
from .words import LOCALES, WORDS, chosen

# A writer that a long import holds up may take this long; a disk that fails says so at once (PROMISES section 4).
PATIENCE = 9.0
_kept: dict[str, tuple[float, PublicForm | None]] = {}
_pages: dict[tuple[str, str, str, bool], tuple[PublicForm, str]] = {}
FIELDS = ("name", "reach", "postcode", "birth_year", "answer1", "answer2")


def known(slug: str) -> PublicForm:
    """Return a form, asked anew every few seconds only. Raises Http404."""
    now = time.monotonic()
    until, form = _kept.get(slug, (0.0, None))
    if now >= until:
        form = queries.public_form(slug) if rules.is_slug(slug) else None
        if len(_kept) > 1000:
            _kept.clear()
        _kept[slug] = (now + settings.FORM_CACHE_SECONDS, form)
    if form is None:
        raise Http404
    return form


def language_of(request: HttpRequest, form: PublicForm) -> str:
    asked = request.GET.get("lang", "") if request.META.get("QUERY_STRING") else ""
    return chosen(asked, request.META.get("HTTP_ACCEPT_LANGUAGE", ""), form.languages)


def _texts(form: PublicForm, language: str) -> dict[str, str]:
    """Return the words of a page: ours in its language, with the form's own in place."""
    own = form.texts.get(language) or next(iter(form.texts.values()))
    named = {
        "organisation": form.organisation,
        "title": own["title"],
        "age": str(form.facts.least_age),
    }
    spoken = {}
    for name, words in WORDS[language].items():
        for mark, value in named.items():
            words = words.replace("{" + mark + "}", value)
        spoken[name] = words
    return spoken | {f"form_{name}": words for name, words in own.items()}


def rendered(template: str, form: PublicForm, language: str, **context: Any) -> str:
    """Render a public page in its language."""
    with translation.override(LOCALES[language]):
        return render_to_string(
            template,
            {
                "organisation": form.organisation,
                "words": _texts(form, language),
                "form": form,
                "facts": form.facts,
                "slug": form.facts.slug,
                "language": language,
                "other_languages": [code for code in form.languages if code != language and code in WORDS],
                **context,
            },
        )


def answer(body: str, form: PublicForm, language: str, *, status: int = 200, keep: int = 0) -> HttpResponse:
    """Give a public page: kept by caches for some seconds, or by none; framed where the form may be."""
    response = HttpResponse(body, status=status)
    response["Content-Language"] = language
    response["Vary"] = "Accept-Language"
    response["Cache-Control"] = f"public, max-age={keep}" if keep else "no-store"
    if form.embedded_on:
        response["X-Frame-Options"] = "ALLOW"
        response._csp_update = {"frame-ancestors": form.embedded_on}  # type: ignore[attr-defined]  # read by the door
    return response


@login_not_required
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def sign_up(request: Any, slug: str) -> HttpResponse:
    """Show the form, or keep what was sent."""
    form = known(slug)
    language = language_of(request, form)
    if request.method == "POST":
        return _keep(request, form, language)
    return answer(page(form, language, request.at), form, language, keep=60)


def page(form: PublicForm, language: str, at: datetime) -> str:
    """Return the page of a form, rendered once for each language and hour."""
    challenge = guard.challenge(form.facts, at)
    is_open = form.facts.is_open(at)
    place = (form.facts.slug, language, challenge, is_open)
    kept = _pages.get(place)
    if kept is None or kept[0] != form:
        if len(_pages) > 500:
            _pages.clear()
        body = rendered(
            "intake/signup.html", form, language, challenge=challenge, is_open=is_open, **_empty(form)
        )
        kept = _pages[place] = (form, body)
    return kept[1]


def _empty(form: PublicForm) -> dict[str, Any]:
    return {"values": {}, "faults": {}, "questions": _questions(form, {})}


def _questions(form: PublicForm, values: dict[str, str]) -> list[dict[str, str]]:
    texts = next(iter(form.texts.values()))
    names = [name for name in ("question", "second_question") if texts.get(name)]
    return [
        {"field": f"answer{place}", "words": f"form_{name}", "value": values.get(f"answer{place}", "")}
        for place, name in enumerate(names, 1)
    ]


def sheet_of(request: Any, sent: Mapping[str, str], form: PublicForm, language: str) -> Sheet:
    """Make a sheet of what was sent. Only what the form asks is looked at."""
    typed = rules.asked({name: value.replace("\r\n", "\n") for name, value in sent.items()})
    facts = form.facts
    words = [f"{name}={value}" for name, value in sorted(typed.items())]
    token = sent.get("token", "") or request.META.get("HTTP_IDEMPOTENCY_KEY", "")
    if not is_token(token):
        token = "d" + marks.keyed("day", facts.slug, request.at.date().isoformat(), *words)
    return Sheet(
        form=facts.slug,
        token=token,
        fingerprint=fingerprint(facts.slug, *words),
        typed=typed,
        at=request.at,
        way=Way.WEB,
        language=language,
        reach_key=marks.reach_key(typed, facts),
        held=guard.held(request, sent, facts, request.at),
    )


def hand_in(sheet: Sheet) -> Answer:
    """Hand a sheet to the group writer and wait for the commit. Raises NotSaved."""
    if upkeep.is_room_short():
        raise NotSaved("Not saved: the disk is full.")
    for tries_left in (1, 0):
        try:
            answers = writer.get().submit(actions.sign_up, sheet)
            return answers.result(timeout=PATIENCE)
        except TookTooLong as late:
            raise NotSaved("Not saved: the database is busy.") from late
        except IntegrityError:
            # Another process stored the same token at the same moment: now it is there, and is answered again.
            if not tries_left:
                raise
    raise AssertionError("unreachable")


def _keep(request: Any, form: PublicForm, language: str) -> HttpResponse:
    post = posts.read(request)
    if not post.is_whole:
        return _again(
            request,
            post.fields,
            form,
            language,
            faults=(Fault("", "This cannot be read. Send it once, as the form does."),),
        )
    sheet = sheet_of(request, post.fields, form, language)
    try:
        kept = hand_in(sheet)
    except NotSaved:
        response = _again(request, post.fields, form, language, status=503, said="not_saved")
        response["Retry-After"] = "30"
        return response
    if kept.outcome is Outcome.ABSENT:
        raise Http404
    if kept.outcome is Outcome.REUSED:
        return _again(request, post.fields, form, language, said="reused")
    if kept.outcome is Outcome.REFUSED:
        return _again(request, post.fields, form, language, faults=kept.faults)
    young = "young/" if kept.reason == Reason.UNDER_AGE.value else ""
    thanks_at = f"/j/{form.facts.slug}/thanks/{young}?lang={language}"
    return HttpResponse(status=303, headers={"Location": thanks_at})


def _again(
    request: Any,
    sent: Mapping[str, str],
    form: PublicForm,
    language: str,
    *,
    faults: tuple[Fault, ...] = (),
    said: str = "",
    status: int = 422,
) -> HttpResponse:
    """Show the form again with what was typed and what is wrong with it."""
    values = {name: sent.get(name, "")[:5000] for name in FIELDS}
    token = sent.get("token", "")
    body = rendered(
        "intake/signup.html",
        form,
        language,
        challenge=guard.challenge(form.facts, request.at),
        is_open=form.facts.is_open(request.at),
        values=values | {"consent": sent.get("consent", "") in rules.YES},
        faults={fault.field: told(fault.reason, language) for fault in faults},
        said=WORDS[language].get(said, ""),
        # The same entry keeps its token; one that came before with other words gets a fresh one.
        token=token if said != "reused" and is_token(token) else "",
        questions=_questions(form, values),
    )
    return answer(body, form, language, status=status)


@login_not_required
@require_safe
def thanks(request: Any, slug: str, young: bool = False) -> HttpResponse:
    """Say what happens next and by when. The same for everybody: it knows nothing of who was kept."""
    form = known(slug)
    language = language_of(request, form)
    due = rules.promised_by(request.at, form.facts.promise_hours) + timedelta(minutes=59)
    with translation.override(LOCALES[language]):
        by = date_format(due.astimezone(ZoneInfo(form.zone)).replace(minute=0), "D j M, H:i")
    body = rendered(
        "intake/thanks.html", form, language, by=by, is_open=form.facts.is_open(request.at), is_young=young
    )
    return answer(body.replace("{by}", by), form, language, keep=60)


@login_not_required
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: Any, slug: str, mark: str) -> HttpResponse:
    """Ask whether it was them; only the button changes anything, for mail scanners open every link."""
    form = known(slug)
    language = language_of(request, form)
    code = mark.partition("-")[0]
    if mark != marks.of_confirmation(slug, code):
        raise Http404
    if request.method == "POST":
        try:
            actions.confirm(confirmation=code, at=request.at)
        except Absent as gone:
            raise Http404 from gone
    body = rendered("intake/confirm.html", form, language, is_done=request.method == "POST")
    return answer(body, form, language)
