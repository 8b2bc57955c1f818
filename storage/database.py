"""The one way to the database: ``write`` and ``read`` run a unit of work, a function that is given a ``Connection``.

A unit is written as a coroutine, and runs from its first statement to its last in one trip to a thread of aiosqlite's: a
trip costs more than the statements of a unit together, and while the bot is busy each would also wait for its turn in
the event loop. So a unit awaits its connection and nothing else.

How writing works. One task owns the only writing connection. It takes all units that wait (up to ``GROUP``) and has them
run one after the other in one transaction, each in its own savepoint; the commit belongs to the same trip, and only then
are the callers woken: many units share one wait for the disk. A unit that raises is rolled back alone. A caller that goes
away neither stops its unit nor leaves a lock.

How reading works. A few read-only connections, each with its own thread. A unit runs inside a deferred BEGIN, so it sees
one moment however many statements it needs.

Must not know any table.
"""

import asyncio
import contextvars
import copy
import logging
import sqlite3
from collections import deque
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import AsyncExitStack
from functools import partial
from pathlib import Path
from typing import Any, Generic, TypeAlias, TypeVar

import aiosqlite

from storage.audit_key import audit_key
from storage.errors import (
    NestedUnit,
    StorageClosed,
    StorageError,
    StorageReadOnly,
    StorageUnreachable,
    TransactionLost,
    UnitWaited,
    translated,
)
from storage.lock import data_dir_lock
from storage.migrate import migrate, migrations

T = TypeVar("T")
Row: TypeAlias = sqlite3.Row
Value: TypeAlias = str | int | float | bytes | None

DATABASE_FILE = "tollmate.db"
BACKUPS_DIR = "backups"
GROUP = 64
QUIET = 1.0  # seconds without a write before the log is copied into the database file
STATEMENTS = 512  # prepared statements kept by a connection

log = logging.getLogger(__name__)
_in_unit: contextvars.ContextVar[bool] = contextvars.ContextVar("in_unit", default=False)  # in the threads only


class Connection:
    """What a unit may do: statements with named parameters (``:name``).

    It is good for one unit, in the thread where that runs, and refuses to be used after it.
    """

    __slots__ = ("_raw", "_reads_only", "_refusal", "audit_key")

    def __init__(self, raw: sqlite3.Connection, *, audit_key: bytes = b"", reads_only: bool = False) -> None:
        self.audit_key = audit_key
        self._raw = raw
        self._reads_only = reads_only
        self._refusal: StorageError | None = None

    async def one(self, sql: str, **params: Value) -> Row | None:
        """The first row, or None. For ``INSERT … RETURNING`` too."""
        rows = await self.all(sql, **params)
        return rows[0] if rows else None

    async def all(self, sql: str, **params: Value) -> list[Row]:
        """Every row. For ``UPDATE … RETURNING`` too."""
        self._check()
        try:
            return self._raw.execute(sql, params).fetchall()
        except sqlite3.Error as error:
            raise self._fault(error) from error

    async def run(self, sql: str, **params: Value) -> int:
        """A statement that returns no rows. The number of rows that it changed."""
        self._check()
        try:
            cursor = self._raw.execute(sql, params)
        except sqlite3.Error as error:
            raise self._fault(error) from error
        if cursor.description is not None:
            cursor.close()  # the commit would wait for the rows
            # Its count of rows would be wrong without a sound: 0 until the rows are fetched.
            raise sqlite3.ProgrammingError("a statement that returns rows goes through one() or all()")
        return cursor.rowcount

    async def many(self, sql: str, rows: Sequence[Mapping[str, Value]]) -> int:
        """The statement once for each row of parameters. The number of rows that they changed."""
        self._check()
        if not rows:
            return 0
        try:
            return self._raw.executemany(sql, rows).rowcount
        except sqlite3.Error as error:
            raise self._fault(error) from error

    def end(self) -> None:
        """The unit is over: whoever kept the connection gets an error, not somebody else's transaction."""
        self._refusal = StorageClosed()

    def lost(self) -> bool:
        """Whether the transaction is gone."""
        return not self._raw.in_transaction

    def _check(self) -> None:
        if self._refusal is not None:
            raise self._refusal

    def _fault(self, error: sqlite3.Error) -> Exception:
        fault = translated(error)
        # A full disk or a failed read makes SQLite roll back everything; a unit that went on would commit line by line.
        if self.lost():
            self._refusal = fault if isinstance(fault, StorageError) else TransactionLost()
        # Writing in a read unit is a bug of ours; only for the writer is it a fault of the disk.
        return error if self._reads_only and isinstance(fault, StorageReadOnly) else fault


