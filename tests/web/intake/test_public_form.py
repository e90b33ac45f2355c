from __future__ import annotations

import gzip
import io
import re
import statistics
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.contrib.staticfiles import finders
from django.test import Client

from strandline.organisation.audit.models import AuditEntry
from strandline.organisation.notices.models import Mail
from strandline.steady.intake import actions, marks, queries
from strandline.steady.intake.models import Form, Submission
from strandline.steady.intake.rules import proof
from strandline.steady.people.models import Consent, Person
from strandline.store import upkeep
from strandline.store.errors import NotSaved
from strandline.web.intake import faults, guard, posts, public
from strandline.web.intake.words import WORDS
from tests.cast import NOW, Cast
from tests.steady.intake.doors import open_form

ENTRY = {"name": "Noor Haddad", "reach": "noor@example.org", "consent": "yes", "token": "abcdefgh-1"}


def proved(body: str) -> str:
    found = re.search(r'data-challenge="([^"]+)"', body)
    assert found
    return proof.solve(found[1])


@pytest.fixture
def visitor(cast: Cast) -> Client:
    open_form(cast)
    guard.networks = guard.Networks()
    return Client(enforce_csrf_checks=True)


def post(
    client: Client, entry: dict[str, Any] | None = None, *, slug: str = "heating", **headers: str
) -> Any:
    sent = ENTRY | (entry or {})
    if "proof" not in sent:
        sent["proof"] = proved(client.get(f"/j/{slug}/").content.decode())
    return client.post(f"/j/{slug}/", sent, headers=headers)


def test_form_is_small_cacheable_and_without_cookie(visitor: Client) -> None:
    answer = visitor.get("/j/heating/")

    body = answer.content
    sheets = re.findall(r'href="/static/(css/[^"]+)"', body.decode())
    styles = [gzip.compress(Path(str(finders.find(name))).read_bytes(), 6) for name in sheets]
    assert answer.status_code == 200
    assert (answer["Cache-Control"], answer["Vary"], answer.cookies) == (
        "public, max-age=60",
        "Accept-Language",
        {},
    )
    assert len(gzip.compress(body, 6)) + sum(len(s) for s in styles) < 15_000
    assert "csrfmiddlewaretoken" not in body.decode()
    assert re.findall(r'(?:src|href|action)="(https?:|//)', body.decode()) == []


@pytest.mark.parametrize(
    ("accepted", "asked", "says"),
    [
        ("es-MX,es;q=0.9", "", "Cuenta conmigo"),
        ("de", "", "Count me in"),
        ("en", "?lang=es", "Cuenta conmigo"),
    ],
)
def test_form_speaks_the_visitors_language(cast: Cast, accepted: str, asked: str, says: str) -> None:
    open_form(cast, languages=("en", "es"), translations={"es": {"title": "¿Sin calefacción?"}})

    body = Client().get(f"/j/heating/{asked}", headers={"Accept-Language": accepted}).content.decode()

    assert says in body
    assert ("¿Sin calefacción?" in body) == (says == "Cuenta conmigo")


def test_post_is_kept_and_the_thanks_say_what_happens_next(visitor: Client) -> None:
    answer = post(visitor)
    thanks = visitor.get(answer["Location"]).content.decode()

    assert (answer.status_code, answer.cookies) == (303, {})
    assert Person.objects.get().full_name == "Noor Haddad"
    assert "calls or writes to you by" in thanks


def test_post_without_script_is_kept_once_for_the_same_words(visitor: Client) -> None:
    for _ in range(2):
        assert post(visitor, {"token": "", "proof": ""}).status_code == 303

    assert (Submission.objects.count(), Submission.objects.get().reason) == (1, "no_proof")


def test_post_twice_with_one_token_is_one_record(visitor: Client) -> None:
    answers = [post(visitor) for _ in range(3)]

    assert {a.status_code for a in answers} == {303}
    assert Person.objects.count() == 1


def test_post_with_a_used_token_and_other_words_is_refused(visitor: Client) -> None:
    post(visitor)

    answer = post(visitor, {"name": "Someone Else"})

    body = answer.content.decode()
    assert answer.status_code == 422
    assert "sent before, with other words" in body
    assert 'name="token" value=""' in body
    assert Person.objects.count() == 1


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("name", "", "Nothing was filled in."),
        ("name", "\u00a0\u200b", "This holds nothing that can be seen."),
        ("name", "x" * 301, "at most 300 fit"),
        ("name", "a\0b", "NUL"),
        ("name", "two\nlines", "one line"),
        ("reach", "", "Nothing was filled in."),
        ("reach", "noor@", "address"),
        ("reach", "12", "number"),
        ("reach", "a@example.org\r\nBcc: b@example.org", "one line"),
        ("postcode", "x" * 21, "at most 20 fit"),
    ],
)
def test_post_that_cannot_be_kept_names_the_field_and_keeps_what_was_typed(
    visitor: Client, field: str, value: str, says: str
) -> None:
    answer = post(visitor, {field: value})

    body = answer.content.decode()
    assert answer.status_code == 422
    assert says in body
    assert f'href="#{field}"' in body
    assert ("Noor Haddad" in body) == (field != "name")
    assert not Submission.objects.exists()


