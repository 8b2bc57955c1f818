"""Bring a database file to the schema of this code: run the files of ``storage/migrations`` that it has not seen, in
order, forward only.

Runs before anything else opens the file and blocks its thread. Must not know what the tables mean.
"""

import hashlib
import re
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from storage.errors import DatabaseTooNew, MigrationChanged, MigrationFailed, NotOurDatabase, translated

MIGRATIONS_DIR = Path(__file__).parent / "migrations"
# "toll" in ASCII: marks the file as ours (https://www.sqlite.org/pragma.html#pragma_application_id).
APPLICATION_ID = 0x746F6C6C
_FILE_NAME = re.compile(r"(\d{4})_[a-z0-9_]+\.sql")


@dataclass(frozen=True, slots=True)
class Migration:
    """One file ``NNNN_name.sql``. Its text is run as one transaction, so it holds no BEGIN, COMMIT or PRAGMA."""

    number: int
    name: str
    sql: str

    @property
    def sha256(self) -> str:
        """Of the text, not of the bytes: a checkout with other line ends is no change."""
        return hashlib.sha256(self.sql.encode()).hexdigest()


def migrations(directory: Path = MIGRATIONS_DIR) -> list[Migration]:
    """All migrations by number, from 1 without a gap.

    Raises:
        MigrationFailed: a file is named otherwise, or a number is missing or used twice.
    """
    found = [_load(file) for file in sorted(directory.glob("*.sql"))]
    if [migration.number for migration in found] != list(range(1, len(found) + 1)):
        raise MigrationFailed(f"the numbers in {directory.name} do not run 1, 2, 3, …")
    return found


def _load(file: Path) -> Migration:
    match = _FILE_NAME.fullmatch(file.name)
    if match is None:
        raise MigrationFailed(f"{file.name} is not named NNNN_name.sql")
    return Migration(int(match[1]), file.stem, file.read_text("utf-8"))


def migrate(database: Path, steps: Sequence[Migration], backups: Path, busy_timeout: float = 5.0) -> None:
    """Apply the steps that ``database`` lacks; the file is made if there is none. An existing file is first copied into
    ``backups``. The caller holds the lock of the data directory.

    Raises:
        NotOurDatabase, DatabaseTooNew, MigrationChanged: the file does not fit this code; it is left untouched.
        MigrationFailed: a step broke off; the steps before it stay applied.
    """
    try:
        with closing(sqlite3.connect(database, timeout=busy_timeout, isolation_level=None)) as connection:
            _migrate(connection, steps, backups)
    except sqlite3.Error as error:
        raise translated(error) from error


def applied(connection: sqlite3.Connection, steps: Sequence[Migration]) -> int:
    """How many of the steps this database has seen; 0 for an empty file.

    Raises:
        NotOurDatabase, DatabaseTooNew, MigrationChanged: it does not fit this code.
    """
    version = _version(connection)
    _check_history(connection, version, steps)
    return version


def _migrate(connection: sqlite3.Connection, steps: Sequence[Migration], backups: Path) -> None:
    version = applied(connection, steps)
    pending = steps[version:]
    if pending and version > 0:
        _copy(connection, backups / f"before-{pending[0].name}.db")
    # A step may rebuild a table that others refer to (https://www.sqlite.org/lang_altertable.html#otheralter);
    # the keys are checked before its commit instead. The pragma does nothing inside a transaction.
    connection.execute("PRAGMA foreign_keys = OFF")
    for step in pending:
        _apply(connection, step)


def _version(connection: sqlite3.Connection) -> int:
    owner = _number(connection, "PRAGMA application_id")
    if owner == APPLICATION_ID:
        return _number(connection, "PRAGMA user_version")
    if owner != 0 or _number(connection, "SELECT count(*) FROM sqlite_master") > 0:
        raise NotOurDatabase(f"application id {owner:#x}")
    return 0


def _number(connection: sqlite3.Connection, sql: str) -> int:
    return int(connection.execute(sql).fetchone()[0])


def _check_history(connection: sqlite3.Connection, version: int, steps: Sequence[Migration]) -> None:
    if version > len(steps):
        raise DatabaseTooNew(f"it is at {version}, this program knows {len(steps)}")
    if version == 0:
        return
    recorded = dict(connection.execute("SELECT number, sha256 FROM migrations"))
    for step in steps[:version]:
        if recorded.get(step.number) != step.sha256:
            raise MigrationChanged(step.name)


def _copy(connection: sqlite3.Connection, target: Path) -> None:
    """The way back. A copy left by an attempt that failed is replaced: the database has not moved on since."""
    target.parent.mkdir(exist_ok=True)
    target.unlink(missing_ok=True)
    connection.execute("VACUUM INTO :target", {"target": str(target)})


def _apply(connection: sqlite3.Connection, step: Migration) -> None:
    try:
        # executescript begins by committing what is open, so the BEGIN stands inside the script.
        connection.executescript(f"BEGIN IMMEDIATE;\n{step.sql}")
        if not connection.in_transaction:
            raise MigrationFailed(f"{step.name} ends its own transaction")
        _record(connection, step)
        broken = connection.execute("PRAGMA foreign_key_check").fetchall()
        if broken:
            raise MigrationFailed(f"{step.name} leaves {len(broken)} broken references, first in table {broken[0][0]}")
        connection.execute("COMMIT")
    except sqlite3.Error as error:
        raise MigrationFailed(f"{step.name}: {error}") from error
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")


def _record(connection: sqlite3.Connection, step: Migration) -> None:
    # The one moment taken from the database's own clock: it only tells the history of this file.
    connection.execute(
        "INSERT INTO migrations (number, name, sha256, applied_at)"
        " VALUES (:number, :name, :sha256, unixepoch() * 1000)",
        {"number": step.number, "name": step.name, "sha256": step.sha256},
    )
    # Pragmas take no parameters; both belong to the transaction.
    connection.execute(f"PRAGMA user_version = {step.number:d}")
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID:d}")