def value_list(name: str, values: Iterable[int | str]) -> tuple[str, dict[str, int | str]]:
    """For ``IN (…)``: the parameters' names as SQL, and their values. Each value once; an empty list is the empty set.

    >>> value_list("id", [3, 5])
    (':id_0, :id_1', {'id_0': 3, 'id_1': 5})
    """
    named = {f"{name}_{at}": value for at, value in enumerate(dict.fromkeys(values))}
    return ", ".join(f":{key}" for key in named) or "SELECT NULL WHERE 1 = 0", named


class _Thread(aiosqlite.Connection):
    """aiosqlite's connection and its thread, where more than a statement can be run in one trip."""

    def submit(self, work: Callable[[sqlite3.Connection], T]) -> "asyncio.Future[T]":
        """Have ``work`` run there. Giving up the future does not stop it."""
        future: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._tx.put_nowait((future, lambda: work(self._conn)))
        return future


def _completed(unit: Awaitable[T]) -> T:
    """What the unit returns; everything that it may await is done at once."""
    steps = unit.__await__()
    try:
        next(steps)
    except StopIteration as ended:
        result: T = ended.value
        return result
    raise UnitWaited


class _Unit(Generic[T]):
    """One call of ``write``: what to do, and who waits for it."""

    __slots__ = ("_error", "_future", "_result", "_work")

    def __init__(self, work: Callable[[Connection], Awaitable[T]]) -> None:
        self._work = work
        self._future: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._result: T
        self._error: Exception | None = None

    def run(self, raw: sqlite3.Connection, audit_key: bytes) -> bool:
        """In the thread. Whether what it did shall be kept."""
        tx = Connection(raw, audit_key=audit_key)
        try:
            self._result = _completed(self._work(tx))
        except Exception as error:  # noqa: BLE001 - it is the caller's: handed over in ``wake``
            self._error = error
        finally:
            tx.end()
        if tx.lost():
            if isinstance(self._error, StorageError):
                raise self._error
            raise TransactionLost from self._error
        return self._error is None

    async def outcome(self) -> T:
        return await self._future

    def wake(self) -> None:
        """After the commit: hand over the result, or the unit's own error."""
        if self._error is not None:
            self.fail(self._error)
        elif not self._future.cancelled():
            self._future.set_result(self._result)

    def fail(self, error: Exception) -> None:
        if self._future.cancelled():
            log.error("a unit of work failed after its caller had gone", exc_info=error)
        else:
            self._future.set_exception(error)


