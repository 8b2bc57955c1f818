"""The one way to the database: ``write`` and ``read`` run a unit of work, a function that is given a ``Connection``.

How writing works. One task owns the only writing connection. It takes all units that wait (up to ``GROUP``), runs them
one after the other in one transaction, each in its own savepoint, commits, and only then wakes the callers: many units
share one wait for the disk. A unit that raises is rolled back alone. A caller that goes away neither stops its unit nor
leaves a lock.

How reading works. A few read-only connections, each kept inside a deferred BEGIN: that takes no lock and no snapshot
before the first SELECT, so a unit sees one moment however many statements it needs, and pays for those alone. Ending
that transaction and beginning the next is one more statement, run after the caller has its answer. (BEGIN and COMMIT
around each unit would be two trips in the caller's time; with no transaction the second statement of a unit could see a
later moment than the first.)

A statement is one trip to aiosqlite's thread, and the trip is most of what it costs. Must not know any table.
"""

import asyncio
import contextvars
import copy
import logging
import sqlite3
from collections import deque
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import AsyncExitStack
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

log = logging.getLogger(__name__)
_in_unit: contextvars.ContextVar[bool] = contextvars.ContextVar("in_unit", default=False)


class Connection:
    """What a unit may do: statements with named parameters (``:name``), each one trip to the database's thread.

    Await them one at a time. It is good for one unit and refuses to be used after it.
    """

    __slots__ = ("_raw", "_reads_only", "_refusal", "audit_key")

    def __init__(self, raw: aiosqlite.Connection, *, audit_key: bytes = b"", reads_only: bool = False) -> None:
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
            return list(await self._raw.execute_fetchall(sql, params))
        except sqlite3.Error as error:
            raise self._fault(error) from error

    async def run(self, sql: str, **params: Value) -> int:
        """A statement that returns no rows. The number of rows that it changed."""
        self._check()
        try:
            cursor = await self._raw.execute(sql, params)
        except sqlite3.Error as error:
            raise self._fault(error) from error
        if cursor.description is not None:
            # Its count of rows would be wrong without a sound: 0 until the rows are fetched.
            raise sqlite3.ProgrammingError("a statement that returns rows goes through one() or all()")
        return cursor.rowcount

    async def many(self, sql: str, rows: Sequence[Mapping[str, Value]]) -> int:
        """The statement once for each row of parameters, in one trip. The number of rows that they changed."""
        self._check()
        if not rows:
            return 0
        try:
            return (await self._raw.executemany(sql, rows)).rowcount
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


class _Unit(Generic[T]):
    """One call of ``write``: what to do, and who waits for it."""

    __slots__ = ("_error", "_future", "_result", "_work")

    def __init__(self, work: Callable[[Connection], Awaitable[T]]) -> None:
        self._work = work
        self._future: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._result: T
        self._error: BaseException | None = None

    async def run(self, raw: aiosqlite.Connection, audit_key: bytes) -> bool:
        """Whether what it did shall be kept."""
        tx = Connection(raw, audit_key=audit_key)
        try:
            self._result = await self._work(tx)
        except asyncio.CancelledError as error:
            if _cancelled():
                raise
            self._error = error  # something that the unit waited for was cancelled, not the writer
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

    def fail(self, error: BaseException) -> None:
        if self._future.cancelled():
            log.error("a unit of work failed after its caller had gone", exc_info=error)
        else:
            self._future.set_exception(error)


def _cancelled() -> bool:
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0


