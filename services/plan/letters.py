"""What the plan's messages are about when they are sent (None: nothing to say), and who hears of an overdue task."""

from datetime import date

from domain import plan as rules
from domain.outbox import Item, Post
from domain.people import Person, Role
from domain.plan import AskState, Edge, Task
from domain.plan.shown import AskCard, Change, ChangeKind, Overdue
from services.plan.common import of_phase, owner_of, the_task
from storage import people
from storage import plan as store
from storage.database import Connection, Database


async def climb(tx: Connection, task: Task, now: int) -> tuple[Post, ...]:
    """For an overdue open task: messages to the owner's leaders, one level up, once for each due day.

    Of a task that is nobody's the office hears. () for one that is not open or has no day.
    """
    if not task.open or task.due_on is None:
        return ()
    leaders = rules.leaders_of(await owner_of(tx, task), await people.listed(tx, ""))
    day = task.due_on.isoformat()
    detail = {"day": day}
    return tuple(
        Post(f"task_overdue:{task.id}:{day}:{one.id}", "task_overdue", one.id, task.id, now, detail) for one in leaders
    )


async def overdue_letter(db: Database, item: Item, person: Person, now: int) -> Overdue | None:
    """For ``task_overdue``: moot once the task is settled or has another day."""

    async def unit(tx: Connection) -> Overdue | None:
        task = await store.task(tx, item.subject_id)
        if task is None or not task.open or task.due_on is None or task.due_on != _day(item, "day"):
            return None
        return Overdue(task, await owner_of(tx, task))

    return await db.read(unit)


async def ask_letter(db: Database, item: Item, person: Person, now: int) -> AskCard | None:
    """For ``task_ask``: moot once it is settled, or the receiver has left the office."""

    async def unit(tx: Connection) -> AskCard | None:
        ask = await store.ask(tx, item.subject_id)
        if ask is None or ask.state is not AskState.OPEN or person.role is not Role.OFFICE:
            return None
        return AskCard(ask, await the_task(tx, ask.task_id), await people.person(tx, ask.person_id), None, True)

    return await db.read(unit)


async def answer_letter(db: Database, item: Item, person: Person, now: int) -> AskCard | None:
    """For ``task_answer``: never moot, the asker waits for it."""

    async def unit(tx: Connection) -> AskCard | None:
        ask = await store.ask(tx, int(str(item.detail["ask"])))
        if ask is None or ask.settled_by is None:
            return None
        task, by = await the_task(tx, ask.task_id), await people.person(tx, ask.settled_by)
        return AskCard(ask, task, person, by, may_settle=False)

    return await db.read(unit)


async def change_letter(db: Database, item: Item, person: Person, now: int) -> Change | None:
    """For ``plan_change``: moot when it was changed again since, because that has a message of its own."""

    async def unit(tx: Connection) -> Change | None:
        return await (_phase_change(tx, item) if of_phase(item) else _task_change(tx, item, person))

    return await db.read(unit)


async def _phase_change(tx: Connection, item: Item) -> Change | None:
    phase, edge = await store.phase(tx, item.subject_id), Edge(str(item.detail["edge"]))
    if phase is None or phase.day(edge) != _day(item, "new"):
        return None
    return Change(ChangeKind.PHASE_DATE, _day(item, "old"), phase=phase, edge=edge)


async def _task_change(tx: Connection, item: Item, person: Person) -> Change | None:
    task, kind = await store.task(tx, item.subject_id), ChangeKind(str(item.detail["of"]))
    if task is None or not task.open:
        return None
    own = task.owner_id == person.id
    if kind is ChangeKind.RELEASED:
        return None if own else Change(kind, None, task=task)
    if not own or (kind is ChangeKind.TASK_DATE and task.due_on != _day(item, "new")):
        return None
    return Change(kind, _day(item, "old"), task=task)


def _day(item: Item, name: str) -> date | None:
    text = str(item.detail.get(name) or "")
    return date.fromisoformat(text) if text else None
