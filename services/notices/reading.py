"""What receivers do: reading, and confirming with one tap."""

from dataclasses import dataclass

from domain.errors import NotFound
from domain.notices import OUT, Received, State
from domain.people import Person
from storage import audit
from storage import notices as store
from storage.database import Connection, Database

LISTED = 10


async def received(db: Database, caller: Person) -> tuple[Received, ...]:
    """The caller's notices: those that wait for a confirmation first, then the newest."""
    return await db.read(lambda tx: store.received(tx, caller.id, LISTED))


async def opened(db: Database, caller: Person, notice_id: int) -> Received:
    """One of the caller's notices; a recalled one too, to say so. Raises NotFound for somebody else's."""

    async def unit(tx: Connection) -> Received:
        found = await store.receiver(tx, notice_id, caller.id)
        if found is None or found.notice.state not in OUT | {State.RECALLED}:
            raise NotFound
        return found

    return await db.read(unit)


@dataclass(frozen=True, slots=True)
class Confirmed:
    """A press on [收到]. ``corrected``: it was of an older text, did not count, and the new one has to be shown."""

    received: Received
    corrected: bool


async def confirm(db: Database, caller: Person, notice_id: int, version: int, now: int) -> Confirmed:
    """[收到] under a version of the text. Twice is once. Raises NotFound for somebody else's notice."""

    async def unit(tx: Connection) -> Confirmed:
        found = await store.receiver(tx, notice_id, caller.id)
        if found is None or found.notice.state not in OUT | {State.RECALLED}:
            raise NotFound
        notice = found.notice
        if notice.out and notice.needs_confirm and version == notice.version:
            if await store.confirm(tx, notice.id, caller.id, version, now):
                await store.note_change(tx, notice.id)
                await audit.append(tx, caller.id, "notice.confirm", f"notice:{notice.id}", now, {"version": version})
            found = await store.receiver(tx, notice_id, caller.id) or found
        return Confirmed(found, corrected=notice.out and version < notice.version)

    return await db.write(unit)
