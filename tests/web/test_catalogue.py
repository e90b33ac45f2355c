"""The catalogues of languages: whole, as compiled, and with the same places for names and numbers."""

from __future__ import annotations

import gettext
import re
from collections import Counter
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import Resolver404, resolve
from django.utils import timezone, translation

from strandline.web.said import said
from tests.acceptance import routes, stage
from tests.cast import Cast
from tests.web.english import English, links
from tests.words import LANGUAGES, SAID, catalogue, missing, patterns

PLACE = re.compile(r"%\(\w+\)s|\{\w*\}|</?\w+")
# One may be said as a figure where English says a word.
COUNTS = {"%(n)s", "%(number)s", "%(count)s", "%(counter)s"}


def compiled(language: str) -> dict[object, str]:
    """What a language says, by what the code says."""
    with catalogue(language).with_suffix(".mo").open("rb") as file:
        return dict(gettext.GNUTranslations(file)._catalog)  # type: ignore[attr-defined]  # there is no public way to list it


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_compiled_is_what_is_written(language: str) -> None:
    written = re.findall(r'^msgid "(.+)"$', catalogue(language).read_text(), re.MULTILINE)
    found = {key[0] if isinstance(key, tuple) else key for key in compiled(language)} - {""}

    assert {text.encode().decode("unicode_escape").encode("latin-1").decode() for text in written} == found


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_has_the_same_places(language: str) -> None:
    # What is said of several is compared by msgfmt, which knows the sentence that it translates.
    said = {
        key[0] if isinstance(key, tuple) else str(key): words
        for key, words in compiled(language).items()
        if not isinstance(key, tuple) or key[1] == 0
    }

    wrong = [
        (asked, words)
        for asked, words in said.items()
        if asked and not set(PLACE.findall(words)) <= set(PLACE.findall(asked)) | COUNTS
    ]

    assert wrong == []


def test_a_reader_of_spanish_gets_pages_refusals_and_choices_in_spanish(cast: Cast, client: Client) -> None:
    account = cast.accounts["amina"]
    account.language = "es"
    account.save(update_fields=["language"])
    client.force_login(account, backend="allauth.account.auth_backends.AuthenticationBackend")
    rosa = cast.person()

    page = client.get("/people/?held=me").content.decode()
    form = client.get(f"/log/{rosa.code}/").content.decode()
    refused = client.post(
        f"/log/{rosa.code}/",
        {"outcome": "spoke", "at": f"{timezone.now() + timedelta(days=2):%Y-%m-%d 10:00}"},
    ).content.decode()

    assert '<html lang="es" dir="ltr"' in page
    assert ("Personas que tengo yo" in page, "Organizador/a, Harbourside" in page) == (True, True)
    assert all(word in form for word in ("Hablamos", "No contestó", "Volver a llamar", "En 3 semanas"))
    assert "Esto está en el futuro. Ponlo como próximo paso." in refused


def test_what_rules_say_with_values_is_known_to_the_pages() -> None:
    assert SAID.read_text().splitlines() == patterns()


@pytest.mark.parametrize(
    "typed",
    [
        # Pieces of what rules say, over and over, and an end that none of it has: every reading fails, and only at the end.
        "1 ties; without the wave about 2; so 3 (4 to 5" * 40,
        "9 in 8 days, 7 of them " * 80,
        "A b: c. " * 240,
    ],
)
def test_what_people_type_to_look_like_a_rule_stays_as_it_is(typed: str) -> None:
    with translation.override("es"):
        assert said(f"{typed}\x01z") == f"{typed}\x01z"


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_that_is_said_is_without_words(language: str) -> None:
    assert missing(language) == []


@pytest.mark.parametrize(
    ("english", "spanish"),
    [
        ("This circle has room for 12, and 12 are in it. Form another one.", "En este círculo caben 12, y ya son 12. Forma otro."),
        ("This must be between 1 and 10,000.", "Tiene que estar entre 1 y 10\u00a0000."),
        ("3 more organisers would keep the promise.", "3 organizadores más cumplirían la promesa."),
        # Several sentences, each recognised on its own; what nobody knows stays as it is.
        ("25 in 8 days, 2 of them this day; about 0.8 is usual. It is confirmed: decide whether this is a surge.",
         "25 en 8 días, 2 de ellas este día; lo habitual son unas 0,8. Está confirmado: decide si esto es una oleada."),
        ("Rosa said so. The difference may be chance. (20%-40%)", "Rosa said so. La diferencia puede ser casualidad. (20%-40%)"),
        # A sentence in a sentence, and a name that is also a word.
        ("The cohort before the wave: Too few: 1 of 12 were still here by day 90, 10 are needed.",
         "El grupo de antes de la ola: Demasiado pocas: 1 de 12 seguían aquí el día 90, y hacen falta 10."),
        ("There is no team called Today.", "No hay ningún equipo llamado Today."),
        ("{0.__class__} %(x)s is not a date; write it as 2026-03-04.",
         "{0.__class__} %(x)s no es una fecha; escríbela así: 2026-03-04."),
    ],
)  # fmt: skip
def test_a_sentence_of_a_rule_is_recognised_with_its_values(english: str, spanish: str) -> None:
    with translation.override("es"):
        assert said(english) == spanish
    with translation.override("en-gb"):
        assert said(english) == english


def test_a_long_text_is_not_searched_for_sentences() -> None:
    with translation.override("es"):
        assert said("The difference may be chance. " * 100).startswith("The difference")


@pytest.mark.parametrize("name", ["amina", "bela", "stella", "dede", "adam"])
def test_no_page_is_left_in_english(name: str, db: None) -> None:
    built = stage.build()
    for account in built.cast.accounts.values():
        account.language = "es"
        account.save(update_fields=["language"])
    client, english = built.browser(name), English(compiled("es"))
    waiting = [f"/{route}{query}" for route, queries in routes.PLAIN.items() for query in queries]
    waiting += [
        routes.filled(route, built.codes[kind]) for route, kind in routes.CODED.items() if kind in built.codes
    ]
    asked, left = Counter[str](), dict[str, str]()
    while waiting:
        path = waiting.pop(0)
        route = _route(path)
        # Public pages speak the language of their form. Of one kind two pages are enough.
        if (
            not route
            or route.startswith(("j/", "table/"))
            or asked[route] >= 2 + len(routes.PLAIN.get(route, ()))
        ):
            continue
        asked[route] += 1
        answer = client.get(path)
        if answer.get("Content-Type", "").startswith("text/html"):
            page = answer.content.decode()
            left.update((text, path) for text in english.on(page))
            waiting += [
                to for to in links(page) if to.startswith("/") and "#" not in to and "format=" not in to
            ]

    assert len(asked) > 50
    assert not left, left


def _route(path: str) -> str:
    try:
        return resolve(path.partition("?")[0]).route
    except Resolver404:
        return ""


def test_english_on_a_page_is_found() -> None:
    english = English(compiled("es"))

    page = "<p aria-label='Find a person or do something'>Hola</p><b>Of 1 past wave, 0 lay inside the range that this forecast would have given.</b>"

    assert len(list(english.on(page))) == 2
