"""The list of tasks as a table: what its rows mean, what is wrong with them, and what they would change.

Rows are matched by the task's code; a task that is not listed stays as it is. Knows no file format and no storage.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from domain.dates import FarDay, PastDay, parse_day
from domain.errors import DomainError
from domain.people import Person, Role
from domain.plan.campaign import Phase, Task, TaskState
from domain.roster import RowFault, tidy


class TaskColumn(StrEnum):
    """Columns of the table."""

    CODE = "code"
    PHASE = "phase"
    TITLE = "title"
    DETAIL = "detail"
    OWNER_NO = "owner_no"
    OWNER = "owner"
    DUE = "due"
    STATE = "state"
    EVIDENCE = "evidence"
    ELEMENT = "element"
    MEASURE = "measure"


# The table is Chinese in every language: so are the lists that it replaces.
TASK_HEADERS: Mapping[TaskColumn, str] = {
    TaskColumn.CODE: "编号",
    TaskColumn.PHASE: "阶段",
    TaskColumn.TITLE: "事项",
    TaskColumn.DETAIL: "工作内容",
    TaskColumn.OWNER_NO: "责任人工号",
    TaskColumn.OWNER: "责任人",
    TaskColumn.DUE: "期限",
    TaskColumn.STATE: "状态",
    TaskColumn.EVIDENCE: "证明材料",
    TaskColumn.ELEMENT: "对应方案",
    TaskColumn.MEASURE: "对应措施",
}
STATE_WORDS: Mapping[TaskState, str] = {
    TaskState.OPEN: "进行中",
    TaskState.DONE: "已完成",
    TaskState.DROPPED: "不再进行",
}
UNDECIDED = "待定"
LIMITS: Mapping[TaskColumn, int] = {
    TaskColumn.TITLE: 40,
    TaskColumn.DETAIL: 300,
    TaskColumn.EVIDENCE: 60,
    TaskColumn.ELEMENT: 60,
}
MEASURES = 9
_CODE = re.compile(r"[A-Z0-9][A-Z0-9-]{0,9}")
_COLUMN_OF = {name: column for column, header in TASK_HEADERS.items() for name in (header, column.value)}
_STATES = {word: state for state, word in STATE_WORDS.items()} | {state.value: state for state in TaskState}
_NEEDED = (TaskColumn.CODE, TaskColumn.TITLE)
_EMPTY_DAY = re.compile(r"待定|[x×－—/-]*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class TaskRow:
    """A row whose code is good. ``cells``: the columns that the table has; a column it lacks changes nothing."""

    row: int
    code: str
    cells: Mapping[TaskColumn, str]


@dataclass(frozen=True, slots=True)
class CellChange:
    """One column of one task, before and after, as the table words it."""

    column: TaskColumn
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class TaskChange:
    """A task of which the table says something new."""

    before: Task
    after: Task
    cells: tuple[CellChange, ...]


@dataclass(frozen=True, slots=True)
class TaskDiff:
    """What an import would do."""

    new: tuple[Task, ...]
    changed: tuple[TaskChange, ...]
    unchanged: int

    @property
    def nothing(self) -> bool:
        """Whether the table says what is known already."""
        return not (self.new or self.changed)


@dataclass(frozen=True, slots=True)
class TaskCheck:
    """The outcome of a dry run: faults, or else a diff. ``draft_id`` is what to confirm; None: nothing to confirm."""

    faults: tuple[RowFault, ...]
    diff: TaskDiff | None = None
    draft_id: int | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """What rows are compared with. ``staff``: present people by staff number."""

    tasks: Mapping[str, Task]
    phases: Sequence[Phase]
    staff: Mapping[str, Person]

    def owner(self, task: Task) -> Person | None:
        """Who owns a task."""
        return next((one for one in self.staff.values() if one.id == task.owner_id), None)


def is_code(text: str) -> bool:
    """Whether ``text`` can be a task's code: up to ten capitals, digits and hyphens."""
    return _CODE.fullmatch(text) is not None


# reading ---------------------------------------------------------------------------------------------------------


