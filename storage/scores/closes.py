"""Closed months in the database: added once, never changed."""

from collections.abc import Iterable

from domain.people import Unit, UnitKind
from domain.scores import Close, Entry
from storage.database import Connection, Row
from storage.scores.entries import entries

_CLOSE = """
    SELECT k.id, k.month, k.closed_by, k.closed_at, p.name, u.id AS unit_id, u.kind, u.name AS unit_name, u.parent_id, u.path
      FROM score_closes k JOIN units u ON u.id = k.unit_id JOIN people p ON p.id = k.closed_by
"""


def _close(row: Row) -> Close:
    unit = Unit(row["unit_id"], UnitKind(row["kind"]), row["unit_name"], row["parent_id"], row["path"])
    return Close(row["id"], unit, row["month"], row["closed_by"], row["name"], row["closed_at"])


async def last_closed(tx: Connection) -> dict[int, str]:
    """The last closed month by unit id; units that closed none are left out."""
    rows = await tx.all("SELECT unit_id, max(month) AS month FROM score_closes GROUP BY unit_id")
    return {row["unit_id"]: row["month"] for row in rows}


async def close_of(tx: Connection, unit_id: int, month: str) -> Close | None:
    """A unit's close of a month."""
    row = await tx.one(f"{_CLOSE} WHERE k.unit_id = :unit AND k.month = :month", unit=unit_id, month=month)
    return _close(row) if row else None


async def closes_of(tx: Connection, unit_id: int) -> tuple[Close, ...]:
    """A unit's closed months, newest first."""
    rows = await tx.all(f"{_CLOSE} WHERE k.unit_id = :unit ORDER BY k.month DESC", unit=unit_id)
    return tuple(_close(row) for row in rows)


async def entries_of_close(tx: Connection, close_id: int) -> tuple[Entry, ...]:
    """What a close holds, in order."""
    return await entries(tx, "b.close_id = :close ORDER BY e.id", close=close_id)


async def add_close(tx: Connection, unit_id: int, month: str, taken: Iterable[Entry], by: int, now: int) -> None:
    """Close a month with these entries."""
    row = await tx.one(
        """INSERT INTO score_closes (unit_id, month, closed_by, closed_at) VALUES (:unit, :month, :by, :now)
           RETURNING id""",
        unit=unit_id,
        month=month,
        by=by,
        now=now,
    )
    assert row is not None
    await tx.many(
        "INSERT INTO score_close_entries (close_id, entry_id) VALUES (:close, :entry)",
        [{"close": row["id"], "entry": one.id} for one in taken],
    )
