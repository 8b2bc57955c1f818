"""From the inbox to the handler: order within a chat, many chats at once, and each update handled once.

What is put here is a stored row already, so nothing is lost whatever happens: an update that was not marked done is
handled again after a restart. Queued updates wait in memory, one heap per lane; a lane whose update is being handled
waits for it, the others do not. Must not know what an update means, nor how it arrived.
"""

import asyncio
import contextlib
import contextvars
import heapq
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Sequence
from dataclasses import replace
from functools import partial
from typing import Final, TypeAlias

from domain.inbox import Incoming
from storage import inbox
from storage.database import Connection, Database

BACKOFF: Final = (1_000, 5_000, 30_000, 120_000)
"""Milliseconds before the next attempt, after the first, second, … failure. One more failure, and it is given up."""

log = logging.getLogger(__name__)

_FOR_EVER: Final = 2**62  # ms; later than any due time
_PAUSE: Final = 1.0  # seconds before marks are written again after the database refused them
_CANCEL: Final = 5.0  # seconds for a handler to go when it is told to
_LONGEST_FAULT: Final = 500
_Mark: TypeAlias = Callable[[Connection], Awaitable[None]]


class Lanes:
    """Make it, ``start`` it, ``put`` stored updates in, ``stop`` it. It is good for one run.

    ``width``: updates handled at once; ``backlog``: queued updates beyond which ``put`` waits; ``backoff``: see
    ``BACKOFF``. ``clock`` gives ms UTC and only dates the retries; pauses are counted by the loop's own clock, so a
    clock that is set back delays nothing.
    """

    def __init__(
        self,
        db: Database,
        handle: Callable[[Incoming], Awaitable[None]],
        clock: Callable[[], int],
        *,
        width: int = 128,
        backlog: int = 2000,
        backoff: Sequence[int] = BACKOFF,
    ) -> None:
        self._db = db
        self._handle = handle
        self._clock = clock
        self._width = width
        self._backlog = backlog
        self._backoff = backoff
        self._marks = _Marks(db, self._forget)
        # An update handled in a copy of this cannot leave its context variables to the next one.
        self._context = contextvars.copy_context()
        self._known: set[int] = set()  # queued, being handled, waiting for a retry, or not yet marked
        self._lanes: dict[int, list[tuple[int, Incoming]]] = {}  # a lane is here while it is queued or handled
        self._ready: deque[int] = deque()  # lanes with something queued and nothing being handled
        self._queued = 0
        self._running: set[asyncio.Task[None]] = set()
        self._retries = _Retries(self._again)
        self._watchers: list[asyncio.Future[None]] = []
        self._open = False
        self._stopped = False

    async def start(self) -> None:
        """Take up what an earlier run left, then begin to handle. A retry's pause begins anew.

        Raises: StorageError.
        """
        now = self._clock()

        async def left(tx: Connection) -> tuple[list[Incoming], list[Incoming]]:
            return await inbox.waiting(tx, now), await inbox.waiting(tx, _FOR_EVER)

        due, everything = await self._db.read(left)
        if self._stopped:
            return
        # Nothing is handled before this: what was put meanwhile and lies in `everything` too is still known.
        self._take(due)
        for incoming in everything:
            if incoming.update_id not in self._known:
                self._known.add(incoming.update_id)
                self._retries.add(incoming, self._pause_after(incoming.attempts))
        self._marks.start()
        self._retries.start()
        self._open = True
        self._pump()

    async def put(self, items: Iterable[Incoming]) -> None:
        """Queue stored updates; those here already are passed over. Waits while more than ``backlog`` are queued.

        They are queued before the first wait: a caller that is cancelled loses none. After ``stop`` they stay in the
        inbox.
        """
        self._take(items)
        await self._until(lambda: self._queued <= self._backlog)

    async def idle(self) -> None:
        """Wait until nothing is queued, being handled or unmarked; retries that are not due do not count."""
        await self._until(lambda: not (self._queued or self._running or self._marks.unwritten))

    async def stop(self, grace: float) -> None:
        """Let what is being handled finish for ``grace`` seconds, then cancel it; write every mark.

        What is only queued, and what was cancelled, stays in the inbox. May be called twice.
        """
        self._stopped, self._open = True, False
        await self._retries.stop()
        self._lanes.clear()
        self._ready.clear()
        self._queued = 0
        self._touch()
        await self._finish(grace)
        await self._marks.stop()
        self._touch()

    async def _finish(self, grace: float) -> None:
        if not self._running:
            return
        _, late = await asyncio.wait(self._running, timeout=grace)
        for task in late:
            task.cancel()
        if late:
            log.warning("%d updates were still being handled; they are handled again after the next start", len(late))
            await asyncio.wait(late, timeout=_CANCEL)

    def _take(self, items: Iterable[Incoming]) -> None:
        if self._stopped:
            return
        for incoming in items:
            if incoming.update_id not in self._known:
                self._known.add(incoming.update_id)
                self._queue(incoming)
        self._pump()

    def _again(self, items: Iterable[Incoming]) -> None:
        for incoming in items:
            self._queue(incoming)
        self._pump()

    def _queue(self, incoming: Incoming) -> None:
        lane = self._lanes.get(incoming.lane)
        if lane is None:
            lane = self._lanes[incoming.lane] = []
            self._ready.append(incoming.lane)
        # A heap: by webhook the updates of a chat may arrive side by side. Ids are unique, so only they are compared.
        heapq.heappush(lane, (incoming.update_id, incoming))
        self._queued += 1

    def _pump(self) -> None:
        while self._open and self._ready and len(self._running) < self._width:
            _, incoming = heapq.heappop(self._lanes[self._ready.popleft()])
            self._queued -= 1
            task = asyncio.get_running_loop().create_task(
                self._one(incoming), name=f"update {incoming.update_id}", context=self._context.copy()
            )
            self._running.add(task)
            task.add_done_callback(partial(self._ended, lane=incoming.lane))

    async def _one(self, incoming: Incoming) -> None:
        try:
            await self._handle(incoming)
        except asyncio.CancelledError as error:
            task = asyncio.current_task()
            if task is not None and task.cancelling():
                raise  # by stop: no attempt is counted
            self._failed(incoming, error)  # something that the handler waited for was cancelled
        except Exception as error:  # noqa: BLE001 - whatever a handler raises: logged and tried again
            self._failed(incoming, error)
        else:
            self._marks.done(incoming.update_id)

    def _ended(self, task: "asyncio.Task[None]", *, lane: int) -> None:
        self._running.discard(task)
        if self._lanes.get(lane):
            self._ready.append(lane)
        else:
            self._lanes.pop(lane, None)
        self._pump()
        self._touch()

    def _failed(self, incoming: Incoming, error: BaseException) -> None:
        failed = replace(incoming, attempts=incoming.attempts + 1)
        number, attempts = failed.update_id, failed.attempts
        fault = _words(error)
        if attempts > len(self._backoff):
            log.error("update %d failed %d times and is given up", number, attempts, exc_info=error)
            self._marks.add(number, lambda tx: inbox.dead(tx, number, fault))
            return
        pause = self._pause_after(attempts)
        due = self._clock() + pause
        log.warning("update %d failed (attempt %d), again in %d ms", number, attempts, pause, exc_info=error)
        self._marks.add(None, lambda tx: inbox.retry(tx, number, attempts, due, fault))
        self._retries.add(failed, pause)

    def _pause_after(self, attempts: int) -> int:
        return self._backoff[max(0, min(attempts, len(self._backoff)) - 1)]

    def _forget(self, ids: Iterable[int]) -> None:
        self._known.difference_update(ids)
        self._touch()

    async def _until(self, condition: Callable[[], bool]) -> None:
        while not condition():
            watcher = asyncio.get_running_loop().create_future()
            self._watchers.append(watcher)
            await watcher

    def _touch(self) -> None:
        watchers, self._watchers = self._watchers, []
        for watcher in watchers:
            if not watcher.done():
                watcher.set_result(None)


