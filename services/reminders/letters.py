"""What reminders are about when they are sent; None when by now there is nothing to say."""

from datetime import date

from domain.clock import DAY, HOUR
from domain.markup import excerpt
from domain.outbox import Item
from domain.people import Person, Role
from domain.reminders import (
    SNOOZES,
    Digest,
    Missed,
    PhaseReminder,
    SessionReminder,
    TaskReminder,
    snoozes,
)
from domain.training import Session
from storage import people, plan, reminders, training
from storage.database import Connection, Database

TITLE = 40  # characters of a notice that a digest shows


def _may_snooze(item: Item) -> bool:
    return snoozes(item.key) < SNOOZES


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
        return SessionReminder(session, _may_snooze(item) and session.starts_at - now > HOUR)

    return await db.read(unit)


async def phase_letter(db: Database, item: Item, person: Person, now: int) -> PhaseReminder | None:
    """Moot once the phase has other days."""

    async def unit(tx: Connection) -> PhaseReminder | None:
        phase = await plan.phase(tx, item.subject_id)
        slot = str(item.detail["slot"])
        if phase is None or str(item.detail["day"]) != _iso(phase.starts_on if slot == "start" else phase.ends_on):
            return None
        mine = [task for task in await plan.open_tasks_of(tx, person.id) if task.phase == phase.number]
        return PhaseReminder(phase, slot, len(mine), _may_snooze(item))

    return await db.read(unit)


async def task_letter(db: Database, item: Item, person: Person, now: int) -> TaskReminder | None:
    """Moot once the task is settled, somebody else's, or due on another day."""

    async def unit(tx: Connection) -> TaskReminder | None:
        task = await plan.task(tx, item.subject_id)
        if task is None or not task.open or task.owner_id != person.id or task.due_on is None:
            return None
        if str(item.detail["day"]) != _iso(task.due_on):
            return None
        return TaskReminder(task, _may_snooze(item))

    return await db.read(unit)


async def digest_letter(db: Database, item: Item, person: Person, now: int) -> Digest | None:
    """What is open in the person's part; None when nothing is."""
    digest = await db.read(lambda tx: _digest(tx, item, person, now))
    return None if digest.nothing else digest


async def _digest(tx: Connection, item: Item, person: Person, now: int) -> Digest:
    today, office = date.fromisoformat(str(item.detail["today"])), person.role is Role.OFFICE
    open_tasks = [task for task in await plan.tasks(tx) if task.open]
    within = {task.id for task in await plan.tasks_within(tx, person.scope)}
    dated = await training.sessions(tx) if office else ()
    staff = await people.listed(tx, person.scope) if office else ()
    unheard = await reminders.unheard(tx, person.scope, now - DAY)
    return Digest(
        overdue=tuple(task for task in open_tasks if task.overdue(today) and (task.id in within or office)),
        ownerless=sum(task.owner_id is None and task.due_on is not None for task in open_tasks) if office else 0,
        asks=len(await plan.open_asks(tx)) if office else 0,
        unheard=tuple((excerpt(text, TITLE), count) for text, count in unheard),
        incomplete=tuple(session for session in dated if _incomplete(session, now)),
        unbatched=sum(one.batch is None and one.role is Role.COLLECTOR for one in staff),
    )


def _incomplete(session: Session, now: int) -> bool:
    """Whether a session of the coming week lacks its place or its lecturer."""
    if session.starts_at is None or session.cancelled_at is not None:
        return False
    return now < session.starts_at < now + 7 * DAY and not (session.venue and session.lecturer)


async def missed_letter(db: Database, item: Item, person: Person, now: int) -> Missed | None:
    """Something that came too late to be of use; the office hears of it once."""

    async def unit(tx: Connection) -> Missed:
        kind, day = str(item.detail["kind"]), date.fromisoformat(str(item.detail["day"]))
        return Missed(kind, day, int(str(item.detail["due_at"])), await _title(tx, kind, item.subject_id))

    return await db.read(unit)


async def _title(tx: Connection, kind: str, subject_id: int) -> str | None:
    if kind == "session":
        session = await training.session(tx, subject_id)
        return session.course.title if session else None
    if kind == "phase":
        phase = await plan.phase(tx, subject_id)
        return phase.title if phase else None
    task = await plan.task(tx, subject_id) if kind == "task" else None
    return task.title if task else None


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""