class _Writer:
    """The task that owns the writing connection."""

    def __init__(self, raw: aiosqlite.Connection, audit_key: bytes) -> None:
        self._raw = raw
        self._audit_key = audit_key
        self._waiting: deque[_Unit[Any]] = deque()
        self._group: list[_Unit[Any]] = []
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
        _in_unit.set(True)
        while await self._next_group():
            await self._transact()

    async def _next_group(self) -> bool:
        """Wait for work; False when there will be no more."""
        while not self._waiting and not self._closing:
            self._arrived.clear()
            await self._arrival()
        self._group = [self._waiting.popleft() for _ in range(min(GROUP, len(self._waiting)))]
        return bool(self._group)

    async def _arrival(self) -> None:
        """The first quiet moment after commits is when the log goes into the database file."""
        try:
            async with asyncio.timeout(QUIET if self._uncopied else None):
                await self._arrived.wait()
        except TimeoutError:
            self._uncopied = False
            await self._raw.execute("PRAGMA wal_checkpoint(PASSIVE)")

    async def _transact(self) -> None:
        try:
            if len(self._group) == 1:
                await self._alone(self._group[0])
            else:
                await self._together()
        except Exception as error:  # noqa: BLE001 - nothing was kept, and every caller is told
            await self._roll_back()
            self._fail_group(error)
        else:
            self._uncopied = True
            for unit in self._group:
                unit.wake()
        self._group = []

    def _fail_group(self, error: Exception) -> None:
        for unit in self._group:
            # One object raised in many tasks would collect all their tracebacks.
            own = copy.copy(error)
            own.__cause__ = error
            unit.fail(own)

    async def _alone(self, unit: _Unit[Any]) -> None:
        await self._statement("BEGIN IMMEDIATE")
        await self._statement("COMMIT" if await unit.run(self._raw, self._audit_key) else "ROLLBACK")

    async def _together(self) -> None:
        await self._statement("BEGIN IMMEDIATE")
        for unit in self._group:
            # Never released one by one: the commit releases them all, and a trip a unit is saved.
            await self._statement("SAVEPOINT unit")
            if not await unit.run(self._raw, self._audit_key):
                await self._statement("ROLLBACK TO unit")
        await self._statement("COMMIT")

    async def _statement(self, sql: str) -> None:
        try:
            await self._raw.execute(sql)
        except sqlite3.Error as error:
            raise translated(error) from error

    async def _roll_back(self) -> None:
        if self._raw.in_transaction:
            await self._statement("ROLLBACK")

    def _ended(self, task: "asyncio.Task[None]") -> None:
        """However the task ended, nobody is left waiting for it."""
        self._closing = True
        if not task.cancelled() and task.exception() is not None:
            log.critical("the database writer broke", exc_info=task.exception())
        for unit in (*self._group, *self._waiting):
            unit.fail(StorageClosed())


class _Readers:
    """The pool of reading connections, each with a task that makes it fresh after use."""

    def __init__(self, raws: Iterable[aiosqlite.Connection]) -> None:
        self._free: asyncio.Queue[_Reader] = asyncio.Queue()
        self._tasks = [asyncio.create_task(self._keep_fresh(_Reader(raw)), name="database reader") for raw in raws]

    async def take(self) -> "_Reader":
        return await self._free.get()

    async def close(self) -> None:
        """Wait until every connection is back, then let go of them."""
        for _ in self._tasks:
            await self._free.get()
        for task in self._tasks:
            task.cancel()
        await asyncio.wait(self._tasks)

    async def _keep_fresh(self, reader: "_Reader") -> None:
        while True:
            await reader.renew()
            self._free.put_nowait(reader)
            await reader.returned()


class _Reader:
    def __init__(self, raw: aiosqlite.Connection) -> None:
        self._raw = raw
        self._returned = asyncio.Event()
        self._fault: Exception | None = None

    async def run(self, work: Callable[[Connection], Awaitable[T]]) -> T:
        tx = Connection(self._raw, reads_only=True)
        outside = _in_unit.set(True)
        try:
            if self._fault is not None:
                raise StorageUnreachable(str(self._fault)) from self._fault
            return await work(tx)
        finally:
            _in_unit.reset(outside)
            tx.end()
            self._returned.set()

    async def renew(self) -> None:
        try:
            # A script first commits what is open (documented): this ends one snapshot and prepares the next in one
            # trip. After a cancelled unit it queues behind the statement that still runs.
            await self._raw.executescript("BEGIN")
            self._fault = None
        except Exception as error:  # noqa: BLE001 - the next unit is told; without a renewal it would wait for ever
            self._fault = error

    async def returned(self) -> None:
        await self._returned.wait()
        self._returned.clear()


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

        If the caller is cancelled the unit still runs to its end, and is kept. It runs in the writer's task: context
        variables of the caller are not seen in it.

        Raises:
            StorageError: the environment failed, or the database is closed; nothing of the unit is kept.
            NestedUnit: called from inside a unit.
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
        return await (await self._readers.take()).run(work)

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
) -> aiosqlite.Connection:
    try:
        raw = await stack.enter_async_context(
            aiosqlite.connect(_uri(file, mode), uri=True, timeout=busy_timeout, isolation_level=None)
        )
        raw.row_factory = sqlite3.Row
        for pragma in pragmas:
            await raw.execute_fetchall(pragma)
    except sqlite3.Error as error:
        raise translated(error) from error
    return raw


def _uri(file: Path, mode: str) -> str:
    return f"{file.absolute().as_uri()}?mode={mode}"