class _Marks:
    """Writes what became of the updates: everything that ended while one write was under way goes into the next.

    ``written`` is told which updates the inbox no longer holds as waiting.
    """

    def __init__(self, db: Database, written: Callable[[Iterable[int]], None]) -> None:
        self._db = db
        self._written = written
        self._done: list[int] = []
        self._others: list[tuple[int | None, _Mark]] = []
        self._arrived = asyncio.Event()
        self._closing = asyncio.Event()
        self._writing = False
        self._task: asyncio.Task[None] | None = None

    @property
    def unwritten(self) -> bool:
        return bool(self._writing or self._done or self._others)

    def done(self, update_id: int) -> None:
        self._done.append(update_id)
        self._arrived.set()

    def add(self, ended: int | None, mark: _Mark) -> None:
        """``ended`` is the update that the mark ends, None if it only puts it off."""
        self._others.append((ended, mark))
        self._arrived.set()

    def start(self) -> None:
        self._task = _supervised(self._run(), "inbox marks")

    async def stop(self) -> None:
        """Write what is left; if the database refuses it, those updates are handled again after the next start."""
        self._closing.set()
        self._arrived.set()
        if self._task is not None:
            await asyncio.wait([self._task])

    async def _run(self) -> None:
        refused = False
        while self.unwritten or not self._closing.is_set():
            if not self.unwritten:
                self._arrived.clear()
                await self._arrived.wait()
                continue
            if await self._write(quiet=refused):
                refused = False
            elif self._closing.is_set():
                return
            else:
                refused = True
                await self._pause()

    async def _write(self, *, quiet: bool) -> bool:
        done, self._done = self._done, []
        others, self._others = self._others, []

        async def marks(tx: Connection) -> None:
            # In this order: an update that failed before may be among the done ones.
            for _, mark in others:
                await mark(tx)
            if done:
                await inbox.done(tx, done)

        self._writing = True
        try:
            await self._db.write(marks)
        except Exception as error:  # kept and written later: an unmarked update would be handled twice
            if not quiet:
                log.error("%d handled updates could not be marked, trying again", len(done), exc_info=error)
            self._done[:0], self._others[:0] = done, others
            return False
        finally:
            self._writing = False
        self._written([*done, *(ended for ended, _ in others if ended is not None)])
        return True

    async def _pause(self) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_PAUSE):
                await self._closing.wait()


