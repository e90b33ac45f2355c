"""Where the database may lie, and how a file is put in place."""

from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from strandline.store import files

MOUNTINFO = r"""
22 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw
23 22 0:5 / /srv rw - tmpfs tmpfs rw
40 22 0:40 / /srv/our\040share rw,relatime shared:2 master:1 - nfs4 server:/x rw
41 22 0:41 / /srv/local rw - nfs4 server:/y rw
42 22 0:42 / /srv/local rw - xfs /dev/vdb rw
""".strip()

MOUNT = """
/dev/disk3s1s1 on / (apfs, sealed, local, read-only, journaled)
//amina@nas/share on /Volumes/share (smbfs, nodev, nosuid, mounted by amina)
""".strip()


@pytest.mark.parametrize(
    ("place", "kind"),
    [
        ("/var/strandline.db", "ext4"),
        ("/srv/strandline.db", "tmpfs"),
        ("/srv/our share/strandline.db", "nfs4"),
        ("/srv/our share (2)/strandline.db", "tmpfs"),
        ("/srv/local/a/b", "xfs"),
    ],
)
def test_kind_of_disk_is_that_of_the_nearest_and_latest_mount(monkeypatch, place, kind):
    monkeypatch.setattr(files, "_linux_mounts", lambda: files.parse_mountinfo(MOUNTINFO))
    monkeypatch.setattr(files.sys, "platform", "linux")
    monkeypatch.setattr(Path, "exists", lambda self: True)

    assert files.kind_of_disk(Path(place)) == kind


def test_a_network_disk_is_refused_and_nothing_is_made_on_it(monkeypatch, connect, path):
    monkeypatch.setattr(files, "_linux_mounts", lambda: [(Path("/"), "nfs4")])
    monkeypatch.setattr(files.sys, "platform", "linux")

    with pytest.raises(ImproperlyConfigured) as refused:
        connect().ensure_connection()

    assert str(refused.value) == (
        f"The database {path} lies on a network file system (nfs4), where it would be damaged sooner or later: "
        "put it on a local disk, or use PostgreSQL."
    )
    assert not path.parent.exists()


def test_mount_of_macos_is_read():
    assert files.parse_mount(MOUNT) == [(Path("/"), "apfs"), (Path("/Volumes/share"), "smbfs")]


def test_this_disk_is_known_and_local(tmp_path):
    kind = files.kind_of_disk(tmp_path / "not" / "there")

    assert kind not in {"", *files.NETWORK}


def test_a_file_is_replaced_whole_or_not_at_all(tmp_path, monkeypatch):
    path = tmp_path / "x"
    files.write_durably(path, b"old")

    monkeypatch.setattr(files.os, "replace", lambda *_: (_ for _ in ()).throw(OSError(28, "No space left")))
    with pytest.raises(OSError):
        files.write_durably(path, b"new")

    assert {item.name: item.read_bytes() for item in tmp_path.iterdir()} == {"x": b"old"}
    assert path.stat().st_mode & 0o777 == 0o600