class _Writer:
    """The task that owns the writing connection."""

    def __init__(self, thread: _Thread, audit_key: bytes) -> None:
        self._thread = thread
        self._audit_key = audit_key
        self._waiting: deque[_Unit[Any]] = deque()
        self._arrived = asyncio.Event()
        self._closing = False
        self._uncopied = True
        self._task = asyncio.create_task(self._work(), name="database writer")
        self._task.add_done_callback(self._ended)

    def add(self, unit: _Unit[T]) -> None:
        if self._closing:
            raise StorageClosed
        self._waiting.append(unit)
        self._arrived.set()

    async def close(self) -> None:
        """Finish what waits."""
        self._closing = True
        self._arrived.set()
        await asyncio.wait([self._task])

    async def _work(self) -> None:
        while group := await self._next_group():
            ended = self._thread.submit(partial(_transact, group, self._audit_key))
            ended.add_done_callback(partial(_told, group))
            # Unlike an await of the future itself, this does not give it up when the task is cancelled: a commit
            # cannot be called back, and its callers are told what became of it.
            await asyncio.wait([ended])
            ended.result()
            self._uncopied = True

    async def _next_group(self) -> list[_Unit[Any]]:
        """Wait for work; nothing when there will be no more."""
        while not self._waiting and not self._closing:
            self._arrived.clear()
            await self._arrival()
        return [self._waiting.popleft() for _ in range(min(GROUP, len(self._waiting)))]

    async def _arrival(self) -> None:
        """The first quiet moment after commits is when the log goes into the database file."""
        try:
            async with asyncio.timeout(QUIET if self._uncopied else None):
                await self._arrived.wait()
        except TimeoutError:
            self._uncopied = False
            await self._thread.submit(lambda raw: raw.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall())

    def _ended(self, task: "asyncio.Task[None]") -> None:
        """However the task ended, nobody is left waiting for it."""
        self._closing = True
        if not task.cancelled() and task.exception() is not None:
            log.critical("the database writer broke", exc_info=task.exception())
        for unit in self._waiting:
            unit.fail(StorageClosed())


def _transact(group: Sequence[_Unit[Any]], audit_key: bytes, raw: sqlite3.Connection) -> Exception | None:
    """In the thread: all units in one transaction. The error for which nothing of it was kept, if there was one.

    Raises: sqlite3.Error when the connection is of no use any more.
    """
    try:
        raw.execute("BEGIN IMMEDIATE")
        for unit in group:
            # Never released one by one: the commit releases them all.
            raw.execute("SAVEPOINT unit")
            if not unit.run(raw, audit_key):
                raw.execute("ROLLBACK TO unit")
        raw.execute("COMMIT")
    except Exception as error:  # noqa: BLE001 - every caller is told
        if raw.in_transaction:
            raw.execute("ROLLBACK")
        return translated(error) if isinstance(error, sqlite3.Error) else error
    return None


def _told(group: Sequence[_Unit[Any]], ended: "asyncio.Future[Exception | None]") -> None:
    """Wake the callers of a group."""
    error = StorageClosed() if ended.cancelled() or ended.exception() is not None else ended.result()
    for unit in group:
        if error is None:
            unit.wake()
        else:
            # One object raised in many tasks would collect all their tracebacks.
            own = copy.copy(error)
            own.__cause__ = error
            unit.fail(own)


class _Readers:
    """The pool of reading connections."""

    def __init__(self, threads: Sequence[_Thread]) -> None:
        self._count = len(threads)
        self._free: asyncio.Queue[_Thread] = asyncio.Queue()
        for thread in threads:
            self._free.put_nowait(thread)

    async def run(self, work: Callable[[Connection], Awaitable[T]]) -> T:
        thread = await self._free.get()
        try:
            return await thread.submit(partial(_read, work))
        finally:
            self._free.put_nowait(thread)  # after a cancelled unit the next one waits in the thread until that is over

    async def close(self) -> None:
        """Wait until every connection is back."""
        for _ in range(self._count):
            await self._free.get()


def _read(work: Callable[[Connection], Awaitable[T]], raw: sqlite3.Connection) -> T:
    """In the thread: a unit of reading."""
    try:
        raw.execute("BEGIN")
    except sqlite3.Error as error:
        raise StorageUnreachable(str(error)) from error
    tx = Connection(raw, reads_only=True)
    try:
        return _completed(work(tx))
    finally:
        tx.end()
        if raw.in_transaction:
            raw.execute("ROLLBACK")


