"""Any two of three papers give the key back; one gives nothing."""

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from strandline.store import key, shares
from strandline.store.shares import CannotCombine, combine, split

SECRET = bytes(range(32))
secrets = st.binary(min_size=32, max_size=32)


@settings(deadline=None)
@given(secrets)
def test_any_two_of_three_give_the_key(secret):
    lines = split(secret)

    assert [combine(list(pair)) for pair in itertools.permutations(lines, 2)] == [secret] * 6
    assert combine(lines) == secret


@settings(deadline=None)
@given(secrets, st.integers(2, 5), st.integers(0, 3))
def test_any_split_is_put_together_by_as_many_as_it_needs(secret, needed, more):
    lines = split(secret, needed=needed, of=needed + more)

    assert combine(lines[-needed:]) == secret


@pytest.mark.parametrize("number", [0, 1, 2])
def test_one_share_is_refused(number):
    line = split(SECRET)[number]

    for given_lines in ([line], [line, line]):
        with pytest.raises(CannotCombine, match="^2 different shares are needed; here is 1"):
            combine(given_lines)
    with pytest.raises(CannotCombine):
        combine([])


def test_one_share_says_nothing_of_the_key():
    """Whatever the key's byte, each value of one share is as likely: over all curves each comes exactly once."""
    for byte in (0, 1, 0x53, 255):
        values = [shares._value(bytes([byte, slope]), 2) for slope in range(256)]

        assert sorted(values) == list(range(256))


def test_the_field_is_that_of_aes():
    assert shares._times(0x53, 0xCA) == 1  # FIPS 197's neighbouring worked pair
    assert shares._times(0x57, 0x83) == 0xC1  # FIPS 197, section 4.2
    assert [shares._times(a, shares._inverse(a)) for a in range(1, 256)] == [1] * 255


def test_a_share_is_a_line_that_can_be_typed():
    line = split(SECRET)[0]

    head, _, code = line.partition(": ")
    assert head == "Strandline share 1 of 3, any 2 open"
    assert {len(group) for group in code.split()[:-1]} == {5}
    assert set(code) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567 ")


def test_how_a_share_is_typed_does_not_matter():
    one, two, _ = split(SECRET)
    sloppy = one.partition(": ")[2].lower().replace(" ", " - ").replace("o", "0").replace("i", "1")

    assert combine([sloppy, "\t" + two.replace(" ", "")]) == SECRET


@pytest.mark.parametrize("number", [1, 2])
def test_a_letter_mistyped_is_found_in_the_share_that_has_it(number):
    lines = split(SECRET)
    one, two = lines[0], lines[number]
    head, _, code = two.partition(": ")

    for at, letter in enumerate(code):
        if letter == " ":
            continue
        wrong = f"{head}: {code[:at]}{'A' if letter != 'A' else 'B'}{code[at + 1 :]}"
        with pytest.raises(CannotCombine) as refused:
            combine([one, wrong])
        assert str(refused.value) == (
            "Share 2 was not typed as it was printed: compare each group of five letters."
        )


@pytest.mark.parametrize("line", ["", "hello", "Strandline share 1 of 3: ", "A" * 400, "é" * 80])
def test_what_is_no_share_is_refused(line):
    with pytest.raises(CannotCombine, match="^Share 1 was not typed as it was printed"):
        combine([line, split(SECRET)[1]])


def test_shares_of_two_keys_are_not_mixed():
    with pytest.raises(CannotCombine, match="^These shares belong to different keys"):
        combine([split(SECRET)[0], split(bytes(32))[1]])


def test_a_forged_share_is_found():
    one, two, _ = split(SECRET)
    payload = bytearray(shares._payload(two, 2))
    payload[-1] ^= 1

    with pytest.raises(CannotCombine, match="^These shares do not fit each other"):
        combine([one, shares._line(bytes(payload), 2, 3, 2)])


@pytest.mark.parametrize(("needed", "of"), [(1, 3), (3, 2), (2, 256)])
def test_a_split_that_makes_no_sense_is_refused(needed, of):
    with pytest.raises(ValueError, match="at least two"):
        split(SECRET, needed=needed, of=of)


def test_a_short_key_is_not_split():
    with pytest.raises(ValueError, match="has 32 bytes, this has 31"):
        split(bytes(31))


def test_two_papers_open_the_house_on_a_bare_machine(tmp_path):
    old = key.make_keyfile(tmp_path / "old")
    papers = split(old.secret)

    new = key.make_keyfile(tmp_path / "new", secret=combine([papers[2], papers[0]]))

    assert key.find({"STRANDLINE_HOME": str(tmp_path / "new")}) == new
    assert new.subkey("database") == old.subkey("database")
