"""分期: the office halves every team by a proposal it has seen, and places those who are in no batch."""

from domain.errors import MovedOn, NotFound
from domain.outbox import Item, Post, State
from domain.people import Person
from domain.training import SETTLING
from domain.training.splitting import TRAINED, Split, Splitting, split, unbatched
from domain.training.swapping import Batches
from services.training.common import coming, office, rebatch
from storage import audit, outbox, people
from storage.database import Connection, Database
from storage.training import covering

TOLD = "session_change"  # the outbox kind; subject 0: not one session, but the person's batch


async def propose(db: Database, caller: Person) -> Splitting:
    """[自动分期]: the split with the fewest moves. Raises NotForRole."""

    async def unit(tx: Connection) -> Splitting:
        await office(tx, caller)
        return Splitting(await _proposal(tx))

    return await db.read(unit)


async def apply(db: Database, caller: Person, mark: str, now: int) -> Splitting:
    """[确认分期] under the proposal called ``mark``. When people have changed since, the new one is shown instead.

    Raises NotForRole.
    """

    async def unit(tx: Connection) -> Splitting:
        person, proposal = await office(tx, caller), await _proposal(tx)
        if proposal.mark != mark or not proposal.moves:
            return Splitting(proposal, stale=True)
        for move in proposal.moves:
            await _place(tx, move.person, move.to, now)
        detail = {"moved": {str(move.person.id): move.to for move in proposal.moves}}
        await audit.append(tx, person.id, "training.split", "batches", now, detail)
        return Splitting(proposal, done=True)

    return await db.write(unit)


async def _proposal(tx: Connection) -> Split:
    return split(await people.listed(tx, ""), await covering.settled(tx))


async def without_batch(db: Database, caller: Person) -> tuple[Person, ...]:
    """未分期: who is to be trained and is in no batch. Raises NotForRole."""

    async def unit(tx: Connection) -> tuple[Person, ...]:
        await office(tx, caller)
        return unbatched(await people.listed(tx, ""))

    return await db.read(unit)


async def place(db: Database, caller: Person, person_id: int, batch: int, now: int) -> tuple[Person, ...]:
    """One of them into a batch; who is left. Raises NotForRole, NotFound, MovedOn when they are in a batch already."""

    async def unit(tx: Connection) -> tuple[Person, ...]:
        boss, person = await office(tx, caller), await people.person(tx, person_id)
        if person is None or person.role not in TRAINED:
            raise NotFound
        if person.batch not in {None, batch}:
            raise MovedOn
        if person.batch is None:
            await _place(tx, person, batch, now)
            await audit.append(tx, boss.id, "training.place", f"person:{person.id}", now, {"batch": batch})
        return unbatched(await people.listed(tx, ""))

    return await db.write(unit)


async def _place(tx: Connection, person: Person, batch: int, now: int) -> None:
    """Into a batch; the person is told once, a minute later, unless it is the old one by then."""
    await rebatch(tx, person, batch, now)
    waiting = await outbox.of_subject(tx, TOLD, 0)
    if any(item.person_id == person.id and item.state is State.PENDING for item in waiting):
        return
    post = Post(f"batch:{person.id}:{now}", TOLD, person.id, 0, now + SETTLING, {"from": person.batch or 0})
    await outbox.add(tx, [post], now)


async def batch_letter(db: Database, item: Item, person: Person, now: int) -> Batches | None:
    """The new batch and its sessions; moot when the person is back in the old one, or in none."""
    if person.batch is None or person.batch == item.detail["from"]:
        return None
    return Batches(person.batch, await db.read(lambda tx: coming(tx, person, now)))
