"""What the messages about notices are made of when they are sent; None when by now there is nothing to say.

Each is one small read: the sender asks it for every single copy.
"""

from collections.abc import Sequence

from domain.notices import OUT, Answer, Approval, Received, State, Telling
from domain.outbox import Action, Item
from domain.outbox import State as Sending
from domain.people import Person
from services.notices.common import approval_of, the_notice
from services.notices.copies import stands
from services.notices.following import telling_of
from storage import notices as store
from storage import people
from storage.database import Connection, Database

STILL_SENT = frozenset({State.SENDING, State.SENT})


async def notice(db: Database, item: Item, person: Person, _now: int) -> Received | None:
    """The copy of one receiver; None when it was stopped, or confirmed in /notice already."""
    return _to_send(item, await db.read(lambda tx: store.receiver(tx, item.subject_id, person.id)))


async def copies(db: Database, items: Sequence[Item]) -> dict[int, Received | None]:
    """``notice`` for several rows at once, by row."""

    async def unit(tx: Connection) -> dict[tuple[int, int], Received]:
        found: dict[tuple[int, int], Received] = {}
        for notice_id in {item.subject_id for item in items}:
            people = [item.person_id for item in items if item.subject_id == notice_id]
            found |= {(notice_id, one): had for one, had in (await store.receivers(tx, notice_id, people)).items()}
        return found

    found = await db.read(unit)
    return {item.id: _to_send(item, found.get((item.subject_id, item.person_id))) for item in items}


def _to_send(item: Item, found: Received | None) -> Received | None:
    # A line of a bundle stands in a chat already: cancelling what was not sent does not concern it.
    live = OUT if item.state is Sending.MERGED else STILL_SENT
    if found is None or found.notice.state not in live:
        return None
    return None if found.notice.needs_confirm and not found.to_confirm else found


async def nudge(db: Database, item: Item, person: Person, _now: int) -> Received | None:
    """A reminder; None when it is confirmed, corrected since, or stopped."""
    found = await db.read(lambda tx: store.receiver(tx, item.subject_id, person.id))
    current = found is not None and found.notice.version == item.detail.get("version")
    return found if found is not None and current and found.notice.state in OUT and found.to_confirm else None


async def cascade(db: Database, item: Item, person: Person, _now: int) -> Telling | None:
    """Whom a leader still has to tell; None when there is nobody left."""
    found = await _telling(db, item, person)
    return found if found.people else None


async def _telling(db: Database, item: Item, person: Person) -> Telling:
    async def unit(tx: Connection) -> Telling:
        return await telling_of(tx, await the_notice(tx, item.subject_id), person)

    return await db.read(unit)


async def edit(db: Database, item: Item, person: Person, now: int) -> Received | Telling | None:
    """A copy, a reminder or a leader's list whose text was corrected; None where it is not shown any more."""
    found = await delete(db, item, person, now)
    return found if found is not None and found.notice.state in OUT else None


async def delete(db: Database, item: Item, person: Person, _now: int) -> Received | Telling | None:
    """A copy, a reminder or a leader's list that is taken back; None where it is not shown any more."""
    if not await db.read(lambda tx: stands(tx, item)):
        return None
    if item.detail.get("as") == "notice_cascade":
        return await _telling(db, item, person)
    return await db.read(lambda tx: store.receiver(tx, item.subject_id, person.id))


async def approval(db: Database, item: Item, _person: Person, now: int) -> Approval | None:
    """A request to agree; None when it was decided before it was sent. One that stands in a chat is always shown."""

    async def unit(tx: Connection) -> Approval:
        return await approval_of(tx, await the_notice(tx, item.subject_id), int(str(item.detail["asked"])), now)

    made = await db.read(unit)
    return made if made.open or item.action is Action.EDIT else None


async def answer(db: Database, item: Item, _person: Person, _now: int) -> Answer:
    """Word to the author, or to the office about one who may not send it any more."""

    async def unit(tx: Connection) -> Answer:
        found = await the_notice(tx, item.subject_id)
        by = item.detail.get("by")
        second = await people.person(tx, int(str(by))) if by is not None else None
        reason = item.detail.get("reason")
        return Answer(found, str(item.detail["what"]), second.name if second else None, str(reason) if reason else None)

    return await db.read(unit)
