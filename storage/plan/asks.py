"""What owners asked the office, in the database: help, or another date. Decides nothing."""

from domain.plan import Ask, AskKind, AskState
from storage.database import Connection, Row
from storage.plan.campaign import day, text

_ASK = """
    SELECT id, task_id, person_id, kind, text, wanted_on, state, answer, created_at, settled_by, settled_at FROM task_asks
"""


def _ask(row: Row) -> Ask:
    return Ask(
        id=row["id"],
        task_id=row["task_id"],
        person_id=row["person_id"],
        kind=AskKind(row["kind"]),
        text=row["text"],
        wanted_on=day(row["wanted_on"]),
        state=AskState(row["state"]),
        answer=row["answer"],
        created_at=row["created_at"],
        settled_by=row["settled_by"],
        settled_at=row["settled_at"],
    )


async def ask(tx: Connection, ask_id: int) -> Ask | None:
    """One request by id."""
    row = await tx.one(f"{_ASK} WHERE id = :id", id=ask_id)
    return _ask(row) if row else None


async def ask_of(tx: Connection, origin: str) -> Ask | None:
    """The request that came with a message or press."""
    row = await tx.one(f"{_ASK} WHERE origin = :origin", origin=origin)
    return _ask(row) if row else None


async def add_ask(tx: Connection, asked: Ask, origin: str) -> int:
    """A new open request; its ``id`` is ignored. The task has no other open one of the kind. Returns the id given."""
    row = await tx.one(
        """INSERT INTO task_asks (task_id, person_id, kind, text, wanted_on, origin, created_at)
           VALUES (:task, :person, :kind, :text, :wanted, :origin, :now) RETURNING id""",
        task=asked.task_id,
        person=asked.person_id,
        kind=asked.kind.value,
        text=asked.text,
        wanted=text(asked.wanted_on),
        origin=origin,
        now=asked.created_at,
    )
    assert row is not None
    return int(row["id"])


async def settle_ask(tx: Connection, ask_id: int, state: AskState, by: int, answer: str, now: int) -> bool:
    """From open to a final state. False when somebody was first."""
    changed = await tx.run(
        """UPDATE task_asks SET state = :state, settled_by = :by, answer = :answer, settled_at = :now
            WHERE id = :id AND state = 'open'""",
        state=state.value,
        by=by,
        answer=answer,
        now=now,
        id=ask_id,
    )
    return changed == 1


async def close_asks(tx: Connection, task_id: int, now: int, kind: AskKind | None = None) -> None:
    """The task's open requests (of a kind) are moot."""
    await tx.run(
        """UPDATE task_asks SET state = 'moot', settled_at = :now
            WHERE task_id = :task AND state = 'open' AND (:kind IS NULL OR kind = :kind)""",
        task=task_id,
        now=now,
        kind=kind.value if kind else None,
    )


async def open_asks(tx: Connection, task_id: int | None = None) -> tuple[Ask, ...]:
    """What waits for the office, oldest first; of one task, or of all (None)."""
    rows = await tx.all(
        f"{_ASK} WHERE state = 'open' AND (:task IS NULL OR task_id = :task) ORDER BY created_at, id", task=task_id
    )
    return tuple(_ask(row) for row in rows)
