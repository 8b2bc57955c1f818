"""Mutes, shift patterns and the office's own calendar in the database."""

from datetime import date

from domain.quiet import Pattern
from storage.database import Connection


async def patterns(tx: Connection) -> dict[int, Pattern]:
    """Every team's shift pattern by unit id."""
    rows = await tx.all("SELECT unit_id, first_day, cycle FROM shift_patterns")
    return {row["unit_id"]: Pattern(date.fromisoformat(row["first_day"]), row["cycle"]) for row in rows}


async def calendar_days(tx: Connection) -> dict[date, bool]:
    """The office's own days: working or free."""
    rows = await tx.all("SELECT day, working FROM calendar_days")
    return {date.fromisoformat(row["day"]): bool(row["working"]) for row in rows}
