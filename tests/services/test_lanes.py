"""Lanes on a real inbox: order within a chat, chats side by side, each update handled once, and none forgotten."""

import asyncio
import contextvars
import logging
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bot.lanes import BACKOFF, Lanes
from domain.inbox import InboxCounts, Incoming
from storage import inbox
from storage.database import Connection, Database
from storage.errors import StorageFull

NOW = 1_760_000_000_000
SOON = (1, 1, 1, 1)
NEVER = (3_600_000,) * 4


@pytest.fixture
async def db(tmp_path: Path) -> AsyncIterator[Database]:
    db = await Database.open(tmp_path)
    yield db
    await db.close()


class Handler:
    """Keeps what it was given; fails as often as told; holds a lane until the test lets it go."""

    def __init__(self) -> None:
        self.seen: list[int] = []
        self.running: list[int] = []
        self.most = 0
        self.failures: Counter[int] = Counter()
        self.held: dict[int, asyncio.Event] = {}
        self._changed = asyncio.Condition()

    def hold(self, *lanes: int) -> None:
        self.held |= {lane: asyncio.Event() for lane in lanes}

    def release(self, *lanes: int) -> None:
        for lane in lanes:
            self.held.pop(lane).set()

    async def __call__(self, incoming: Incoming) -> None:
        assert incoming.update_id not in self.running
        self.running.append(incoming.update_id)
        self.most = max(self.most, len(self.running))
        await self._tell()
        try:
            if held := self.held.get(incoming.lane):
                await held.wait()
            if self.failures[incoming.update_id]:
                self.failures[incoming.update_id] -= 1
                raise RuntimeError("坏了 \ud800")
            self.seen.append(incoming.update_id)
        finally:
            self.running.remove(incoming.update_id)
            await self._tell()

    async def until(self, condition: Callable[[], object]) -> None:
        async with asyncio.timeout(5), self._changed:
            await self._changed.wait_for(condition)

    async def _tell(self) -> None:
        async with self._changed:
            self._changed.notify_all()


@pytest.fixture
def handler() -> Handler:
    return Handler()


@asynccontextmanager
async def running(
    db: Database,
    handle: Callable[[Incoming], Awaitable[None]],
    *,
    width: int = 128,
    backlog: int = 2000,
    backoff: Sequence[int] = NEVER,
) -> AsyncIterator[Lanes]:
    lanes = Lanes(db, handle, lambda: NOW, width=width, backlog=backlog, backoff=backoff)
    await lanes.start()
    try:
        yield lanes
    finally:
        await lanes.stop(0)


def update(update_id: int, lane: int = 7) -> Incoming:
    return Incoming(update_id, lane, f'{{"update_id": {update_id}}}', NOW)


async def stored(db: Database, *updates: Incoming) -> list[Incoming]:
    await db.write(lambda tx: inbox.add(tx, updates, NOW))
    return list(updates)


async def counts(db: Database) -> InboxCounts:
    return await db.read(inbox.counts)


async def row(db: Database, update_id: int) -> tuple[str, int, int, str | None]:
    async def read(tx: Connection) -> tuple[str, int, int, str | None]:
        found = await tx.one("SELECT * FROM inbox WHERE update_id = :id", id=update_id)
        assert found
        return found["state"], found["attempts"], found["next_try_at"], found["fault"]

    return await db.read(read)


async def test_the_updates_of_a_chat_are_handled_in_order_and_one_at_a_time(db: Database, handler: Handler) -> None:
    async with running(db, handler) as lanes:
        await lanes.put(await stored(db, *(update(n) for n in range(50))))
        await lanes.idle()

    assert handler.seen == list(range(50))
    assert handler.most == 1


async def test_updates_of_a_chat_that_arrive_in_the_wrong_order_are_put_right_while_they_wait(
    db: Database, handler: Handler
) -> None:
    handler.hold(7)
    async with running(db, handler) as lanes:
        await lanes.put(await stored(db, update(1)))
        await lanes.put(await stored(db, update(3)))
        await lanes.put(await stored(db, update(2)))
        handler.release(7)
        await lanes.idle()

    assert handler.seen == [1, 2, 3]


