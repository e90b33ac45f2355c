"""Codes are random, or follow from a seed and a context and nothing else."""

import threading
from collections import Counter

import pytest

from strandline.lib.codes import ALPHABET, is_code, neighbours, new_code, new_codes, seeded


def test_codes_differ_and_keep_to_the_alphabet() -> None:
    codes = {new_code() for _ in range(20_000)}

    assert len(codes) == 20_000
    assert all(len(code) == 12 and set(code) <= set(ALPHABET) for code in codes)


def test_letters_are_equally_likely() -> None:
    counted = Counter("".join(new_code(30) for _ in range(2_000)))

    assert set(counted) == set(ALPHABET)
    assert all(1_700 < count < 2_300 for count in counted.values())


@pytest.mark.parametrize("length", [1, 5, 12, 64, 500])
def test_codes_have_the_length_asked(length: int) -> None:
    assert is_code(new_code(length), length)


def test_seeded_codes_follow_from_seed_and_context() -> None:
    def drawn(seed: str | int | bytes, context: str) -> list[str]:
        with seeded(seed, context):
            return [new_code() for _ in range(50)]

    assert drawn(7, "person 1") == drawn(7, "person 1") == drawn("7", "person 1") == drawn(b"7", "person 1")
    assert len({*drawn(7, "person 1"), *drawn(7, "person 2"), *drawn(8, "person 1")}) == 150


def test_codes_of_one_person_do_not_depend_on_the_others() -> None:
    def world(people: list[str]) -> dict[str, str]:
        codes = {}
        with seeded(1, "world"):
            for person in people:
                with seeded(1, person):
                    codes[person] = new_code()
        return codes

    assert world(["amina", "chen", "dede"])["dede"] == world(["dede"])["dede"]


def test_leaving_gives_the_outer_source_back_also_after_an_error() -> None:
    with seeded(1, "outer"):
        expected = [new_code(), new_code()]
    with seeded(1, "outer"):
        first = new_code()
        with pytest.raises(RuntimeError), seeded(1, "inner"):
            raise RuntimeError
        second = new_code()

    assert [first, second] == expected


def test_other_threads_keep_the_systems_randomness() -> None:
    found: list[str] = []
    with seeded(1, "here"):
        thread = threading.Thread(target=lambda: found.append(new_code()))
        thread.start()
        thread.join()
        own = new_code()

    assert found
    assert found[0] != own


def test_form_of_a_code_is_recognised() -> None:
    assert is_code("0123456789bc")
    assert not is_code("0123456789b")
    assert not is_code("0123456789ba")


@pytest.mark.parametrize("count", [0, 1, 2, 500])
def test_many_codes_at_once_are_codes_that_differ(count: int) -> None:
    found = new_codes(count)

    assert len(set(found)) == count
    assert all(is_code(code) for code in found)


def test_many_codes_follow_from_seed_and_context_too() -> None:
    def drawn() -> list[str]:
        with seeded(7, "people"):
            return new_codes(100)

    assert drawn() == drawn()


@pytest.mark.parametrize("count", [0, 1, 2, 500])
def test_neighbours_begin_alike_and_differ(count: int) -> None:
    codes = neighbours(count)

    assert (len(codes), len(set(codes))) == (count, count)
    assert all(is_code(code) for code in codes)
    assert len({code[:3] for code in codes}) == min(count, 1)


def test_neighbours_of_another_call_begin_otherwise() -> None:
    beginnings = Counter(neighbours(1)[0][:3] for _ in range(500))

    # 500 of 27,000 beginnings: by chance a few meet, and hardly ever five.
    assert len(beginnings) > 450
    assert max(beginnings.values()) < 5
