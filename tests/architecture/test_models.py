"""What every model declares: the class of each field, whose data it is, what becomes of it on merging (HOUSE 3 and 4)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.db import models

from strandline.steady.people.models import Person
from strandline.store.records import FieldClass, Merge, Record, Retention

from .code import PARTS, ROOT

# The order of HOUSE 3, rules 1 and 2: a relation points from a later name to an earlier one. Names in one set are beside
# each other and do not know each other.
CHAPTERS: tuple[tuple[str, tuple[set[str], ...]], ...] = (
    (
        "organisation",
        (
            {"receipts"},
            {"accounts"},
            {"audit"},
            {"privacy"},
            {"branches"},
            {"expertise"},
            {"notices"},
            {"care"},
        ),
    ),
    (
        "steady",
        (
            {"people"},
            {"ties"},
            {"constituencies"},
            {"followup"},
            {"circles", "events", "support", "commitments", "works"},
            {"listening"},
            {"conversations", "intake", "connections"},
            {"lists"},
            {"outreach"},
            {"plans", "interchange"},
        ),
    ),
    (
        "surge",
        (
            {"moments"},
            {"readiness", "signals"},
            {"platform"},
            {"convening"},
            {"deployment"},
            {"absorption"},
        ),
    ),
    ("ledger", ({"ebb"}, {"waves"}, {"capacity"})),
)
PLACE = {
    (part, chapter): (number, level)
    for number, (part, levels) in enumerate(CHAPTERS)
    for level, names in enumerate(levels)
    for chapter in names
}
Model = type[models.Model]


def ours() -> list[Model]:
    return [model for model in apps.get_models() if model.__module__.startswith("strandline.")]


def chapter_of(model: Model) -> tuple[str, str]:
    _, part, chapter, *_ = model.__module__.split(".")
    return part, chapter


def relations(model: Model) -> Iterator[tuple[str, Model]]:
    for field in model._meta.get_fields():
        if field.is_relation and not field.auto_created and field.related_model is not None:
            yield field.name, field.related_model  # type: ignore[misc]  # resolved: the registry is ready


def test_order_of_chapters_is_the_one_that_the_linter_keeps() -> None:
    text = (ROOT / ".importlinter").read_text()
    for part, levels in CHAPTERS:
        listed = text.split(f"containers = strandline.{part}\n")[1].split("layers =\n")[1].split("\n\n")[0]
        lines = [{word.strip("() ") for word in line.split("|")} for line in listed.splitlines()]
        assert lines == list(reversed(levels)), part


def test_every_model_is_a_record_of_a_known_chapter() -> None:
    assert [m.__name__ for m in ours() if not issubclass(m, Record)] == []
    assert [m.__name__ for m in ours() if chapter_of(m) not in PLACE] == []


def test_every_model_classifies_each_of_its_fields_once() -> None:
    for model in ours():
        data: Any = model.__dict__.get("PersonalData")
        assert data is not None, f"{model.__name__} has no PersonalData of its own"
        assert set(data.classes) <= set(FieldClass), model.__name__
        assert isinstance(data.merge, Merge), model.__name__
        assert isinstance(data.retention, Retention), model.__name__
        named = Counter(name for names in data.classes.values() for name in names)
        fields = Counter(f.name for f in model._meta.concrete_fields if not f.primary_key)
        assert named == fields, model.__name__


def test_what_is_about_a_person_leads_to_one() -> None:
    for model in ours():
        about = model.PersonalData.about  # type: ignore[attr-defined]  # a Record
        if not about:
            assert about is None or model is Person, model.__name__
            continue
        step: Any = model
        for name in about.split("__"):
            step = step._meta.get_field(name).related_model
        assert step is Person, model.__name__


def test_every_way_to_a_person_says_what_becomes_of_it_on_merging() -> None:
    """The whole list: a new relation to Person stands here with its policy, or this fails (PROMISES P6)."""
    found = {
        f"{model.__name__}.{name}": model.PersonalData.merge.value  # type: ignore[attr-defined]  # a Record
        for model in ours()
        for name, to in relations(model)
        if to is Person
    }

    assert found == MERGED


def test_relations_point_down() -> None:
    upward = [
        f"{model.__name__}.{name} -> {to.__name__}"
        for model in ours()
        for name, to in relations(model)
        if to.__module__.startswith("strandline.")
        and chapter_of(model) != chapter_of(to)
        and PLACE[chapter_of(to)] >= PLACE[chapter_of(model)]
    ]

    assert upward == []


@pytest.mark.parametrize("part", PARTS)
def test_names_of_models_are_unique_in_a_part(part: str) -> None:
    names = Counter(model.__name__ for model in ours() if chapter_of(model)[0] == part)

    assert [name for name, count in names.items() if count > 1] == []


def test_no_unique_constraint_but_of_codes_spans_scopes() -> None:
    """A unique e-mail or name would tell one viewer of a person of another (HOUSE 4, *Need to know*)."""
    found = sorted(
        f"{model.__name__}.{field.name}"
        for model in ours()
        for field in model._meta.concrete_fields
        if field.unique and not field.primary_key and field.name not in ("code", "audit_id")
    )

    assert found == sorted(UNIQUE)


# Unique without being a random code, and why it shows nobody a person.
UNIQUE = {
    "Account.email": "accounts are made by administrators, who see all of them",
    "ApiToken.digest": "a digest of a random secret",
    "AuditKey.subject": "a random audit id",
    "CustomField.name": "the fields of the organisation are the same for everybody",
    "Form.slug": "the address of a public page",
}
MERGED = {
    "Address.person": "move",
    "Attendance.person": "move",
    "Belonging.person": "move",
    "CallClaim.person": "move",
    "Channel.person": "move",
    "CircleInvitation.person": "move",
    "CircleMembership.person": "move",
    "Consent.person": "move",
    "ConstituencyMembership.person": "move",
    "CustomValue.person": "move",
    "Departure.person": "move",
    "FollowUp.person": "move",
    "Grant.person": "move",
    "Handoff.person": "move",
    "Identifier.person": "move",
    "ImportRow.person": "move",
    "Likeness.other": "keep",
    "Likeness.person": "keep",
    "PersonTag.person": "move",
    "PublicStatement.person": "move",
    "Source.introducer": "move",
    "Source.person": "move",
    "Submission.person": "move",
    "ThemeHeard.person": "move",
    "Tie.person": "move",
    "Touch.person": "move",
}