async def test_a_chat_that_takes_long_does_not_hold_up_the_others(db: Database, handler: Handler) -> None:
    handler.hold(1)
    async with running(db, handler) as lanes:
        await lanes.put(await stored(db, update(1, lane=1), update(2, lane=1), update(3, lane=2), update(4, lane=3)))
        await handler.until(lambda: handler.seen == [3, 4])
        handler.release(1)
        await lanes.idle()

    assert handler.seen == [3, 4, 1, 2]


async def test_no_more_than_width_are_handled_at_once(db: Database, handler: Handler) -> None:
    handler.hold(*range(10))
    async with running(db, handler, width=3) as lanes:
        await lanes.put(await stored(db, *(update(n, lane=n) for n in range(10))))
        await handler.until(lambda: len(handler.running) == 3)
        handler.release(*range(10))
        await lanes.idle()

    assert sorted(handler.seen) == list(range(10))
    assert handler.most == 3


async def test_one_busy_chat_leaves_turns_for_the_others(db: Database, handler: Handler) -> None:
    async with running(db, handler, width=1) as lanes:
        await lanes.put(await stored(db, *(update(n) for n in range(5)), update(9, lane=8)))
        await lanes.idle()

    assert handler.seen == [0, 9, 1, 2, 3, 4]


async def test_putting_waits_while_more_than_the_backlog_is_queued(db: Database, handler: Handler) -> None:
    handler.hold(7)
    async with running(db, handler, backlog=2) as lanes:
        await lanes.put(await stored(db, *(update(n) for n in range(3))))  # one handled, two queued
        more = asyncio.ensure_future(lanes.put(await stored(db, update(3))))
        await db.read(inbox.counts)
        assert not more.done()
        handler.release(7)
        async with asyncio.timeout(5):
            await more
        await lanes.idle()

    assert handler.seen == [0, 1, 2, 3]


async def test_a_put_that_is_cancelled_while_it_waits_loses_nothing(db: Database, handler: Handler) -> None:
    handler.hold(7)
    async with running(db, handler, backlog=0) as lanes:
        await lanes.put(await stored(db, update(1)))
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.01):
                await lanes.put(await stored(db, update(2)))
        handler.release(7)
        await lanes.idle()

    assert handler.seen == [1, 2]


async def test_a_stop_lets_go_of_a_put_that_waits(db: Database, handler: Handler) -> None:
    handler.hold(7)
    async with running(db, handler, backlog=0) as lanes:
        await lanes.put(await stored(db, update(1)))
        waiting = asyncio.ensure_future(lanes.put(await stored(db, update(2))))
        await handler.until(lambda: handler.running)
        await lanes.stop(0)
        async with asyncio.timeout(5):
            await waiting

    assert await counts(db) == InboxCounts(waiting=2, dead=0)


async def test_what_was_handled_is_marked_done(db: Database, handler: Handler) -> None:
    async with running(db, handler) as lanes:
        await lanes.put(await stored(db, *(update(n, lane=n) for n in range(300))))
        await lanes.idle()
        assert await counts(db) == InboxCounts(waiting=0, dead=0)


async def test_marks_that_were_not_written_yet_are_written_by_the_stop(db: Database, handler: Handler) -> None:
    handler.hold(7)
    async with running(db, handler) as lanes:
        await lanes.put(await stored(db, update(1)))
        await handler.until(lambda: handler.running)
        stop = asyncio.ensure_future(lanes.stop(5))
        handler.release(7)
        await stop

    assert await row(db, 1) == ("done", 0, NOW, None)


