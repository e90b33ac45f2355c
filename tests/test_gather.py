from __future__ import annotations

from django.db import models
from django.db.migrations.operations import AddConstraint, AddField, AddIndex, CreateModel

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

    touch, tie = (each for each in found if isinstance(each, CreateModel))
    assert len(found) == 2
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
