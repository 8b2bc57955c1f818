"""What can go wrong with the database and is not a bug: each class docstring is the sentence a person reads.

Bugs (a wrong statement, a broken constraint) stay ``sqlite3`` errors and pass through untouched. Must not know what
was being stored.
"""

import inspect
import sqlite3

# SQLite's primary result codes (https://www.sqlite.org/rescode.html); the upper bits of an error code are detail.
_PRIMARY = 0xFF


class StorageError(Exception):
    """The database could not do what was asked."""

    def __init__(self, detail: str = "") -> None:
        super().__init__(detail)
        self.detail = detail

    def __str__(self) -> str:
        sentence = inspect.cleandoc(type(self).__doc__ or "").partition("\n\n")[0].replace("\n", " ")
        return f"{sentence} ({self.detail})" if self.detail else sentence


class StorageBusy(StorageError):
    """The database is locked by another program and stayed locked for as long as we may wait."""


class StorageFull(StorageError):
    """There is no room left on the disk of the data directory."""


class StorageCorrupt(StorageError):
    """The database file is damaged or is no database: restore the last backup."""


class StorageReadOnly(StorageError):
    """The database file or its directory may not be written to."""


class StorageUnreachable(StorageError):
    """The database file cannot be opened, read or written: look at the disk and its permissions."""


class StorageClosed(StorageError):
    """The database is closed."""


class TransactionLost(StorageError):
    """The transaction was rolled back as a whole: nothing of it is kept."""


class DataDirBusy(StorageError):
    """Another Tollmate is using this data directory: stop it first."""


class NotOurDatabase(StorageError):
    """The database file belongs to another program."""


class DatabaseTooNew(StorageError):
    """The database was written by a newer Tollmate: update the program, or restore the backup from before."""


class MigrationChanged(StorageError):
    """A migration was edited after this database had run it: take the edit back and write a new migration."""


class MigrationFailed(StorageError):
    """A migration could not be applied: the database is as it was before it."""


class BackupUnsound(StorageError):
    """The backup did not pass its checks and is not used."""


class NestedUnit(RuntimeError):
    """A unit of work asked for another one: use the connection it was given."""

    def __init__(self) -> None:
        super().__init__(type(self).__doc__)


class UnitWaited(RuntimeError):
    """A unit of work waited for something else than its connection: do that before it or after it."""

    def __init__(self) -> None:
        super().__init__(type(self).__doc__)


_FAULTS: dict[int, type[StorageError]] = {
    sqlite3.SQLITE_BUSY: StorageBusy,
    sqlite3.SQLITE_LOCKED: StorageBusy,
    sqlite3.SQLITE_FULL: StorageFull,
    sqlite3.SQLITE_CORRUPT: StorageCorrupt,
    sqlite3.SQLITE_NOTADB: StorageCorrupt,
    sqlite3.SQLITE_READONLY: StorageReadOnly,
    sqlite3.SQLITE_PERM: StorageUnreachable,
    sqlite3.SQLITE_IOERR: StorageUnreachable,
    sqlite3.SQLITE_CANTOPEN: StorageUnreachable,
}


def translated(error: sqlite3.Error) -> Exception:
    """The storage error for a fault of the environment; the error itself if it is a bug."""
    # Errors raised by the module rather than by SQLite (wrong parameters, say) carry no code: always bugs.
    code: int | None = getattr(error, "sqlite_errorcode", None)
    fault = None if code is None else _FAULTS.get(code & _PRIMARY)
    return error if fault is None else fault(str(error))
