"""Where the key comes from, and what is refused."""

import re
import sys
from types import ModuleType

import pytest

from strandline.store import key, keyfile
from strandline.store.key import Key, MadeBy, NoKey

SECRET = bytes(range(100, 132))
PASSPHRASE = "Köder und Haken 7"


@pytest.fixture(autouse=True)
def _nobodys_keyring(monkeypatch):
    monkeypatch.setitem(sys.modules, "keyring", None)


@pytest.fixture
def home(tmp_path):
    return tmp_path / "home"


def environ(home, **more):
    return {"STRANDLINE_HOME": str(home), **more}


def put(path, secret, mode=0o600):
    path.parent.mkdir(mode=0o700, exist_ok=True)
    path.write_text(keyfile.written(secret, made_by=MadeBy.INIT))
    path.chmod(mode)
    return str(path)


def test_a_new_key_is_kept_closed_and_found_again(home):
    made = key.make_keyfile(home, made_by=MadeBy.DEMO)

    path = home / "strandline.key"
    assert key.find(environ(home)) == made == Key(made.secret, MadeBy.DEMO, str(path))
    assert (path.stat().st_mode & 0o777, home.stat().st_mode & 0o777) == (0o600, 0o700)
    assert len(made.secret) == 32
    assert made.secret.hex() not in repr(made)


def test_two_new_keys_differ(tmp_path):
    assert key.make_keyfile(tmp_path / "a").secret != key.make_keyfile(tmp_path / "b").secret


def test_a_key_is_never_overwritten(home):
    made = key.make_keyfile(home)

    with pytest.raises(
        NoKey, match=r"^There is a keyfile already: .*strandline\.key\. Overwriting it would lose"
    ):
        key.make_keyfile(home)

    assert key.find(environ(home)).secret == made.secret


@pytest.mark.parametrize(
    ("made_by", "allowed"),
    [(MadeBy.INIT, False), (MadeBy.OUTSIDE, False), (MadeBy.DEMO, True), (MadeBy.TEST, True)],
)
def test_a_test_clock_needs_a_key_of_the_demo_or_of_tests(home, made_by, allowed):
    key.make_keyfile(home, made_by=made_by)

    assert key.find(environ(home)).allows_test_clock is allowed


def test_the_places_are_asked_in_order(tmp_path, home, monkeypatch):
    ring = ModuleType("keyring")
    ring.get_password = lambda service, name: {("strandline", str(home)): (b"\4" * 32).hex()}.get(
        (service, name)
    )
    monkeypatch.setitem(sys.modules, "keyring", ring)
    credential = put(tmp_path / "credentials" / "strandline.key", b"\1" * 32, mode=0o440)
    named = put(tmp_path / "elsewhere" / "key", b"\2" * 32)
    own = put(home / "strandline.key", b"\3" * 32)
    everything = environ(home, CREDENTIALS_DIRECTORY=str(tmp_path / "credentials"), STRANDLINE_KEY_FILE=named)

    found = [key.find(everything)]
    del everything["CREDENTIALS_DIRECTORY"]
    found.append(key.find(everything))
    del everything["STRANDLINE_KEY_FILE"]
    found.append(key.find(everything))
    (home / "strandline.key").unlink()
    found.append(key.find(everything))

    assert [(k.secret[0], k.source) for k in found] == [
        (1, credential),
        (2, named),
        (3, own),
        (4, f"keyring, entry {home}"),
    ]


def test_the_keyring_comes_before_the_passphrase(home, monkeypatch):
    key.make_keyfile(home, passphrase=PASSPHRASE)
    ring = ModuleType("keyring")
    ring.get_password = lambda service, name: (b"\4" * 32).hex()
    monkeypatch.setitem(sys.modules, "keyring", ring)

    assert key.find(environ(home)).secret == b"\4" * 32


def test_a_keyring_that_fails_or_is_empty_is_passed_by(home, monkeypatch):
    ring = ModuleType("keyring")
    ring.errors = ModuleType("keyring.errors")
    ring.errors.KeyringError = type("KeyringError", (Exception,), {})
    monkeypatch.setitem(sys.modules, "keyring", ring)

    def locked(*_):
        raise ring.errors.KeyringError

    for answer in (locked, lambda *_: None):
        ring.get_password = answer
        with pytest.raises(NoKey, match=r"^There is no key: none in "):
            key.find(environ(home))


def test_a_passphrase_unlocks_the_keyfile(tmp_path, home):
    made = key.make_keyfile(home, passphrase=PASSPHRASE)
    kept = tmp_path / "passphrase"
    kept.write_text(PASSPHRASE + "\n")
    kept.chmod(0o600)

    text = (home / "strandline.key").read_text()

    assert key.find(environ(home, STRANDLINE_PASSPHRASE=PASSPHRASE)) == made
    assert key.find(environ(home, STRANDLINE_PASSPHRASE="Ko\u0308der und Haken 7")) == made
    assert key.find(environ(home, STRANDLINE_PASSPHRASE_FILE=str(kept))) == made
    assert made.secret.hex() not in text
    assert re.search(r"^key: argon2id\$3\$65536\$4\$", text, re.MULTILINE)


