"""The writer and the readers, on real files: what is kept, who is told, and who is left waiting (nobody)."""

import asyncio
import os
import signal
import sqlite3
import sys
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from storage.database import DATABASE_FILE, GROUP, Connection, Database
from storage.errors import (
    DataDirBusy,
    NestedUnit,
    StorageBusy,
    StorageClosed,
    StorageCorrupt,
    StorageError,
    StorageFull,
    StorageReadOnly,
    StorageUnreachable,
    TransactionLost,
    UnitWaited,
    translated,
)

TABLES = (
    "CREATE TABLE note (id INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT",
    "CREATE TABLE tag (note INTEGER NOT NULL REFERENCES note (id) DEFERRABLE INITIALLY DEFERRED) STRICT",
)


@pytest.fixture
async def db(tmp_path: Path) -> AsyncIterator[Database]:
    db = await Database.open(tmp_path, busy_timeout=0.05)

    async def prepare(tx: Connection) -> None:
        for table in TABLES:
            await tx.run(table)

    await db.write(prepare)
    yield db
    await db.close()


@pytest.fixture
def other(db: Database, tmp_path: Path) -> Iterator[sqlite3.Connection]:
    """Another program that has the file open."""
    with closing(sqlite3.connect(tmp_path / DATABASE_FILE, isolation_level=None)) as connection:
        yield connection


def note(id: int, text: str = "") -> Callable[[Connection], Awaitable[int]]:  # noqa: A002 - the column's name
    async def unit(tx: Connection) -> int:
        await tx.run("INSERT INTO note (id, text) VALUES (:id, :text)", id=id, text=text)
        return id

    return unit


async def dangling(tx: Connection) -> None:
    """Passes until the commit, where the deferred reference is checked."""
    await tx.run("INSERT INTO tag (note) VALUES (-1)")


async def ids(tx: Connection) -> list[int]:
    return [row["id"] for row in await tx.all("SELECT id FROM note ORDER BY id")]


class Held:
    """A unit that stops in its thread until it is let go, so that a test knows where it stands."""

    def __init__(self, inner: Callable[[Connection], Awaitable[object]]) -> None:
        self.inner = inner
        self.started = asyncio.Event()
        self.go = threading.Event()
        self._loop = asyncio.get_running_loop()

    def stop_here(self) -> None:
        self._loop.call_soon_threadsafe(self.started.set)
        assert self.go.wait(10)

    async def __call__(self, tx: Connection) -> object:
        self.stop_here()
        return await self.inner(tx)


# ── statements ──


async def test_statements_return_rows_and_counts(db: Database) -> None:
    async def unit(tx: Connection) -> None:
        assert await tx.many("INSERT INTO note VALUES (:id, :text)", [{"id": n, "text": "a"} for n in (1, 2, 3)]) == 3
        assert await tx.run("UPDATE note SET text = :text WHERE id > :id", text="b", id=1) == 2
        row = await tx.one("INSERT INTO note VALUES (4, 'c') RETURNING id")
        assert row is not None
        assert row["id"] == 4
        assert await tx.one("SELECT * FROM note WHERE id = 9") is None
        assert [row["id"] for row in await tx.all("DELETE FROM note WHERE text = 'b' RETURNING id")] == [2, 3]

    await db.write(unit)


async def test_rows_are_not_silently_dropped_by_run(db: Database) -> None:
    with pytest.raises(sqlite3.ProgrammingError, match="one"):
        await db.write(lambda tx: tx.run("INSERT INTO note VALUES (1, '') RETURNING id"))
    assert await db.read(ids) == []


@pytest.mark.parametrize("call", ["one", "all", "run", "many"])
async def test_a_wrong_statement_is_a_bug_and_passes_through(db: Database, call: str) -> None:
    async def unit(tx: Connection) -> None:
        if call == "many":
            await tx.many("INSERT INTO nowhere VALUES (:id)", [{"id": 1}])
        else:
            await getattr(tx, call)("SELECT * FROM nowhere")

    with pytest.raises(sqlite3.OperationalError, match="no such table"):
        await db.write(unit)


