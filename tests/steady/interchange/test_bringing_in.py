from __future__ import annotations

import io
from datetime import timedelta
from itertools import islice

import pytest

from strandline.steady.conversations.actions import log_conversation
from strandline.steady.interchange import actions
from strandline.steady.interchange.actions import checking
from strandline.steady.interchange.actions.applying import bring_in
from strandline.steady.interchange.actions.judging import steps
from strandline.steady.interchange.models import Import, ImportRow
from strandline.steady.interchange.rules.people import PersonRow
from strandline.steady.people.models import Channel, CustomValue, Identifier, Person, Tag
from strandline.steady.ties.actions import NewTouch
from strandline.steady.ties.rules import Outcome, TouchKind
from strandline.store.records import Absent
from tests.cast import NOW, Cast

FILE = """uuid,email,first_name,last_name,zip_code,can2_phone,can2_subscription_status,can2_user_tags
a1,rosa@example.org,Rosa,Lindqvist,HB1 2AA,07700 900123,subscribed,"heating, stairwell"
a2,tomasz@example.org,Tomasz,Wren,,,unsubscribed,
a3,,,,,,,
a4,noor@example.org,Noor,Haddad,,447700900111,subscribed,
a4,noor@example.org,Noor,Haddad,,447700900111,subscribed,
"""


def take(cast: Cast, text: str = FILE, *, by: str = "stella") -> Import:
    return actions.take_file(stream=io.BytesIO(text.encode()), name="export.csv", by=cast.viewer(by), at=NOW)


def brought(cast: Cast, text: str = FILE, *, by: str = "stella") -> Import:
    return bring_in(code=take(cast, text, by=by).code, by=cast.viewer(by), at=NOW)


def names(cast: Cast, who: str) -> list[str]:
    return list(
        Person.objects.visible_to(cast.viewer(who)).order_by("order_key").values_list("full_name", flat=True)
    )


def test_check_finds_what_would_happen_and_touches_nobody(cast: Cast) -> None:
    row = actions.check(code=take(cast).code, by=cast.stella, at=NOW)

    assert (row.state, row.system) == ("checked", "actionnetwork")
    assert {k: row.account[k] for k in ("rows", "created", "rejected", "skipped")} == {
        "rows": 5,
        "created": 3,
        "rejected": 1,
        "skipped": 1,
    }
    assert Person.objects.count() == 0


def test_apply_brings_in_everyone_at_once(cast: Cast) -> None:
    row = brought(cast)

    assert names(cast, "bela") == ["Noor Haddad", "Rosa Lindqvist", "Tomasz Wren"]
    assert names(cast, "chen") == []
    assert row.account["rows"] == sum(
        row.account.get(fate, 0) for fate in ("created", "updated", "unchanged", "skipped", "rejected")
    )
    refused = Channel.objects.get(normal="tomasz@example.org")
    assert refused.opted_out_at is not None


def test_apply_of_the_same_file_again_changes_nothing(cast: Cast) -> None:
    brought(cast)
    before = list(Person.objects.order_by("pk").values())

    row = brought(cast)

    assert list(Person.objects.order_by("pk").values()) == before
    assert (row.account["created"], row.account["updated"]) == (0, 0)


def test_apply_fills_what_is_empty_and_undo_restores_it(cast: Cast) -> None:
    rosa = cast.person("Rosa Lindqvist", reaches=[("email", "rosa@example.org")])
    before = Person.objects.values().get(pk=rosa.pk)

    row = brought(cast)
    changed = Person.objects.get(pk=rosa.pk)

    assert (row.account["updated"], changed.given_name) == (1, "Rosa")
    actions.undo(code=row.code, by=cast.stella, at=NOW)
    assert Person.objects.values().get(pk=rosa.pk) == before
    assert names(cast, "bela") == ["Rosa Lindqvist"]
    assert (Channel.objects.count(), Identifier.objects.count()) == (1, 0)


def test_undo_keeps_who_was_touched_since_and_lists_them(cast: Cast) -> None:
    row = brought(cast)
    noor = Person.objects.get(full_name="Noor Haddad")
    spoke = NewTouch(TouchKind.CALL, Outcome.SPOKE, NOW)
    log_conversation(person=noor.code, touch=spoke, step=None, by=cast.bela, at=NOW)

    actions.undo(code=row.code, by=cast.stella, at=NOW)

    assert names(cast, "bela") == ["Noor Haddad"]
    assert list(ImportRow.objects.filter(verdict="kept").values_list("name", flat=True)) == ["Noor Haddad"]


def test_undo_is_refused_after_thirty_days(cast: Cast) -> None:
    row = brought(cast)

    with pytest.raises(actions.CannotImport) as refused:
        actions.undo(code=row.code, by=cast.stella, at=NOW + timedelta(days=31))

    assert str(refused.value) == "This list came in more than 30 days ago and can no longer be taken back."


def test_import_of_another_branch_is_not_there(cast: Cast) -> None:
    row = brought(cast)

    with pytest.raises(Absent):
        actions.undo(code=row.code, by=cast.chen, at=NOW)


