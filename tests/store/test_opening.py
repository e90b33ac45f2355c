"""A wrong key and a damaged file never read the same."""

from pathlib import Path

import pytest

from strandline.store import keycheck
from strandline.store.errors import CannotOpen, DamagedFile, WrongKey, storage_trouble

from .conftest import KEY, OTHER_KEY, run


@pytest.fixture
def written(connect, path: Path) -> Path:
    wrapper = connect()
    run(wrapper, "CREATE TABLE person (name text)")
    with wrapper.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO person VALUES (%s)", [(f"Person {i} " + "x" * 500,) for i in range(500)]
        )
    wrapper.close()
    return path


def refusal(connect, key: bytes = KEY) -> CannotOpen:
    wrapper = connect(key=key)
    with pytest.raises(CannotOpen) as refused:
        run(wrapper, "SELECT count(*) FROM person")
    return refused.value


def flip(path: Path, at: int) -> None:
    with path.open("r+b") as file:
        file.seek(at)
        byte = file.read(1)
        file.seek(at)
        file.write(bytes([byte[0] ^ 1]))


def test_the_right_key_opens(connect, written):
    assert run(connect(), "SELECT count(*) FROM person") == [(500,)]


def test_a_wrong_key_reads_wrong_key(connect, written):
    error = refusal(connect, OTHER_KEY)

    assert type(error) is WrongKey
    assert str(error) == f"Wrong key: the database {written} was made with another one."


def test_a_wrong_key_leaves_every_file_as_it_was(connect, written):
    before = {item.name: item.read_bytes() for item in written.parent.iterdir()}

    refusal(connect, OTHER_KEY)

    assert {item.name: item.read_bytes() for item in written.parent.iterdir()} == before


@pytest.mark.parametrize("at", [0, 15, 16, 100, 4000, 4095], ids=lambda at: f"byte {at}")
def test_a_flipped_bit_in_the_first_page_reads_damaged_file(connect, written, at):
    flip(written, at)

    error = refusal(connect)

    assert type(error) is DamagedFile
    assert str(error).startswith(f"Damaged file: the database {written} does not read back as written")


def test_a_flipped_bit_further_on_is_found_when_it_is_read(connect, written):
    flip(written, 4096 * 20 + 77)
    wrapper = connect()
    wrapper.ensure_connection()

    with pytest.raises(DamagedFile) as refused:
        run(wrapper, "SELECT sum(length(name)) FROM person")

    assert storage_trouble(refused.value) == str(refused.value)


@pytest.mark.parametrize("length", [1, 16, 512, 4096, 4096 * 30, 4096 * 30 + 1])
def test_a_truncated_file_reads_damaged_file(connect, written, length):
    assert written.stat().st_size > 4096 * 40
    with written.open("r+b") as file:
        file.truncate(length)

    assert type(refusal(connect)) is DamagedFile


def test_an_emptied_file_is_damaged_not_new(connect, written):
    written.write_bytes(b"")

    error = refusal(connect)

    assert type(error) is DamagedFile
    assert str(error) == (
        f"Damaged file: the database {written} is empty, though it was in use. Restore a backup."
    )


def test_a_missing_check_file_is_made_again_by_the_right_key(connect, written):
    keycheck.path_for(written).unlink()

    run(connect(), "SELECT 1")

    assert keycheck.ask(written, KEY) is keycheck.Answer.RIGHT
    assert type(refusal(connect, OTHER_KEY)) is WrongKey


@pytest.mark.parametrize("content", [b"", b"strandline-keycheck 1 00 00\n", b"\xff\xfe", None])
def test_without_a_check_file_it_is_said_that_nobody_can_tell(connect, written, content):
    check = keycheck.path_for(written)
    check.unlink() if content is None else check.write_bytes(content)

    error = refusal(connect, OTHER_KEY)

    assert type(error) is CannotOpen
    assert str(error) == (
        f"The database {written} cannot be read, and strandline.db.keycheck, which would tell a wrong key from a "
        "damaged file, is missing or damaged too. Try the other keys you have, then restore a backup."
    )


def test_a_plain_sqlite_file_is_named_as_such(connect, path):
    import sqlite3

    path.parent.mkdir(mode=0o700)
    plain = sqlite3.connect(path)
    plain.execute("CREATE TABLE person (name text)")
    plain.close()

    error = refusal(connect)

    assert str(error) == f"The database {path} is a plain SQLite file, not an encrypted one of Strandline."


def test_every_flipped_bit_of_the_check_file_leaves_the_database_open_to_its_key(connect, written):
    check = keycheck.path_for(written)
    whole = check.read_bytes()
    verdicts = set()

    for at in range(len(whole) - 1):
        check.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        verdicts.add(keycheck.ask(written, KEY))

    assert verdicts == {keycheck.Answer.UNKNOWN}


def test_the_check_value_differs_from_key_to_key():
    assert keycheck.check_value(KEY) != keycheck.check_value(OTHER_KEY)
    assert KEY.hex() not in keycheck.check_value(KEY)
