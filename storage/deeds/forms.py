"""What forms of good deeds took in: which one is open, and whether a message belongs to one that is over."""

from storage import drafts
from storage.database import Connection
from storage.drafts import Draft


async def open_form(tx: Connection, person_id: int, kind: str) -> Draft | None:
    """The person's open form of this kind, also below a newer one of another area."""
    row = await tx.one(
        "SELECT id FROM drafts WHERE person_id = :person AND kind = :kind AND closed_at IS NULL",
        person=person_id,
        kind=kind,
    )
    return await drafts.open_draft(tx, row["id"], person_id) if row else None


async def last_seen(tx: Connection, person_id: int, kind: str, since: int) -> int:
    """The newest message that a form of this kind took in which is open or was closed after ``since`` (ms UTC); or 0."""
    row = await tx.one(
        """SELECT max(seen) AS seen FROM drafts
            WHERE person_id = :person AND kind = :kind AND (closed_at IS NULL OR closed_at > :since)""",
        person=person_id,
        kind=kind,
        since=since,
    )
    return row["seen"] or 0 if row else 0
