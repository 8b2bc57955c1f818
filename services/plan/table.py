"""The table of tasks: out as xlsx, in as a dry run with every fault or a diff, then the confirmed import.

Decides nothing about rows (domain) and knows no file format (content).
"""

import asyncio
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, replace
from datetime import tzinfo

from content.plan_table import task_table
from content.tables import read_table
from domain.clock import local_date
from domain.errors import MovedOn
from domain.people import Person
from domain.plan import Task, TaskState
from domain.plan.table import (
    Known,
    TaskCheck,
    TaskColumn,
    TaskDiff,
    TaskRow,
    cells_of,
    compare,
    parse_rows,
)
from domain.roster import RowFault
from services.plan.common import change, fresh, managed, remind
from storage import audit, drafts, people
from storage import plan as store
from storage.database import Connection, Database

KIND = "plan_table"  # the form that holds a checked table until it is confirmed


async def export(db: Database, caller: Person, now: int) -> bytes:
    """Every task as xlsx, for the office: what it says now, and what an import takes. Raises NotForRole."""

    async def unit(tx: Connection) -> list[Mapping[TaskColumn, str]]:
        person, known = await managed(tx, caller), await _known(tx)
        await audit.append(tx, person.id, "plan.export", "plan", now)
        return [cells_of(task, known) for task in known.tasks.values()]

    rows = await db.write(unit)
    return await asyncio.to_thread(task_table, rows)


async def check(
    db: Database, caller: Person, data: bytes, filename: str, origin: str, now: int, tz: tzinfo
) -> TaskCheck:
    """Dry run: every fault, or what would change; then a draft is kept for ``confirm``.

    The same ``origin`` again gives the same draft. Raises NotForRole, and BadTable when the file cannot be read.
    """
    rows, faults = await asyncio.to_thread(lambda: parse_rows(read_table(data, filename).rows))

    async def unit(tx: Connection) -> TaskCheck:
        person = await managed(tx, caller)
        found, diff = compare(rows, await _known(tx), local_date(now, tz))
        if faults or found:
            return TaskCheck(_in_order([*faults, *found]))
        if diff.nothing:
            return TaskCheck((), diff)
        draft = await drafts.begin(tx, person.id, KIND, "confirm", _dump(rows), origin, now)
        return TaskCheck((), diff, draft.id)

    return await db.write(unit)


async def confirm(db: Database, caller: Person, draft_id: int, now: int, tz: tzinfo) -> TaskDiff:
    """[确认导入], against the tasks as they are now. Raises NotForRole; MovedOn when it is over or fits no more."""

    async def unit(tx: Connection) -> TaskDiff:
        person = await managed(tx, caller)
        draft = await drafts.open_draft(tx, draft_id, person.id)
        if draft is None or draft.kind != KIND or not await drafts.close(tx, draft_id, now):
            raise MovedOn
        faults, diff = compare(_load(draft.data), await _known(tx), local_date(now, tz))
        if faults:
            raise MovedOn
        await _apply(tx, diff, person, now, tz)
        return diff

    return await db.write(unit)


async def drop(db: Database, caller: Person, draft_id: int, now: int) -> None:
    """[放弃]. Raises MovedOn when it is done or dropped already, or somebody else's."""

    async def unit(tx: Connection) -> None:
        draft = await drafts.open_draft(tx, draft_id, (await fresh(tx, caller)).id)
        if draft is None or draft.kind != KIND or not await drafts.close(tx, draft_id, now):
            raise MovedOn

    await db.write(unit)


async def _apply(tx: Connection, diff: TaskDiff, caller: Person, now: int, tz: tzinfo) -> None:
    for wanted in diff.new:
        # Stored bare and then changed, so that an owner is told and a date is planned as for any other change.
        bare = replace(wanted, owner_id=None, due_on=None, state=TaskState.OPEN)
        task_id = await store.add_task(tx, bare, now)
        assert task_id is not None  # compared in this very transaction: the code is new
        stored = replace(bare, id=task_id, changed_at=now)
        if wanted != bare:
            await change(tx, stored, _settled(replace(wanted, id=task_id), caller, now), caller, now, tz)
        else:
            await remind(tx, stored, now, tz)
    for one in diff.changed:
        await change(tx, one.before, _settled(one.after, caller, now, one.before.state), caller, now, tz)
    counts: dict[str, object] = {"new": len(diff.new), "changed": len(diff.changed)}
    await audit.append(tx, caller.id, "plan.import", "plan", now, counts)


def _settled(task: Task, caller: Person, now: int, before: TaskState = TaskState.OPEN) -> Task:
    """The task with who settled it and when, where the table changes its state."""
    if task.state is before:
        return task
    if task.open:
        return replace(task, settled_at=None, settled_by=None)
    return replace(task, settled_at=now, settled_by=caller.id)


async def _known(tx: Connection) -> Known:
    tasks = {task.code: task for task in await store.tasks(tx)}
    staff = {one.staff_no: one for one in await people.listed(tx, "")}
    return Known(tasks, await store.phases(tx), staff)


def _in_order(faults: Iterable[RowFault]) -> tuple[RowFault, ...]:
    return tuple(sorted(faults, key=lambda fault: fault.row))


def _dump(rows: Sequence[TaskRow]) -> str:
    return json.dumps([asdict(row) for row in rows], ensure_ascii=False)


def _load(text: str) -> list[TaskRow]:
    return [
        TaskRow(one["row"], one["code"], {TaskColumn(name): cell for name, cell in one["cells"].items()})
        for one in json.loads(text)
    ]
