"""Who was at which course, as a table for those who answer for these people. Every export is audited."""

import asyncio
from datetime import tzinfo

from content.coverage_table import coverage_table
from domain.people import LEADERS, Person, require_role
from domain.training.covering import Coverage, coverage
from services.training.common import fresh
from storage import audit, people
from storage import training as store
from storage.database import Connection, Database
from storage.training import covering


async def export(db: Database, caller: Person, now: int, tz: tzinfo) -> tuple[Coverage, bytes]:
    """The own part of the tree, person by course, as xlsx. Raises NotForRole."""

    async def unit(tx: Connection) -> Coverage:
        person = await fresh(tx, caller)
        require_role(person, *LEADERS)
        marks = await covering.attendances(tx, person.scope)
        found = coverage(await people.listed(tx, person.scope), await store.courses(tx), marks)
        await audit.append(tx, person.id, "training.export", f"unit:{person.unit.id}", now, {"people": len(found.rows)})
        return found

    found = await db.write(unit)
    return found, await asyncio.to_thread(coverage_table, found, tz)