def parse_rows(table: Sequence[tuple[int, Sequence[str]]]) -> tuple[list[TaskRow], list[RowFault]]:
    """The rows below the header, and what is wrong with their codes.

    ``table``: (row number, cells). The header is the first row that names code and title, in any order; columns of
    other names are ignored.
    """
    for at, (number, cells) in enumerate(table):
        columns = [_COLUMN_OF.get(_narrow(cell)) for cell in cells]
        if all(column in columns for column in _NEEDED):
            twice = [c for c in TASK_HEADERS if columns.count(c) > 1]
            faults = [RowFault(number, "plan.fault.column_twice", {"column": TASK_HEADERS[c]}) for c in twice]
            return ([], faults) if faults else _body(number, columns, table[at + 1 :])
    return [], [RowFault(table[0][0] if table else 1, "plan.fault.no_header")]


def _body(
    header: int, columns: Sequence[TaskColumn | None], body: Sequence[tuple[int, Sequence[str]]]
) -> tuple[list[TaskRow], list[RowFault]]:
    rows: list[TaskRow] = []
    faults: list[RowFault] = []
    seen: dict[str, int] = {}
    for number, cells in body:
        named = {c: tidy(cell) for c, cell in zip(columns, cells, strict=False) if c is not None}
        if not any(named.values()):
            continue
        code = _narrow(named.get(TaskColumn.CODE, "")).upper()
        fault = _code_fault(number, code, seen)
        if fault:
            faults.append(fault)
        else:
            rows.append(TaskRow(number, code, named))
        seen.setdefault(code, number)
    if not rows and not faults:
        faults.append(RowFault(header, "plan.fault.no_rows"))
    return rows, faults


def _code_fault(number: int, code: str, seen: Mapping[str, int]) -> RowFault | None:
    if not code:
        return RowFault(number, "plan.fault.no_code")
    if not _CODE.fullmatch(code):
        return RowFault(number, "plan.fault.code_odd", {"code": code[:20]})
    if code in seen:
        return RowFault(number, "plan.fault.code_twice", {"code": code, "first": seen[code]})
    return None


def _narrow(text: str) -> str:
    return tidy(unicodedata.normalize("NFKC", text))


# comparing -------------------------------------------------------------------------------------------------------


def compare(rows: Iterable[TaskRow], known: Known, today: date) -> tuple[list[RowFault], TaskDiff]:
    """What the rows would change, and every fault of every row. With a fault a row is in no part of the diff."""
    faults: list[RowFault] = []
    new: list[Task] = []
    changed: list[TaskChange] = []
    unchanged = 0
    for row in rows:
        before = known.tasks.get(row.code)
        reader = _Reader(row, before or Task(0, row.code, 0, ""), known, today)
        after = reader.task()
        faults += reader.faults
        if reader.faults:
            continue
        cells = _changes(before, after, known) if before else ()
        if before is None:
            new.append(after)
        elif cells:
            changed.append(TaskChange(before, after, cells))
        else:
            unchanged += 1
    return faults, TaskDiff(tuple(new), tuple(changed), unchanged)


