"""What reminders are about when they are sent; None when by now there is nothing to say."""

from datetime import date

from domain.markup import excerpt
from domain.outbox import Item
from domain.people import Person
from domain.reminders import (
    SNOOZES,
    Digest,
    Missed,
    PhaseReminder,
    PuttingOff,
    SessionReminder,
    TaskReminder,
    again,
    snoozes,
)
from services.reminders.open_items import TITLE, digest_of
from storage import notices, outbox, plan, training
from storage.database import Connection, Database


async def session_letter(db: Database, item: Item, person: Person, now: int) -> SessionReminder | None:
    """Moot once the session has begun, was moved or cancelled, or no longer concerns the person."""

    async def unit(tx: Connection) -> SessionReminder | None:
        session = await training.session(tx, item.subject_id)
        if session is None or session.cancelled_at is not None or session.starts_at != item.detail["starts_at"]:
            return None
        if session.starts_at is None or session.starts_at <= now:
            return None
        if person.id not in await training.receivers(tx, session.id):
            return None
        return SessionReminder(session, await _putting_off(tx, item))

    return await db.read(unit)


async def phase_letter(db: Database, item: Item, person: Person, now: int) -> PhaseReminder | None:
    """Moot once the phase has other days."""

    async def unit(tx: Connection) -> PhaseReminder | None:
        phase = await plan.phase(tx, item.subject_id)
        slot = str(item.detail["slot"])
        if phase is None or str(item.detail["day"]) != _iso(phase.starts_on if slot == "start" else phase.ends_on):
            return None
        mine = [task for task in await plan.open_tasks_of(tx, person.id) if task.phase == phase.number]
        return PhaseReminder(phase, slot, len(mine), await _putting_off(tx, item))

    return await db.read(unit)


async def task_letter(db: Database, item: Item, person: Person, now: int) -> TaskReminder | None:
    """Moot once the task is settled, somebody else's, or due on another day."""

    async def unit(tx: Connection) -> TaskReminder | None:
        task = await plan.task(tx, item.subject_id)
        if task is None or not task.open or task.owner_id != person.id or task.due_on is None:
            return None
        if str(item.detail["day"]) != _iso(task.due_on):
            return None
        return TaskReminder(task, await _putting_off(tx, item))

    return await db.read(unit)


async def _putting_off(tx: Connection, item: Item) -> PuttingOff:
    after = await outbox.by_key(tx, again(item.key))
    if after is not None:
        return PuttingOff(allowed=False, again_at=after.planned_at)
    return PuttingOff(snoozes(item.key) < SNOOZES)


async def digest_letter(db: Database, item: Item, person: Person, now: int) -> Digest | None:
    """What is open in the person's part; None when by now nothing is."""
    today = date.fromisoformat(str(item.detail["today"]))
    digest = await db.read(lambda tx: digest_of(tx, person, today, now))
    return None if digest.nothing else digest


async def missed_letter(db: Database, item: Item, person: Person, now: int) -> Missed | None:
    """Something that came too late to be of use; the office hears of it once."""

    async def unit(tx: Connection) -> Missed:
        kind, day = str(item.detail["kind"]), date.fromisoformat(str(item.detail["day"]))
        return Missed(kind, day, int(str(item.detail["due_at"])), await _title(tx, kind, item.subject_id))

    return await db.read(unit)


async def _title(tx: Connection, kind: str, subject_id: int) -> str | None:
    match kind:
        case "session":
            session = await training.session(tx, subject_id)
            return session.course.title if session else None
        case "phase":
            phase = await plan.phase(tx, subject_id)
            return phase.title if phase else None
        case "task":
            task = await plan.task(tx, subject_id)
            return task.title if task else None
        case "notice":
            notice = await notices.get(tx, subject_id)
            return excerpt(notice.text, TITLE) if notice else None
        case _:
            return None


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""
