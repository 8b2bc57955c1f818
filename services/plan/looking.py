"""The plan as people look it up: /plan, phases, lists, one task, what was handed in, one's calendar."""

from collections.abc import Iterable
from datetime import date, tzinfo

from domain import plan as rules
from domain.clock import local_date
from domain.errors import NotForRole, NotFound, NotYours
from domain.people import Person, Role
from domain.plan import Count, Evidence, Fact, FactKind, Phase, Task
from domain.plan.shown import Agenda, Handed, Listing, Overview, TaskCard, Which
from services.plan.common import card_of, fresh, handed_of, owner_of, the_phase, the_task
from storage import plan as store
from storage.database import Connection, Database

WHOLE = frozenset({Role.OFFICE, Role.BUREAU})  # who reads figures of all tasks
PART = frozenset({Role.TEAM_LEADER, Role.STATION_HEAD})  # who reads the list of an own part of the tree


async def overview(db: Database, person: Person, now: int, tz: tzinfo) -> Overview:
    """/plan: the running phase, what is the person's own to do, and figures for those who lead."""
    today = local_date(now, tz)

    async def unit(tx: Connection) -> Overview:
        phases, everything = await store.phases(tx), await store.tasks(tx)
        title = next((f.text for f in await store.facts(tx) if f.kind is FactKind.TITLE), "")
        running = rules.current_phase(phases, today)
        part = await store.tasks_within(tx, person.scope) if person.role in PART else None
        return Overview(
            person=person,
            today=today,
            title=title,
            phase=running,
            coming=None if running else rules.next_phase(phases, today),
            mine=rules.in_order(await store.open_tasks_of(tx, person.id), today),
            part=rules.count(part, today) if part is not None else None,
            whole=rules.count(everything, today) if person.role in WHOLE else None,
            asks=len(await store.open_asks(tx)) if person.role is Role.OFFICE else 0,
            empty=not everything,
        )

    return await db.read(unit)


async def facts(db: Database) -> tuple[Fact, ...]:
    """What the campaign says of itself."""
    return await db.read(store.facts)


async def phases(db: Database, now: int, tz: tzinfo) -> tuple[tuple[Phase, Count], ...]:
    """Every phase with the figures of its tasks."""
    today = local_date(now, tz)

    async def unit(tx: Connection) -> tuple[tuple[Phase, Count], ...]:
        everything = await store.tasks(tx)
        found = await store.phases(tx)
        return tuple((p, rules.count((t for t in everything if t.phase == p.number), today)) for p in found)

    return await db.read(unit)


async def listing(db: Database, caller: Person, which: Which | int, now: int, tz: tzinfo) -> Listing:
    """A list of tasks: a phase's (its number) for everybody, others for those whose they are. Raises NotForRole."""
    today = local_date(now, tz)

    async def unit(tx: Connection) -> Listing:
        person = await fresh(tx, caller)
        tasks = await _listed(tx, person, which, today)
        owners = await store.owners(tx, tasks)
        seen = {t.owner_id for t in tasks if rules.may_look_closer(person, t, owners.get(t.owner_id or 0))}
        return Listing(
            person=person,
            today=today,
            which=which,
            phase=await the_phase(tx, which) if not isinstance(which, Which) else None,
            tasks=rules.in_order(tasks, today),
            owners={id_: one for id_, one in owners.items() if id_ in seen},
            count=rules.count(tasks, today),
        )

    return await db.read(unit)


async def _listed(tx: Connection, person: Person, which: Which | int, today: date) -> Iterable[Task]:
    if not isinstance(which, Which):
        return await store.tasks(tx, which)
    if which is Which.MINE:
        return await store.tasks_of(tx, person.id)
    if which is Which.PART:
        if person.role not in PART:
            raise NotForRole
        return await store.tasks_within(tx, person.scope)
    if person.role is not Role.OFFICE:
        raise NotForRole
    if which is Which.OVERDUE:
        return await store.overdue(tx, today)
    left = [task for task in await store.tasks(tx) if task.open]
    if which is Which.OWNERLESS:
        return [task for task in left if task.owner_id is None]
    return [task for task in left if task.due_on is None]


async def card(db: Database, caller: Person, task_id: int, now: int, tz: tzinfo) -> TaskCard:
    """One task. Raises NotFound."""

    async def unit(tx: Connection) -> TaskCard:
        return await card_of(tx, await fresh(tx, caller), await the_task(tx, task_id), now, tz)

    return await db.read(unit)


async def handed(db: Database, caller: Person, task_id: int) -> Handed:
    """What was handed in for a task, for its owner and those above. Raises NotYours, NotFound."""

    async def unit(tx: Connection) -> Handed:
        person, task = await fresh(tx, caller), await the_task(tx, task_id)
        if not rules.may_look_closer(person, task, await owner_of(tx, task)):
            raise NotYours
        return await handed_of(tx, person, task)

    return await db.read(unit)


async def piece(db: Database, caller: Person, evidence_id: int) -> tuple[Task, Evidence]:
    """One piece of evidence, to be shown. Raises NotYours, NotFound."""

    async def unit(tx: Connection) -> tuple[Task, Evidence]:
        found = await store.piece(tx, evidence_id)
        if found is None:
            raise NotFound
        person, task = await fresh(tx, caller), await the_task(tx, found.task_id)
        if not rules.may_look_closer(person, task, await owner_of(tx, task)):
            raise NotYours
        return task, found

    return await db.read(unit)


async def agenda(db: Database, person: Person) -> Agenda:
    """The person's own dated tasks, settled ones too, so that a calendar learns of both."""

    async def unit(tx: Connection) -> Agenda:
        mine = await store.tasks_of(tx, person.id)
        return Agenda(
            tuple(task for task in mine if task.due_on is not None),
            {phase.number: phase for phase in await store.phases(tx)},
        )

    return await db.read(unit)
