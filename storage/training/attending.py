"""Whom sessions concern, roll calls and what is made up for, in the database."""

from collections.abc import Iterable

from domain.people import Person
from domain.training import Makeup, Mark
from storage import people
from storage.database import Connection, Row


async def receivers(tx: Connection, session_id: int) -> tuple[int, ...]:
    """Whom a session concerns, by person id: the present people of its batch, and who makes something up there.

    Whoever was taught the course with the other batch already (made up for it, or changed batches since) is left out,
    unless this session's roll has a mark of them.
    """
    rows = await tx.all(
        """SELECT p.id FROM sessions s JOIN people p ON p.batch = s.batch AND p.left_at IS NULL
            WHERE s.id = :id
              AND (EXISTS (SELECT 1 FROM attendance a WHERE a.session_id = s.id AND a.person_id = p.id)
                   OR NOT EXISTS (SELECT 1 FROM attendance a
                                    JOIN sessions o ON o.id = a.session_id JOIN roll_calls r ON r.session_id = o.id
                                   WHERE a.person_id = p.id AND o.course_code = s.course_code AND o.batch <> s.batch
                                     AND a.mark IN ('present', 'late')))
           UNION
           SELECT p.id FROM makeups m JOIN people p ON p.id = m.person_id AND p.left_at IS NULL
            WHERE m.offered_id = :id AND m.state = 'accepted' ORDER BY 1""",
        id=session_id,
    )
    return tuple(row["id"] for row in rows)


async def attendants(tx: Connection, session_id: int) -> tuple[Person, ...]:
    """The same as people, by unit and staff number."""
    ids = set(await receivers(tx, session_id))
    return tuple(one for one in await people.listed(tx, "") if one.id in ids)


async def guest_of(tx: Connection, person_id: int) -> frozenset[int]:
    """The sessions in which a person makes something up, by id."""
    rows = await tx.all(
        "SELECT offered_id FROM makeups WHERE person_id = :person AND state = 'accepted'", person=person_id
    )
    return frozenset(row["offered_id"] for row in rows)


# roll calls ------------------------------------------------------------------------------------------------------


async def marks(tx: Connection, session_id: int) -> dict[int, Mark]:
    """What was marked so far, by person id."""
    rows = await tx.all("SELECT person_id, mark FROM attendance WHERE session_id = :id", id=session_id)
    return {row["person_id"]: Mark(row["mark"]) for row in rows}


async def put_marks(tx: Connection, session_id: int, people_ids: Iterable[int], mark: Mark, by: int, now: int) -> None:
    """Mark these people, in place of what was marked before."""
    await tx.many(
        """INSERT INTO attendance (session_id, person_id, mark, marked_by, marked_at)
           VALUES (:session, :person, :mark, :by, :now)
           ON CONFLICT (session_id, person_id) DO UPDATE
               SET mark = excluded.mark, marked_by = excluded.marked_by, marked_at = excluded.marked_at""",
        [{"session": session_id, "person": person, "mark": mark.value, "by": by, "now": now} for person in people_ids],
    )


async def unmark(tx: Connection, session_id: int, person_id: int) -> None:
    """Take a mark back that was only noted."""
    await tx.run(
        "DELETE FROM attendance WHERE session_id = :session AND person_id = :person",
        session=session_id,
        person=person_id,
    )


async def confirmed(tx: Connection, session_id: int) -> int | None:
    """When the roll was called, ms UTC; None while it is not."""
    row = await tx.one("SELECT confirmed_at FROM roll_calls WHERE session_id = :id", id=session_id)
    return row["confirmed_at"] if row else None


async def confirm(tx: Connection, session_id: int, by: int, now: int) -> bool:
    """The roll is called. False when it was before."""
    changed = await tx.run(
        """INSERT INTO roll_calls (session_id, confirmed_by, confirmed_at) VALUES (:id, :by, :now)
           ON CONFLICT (session_id) DO NOTHING""",
        id=session_id,
        by=by,
        now=now,
    )
    return changed == 1


# what is made up for ---------------------------------------------------------------------------------------------

_MAKEUP = "SELECT id, missed_id, person_id, offered_id, state FROM makeups"


def _makeup(row: Row) -> Makeup:
    return Makeup(row["id"], row["missed_id"], row["person_id"], row["offered_id"], row["state"])


async def offer(tx: Connection, missed_id: int, person_id: int, offered_id: int | None, now: int) -> Makeup:
    """Offer another session (None: none is dated yet). An offer that was answered stays as it was answered."""
    await tx.run(
        """INSERT INTO makeups (missed_id, person_id, offered_id, state, changed_at)
           VALUES (:missed, :person, :offered, :state, :now)
           ON CONFLICT (missed_id, person_id) DO UPDATE
               SET offered_id = excluded.offered_id, state = excluded.state, changed_at = excluded.changed_at
             WHERE makeups.state IN ('waiting', 'declined')""",
        missed=missed_id,
        person=person_id,
        offered=offered_id,
        state="offered" if offered_id is not None else "waiting",
        now=now,
    )
    row = await tx.one(
        f"{_MAKEUP} WHERE missed_id = :missed AND person_id = :person", missed=missed_id, person=person_id
    )
    assert row is not None
    return _makeup(row)


async def withdraw_offer(tx: Connection, missed_id: int, person_id: int) -> None:
    """The person was there after all: there is nothing to make up for."""
    await tx.run(
        "DELETE FROM makeups WHERE missed_id = :missed AND person_id = :person",
        missed=missed_id,
        person=person_id,
    )


async def take_offers_back(tx: Connection, offered_id: int, now: int) -> tuple[Makeup, ...]:
    """A session will not take place: those to whom it was offered, or who accepted it, wait again."""
    rows = await tx.all(
        """UPDATE makeups SET offered_id = NULL, state = 'waiting', changed_at = :now
            WHERE offered_id = :id AND state IN ('offered', 'accepted')
        RETURNING id, missed_id, person_id, offered_id, state""",
        id=offered_id,
        now=now,
    )
    return tuple(_makeup(row) for row in rows)


async def makeup(tx: Connection, makeup_id: int) -> Makeup | None:
    """One offer by id."""
    row = await tx.one(f"{_MAKEUP} WHERE id = :id", id=makeup_id)
    return _makeup(row) if row else None


async def answer(tx: Connection, makeup_id: int, state: str, now: int) -> bool:
    """``accepted`` or ``declined``. False when it was answered before."""
    changed = await tx.run(
        "UPDATE makeups SET state = :state, changed_at = :now WHERE id = :id AND state = 'offered'",
        id=makeup_id,
        state=state,
        now=now,
    )
    return changed == 1


async def unplaced(tx: Connection) -> tuple[Makeup, ...]:
    """Who still has to make something up and has no session for it: waiting for a date, or declined."""
    rows = await tx.all(f"{_MAKEUP} WHERE state IN ('waiting', 'declined') ORDER BY id")
    return tuple(_makeup(row) for row in rows)
