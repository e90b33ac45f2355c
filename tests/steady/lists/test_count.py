"""A count is of those whom the list shows: the same scope, asked in the order of the belongings."""

from __future__ import annotations

from datetime import timedelta

import pytest

from strandline.organisation.accounts.rules import Sensitivity
from strandline.steady.lists import queries
from strandline.steady.lists.rules import Filters, Holder, StepFilter
from strandline.steady.people.models import Batch, Grant, Person
from strandline.steady.ties.rules import Status, TieKind
from strandline.store.lately import Lately
from tests.cast import NOW, Cast

ON = NOW.date()
WHO = ("amina", "bruno", "lea", "bela", "stella", "chen", "dede", "adam", "uma")
CHOICES = (
    Filters(),
    Filters(words="ro"),
    Filters(kind=TieKind.SUPPORTER),
    Filters(kind=TieKind.ALLY, quiet_days=30),
    Filters(status=Status.ENDED),
    Filters(holder=Holder.ME),
    Filters(holder=Holder.NOBODY),
    Filters(step=StepFilter.NONE),
    Filters(new_days=7),
    Filters(tag="stairs"),
)


@pytest.fixture
def world(cast: Cast) -> Cast:
    """People of every closeness, in two branches; one is shared, one came with a load that is not opened."""
    for by in ("amina", "bruno", "chen"):
        for level in Sensitivity:
            cast.person(f"Rosa {by} {level.value}", by=by, sensitivity=level, tags=("stairs",))
    old = cast.person("Tomasz", at=NOW - timedelta(days=90))
    hidden = cast.person("Hidden")
    Person.objects.filter(pk=hidden.pk).update(batch=Batch.objects.create())
    theirs = Person.objects.get(full_name="Rosa chen confidential")
    for person, until in ((theirs, None), (old, NOW)):
        Grant.objects.create(
            person=person, account=cast.accounts["bruno"], by=cast.accounts["chen"], kind="shared",
            since_at=NOW, until_at=until,
        )  # fmt: skip
    return cast


@pytest.mark.parametrize("filters", CHOICES, ids=repr)
def test_a_count_is_of_those_whom_the_list_shows(world: Cast, filters: Filters) -> None:
    counted, shown = {}, {}
    for name in WHO:
        viewer = world.viewer(name)
        counted[name] = queries.count(viewer=viewer, filters=filters, on=ON)
        shown[name] = (len(queries.listed(viewer=viewer, filters=filters, on=ON).people), True)

    assert counted == shown


def test_each_sees_as_many_as_are_in_their_scope(world: Cast) -> None:
    seen = {name: queries.count(viewer=world.viewer(name), filters=Filters(), on=ON)[0] for name in WHO}

    assert seen == {
        "amina": 5, "bruno": 6, "lea": 5, "bela": 5, "stella": 5, "chen": 3, "dede": 0, "adam": 0, "uma": 0,
    }  # fmt: skip


def test_a_count_ends_where_it_is_capped(world: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "MOST_COUNTED", 3)
    monkeypatch.setattr(queries, "_many", Lately(seconds=60))

    assert queries.count(viewer=world.bela, filters=Filters(), on=ON) == (3, False)
    assert queries.count(viewer=world.chen, filters=Filters(), on=ON) == (3, True)
    assert queries.count(viewer=world.bela, filters=Filters(), on=ON, exact=True) == (5, True)
