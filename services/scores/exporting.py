"""The ledger and a closed month as files. Whose rows, and the audit, are in ``tables``."""

import asyncio
from datetime import tzinfo

from content.score_tables import close_csv, close_table, ledger_csv, ledger_table
from content.table_format import Format
from domain.people import Person
from services.scores.tables import close_rows, ledger_rows
from storage.database import Database


async def export_ledger(db: Database, caller: Person, kind: Format, now: int, tz: tzinfo) -> bytes:
    """The ledger of a leader's part. Raises NotForRole."""
    rows = await ledger_rows(db, caller, now, tz)
    return await asyncio.to_thread(ledger_table if kind is Format.XLSX else ledger_csv, rows)


async def export_close(
    db: Database, caller: Person, unit_id: int, month: str, kind: Format, now: int, tz: tzinfo
) -> bytes:
    """A closed month of a unit. Raises NotForRole, NotYours, NotFound."""
    found = await close_rows(db, caller, unit_id, month, now, tz)
    return await asyncio.to_thread(close_table if kind is Format.XLSX else close_csv, found)
