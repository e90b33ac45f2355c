"""`docs/reference/api.md`, written from the description that the API serves."""

from __future__ import annotations

from typing import Any

NOTE = "<!-- Generated: `make docs` writes this page from the code. -->"
INTRODUCTION = """\
# The API

`/api/v1` speaks JSON in the name of an account. `GET /api/openapi.json` describes it as OpenAPI 3.1 and needs no token;
this page is written from it. [How to use it](../how-to/api.md) has an example of each thing.

{description}

## Tokens

`strandline token create --email ADDRESS --name WHAT-FOR --scope people:read` prints a token once; only a digest is kept.
Send it as `Authorization: Bearer TOKEN`. It sees what the account sees at that moment, and may do what its scopes name.
Cookies and sessions count for nothing here.

| scope | it may |
|---|---|
{scopes}

## What goes wrong

Every error is a problem (RFC 9457, `application/problem+json`) with `type`, `title`, `status` and `detail`, and with
`errors` where something sent is at fault: each says where it is (`in`: query, header or body), its name (in a body a
JSON pointer) and the reason.

| status | `type`: `urn:strandline:problem:` | |
|---|---|---|
{problems}

A token may ask {all} times in a minute, {lists} of them for lists; whoever runs the service can set other numbers
(`STRANDLINE_API_PER_MINUTE`, `STRANDLINE_API_LISTS_PER_MINUTE`).
"""


def page() -> str:
    """Write the page."""
    from django.conf import settings

    from strandline.api.openapi import schema
    from strandline.api.problems import KINDS
    from strandline.organisation.accounts.rules import API_SCOPES

    described = schema()
    lines = [
        NOTE,
        "",
        INTRODUCTION.format(
            description=described["info"]["description"],
            scopes="\n".join(f"| `{scope}` | {words} |" for scope, words in API_SCOPES.items()),
            problems="\n".join(
                f"| {status} | `{kind}` | {title} |" for kind, (status, title) in KINDS.items()
            ),
            all=settings.API_PER_MINUTE,
            lists=settings.API_LISTS_PER_MINUTE,
        ),
        "## Routes",
        "",
    ]
    for path, operations in described["paths"].items():
        for method, operation in operations.items():
            lines += _route(method, path, operation)
    lines += ["## Forms", ""]
    for name, form in sorted(described["components"]["schemas"].items()):
        lines += _form(name, form)
    return "\n".join(lines).rstrip() + "\n"


def _route(method: str, path: str, operation: dict[str, Any]) -> list[str]:
    lines = [f"### {method.upper()} {path}", "", f"{operation['summary']}."]
    if operation.get("description"):
        lines += ["", operation["description"]]
    scope = operation.get("x-scope")
    facts = [f"Scope: `{scope}`." if scope else "Scope: any token."]
    body = operation.get("requestBody")
    if body:
        facts.append(f"Body: {_type(body['content']['application/json']['schema'])}.")
    for status, answer in operation["responses"].items():
        if status.startswith("2"):
            content = answer.get("content", {}).get("application/json")
            facts.append(
                f"Answer: {status}" + (f", {_type(content['schema'])}." if content else ", nothing.")
            )
    others = [status for status in operation["responses"] if not status.startswith("2")]
    facts.append(f"Problems: {', '.join(sorted(others))}.")
    lines += ["", " ".join(facts), ""]
    rows = [_parameter(parameter) for parameter in operation["parameters"]]
    if rows:
        lines += ["| parameter | in | what | |", "|---|---|---|---|", *rows, ""]
    return lines


def _parameter(parameter: dict[str, Any]) -> str:
    words = parameter.get("description", "")
    default = parameter["schema"].get("default")
    more = f" Unless said: `{default}`." if default is not None else ""
    return f"| `{parameter['name']}` | {parameter['in']} | {_type(parameter['schema'])} | {words}{more} |"


def _form(name: str, form: dict[str, Any]) -> list[str]:
    lines = [f"### {name}", ""]
    if form.get("description"):
        lines += [form["description"], ""]
    if "enum" in form:
        return [*lines, f"One of {_choices(form['enum'])}.", ""]
    required = set(form.get("required", ()))
    rows = [
        f"| `{field}` | {_type(details)} | {'needed' if field in required else ''} |"
        for field, details in form.get("properties", {}).items()
    ]
    return [*lines, "| field | what | |", "|---|---|---|", *rows, ""] if rows else lines


def _choices(values: list[Any]) -> str:
    return ", ".join(f"`{value}`" for value in values)


def _type(form: dict[str, Any]) -> str:
    if "$ref" in form:
        name = form["$ref"].rpartition("/")[2]
        return f"[{name}](#{name.lower()})"
    for several in ("anyOf", "oneOf", "allOf"):
        if several in form:
            return " or ".join(dict.fromkeys(_type(one) for one in form[several]))
    if "enum" in form:
        return f"one of {_choices(form['enum'])}"
    if "const" in form:
        return f"`{form['const']}`"
    if form.get("type") == "array" and "enum" in form.get("items", {}):
        return f"some of {_choices(form['items']['enum'])}"
    if form.get("type") == "array":
        return f"list of {_type(form.get('items', {}))}"
    if "format" in form:
        return {"date": "day", "date-time": "moment with offset"}.get(form["format"], form["format"])
    if "0123456789bcdf" in form.get("pattern", ""):
        return "code"
    limits = ""
    if "maxLength" in form:
        limits = f" of at most {form['maxLength']} characters"
    elif "maximum" in form:
        limits = f" from {form.get('minimum', 0)} to {form['maximum']}"
    elif "pattern" in form:
        limits = f" of the form `{form['pattern']}`".replace("|", "\\|")
    names = {"string": "text", "integer": "whole number", "boolean": "true or false", "null": "null"}
    return names.get(form.get("type", ""), form.get("type", "anything")) + limits
