"""The description of the API: made from the routes, completed by what every route has in common."""

from __future__ import annotations

import functools
import json
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse

from .application import api
from .gate import Bearer
from .problems import CONTENT_TYPE, KINDS, Problem

PREFIX = "api/v1/"
_PROBLEM = {"$ref": "#/components/schemas/Problem"}
_FAULT = {
    "type": "object",
    "title": "Fault",
    "description": "One thing that is wrong: where, and why.",
    "properties": {
        "in": {"enum": ["query", "header", "body"]},
        "name": {"type": "string", "description": "A parameter, a header, or a JSON pointer into the body."},
        "reason": {"type": "string"},
    },
    "required": ["in", "name", "reason"],
    "additionalProperties": False,
}
_IDEMPOTENCY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "Done once per key, however often it is sent; with another request the same key is refused.",
    "schema": {"type": "string", "pattern": "^[A-Za-z0-9_-]{8,64}$"},
}
_IF_MATCH = {
    "name": "If-Match",
    "in": "header",
    "required": False,
    "description": "The ETag of the record as it was read.",
    "schema": {"type": "string", "pattern": '^"[1-9][0-9]{0,8}"$'},
}
_VERSIONED = frozenset({"PersonShown", "TieShown", "FollowUpShown"})
_RETRY = {"Retry-After": {"description": "Seconds to wait.", "schema": {"type": "string"}}}
_ETAG = {"ETag": {"description": "The version, to be sent back as If-Match.", "schema": {"type": "string"}}}


@functools.lru_cache(maxsize=1)
def schema() -> dict[str, Any]:
    """Return the whole description as OpenAPI 3.1."""
    made: dict[str, Any] = json.loads(json.dumps(api.get_openapi_schema(path_prefix=PREFIX)))
    gates = _gates()
    for operations in made["paths"].values():
        for method, operation in operations.items():
            _complete(operation, method, gates[operation["operationId"]])
    schemas = made["components"]["schemas"]
    schemas["Problem"] = _problem()
    schemas["Fault"] = _FAULT
    _tidy(schemas)
    made["components"]["schemas"] = {name: schemas[name] for name in sorted(_used(made["paths"], schemas))}
    made["servers"] = [{"url": "/"}]
    return made


def _gates() -> dict[str, Bearer]:
    found = {}
    for router in api._get_bound_routers():
        for view in router.path_operations.values():
            for operation in view.operations:
                found[str(operation.operation_id)] = operation.auth_callbacks[0]
    return found  # type: ignore[return-value]  # every route stands behind a Bearer, which a test holds


def _complete(operation: dict[str, Any], method: str, gate: Bearer) -> None:
    """Declare what every route has in common: headers, security, and each problem it can answer with."""
    parameters = operation.setdefault("parameters", [])
    for parameter in parameters:
        parameter["schema"] = _without_null(parameter["schema"])
        if parameter["schema"].get("type") == "array":
            parameter |= {"style": "form", "explode": False}
    is_unsafe = method != "get"
    if is_unsafe:
        parameters.append(_IDEMPOTENCY)
    if gate.has_version:
        parameters.append(_IF_MATCH)
    operation["security"] = [{"Bearer": [gate.scope] if gate.scope else []}]
    if gate.scope:
        operation["x-scope"] = gate.scope
    statuses = {400, 401, 403, 429, 431, 500, 503}
    if _takes_code(parameters) or gate.has_body:
        statuses.add(404)
    if is_unsafe:
        statuses |= {404, 409, 413, 422}
    if gate.has_body:
        statuses.add(415)
    if gate.has_version:
        statuses.add(412)
    if method == "patch":
        statuses.add(428)
    answers = operation["responses"]
    for found in answers.values():
        _with_etag(found)
    for status in sorted(statuses):
        answers[str(status)] = _declared(status)
    answers["405"] = _declared(405)


def _takes_code(parameters: list[dict[str, Any]]) -> bool:
    return any(parameter["in"] == "path" for parameter in parameters)


def _with_etag(found: dict[str, Any]) -> None:
    schema_of = found.get("content", {}).get("application/json", {}).get("schema", {})
    if schema_of.get("$ref", "").rpartition("/")[2] in _VERSIONED:
        found["headers"] = _ETAG


def _declared(status: int) -> dict[str, Any]:
    titles = [title for kind, (code, title) in KINDS.items() if code == status]
    answer: dict[str, Any] = {
        "description": "; ".join(dict.fromkeys(titles)),
        "content": {CONTENT_TYPE: {"schema": _PROBLEM}},
    }
    if status in (429, 503):
        answer["headers"] = _RETRY
    return answer


def _problem() -> dict[str, Any]:
    return {
        "type": "object",
        "title": "Problem",
        "description": "What went wrong (RFC 9457). Nothing was done.",
        "properties": {
            "type": {"enum": [f"urn:strandline:problem:{kind}" for kind in KINDS]},
            "title": {"type": "string"},
            "status": {"enum": sorted({status for status, _ in KINDS.values()})},
            "detail": {"type": "string", "description": "A sentence for whoever reads it."},
            "errors": {"type": "array", "items": {"$ref": "#/components/schemas/Fault"}},
            "scope": {"type": "string", "description": "The scope that the token lacks."},
            "current": {"type": "object", "description": "The record as it stands."},
            "yours": {"type": "object", "description": "What was sent."},
        },
        "required": ["type", "title", "status", "detail"],
        "additionalProperties": False,
    }


def _without_null(found: dict[str, Any]) -> dict[str, Any]:
    """A parameter that is left out is not sent as null."""
    options: list[dict[str, Any]] = [one for one in found.get("anyOf", []) if one != {"type": "null"}]
    if "anyOf" not in found or len(options) != 1:
        return found
    rest = {name: value for name, value in found.items() if name != "anyOf"}
    only: dict[str, Any] = options[0]
    return rest | only


def _tidy(schemas: dict[str, Any]) -> None:
    """Take out defaults that say nothing: of a change, what is not sent stays as it is."""
    for details in schemas["PersonChange"]["properties"].values():
        details.pop("default", None)


def _used(described: Any, schemas: dict[str, Any]) -> set[str]:
    """Return the forms to which the routes refer, and those to which these refer: parameters are written out."""
    found: set[str] = set()
    waiting = [described]
    while waiting:
        one = waiting.pop()
        if isinstance(one, list):
            waiting += one
        elif isinstance(one, dict):
            waiting += one.values()
            name = str(one.get("$ref", "")).rpartition("/")[2]
            if name and name not in found:
                found.add(name)
                waiting.append(schemas[name])
    return found


def _refuse_other_methods(request: HttpRequest) -> HttpResponse | None:
    if request.method in ("GET", "HEAD"):
        return None
    problem = Problem("method-not-allowed", "It does: GET, HEAD.", headers={"Allow": "GET, HEAD"})
    return problem.answer()


@login_not_required
def view(request: HttpRequest) -> HttpResponse:
    """Give the description to whoever asks: it tells what there is, and of nobody."""
    refused = _refuse_other_methods(request)
    if refused is not None:
        return refused
    return HttpResponse(_written(), content_type="application/json")


view.csrf_exempt = True  # type: ignore[attr-defined]  # POST is answered with 405 like anywhere here


@functools.lru_cache(maxsize=1)
def _written() -> bytes:
    return json.dumps(schema(), ensure_ascii=False).encode()
