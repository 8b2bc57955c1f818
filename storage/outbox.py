"""The outbox in the database: messages that speak first, from pending to a final state. Decides nothing.

Reads that a sending makes do not grow with history: pending and leased rows have partial indexes.
"""

import json
from collections.abc import Iterable, Mapping

from domain.outbox import Action, Item, Post, Result, State
from storage.database import Connection, Row, value_list

_ITEM = """
    SELECT id, dedupe_key, kind, person_id, subject_id, detail, urgent, action, target_id, state, planned_at, due_at, late,
           attempts, uncertain, cause, chat_id, message_id FROM outbox
"""


def _item(row: Row) -> Item:
    return Item(
        id=row["id"],
        key=row["dedupe_key"],
        kind=row["kind"],
        person_id=row["person_id"],
        subject_id=row["subject_id"],
        detail=json.loads(row["detail"]),
        urgent=bool(row["urgent"]),
        action=Action(row["action"]),
        target_id=row["target_id"],
        state=State(row["state"]),
        planned_at=row["planned_at"],
        due_at=row["due_at"],
        late=bool(row["late"]),
        attempts=row["attempts"],
        uncertain=row["uncertain"],
        cause=row["cause"],
        chat_id=row["chat_id"],
        message_id=row["message_id"],
    )


async def add(tx: Connection, posts: Iterable[Post], now: int) -> int:
    """Put messages in; those whose key is known are passed over. Returns how many were new."""
    return await tx.many(
        """INSERT INTO outbox (dedupe_key, kind, person_id, subject_id, detail, urgent, action, target_id, planned_at,
                               due_at, late, created_at)
           VALUES (:key, :kind, :person, :subject, :detail, :urgent, :action, :target, :due, :due, :late, :now)
           ON CONFLICT (dedupe_key) DO NOTHING""",
        [
            {
                "key": post.key,
                "kind": post.kind,
                "person": post.person_id,
                "subject": post.subject_id,
                "detail": json.dumps(dict(post.detail), ensure_ascii=False),
                "urgent": int(post.urgent),
                "action": post.action.value,
                "target": post.target_id,
                "due": post.due_at,
                "late": int(post.late),
                "now": now,
            }
            for post in posts
        ],
    )


# looking up ------------------------------------------------------------------------------------------------------


async def get(tx: Connection, item_id: int) -> Item | None:
    """One row by id."""
    row = await tx.one(f"{_ITEM} WHERE id = :id", id=item_id)
    return _item(row) if row else None


async def by_key(tx: Connection, key: str) -> Item | None:
    """One row by its dedupe key."""
    row = await tx.one(f"{_ITEM} WHERE dedupe_key = :key", key=key)
    return _item(row) if row else None


async def unsent(tx: Connection, kind: str) -> tuple[Item, ...]:
    """Every row of a kind that still waits to be sent, in order of id."""
    rows = await tx.all(f"{_ITEM} WHERE state = 'pending' AND kind = :kind ORDER BY id", kind=kind)
    return tuple(_item(row) for row in rows)


async def of_subject(tx: Connection, kind: str, subject_id: int) -> tuple[Item, ...]:
    """Every row of a kind about one subject, in order of id."""
    rows = await tx.all(
        f"{_ITEM} WHERE kind = :kind AND subject_id = :subject ORDER BY id", kind=kind, subject=subject_id
    )
    return tuple(_item(row) for row in rows)


async def states(tx: Connection, kind: str, subject_id: int) -> dict[State, int]:
    """How many rows of a kind about one subject stand in each state; states without a row are left out."""
    rows = await tx.all(
        "SELECT state, count(*) AS n FROM outbox WHERE kind = :kind AND subject_id = :subject GROUP BY state",
        kind=kind,
        subject=subject_id,
    )
    return {State(row["state"]): row["n"] for row in rows}


async def merged_into(tx: Connection, bundle_id: int) -> tuple[Item, ...]:
    """The lines of a day's bundle, in the order in which they came due."""
    rows = await tx.all(f"{_ITEM} WHERE target_id = :id AND state = 'merged' ORDER BY planned_at, id", id=bundle_id)
    return tuple(_item(row) for row in rows)


# changing --------------------------------------------------------------------------------------------------------


async def cancel(tx: Connection, kind: str, subject_id: int, now: int, cause: str = "moot") -> int:
    """Cancel what is not sent yet of a kind about one subject. Returns how many."""
    return await tx.run(
        """UPDATE outbox SET state = 'cancelled', cause = :cause, settled_at = :now
            WHERE kind = :kind AND subject_id = :subject AND state = 'pending'""",
        kind=kind,
        subject=subject_id,
        now=now,
        cause=cause,
    )