async def test_what_ends_during_a_write_is_marked_by_one_more_write(
    db: Database, handler: Handler, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate, begun, writes = asyncio.Event(), asyncio.Event(), []
    write = db.write

    async def slow(work: Callable[[Connection], Awaitable[object]]) -> object:
        writes.append(work)
        begun.set()
        await gate.wait()
        return await write(work)

    async with running(db, handler) as lanes:
        updates = await stored(db, *(update(n, lane=n) for n in range(40)))
        monkeypatch.setattr(db, "write", slow)
        await lanes.put(updates[:1])
        await begun.wait()
        await lanes.put(updates[1:])
        await handler.until(lambda: len(handler.seen) == 40)
        gate.set()
        await lanes.idle()

    assert len(writes) == 2
    assert await counts(db) == InboxCounts(waiting=0, dead=0)


async def test_marks_that_the_database_refuses_are_written_later(
    db: Database, handler: Handler, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("bot.lanes._PAUSE", 0.001)
    write, refusals = db.write, 3

    async def full(work: Callable[[Connection], Awaitable[object]]) -> object:
        nonlocal refusals
        if refusals:
            refusals -= 1
            raise StorageFull
        return await write(work)

    async with running(db, handler) as lanes:
        updates = await stored(db, update(1))
        monkeypatch.setattr(db, "write", full)
        await lanes.put(updates)
        await lanes.idle()

    assert await row(db, 1) == ("done", 0, NOW, None)
    assert handler.seen == [1]
    assert [record.levelname for record in caplog.records] == ["ERROR"]


async def test_an_update_whose_handling_fails_is_tried_again_until_it_succeeds(db: Database, handler: Handler) -> None:
    handler.failures[1] = 4
    async with running(db, handler, backoff=SOON) as lanes:
        await lanes.put(await stored(db, update(1)))
        await handler.until(lambda: handler.seen == [1])
        await lanes.idle()

    state, attempts, _, fault = await row(db, 1)
    assert (state, attempts, fault) == ("done", 4, "RuntimeError: 坏了 ?")


async def test_a_failed_update_waits_in_the_inbox_until_it_is_due(db: Database, handler: Handler) -> None:
    handler.failures[1] = 1
    async with running(db, handler, backoff=BACKOFF) as lanes:
        await lanes.put(await stored(db, update(1)))
        await lanes.idle()
        assert await row(db, 1) == ("waiting", 1, NOW + 1_000, "RuntimeError: 坏了 ?")


async def test_the_pauses_grow_from_a_second_to_two_minutes() -> None:
    assert BACKOFF == (1_000, 5_000, 30_000, 120_000)


async def test_after_five_failures_an_update_is_given_up_and_named_in_the_log(
    db: Database, handler: Handler, caplog: pytest.LogCaptureFixture
) -> None:
    handler.failures[4711] = 5
    given_up = asyncio.Event()
    watcher = logging.Handler()
    watcher.emit = lambda record: given_up.set() if record.levelno == logging.ERROR else None  # type: ignore[method-assign]
    logging.getLogger("bot.lanes").addHandler(watcher)
    try:
        async with running(db, handler, backoff=SOON) as lanes, asyncio.timeout(5):
            await lanes.put(await stored(db, update(4711)))
            await given_up.wait()
            await lanes.idle()
    finally:
        logging.getLogger("bot.lanes").removeHandler(watcher)

    assert handler.failures[4711] == 0
    assert (await row(db, 4711))[:2] == ("dead", 5)
    assert await counts(db) == InboxCounts(waiting=0, dead=1)
    errors = [record.getMessage() for record in caplog.records if record.levelno == logging.ERROR]
    assert errors == ["update 4711 failed 5 times and is given up"]


async def test_later_updates_of_a_chat_do_not_wait_for_one_that_failed(db: Database, handler: Handler) -> None:
    handler.failures[1] = 1
    async with running(db, handler) as lanes:
        await lanes.put(await stored(db, update(1), update(2)))
        await handler.until(lambda: handler.seen == [2])

    assert await counts(db) == InboxCounts(waiting=1, dead=0)


async def test_a_cancellation_inside_a_handler_is_a_failure_like_any_other(db: Database) -> None:
    async def handle(_: Incoming) -> None:
        raise asyncio.CancelledError

    async with running(db, handle) as lanes:
        await lanes.put(await stored(db, update(1)))
        await lanes.idle()

    assert (await row(db, 1))[:2] == ("waiting", 1)


async def test_an_update_that_is_put_twice_is_handled_once(db: Database, handler: Handler) -> None:
    handler.hold(7)
    async with running(db, handler) as lanes:
        updates = await stored(db, update(1), update(2))
        await lanes.put(updates)
        await handler.until(lambda: handler.running)
        await lanes.put(updates)
        handler.release(7)
        await lanes.idle()

    assert handler.seen == [1, 2]


async def test_a_failed_update_that_is_put_again_is_not_handled_before_it_is_due(
    db: Database, handler: Handler
) -> None:
    handler.failures[1] = 1
    async with running(db, handler) as lanes:
        updates = await stored(db, update(1))
        await lanes.put(updates)
        await lanes.idle()
        await lanes.put(updates)
        await lanes.idle()

    assert handler.seen == []


async def test_a_start_takes_up_what_waits_in_the_inbox(db: Database, handler: Handler) -> None:
    await stored(db, update(2), update(1), update(3, lane=8))
    await db.write(lambda tx: inbox.done(tx, [3]))

    async with running(db, handler) as lanes:
        await lanes.idle()

    assert handler.seen == [1, 2]


async def test_what_is_put_before_the_start_is_handled_once_and_in_order(db: Database, handler: Handler) -> None:
    left = await stored(db, update(1), update(2))
    lanes = Lanes(db, handler, lambda: NOW)
    await lanes.put(left[1:])
    assert handler.seen == []
    await lanes.start()
    await lanes.idle()
    await lanes.stop(0)

    assert handler.seen == [1, 2]


async def test_a_retry_that_was_not_due_at_the_start_wakes_by_itself(db: Database, handler: Handler) -> None:
    await stored(db, update(1))
    await db.write(lambda tx: inbox.retry(tx, 1, 2, NOW + 30_000, "坏了"))

    async with running(db, handler, backoff=SOON):
        await handler.until(lambda: handler.seen == [1])


async def test_a_retry_that_is_not_due_is_left_alone_by_the_start(db: Database, handler: Handler) -> None:
    await stored(db, update(1), update(2))
    await db.write(lambda tx: inbox.retry(tx, 1, 1, NOW + 1, "坏了"))

    async with running(db, handler) as lanes:
        await lanes.idle()

    assert handler.seen == [2]


async def test_a_stop_finishes_what_is_handled_and_leaves_the_rest_in_the_inbox(db: Database, handler: Handler) -> None:
    handler.hold(7)
    async with running(db, handler) as lanes:
        await lanes.put(await stored(db, update(1), update(2)))
        await handler.until(lambda: handler.running == [1])
        stop = asyncio.ensure_future(lanes.stop(5))
        handler.release(7)
        await stop
        await lanes.put([update(3)])

    assert handler.seen == [1]
    assert (await row(db, 2))[:2] == ("waiting", 0)


async def test_a_stop_cancels_after_the_grace_period_what_then_counts_as_no_attempt(
    db: Database, handler: Handler
) -> None:
    handler.hold(7)
    async with running(db, handler) as lanes:
        await lanes.put(await stored(db, update(1)))
        await handler.until(lambda: handler.running)
        await lanes.stop(0.01)

    assert handler.running == handler.seen == []
    assert await row(db, 1) == ("waiting", 0, NOW, None)


async def test_what_a_handler_leaves_in_context_variables_is_not_seen_by_the_next(db: Database) -> None:
    seen: list[int | None] = []
    variable: contextvars.ContextVar[int | None] = contextvars.ContextVar("variable", default=None)

    async def handle(incoming: Incoming) -> None:
        seen.append(variable.get())
        variable.set(incoming.update_id)

    async with running(db, handle) as lanes:
        variable.set(99)
        await lanes.put(await stored(db, update(1), update(2)))
        await lanes.idle()

    assert seen == [None, None]
