"""What messages about training are about when they are sent; None when by now there is nothing to say."""

from domain import training as rules
from domain.outbox import Item
from domain.people import Person
from domain.training import ChangeLetter, MakeupLetter, Session
from domain.training.swapping import Batches
from services.training.splitting import batch_letter
from storage import training as store
from storage.database import Connection, Database


async def change_letter(db: Database, item: Item, person: Person, now: int) -> ChangeLetter | Batches | None:
    """Moot when everything is back where it was, the session is cancelled or over, or concerns others now.

    Without a session it is the person's batch that changed.
    """
    if not item.subject_id:
        return await batch_letter(db, item, person, now)

    async def unit(tx: Connection) -> ChangeLetter | None:
        session = await store.session(tx, item.subject_id)
        old = await store.change(tx, int(str(item.detail["change"])))
        if session is None or old is None or session.cancelled_at is not None or session.over(now):
            return None
        if person.id not in (*await store.receivers(tx, session.id), session.organiser_id):
            return None
        parts = rules.told(old, session)
        return ChangeLetter(session, old, parts) if parts else None

    return await db.read(unit)


async def cancelled_letter(db: Database, item: Item, person: Person, now: int) -> Session | None:
    """The session as the person knew it; moot once it would be over anyway."""

    async def unit(tx: Connection) -> Session | None:
        session = await store.session(tx, item.subject_id)
        if session is None or session.cancelled_at is None:
            return None
        change = await store.change(tx, int(str(item.detail["change"]))) if "change" in item.detail else None
        known = rules.as_known(session, change) if change else session
        return None if known.over(now) else known

    return await db.read(unit)


async def makeup_letter(db: Database, item: Item, person: Person, now: int) -> MakeupLetter | None:
    """Moot once it was answered, or what is offered is cancelled or has begun."""

    async def unit(tx: Connection) -> MakeupLetter | None:
        made = await store.makeup(tx, item.subject_id)
        if made is None or made.state != "offered" or made.offered_id is None:
            return None
        missed, offered = await store.session(tx, made.missed_id), await store.session(tx, made.offered_id)
        assert missed is not None
        assert offered is not None
        comes = offered.cancelled_at is None and offered.starts_at is not None and offered.starts_at > now
        return MakeupLetter(made, missed, offered) if comes else None

    return await db.read(unit)


async def roll_letter(db: Database, item: Item, person: Person, now: int) -> Session | None:
    """For the organiser, when the duty is given and at the start.

    Moot once the roll was called, somebody else calls it, or it begins at another time.
    """

    async def unit(tx: Connection) -> Session | None:
        session = await store.session(tx, item.subject_id)
        if session is None or session.cancelled_at is not None or session.organiser_id != person.id:
            return None
        if "assigned" not in item.detail and item.detail.get("starts_at") != session.starts_at:
            return None
        return None if await store.confirmed(tx, session.id) is not None else session

    return await db.read(unit)