async def test_a_connection_kept_beyond_its_unit_refuses(db: Database) -> None:
    kept: list[Connection] = []

    async def unit(tx: Connection) -> None:
        kept.append(tx)

    await db.write(unit)
    await db.read(unit)

    for tx in kept:
        with pytest.raises(StorageClosed):
            await tx.run("DELETE FROM note")


# ── writing ──


async def test_units_of_many_callers_are_all_kept_and_each_gets_its_own_result(db: Database) -> None:
    results = await asyncio.gather(*(db.write(note(n)) for n in range(200)))

    assert results == list(range(200))
    assert await db.read(ids) == list(range(200))


async def test_a_result_is_on_disk_before_its_caller_is_told(db: Database, other: sqlite3.Connection) -> None:
    await db.write(note(1))

    assert other.execute("SELECT count(*) FROM note").fetchone() == (1,)


async def test_a_unit_that_raises_loses_its_own_changes_and_nobody_elses(db: Database) -> None:
    async def bad(tx: Connection) -> None:
        await tx.run("INSERT INTO note VALUES (50, '')")
        await tx.run("DELETE FROM note WHERE id < 50")
        raise LookupError("mine")

    one, error, two = await asyncio.gather(db.write(note(1)), db.write(bad), db.write(note(2)), return_exceptions=True)

    assert (one, two) == (1, 2)
    assert isinstance(error, LookupError)
    assert await db.read(ids) == [1, 2]


async def test_a_broken_constraint_reaches_its_own_caller_as_it_is(db: Database) -> None:
    first, second, third = await asyncio.gather(
        db.write(note(1)), db.write(note(1)), db.write(note(2)), return_exceptions=True
    )

    assert (first, third) == (1, 2)
    assert isinstance(second, sqlite3.IntegrityError)


async def test_a_lone_unit_that_raises_is_rolled_back(db: Database) -> None:
    async def bad(tx: Connection) -> None:
        await note(1)(tx)
        raise LookupError

    with pytest.raises(LookupError):
        await db.write(bad)
    assert await db.read(ids) == []


async def test_a_failed_commit_reaches_every_caller_of_its_group_and_keeps_nothing(db: Database) -> None:
    outcomes = await asyncio.gather(
        *(db.write(note(n)) for n in range(GROUP - 1)), db.write(dangling), db.write(note(99)), return_exceptions=True
    )

    failed, beyond_the_group = outcomes[:GROUP], outcomes[GROUP]
    assert {type(error) for error in failed} == {sqlite3.IntegrityError}
    assert len({id(error) for error in failed}) == GROUP
    assert beyond_the_group == 99
    assert await db.read(ids) == [99]


async def test_a_lone_failed_commit_leaves_no_transaction_open(db: Database) -> None:
    with pytest.raises(sqlite3.IntegrityError):
        await db.write(dangling)
    await db.write(note(1))
    assert await db.read(ids) == [1]


async def test_a_cancelled_caller_does_not_stop_its_unit(db: Database) -> None:
    held = Held(note(1))
    caller = asyncio.create_task(db.write(held))
    await held.started.wait()

    caller.cancel()
    held.go.set()
    await db.write(note(2))

    assert caller.cancelled()
    assert await db.read(ids) == [1, 2]


async def test_a_caller_cancelled_in_the_queue_does_not_stop_its_unit(db: Database) -> None:
    held = Held(note(1))
    running = asyncio.create_task(db.write(held))
    await held.started.wait()
    queued = asyncio.create_task(db.write(note(2)))
    following = asyncio.create_task(db.write(note(3)))
    await asyncio.sleep(0)  # both are in the queue behind the unit that is held

    queued.cancel()
    held.go.set()

    assert await running == 1
    assert await following == 3
    assert await db.read(ids) == [1, 2, 3]


async def test_the_error_of_a_unit_whose_caller_has_gone_is_logged(
    db: Database, caplog: pytest.LogCaptureFixture
) -> None:
    async def bad(tx: Connection) -> None:
        raise LookupError("nobody hears this")

    held = Held(bad)
    caller = asyncio.create_task(db.write(held))
    await held.started.wait()
    caller.cancel()
    held.go.set()
    await db.write(note(1))

    assert "nobody hears this" in caplog.text


