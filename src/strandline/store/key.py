"""The key: 32 random bytes from which one key is derived for each purpose. It is never stored beside itself in clear.

It is looked for in this order: systemd's credential, the file named by STRANDLINE_KEY_FILE, the keyfile in
STRANDLINE_HOME, the keyring of the operating system, and a passphrase that unlocks the keyfile. PostgreSQL needs it as
much as the encrypted file does: sessions, match keys and backups are keyed from it.
"""

import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from importlib import import_module
from pathlib import Path

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from strandline.store import files, keyfile
from strandline.store.keyfile import SECRET_BYTES, MadeBy, NoKey

__all__ = ["Key", "MadeBy", "NoKey", "current", "database_key", "find", "forget", "make_keyfile", "path_in"]

KEYFILE = "strandline.key"
KEYRING_SERVICE = "strandline"


@dataclass(frozen=True, slots=True)
class Key:
    """The key, where it came from and who made it. A test clock is allowed only if the demo or a test made it."""

    secret: bytes = field(repr=False)
    made_by: MadeBy
    source: str

    @property
    def allows_test_clock(self) -> bool:
        return self.made_by in {MadeBy.DEMO, MadeBy.TEST}

    def subkey(self, purpose: str, *, length: int = 32) -> bytes:
        """Derive the key for one purpose; knowing it reveals neither this key nor that of another purpose."""
        return _derived(self.secret, purpose, length)


@lru_cache(maxsize=50)
def _derived(secret: bytes, purpose: str, length: int) -> bytes:
    # Every page of a list seals where it ends: deriving takes longer than sealing.
    info = b"strandline 1 " + purpose.encode()
    return HKDF(algorithm=SHA256(), length=length, salt=None, info=info).derive(secret)


def path_in(home: Path) -> Path:
    return home / KEYFILE


def home_of(environ: Mapping[str, str]) -> Path:
    """Name the directory that holds everything: STRANDLINE_HOME, or `.strandline` where the command was given."""
    return Path(environ.get("STRANDLINE_HOME") or ".strandline").expanduser().absolute()


def make_keyfile(
    home: Path, *, made_by: MadeBy = MadeBy.INIT, passphrase: str | None = None, secret: bytes | None = None
) -> Key:
    """Make a new key and keep it in the home directory, closed to others; with a passphrase, locked by it.

    `secret` is given when a key is put back together from its shares. Raises NoKey if there is a keyfile already:
    whoever overwrites a key loses what it opens.
    """
    path = path_in(home)
    files.make_private_directory(home)
    if path.exists():
        raise NoKey(
            f"There is a keyfile already: {path}. Overwriting it would lose everything that it opens."
        )
    secret = os.urandom(SECRET_BYTES) if secret is None else secret
    files.write_durably(path, keyfile.written(secret, made_by=made_by, passphrase=passphrase).encode())
    return Key(secret, MadeBy(made_by), str(path))


def find(environ: Mapping[str, str]) -> Key:
    """Look in each place in turn; the first that has a key gives it, and one that has a bad key is an error.

    Raises NoKey, with what to do about it.
    """
    home = home_of(environ)
    locked: Path | None = None
    for path, is_ours in _places(environ, home):
        text = _read(path, closed=is_ours)
        if keyfile.is_locked(text) and path == path_in(home):
            locked = path  # the keyring may have the key without asking for a passphrase
            continue
        return _opened(path, text, environ)
    if (stored := _from_keyring(home)) is not None:
        return stored
    if locked is not None:
        return _opened(locked, _read(locked, closed=True), environ)
    raise NoKey(
        f"There is no key: none in {path_in(home)}, and neither STRANDLINE_KEY_FILE nor a systemd credential names one. "
        "Run `strandline init`, or put the keyfile back from its paper shares with `strandline recover`."
    )


@lru_cache(maxsize=1)
def current() -> Key:
    """Find the key once for this process."""
    return find(os.environ)


def forget() -> None:
    """Let the next question look for the key again."""
    current.cache_clear()


def database_key() -> bytes:
    """Give the raw key of the encrypted database: made for settings, `OPTIONS={"key": database_key}`."""
    return current().subkey("database")


def _places(environ: Mapping[str, str], home: Path) -> list[tuple[Path, bool]]:
    """The files to look at, and whether their mode is ours to judge (systemd guards its own directory)."""
    places = []
    if directory := environ.get("CREDENTIALS_DIRECTORY"):
        credential = Path(directory) / KEYFILE
        if credential.exists():
            places.append((credential, False))
    if named := environ.get("STRANDLINE_KEY_FILE"):
        places.append((Path(named), True))  # named but missing is an error, not a reason to look elsewhere
    if path_in(home).exists():
        places.append((path_in(home), True))
    return places


def _read(path: Path, *, closed: bool) -> str:
    try:
        mode = path.stat().st_mode
        if closed and mode & 0o077:
            raise NoKey(
                f"The keyfile {path} is open to other users of this machine ({stat.S_IMODE(mode):04o}): "
                f"run `chmod 600 {path}`."
            )
        return path.read_text("utf-8")
    except OSError as error:
        raise NoKey(f"The keyfile {path} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise NoKey(f"The keyfile {path} is damaged: it is not text.") from error


def _opened(path: Path, text: str, environ: Mapping[str, str]) -> Key:
    passphrase = _passphrase(environ) if keyfile.is_locked(text) else None
    secret, made_by = keyfile.read(text, where=str(path), passphrase=passphrase)
    return Key(secret, made_by, str(path))


def _passphrase(environ: Mapping[str, str]) -> str | None:
    if named := environ.get("STRANDLINE_PASSPHRASE_FILE"):
        return _read(Path(named), closed=True).removesuffix("\n").removesuffix("\r")
    return environ.get("STRANDLINE_PASSPHRASE")


def _from_keyring(home: Path) -> Key | None:
    """Ask the operating system's keyring, if the module `keyring` is installed and a keyring is open."""
    try:
        keyring = import_module("keyring")  # an extra that not everyone installs
    except ImportError:
        return None
    try:
        text: str | None = keyring.get_password(KEYRING_SERVICE, str(home))
    except keyring.errors.KeyringError:
        return None
    if text is None:
        return None
    secret, made_by = keyfile.read(text, where="in the keyring", passphrase=None)
    return Key(secret, made_by, f"keyring, entry {home}")