def test_import_tells_nothing_of_people_out_of_sight(cast: Cast) -> None:
    cast.person("Rosa Lindqvist", by="chen", reaches=[("email", "rosa@example.org")])

    row = actions.check(code=take(cast).code, by=cast.stella, at=NOW)

    assert (row.account["created"], ImportRow.objects.filter(verdict="twin").count()) == (3, 0)


def test_apply_goes_on_after_a_kill(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = ["email,first_name,last_name"] + [f"p{n}@example.org,Given{n},Family{n}" for n in range(25)]
    taken = take(cast, "\n".join(lines))
    actions.check(code=taken.code, by=cast.stella, at=NOW)
    from strandline.steady.interchange.actions import applying

    pieces = []

    def small(outcomes: object, size: int = 10) -> object:
        source = iter(outcomes)  # type: ignore[call-overload]
        while piece := list(islice(source, size)):
            pieces.append(len(piece))
            if len(pieces) == 2:
                raise KeyboardInterrupt
            yield piece

    monkeypatch.setattr(applying, "steps", small)
    with pytest.raises(KeyboardInterrupt):
        actions.apply(code=taken.code, by=cast.stella, at=NOW)
    assert names(cast, "bela") == []

    row = actions.apply(code=taken.code, by=cast.stella, at=NOW)

    assert (row.account["created"], len(names(cast, "bela"))) == (25, 25)


def test_apply_goes_on_in_the_middle_of_what_was_read_at_once(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = ["email,first_name,last_name"] + [
        f"p{n % 20}@example.org,Given{n % 20},Family" for n in range(30)
    ]
    taken = take(cast, "\n".join([*lines, "not an address,,"]))
    actions.check(code=taken.code, by=cast.stella, at=NOW)
    from strandline.steady.interchange.actions import applying

    asked: list[int] = []

    def awaited(connection: object) -> bool:
        asked.append(1)
        if len(asked) == 3:
            raise KeyboardInterrupt
        return True

    monkeypatch.setattr(applying, "_PART", 6)
    monkeypatch.setattr(applying.bulk, "is_awaited", awaited)
    with pytest.raises(KeyboardInterrupt):
        actions.apply(code=taken.code, by=cast.stella, at=NOW)
    stopped = Import.objects.get(pk=taken.pk)
    # Twice somebody waited, so that twelve rows stand; the third lot was not committed.
    assert (stopped.done_rows, Person.objects.count(), names(cast, "bela")) == (12, 12, [])

    row = actions.apply(code=taken.code, by=cast.stella, at=NOW)

    assert {k: row.account[k] for k in ("rows", "created", "skipped", "rejected")} == {
        "rows": 31, "created": 20, "skipped": 10, "rejected": 1,
    }  # fmt: skip
    assert len(names(cast, "bela")) == 20


def test_a_step_ends_early_where_rows_bring_long_texts() -> None:
    short, note = PersonRow(line=2, given_name="Ann"), PersonRow(line=3, given_name="Bo", note="n" * 60)
    custom = PersonRow(line=4, given_name="Cy", custom=(("why", "x" * 101),))

    assert list(steps([short] * 7, size=3, text=100)) == [[short] * 3, [short] * 3, [short]]
    assert list(steps([note] * 4 + [short], size=10, text=100)) == [[note, note], [note, note], [short]]
    assert list(steps([short, custom, short], size=10, text=100)) == [[short, custom], [short]]
    assert list(steps([], size=10, text=100)) == []


def test_tags_and_fields_of_a_list_are_made_once(cast: Cast) -> None:
    text = "email,first_name,last_name,tags,shoe size\n" + "".join(
        f'p{n}@example.org,Given{n},Family,"choir; walk {n % 2}",{40 + n % 2}\n' for n in range(6)
    )

    brought(cast, text)

    tags = Person.objects.get(given_name="Given3").person_tags.values_list("tag__name", flat=True)
    assert sorted(tags) == ["choir", "walk 1"]
    assert Tag.objects.count() == 3
    assert CustomValue.objects.filter(field__name="shoe size", value="41").count() == 3


def test_what_comes_in_is_what_the_check_told(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """A household's one number, in rows far apart, with names and without: the account of the check holds."""
    monkeypatch.setattr(checking.steps, "__defaults__", (2, 1000))
    rows = [
        ("a@example.org", "Rosa", "07700 900001"),
        ("b@example.org", "Tomasz", "07700 900001"),
        ("", "", "07700 900001"),
        ("c@example.org", "Noor", ""),
        ("", "Rosa", "07700 900001"),
        ("", "", "07700 900001"),
    ]
    text = "email,first_name,phone\n" + "".join(f"{','.join(row)}\n" for row in rows)
    made = take(cast, text)

    told = dict(actions.check(code=made.code, by=cast.stella, at=NOW).account)
    came = dict(actions.apply(code=made.code, by=cast.stella, at=NOW).account)

    fates = ("rows", "created", "updated", "unchanged", "skipped", "rejected")
    assert {fate: came[fate] for fate in fates} == {fate: told[fate] for fate in fates}
    assert came == {"rows": 6, "created": 4, "updated": 0, "unchanged": 0, "skipped": 2, "rejected": 0}
