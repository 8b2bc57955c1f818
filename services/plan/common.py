"""What every use case of the plan begins and ends with: fresh rows, rights, and a change with all that follows."""

from collections.abc import Iterable
from datetime import date, tzinfo

from domain import plan as rules
from domain.clock import MINUTE, local_date
from domain.errors import MovedOn, NotForRole, NotFound, NotYours
from domain.outbox import Item, Post, State
from domain.people import LEADERS, Person, Role
from domain.plan import AskKind, Edge, Phase, Task
from domain.plan.shown import ChangeKind, Handed, Rights, TaskCard
from domain.reminders import task_slots
from services import schedules
from services.calendar import working_days
from storage import audit, drafts, outbox, people
from storage import plan as store
from storage.database import Connection

FORM = "plan"  # the kind of every form of the plan
PAUSE = MINUTE  # a change is told after it: whoever changes their mind within it sends one message
REACHED = frozenset({State.SENT, State.MERGED, State.UNKNOWN, State.LEASED})
TOLD_OF_TASK = ("task", "task_overdue", "task_answer", "plan_change")


async def fresh(tx: Connection, caller: Person) -> Person:
    """The caller as the rows have them now. Raises NotForRole when they have left."""
    person = await people.person(tx, caller.id)
    if person is None:
        raise NotForRole
    return person


async def the_task(tx: Connection, task_id: int) -> Task:
    """The task. Raises NotFound."""
    task = await store.task(tx, task_id)
    if task is None:
        raise NotFound
    return task


async def phase_audience(tx: Connection, edge: Edge) -> tuple[Person, ...]:
    """Who is reminded of a phase's day: of its beginning all staff, of its end those who lead."""
    listed = await people.listed(tx, "")
    if edge is Edge.END:
        return tuple(one for one in listed if one.role in LEADERS)
    return tuple(one for one in listed if one.role is not Role.BUREAU)


async def the_phase(tx: Connection, number: int) -> Phase:
    """The phase. Raises NotFound."""
    phase = await store.phase(tx, number)
    if phase is None:
        raise NotFound
    return phase


async def managed(tx: Connection, caller: Person) -> Person:
    """The caller, of the office. Raises NotForRole."""
    person = await fresh(tx, caller)
    if not rules.may_manage(person):
        raise NotForRole
    return person


async def owner_of(tx: Connection, task: Task) -> Person | None:
    """Who owns the task now."""
    return await people.person(tx, task.owner_id) if task.owner_id is not None else None


async def finishing(tx: Connection, caller: Person, task_id: int) -> tuple[Person, Task]:
    """Caller and task, for its owner and the office. Raises NotYours, NotForRole, NotFound."""
    person, task = await fresh(tx, caller), await the_task(tx, task_id)
    if not rules.may_finish(person, task):
        raise NotYours
    return person, task


async def asking(tx: Connection, caller: Person, task_id: int) -> tuple[Person, Task]:
    """Caller and task, for the owner of an open one. Raises NotYours, MovedOn, NotForRole, NotFound."""
    person, task = await fresh(tx, caller), await the_task(tx, task_id)
    if person.id != task.owner_id:
        raise NotYours
    if not task.open:
        raise MovedOn
    return person, task


async def card_of(tx: Connection, caller: Person, task: Task, now: int, tz: tzinfo) -> TaskCard:
    """The task as the caller may see it."""
    owner = await owner_of(tx, task)
    rights = Rights(
        finish=rules.may_finish(caller, task),
        ask=rules.may_ask(caller, task),
        manage=rules.may_manage(caller),
        give=rules.may_choose_owner(caller, task, owner),
        look_closer=rules.may_look_closer(caller, task, owner),
    )
    settled_by = await people.person(tx, task.settled_by) if task.settled_by and rights.look_closer else None
    return TaskCard(
        task=task,
        today=local_date(now, tz),
        phase=await the_phase(tx, task.phase),
        owner=owner if rights.look_closer else None,
        settled_by=settled_by,
        asks=await store.open_asks(tx, task.id) if rights.look_closer else (),
        rights=rights,
    )


async def handed_of(tx: Connection, caller: Person, task: Task) -> Handed:
    """What was handed in for a task, as the caller may deal with it."""
    pieces = await store.evidence_of(tx, task.id)
    own = frozenset(piece.id for piece in pieces if piece.person_id == caller.id and task.open)
    return Handed(task, pieces, own, may_add=task.open and rules.may_finish(caller, task))


async def leave(tx: Connection, person: Person, now: int) -> None:
    """Close the form of the plan that the person has open, if any."""
    draft = await drafts.awaiting(tx, person.id)
    if draft is not None and draft.kind == FORM:
        await drafts.close(tx, draft.id, now)


# changing --------------------------------------------------------------------------------------------------------


