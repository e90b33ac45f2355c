"""Where the database may lie: a local disk, a directory closed to others, files closed to others."""

import os
import stat
import subprocess
import sys
import threading
from functools import lru_cache
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

# Shared memory and locks of SQLite's write-ahead log do not hold across these (sqlite.org/wal.html, point 2).
NETWORK = {
    "nfs", "nfs3", "nfs4", "cifs", "smb", "smb2", "smb3", "smbfs", "afs", "afpfs", "webdav", "davfs", "ncpfs", "ncp",
    "coda", "ceph", "glusterfs", "lustre", "gfs", "gfs2", "ocfs2", "gpfs", "beegfs", "orangefs", "pvfs2", "vboxsf",
    "prl_fs", "vmhgfs", "fuse.sshfs", "fuse.s3fs", "fuse.rclone", "fuse.glusterfs", "fuse.ceph", "fuse.davfs2",
    "fuse.vmhgfs-fuse", "fuse.grpcfuse", "osxfs", "fuse.gcsfuse", "fuse.curlftpfs", "fuse.smbnetfs", "fuse.juicefs",
    "macfuse.sshfs", "osxfuse", "fuse.moosefs", "fuse.seaweedfs",
}  # fmt: skip


def kind_of_disk(path: Path) -> str:
    """Name the file system that holds `path`, as the kernel calls it; empty when it cannot be told."""
    place = path.resolve()
    while not place.exists():
        place = place.parent
    mounts = _linux_mounts() if sys.platform == "linux" else _other_mounts()
    holding = [(point, kind) for point, kind in mounts if place == point or point in place.parents]
    # The last mount on a point hides those before it.
    best = max(range(len(holding)), key=lambda i: (len(holding[i][0].parts), i), default=None)
    return "" if best is None else holding[best][1]


@lru_cache(maxsize=16)
def refuse_network_disk(path: Path) -> None:
    """Raise ImproperlyConfigured if the path lies on another machine's disk; a disk that passed is not asked again."""
    kind = kind_of_disk(path)
    if kind in NETWORK:
        raise ImproperlyConfigured(
            f"The database {path} lies on a network file system ({kind}), where it would be damaged sooner or later: "
            "put it on a local disk, or use PostgreSQL."
        )


def make_private_directory(directory: Path) -> None:
    """Make the directory, closed to others. One that is there and open to others is refused, unless it is empty.

    A directory that is not ours alone (such as /tmp) is never changed: its sticky bit protects the files in it.
    """
    try:
        directory.mkdir(mode=0o700, parents=True)
        return
    except FileExistsError:
        pass  # it was there, or another process has made it this moment
    mode = directory.stat().st_mode
    if not mode & 0o077 or mode & stat.S_ISVTX:
        return
    if not any(directory.iterdir()):
        directory.chmod(0o700)
        return
    raise ImproperlyConfigured(
        f"The directory {directory} is open to other users of this machine ({stat.S_IMODE(mode):04o}): "
        f"run `chmod 700 {directory}`, or put the database into a directory of its own."
    )


def make_private_file(path: Path) -> None:
    """Make the file if it is not there, and close it to others; SQLite gives its companions the same mode."""
    try:
        os.close(os.open(path, os.O_CREAT | os.O_RDWR | os.O_EXCL | os.O_CLOEXEC, 0o600))
    except FileExistsError:
        if path.stat().st_mode & 0o077:
            path.chmod(0o600)


def write_durably(path: Path, content: bytes) -> None:
    """Put the whole content in place at once, or nothing: write beside it, sync, rename, sync the directory."""
    beside = path.with_name(f".{path.name}.{os.getpid()}-{threading.get_ident()}.new")
    file = os.open(beside, os.O_CREAT | os.O_WRONLY | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    try:
        with os.fdopen(file, "wb") as out:
            out.write(content)
            out.flush()
            os.fsync(out.fileno())
        os.replace(beside, path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise
    sync_directory(path.parent)


def sync_directory(directory: Path) -> None:
    """Make a new, renamed or deleted name in the directory survive a power cut."""
    file = os.open(directory, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(file)
    finally:
        os.close(file)


def _linux_mounts() -> list[tuple[Path, str]]:
    try:
        return parse_mountinfo(Path("/proc/self/mountinfo").read_text())
    except OSError:
        return []


def _other_mounts() -> list[tuple[Path, str]]:
    try:
        told = subprocess.run(["/sbin/mount"], capture_output=True, text=True, timeout=5, check=True)
    except (OSError, subprocess.SubprocessError):
        return []
    return parse_mount(told.stdout)


def parse_mountinfo(text: str) -> list[tuple[Path, str]]:
    """Read /proc/self/mountinfo: the fifth field is the mount point, the kind follows the lone hyphen."""
    found = []
    for line in text.splitlines():
        before, _, after = line.partition(" - ")
        # The kernel writes blanks in names as octal escapes.
        point = (
            before.split(" ")[4]
            .replace("\\040", " ")
            .replace("\\011", "\t")
            .replace("\\012", "\n")
            .replace("\\134", "\\")
        )
        found.append((Path(point), after.split(" ")[0]))
    return found


def parse_mount(text: str) -> list[tuple[Path, str]]:
    """Read what BSD's and macOS's `mount` prints: `source on /point (kind, option, …)`."""
    found = []
    for line in text.splitlines():
        head, _, options = line.rpartition(" (")
        _, _, point = head.partition(" on ")
        if point and options:
            found.append((Path(point), options.rstrip(")").split(",")[0]))
    return found
