"""Setting and moving dates: a preview of who is told and when, then the change itself. For the office.

A confirmation names what it was shown for (the row's ``edits``): after any other change it is refused as moved on.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, tzinfo

from domain import plan as rules
from domain.clock import local_date
from domain.dates import PastDay
from domain.errors import MovedOn
from domain.outbox import Post
from domain.people import Person
from domain.plan import Edge, Phase, Task
from domain.plan.shown import ChangeKind, PhasePreview, Preview, TaskCard, TaskPreview, Told
from domain.reminders import phase_slots, task_slots
from domain.schedules import Planned
from services import schedules
from services.calendar import working_days
from services.plan.common import (
    PAUSE,
    card_of,
    change,
    knows,
    leave,
    managed,
    of_phase,
    owner_of,
    phase_audience,
    reached,
    the_phase,
    the_task,
    waiting_old,
)
from services.timing import Timing, opening
from storage import audit, outbox
from storage import plan as store
from storage.database import Connection, Database

OF_EDGE = {Edge.START: ("start",), Edge.END: ("week", "eve")}  # a phase's reminders by the day they are about


# tasks -----------------------------------------------------------------------------------------------------------


async def preview_task(
    db: Database, caller: Person, task_id: int, day: date | None, now: int, timing: Timing
) -> TaskPreview:
    """What another due date would do. Raises NotForRole, NotFound, PastDay, MovedOn for a task that is settled."""

    async def unit(tx: Connection) -> TaskPreview:
        await managed(tx, caller)
        task = await the_task(tx, task_id)
        _require_open_and_coming(task, day, now, timing.tz)
        owner = await owner_of(tx, task)
        slots = [s for s in await _task_slots(tx, day, timing.tz) if s.slot != "overdue" and s.due_at > now]
        told = await _told(tx, slots, [owner] if owner else [], timing)
        informed = owner is not None and owner.id != caller.id and await knows(tx, task, owner.id)
        return TaskPreview(task, owner, Preview(task.due_on, day, told, int(informed)))

    return await db.read(unit)


async def set_task_date(
    db: Database, caller: Person, task_id: int, day: date | None, edits: int, now: int, tz: tzinfo
) -> TaskCard:
    """[确认]. Pressed again it shows the task. Raises NotForRole, NotFound, PastDay, MovedOn."""

    async def unit(tx: Connection) -> TaskCard:
        person, task = await managed(tx, caller), await the_task(tx, task_id)
        if task.due_on == day and task.edits == edits + 1:
            return await card_of(tx, person, task, now, tz)
        if task.edits != edits:
            raise MovedOn
        _require_open_and_coming(task, day, now, tz)
        await leave(tx, person, now)
        if task.due_on != day:
            task = await change(tx, task, replace(task, due_on=day), person, now, tz)
        return await card_of(tx, person, task, now, tz)

    return await db.write(unit)


def _require_open_and_coming(task: Task, day: date | None, now: int, tz: tzinfo) -> None:
    today = local_date(now, tz)
    if not task.open:
        raise MovedOn
    if day is not None and day < today:
        raise PastDay(nearest=f"{today.month}-{today.day}")


async def _task_slots(tx: Connection, day: date | None, tz: tzinfo) -> tuple[Planned, ...]:
    return task_slots(day, False, tz, await working_days(tx))


# phases ----------------------------------------------------------------------------------------------------------


async def preview_phase(
    db: Database, caller: Person, number: int, edge: Edge, day: date | None, now: int, timing: Timing
) -> PhasePreview:
    """What another first or last day of a phase would do. Raises NotForRole, NotFound, PastDay, PhaseOrder."""

    async def unit(tx: Connection) -> PhasePreview:
        await managed(tx, caller)
        phase = await the_phase(tx, number)
        moved = await _moved(tx, phase, edge, day, now, timing.tz)
        slots = [s for s in await _phase_slots(tx, moved, edge, timing.tz) if s.due_at > now]
        told = await _told(tx, slots, await phase_audience(tx, edge), timing)
        informed = await _phase_news(tx, phase, moved, edge, caller, now)
        along = await _along(tx, phase, moved, edge, now, timing.tz)
        return PhasePreview(phase, edge, Preview(phase.day(edge), day, told, len(informed)), along)

    return await db.read(unit)


async def set_phase_date(
    db: Database,
    caller: Person,
    number: int,
    edge: Edge,
    day: date | None,
    edits: int,
    now: int,
    tz: tzinfo,
    *,
    along: bool,
) -> Phase:
    """[确认]: the phase's day, and with ``along`` its open tasks' too. Pressed again it changes nothing.

    Raises NotForRole, NotFound, PastDay, PhaseOrder, MovedOn.
    """

    async def unit(tx: Connection) -> Phase:
        person, phase = await managed(tx, caller), await the_phase(tx, number)
        if phase.day(edge) == day and phase.edits == edits + 1:
            return phase
        moved = replace(await _moved(tx, phase, edge, day, now, tz), edits=edits)
        tasks = await _along(tx, phase, moved, edge, now, tz) if along else ()
        await leave(tx, person, now)
        await _move_phase(tx, phase, moved, edge, person, now, tz)
        for task in tasks:
            await change(tx, await the_task(tx, task.id), task, person, now, tz)
        return await the_phase(tx, number)

    return await db.write(unit)


async def _moved(tx: Connection, phase: Phase, edge: Edge, day: date | None, now: int, tz: tzinfo) -> Phase:
    moved = phase.moved(edge, day)
    rules.require_order(await store.phases(tx), moved, edge, local_date(now, tz))
    return moved


async def _along(tx: Connection, phase: Phase, moved: Phase, edge: Edge, now: int, tz: tzinfo) -> tuple[Task, ...]:
    if edge is Edge.START or phase.ends_on == moved.ends_on:
        return ()
    tasks = await store.tasks(tx, phase.number)
    return rules.followed(tasks, phase.ends_on, moved.ends_on, local_date(now, tz))


async def _move_phase(
    tx: Connection, phase: Phase, moved: Phase, edge: Edge, caller: Person, now: int, tz: tzinfo
) -> None:
    news = await _phase_news(tx, phase, moved, edge, caller, now)
    if not await store.change_phase(tx, moved):
        raise MovedOn
    detail: dict[str, object] = {"edge": edge.value, "old": _iso(phase.day(edge)), "new": _iso(moved.day(edge))}
    await audit.append(tx, caller.id, "plan.phase", f"phase:{phase.number}", now, detail)
    await outbox.cancel(tx, "phase", phase.number, now)
    await remind_phase(tx, moved, now, tz)
    await outbox.add(tx, news, now)


async def remind_phase(tx: Connection, phase: Phase, now: int, tz: tzinfo) -> None:
    """Plan the phase's reminders as its days are now."""
    await schedules.plan(tx, "phase", phase.number, phase_slots(phase, tz, await working_days(tx)), now)


