"""Templates and settings: nothing inline, nothing from elsewhere, and the settings that PROMISES names."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.utils.module_loading import import_string

from .code import SOURCE

TEMPLATES = sorted(SOURCE.rglob("*.html"))
INLINE = {
    "a style attribute": re.compile(r"<[^>]*\sstyle\s*=", re.IGNORECASE),
    "a style element": re.compile(r"<style[\s>]", re.IGNORECASE),
    "a script of its own": re.compile(r"<script(?![^>]*\ssrc=)[^>]*>(?!\s*</script>)", re.IGNORECASE),
    "an event handler": re.compile(r"<[^>]*\son[a-z]+\s*=", re.IGNORECASE),
    "code in an address": re.compile(r"""["']javascript:""", re.IGNORECASE),
    "something from elsewhere": re.compile(
        r"""<(?:script|link|img|iframe)[^>]*(?:src|href)=["']https?:""", re.IGNORECASE
    ),
    "unescaped text": re.compile(r"\|\s*safe\b|\{%\s*autoescape off"),
    "hx-on": re.compile(r"\bhx-on[:=-]", re.IGNORECASE),
}


@pytest.mark.parametrize("what", INLINE)
def test_no_template_holds(what: str) -> None:
    found = [str(path.relative_to(SOURCE)) for path in TEMPLATES if INLINE[what].search(path.read_text())]

    assert found == []


def test_the_check_sees_what_it_is_for() -> None:
    planted = [
        '<p style="x">', "<style>", "<script>1</script>", '<p onclick="x">', '<a href="javascript:x">',
        '<img src="https://elsewhere/x.png">', "{{ x|safe }}", '<p hx-on:click="x">',
    ]  # fmt: skip

    assert [bool(pattern.search(text)) for pattern, text in zip(INLINE.values(), planted, strict=True)] == [
        True
    ] * 8
    assert not INLINE["a script of its own"].search(
        '<script src="{% static \'js/a.js\' %}" type="module"></script>'
    )


def test_templates_ask_no_rows() -> None:
    """A template asks properties: no query, no arithmetic (HOUSE 6)."""
    asking = re.compile(r"\.(?:objects|filter|all|count|exclude|order_by)(?:\.|\s|\||%|\})")
    found = [str(path.relative_to(SOURCE)) for path in TEMPLATES if asking.search(path.read_text())]

    assert found == []


def test_content_security_policy_is_strict() -> None:
    policy = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]

    assert policy["default-src"] == ["'none'"]
    assert policy["script-src"] == ["'self'"]
    assert policy["object-src"] == policy["base-uri"] == ["'none'"]
    assert policy["frame-ancestors"] == ["'none'"]
    assert policy["require-trusted-types-for"] == ["'script'"]
    assert not any("unsafe" in str(value) for value in policy.values())


def test_what_keeps_requests_safe_is_on() -> None:
    assert settings.DEBUG is False
    assert settings.SESSION_COOKIE_HTTPONLY is True
    assert settings.CSRF_COOKIE_HTTPONLY is True
    assert (settings.SESSION_COOKIE_SAMESITE, settings.X_FRAME_OPTIONS) == ("Lax", "DENY")
    assert settings.SECURE_CONTENT_TYPE_NOSNIFF is True
    assert "*" not in settings.ALLOWED_HOSTS
    assert "django.contrib.auth.middleware.LoginRequiredMiddleware" in settings.MIDDLEWARE
    assert "django.middleware.csrf.CsrfViewMiddleware" in settings.MIDDLEWARE
    assert "django.contrib.admin" not in settings.INSTALLED_APPS
    assert settings.DATABASES["default"].get("ATOMIC_REQUESTS", False) is False


def test_nothing_that_is_uploaded_touches_the_disk_in_clear() -> None:
    clear = {"TemporaryFileUploadHandler"}  # Django's own, which spools large files to a temporary directory

    for handler in settings.FILE_UPLOAD_HANDLERS:
        kinds = {kind.__name__ for kind in import_string(handler).__mro__}
        assert not clear & kinds, handler


def test_everything_that_a_run_writes_lies_in_the_home() -> None:
    places = [
        settings.STATIC_ROOT,
        *(d["NAME"] for d in settings.DATABASES.values() if "sqlcipher" in d["ENGINE"]),
    ]

    assert all(Path(settings.HOME) in Path(place).parents or "test" in str(place) for place in places)