@pytest.mark.parametrize("call", ["write", "read"])
async def test_a_unit_that_waits_for_something_else_is_refused_and_keeps_nothing(db: Database, call: str) -> None:
    async def waits(tx: Connection) -> None:
        if call == "write":
            await note(1)(tx)
        await asyncio.sleep(0)

    with pytest.raises(UnitWaited, match="before it or after it"):
        await getattr(db, call)(waits)
    assert await db.read(ids) == []


@pytest.mark.parametrize("inner", ["write", "read", "close"])
@pytest.mark.parametrize("outer", ["write", "read"])
async def test_a_unit_inside_a_unit_is_refused_at_once(db: Database, outer: str, inner: str) -> None:
    async def nested(tx: Connection) -> None:
        await (db.close() if inner == "close" else getattr(db, inner)(ids))

    with pytest.raises(NestedUnit, match="use the connection it was given"):
        await getattr(db, outer)(nested)
    assert await db.write(note(1)) == 1


# ── faults of the environment ──


async def test_a_locked_database_is_reported_to_all_and_works_again_later(
    db: Database, other: sqlite3.Connection
) -> None:
    other.execute("BEGIN IMMEDIATE")
    outcomes = await asyncio.gather(db.write(note(1)), db.write(note(2)), return_exceptions=True)
    assert [type(error) for error in outcomes] == [StorageBusy, StorageBusy]

    other.execute("ROLLBACK")
    await db.write(note(3))
    assert await db.read(ids) == [3]


async def test_reading_goes_on_while_another_program_writes(db: Database, other: sqlite3.Connection) -> None:
    await db.write(note(1))
    other.execute("BEGIN IMMEDIATE")
    other.execute("DELETE FROM note")
    assert await db.read(ids) == [1]


async def test_a_full_disk_is_a_sentence_for_the_whole_group_and_nothing_is_kept(db: Database) -> None:
    async def fill(tx: Connection) -> None:
        row = await tx.one("PRAGMA page_count")
        assert row is not None
        await tx.all(f"PRAGMA max_page_count = {row[0]}")
        with pytest.raises(StorageFull):
            await note(1, "x" * 100_000)(tx)
        await note(1)(tx)  # would be a commit of its own

    async def make_room(tx: Connection) -> None:
        await tx.all("PRAGMA max_page_count = 1000000")

    outcomes = await asyncio.gather(db.write(note(2)), db.write(fill), db.write(note(3)), return_exceptions=True)
    await db.write(make_room)
    await db.write(note(4))

    # SQLite itself rolls back everything here, so no unit of the group can be spared.
    assert [type(outcome) for outcome in outcomes] == [StorageFull] * 3
    assert str(outcomes[1]) == "There is no room left on the disk of the data directory. (database or disk is full)"
    assert await db.read(ids) == [4]


async def test_a_transaction_lost_midway_fails_every_unit_and_lets_none_write_line_by_line(db: Database) -> None:
    async def loses_it(tx: Connection) -> None:
        await tx.run("ROLLBACK")  # as SQLite does by itself after some faults
        with pytest.raises(sqlite3.OperationalError):
            await tx.run("SELECT * FROM nowhere")
        await note(2)(tx)

    outcomes = await asyncio.gather(db.write(note(1)), db.write(loses_it), db.write(note(3)), return_exceptions=True)

    assert [type(outcome) for outcome in outcomes] == [TransactionLost] * 3
    assert await db.read(ids) == []


async def test_a_unit_that_commits_by_itself_is_reported(db: Database) -> None:
    with pytest.raises(TransactionLost):
        await db.write(lambda tx: tx.run("COMMIT"))
    assert await db.write(note(1)) == 1


