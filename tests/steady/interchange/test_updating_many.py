"""What a list changes of many people on record: in few statements, for whoever else writes waits; and taken back so."""

from __future__ import annotations

from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext

from strandline.steady.interchange import actions
from strandline.steady.people.models import (
    Address,
    Channel,
    Identifier,
    Person,
    PersonTag,
    Tag,
)
from tests.cast import NOW, Cast

from .test_bringing_in import brought

HEAD = "uuid,email,first_name,last_name,zip_code,can2_phone,can2_subscription_status,can2_user_tags\n"


def _known(cast: Cast, count: int, prefix: str = "p") -> None:
    lines = "".join(f",{prefix}{n}@example.org,Ann,Berg {prefix} {n},,,subscribed,\n" for n in range(count))
    brought(cast, HEAD + lines)


def _more_of(count: int, prefix: str = "p") -> str:
    lines = "".join(
        f'{prefix}-{n},{prefix}{n}@example.org,Ann,Berg {prefix} {n},HB{n} 1AA,077009{n:05d},unsubscribed,"heating, roof"\n'
        for n in range(count)
    )
    return HEAD + lines


def _on_record() -> dict[str, list[Any]]:
    tables = (
        (Person, ("pk", "full_name", "given_name", "version", "refuses", "folded")),
        (Channel, ("person", "kind", "normal", "is_primary", "opted_out_at", "backwards")),
        (Address, ("person", "postcode")),
        (Identifier, ("person", "system", "value")),
        (PersonTag, ("person", "tag__name")),
        (Tag, ("name",)),
    )
    return {
        model.__name__: sorted(model._base_manager.values_list(*fields), key=str) for model, fields in tables
    }


def test_each_thing_is_added_once_and_all_of_it_is_taken_back(cast: Cast) -> None:
    _known(cast, 7)
    before = _on_record()
    twice = _more_of(7) + "p-3,p3@example.org,Ann,Berg p 3,HB3 1AA,07700900003,unsubscribed,heating\n"

    row = brought(cast, twice)

    after = _on_record()
    assert row.account["created"] == 0
    assert [len(after[name]) for name in ("Person", "Channel", "Address", "Identifier", "PersonTag")] == [
        7,
        14,
        7,
        7,
        14,
    ]
    mails = Channel.objects.filter(kind="email")
    assert set(mails.values_list("opted_out_at", flat=True)) == {NOW}
    assert all(Channel.objects.filter(kind="phone").values_list("is_primary", flat=True))

    actions.undo(code=row.code, by=cast.stella, at=NOW)

    assert _on_record() == before


def test_who_was_changed_since_stays_whole_and_the_others_go_back(cast: Cast) -> None:
    _known(cast, 5)
    row = brought(cast, _more_of(5))
    third = Person.objects.get(full_name="Ann Berg p 3")
    Address.objects.filter(person=third).update(postcode="HB3 9ZZ")
    stays = [
        list(third.channels.values_list("pk", flat=True)),
        list(third.person_tags.values_list("pk", flat=True)),
    ]

    undone = actions.undo(code=row.code, by=cast.stella, at=NOW)

    assert undone.found["kept"] == 1
    assert [
        list(third.channels.values_list("pk", flat=True)),
        list(third.person_tags.values_list("pk", flat=True)),
    ] == stays
    assert list(Address.objects.values_list("postcode", flat=True)) == ["HB3 9ZZ"]
    assert Identifier.objects.exclude(person=third).count() == 0
    assert Channel.objects.filter(kind="phone").count() == 1


def test_more_people_take_no_more_statements(cast: Cast) -> None:
    _known(cast, 3, "a")
    _known(cast, 18, "b")
    brought(cast, _more_of(1, "c"))  # what is asked once in a process, and the tags
    with CaptureQueriesContext(connection) as few:
        first = brought(cast, _more_of(3, "a"))
    with CaptureQueriesContext(connection) as many:
        second = brought(cast, _more_of(18, "b"))
    with CaptureQueriesContext(connection) as few_back:
        actions.undo(code=first.code, by=cast.stella, at=NOW)
    with CaptureQueriesContext(connection) as many_back:
        actions.undo(code=second.code, by=cast.stella, at=NOW)

    assert (first.account["updated"], second.account["updated"]) == (3, 18)
    assert len(many) == len(few)
    assert len(many_back) == len(few_back)
