"""What becomes of a task: done, taken back, given up; and the evidence for it, in a form that stays open."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import tzinfo
from enum import StrEnum

from domain import plan as rules
from domain.errors import MovedOn, NotYours
from domain.people import Person
from domain.plan import Edge, Evidence, EvidenceKind, TaskState
from domain.plan.shown import Handed, TaskCard
from services.plan.common import (
    FORM,
    asking,
    card_of,
    change,
    finishing,
    fresh,
    handed_of,
    leave,
    managed,
    the_phase,
    the_task,
)
from storage import drafts
from storage import plan as store
from storage.database import Connection, Database
from storage.drafts import Draft


class Step(StrEnum):
    """What a form of the plan waits for."""

    EVIDENCE = "evidence"  # photos, files, words
    HELP = "help"  # a line for the office
    MOVE = "move"  # the day that the owner proposes
    ANSWER = "answer"  # the office's line for an owner
    DUE = "due"  # a task's day
    START = "start"  # a phase's first day
    END = "end"  # a phase's last day
    TABLE = "table"  # the table of tasks


@dataclass(frozen=True, slots=True)
class Finished:
    """After [完成]. ``waits``: it is not done yet, because evidence is expected and none was handed in."""

    card: TaskCard
    waits: bool


# states ----------------------------------------------------------------------------------------------------------


async def finish(
    db: Database, caller: Person, task_id: int, origin: str, now: int, tz: tzinfo, *, anyway: bool
) -> Finished:
    """[完成]. Where evidence is expected and missing, a form for it is opened instead, unless ``anyway``.

    Done already: the task is shown as it is. Raises NotYours, NotFound, MovedOn for one that was given up.
    """

    async def unit(tx: Connection) -> Finished:
        person, task = await finishing(tx, caller, task_id)
        if task.state is TaskState.DROPPED:
            raise MovedOn
        if task.open and task.lacks_evidence and not anyway:
            await _begin(tx, person, Step.EVIDENCE, {"task": task.id}, origin, now)
            return Finished(await card_of(tx, person, task, now, tz), waits=True)
        if task.open:
            done = replace(task, state=TaskState.DONE, settled_at=now, settled_by=person.id)
            task = await change(tx, task, done, person, now, tz)
        await leave(tx, person, now)
        return Finished(await card_of(tx, person, task, now, tz), waits=False)

    return await db.write(unit)


async def reopen(db: Database, caller: Person, task_id: int, edits: int, now: int, tz: tzinfo) -> TaskCard:
    """[撤销完成], [恢复]: it is open again. What the office gave up only the office takes up again.

    Raises NotYours, NotFound, MovedOn.
    """

    async def unit(tx: Connection) -> TaskCard:
        person, task = await finishing(tx, caller, task_id)
        if task.state is TaskState.DROPPED and not rules.may_manage(person):
            raise NotYours
        if task.open and task.edits == edits + 1:
            return await card_of(tx, person, task, now, tz)
        if task.open or task.edits != edits:
            raise MovedOn
        opened = replace(task, state=TaskState.OPEN, settled_at=None, settled_by=None)
        return await card_of(tx, person, await change(tx, task, opened, person, now, tz), now, tz)

    return await db.write(unit)


async def give_up(db: Database, caller: Person, task_id: int, edits: int, now: int, tz: tzinfo) -> TaskCard:
    """[不再进行], by the office. Raises NotForRole, NotFound, MovedOn."""

    async def unit(tx: Connection) -> TaskCard:
        person, task = await managed(tx, caller), await the_task(tx, task_id)
        if task.state is TaskState.DROPPED and task.edits == edits + 1:
            return await card_of(tx, person, task, now, tz)
        if not task.open or task.edits != edits:
            raise MovedOn
        dropped = replace(task, state=TaskState.DROPPED, settled_at=now, settled_by=person.id)
        return await card_of(tx, person, await change(tx, task, dropped, person, now, tz), now, tz)

    return await db.write(unit)


# evidence --------------------------------------------------------------------------------------------------------


async def add_evidence(
    db: Database, caller: Person, draft: Draft, piece: Evidence, origin: str, message_id: int, album: str, now: int
) -> tuple[Handed, bool]:
    """A piece for the form's task. The second value is false for a further part of an album: one answer is enough.

    ``piece`` needs no id, person or task. Raises NotYours, NotFound, MovedOn.
    """
    known = json.loads(draft.data)

    async def unit(tx: Connection) -> tuple[Handed, bool]:
        person, task = await finishing(tx, caller, int(known["task"]))
        if not task.open:
            await drafts.close(tx, draft.id, now)
            raise MovedOn
        stored = replace(piece, task_id=task.id, person_id=person.id, created_at=now)
        await store.add_evidence(tx, stored, origin)
        await drafts.put(tx, draft.id, draft.step, json.dumps({**known, "album": album}), message_id)
        first = not album or known.get("album") != album
        return await handed_of(tx, person, await the_task(tx, task.id)), first

    return await db.write(unit)


async def take_back(db: Database, caller: Person, evidence_id: int, now: int) -> Handed:
    """[删除]: a piece of one's own, while the task is open. Taken back already: the rest is shown.

    Raises NotYours, MovedOn.
    """

    async def unit(tx: Connection) -> Handed:
        person, found = await fresh(tx, caller), await store.piece(tx, evidence_id)
        if found is None:
            raise MovedOn
        task = await the_task(tx, found.task_id)
        if found.person_id != person.id:
            raise NotYours
        if not task.open:
            raise MovedOn
        await store.remove_evidence(tx, evidence_id, now)
        return await handed_of(tx, person, await the_task(tx, task.id))

    return await db.write(unit)


def piece(kind: EvidenceKind, file_id: str | None, file_name: str, text: str) -> Evidence:
    """What somebody handed in, before it belongs to a task."""
    return Evidence(0, 0, 0, kind, file_id, file_name, text, 0)


# forms -----------------------------------------------------------------------------------------------------------


async def begin_task_form(
    db: Database, caller: Person, step: Step, task_id: int, origin: str, now: int, tz: tzinfo
) -> TaskCard:
    """Open a form about a task. Raises NotYours, NotForRole, NotFound, MovedOn."""

    async def unit(tx: Connection) -> TaskCard:
        if step is Step.DUE:
            person, task = await managed(tx, caller), await the_task(tx, task_id)
        elif step is Step.EVIDENCE:
            person, task = await finishing(tx, caller, task_id)
        else:
            person, task = await asking(tx, caller, task_id)
        if not task.open:
            raise MovedOn
        await _begin(tx, person, step, {"task": task.id}, origin, now)
        return await card_of(tx, person, task, now, tz)

    return await db.write(unit)


async def begin_phase_form(db: Database, caller: Person, edge: Edge, number: int, origin: str, now: int) -> rules.Phase:
    """Open the form for a phase's day. Raises NotForRole, NotFound."""

    async def unit(tx: Connection) -> rules.Phase:
        person, phase = await managed(tx, caller), await the_phase(tx, number)
        await _begin(tx, person, Step(edge.value), {"phase": number}, origin, now)
        return phase

    return await db.write(unit)


async def begin_table_form(db: Database, caller: Person, origin: str, now: int) -> None:
    """Wait for the table of tasks. Raises NotForRole."""

    async def unit(tx: Connection) -> None:
        await _begin(tx, await managed(tx, caller), Step.TABLE, {}, origin, now)

    await db.write(unit)


async def leave_form(db: Database, caller: Person, now: int) -> None:
    """Close whatever form of the plan the person has open."""
    await db.write(lambda tx: leave(tx, caller, now))


async def _begin(tx: Connection, person: Person, step: Step, data: Mapping[str, int], origin: str, now: int) -> Draft:
    return await drafts.begin(tx, person.id, FORM, step.value, json.dumps(data), origin, now)


def subject(draft: Draft) -> int:
    """Which task, phase or request a form is about."""
    known = json.loads(draft.data)
    return int(known.get("task") or known.get("phase") or known.get("ask") or 0)
