"""Schedules and their occurrences in the database. Which occurrences a subject has is decided elsewhere."""

from collections.abc import Iterable
from datetime import date

from domain.schedules import Occurrence, Planned
from storage.database import Connection


async def schedule(tx: Connection, kind: str, subject_id: int) -> int:
    """The id of the subject's schedule, made if there is none."""
    await tx.run(
        "INSERT INTO schedules (kind, subject_id) VALUES (:kind, :subject) ON CONFLICT (kind, subject_id) DO NOTHING",
        kind=kind,
        subject=subject_id,
    )
    found = await find(tx, kind, subject_id)
    assert found is not None
    return found


async def find(tx: Connection, kind: str, subject_id: int) -> int | None:
    """The id of the subject's schedule, if it has one."""
    row = await tx.one(
        "SELECT id FROM schedules WHERE kind = :kind AND subject_id = :subject", kind=kind, subject=subject_id
    )
    return int(row["id"]) if row else None


async def planned(tx: Connection, schedule_id: int) -> frozenset[tuple[date, str, int]]:
    """What is still planned: (day it is about, slot, due time)."""
    rows = await tx.all(
        "SELECT local_date, slot, due_at FROM occurrences WHERE schedule_id = :id AND state = 'planned'", id=schedule_id
    )
    return frozenset((date.fromisoformat(row["local_date"]), row["slot"], row["due_at"]) for row in rows)


async def cancel_planned(tx: Connection, schedule_id: int, now: int) -> None:
    """Cancel what is still planned; what is planned anew right after comes back to life."""
    await tx.run(
        """UPDATE occurrences SET state = 'cancelled', settled_at = :now
            WHERE schedule_id = :schedule AND state = 'planned'""",
        schedule=schedule_id,
        now=now,
    )


async def put_planned(tx: Connection, schedule_id: int, planned: Iterable[Planned]) -> None:
    """Plan these. One that was cancelled is planned again; one that was expanded or missed stays what it is."""
    await tx.many(
        """INSERT INTO occurrences (schedule_id, local_date, slot, due_at, late_until)
           VALUES (:schedule, :day, :slot, :due, :until)
           ON CONFLICT (schedule_id, local_date, slot) DO UPDATE
               SET due_at = excluded.due_at, late_until = excluded.late_until, state = 'planned', settled_at = NULL
             WHERE occurrences.state IN ('planned', 'cancelled')""",
        [
            {
                "schedule": schedule_id,
                "day": one.local_date.isoformat(),
                "slot": one.slot,
                "due": one.due_at,
                "until": one.late_until,
            }
            for one in planned
        ],
    )


async def due(tx: Connection, now: int, limit: int) -> tuple[Occurrence, ...]:
    """Planned occurrences whose time has come, earliest first."""
    rows = await tx.all(
        """SELECT s.kind, s.subject_id, o.local_date, o.slot, o.due_at, o.late_until
             FROM occurrences o JOIN schedules s ON s.id = o.schedule_id
            WHERE o.state = 'planned' AND o.due_at <= :now ORDER BY o.due_at, o.schedule_id, o.slot LIMIT :limit""",
        now=now,
        limit=limit,
    )
    return tuple(
        Occurrence(
            row["kind"],
            row["subject_id"],
            date.fromisoformat(row["local_date"]),
            row["slot"],
            row["due_at"],
            row["late_until"],
        )
        for row in rows
    )


async def settle(tx: Connection, occurrence: Occurrence, state: str, now: int) -> bool:
    """From planned and still due at the same time to ``expanded`` or ``missed``. False when that is no longer so."""
    changed = await tx.run(
        """UPDATE occurrences SET state = :state, settled_at = :now
            WHERE schedule_id = (SELECT id FROM schedules WHERE kind = :kind AND subject_id = :subject)
              AND local_date = :day AND slot = :slot AND state = 'planned' AND due_at = :due""",
        state=state,
        now=now,
        kind=occurrence.kind,
        subject=occurrence.subject_id,
        day=occurrence.local_date.isoformat(),
        slot=occurrence.slot,
        due=occurrence.due_at,
    )
    return changed == 1
