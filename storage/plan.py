"""The campaign's phases in the database."""

from datetime import date

from domain.plan import Phase
from storage.database import Connection


async def put_phase(tx: Connection, phase: Phase) -> None:
    """Add a phase or replace its title and dates."""
    await tx.run(
        """INSERT INTO phases (number, title, starts_on, ends_on) VALUES (:number, :title, :starts, :ends)
           ON CONFLICT (number) DO UPDATE
               SET title = excluded.title, starts_on = excluded.starts_on, ends_on = excluded.ends_on""",
        number=phase.number,
        title=phase.title,
        starts=phase.starts_on.isoformat() if phase.starts_on else None,
        ends=phase.ends_on.isoformat() if phase.ends_on else None,
    )


async def phases(tx: Connection) -> tuple[Phase, ...]:
    """All phases by number."""
    rows = await tx.all("SELECT number, title, starts_on, ends_on FROM phases ORDER BY number")
    return tuple(Phase(row["number"], row["title"], _day(row["starts_on"]), _day(row["ends_on"])) for row in rows)


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