class Database:
    """One open data directory. Make it with ``open``, end it with ``close``."""

    def __init__(self, writer: _Writer, readers: _Readers, resources: AsyncExitStack, key: bytes) -> None:
        self.audit_key = key
        self._writer = writer
        self._readers = readers
        self._resources = resources
        self._closing = False

    @classmethod
    async def open(cls, data_dir: Path, *, readers: int = 2, busy_timeout: float = 5.0) -> "Database":
        """Lock the directory, bring the schema up to date, open the connections.

        ``busy_timeout`` (seconds) is how long a statement waits for a lock of another program.

        Raises:
            DataDirBusy: another process uses the directory.
            StorageError: the file cannot be used; the class says why.
        """
        async with AsyncExitStack() as stack:
            stack.enter_context(data_dir_lock(data_dir))
            file = data_dir / DATABASE_FILE
            # Not in a thread: nothing is served yet, and a cancelled start must not drop the lock under a migration.
            migrate(file, migrations(), data_dir / BACKUPS_DIR, busy_timeout)
            writing = await _connect(stack, file, "rwc", busy_timeout, _WRITER)
            key = audit_key(data_dir)
            writer = _Writer(writing, key)
            stack.push_async_callback(writer.close)
            pool = _Readers([await _connect(stack, file, "ro", busy_timeout, _READER) for _ in range(readers)])
            stack.push_async_callback(pool.close)
            return cls(writer, pool, stack.pop_all(), key)

    async def write(self, work: Callable[[Connection], Awaitable[T]]) -> T:
        """Run ``work`` in a transaction and return its result once that is on disk. No network inside ``work``.

        If the caller is cancelled the unit still runs to its end, and is kept. It runs in another thread: context variables
        of the caller are not seen in it.

        Raises:
            StorageError: the environment failed, or the database is closed; nothing of the unit is kept.
            NestedUnit: called from inside a unit.
            UnitWaited: ``work`` awaited something else than its connection.
            Whatever ``work`` raises; nothing of the unit is kept.
        """
        self._admit()
        unit = _Unit(work)
        self._writer.add(unit)
        return await unit.outcome()

    async def read(self, work: Callable[[Connection], Awaitable[T]]) -> T:
        """Run ``work`` on a connection that cannot write and sees one moment of the database.

        Raises: as ``write``.
        """
        self._admit()
        return await self._readers.run(work)

    async def close(self) -> None:
        """Finish the units that wait, refuse new ones, and let go of the files. May be called twice."""
        _refuse_nesting()
        self._closing = True
        await self._resources.aclose()

    def _admit(self) -> None:
        _refuse_nesting()
        if self._closing:
            raise StorageClosed


def _refuse_nesting() -> None:
    # A unit waiting for another unit would wait for itself, and would not see its own changes if it did not.
    if _in_unit.get():
        raise NestedUnit


# FULL: a commit is on the disk before the update is acknowledged to Telegram.
# A checkpoint keeps taps waiting, so it is made when nothing was written for a while; only if that never comes, a commit
# that finds 32,000 pages (128 MB) makes it.
_WRITER = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
    "PRAGMA wal_autocheckpoint = 32000",
)
_READER = ("PRAGMA query_only = ON",)


async def _connect(
    stack: AsyncExitStack, file: Path, mode: str, busy_timeout: float, pragmas: Sequence[str]
) -> _Thread:
    def connector() -> sqlite3.Connection:
        raw = sqlite3.connect(
            f"{file.absolute().as_uri()}?mode={mode}",
            uri=True,
            timeout=busy_timeout,
            isolation_level=None,
            cached_statements=STATEMENTS,
        )
        raw.row_factory = sqlite3.Row
        return raw

    def prepare(raw: sqlite3.Connection) -> None:
        _in_unit.set(True)
        for pragma in pragmas:
            raw.execute(pragma).fetchall()

    try:
        thread = _Thread(connector, iter_chunk_size=64)
        await stack.enter_async_context(thread)
        await thread.submit(prepare)
    except sqlite3.Error as error:
        raise translated(error) from error
    return thread