def test_post_ignores_fields_that_the_form_does_not_ask(visitor: Client) -> None:
    post(visitor, {"is_staff": "1", "scope": "all", "team": "1", "owner": "1"})

    assert set(Submission.objects.get().typed) == {"name", "reach", "consent"}
    assert not Person.objects.get().belongings.exclude(owner=None).exists()


@pytest.mark.parametrize("entry", ["name=a&name=b&reach=c@example.org", "name=%C3%28&reach=c@example.org"])
def test_post_with_a_doubled_field_or_broken_text_is_refused(visitor: Client, entry: str) -> None:
    answer = visitor.post("/j/heating/", entry, content_type="application/x-www-form-urlencoded")

    assert answer.status_code == 422
    assert not Submission.objects.exists()


def test_post_of_another_kind_is_refused(visitor: Client) -> None:
    answer = visitor.post("/j/heating/", '{"name": "a"}', content_type="application/json")
    zipped = visitor.post("/j/heating/", ENTRY, headers={"Content-Encoding": "gzip"})
    latin = f"{posts.PLAIN}; charset=latin-1"
    coded = visitor.post("/j/heating/", "name=Noor&reach=a@example.org", content_type=latin)
    raw = visitor.post("/j/heating/", b"name=No\xffor&reach=a@example.org", content_type=posts.PLAIN)

    assert {a.status_code for a in (answer, zipped, coded, raw)} <= {400, 422}
    assert not Submission.objects.exists()


def test_post_with_thousands_of_fields_is_refused(visitor: Client) -> None:
    many = "&".join(f"f{n}=1" for n in range(2001))

    answer = visitor.post("/j/heating/", many, content_type=posts.PLAIN)

    assert answer.status_code == 413
    assert not Submission.objects.exists()


def test_post_in_parts_is_kept_and_one_with_a_file_is_not(visitor: Client) -> None:
    kept = post(visitor)
    with_file = visitor.post(
        "/j/heating/", {"name": "A", "reach": "a@example.org", "photo": io.BytesIO(b"x")}
    )

    assert (kept.status_code, with_file.status_code) == (303, 422)
    assert Submission.objects.count() == 1


@pytest.mark.parametrize(
    ("entry", "headers", "reason"),
    [
        ({"website": "http://spam.example"}, {}, "trap"),
        ({"proof": "1.2.3"}, {}, "no_proof"),
        ({}, {"Origin": "https://elsewhere.example"}, "origin"),
        ({}, {"Origin": "null"}, "origin"),
    ],
)
def test_post_that_looks_wrong_is_kept_aside_with_the_same_answer(
    visitor: Client, entry: dict[str, str], headers: dict[str, str], reason: str
) -> None:
    kept = post(visitor, {"name": "Someone Real", "token": "another-token"})

    held = post(visitor, entry, **headers)

    assert (held.status_code, held["Location"]) == (kept.status_code, kept["Location"])
    assert Submission.objects.held().get().reason == reason


def test_post_from_a_crowded_network_is_kept_aside_only_far_beyond_a_hall(
    visitor: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guard, "MOST_A_MINUTE", 2)
    for number in range(4):
        post(
            visitor,
            {"name": f"Person {number}", "reach": f"p{number}@example.org", "token": f"token-{number}-x"},
        )

    assert list(Submission.objects.order_by("pk").values_list("reason", flat=True)) == [
        "",
        "",
        "crowd",
        "crowd",
    ]


def test_forwarded_addresses_count_only_behind_our_own_proxy(rf: Any, settings: Any) -> None:
    request = rf.get("/", headers={"X-Forwarded-For": "198.51.100.7, 203.0.113.9"})

    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 0
    direct = guard.network_of(request)
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1

    assert (direct, guard.network_of(request)) == ("127.0.0.0/24", "203.0.113.0/24")


def test_variants_of_one_mailbox_count_as_one_address(cast: Cast) -> None:
    form = open_form(cast).facts(region="GB")

    keys = {
        marks.reach_key({"reach": r}, form) for r in ("a.b+x@gmail.com", "AB@gmail.com", "ab+y@gmail.com")
    }

    assert len(keys) == 1
    assert marks.reach_key({"reach": "other@gmail.com"}, form) not in keys


