"""Changes of sessions that people are told of, in the database."""

import json

from domain.training import Session, SessionChange
from storage.database import Connection, Row

_CHANGE = "SELECT id, session_id, old, made_by, tell_at FROM session_changes"


def _change(row: Row) -> SessionChange:
    old = json.loads(row["old"])
    return SessionChange(
        row["id"],
        row["session_id"],
        old["starts_at"],
        old["ends_at"],
        old["venue"],
        old["lecturer"],
        old["bring"],
        row["made_by"],
        row["tell_at"],
    )


async def open_change(tx: Connection, session_id: int, now: int) -> SessionChange | None:
    """The change of a session that is not told yet, or None."""
    row = await tx.one(
        f"{_CHANGE} WHERE session_id = :id AND tell_at > :now ORDER BY id DESC LIMIT 1", id=session_id, now=now
    )
    return _change(row) if row else None


async def add_change(tx: Connection, old: Session, by: int, tell_at: int) -> SessionChange:
    """A new change; ``old`` is what people knew until now."""
    known = {
        "starts_at": old.starts_at,
        "ends_at": old.ends_at,
        "venue": old.venue,
        "lecturer": old.lecturer,
        "bring": old.bring,
    }
    row = await tx.one(
        """INSERT INTO session_changes (session_id, old, made_by, tell_at) VALUES (:session, :old, :by, :at)
           RETURNING id, session_id, old, made_by, tell_at""",
        session=old.id,
        old=json.dumps(known, ensure_ascii=False),
        by=by,
        at=tell_at,
    )
    assert row is not None
    return _change(row)


async def change(tx: Connection, change_id: int) -> SessionChange | None:
    """One change by id."""
    row = await tx.one(f"{_CHANGE} WHERE id = :id", id=change_id)
    return _change(row) if row else None
