"""What SQLite and the file system report, in words for a person: the one place where that is translated.

Let through are apsw.ConstraintError, which the facets know how to explain, and errors in our own statements.
"""

from __future__ import annotations

import errno
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import apsw

from crm_tui.domain.errors import Corrupt, Interrupted, Invalid, Unavailable

_DISK_IS_FULL = (errno.ENOSPC, errno.EDQUOT)
_DAMAGED_DISK = (apsw.SQLITE_IOERR_CORRUPTFS, apsw.SQLITE_IOERR_DATA)


def damaged(path: str, what: object) -> Corrupt:
    """The error for a store that is broken; ``what`` says where."""
    return Corrupt(f"{path} is damaged ({what}); restore a backup of it with “crm-tui restore”.")


@contextmanager
def told(path: str, is_damaged: Callable[[], bool] | None = None) -> Iterator[None]:
    """Raise errors of the domain for what goes wrong with the store at ``path`` inside the block.

    A statement that SQLite does not understand is a mistake of ours, unless the tables it speaks of are
    damaged: ``is_damaged`` finds out.
    """
    try:
        yield
    except apsw.InterruptError as error:
        raise Interrupted from error
    except (apsw.BusyError, apsw.LockedError, apsw.ProtocolError) as error:
        raise Unavailable(
            f"{path} is locked by another program; nothing was changed: wait until it is done and try again."
        ) from error
    except apsw.FullError as error:
        raise _full(path) from error
    except apsw.IOError as error:
        if getattr(error, "extendedresult", 0) in _DAMAGED_DISK:
            raise damaged(path, error) from error
        raise Unavailable(
            f"The disk with {path} refuses ({error}); what was saved before is safe:"
            " check the disk, its space and your quota, then try again."
        ) from error
    except (apsw.CantOpenError, apsw.PermissionsError, apsw.AuthError) as error:
        raise Unavailable(
            f"{path} can't be opened ({error}); check that you may read and write it and its folder."
        ) from error
    except apsw.ReadOnlyError as error:
        raise Unavailable(f"{path} can't be written ({error}); nothing was changed in it.") from error
    except apsw.NoMemError as error:
        raise Unavailable(f"There is not enough memory to read {path}; close other programs and try again.") from error
    except (apsw.CorruptError, apsw.NotADBError, apsw.FormatError, UnicodeDecodeError) as error:
        raise damaged(path, error) from error
    except apsw.SQLError as error:
        if is_damaged is not None and is_damaged():
            raise damaged(path, error) from error
        raise
    except OverflowError as error:
        if "too big to convert" not in str(error):
            raise
        raise Invalid("number", "is larger than a store can keep") from error
    except OSError as error:
        if error.errno in _DISK_IS_FULL:
            raise _full(path) from error
        named = error.filename or path
        raise Unavailable(f"{named} can't be used ({error.strerror}); check it and the folder it is in.") from error


def _full(path: str) -> Unavailable:
    return Unavailable(f"The disk with {path} is full; what was saved before is safe: free some space and try again.")
