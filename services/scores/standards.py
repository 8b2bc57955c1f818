"""The scoring standard: the office loads a version, everybody reads it."""

from dataclasses import replace
from datetime import date, tzinfo

from domain import scores as rules
from domain.clock import local_date
from domain.errors import NotFound
from domain.people import Person, Role, require_role
from domain.scores import Standard
from domain.scores.shown import Standards
from services.scores.common import fresh
from storage import audit
from storage import scores as store
from storage.database import Connection, Database


async def load_standard(db: Database, caller: Person, standard: Standard, now: int, tz: tzinfo) -> Standard:
    """A new version, by the office, as it is stored. What the newest says already is not loaded again.

    Raises NotForRole, StandardTooEarly.
    """

    async def unit(tx: Connection) -> Standard:
        person = await fresh(tx, caller)
        require_role(person, Role.OFFICE)
        known = await store.standards(tx)
        if known and known[-1].same(standard):
            return known[-1]
        rules.require_next(known, standard, local_date(now, tz))
        stored = await put_standard(tx, standard, person.id, now)
        detail: dict[str, object] = {"version": stored.version, "from": stored.effective_from.isoformat()}
        await audit.append(tx, person.id, "scores.load", f"standard:{stored.id}", now, detail)
        return stored

    return await db.write(unit)


async def put_standard(tx: Connection, standard: Standard, by: int | None, now: int) -> Standard:
    """The next version, without a look at its day. ``by`` None: with the sample office."""
    known = await store.standards(tx)
    number = known[-1].version + 1 if known else 1
    await store.add_standard(tx, replace(standard, version=number), by, now)
    return (await store.standards(tx))[-1]


async def standards(db: Database, caller: Person, now: int, tz: tzinfo) -> Standards:
    """Every version. Raises NotForRole."""

    async def unit(tx: Connection) -> Standards:
        person, known = await fresh(tx, caller), await store.standards(tx)
        found = rules.in_force(known, local_date(now, tz))
        return Standards(person, known[::-1], found, person.role is Role.OFFICE)

    return await db.read(unit)


async def standard(db: Database, caller: Person, version: int) -> Standard:
    """One version. Raises NotFound, NotForRole."""

    async def unit(tx: Connection) -> Standard:
        await fresh(tx, caller)
        found = next((one for one in await store.standards(tx) if one.version == version), None)
        if found is None:
            raise NotFound
        return found

    return await db.read(unit)


async def in_force(db: Database, day: date) -> Standard | None:
    """The standard in force on a day."""
    return await db.read(lambda tx: in_force_on(tx, day))


async def in_force_on(tx: Connection, day: date) -> Standard | None:
    """The same within a transaction."""
    return rules.in_force(await store.standards(tx), day)
