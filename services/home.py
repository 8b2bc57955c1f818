"""The first screen: gathers what a person has to know now."""

from datetime import tzinfo

from domain import plan as phases_of
from domain.clock import local_date
from domain.home import Home
from domain.people import Person
from services.deeds import common as deeds
from services.practice import Bank
from services.scores import awards
from services.scores import common as scores
from services.training.common import coming
from storage import plan, practice, reminders
from storage.database import Connection, Database


async def home(db: Database, bank: Bank, person: Person, now: int, tz: tzinfo) -> Home:
    """The next session, the running phase with the days left, own tasks, notices to confirm, the open practice run."""
    today = local_date(now, tz)

    async def unit(tx: Connection) -> Home:
        phase = phases_of.current_phase(await plan.phases(tx), today)
        mine = await plan.open_tasks_of(tx, person.id)
        return Home(
            person=person,
            session=next((one for one in await coming(tx, person, now) if one.starts_at is not None), None),
            phase=phase,
            days_left=(phase.ends_on - today).days if phase and phase.ends_on else None,
            open_run=await practice.open_run(tx, person.id, bank.known),
            tasks=len(mine),
            overdue=sum(task.overdue(today) for task in mine),
            notices=await reminders.notices_waiting(tx, person.id),
            deeds=len(await deeds.waiting(tx, person, now)),
            scores=sum(await scores.waiting_counts(tx, person, now)),
            awards=await awards.waiting_count(tx, person, now),
        )

    return await db.read(unit)
