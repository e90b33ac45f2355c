from __future__ import annotations

from django.db import models
from django.db.migrations.operations import AddConstraint, AddField, AddIndex, CreateModel

from strandline.store.tables import MakeTables
from tests.gather import gathered


def _table(name: str, **options: object) -> CreateModel:
    return CreateModel(
        name, [("id", models.BigAutoField(primary_key=True)), ("at", models.DateField())], options
    )


def _index(table: str, field: str = "at") -> AddIndex:
    return AddIndex(table, models.Index(fields=[field], name=f"{table}_{field}"))


def test_gathered_puts_indexes_and_constraints_into_their_tables() -> None:
    unique = AddConstraint("touch", models.UniqueConstraint(fields=["at"], name="touch_once"))
    found = gathered(
        [_table("Touch", ordering=("at",)), _table("Tie"), _index("touch"), unique, _index("tie")]
    )

    (together,) = found
    assert isinstance(together, MakeTables)
    touch, tie = together.tables
    assert touch.options == {
        "ordering": ("at",),
        "indexes": [_index("touch").index],
        "constraints": [unique.constraint],
    }
    assert tie.options == {"indexes": [_index("tie").index]}


def test_gathered_leaves_what_rests_on_a_later_change() -> None:
    later = AddField("touch", "by", models.IntegerField(null=True))
    operations = [_table("Touch"), later, _index("touch", "by")]

    assert gathered(operations) == operations


def test_gathered_leaves_what_belongs_to_a_table_of_another_migration() -> None:
    operations = [_index("person")]

    assert gathered(operations) == operations


def test_gathered_makes_tables_that_follow_one_another_in_one_step() -> None:
    later = AddField("touch", "by", models.IntegerField(null=True))
    tie, touch, third = _table("Tie"), _table("Touch"), _table("Third")

    (together, then, alone) = gathered([tie, touch, later, third])

    assert isinstance(together, MakeTables)
    assert (together.tables, then, alone) == ([tie, touch], later, third)
    again = gathered([together, then, alone])
    assert [type(each) for each in again] == [MakeTables, AddField, CreateModel]
    assert again[0].tables == together.tables  # type: ignore[attr-defined]  # it makes tables
