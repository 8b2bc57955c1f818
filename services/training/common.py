"""What every use case of training begins with: the caller from fresh rows, and whether they may."""

from domain.errors import NotForRole
from domain.people import Person, Role, require_role
from domain.training import Session, in_order
from storage import people
from storage import training as store
from storage.database import Connection
from storage.training import covering


async def fresh(tx: Connection, caller: Person) -> Person:
    """The caller as the rows have them now. Raises NotForRole when they have left."""
    person = await people.person(tx, caller.id)
    if person is None:
        raise NotForRole
    return person


async def office(tx: Connection, caller: Person) -> Person:
    """The same, of the office. Raises NotForRole."""
    person = await fresh(tx, caller)
    require_role(person, Role.OFFICE)
    return person


async def rebatch(tx: Connection, person: Person, batch: int, now: int) -> None:
    """Give a person another batch; what they were goes to the history."""
    await people.change_person(tx, person, person.name, person.role, person.unit.id, batch, now)


async def busy(tx: Connection, session: Session) -> frozenset[int]:
    """Who has to be there, by person id: whom the session concerns, and its organiser."""
    organiser = () if session.organiser_id is None else (session.organiser_id,)
    return frozenset((*await store.receivers(tx, session.id), *organiser))


async def coming(tx: Connection, person: Person, now: int) -> tuple[Session, ...]:
    """What a person still has to attend, next first: sessions of the batch and where something is made up for.

    Courses that the person was taught already, with whichever batch, are left out.
    """
    guest, taught = await store.guest_of(tx, person.id), await covering.taught(tx, person.id)
    mine = (
        one
        for one in await store.sessions(tx)
        if (one.batch == person.batch or one.id in guest)
        and one.cancelled_at is None
        and not one.over(now)
        and one.course.code not in taught
    )
    return in_order(mine, now)
