"""The campaign's tasks and what was handed in for them, in the database. Decides nothing.

An owner who has left the office counts as none: the task is nobody's until the office gives it to somebody.
"""

from collections.abc import Iterable
from datetime import date

from domain.people import Person
from domain.plan import Evidence, EvidenceKind, Task, TaskState
from storage import people
from storage.database import Connection, Row, Value
from storage.plan.campaign import day, text

_TASK = """
    SELECT t.id, t.code, t.phase, t.title, t.detail, t.element, t.measure, t.evidence,
           CASE WHEN p.left_at IS NULL THEN p.id END AS owner, t.due_on, t.state, t.settled_at, t.settled_by, t.edits,
           t.changed_at,
           (SELECT count(*) FROM task_evidence e WHERE e.task_id = t.id AND e.removed_at IS NULL) AS pieces
      FROM tasks t LEFT JOIN people p ON p.id = t.owner_id
"""
_EVIDENCE = "SELECT id, task_id, person_id, kind, file_id, file_name, text, created_at FROM task_evidence"


def _task(row: Row) -> Task:
    return Task(
        id=row["id"],
        code=row["code"],
        phase=row["phase"],
        title=row["title"],
        detail=row["detail"],
        element=row["element"],
        measure=row["measure"],
        evidence=row["evidence"],
        owner_id=row["owner"],
        due_on=day(row["due_on"]),
        state=TaskState(row["state"]),
        settled_at=row["settled_at"],
        settled_by=row["settled_by"],
        edits=row["edits"],
        changed_at=row["changed_at"],
        pieces=row["pieces"],
    )


def _evidence(row: Row) -> Evidence:
    return Evidence(
        id=row["id"],
        task_id=row["task_id"],
        person_id=row["person_id"],
        kind=EvidenceKind(row["kind"]),
        file_id=row["file_id"],
        file_name=row["file_name"],
        text=row["text"],
        created_at=row["created_at"],
    )


# reading ---------------------------------------------------------------------------------------------------------


async def task(tx: Connection, task_id: int) -> Task | None:
    """One task by id."""
    row = await tx.one(f"{_TASK} WHERE t.id = :id", id=task_id)
    return _task(row) if row else None


async def tasks(tx: Connection, phase: int | None = None) -> tuple[Task, ...]:
    """The tasks of one phase, or all (None), by code."""
    rows = await tx.all(f"{_TASK} WHERE :phase IS NULL OR t.phase = :phase ORDER BY t.code", phase=phase)
    return tuple(_task(row) for row in rows)


async def open_tasks_of(tx: Connection, person_id: int) -> tuple[Task, ...]:
    """What a person still has to do, dated tasks first, by day."""
    rows = await tx.all(
        f"""{_TASK} WHERE t.owner_id = :person AND t.state = 'open' AND p.left_at IS NULL
             ORDER BY t.due_on IS NULL, t.due_on, t.code""",
        person=person_id,
    )
    return tuple(_task(row) for row in rows)


async def tasks_of(tx: Connection, person_id: int) -> tuple[Task, ...]:
    """Every task of a person, settled ones too, by code."""
    rows = await tx.all(f"{_TASK} WHERE t.owner_id = :person AND p.left_at IS NULL ORDER BY t.code", person=person_id)
    return tuple(_task(row) for row in rows)


async def tasks_within(tx: Connection, scope: str) -> tuple[Task, ...]:
    """The tasks that people of the units under ``scope`` own, by code."""
    rows = await tx.all(
        f"""{_TASK} JOIN units u ON u.id = p.unit_id
             WHERE p.left_at IS NULL AND substr(u.path, 1, length(:scope)) = :scope ORDER BY t.code""",
        scope=scope,
    )
    return tuple(_task(row) for row in rows)


async def overdue(tx: Connection, today: date) -> tuple[Task, ...]:
    """Every open task whose day is before ``today``, the longest overdue first."""
    rows = await tx.all(
        f"{_TASK} WHERE t.state = 'open' AND t.due_on < :today ORDER BY t.due_on, t.code", today=today.isoformat()
    )
    return tuple(_task(row) for row in rows)


async def owners(tx: Connection, tasks: Iterable[Task]) -> dict[int, Person]:
    """The present owners of ``tasks`` by person id."""
    ids = {task.owner_id for task in tasks if task.owner_id is not None}
    found = [await people.person(tx, id_) for id_ in sorted(ids)]
    return {one.id: one for one in found if one is not None}


