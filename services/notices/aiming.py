"""Choosing whom a notice is for: by unit, role, batch, and who has not confirmed another one."""

from domain import notices as rules
from domain.errors import NotFound
from domain.notices import Audience, Choosing, NobodyThere, Notice, Preview
from domain.people import Person, Role, Unit
from services.notices.common import audience, choosing_of, managed, preview_of, the_notice
from services.notices.writing import own_draft
from services.timing import Timing
from storage import notices as store
from storage import people
from storage.database import Connection, Database

UNHEARD_SHOWN = 8


async def choosing(db: Database, caller: Person, notice_id: int, unit_id: int) -> Choosing:
    """Whom it may go to, in a unit of the writer's part of the tree; 0 is the writer's own unit.

    Raises MovedOn, NotYours, NotForRole, NotFound.
    """

    async def unit(tx: Connection) -> Choosing:
        writer, notice = await own_draft(tx, caller, notice_id)
        return await choosing_of(tx, notice, await _reach(tx, writer, unit_id))

    return await db.read(unit)


async def _reach(tx: Connection, writer: Person, unit_id: int) -> Unit:
    here = await people.unit(tx, unit_id) if unit_id else writer.unit
    if here is None:
        raise NotFound
    rules.require_reach(writer, here)
    return here


async def pick(db: Database, caller: Person, notice_id: int, unit_id: int, now: int, timing: Timing) -> Preview:
    """It goes to this unit. Raises NobodyThere, MovedOn, NotYours, NotForRole, NotFound."""

    async def unit(tx: Connection) -> Preview:
        writer, notice = await own_draft(tx, caller, notice_id)
        here = await _reach(tx, writer, unit_id)
        if not await audience(tx, notice, here):
            raise NobodyThere
        await store.change(tx, notice.id, now, audience_unit=here.id)
        return await preview_of(tx, await the_notice(tx, notice.id), now, timing)

    return await db.write(unit)


async def narrow(
    db: Database, caller: Person, notice_id: int, unit_id: int, now: int, *, role: Role | None, batch: int | None
) -> Choosing:
    """Only this role and this batch (None: all). Raises MovedOn, NotYours, NotForRole, NotFound."""

    async def unit(tx: Connection) -> Choosing:
        writer, notice = await own_draft(tx, caller, notice_id)
        here = await _reach(tx, writer, unit_id)
        await store.change(tx, notice.id, now, audience_role=role, audience_batch=batch)
        return await choosing_of(tx, await the_notice(tx, notice.id), here)

    return await db.write(unit)


async def unheard(db: Database, caller: Person, notice_id: int) -> tuple[tuple[Notice, int], ...]:
    """Earlier notices that some have not confirmed, and how many of the writer's people those are."""

    async def unit(tx: Connection) -> tuple[tuple[Notice, int], ...]:
        writer, notice = await own_draft(tx, caller, notice_id)
        reach = {person.id for person in await people.listed(tx, writer.scope)} - {writer.id}
        scope = writer.scope if writer.role is Role.OFFICE else None
        found = []
        for other in await store.written(tx, writer.id, scope, notice.id, 4 * UNHEARD_SHOWN):
            open_ = await store.unheard(tx, other.id) & reach if other.out and other.needs_confirm else frozenset()
            if open_:
                found.append((other, len(open_)))
        return tuple(found[:UNHEARD_SHOWN])

    return await db.read(unit)


async def after(
    db: Database, caller: Person, notice_id: int, other_id: int, now: int, timing: Timing
) -> Choosing | Preview:
    """Only those who have not confirmed the other notice (0: whoever). Raises MovedOn, NotYours, NobodyThere, …"""

    async def unit(tx: Connection) -> Choosing | Preview:
        writer, notice = await own_draft(tx, caller, notice_id)
        if not other_id:
            await store.change(tx, notice.id, now, unheard_of=None)
            return await choosing_of(tx, await the_notice(tx, notice.id), writer.unit)
        _, other = await managed(tx, writer, other_id)
        wanted = Audience(writer.unit.id, unheard_of=other.id)
        if not await audience(tx, notice, writer.unit, wanted):
            raise NobodyThere
        await store.change(
            tx,
            notice.id,
            now,
            unheard_of=other.id,
            audience_unit=writer.unit.id,
            audience_role=None,
            audience_batch=None,
        )
        return await preview_of(tx, await the_notice(tx, notice.id), now, timing)

    return await db.write(unit)
