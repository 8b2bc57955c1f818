"""Choosing who owns a task: browsing the unit tree, and giving it."""

from dataclasses import replace
from datetime import tzinfo

from domain import plan as rules
from domain.errors import MovedOn, NotFound, NotYours
from domain.people import Person, Role, Unit, UnitKind
from domain.plan import Task
from domain.plan.shown import Choosing, TaskCard
from services.plan.common import card_of, change, fresh, owner_of, the_task
from storage import people
from storage.database import Connection, Database


async def choosing(db: Database, caller: Person, task_id: int, unit_id: int) -> Choosing:
    """The people and units of one unit (0: the caller's own). Raises NotYours, NotFound, MovedOn."""

    async def unit(tx: Connection) -> Choosing:
        person, task = await _giving(tx, caller, task_id)
        here = await people.unit(tx, unit_id or person.unit.id)
        if here is None:
            raise NotFound
        if not person.unit.holds(here):
            raise NotYours
        listed = await people.listed(tx, here.path)
        whole_team = here.kind is UnitKind.TEAM
        return Choosing(
            task=task,
            root=person.unit,
            here=here,
            units=_children(await people.units(tx, here.path), here),
            people=tuple(one for one in listed if whole_team or one.unit.id == here.id),
            may_clear=person.role is Role.OFFICE and task.owner_id is not None,
        )

    return await db.read(unit)


def _children(units: tuple[Unit, ...], here: Unit) -> tuple[Unit, ...]:
    return tuple(unit for unit in units if unit.parent_id == here.id)


async def give(db: Database, caller: Person, task_id: int, owner_id: int, edits: int, now: int, tz: tzinfo) -> TaskCard:
    """The task is somebody else's now (0: nobody's). The new owner is told. Pressed again it shows the task.

    Raises NotYours, NotFound, MovedOn.
    """

    async def unit(tx: Connection) -> TaskCard:
        person, task = await _giving(tx, caller, task_id, given=(owner_id or None, edits + 1))
        if task.owner_id == (owner_id or None):
            return await card_of(tx, person, task, now, tz)
        if task.edits != edits:
            raise MovedOn
        await _require_choice(tx, person, owner_id)
        task = await change(tx, task, replace(task, owner_id=owner_id or None), person, now, tz)
        return await card_of(tx, person, task, now, tz)

    return await db.write(unit)


async def _giving(
    tx: Connection, caller: Person, task_id: int, given: tuple[int | None, int] | None = None
) -> tuple[Person, Task]:
    """Caller and task. ``given``: what this very press made of the task when it was carried out before."""
    person, task = await fresh(tx, caller), await the_task(tx, task_id)
    if (task.owner_id, task.edits) == given:
        return person, task
    if not task.open:
        raise MovedOn
    if not rules.may_choose_owner(person, task, await owner_of(tx, task)):
        raise NotYours
    return person, task


async def _require_choice(tx: Connection, caller: Person, owner_id: int) -> None:
    if not owner_id:
        if caller.role is not Role.OFFICE:
            raise NotYours
        return
    chosen = await people.person(tx, owner_id)
    if chosen is None:
        raise NotFound
    if not caller.unit.holds(chosen.unit):
        raise NotYours
