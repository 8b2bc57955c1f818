"""The inbox: every update is a waiting row before it is acknowledged, and stays one until
it was handled or given up.

Times are ms UTC. Must not know lanes, backoff or what an update means: the callers decide.
"""

from collections.abc import Sequence

from domain.inbox import InboxCounts, Incoming
from storage.database import Connection, Row

# One INSERT for a whole getUpdates answer (at most 100 updates); more are split.
_ROWS_PER_INSERT = 100


async def add(tx: Connection, updates: Sequence[Incoming], now: int) -> list[int]:
    """Store the updates, due at ``now``. The ids that were new, ascending: a second delivery changes nothing."""
    added: list[int] = []
    for start in range(0, len(updates), _ROWS_PER_INSERT):
        added += await _insert(tx, updates[start : start + _ROWS_PER_INSERT], now)
    return sorted(added)


async def _insert(tx: Connection, updates: Sequence[Incoming], now: int) -> list[int]:
    values: dict[str, int | str] = {}
    for n, update in enumerate(updates):
        values |= {f"id{n}": update.update_id, f"lane{n}": update.lane, f"body{n}": update.body}
        values |= {f"received{n}": update.received_at, f"attempts{n}": update.attempts}
    places = ", ".join(f"(:id{n}, :lane{n}, :body{n}, :received{n}, :attempts{n}, :now)" for n in range(len(updates)))
    rows = await tx.all(
        "INSERT INTO inbox (update_id, lane, body, received_at, attempts, next_try_at)"
        f" VALUES {places} ON CONFLICT DO NOTHING RETURNING update_id",
        now=now,
        **values,
    )
    return [row["update_id"] for row in rows]


async def done(tx: Connection, ids: Sequence[int]) -> None:
    """These were handled."""
    await tx.many(
        "UPDATE inbox SET state = 'done' WHERE update_id = :id AND state = 'waiting'",
        [{"id": update_id} for update_id in ids],
    )


async def retry(tx: Connection, update_id: int, attempts: int, next_try_at: int, fault: str) -> None:
    """The handling failed, for the ``attempts``-th time; leave it alone until ``next_try_at``."""
    await tx.run(
        "UPDATE inbox SET attempts = :attempts, next_try_at = :next_try_at, fault = :fault"
        " WHERE update_id = :id AND state = 'waiting'",
        id=update_id,
        attempts=attempts,
        next_try_at=next_try_at,
        fault=fault,
    )


async def dead(tx: Connection, update_id: int, fault: str) -> None:
    """Given up: kept for a person to look at."""
    await tx.run(
        "UPDATE inbox SET state = 'dead', attempts = attempts + 1, fault = :fault"
        " WHERE update_id = :id AND state = 'waiting'",
        id=update_id,
        fault=fault,
    )


async def waiting(tx: Connection, now: int) -> list[Incoming]:
    """What is due, in order of update_id: everything unhandled after a restart, retries in between."""
    # The plus keeps SQLite from walking the whole history by its primary key to save itself the sorting.
    rows = await tx.all(
        "SELECT update_id, lane, body, received_at, attempts FROM inbox"
        " WHERE state = 'waiting' AND next_try_at <= :now ORDER BY +update_id",
        now=now,
    )
    return [_incoming(row) for row in rows]


async def next_due(tx: Connection) -> int | None:
    """When the next waiting update is due; None if none waits."""
    row = await tx.one("SELECT min(next_try_at) AS due FROM inbox WHERE state = 'waiting'")
    assert row is not None
    due: int | None = row["due"]
    return due


async def prune(tx: Connection, before: int) -> int:
    """Forget what was handled and received before ``before``; how many. Telegram redelivers for a day: keep more."""
    return await tx.run("DELETE FROM inbox WHERE state = 'done' AND received_at < :before", before=before)


async def counts(tx: Connection) -> InboxCounts:
    """For the health page; costs the same however long the history is."""
    row = await tx.one(
        "SELECT (SELECT count(*) FROM inbox WHERE state = 'waiting') AS waiting,"
        " (SELECT count(*) FROM inbox WHERE state = 'dead') AS dead"
    )
    assert row is not None
    return InboxCounts(waiting=row["waiting"], dead=row["dead"])


def _incoming(row: Row) -> Incoming:
    return Incoming(row["update_id"], row["lane"], row["body"], row["received_at"], row["attempts"])
