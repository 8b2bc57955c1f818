"""Training use cases: what a person can look up."""

from domain import training as rules
from domain.errors import NotFound
from domain.people import Person, Role
from domain.training import Session
from storage import training as store
from storage.database import Connection, Database


async def sessions_of(db: Database, person: Person, now: int) -> tuple[Session, ...]:
    """The sessions that concern a person, next first: the batch's, where something is made up for, the organised."""

    async def unit(tx: Connection) -> tuple[Session, ...]:
        everything = await store.sessions(tx)
        if person.role is not Role.COLLECTOR:
            return everything
        guest = await store.guest_of(tx, person.id)
        return tuple(s for s in everything if s.batch == person.batch or s.id in guest or s.organiser_id == person.id)

    return rules.in_order(await db.read(unit), now)


async def session(db: Database, person: Person, session_id: int) -> Session:
    """One session. Raises NotFound, or NotYours when it does not concern the person."""

    async def unit(tx: Connection) -> Session | None:
        found = await store.session(tx, session_id)
        if found is None or found.organiser_id == person.id or found.id in await store.guest_of(tx, person.id):
            return found
        rules.require_concern(found, person)
        return found

    found = await db.read(unit)
    if found is None:
        raise NotFound
    return found
