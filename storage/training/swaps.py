"""Requests to change batches, in the database. A state changes only from where it was read."""

from domain.people import Person
from domain.training.swapping import Swap, SwapState
from storage import people
from storage.database import Connection, Row

_SWAP = "SELECT id, asker_id, colleague_id, asker_batch, state, asker_by, colleague_by FROM swaps"


async def _swap(tx: Connection, row: Row) -> Swap | None:
    """None when one of the two has left."""
    asker, colleague = await people.person(tx, row["asker_id"]), await people.person(tx, row["colleague_id"])
    if asker is None or colleague is None:
        return None
    by = [await _leader(tx, row[name]) for name in ("asker_by", "colleague_by")]
    return Swap(row["id"], asker, colleague, row["asker_batch"], SwapState(row["state"]), by[0], by[1])


async def _leader(tx: Connection, person_id: int | None) -> Person | None:
    return None if person_id is None else await people.person(tx, person_id)


async def add_swap(
    tx: Connection, asker_id: int, colleague_id: int, asker_batch: int, origin: str, now: int
) -> int | None:
    """A new request. None when this origin has made one before."""
    row = await tx.one(
        """INSERT INTO swaps (asker_id, colleague_id, asker_batch, state, origin, changed_at)
           VALUES (:asker, :colleague, :batch, 'asked', :origin, :now)
           ON CONFLICT (origin) DO NOTHING RETURNING id""",
        asker=asker_id,
        colleague=colleague_id,
        batch=asker_batch,
        origin=origin,
        now=now,
    )
    return row["id"] if row else None


async def swap(tx: Connection, swap_id: int) -> Swap | None:
    """One request by id; None too when one of the two has left the office."""
    row = await tx.one(f"{_SWAP} WHERE id = :id", id=swap_id)
    return await _swap(tx, row) if row else None


async def swap_of_origin(tx: Connection, origin: str) -> Swap | None:
    """The request that a press made."""
    row = await tx.one(f"{_SWAP} WHERE origin = :origin", origin=origin)
    return await _swap(tx, row) if row else None


async def open_swap_of(tx: Connection, person_id: int) -> Swap | None:
    """The open request in which a person is one of the two."""
    rows = await tx.all(
        f"{_SWAP} WHERE state IN ('asked', 'agreed') AND (asker_id = :id OR colleague_id = :id) ORDER BY id",
        id=person_id,
    )
    found = [await _swap(tx, row) for row in rows]
    return next((one for one in found if one is not None), None)


async def end_void(tx: Connection, now: int) -> None:
    """Requests of which one of the two has left, or is in another batch by now, are over: they stand in nobody's way."""
    await tx.run(
        """UPDATE swaps SET state = 'moot', changed_at = :now
            WHERE state IN ('asked', 'agreed')
              AND (EXISTS (SELECT 1 FROM people p WHERE p.id IN (asker_id, colleague_id) AND p.left_at IS NOT NULL)
                   OR NOT EXISTS (SELECT 1 FROM people p WHERE p.id = asker_id AND p.batch = asker_batch)
                   OR NOT EXISTS (SELECT 1 FROM people p WHERE p.id = colleague_id AND p.batch = 3 - asker_batch))""",
        now=now,
    )


async def agreed_swaps(tx: Connection) -> tuple[Swap, ...]:
    """Every request that waits for leaders, oldest first."""
    found = [await _swap(tx, row) for row in await tx.all(f"{_SWAP} WHERE state = 'agreed' ORDER BY id")]
    return tuple(one for one in found if one is not None)


async def move_swap(tx: Connection, swap_id: int, of: SwapState, to: SwapState, now: int) -> bool:
    """From one state to the next. False when it is not in ``of`` any more."""
    changed = await tx.run(
        "UPDATE swaps SET state = :to, changed_at = :now WHERE id = :id AND state = :of",
        id=swap_id,
        of=of.value,
        to=to.value,
        now=now,
    )
    return changed == 1


async def approve_swap(tx: Connection, swap_id: int, by: int, *, asker: bool, colleague: bool, now: int) -> bool:
    """A leader approves for one side or both. False when it does not wait for leaders any more."""
    changed = await tx.run(
        """UPDATE swaps SET asker_by = CASE WHEN :asker = 1 THEN coalesce(asker_by, :by) ELSE asker_by END,
                  colleague_by = CASE WHEN :colleague = 1 THEN coalesce(colleague_by, :by) ELSE colleague_by END,
                  changed_at = :now
            WHERE id = :id AND state = 'agreed'""",
        id=swap_id,
        by=by,
        asker=int(asker),
        colleague=int(colleague),
        now=now,
    )
    return changed == 1
