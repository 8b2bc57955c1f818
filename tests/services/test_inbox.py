"""The inbox: stored once, handed out in order when due, and gone only when handled or given up."""

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from domain.inbox import InboxCounts, Incoming
from storage import inbox
from storage.database import Connection, Database

NOW = 1_760_000_000_000


@pytest.fixture
async def db(tmp_path: Path) -> AsyncIterator[Database]:
    db = await Database.open(tmp_path)
    yield db
    await db.close()


def update(update_id: int, *, lane: int = 7, received_at: int = NOW) -> Incoming:
    return Incoming(update_id, lane, f'{{"update_id": {update_id}}}', received_at)


async def store(db: Database, *updates: Incoming) -> list[int]:
    return await db.write(lambda tx: inbox.add(tx, updates, NOW))


async def waiting(db: Database, now: int = NOW) -> list[Incoming]:
    return await db.read(lambda tx: inbox.waiting(tx, now))


async def test_an_update_comes_back_as_it_was_stored(db: Database) -> None:
    stored = Incoming(1, -100123, '{"text": "您好 \\u0000 🚗"}', NOW)

    assert await store(db, stored) == [1]
    assert await waiting(db) == [stored]


async def test_a_second_delivery_is_not_new_and_changes_nothing(db: Database) -> None:
    await store(db, update(1), update(2))

    again = Incoming(2, 99, "{}", NOW + 5)

    assert await store(db, again, update(3)) == [3]
    assert await waiting(db) == [update(1), update(2), update(3)]


async def test_an_update_that_was_handled_is_not_new_when_it_is_delivered_again(db: Database) -> None:
    await store(db, update(1))
    await db.write(lambda tx: inbox.done(tx, [1]))

    assert await store(db, update(1)) == []
    assert await waiting(db) == []


async def test_an_update_twice_in_one_delivery_is_stored_once(db: Database) -> None:
    assert await store(db, update(1), update(1)) == [1]


async def test_more_updates_than_one_statement_takes_are_all_stored(db: Database) -> None:
    updates = [update(n) for n in range(250)]

    assert await store(db, *updates) == list(range(250))
    assert await waiting(db) == updates


async def test_no_updates_are_nothing_to_do(db: Database) -> None:
    assert await store(db) == []
    await db.write(lambda tx: inbox.done(tx, []))
    assert await db.read(inbox.counts) == InboxCounts(waiting=0, dead=0)


async def test_updates_wait_in_the_order_of_their_ids_whatever_order_they_came_in(db: Database) -> None:
    await store(db, update(3), update(1))
    await store(db, update(2))

    assert [incoming.update_id for incoming in await waiting(db)] == [1, 2, 3]


async def test_a_failed_update_is_left_alone_until_its_next_try(db: Database) -> None:
    await store(db, update(1))
    await db.write(lambda tx: inbox.retry(tx, 1, 2, NOW + 100, "NetworkError"))

    assert await waiting(db, NOW + 99) == []
    (due,) = await waiting(db, NOW + 100)
    assert due.attempts == 2
    assert due.received_at == NOW


async def test_the_next_due_moment_is_the_earliest_of_those_that_wait(db: Database) -> None:
    assert await db.read(inbox.next_due) is None

    await store(db, update(1), update(2), update(3))

    async def unit(tx: Connection) -> None:
        await inbox.done(tx, [1])
        await inbox.retry(tx, 2, 1, NOW + 500, "fault")
        await inbox.retry(tx, 3, 1, NOW + 200, "fault")

    await db.write(unit)
    assert await db.read(inbox.next_due) == NOW + 200


async def test_a_dead_update_waits_no_longer_and_keeps_its_fault(db: Database) -> None:
    await store(db, update(1), update(2))
    await db.write(lambda tx: inbox.dead(tx, 1, "ValueError #a1b2"))

    assert await waiting(db) == [update(2)]
    assert await db.read(inbox.counts) == InboxCounts(waiting=1, dead=1)
    row = await db.read(lambda tx: tx.one("SELECT state, attempts, fault FROM inbox WHERE update_id = 1"))
    assert row is not None
    assert tuple(row) == ("dead", 1, "ValueError #a1b2")


@pytest.mark.parametrize("ending", ["done", "dead"])
async def test_what_has_ended_stays_ended(db: Database, ending: str) -> None:
    await store(db, update(1))

    async def end(tx: Connection) -> None:
        await (inbox.done(tx, [1]) if ending == "done" else inbox.dead(tx, 1, "fault"))

    async def late(tx: Connection) -> None:
        await inbox.retry(tx, 1, 1, NOW, "late")
        await inbox.dead(tx, 1, "late")
        await inbox.done(tx, [1])

    await db.write(end)
    before = await db.read(inbox.counts)
    await db.write(late)

    assert await waiting(db) == []
    assert await db.read(inbox.counts) == before


async def test_pruning_forgets_old_handled_updates_alone(db: Database) -> None:
    await store(db, *(update(n, received_at=NOW + n) for n in range(1, 6)))

    async def unit(tx: Connection) -> None:
        await inbox.done(tx, [1, 2, 5])
        await inbox.dead(tx, 3, "fault")

    await db.write(unit)

    assert await db.write(lambda tx: inbox.prune(tx, NOW + 5)) == 2
    rows = await db.read(lambda tx: tx.all("SELECT update_id FROM inbox ORDER BY update_id"))
    assert [row["update_id"] for row in rows] == [3, 4, 5]


@pytest.mark.parametrize("ask", [lambda tx: inbox.waiting(tx, NOW), inbox.next_due, inbox.counts])
async def test_asking_the_inbox_does_not_read_its_history(
    db: Database, ask: Callable[[Connection], Awaitable[object]]
) -> None:
    async def plan(tx: Connection) -> list[str]:
        asked: list[str] = []
        tx._raw.set_trace_callback(asked.append)
        await ask(tx)
        tx._raw.set_trace_callback(lambda _: None)
        (sql,) = asked
        return [row["detail"] for row in await tx.all(f"EXPLAIN QUERY PLAN {sql}")]

    steps = [step for step in await db.read(plan) if "inbox" in step]
    assert steps
    assert all("INDEX inbox_waiting" in step or "INDEX inbox_dead" in step for step in steps)
