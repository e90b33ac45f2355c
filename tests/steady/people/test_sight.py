"""Who may see a person: the condition that is written out says the same as the table it is written from."""

from __future__ import annotations

import pytest
from django.db.models import Count, Q

from strandline.organisation.accounts.rules import Sensitivity, Viewer
from strandline.steady.followup.models import FollowUp
from strandline.steady.people.models import Batch, Belonging, Channel, Grant, Person
from strandline.steady.people.sight import has_more, reaches
from strandline.store.records import FieldClass
from tests.cast import NOW, Cast

EVERYONE = ("amina", "bruno", "chen", "dede", "lea", "bela", "stella", "adam", "uma")


def belongings_of(viewer: Viewer, seeing: FieldClass) -> Q:
    """Return what the table of reaches says as a filter of belongings: what the written conditions have to equal."""
    wanted = Q(pk__in=())
    for column, values, of in reaches(viewer, seeing):
        one = Q(**{f"{column}__in": values})
        wanted |= one & Q(person__sensitivity__in=of) if of else one
    return wanted


@pytest.fixture
def planted(cast: Cast) -> Cast:
    """People of each sensitivity, held by Amina and by Chen, one of them shared with Chen, one not yet opened."""
    for owner in ("amina", "chen"):
        for held in Sensitivity:
            person = cast.person(
                f"{held.value} of {owner}", by=owner, reaches=(("email", f"{held}@{owner}.org"),)
            )
            Person.objects.filter(pk=person.pk).update(sensitivity=held.value)
    shared = Person.objects.get(full_name="confidential of amina")
    Grant.objects.create(
        person=shared, account=cast.accounts["chen"], kind="shared", by=cast.accounts["amina"], since_at=NOW
    )
    unseen = cast.person("nobody yet")
    Person.objects.filter(pk=unseen.pk).update(batch=Batch.objects.create())
    return cast


@pytest.mark.parametrize("seeing", FieldClass)
@pytest.mark.parametrize("name", EVERYONE)
def test_visible_people_are_those_of_the_belongings_and_grants(
    planted: Cast, name: str, seeing: FieldClass
) -> None:
    viewer = planted.viewer(name)

    found = set(Person.objects.visible_to(viewer, seeing).values_list("full_name", flat=True))

    opened = Person.objects.exclude(full_name="nobody yet")
    mine = opened.filter(pk__in=Belonging.objects.filter(belongings_of(viewer, seeing)).values("person"))
    granted = opened.filter(grants__account_id=viewer.account_id, grants__until_at=None)
    expected = set((mine | granted).values_list("full_name", flat=True)) if viewer.scopes else set()
    assert found == expected


def test_each_of_the_cast_sees_whom_they_should(planted: Cast) -> None:
    def seen(name: str) -> set[str]:
        rows = Person.objects.visible_to(planted.viewer(name))
        return set(rows.values_list("full_name", flat=True))

    of_amina = {"normal of amina", "restricted of amina", "confidential of amina"}
    of_chen = {"normal of chen", "restricted of chen", "confidential of chen"}

    assert seen("amina") == of_amina
    assert seen("bruno") == {"normal of amina"}
    assert seen("chen") == of_chen | {"confidential of amina"}
    assert seen("lea") == {"normal of amina", "restricted of amina"}
    assert seen("dede") == seen("adam") == seen("uma") == set()


def test_rows_are_seen_through_their_person(planted: Cast) -> None:
    viewer = planted.viewer("bruno")

    assert [c.value for c in Channel.objects.visible_to(viewer)] == ["normal@amina.org"]
    assert {f.person.full_name for f in FollowUp.objects.visible_to(viewer)} <= {"normal of amina"}


def test_the_condition_holds_within_another_question_and_beside_sums(planted: Cast) -> None:
    viewer = planted.viewer("chen")
    seen = Person.objects.visible_to(viewer)

    within = Person.objects.filter(pk__in=seen.filter(pk__in=seen.values("pk")).values("pk"))
    summed = seen.with_sight(viewer).annotate(n=Count("channels")).filter(n=1, sees_contact=True)

    assert within.count() == summed.count() == 4


def test_without_a_role_nothing_is_asked_of_the_tables(planted: Cast) -> None:
    viewer = planted.viewer("uma")

    assert reaches(viewer, FieldClass.IDENTIFYING) == ()
    assert not Person.objects.visible_to(viewer).exists()


def test_values_are_parameters(planted: Cast) -> None:
    sql, params = Person.objects.visible_to(planted.viewer("lea")).query.sql_with_params()

    assert planted.viewer("lea").account_id in params
    assert "normal" not in sql


@pytest.mark.parametrize("seeing", FieldClass)
@pytest.mark.parametrize("name", EVERYONE)
def test_gathered_people_are_the_same(planted: Cast, name: str, seeing: FieldClass) -> None:
    viewer = planted.viewer(name)

    gathered = set(Person.objects.gathered_for(viewer, seeing).values_list("full_name", flat=True))

    assert gathered == set(Person.objects.visible_to(viewer, seeing).values_list("full_name", flat=True))


@pytest.mark.parametrize("name", EVERYONE)
def test_a_scope_has_more_than_one_less_than_it_has(planted: Cast, name: str) -> None:
    viewer = planted.viewer(name)
    ways = reaches(viewer, FieldClass.IDENTIFYING)
    count = sum(Belonging.objects.filter(**{f"{column}__in": values}).count() for column, values, _ in ways)

    assert not has_more(viewer, FieldClass.IDENTIFYING, count)
    assert count == 0 or has_more(viewer, FieldClass.IDENTIFYING, count - 1)
