"""What the file system says about a store's files: whose they are, where they lie, who has them open."""

from __future__ import annotations

import errno
import fcntl
import os
import stat
import time

from crm_tui.domain.errors import Invalid, Unavailable

#: beside a store, and part of it: SQLite's write-ahead log, its index, its rollback journal
JOURNALS = ("-wal", "-shm", "-journal")
MOUNTS = "/proc/self/mountinfo"
#: seconds to wait for another program that creates, checks or migrates the store
PATIENCE = 5.0
_POLL = 0.02
# fmt: off
_NETWORK = frozenset({
    "9p", "afs", "beegfs", "ceph", "cifs", "coda", "drvfs", "gfs", "gfs2", "glusterfs", "gpfs", "lustre",
    "ncpfs", "nfs", "nfs4", "ocfs2", "orangefs", "prl_fs", "smb3", "smbfs", "vboxsf", "virtiofs", "vmhgfs",
})
# fmt: on


def absolute(path: str) -> str:
    """The path with the links of its folders resolved; the last part is left as it is."""
    folder, name = os.path.split(os.path.abspath(path))
    return os.path.join(os.path.realpath(folder), name)


def require_own_file(path: str) -> os.stat_result | None:
    """None where nothing is at ``path``; raises unless it is a regular file, not a link, of this user."""
    try:
        found = os.lstat(path)
    except FileNotFoundError:
        return None
    if stat.S_ISLNK(found.st_mode):
        raise Unavailable(f"{path} is a link, which is not followed: name {os.path.realpath(path)} itself.")
    if not stat.S_ISREG(found.st_mode):
        kind = "a folder" if stat.S_ISDIR(found.st_mode) else "not a regular file"
        raise Invalid("store", f"{path} is {kind}; name the file of a store")
    if found.st_uid != os.geteuid():
        raise Unavailable(f"{path} belongs to another user; ask them for a backup, or name a store of yours.")
    return found


def require_own_folder(path: str) -> None:
    """Make the folder, open to this user alone, if there is none; raises unless it is one of this user's."""
    if not os.path.lexists(path):
        os.mkdir(path, 0o700)
    found = os.lstat(path)
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid():
        raise Unavailable(f"{path} is not a folder of yours; move it away and try again.")


def is_writable(path: str) -> bool:
    """Whether this user may write to the file or folder: on a read-only disk not even root may."""
    return os.access(path, os.W_OK, effective_ids=os.access in os.supports_effective_ids)


def has_unfinished_journal(path: str) -> bool:
    """Whether a journal with content lies beside the store at ``path``: it is open, or ended uncleanly."""
    for suffix in ("-wal", "-journal"):
        try:
            if os.lstat(path + suffix).st_size:
                return True
        except FileNotFoundError:
            continue
    return False


def network_type(folder: str) -> str | None:
    """The file system's type if ``folder`` lies on a network drive or FUSE: memory is not shared over it."""
    try:
        with open(MOUNTS, encoding="utf-8", errors="surrogateescape") as file:
            kind = type_of_mount(folder, file.read())
    except FileNotFoundError:  # not Linux: nothing is known, so nothing is said
        return None
    return kind if kind in _NETWORK or kind.startswith("fuse") else None


def type_of_mount(folder: str, mountinfo: str) -> str:
    """The file system's type at ``folder`` by the lines of /proc/self/mountinfo; empty if none fits."""
    longest, found = -1, ""
    for line in mountinfo.split("\n"):
        mount, _, rest = line.partition(" - ")
        fields = mount.split(" ")
        if len(fields) < 5 or not rest:
            continue
        at = fields[4]
        if "\\" in at:  # blanks and the like
            at = os.fsdecode(at.encode("utf-8", "surrogateescape").decode("unicode_escape").encode("latin-1"))
        at = at.rstrip("/")
        is_above = folder == at or folder.startswith(at + "/")
        if is_above and len(at) >= longest:  # a later mount covers an earlier one
            longest, found = len(at), rest.split(" ")[0]
    return found


def write_new(path: str, content: bytes) -> None:
    """Write a file that nobody else may read, on the disk on return; FileExistsError if there is one."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    with open(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def publish(temporary: str, path: str) -> None:
    """Give a finished file its name in one step, never over another: FileExistsError if there is one."""
    try:
        os.link(temporary, path)
    except OSError as error:
        if error.errno not in (errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK):
            raise
        # a disk without hard links (FAT): the name is taken first, then the finished file replaces it
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600))
        os.replace(temporary, path)
    else:
        os.unlink(temporary)
    sync_folder(os.path.dirname(path))


def sync_file(path: str) -> None:
    """Have the content of a file on the disk on return.

    Not for a database that is open: closing this handle drops SQLite's locks on it.
    """
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_folder(folder: str) -> None:
    """Have names made, moved and removed in ``folder`` on the disk on return."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


class StoreLock:
    """Says who has a store open, by a lock on the file ``<path>.lock``, which ends with its process.

    Everybody who uses a store holds it shared; who creates, checks, migrates or replaces it, alone. A file
    of its own, because closing any other handle of the database would drop SQLite's locks on it.
    """

    def __init__(self, path: str) -> None:
        self._path = path
        lock = path + ".lock"
        require_own_file(lock)
        self._descriptor = os.open(lock, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)

    def take(self) -> bool:
        """Hold the lock; true if nobody else has the store open. Raises Unavailable if it stays taken."""
        deadline = time.monotonic() + PATIENCE
        while True:
            if self.take_alone():
                return True
            if self._try(fcntl.LOCK_SH):
                return False
            self._wait(deadline)

    def take_alone(self) -> bool:
        """Hold the lock alone, if nobody else has the store open."""
        return self._try(fcntl.LOCK_EX)

    def take_shared(self) -> bool:
        """Hold the lock with others, if nobody has it alone."""
        return self._try(fcntl.LOCK_SH)

    def wait_alone(self) -> None:
        """Hold the lock alone as soon as nobody else has it. Raises Unavailable if it stays taken."""
        deadline = time.monotonic() + PATIENCE
        while not self.take_alone():
            self._wait(deadline)

    def share(self) -> None:
        """Let others use the store too. Between the two states another may have had it alone for a moment."""
        deadline = time.monotonic() + PATIENCE
        while not self._try(fcntl.LOCK_SH):
            self._wait(deadline)

    def release(self) -> None:
        """Give the lock up, for good."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1

    def _try(self, mode: int) -> bool:
        try:
            fcntl.flock(self._descriptor, mode | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        except OSError as error:
            if error.errno not in (errno.ENOLCK, errno.EOPNOTSUPP, errno.ENOSYS):
                raise
            # a disk that knows no locks: nobody else can be seen, so nobody is there
        return True

    def _wait(self, deadline: float) -> None:
        if time.monotonic() > deadline:
            raise Unavailable(
                f"{self._path} is being checked, updated or restored by another program; try again when that is done."
            )
        time.sleep(_POLL)


class alone:
    """A context in which one has the store at ``path`` to oneself; Unavailable while it is open anywhere.

    A class, because a look-up from the shell need not pay for contextlib."""

    def __init__(self, path: str) -> None:
        self._path = path

    def __enter__(self) -> None:
        self._lock = StoreLock(self._path)
        try:
            if not self._lock.take_alone():
                raise Unavailable(f"{self._path} is open in another crm-tui; close it there and try again.")
        except BaseException:
            self._lock.release()
            raise

    def __exit__(self, *exception: object) -> None:
        self._lock.release()
