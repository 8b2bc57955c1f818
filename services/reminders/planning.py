"""Planning: the occurrences of everything that has a date, made equal to the dates and the calendar."""

import asyncio
from collections.abc import Mapping
from datetime import date, timedelta

from content.tables import read_table
from domain.calendar import parse_days
from domain.clock import local_date
from domain.people import Person, Role, require_role
from domain.reminders import honour_roll, phase_slots, session_slots, task_slots, weekly
from services import schedules
from services.calendar import working_days
from services.reminders.settings import CALENDAR_FORM, close_form, fresh
from services.timing import Timing
from storage import audit, plan, reminders, training
from storage.database import Connection, Database

DIGEST = 0  # the subject of the weekly digest's schedule
OUTAGE = 8  # weeks after which nobody asks any more for the digests of an outage


async def replan_all(db: Database, now: int, timing: Timing) -> None:
    """Plan everything again: at each start, and after the calendar changed."""
    await db.write(lambda tx: replan(tx, now, timing))


async def replan(tx: Connection, now: int, timing: Timing) -> None:
    """The same inside a transaction."""
    calendar = await working_days(tx, local_date(now, timing.tz))
    for session in await training.sessions(tx):
        await schedules.plan(tx, "session", session.id, session_slots(session, timing.tz), now)
    for phase in await plan.phases(tx):
        await schedules.plan(tx, "phase", phase.number, phase_slots(phase, timing.tz, calendar), now)
    for task in await plan.tasks(tx):
        slots = task_slots(task.due_on, not task.open, timing.tz, calendar)
        await schedules.plan(tx, "task", task.id, slots, now)
    await _plan_weekly(tx, now, timing)


async def plan_weekly(db: Database, now: int, timing: Timing) -> None:
    """See that the next digest and honour roll are planned. Cheap when it is: asked at every tick."""
    if not await schedules.planned_beyond(db, "digest", DIGEST, now):
        await db.write(lambda tx: _plan_weekly(tx, now, timing))


async def _plan_weekly(tx: Connection, now: int, timing: Timing) -> None:
    calendar, today = await working_days(tx), local_date(now, timing.tz)
    # Past weeks are only kept when they are planned and wait for a tick: after an outage they are missed aloud.
    weeks = [today + timedelta(weeks=n) for n in range(-OUTAGE, 2)]
    planned = [made(week, calendar, timing.tz) for week in weeks for made in (weekly, honour_roll)]
    await schedules.plan(tx, "digest", DIGEST, planned, now)


async def import_days(db: Database, caller: Person | None, data: bytes, filename: str, now: int, timing: Timing) -> int:
    """Take a table of days into the office's own calendar and plan everything again. Returns how many changed.

    None as caller: the command line. Raises BadTable, BadDays with every fault, NotForRole unless of the office.
    """
    days = await asyncio.to_thread(lambda: parse_days(read_table(data, filename).rows))

    async def unit(tx: Connection) -> int:
        if caller is not None:
            require_role(await fresh(tx, caller), Role.OFFICE)
            await close_form(tx, caller, CALENDAR_FORM, now)
        known = await reminders.named_days(tx)
        changed = {day: value for day, value in days.items() if known.get(day) != value}
        if changed:
            await reminders.put_calendar_days(tx, changed)
            detail = {"days": sorted(day.isoformat() for day in changed)}
            await audit.append(tx, caller.id if caller else None, "calendar.import", "calendar", now, detail)
            await replan(tx, now, timing)
        return len(changed)

    return await db.write(unit)


async def named_days(db: Database) -> Mapping[date, tuple[bool, str]]:
    """The office's own days by date: working or free, and why."""
    return await db.read(reminders.named_days)
