"""Training use cases: what a person can look up."""

from domain import training as rules
from domain.errors import NotFound
from domain.people import Person, Role
from domain.training import Session
from storage import training as store
from storage.database import Connection, Database


async def sessions_of(db: Database, person: Person, now: int) -> tuple[Session, ...]:
    """The sessions that concern a person, next first: those of the batch, and where something is made up for."""

    async def unit(tx: Connection) -> tuple[Session, ...]:
        everything = await store.sessions(tx)
        if person.role is not Role.COLLECTOR:
            return everything
        guest = await store.guest_of(tx, person.id)
        return tuple(s for s in everything if s.batch == person.batch or s.id in guest)

    return rules.in_order(await db.read(unit), now)


async def session(db: Database, person: Person, session_id: int) -> Session:
    """One session. Raises NotFound, or NotYours when it does not concern the person."""

    async def unit(tx: Connection) -> Session | None:
        found = await store.session(tx, session_id)
        if found is not None and found.id not in await store.guest_of(tx, person.id):
            rules.require_concern(found, person)
        return found

    found = await db.read(unit)
    if found is None:
        raise NotFound
    return found
