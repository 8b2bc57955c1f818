"""Backups: a copy counts only after it was checked, and goes back only after another check."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import closing
from pathlib import Path

import pytest

from domain.inbox import Incoming
from storage import inbox
from storage.backup import back_up, check, restore
from storage.database import DATABASE_FILE, Connection, Database
from storage.errors import (
    BackupUnsound,
    DatabaseTooNew,
    DataDirBusy,
    NotOurDatabase,
    StorageError,
    StorageUnreachable,
)

NOW = 1_760_000_000_000  # 2025-10-09 08:53:20 UTC
DAY = 86_400_000


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "copies"


@pytest.fixture
async def db(data_dir: Path) -> AsyncIterator[Database]:
    db = await Database.open(data_dir)
    await store(db, 1)
    yield db
    await db.close()


async def store(db: Database, update_id: int) -> None:
    await db.write(lambda tx: inbox.add(tx, [Incoming(update_id, 7, "{}", NOW)], NOW))


async def stored(data_dir: Path) -> list[int]:
    db = await Database.open(data_dir)
    waiting = await db.read(lambda tx: inbox.waiting(tx, NOW))
    await db.close()
    return [incoming.update_id for incoming in waiting]


def names(folder: Path) -> set[str]:
    return {file.name for file in folder.iterdir()}


def change(file: Path, *statements: str) -> None:
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        for statement in statements:
            connection.execute(statement)


# ── making ──


async def test_a_copy_of_a_running_database_is_named_after_its_moment_and_is_the_only_file(
    db: Database, data_dir: Path, folder: Path
) -> None:
    copy = await back_up(data_dir, folder, NOW)

    assert copy == folder / "tollmate-20251009T085320Z.db"
    assert names(folder) == {copy.name}
    check(copy)


async def test_a_copy_holds_what_was_committed_and_nothing_of_a_unit_in_progress(
    db: Database, data_dir: Path, folder: Path, tmp_path: Path
) -> None:
    async def unit(tx: Connection) -> Path:
        await inbox.add(tx, [Incoming(2, 7, "{}", NOW)], NOW)
        return asyncio.run(back_up(data_dir, folder, NOW))  # a unit runs in a thread of its own

    copy = await db.write(unit)
    restore(copy, tmp_path / "elsewhere")

    assert await stored(tmp_path / "elsewhere") == [1]


async def test_the_newest_copies_stay(db: Database, data_dir: Path, folder: Path) -> None:
    copies = [await back_up(data_dir, folder, NOW + day * DAY, keep=3) for day in range(5)]

    assert names(folder) == {copy.name for copy in copies[2:]}


async def test_other_files_in_the_folder_are_left_alone(db: Database, data_dir: Path, folder: Path) -> None:
    folder.mkdir()
    (folder / "before-0002_second.db").write_bytes(b"")
    for day in range(2):
        await back_up(data_dir, folder, NOW + day * DAY, keep=1)

    assert names(folder) == {"before-0002_second.db", "tollmate-20251010T085320Z.db"}


async def test_what_an_interrupted_backup_left_is_replaced(db: Database, data_dir: Path, folder: Path) -> None:
    folder.mkdir()
    (folder / "tollmate-20251009T085320Z.part").write_bytes(b"half a copy")

    copy = await back_up(data_dir, folder, NOW)

    assert names(folder) == {copy.name}


async def test_an_unsound_copy_is_thrown_away_and_the_older_ones_stay(
    db: Database, data_dir: Path, folder: Path
) -> None:
    good = await back_up(data_dir, folder, NOW, keep=1)
    await db.close()
    change(
        data_dir / DATABASE_FILE,
        "PRAGMA foreign_keys = OFF",
        "CREATE TABLE tag (note INTEGER NOT NULL REFERENCES inbox (update_id)) STRICT",
        "INSERT INTO tag VALUES (404)",
    )

    with pytest.raises(BackupUnsound, match="1 broken references, first in table tag"):
        await back_up(data_dir, folder, NOW + DAY, keep=1)
    assert names(folder) == {good.name}


async def test_a_database_that_is_not_there_cannot_be_copied(data_dir: Path, folder: Path) -> None:
    with pytest.raises(StorageUnreachable):
        await back_up(data_dir, folder, NOW)
    assert names(folder) == set()


# ── checking ──


def truncated(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-4096])


def broken_index(file: Path) -> None:
    change(
        file,
        "PRAGMA writable_schema = ON",
        "UPDATE sqlite_master SET sql = replace(sql, '(next_try_at)', '(lane)') WHERE name = 'inbox_waiting'",
    )


@pytest.mark.parametrize(
    ("spoil", "fault"),
    [
        (truncated, BackupUnsound),
        (broken_index, BackupUnsound),
        (lambda file: file.write_bytes(b"this is a letter, not a database" * 100), BackupUnsound),
        (lambda file: file.write_bytes(b""), BackupUnsound),
        (lambda file: file.unlink(), BackupUnsound),
        (lambda file: change(file, "PRAGMA user_version = 9999"), DatabaseTooNew),
        (lambda file: change(file, "PRAGMA application_id = 7"), NotOurDatabase),
    ],
)
async def test_a_bad_copy_is_refused_and_the_database_stays_as_it_is(
    db: Database, data_dir: Path, folder: Path, spoil: Callable[[Path], None], fault: type[StorageError]
) -> None:
    copy = await back_up(data_dir, folder, NOW)
    await db.close()
    spoil(copy)
    before = names(data_dir)

    with pytest.raises(fault):
        restore(copy, data_dir)
    assert names(data_dir) == before
    assert await stored(data_dir) == [1]


# ── putting back ──


async def test_restoring_brings_back_the_moment_of_the_copy_and_sets_the_present_aside(
    db: Database, data_dir: Path, folder: Path, tmp_path: Path
) -> None:
    copy = await back_up(data_dir, folder, NOW)
    await store(db, 2)
    await db.close()

    aside = restore(copy, data_dir)

    assert await stored(data_dir) == [1]
    assert aside == data_dir / "backups" / "before-restore-0001.db"
    restore(aside, data_dir)
    assert await stored(data_dir) == [1, 2]
    assert {"before-restore-0001.db", "before-restore-0002.db"} <= names(data_dir / "backups")


async def test_restoring_into_an_empty_directory_sets_nothing_aside(
    db: Database, data_dir: Path, folder: Path, tmp_path: Path
) -> None:
    copy = await back_up(data_dir, folder, NOW)

    assert restore(copy, tmp_path / "new") is None
    assert await stored(tmp_path / "new") == [1]


async def test_restoring_under_a_running_bot_is_refused(db: Database, data_dir: Path, folder: Path) -> None:
    copy = await back_up(data_dir, folder, NOW)
    await store(db, 2)

    with pytest.raises(DataDirBusy):
        restore(copy, data_dir)
    await db.close()
    assert await stored(data_dir) == [1, 2]


async def test_a_log_left_by_a_crash_is_set_aside_with_its_database_and_not_played_into_the_copy(
    db: Database, data_dir: Path, folder: Path, tmp_path: Path
) -> None:
    copy = await back_up(data_dir, folder, NOW)
    await store(db, 2)
    # What a kill -9 leaves behind: the file and its log, taken while both are in use.
    crashed = tmp_path / "crashed"
    crashed.mkdir()
    for name in (DATABASE_FILE, f"{DATABASE_FILE}-wal"):
        (crashed / name).write_bytes((data_dir / name).read_bytes())

    aside = restore(copy, crashed)

    assert await stored(crashed) == [1]
    assert aside is not None
    rescued = tmp_path / "rescued"
    rescued.mkdir()
    aside.rename(rescued / DATABASE_FILE)
    aside.with_name(f"{aside.name}-wal").rename(rescued / f"{DATABASE_FILE}-wal")
    assert await stored(rescued) == [1, 2]


async def test_a_disk_that_refuses_is_a_sentence(db: Database, data_dir: Path, folder: Path, tmp_path: Path) -> None:
    copy = await back_up(data_dir, folder, NOW)
    (tmp_path / "full" / "tollmate.part").mkdir(parents=True)

    with pytest.raises(StorageUnreachable):
        restore(copy, tmp_path / "full")
