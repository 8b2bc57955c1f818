"""Training use cases: what a person can look up."""

from domain import training as rules
from domain.errors import NotFound
from domain.people import Person, Role
from domain.training import Session
from storage import training as store
from storage.database import Connection, Database


async def sessions_of(db: Database, person: Person, now: int) -> tuple[Session, ...]:
    """The sessions that concern a person, next first."""
    batch = person.batch if person.role is Role.COLLECTOR else None
    if person.role is Role.COLLECTOR and batch is None:
        return ()
    return rules.in_order(await db.read(lambda tx: store.sessions(tx, batch)), now)


async def session(db: Database, person: Person, session_id: int) -> Session:
    """One session. Raises NotFound, or NotYours when it does not concern the person."""

    async def unit(tx: Connection) -> Session | None:
        return await store.session(tx, session_id)

    found = await db.read(unit)
    if found is None:
        raise NotFound
    rules.require_concern(found, person)
    return found