async def _phase_slots(tx: Connection, phase: Phase, edge: Edge, tz: tzinfo) -> Sequence[Planned]:
    return [s for s in phase_slots(phase, tz, await working_days(tx)) if s.slot in OF_EDGE[edge]]


async def _phase_news(tx: Connection, phase: Phase, moved: Phase, edge: Edge, caller: Person, now: int) -> list[Post]:
    """For whoever was reminded of the old day, but not for the one who moves it."""
    old = phase.day(edge)
    if old == moved.day(edge):
        return []
    reminded = [i for i in await outbox.of_subject(tx, "phase", phase.number) if i.detail.get("slot") in OF_EDGE[edge]]
    changes = [
        i for i in await outbox.of_subject(tx, "plan_change", phase.number) if of_phase(i) and _of(i.detail, edge)
    ]
    people = {i.person_id for i in (*reminded, *changes) if reached(i, i.person_id)} - {caller.id}
    posts = []
    for person_id in sorted(people):
        told = waiting_old(changes, person_id, ChangeKind.PHASE_DATE)
        known = _iso(old) if told is None else told
        if known != _iso(moved.day(edge)):
            posts.append(_phase_post(phase, moved, edge, person_id, known, now))
    return posts


def _of(detail: object, edge: Edge) -> bool:
    return isinstance(detail, dict) and detail.get("edge") == edge.value


def _phase_post(phase: Phase, moved: Phase, edge: Edge, person_id: int, old: str, now: int) -> Post:
    key = f"plan_change:phase:{phase.number}:{edge.value}:{phase.edits + 1}:{person_id}"
    detail = {"of": ChangeKind.PHASE_DATE.value, "edge": edge.value, "old": old, "new": _iso(moved.day(edge))}
    return Post(key, "plan_change", person_id, phase.number, now + PAUSE, detail)


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""


# previews --------------------------------------------------------------------------------------------------------


async def _told(tx: Connection, slots: Iterable[Planned], people: Iterable[Person], timing: Timing) -> tuple[Told, ...]:
    """When how many of ``people`` are reached. Those who have not joined cannot be."""
    joined = [one for one in people if one.joined]
    counts: dict[int, int] = {}
    for slot in slots:
        for at in (await opening(tx, joined, slot.due_at, timing)).values():
            counts[at] = counts.get(at, 0) + 1
    return tuple(Told(at, counts[at]) for at in sorted(counts))