@pytest.mark.parametrize(
    ("code", "fault"),
    [
        (sqlite3.SQLITE_BUSY_SNAPSHOT, StorageBusy),
        (sqlite3.SQLITE_FULL, StorageFull),
        (sqlite3.SQLITE_IOERR_WRITE, StorageUnreachable),
        (sqlite3.SQLITE_CORRUPT_INDEX, StorageCorrupt),
        (sqlite3.SQLITE_READONLY_DBMOVED, StorageReadOnly),
    ],
)
def test_the_kinds_of_fault_are_told_apart_by_their_code(code: int, fault: type[StorageError]) -> None:
    error = sqlite3.OperationalError("detail")
    error.sqlite_errorcode = code
    assert type(translated(error)) is fault


# ── reading ──


async def test_a_reader_cannot_write_and_trying_is_a_bug(db: Database) -> None:
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        await db.read(note(1))


async def test_a_read_unit_sees_one_moment_and_the_next_one_sees_the_present(db: Database) -> None:
    async def twice(tx: Connection) -> tuple[list[int], list[int]]:
        first = await ids(tx)
        held.stop_here()
        return first, await ids(tx)

    held = Held(twice)
    reading = asyncio.create_task(db.read(twice))
    await held.started.wait()
    await db.write(note(1))
    held.go.set()

    assert await reading == ([], [])
    assert await db.read(ids) == [1]


async def test_more_readers_than_connections_take_turns(db: Database) -> None:
    await db.write(note(1))
    assert await asyncio.gather(*(db.read(ids) for _ in range(20))) == [[1]] * 20


async def test_a_reader_whose_caller_was_cancelled_returns_its_connection_clean(tmp_path: Path) -> None:
    db = await Database.open(tmp_path, readers=1)
    held = Held(lambda tx: tx.all("SELECT 1"))
    reading = asyncio.create_task(db.read(held))
    await held.started.wait()
    reading.cancel()
    held.go.set()
    await db.write(lambda tx: tx.run("CREATE TABLE later (id INTEGER) STRICT"))

    assert await db.read(lambda tx: tx.all("SELECT * FROM later")) == []
    assert reading.cancelled()
    await db.close()


async def test_a_reader_that_raises_returns_its_connection(tmp_path: Path) -> None:
    db = await Database.open(tmp_path, readers=1)
    for _ in range(3):
        with pytest.raises(sqlite3.OperationalError):
            await db.read(lambda tx: tx.all("SELECT * FROM nowhere"))
    await db.close()


async def test_a_reader_whose_connection_broke_says_so_instead_of_hanging(tmp_path: Path) -> None:
    db = await Database.open(tmp_path, readers=1)
    with pytest.raises(sqlite3.ProgrammingError):
        await db.read(close_it)

    with pytest.raises(StorageUnreachable):
        await db.read(lambda tx: tx.all("SELECT 1"))
    await db.close()


# ── opening and closing ──


async def test_closing_finishes_what_waits_and_refuses_what_comes(tmp_path: Path) -> None:
    db = await Database.open(tmp_path)
    await db.write(lambda tx: tx.run(TABLES[0]))
    held = Held(note(1))
    waiting = [asyncio.create_task(db.write(held)), *(asyncio.create_task(db.write(note(n))) for n in (2, 3))]
    reading = Held(ids)
    reader = asyncio.create_task(db.read(reading))
    await asyncio.gather(held.started.wait(), reading.started.wait())

    closing_down = asyncio.create_task(db.close())
    await asyncio.sleep(0)  # it has begun, and waits for the units that are held
    with pytest.raises(StorageClosed):
        await db.write(note(4))
    held.go.set()
    reading.go.set()
    await closing_down

    assert await asyncio.gather(*waiting) == [1, 2, 3]
    assert await reader in ([], [1], [1, 2, 3])
    for late in (db.write(note(4)), db.read(ids)):
        with pytest.raises(StorageClosed):
            await late
    with closing(sqlite3.connect(tmp_path / DATABASE_FILE)) as connection:
        assert connection.execute("SELECT count(*) FROM note").fetchone() == (3,)


async def test_closing_twice_is_harmless_and_leaves_one_database_file(tmp_path: Path) -> None:
    db = await Database.open(tmp_path)
    await db.close()
    await db.close()
    assert {file.name for file in tmp_path.iterdir()} == {"audit.key", "tollmate.db", "tollmate.lock"}