def test_post_after_closing_is_kept_aside_and_says_so(cast: Cast, visitor: Client) -> None:
    form = Form.objects.get()
    actions.close_form(form=form.code, by=cast.amina, at=NOW)

    answer = post(visitor)

    assert Submission.objects.held().get().reason == "closed"
    assert "kept aside" in visitor.get(answer["Location"]).content.decode()
    assert "This form is closed" in visitor.get("/j/heating/").content.decode()


def test_post_of_someone_too_young_says_what_to_do(cast: Cast) -> None:
    open_form(cast, asks_birth_year=True)
    client = Client()

    answer = post(client, {"birth_year": "2020"})

    assert "parent or guardian" in client.get(answer["Location"]).content.decode()
    assert not Person.objects.exists()


def test_unknown_form_and_wrong_mark_are_not_found(visitor: Client) -> None:
    paths = [
        "/j/elsewhere/",
        "/j/%00/",
        "/j/heating/confirm/abc/",
        "/table/elsewhere/",
        "/j/..%2f/",
        "/j/heating/x/",
    ]

    assert [visitor.get(path).status_code for path in paths] == [404] * len(paths)
    assert visitor.post("/j/elsewhere/", ENTRY).status_code == 404


@pytest.mark.parametrize("method", ["put", "patch", "delete", "options", "trace"])
def test_other_methods_change_nothing(visitor: Client, method: str) -> None:
    assert getattr(visitor, method)("/j/heating/").status_code == 405


def asked_by_mail() -> str:
    """Return the code of what the one mail in the outbox asks, as when it leaves."""
    asked = actions.ask_to_confirm(submission=Mail.objects.get().subject)
    assert asked is not None
    return asked.code


def test_get_changes_nothing(cast: Cast) -> None:
    open_form(cast, is_double_opt_in=True)
    client = Client()
    post(client)
    asked = asked_by_mail()
    link = f"/j/heating/confirm/{marks.of_confirmation('heating', asked)}/"
    before = (Submission.objects.get().state, AuditEntry.objects.count())

    for path in (link, "/j/heating/", "/j/heating/thanks/", "/table/heating/", "/table/heating/sheet/"):
        assert client.get(path).status_code == 200
    unchanged = (Submission.objects.get().state, AuditEntry.objects.count())
    pressed = client.post(link)

    assert unchanged == before
    assert (pressed.status_code, Submission.objects.get().state) == (200, "confirmed")
    assert Consent.objects.count() == 1


def test_mark_of_another_form_is_not_found(cast: Cast, visitor: Client) -> None:
    open_form(cast, "other", is_double_opt_in=True)
    post(visitor, slug="other")
    asked = asked_by_mail()

    assert visitor.get(f"/j/heating/confirm/{marks.of_confirmation('other', asked)}/").status_code == 404


@pytest.mark.parametrize("trouble", ["writer", "room"])
def test_full_disk_is_said_and_nothing_is_lost_from_the_page(
    visitor: Client, monkeypatch: pytest.MonkeyPatch, trouble: str
) -> None:
    def full(*_: object) -> None:
        raise NotSaved("Not saved: the disk is full.")

    if trouble == "writer":
        monkeypatch.setattr(actions, "sign_up", full)
    else:
        monkeypatch.setattr(upkeep, "is_room_short", lambda: True)
    began = time.monotonic()

    answer = post(visitor, {"proof": "none"})

    assert answer.status_code == 503
    assert time.monotonic() - began < 2
    assert "Not saved" in answer.content.decode()
    assert "Noor Haddad" in answer.content.decode()
    assert 'value="abcdefgh-1"' in answer.content.decode()
    assert not Submission.objects.exists()


def test_known_and_unknown_addresses_get_the_same_answer(cast: Cast, visitor: Client) -> None:
    cast.person(reaches=[("email", "rosa@example.org")])

    known = post(visitor, {"reach": "rosa@example.org", "token": "known-token"})
    unknown = post(visitor, {"reach": "nobody@example.org", "token": "fresh-token"})

    assert known.serialize() == unknown.serialize()


def test_known_and_unknown_addresses_ask_the_same_of_the_database(
    cast: Cast, visitor: Client, django_assert_num_queries: Any
) -> None:
    cast.person(reaches=[("email", "rosa@example.org")])
    solved = proved(visitor.get("/j/heating/").content.decode())

    for number, reach in enumerate(("rosa@example.org", "nobody@example.org")):
        with django_assert_num_queries(20):
            post(visitor, {"reach": reach, "token": f"token-{number}-abc", "proof": solved})


