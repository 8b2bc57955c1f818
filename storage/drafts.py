"""Forms in progress: one open form of a kind per person, kept across restarts."""

from dataclasses import dataclass

from storage.database import Connection, Row


@dataclass(frozen=True, slots=True)
class Draft:
    """A form in progress. ``data`` is JSON text; its meaning belongs to the area named by ``kind``.

    ``seen`` is the newest message id that was taken in: one that is not newer was taken in before.
    """

    id: int
    person_id: int
    kind: str
    step: str
    data: str
    seen: int = 0


def _draft(row: Row) -> Draft:
    return Draft(row["id"], row["person_id"], row["kind"], row["step"], row["data"], row["seen"])


_DRAFT = "SELECT id, person_id, kind, step, data, seen FROM drafts"


async def begin(tx: Connection, person_id: int, kind: str, step: str, data: str, origin: str, now: int) -> Draft:
    """Open a form, closing an older one of the kind. The same ``origin`` again returns the form it began."""
    again = await tx.one(f"{_DRAFT} WHERE origin = :origin", origin=origin)
    if again:
        return _draft(again)
    await tx.run(
        "UPDATE drafts SET closed_at = :now WHERE person_id = :person AND kind = :kind AND closed_at IS NULL",
        now=now,
        person=person_id,
        kind=kind,
    )
    row = await tx.one(
        """INSERT INTO drafts (person_id, kind, step, data, origin, created_at)
           VALUES (:person, :kind, :step, :data, :origin, :now) RETURNING id, person_id, kind, step, data, seen""",
        person=person_id,
        kind=kind,
        step=step,
        data=data,
        origin=origin,
        now=now,
    )
    assert row is not None
    return _draft(row)


async def open_draft(tx: Connection, draft_id: int, person_id: int) -> Draft | None:
    """An open form by id, if it is the person's."""
    row = await tx.one(
        f"{_DRAFT} WHERE id = :id AND person_id = :person AND closed_at IS NULL", id=draft_id, person=person_id
    )
    return _draft(row) if row else None


async def of_origin(tx: Connection, origin: str) -> Draft | None:
    """The form that a message began, open or closed."""
    row = await tx.one(f"{_DRAFT} WHERE origin = :origin", origin=origin)
    return _draft(row) if row else None


async def awaiting(tx: Connection, person_id: int) -> Draft | None:
    """The person's newest open form: what they type next belongs to it."""
    row = await tx.one(
        f"{_DRAFT} WHERE person_id = :person AND closed_at IS NULL ORDER BY id DESC LIMIT 1", person=person_id
    )
    return _draft(row) if row else None


async def put(tx: Connection, draft_id: int, step: str, data: str, seen: int = 0) -> bool:
    """The next step of an open form, and the message id that led to it (0: a press). False when it was closed."""
    changed = await tx.run(
        """UPDATE drafts SET step = :step, data = :data, seen = CASE WHEN :seen > seen THEN :seen ELSE seen END
            WHERE id = :id AND closed_at IS NULL""",
        step=step,
        data=data,
        seen=seen,
        id=draft_id,
    )
    return changed == 1


async def close(tx: Connection, draft_id: int, now: int) -> bool:
    """Close a form. False when it was closed before: somebody pressed twice."""
    return (
        await tx.run("UPDATE drafts SET closed_at = :now WHERE id = :id AND closed_at IS NULL", now=now, id=draft_id)
        == 1
    )


async def drop_all(tx: Connection, person_id: int, now: int) -> int:
    """/cancel: close the person's open forms; returns how many there were."""
    return await tx.run(
        "UPDATE drafts SET closed_at = :now WHERE person_id = :person AND closed_at IS NULL", now=now, person=person_id
    )