async def reopen_failed(tx: Connection, kind: str, subject_id: int, now: int) -> int:
    """[补发失败]: what failed, was blocked or is unknown is pending again. Returns how many."""
    return await tx.run(
        """UPDATE outbox SET state = 'pending', cause = NULL, due_at = :now, attempts = 0, uncertain = 0, settled_at = NULL
            WHERE kind = :kind AND subject_id = :subject AND state IN ('failed', 'blocked', 'unknown')""",
        kind=kind,
        subject=subject_id,
        now=now,
    )


async def reopen_unreached(tx: Connection, person_id: int, since: int, due_at: int) -> int:
    """Somebody has joined: what could not reach them since ``since`` is due at ``due_at`` (ms UTC). Returns how many."""
    return await tx.run(
        """UPDATE outbox SET state = 'pending', cause = NULL, due_at = :due, settled_at = NULL
            WHERE person_id = :person AND state = 'failed' AND cause = 'not_joined' AND settled_at >= :since""",
        person=person_id,
        since=since,
        due=due_at,
    )


# sending ---------------------------------------------------------------------------------------------------------


async def pending(tx: Connection, now: int, limit: int) -> tuple[Item, ...]:
    """Rows that may be sent now: urgent ones first, then by time."""
    rows = await tx.all(
        f"{_ITEM} WHERE state = 'pending' AND due_at <= :now ORDER BY urgent DESC, due_at, id LIMIT :limit",
        now=now,
        limit=limit,
    )
    return tuple(_item(row) for row in rows)


async def next_due(tx: Connection) -> int | None:
    """When the earliest pending row may be sent, ms UTC; None when nothing is pending."""
    row = await tx.one("SELECT min(due_at) AS due FROM outbox WHERE state = 'pending'")
    return row["due"] if row else None


async def lease(tx: Connection, item_ids: Iterable[int], now: int) -> frozenset[int]:
    """Mark rows as about to be sent, before the call. Returns those that were still pending and due."""
    names, values = value_list("id", item_ids)
    rows = await tx.all(
        f"""UPDATE outbox SET state = 'leased'
             WHERE id IN ({names}) AND state = 'pending' AND due_at <= :now RETURNING id""",
        now=now,
        **values,
    )
    return frozenset(row["id"] for row in rows)


async def leased(tx: Connection) -> tuple[Item, ...]:
    """Rows that a crash left between the mark and the result."""
    return tuple(_item(row) for row in await tx.all(f"{_ITEM} WHERE state = 'leased' ORDER BY id"))


async def hold(tx: Connection, items: Mapping[int, int]) -> None:
    """Not before these times (ms UTC), by row id."""
    await tx.many(
        "UPDATE outbox SET due_at = :due WHERE id = :id AND state = 'pending'",
        [{"id": id_, "due": due} for id_, due in items.items()],
    )


async def merge(tx: Connection, items: Iterable[Item], bundle_id: int, now: int) -> None:
    """These rows are lines of the bundle."""
    await tx.many(
        """UPDATE outbox SET state = 'merged', target_id = :bundle, settled_at = :now
            WHERE id = :id AND state = 'pending'""",
        [{"id": item.id, "bundle": bundle_id, "now": now} for item in items],
    )


async def settle(tx: Connection, results: Iterable[Result], now: int) -> None:
    """Write what became of rows."""
    await tx.many(
        """UPDATE outbox
              SET state = :state, cause = :cause, due_at = :due, attempts = :attempts, uncertain = :uncertain,
                  chat_id = coalesce(:chat, chat_id), message_id = coalesce(:message, message_id), settled_at = :settled
            WHERE id = :id AND state IN ('pending', 'leased')""",
        [
            {
                "id": result.item_id,
                "state": result.state.value,
                "cause": result.cause,
                "due": result.due_at,
                "attempts": result.attempts,
                "uncertain": result.uncertain,
                "chat": result.chat_id,
                "message": result.message_id,
                "settled": None if result.state is State.PENDING else now,
            }
            for result in results
        ],
    )


async def pushes(tx: Connection, people: Iterable[int], since: int) -> dict[int, int]:
    """How many messages each of ``people`` was sent since ``since`` (ms UTC), urgent ones and bundles' lines apart."""
    names, values = value_list("person", people)
    rows = await tx.all(
        f"""SELECT person_id, count(*) AS n FROM outbox
             WHERE person_id IN ({names}) AND settled_at >= :since
               AND state IN ('sent', 'unknown') AND action = 'send' AND urgent = 0 GROUP BY person_id""",
        since=since,
        **values,
    )
    return {row["person_id"]: row["n"] for row in rows}


async def muted(tx: Connection, people: Iterable[int]) -> frozenset[tuple[int, str]]:
    """Which kinds these people do not want: (person id, kind)."""
    names, values = value_list("person", people)
    rows = await tx.all(f"SELECT person_id, kind FROM mutes WHERE person_id IN ({names})", **values)
    return frozenset((row["person_id"], row["kind"]) for row in rows)