def test_throwaway_address_is_taken_like_any_other(cast: Cast, visitor: Client) -> None:
    answers = [
        post(visitor, {"name": f"Person {n}", "reach": reach, "token": f"token-{n}-x"})
        for n, reach in enumerate(("noor@example.org", "noor@mailinator.com"))
    ]

    assert answers[0]["Location"] == answers[1]["Location"]
    assert list(Submission.objects.values_list("state", "reason")) == [("kept", "")] * 2


def test_proof_of_an_old_or_foreign_challenge_is_none(cast: Cast) -> None:
    secret = b"s" * 32
    solved = proof.solve(proof.challenge("heating", at=NOW, secret=secret))

    def holds(form: str, hours: int) -> bool:
        return proof.is_proved(solved, form=form, at=NOW + timedelta(hours=hours), secret=secret)

    assert (holds("heating", 0), holds("heating", proof.HOURS)) == (True, True)
    assert (holds("rent", 0), holds("heating", proof.HOURS + 1), holds("heating", -1)) == (
        False,
        False,
        False,
    )
    assert not proof.is_proved(solved[:-1] + "x", form="heating", at=NOW, secret=secret)


def test_form_in_a_frame_is_let_only_where_it_was_allowed(cast: Cast) -> None:
    open_form(cast)
    open_form(cast, "framed", embedded_on=("https://news.example.org",))

    alone, framed = Client().get("/j/heating/"), Client().get("/j/framed/")

    assert (alone["X-Frame-Options"], "X-Frame-Options" in framed) == ("DENY", False)
    assert "frame-ancestors https://news.example.org" in framed["Content-Security-Policy"].replace(
        "'none' ", ""
    )


SECURED = (
    "Content-Security-Policy",
    "Cross-Origin-Opener-Policy",
    "Referrer-Policy",
    "X-Content-Type-Options",
    "X-Frame-Options",
)


@pytest.mark.parametrize("path", ["/j/heating/", "/j/nowhere/", "/table/heating/sheet/"])
def test_public_pages_carry_the_same_headers_as_the_rest(visitor: Client, path: str) -> None:
    answer, rest = visitor.get(path), visitor.get("/healthz")

    def headers(of: Any) -> list[set[str]]:
        return [set(of[name].split("; ")) for name in SECURED]

    assert headers(answer) == headers(rest)
    assert "script-src 'self'" in answer["Content-Security-Policy"]
    assert "unsafe" not in answer["Content-Security-Policy"]


def test_page_of_a_form_is_asked_of_the_database_once(
    visitor: Client, settings: Any, monkeypatch: Any
) -> None:
    settings.FORM_CACHE_SECONDS = 60
    monkeypatch.setattr(public, "_kept", {})
    visitor.get("/j/heating/")
    asked: list[str] = []
    monkeypatch.setattr(queries, "public_form", lambda slug: asked.append(slug))

    took = []
    for _ in range(5):
        began = time.perf_counter()
        assert visitor.get("/j/heating/").status_code == 200
        took.append(time.perf_counter() - began)

    assert asked == []
    assert statistics.median(took) < 0.1


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("name", ""),
        ("name", "\u200b"),
        ("name", "x" * 301),
        ("name", "a\nb"),
        ("name", "a\x07b"),
        ("reach", "x"),
        ("reach", "12"),
        ("reach", "a@b"),
        ("reach", "+999 1234567"),
        ("reach", "0" * 40),
        ("birth_year", "19"),
    ],
)
def test_reason_is_told_in_the_language_of_the_page(cast: Cast, field: str, typed: str) -> None:
    open_form(cast, languages=("en", "es"), asks_birth_year=True)
    entry = ENTRY | {"birth_year": "1990", field: typed}

    told = {}
    for language in ("en", "es"):
        answer = Client().post(f"/j/heating/?lang={language}", entry)
        found = re.search(rf'id="{field}_error">([^<]+)<', answer.content.decode())
        assert (answer.status_code, bool(found)) == (422, True)
        told[language] = found[1] if found else ""

    assert told["es"] in faults.REASONS["es"].values()
    assert told["en"] != told["es"]


def test_every_word_of_the_public_pages_is_there_in_each_language() -> None:
    english = WORDS["en"]

    for language, words in WORDS.items():
        assert words.keys() == english.keys()
        assert {name: re.findall(r"{\w+}", words[name]) for name in words} == {
            name: re.findall(r"{\w+}", english[name]) for name in english
        }
        assert all(words.values())
        assert language == "en" or not {n for n in words if words[n] == english[n]}
