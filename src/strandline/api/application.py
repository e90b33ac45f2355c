"""The API with all its routes, and the one place where what goes wrong becomes a problem."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError
from ninja.parser import Parser

from strandline.lib.text import BadText
from strandline.organisation.receipts.rules import TokenReused
from strandline.steady.followup.actions import CannotFollowUp
from strandline.steady.people.actions import CannotAdd, CannotShare
from strandline.steady.ties.actions import CannotTie
from strandline.store.errors import storage_trouble
from strandline.store.records import Absent
from strandline.surge.signals.actions import CannotCount

from . import followups, handoffs, orientation, people, series, signups, ties, touches
from .gate import needs_token
from .problems import Fault, Problem, absent, bad_request, invalid

DESCRIPTION = """\
People, ties, touches, next steps, handoffs and watched series, as far as the account of the token may see and change them.

A record outside that scope answers exactly as one that never was: 404. Lists come in pages: `next` of one page is `page`
of the following one, and there is no count. Every list of fields, expansions and orders is closed. Send an
`Idempotency-Key` with what changes something and repeat it as often as you like: it is done once. Records with a
`version` give it as their ETag too; send it back as `If-Match`, so that nobody's change is overwritten."""

# How a refusal below names a field, and how the body does. What is not here is called alike.
_FIELDS = {
    "name": "full_name",
    "note": "practical_note",
    "other names": "also_known_as",
    "where you met": "source/label",
    "what was said": "said",
    "next step": "reason",
    "tag": "tags",
    "contact": "channels",
    "email": "channels",
    "phone": "channels",
    "other": "channels",
    "label": "channels",
}
_WORDS = {
    "missing": "This is needed.",
    "extra_forbidden": "There is no such field.",
    "string_type": "This must be text.",
    "string_too_long": "This is too long: at most {max_length} characters fit.",
    "string_too_short": "This is too short: at least {min_length} characters are needed.",
    "string_pattern_mismatch": "This has not the form that is expected here.",
    "enum": "This must be one of {expected}.",
    "literal_error": "This must be one of {expected}.",
    "bool_type": "This must be true or false.",
    "int_type": "This must be a whole number.",
    "int_parsing": "This must be a whole number.",
    "int_from_float": "This must be a whole number.",
    "greater_than_equal": "This must be {ge} or more.",
    "less_than_equal": "This must be {le} or less.",
    "list_type": "This must be a list.",
    "too_long": "At most {max_length} entries fit.",
    "too_short": "At least {min_length} entries are needed.",
    "model_type": "This must be an object.",
    "model_attributes_type": "This must be an object.",
    "dict_type": "This must be an object.",
}


class StrictParser(Parser):
    """Hands on the body as the gate has read it."""

    def parse_body(self, request: HttpRequest) -> Any:
        """Return what the body says."""
        return request.said  # type: ignore[attr-defined]  # set by the gate


api = NinjaAPI(
    title="Strandline",
    version="1",
    description=DESCRIPTION,
    openapi_url=None,
    docs_url=None,
    urls_namespace="api-1",
    parser=StrictParser(),
)
for part in (people, ties, touches, followups, handoffs, signups, series, orientation):
    api.add_router("", part.router)


def answer(request: HttpRequest, error: Any) -> HttpResponse:
    """Return what went wrong as a problem; whatever is a defect of ours goes on to Django, which logs it."""
    if isinstance(error, ValidationError):
        return _said_wrongly(request, error).answer()
    for kind, make in _ANSWERS:
        if isinstance(error, kind):
            problem: Problem = make(error)
            return problem.answer()
    if isinstance(error, SuspiciousOperation):
        return bad_request(request)
    trouble = storage_trouble(error)
    if trouble is None:
        raise error
    detail = f"{trouble.removeprefix('Not saved: ').rstrip('.')}. It is safe to try again with the same key."
    return Problem("not-saved", detail[:1].upper() + detail[1:], headers={"Retry-After": "5"}).answer()


def _named_field(error: BadText | CannotAdd) -> Problem:
    name = _FIELDS.get(error.field, error.field.replace(" ", "_"))
    return invalid((f"/{name}", error.reason))


def _reused(_error: Exception) -> Problem:
    reason = "This key came before with another request. Nothing was done."
    return Problem("key-reused", reason, Fault("header", "Idempotency-Key", reason))


_ANSWERS: tuple[tuple[Any, Any], ...] = (
    (Problem, lambda error: error),
    ((Absent, Http404), lambda _error: absent()),
    (TokenReused, _reused),
    ((BadText, CannotAdd), _named_field),
    ((CannotTie, CannotFollowUp, CannotShare, CannotCount), lambda error: Problem("refused", str(error))),
    (
        HttpError,
        lambda error: needs_token() if error.status_code == 401 else Problem("bad-request", str(error)),
    ),
)


def _said_wrongly(_request: HttpRequest, error: ValidationError) -> Problem:
    faults = []
    for wrong in error.errors:
        place, *steps = (str(step) for step in wrong["loc"])
        if place == "path":
            # A code that has not the form of one is as absent as any other.
            return absent()
        reason = _reason(wrong)
        if place == "query":
            faults.append(Fault("query", steps[-1], reason))
        else:
            faults.append(Fault("body", "".join(f"/{step[:60]}" for step in steps[1:]), reason))
    kind = "bad-parameter" if faults[0].place == "query" else "invalid"
    detail = " ".join(f"{fault.name or 'body'}: {fault.reason}" for fault in faults[:3])
    return Problem(kind, detail, *faults[:20])


def _reason(wrong: dict[str, Any]) -> str:
    context = wrong.get("ctx", {})
    if wrong["type"] == "value_error":
        return str(context.get("error") or wrong["msg"])
    words = _WORDS.get(wrong["type"])
    return words.format(**context) if words else f"{wrong['msg']}."


api.add_exception_handler(Exception, answer)
api.add_exception_handler(HttpError, answer)
api.add_exception_handler(Http404, answer)
api.add_exception_handler(ValidationError, answer)