async def test_a_writer_task_that_was_killed_finishes_its_group_and_leaves_nobody_waiting(db: Database) -> None:
    held = Held(note(1))
    under_way = asyncio.create_task(db.write(held))
    await held.started.wait()
    waiting = asyncio.create_task(db.write(note(2)))
    await asyncio.sleep(0)  # it is in the queue

    (task,) = (task for task in asyncio.all_tasks() if task.get_name() == "database writer")
    task.cancel()
    held.go.set()

    outcomes = await asyncio.gather(under_way, waiting, return_exceptions=True)
    assert outcomes[0] == 1
    assert isinstance(outcomes[1], StorageClosed)
    with pytest.raises(StorageClosed):
        await db.write(note(3))
    assert await db.read(ids) == [1]


async def close_it(tx: Connection) -> None:
    tx._raw.close()


async def test_a_writer_that_broke_says_so_and_leaves_nobody_waiting(
    db: Database, caplog: pytest.LogCaptureFixture
) -> None:
    with pytest.raises(StorageClosed):
        await db.write(close_it)
    with pytest.raises(StorageClosed):
        await db.write(note(1))
    assert "the database writer broke" in caplog.text


async def test_a_second_opener_is_refused_with_a_sentence_that_names_the_first(tmp_path: Path) -> None:
    db = await Database.open(tmp_path)
    with pytest.raises(DataDirBusy, match=rf"^Another Tollmate is using .* process {os.getpid()}\)$"):
        await Database.open(tmp_path)
    await db.close()

    db = await Database.open(tmp_path)
    await db.close()


HOLDER = """
import asyncio, sys
from pathlib import Path
from storage.database import Database

async def hold():
    db = await Database.open(Path(sys.argv[1]))
    print("open", flush=True)
    await asyncio.Event().wait()
    await db.close()

asyncio.run(hold())
"""


async def test_the_lock_dies_with_its_holder(tmp_path: Path) -> None:
    holder = await asyncio.create_subprocess_exec(
        sys.executable, "-c", HOLDER, str(tmp_path), stdout=asyncio.subprocess.PIPE
    )
    assert holder.stdout is not None
    assert await holder.stdout.readline() == b"open\n"
    with pytest.raises(DataDirBusy):
        await Database.open(tmp_path)

    holder.send_signal(signal.SIGKILL)
    await holder.wait()

    db = await Database.open(tmp_path)
    await db.close()


@pytest.mark.parametrize(
    ("spoil", "fault"),
    [
        (lambda file: file.write_bytes(b"this is a letter, not a database" * 100), StorageCorrupt),
        (lambda file: file.mkdir(), StorageUnreachable),
    ],
)
async def test_a_file_that_cannot_be_used_is_a_sentence_and_lets_go_of_the_lock(
    tmp_path: Path, spoil: Callable[[Path], None], fault: type[StorageError]
) -> None:
    spoil(tmp_path / DATABASE_FILE)
    for _ in range(2):  # the second time would be DataDirBusy if the first had kept the lock
        with pytest.raises(fault):
            await Database.open(tmp_path)


async def test_a_file_held_by_another_program_at_the_start_is_busy(tmp_path: Path) -> None:
    await (await Database.open(tmp_path)).close()
    with closing(sqlite3.connect(tmp_path / DATABASE_FILE, isolation_level=None)) as other:
        other.execute("PRAGMA journal_mode = DELETE")
        other.execute("BEGIN")
        other.execute("SELECT * FROM inbox")
        with pytest.raises(StorageBusy):
            await Database.open(tmp_path, busy_timeout=0.05)


async def test_the_writer_runs_with_the_pragmas_that_the_guarantees_rest_on(db: Database) -> None:
    async def pragmas(tx: Connection) -> list[object]:
        names = ("journal_mode", "synchronous", "foreign_keys")
        rows = [await tx.one(f"PRAGMA {name}") for name in names]
        return [row[0] for row in rows if row is not None]

    assert await db.write(pragmas) == ["wal", 2, 1]
