"""Addresses are read as the library reads them, sooner."""

import pytest
from email_validator import EmailNotValidError, validate_email
from hypothesis import given, settings
from hypothesis import strategies as st

from strandline.lib import emails
from strandline.lib.emails import BadEmail, Email, match_form, parse, split


@pytest.mark.parametrize(
    ("typed", "kept", "normal"),
    [
        ("Ana@Example.ORG", "Ana@Example.ORG", "ana@example.org"),
        (" ana@example.org\n", "ana@example.org", "ana@example.org"),
        ("Ana B. <Ana.B@example.org>", "Ana.B@example.org", "ana.b@example.org"),
        ("mailto:ana@example.org?subject=x", "ana@example.org", "ana@example.org"),
        (
            "o'brien+news@mail.example.co.uk",
            "o'brien+news@mail.example.co.uk",
            "o'brien+news@mail.example.co.uk",
        ),
        ("ana@bücher.example", "ana@bücher.example", "ana@bücher.example"),
        ("ana@XN--BCHER-KVA.example", "ana@XN--BCHER-KVA.example", "ana@bücher.example"),
        ("josé@example.org", "josé@example.org", "josé@example.org"),
        ("jose\u0301@example.org", "jose\u0301@example.org", "josé@example.org"),
    ],
)
def test_parse_reads(typed: str, kept: str, normal: str) -> None:
    assert parse(typed) == Email(kept, normal)


@pytest.mark.parametrize(
    "typed",
    [
        "", "ana", "@", "ana@", "@example.org", "ana@b", "a..b@example.org", ".a@example.org", "ana@-x.org",
        "ana@example..org", "ana@localhost", "ana@x.invalid", "ana@x.test", "a b@example.org", "a@b@example.org",
        "ana@example.org\r\nBcc: x@example.org", "ana@example.org, b@example.org", "ana@[127.0.0.1]",
        "x" * 300 + "@example.org", "x" * 9_000, "ana@" + "a." * 130 + "org",
        "ana@ab--cd.org", "ana\0@example.org", "ana@example.org\ud800", "ana@\u200b.org", "<>", "ana@xn--a.org",
        '"a b"@example.org',
    ],
)  # fmt: skip
def test_parse_refuses_with_a_sentence(typed: str) -> None:
    with pytest.raises(BadEmail) as refused:
        parse(typed)

    assert refused.value.reason.endswith(".")


def test_domains_are_not_gathered_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(emails, "_MOST_KNOWN", 0)

    assert parse("ana@never-seen-before.example").normal == "ana@never-seen-before.example"
    assert "never-seen-before.example" not in emails._known_domains


LOCAL = st.text("abcXYZ019._+'-!#/&=~ é", max_size=12)
LABEL = st.text("abZ09-_ü", min_size=0, max_size=6)


@settings(max_examples=600)
@given(
    LOCAL,
    st.lists(LABEL, max_size=3),
    st.sampled_from(["org", "COM", "c", "local", "test", "x1", "1x", "arpa"]),
)
def test_parse_agrees_with_the_library(local: str, labels: list[str], end: str) -> None:
    typed = f"{local}@{'.'.join([*labels, end])}".strip()
    try:
        expected = validate_email(typed, check_deliverability=False).normalized.lower()
    except EmailNotValidError:
        expected = ""

    try:
        found = parse(typed).normal
    except BadEmail:
        found = ""

    assert found == expected


@settings(max_examples=300)
@given(st.text(max_size=60))
def test_parse_never_breaks(typed: str) -> None:
    try:
        outcome = parse(typed).normal
    except BadEmail as refused:
        outcome = refused.reason

    assert "@" in outcome or outcome.endswith(".")


@pytest.mark.parametrize(
    ("normal", "match"),
    [
        ("ana.b+x@gmail.com", "anab@gmail.com"),
        ("ana.b@googlemail.com", "anab@gmail.com"),
        ("ana.b+x@example.org", "ana.b@example.org"),
        ("+x@example.org", "+x@example.org"),
    ],
)
def test_match_form_is_the_mailbox(normal: str, match: str) -> None:
    assert match_form(normal) == match


def test_match_and_domain_follow_from_the_normal_form() -> None:
    email = parse("Ana.B+list@GMail.com")

    assert (email.match, email.domain) == ("anab@gmail.com", "gmail.com")


@pytest.mark.parametrize(
    ("cell", "addresses"),
    [
        ("a@x.org; b@x.org", ["a@x.org", "b@x.org"]),
        ("a@x.org,b@x.org|c@x.org\nd@x.org e@x.org", ["a@x.org", "b@x.org", "c@x.org", "d@x.org", "e@x.org"]),
        ('"Berg, Ann" <a@x.org>, Bo <b@x.org>', ["a@x.org", "b@x.org"]),
        ("a@x.org; Bo <b@x.org>; Cy c@x.org; none", ["a@x.org", "b@x.org", "c@x.org"]),
        ("Bo <b@x.org>", ["Bo <b@x.org>"]),
        (" a@x.org; ", ["a@x.org"]),
        ("no address", ["no address"]),
        ("a b@x.org", ["a b@x.org"]),
        (" ;, ", []),
        ("", []),
    ],
)
def test_split_parts_a_cell(cell: str, addresses: list[str]) -> None:
    assert split(cell) == addresses
