"""Whether the audit trail still holds."""

from domain.audit import AuditRow, first_broken
from storage import audit
from storage.database import Connection, Database


async def verify(db: Database) -> tuple[int, AuditRow | None]:
    """The number of rows, and the first one that does not follow from those before it (None: the trail holds)."""

    async def unit(tx: Connection) -> list[AuditRow]:
        return await audit.trail(tx)

    rows = await db.read(unit)
    return len(rows), first_broken(db.audit_key, rows)
