"""Mutes, shift patterns and the office's own calendar in the database."""

from datetime import date

from domain.quiet import Pattern
from storage.database import Connection


async def patterns(tx: Connection) -> dict[int, Pattern]:
    """Every team's shift pattern by unit id."""
    rows = await tx.all("SELECT unit_id, first_day, cycle FROM shift_patterns")
    return {row["unit_id"]: Pattern(date.fromisoformat(row["first_day"]), row["cycle"]) for row in rows}
