"""Copies of the database: made while the bot runs, checked before they count, put back only after another check.

Blocks its thread on the disk; ``back_up`` takes one of its own. Must not know what the tables mean.
"""

import asyncio
import os
import shutil
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from storage.database import BACKUPS_DIR, DATABASE_FILE
from storage.errors import BackupUnsound, StorageUnreachable, translated
from storage.lock import data_dir_lock
from storage.migrate import applied, migrations

KEEP = 14
_COPIES = "tollmate-*.db"
# SQLite's companions of a database in use (https://www.sqlite.org/tempfiles.html).
_COMPANIONS = ("-wal", "-shm", "-journal")


async def back_up(data_dir: Path, folder: Path, now: int, keep: int = KEEP) -> Path:
    """Copy the database as it is at this moment, check the copy, and only then give it its name, which tells ``now``
    (ms UTC). The newest ``keep`` copies stay. Needs no lock: it reads, so the command line may do it beside the bot.

    Raises:
        BackupUnsound: the copy did not pass its checks; the older copies are untouched.
        StorageError: the database could not be read, or the copy not be written.
    """
    return await asyncio.to_thread(_back_up, data_dir / DATABASE_FILE, folder, now, keep)


def _back_up(database: Path, folder: Path, now: int, keep: int) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    copy = folder / f"tollmate-{datetime.fromtimestamp(now / 1000, UTC):%Y%m%dT%H%M%SZ}.db"
    part = copy.with_suffix(".part")
    part.unlink(missing_ok=True)
    try:
        _copy(database, part)
        check(part)
        part.replace(copy)
    finally:
        part.unlink(missing_ok=True)
    _sync(folder)
    for old in sorted(folder.glob(_COPIES))[:-keep]:
        old.unlink()
    return copy


def _copy(database: Path, target: Path) -> None:
    try:
        with closing(sqlite3.connect(f"{database.absolute().as_uri()}?mode=ro", uri=True)) as connection:
            connection.execute("VACUUM INTO :target", {"target": str(target)})
    except sqlite3.Error as error:
        raise translated(error) from error
    _sync(target)


def check(file: Path) -> None:
    """Read the whole file: pages, indexes, constraints, references, and whether this program can open it.

    Raises:
        BackupUnsound: something is wrong with it.
        NotOurDatabase, DatabaseTooNew, MigrationChanged: it is sound but not for this program.
    """
    if not file.is_file():
        raise BackupUnsound(f"there is no file {file}")
    try:
        # Immutable: nobody writes to a copy, and the check leaves no companions beside it.
        with closing(sqlite3.connect(f"{file.absolute().as_uri()}?immutable=1", uri=True)) as connection:
            _check(connection)
    except sqlite3.Error as error:
        raise BackupUnsound(str(error)) from error


def _check(connection: sqlite3.Connection) -> None:
    if applied(connection, migrations()) == 0:
        raise BackupUnsound("it is empty")
    verdict: str = connection.execute("PRAGMA integrity_check(1)").fetchone()[0]
    if verdict != "ok":
        raise BackupUnsound(verdict)
    broken = connection.execute("PRAGMA foreign_key_check").fetchall()
    if broken:
        raise BackupUnsound(f"{len(broken)} broken references, first in table {broken[0][0]}")


def restore(copy: Path, data_dir: Path) -> Path | None:
    """Put a checked copy in the place of the database. Returns where the replaced one was set aside, None if there was
    none.

    Raises:
        DataDirBusy: the bot is running.
        BackupUnsound, NotOurDatabase, DatabaseTooNew, MigrationChanged: the copy is not good; nothing was changed.
        StorageUnreachable: the disk refused.
    """
    check(copy)
    with data_dir_lock(data_dir):
        try:
            return _replace(copy, data_dir / DATABASE_FILE)
        except OSError as error:
            raise StorageUnreachable(str(error)) from error


def _replace(copy: Path, database: Path) -> Path | None:
    part = database.with_suffix(".part")
    shutil.copyfile(copy, part)
    _sync(part)
    aside = _set_aside(database)
    # Before the rename, never after: a write-ahead log left over would be played into the restored file and destroy it.
    for companion in _companions(database):
        companion.unlink()
    part.replace(database)
    _sync(database.parent)
    return aside


def _set_aside(database: Path) -> Path | None:
    """A copy of the files as they are, whatever their state, under the first free number."""
    if not database.exists():
        return None
    folder = database.parent / BACKUPS_DIR
    folder.mkdir(exist_ok=True)
    aside = next(path for n in range(1, 10_000) if not (path := folder / f"before-restore-{n:04}.db").exists())
    for file in (*_companions(database), database):
        target = aside.with_name(file.name.replace(database.name, aside.name))
        shutil.copyfile(file, target)
        _sync(target)
    return aside


def _companions(database: Path) -> list[Path]:
    paths = [database.with_name(database.name + ending) for ending in _COMPANIONS]
    return [path for path in paths if path.exists()]


def _sync(path: Path) -> None:
    """Wait until the file, or the directory's list of names, is on the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