async def kept_about(tx: Connection, person_id: int) -> dict[str, list[dict[str, object]]]:
    """What the plan keeps about one person, for their own export. Times are ms UTC."""
    tasks = await tx.all(
        "SELECT code, title, due_on, state FROM tasks WHERE owner_id = :id ORDER BY code", id=person_id
    )
    evidence = await tx.all(
        """SELECT t.code, e.kind, e.file_name, e.text, e.created_at, e.removed_at
             FROM task_evidence e JOIN tasks t ON t.id = e.task_id WHERE e.person_id = :id ORDER BY e.id""",
        id=person_id,
    )
    asks = await tx.all(
        """SELECT t.code, a.kind, a.text, a.wanted_on, a.state, a.answer, a.created_at
             FROM task_asks a JOIN tasks t ON t.id = a.task_id WHERE a.person_id = :id ORDER BY a.id""",
        id=person_id,
    )
    named = {"tasks": tasks, "evidence": evidence, "requests": asks}
    return {name: [dict(row) for row in rows] for name, rows in named.items()}


# changing --------------------------------------------------------------------------------------------------------


def _columns(task: Task) -> dict[str, Value]:
    return {
        "phase": task.phase,
        "title": task.title,
        "detail": task.detail,
        "element": task.element,
        "measure": task.measure,
        "evidence": task.evidence,
        "owner": task.owner_id,
        "due": text(task.due_on),
        "state": task.state.value,
        "settled_at": task.settled_at,
        "settled_by": task.settled_by,
    }


async def add_task(tx: Connection, task: Task, now: int) -> int | None:
    """A new task; its ``id`` is ignored. Returns the id given, None when the code is known already."""
    row = await tx.one(
        """INSERT INTO tasks (code, phase, title, detail, element, measure, evidence, owner_id, due_on, state,
                              settled_at, settled_by, changed_at)
           VALUES (:code, :phase, :title, :detail, :element, :measure, :evidence, :owner, :due, :state,
                   :settled_at, :settled_by, :now)
           ON CONFLICT (code) DO NOTHING RETURNING id""",
        code=task.code,
        now=now,
        **_columns(task),
    )
    return int(row["id"]) if row else None


async def change_task(tx: Connection, task: Task, now: int) -> bool:
    """Write the task as it is now, if nobody changed it since it was read with ``edits``. False when somebody did."""
    changed = await tx.run(
        """UPDATE tasks SET phase = :phase, title = :title, detail = :detail, element = :element, measure = :measure,
                  evidence = :evidence, owner_id = :owner, due_on = :due, state = :state, settled_at = :settled_at,
                  settled_by = :settled_by, changed_at = :now, edits = edits + 1
            WHERE id = :id AND edits = :edits""",
        id=task.id,
        edits=task.edits,
        now=now,
        **_columns(task),
    )
    return changed == 1


# evidence --------------------------------------------------------------------------------------------------------


async def add_evidence(tx: Connection, piece: Evidence, origin: str) -> bool:
    """A piece of evidence; its ``id`` is ignored. False when the message was taken in before."""
    changed = await tx.run(
        """INSERT INTO task_evidence (task_id, person_id, kind, file_id, file_name, text, origin, created_at)
           VALUES (:task, :person, :kind, :file, :name, :text, :origin, :now) ON CONFLICT (origin) DO NOTHING""",
        task=piece.task_id,
        person=piece.person_id,
        kind=piece.kind.value,
        file=piece.file_id,
        name=piece.file_name,
        text=piece.text,
        origin=origin,
        now=piece.created_at,
    )
    return changed == 1


async def evidence_of(tx: Connection, task_id: int) -> tuple[Evidence, ...]:
    """What was handed in for a task and not taken back, oldest first."""
    rows = await tx.all(f"{_EVIDENCE} WHERE task_id = :task AND removed_at IS NULL ORDER BY id", task=task_id)
    return tuple(_evidence(row) for row in rows)


async def piece(tx: Connection, evidence_id: int) -> Evidence | None:
    """One piece by id, unless it was taken back."""
    row = await tx.one(f"{_EVIDENCE} WHERE id = :id AND removed_at IS NULL", id=evidence_id)
    return _evidence(row) if row else None


async def remove_evidence(tx: Connection, evidence_id: int, now: int) -> bool:
    """Take a piece back. False when it was taken back before."""
    changed = await tx.run(
        "UPDATE task_evidence SET removed_at = :now WHERE id = :id AND removed_at IS NULL", now=now, id=evidence_id
    )
    return changed == 1
