"""The address at which people reach an installation: a line in its home, read before the settings are made."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

from strandline.store import files

_HOST = frozenset("abcdefghijklmnopqrstuvwxyz0123456789.-:")


class BadAddress(ValueError):
    """An address at which nobody can be reached; the reason says why."""


def path_in(home: Path) -> Path:
    return home / "address"


def read(home: Path) -> str:
    """Return the address of this home; an empty text where none was given."""
    try:
        return path_in(home).read_text("utf-8").strip()
    except FileNotFoundError:
        return ""


def keep(home: Path, text: str) -> None:
    """Keep the address. Raises BadAddress."""
    files.make_private_file(path_in(home))
    path_in(home).write_text(checked(text) + "\n", "utf-8")


def checked(text: str) -> str:
    """Return the address without what follows the host. Raises BadAddress with the reason."""
    try:
        parts = urlsplit(text.strip())
        host, port = parts.hostname or "", parts.port
    except ValueError as bad:
        raise BadAddress("This is not an address such as https://tenants.example.org.") from bad
    if parts.scheme not in ("http", "https") or not host or not host.isascii() or set(host) - _HOST:
        raise BadAddress("Give it whole, such as https://tenants.example.org.")
    if parts.username or parts.query or parts.fragment or parts.path not in ("", "/"):
        raise BadAddress("Give only the beginning, up to the host, such as https://tenants.example.org.")
    shown = f"[{host}]" if ":" in host else host
    return f"{parts.scheme}://{shown}" + (f":{port}" if port else "")


def hosts(url: str) -> list[str]:
    """Return the host of an address as Django lists those that it answers for; none of an empty one."""
    host = urlsplit(url).hostname if url else None
    if not host:
        return []
    return [f"[{host}]" if ":" in host else host]
