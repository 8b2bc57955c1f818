"""The sample office goes into an empty data directory: units, people, courses, sessions around today, the campaign."""

from collections.abc import Sequence
from datetime import timedelta, tzinfo

from content.campaign import load_campaign
from content.office import Agenda, Office, load_office
from content.scores import load_standard
from content.yaml_files import Fault
from domain.clock import local_date
from domain.errors import DomainError
from domain.people import Person, Role, Unit
from domain.schedules import Occurrence
from services import plan, scores
from services.reminders import expand_phase
from storage import audit, notices, outbox, people, training
from storage import plan as store
from storage.database import Connection, Database

WRITERS = frozenset({Role.TEAM_LEADER, Role.STATION_HEAD, Role.OFFICE})
NOTICE = "明早八点半在会议室开班前会，请带工作证，提前五分钟到。"  # for the demonstration


class NotEmpty(DomainError):
    """The data directory already has people; the sample is never mixed with a real office."""

    key = "sample.not_empty"


async def load(db: Database, now: int, tz: tzinfo) -> Sequence[Fault]:
    """Load the sample office. Returns the content's faults; with any, nothing is stored. Raises NotEmpty."""
    office, faults = load_office()
    faults += load_standard()[1]
    if faults:
        return faults

    async def unit(tx: Connection) -> None:
        if await people.units(tx):
            raise NotEmpty
        await _put(tx, office, now, tz)

    await db.write(unit)
    return ()


async def prepare_show(db: Database, now: int, tz: tzinfo) -> None:
    """For the demonstration: today's phase is told at once, whatever time it is, and leaders have a notice to send."""
    today = local_date(now, tz)

    async def unit(tx: Connection) -> None:
        for phase in await store.phases(tx):
            if phase.starts_on == today:
                due = Occurrence("phase", phase.number, today, "start", now, now)
                await outbox.add(tx, await expand_phase(tx, due, now), now)
        for person in await people.listed(tx, ""):
            if person.role in WRITERS:
                await notices.add_template(tx, person.id, NOTICE.partition("，")[0], NOTICE, now)

    await db.write(unit)


async def everyone(db: Database) -> tuple[Person, ...]:
    """All people, for the demo's list of who may hold a phone."""
    return await db.read(lambda tx: people.listed(tx, ""))


async def _put(tx: Connection, office: Office, now: int, tz: tzinfo) -> None:
    units: dict[str, Unit] = {}
    for info in office.units:
        units[info.ref] = await people.add_unit(tx, info.kind, info.name, units[info.parent] if info.parent else None)
    for who in office.people:
        await people.add_person(tx, who.staff_no, who.name, who.role, units[who.unit].id, who.batch)
    for course in office.courses:
        await training.put_course(tx, course)
    agenda = office.at(local_date(now, tz), tz)
    for session in agenda.sessions:
        await training.add_session(tx, session)
    await _put_plan(tx, office, agenda, now, tz)
    # 32 days before the first of a month lie in the month before last, however long the months are.
    begun = (local_date(now, tz).replace(day=1) - timedelta(days=32)).replace(day=1)
    await scores.put_standard(tx, load_standard()[0].from_(begun), None, now)
    await audit.append(tx, None, "sample.load", "office", now, {"people": len(office.people)})


async def _put_plan(tx: Connection, office: Office, agenda: Agenda, now: int, tz: tzinfo) -> None:
    """The campaign template with the sample's days and owners."""
    today, campaign = local_date(now, tz), load_campaign()[0]
    known, owners = {task.code: task for task in campaign.tasks}, {}
    for info in office.tasks:
        person = await people.by_staff_no(tx, info.owner) if info.owner else None
        owners[info.code] = info.on(today, known[info.code], person.id if person else None, now)
    for phase in agenda.phases:
        await store.put_phase(tx, phase)
    await plan.put(tx, campaign, [owners.get(task.code, task) for task in campaign.tasks], now, tz)