class _Retries:
    """Failed updates until they are due; one task sleeps until the next one is."""

    def __init__(self, again: Callable[[Iterable[Incoming]], None]) -> None:
        self._again = again
        self._heap: list[tuple[float, int, Incoming]] = []
        self._changed = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def add(self, incoming: Incoming, pause: int) -> None:
        """Hand it out again in ``pause`` milliseconds."""
        due = asyncio.get_running_loop().time() + pause / 1000
        heapq.heappush(self._heap, (due, incoming.update_id, incoming))
        self._changed.set()

    def start(self) -> None:
        self._task = _supervised(self._run(), "inbox retries")

    async def stop(self) -> None:
        """Hand out nothing more."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])

    async def _run(self) -> None:
        while True:
            self._changed.clear()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout_at(self._heap[0][0] if self._heap else None):
                    await self._changed.wait()
            self._again(self._due())

    def _due(self) -> list[Incoming]:
        now = asyncio.get_running_loop().time()
        due: list[Incoming] = []
        while self._heap and self._heap[0][0] <= now:
            due.append(heapq.heappop(self._heap)[2])
        return due


def _words(error: BaseException) -> str:
    # Half a surrogate pair would make the database refuse the mark, and all that are written with it.
    return f"{type(error).__name__}: {error}"[:_LONGEST_FAULT].encode("utf-8", "replace").decode()


def _supervised(work: Coroutine[None, None, None], name: str) -> "asyncio.Task[None]":
    """A task whose end by an error is heard."""
    task = asyncio.get_running_loop().create_task(work, name=name)
    task.add_done_callback(_heard)
    return task


def _heard(task: "asyncio.Task[None]") -> None:
    if not task.cancelled() and task.exception() is not None:
        log.critical("%s broke", task.get_name(), exc_info=task.exception())
