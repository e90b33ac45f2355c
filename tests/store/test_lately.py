from __future__ import annotations

from strandline.store.lately import Lately


def test_a_key_is_known_for_so_long_and_no_longer() -> None:
    kept, over = Lately(seconds=60), Lately(seconds=0)
    kept.note(("amina", "people"))
    over.note(("amina", "people"))

    known = [kept.has(("amina", "people")), kept.has(("bruno", "people")), over.has(("amina", "people"))]

    assert known == [True, False, False]


def test_it_never_keeps_more_than_so_many() -> None:
    kept = Lately(seconds=60, most=2)
    for key in "abc":
        kept.note(key)

    assert [kept.has(key) for key in "abc"] == [False, False, True]