async def change(
    tx: Connection, before: Task, after: Task, caller: Person, now: int, tz: tzinfo, *, tell: bool = True
) -> Task:
    """Write a changed task with all that follows: audit, reminders, requests that are moot, people who have to know.

    ``tell`` false: they are told in another way. Raises MovedOn when somebody changed it since ``before`` was read.
    """
    if not await store.change_task(tx, after, now):
        raise MovedOn
    await audit.append(tx, caller.id, "plan.task", f"task:{after.id}", now, _differences(before, after))
    if (before.due_on, before.owner_id, before.state) != (after.due_on, after.owner_id, after.state):
        if tell:
            await outbox.add(tx, await _news(tx, before, after, caller, now), now)
        await outbox.cancel(tx, "task", after.id, now)
        await outbox.cancel(tx, "task_overdue", after.id, now)
        await remind(tx, after, now, tz)
        await _close_asks(tx, before, after, now)
    return await the_task(tx, after.id)


async def remind(tx: Connection, task: Task, now: int, tz: tzinfo) -> None:
    """Plan the task's reminders as its date and state are now."""
    slots = task_slots(task.due_on, not task.open, tz, await working_days(tx))
    await schedules.plan(tx, "task", task.id, slots, now)


def _differences(before: Task, after: Task) -> dict[str, object]:
    fields = ("phase", "title", "detail", "element", "measure", "evidence", "owner_id", "due_on", "state")
    pairs = ((name, getattr(before, name), getattr(after, name)) for name in fields)
    return {name: [_plain(old), _plain(new)] for name, old, new in pairs if old != new}


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, date) else value


async def _close_asks(tx: Connection, before: Task, after: Task, now: int) -> None:
    if not after.open or before.owner_id != after.owner_id:
        await store.close_asks(tx, after.id, now)
    elif before.due_on != after.due_on:
        await store.close_asks(tx, after.id, now, AskKind.MOVE)


# telling ---------------------------------------------------------------------------------------------------------


async def _news(tx: Connection, before: Task, after: Task, caller: Person, now: int) -> list[Post]:
    """Whoever takes over, whoever is released and knew of it, and an owner who knew another date."""
    if not after.open:
        return []
    posts = []
    if after.owner_id != before.owner_id:
        if after.owner_id not in {None, caller.id}:
            posts.append(_post(after, after.owner_id, ChangeKind.OWNER, None, now))
        if before.owner_id not in {None, caller.id} and await _heard(tx, after.id, before.owner_id):
            posts.append(_post(after, before.owner_id, ChangeKind.RELEASED, None, now))
    elif after.due_on != before.due_on and after.owner_id not in {None, caller.id}:
        old = await _last_told(tx, before, after.owner_id)
        if old is not None and old != _iso(after.due_on):
            posts.append(_post(after, after.owner_id, ChangeKind.TASK_DATE, old, now))
    return posts


def _post(task: Task, person_id: int | None, kind: ChangeKind, old: str | None, now: int) -> Post:
    assert person_id is not None
    key = f"plan_change:task:{task.id}:{task.edits + 1}:{person_id}:{kind.value}"
    detail = {"of": kind.value, "old": old, "new": _iso(task.due_on)}
    return Post(key, "plan_change", person_id, task.id, now + PAUSE, detail)


def _iso(day: date | None) -> str:
    """A date in a message's detail; "" is undecided."""
    return day.isoformat() if day else ""


async def _heard(tx: Connection, task_id: int, person_id: int | None) -> bool:
    """Whether the person was ever sent anything about the task."""
    for kind in TOLD_OF_TASK:
        if any(reached(item, person_id) for item in await outbox.of_subject(tx, kind, task_id) if not of_phase(item)):
            return True
    return False


async def knows(tx: Connection, task: Task, person_id: int) -> bool:
    """Whether a new date of the task would be news to the person: they know another one."""
    return await _last_told(tx, task, person_id) is not None


async def _last_told(tx: Connection, before: Task, person_id: int | None) -> str | None:
    """The date that the person knows ("" undecided), or None for one who was never told of any.

    A change that is still on its way carries the date from before it: only that one was ever told.
    """
    waiting = waiting_old(await outbox.of_subject(tx, "plan_change", before.id), person_id, ChangeKind.TASK_DATE)
    if waiting is not None:
        return waiting
    asked = any(ask.person_id == person_id for ask in await store.open_asks(tx, before.id))
    return _iso(before.due_on) if asked or await _heard(tx, before.id, person_id) else None


def reached(item: Item, person_id: int | None) -> bool:
    """Whether a message reached the person, or may have."""
    return item.person_id == person_id and item.state in REACHED


def of_phase(item: Item) -> bool:
    """Whether a ``plan_change`` is about a phase: its subject is the phase's number then."""
    return item.detail.get("of") == ChangeKind.PHASE_DATE.value


def waiting_old(items: Iterable[Item], person_id: int | None, kind: ChangeKind) -> str | None:
    """The old date of the first change of this kind that is not sent yet."""
    olds = (
        str(item.detail["old"])
        for item in items
        if item.person_id == person_id and item.state is State.PENDING and item.detail.get("of") == kind.value
    )
    return next(olds, None)