def test_a_wrong_or_missing_passphrase_is_named_as_such(home):
    key.make_keyfile(home, passphrase=PASSPHRASE)
    path = home / "strandline.key"

    with pytest.raises(NoKey) as wrong:
        key.find(environ(home, STRANDLINE_PASSPHRASE=PASSPHRASE + " "))
    with pytest.raises(NoKey) as missing:
        key.find(environ(home))

    assert str(wrong.value) == f"Wrong passphrase for the keyfile {path}."
    assert str(missing.value) == (
        f"The keyfile {path} is locked by a passphrase: name the file that holds it in STRANDLINE_PASSPHRASE_FILE, "
        "or set STRANDLINE_PASSPHRASE."
    )


def test_who_made_a_locked_key_cannot_be_edited(home):
    key.make_keyfile(home, passphrase=PASSPHRASE)
    path = home / "strandline.key"
    lines = path.read_text().replace("made-by: init", "made-by: demo").splitlines()[:4]
    body = "".join(f"{line}\n" for line in lines)
    path.write_text(f"{body}check: {keyfile._checksum(body)}\n")

    with pytest.raises(NoKey, match="^Wrong passphrase"):
        key.find(environ(home, STRANDLINE_PASSPHRASE=PASSPHRASE))


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o644])
def test_a_keyfile_open_to_others_is_refused(home, mode):
    put(home / "strandline.key", SECRET, mode=mode)

    with pytest.raises(NoKey) as refused:
        key.find(environ(home))

    assert str(refused.value) == (
        f"The keyfile {home}/strandline.key is open to other users of this machine ({mode:04o}): "
        f"run `chmod 600 {home}/strandline.key`."
    )


def test_a_keyfile_that_is_named_but_missing_is_an_error(home, tmp_path):
    key.make_keyfile(home)

    with pytest.raises(NoKey) as refused:
        key.find(environ(home, STRANDLINE_KEY_FILE=str(tmp_path / "gone")))

    assert str(refused.value) == f"The keyfile {tmp_path}/gone cannot be read: No such file or directory."


def test_without_any_key_it_is_said_what_to_do(home):
    with pytest.raises(NoKey) as refused:
        key.find(environ(home, CREDENTIALS_DIRECTORY=str(home)))

    assert "Run `strandline init`" in str(refused.value)


def test_every_altered_or_missing_letter_of_a_keyfile_is_found():
    text = keyfile.written(SECRET, made_by=MadeBy.INIT)
    altered = [text[:i] + chr(ord(text[i]) ^ 1) + text[i + 1 :] for i in range(len(text) - 1)]
    cut = [text[:i] for i in range(len(text) - 1)]

    read = []
    for damaged in altered + cut:
        with pytest.raises(NoKey, match=r"^The keyfile k is damaged"):
            read.append(keyfile.read(damaged, where="k", passphrase=None))

    assert read == []
    assert keyfile.read(text, where="k", passphrase=None) == (SECRET, MadeBy.INIT)


def test_a_keyfile_that_is_not_text_is_damaged(home):
    put(home / "strandline.key", SECRET)
    (home / "strandline.key").write_bytes(b"\xff\xfe\x00")

    with pytest.raises(NoKey, match="is damaged: it is not text"):
        key.find(environ(home))


def test_bare_hexadecimal_digits_are_a_key_from_outside():
    assert keyfile.read(SECRET.hex() + "\n", where="k", passphrase=None) == (SECRET, MadeBy.OUTSIDE)


@pytest.mark.parametrize("lock", ["argon2id$3$99999999$4$AA==$AA==$AA==", "scrypt$1"])
def test_a_lock_of_another_kind_is_refused_without_trying_it(lock):
    body = f"strandline-key 1\nmade-by: init\nkind: locked\nkey: {lock}\n"
    text = f"{body}check: {keyfile._checksum(body)}\n"

    with pytest.raises(NoKey, match="locked in a way that this version does not know"):
        keyfile.read(text, where="k", passphrase="x")


def test_a_short_key_and_an_empty_passphrase_are_refused():
    with pytest.raises(NoKey, match="^A key has 32 bytes, this has 31"):
        keyfile.written(bytes(31), made_by=MadeBy.INIT)
    with pytest.raises(NoKey, match="^The passphrase is empty"):
        keyfile.written(SECRET, made_by=MadeBy.INIT, passphrase="")


def test_subkeys_differ_by_purpose_and_stay_the_same_for_ever():
    """The figures were computed by RFC 5869 written out with hmac, not by the library used here."""
    one = Key(SECRET, MadeBy.TEST, "")

    assert one.subkey("match").hex() == "ce87c933983610d07dbed4dc91a3263ce21091ade29c74ce62af16abb3b531f0"
    assert one.subkey("django-secret", length=64).hex() == (
        "97abe0ccfb2f10fa073ed3b7d9ddc9cd10984cbbb23a9e8ef771739eaa3dd3e5"
        "f363d978fe708f9a3e7e51521b08191b649c0c859e2c15c71fbe412df6cff3da"
    )
    assert len({one.subkey(p) for p in ("match", "django-secret", "database", "backup")} | {SECRET}) == 5


def test_the_key_of_this_process_is_found_once(home, monkeypatch):
    monkeypatch.setenv("STRANDLINE_HOME", str(home))
    for name in ("STRANDLINE_KEY_FILE", "CREDENTIALS_DIRECTORY"):
        monkeypatch.delenv(name, raising=False)
    made = key.make_keyfile(home)
    key.forget()

    first = key.database_key()
    (home / "strandline.key").unlink()
    again = key.database_key()
    key.forget()
    with pytest.raises(NoKey):
        key.database_key()

    assert first == again == made.subkey("database")


@pytest.fixture(autouse=True)
def _forgotten_afterwards():
    yield
    key.forget()