class _Reader:
    """Reads one row over the task as it is, and collects what is wrong."""

    def __init__(self, row: TaskRow, before: Task, known: Known, today: date) -> None:
        self._row = row
        self._before = before
        self._known = known
        self._today = today
        self.faults: list[RowFault] = []

    def task(self) -> Task:
        """The task as the row would have it; meaningless when there are faults."""
        return replace(
            self._before,
            phase=self._phase(),
            title=self._words(TaskColumn.TITLE, self._before.title, needed=True),
            detail=self._words(TaskColumn.DETAIL, self._before.detail),
            element=self._words(TaskColumn.ELEMENT, self._before.element),
            evidence=self._words(TaskColumn.EVIDENCE, self._before.evidence),
            measure=self._measure(),
            owner_id=self._owner(),
            due_on=self._due(),
            state=self._state(),
        )

    def _fault(self, kind: str, **values: object) -> None:
        self.faults.append(RowFault(self._row.row, f"plan.fault.{kind}", values))

    def _cell(self, column: TaskColumn) -> str | None:
        return self._row.cells.get(column)

    def _words(self, column: TaskColumn, before: str, *, needed: bool = False) -> str:
        text = self._cell(column)
        if text is None:
            return before
        if needed and not text:
            self._fault("no_title")
        if len(text) > LIMITS[column]:
            self._fault("too_long", column=TASK_HEADERS[column], limit=LIMITS[column])
        return text

    def _phase(self) -> int:
        text = _narrow(self._cell(TaskColumn.PHASE) or "")
        if not text and self._before.phase:
            return self._before.phase
        found = next((p.number for p in self._known.phases if text in {str(p.number), p.title}), None)
        if found is None:
            self._fault("phase_unknown", phase=text[:20], known="、".join(p.title for p in self._known.phases))
        return found or 0

    def _measure(self) -> int | None:
        text = self._cell(TaskColumn.MEASURE)
        if text is None:
            return self._before.measure
        number = _narrow(text)
        if not number:
            return None
        if number.isascii() and number.isdigit() and 1 <= int(number[:3]) <= MEASURES:
            return int(number)
        self._fault("measure_unknown", measure=number[:20])
        return None

    def _owner(self) -> int | None:
        text = self._cell(TaskColumn.OWNER_NO)
        if text is None:
            return self._before.owner_id
        number, name = _narrow(text), self._cell(TaskColumn.OWNER) or ""
        if not number:
            if name and name != UNDECIDED and name != self._owner_name():
                self._fault("owner_no_missing", name=name[:20])
            return None
        person = self._known.staff.get(number)
        if person is None:
            self._fault("owner_unknown", staff_no=number[:20])
        elif person.role is Role.BUREAU:
            self._fault("owner_bureau", name=person.name)
        elif name and name != person.name and (person.id == self._before.owner_id or name != self._owner_name()):
            # A new number beside the old owner's name is a change of owner; anything else contradicts itself.
            self._fault("owner_name", staff_no=number, name=name[:20], known=person.name)
        return person.id if person else None

    def _owner_name(self) -> str:
        owner = self._known.owner(self._before)
        return owner.name if owner else ""

    def _due(self) -> date | None:
        text = self._cell(TaskColumn.DUE)
        if text is None:
            return self._before.due_on
        if _EMPTY_DAY.fullmatch(text):
            return None
        try:
            day = parse_day(text.removesuffix("T00:00:00"), self._today, past=True)
            if day < self._today and day != self._before.due_on and self._state_word() is TaskState.OPEN:
                parse_day(day.isoformat(), self._today)
        except PastDay as refusal:
            self._fault("due_past", day=text[:20], nearest=refusal.values["nearest"])
        except FarDay:
            self._fault("due_far", day=text[:20])
        except DomainError:
            self._fault("due_unread", day=text[:20])
        else:
            return day
        return None

    def _state(self) -> TaskState:
        text = self._cell(TaskColumn.STATE) or ""
        if text and text not in _STATES:
            self._fault("state_unknown", state=text[:20], known="、".join(STATE_WORDS.values()))
        return self._state_word()

    def _state_word(self) -> TaskState:
        return _STATES.get(self._cell(TaskColumn.STATE) or "", self._before.state)


def cells_of(task: Task, known: Known) -> dict[TaskColumn, str]:
    """A task as the table words it."""
    owner = known.owner(task)
    phase = next((p.title for p in known.phases if p.number == task.phase), str(task.phase))
    return {
        TaskColumn.CODE: task.code,
        TaskColumn.PHASE: phase,
        TaskColumn.TITLE: task.title,
        TaskColumn.DETAIL: task.detail,
        TaskColumn.OWNER_NO: owner.staff_no if owner else "",
        TaskColumn.OWNER: owner.name if owner else "",
        TaskColumn.DUE: task.due_on.isoformat() if task.due_on else UNDECIDED,
        TaskColumn.STATE: STATE_WORDS[task.state],
        TaskColumn.EVIDENCE: task.evidence,
        TaskColumn.ELEMENT: task.element,
        TaskColumn.MEASURE: str(task.measure or ""),
    }


def _changes(before: Task, after: Task, known: Known) -> tuple[CellChange, ...]:
    old, new = (_shown(task, known) for task in (before, after))
    return tuple(CellChange(column, old[column], new[column]) for column in old if old[column] != new[column])


def _shown(task: Task, known: Known) -> dict[TaskColumn, str]:
    """The cells with name and number of the owner in one."""
    cells = cells_of(task, known)
    number = cells.pop(TaskColumn.OWNER_NO)
    return cells | {TaskColumn.OWNER: f"{cells[TaskColumn.OWNER]} {number}".strip()}
