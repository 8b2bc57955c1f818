"""The campaign: what it says of itself, its phases and its tasks, and what may be changed by whom.

Dates may be unknown; a phase runs from its first to its last day, both included. A task has one owner or none.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from domain.dates import PastDay
from domain.errors import DomainError
from domain.people import Person, Role, may_see


class FactKind(StrEnum):
    """What a sentence of the campaign is about."""

    TITLE = "title"
    THEME = "theme"
    PURPOSE = "purpose"
    OBJECTIVE = "objective"
    TARGET = "target"
    FOCUS = "focus"
    GROUP = "group"
    MEASURE = "measure"
    REQUIREMENT = "requirement"
    RULE = "rule"


@dataclass(frozen=True, slots=True)
class Fact:
    """One sentence of the campaign. ``element`` is the plan's numbered element it comes from: 六2."""

    code: str
    kind: FactKind
    element: str
    text: str


class Edge(StrEnum):
    """Which of a phase's two days."""

    START = "start"
    END = "end"


@dataclass(frozen=True, slots=True)
class Phase:
    """One of the three phases. ``number`` counts from 1; ``edits`` grows with each change."""

    number: int
    title: str
    starts_on: date | None
    ends_on: date | None
    brief: str = ""
    edits: int = 0

    def runs_on(self, day: date) -> bool:
        """Whether ``day`` lies within the phase; never true while a date is unknown."""
        return self.starts_on is not None and self.ends_on is not None and self.starts_on <= day <= self.ends_on

    def day(self, edge: Edge) -> date | None:
        """Its first or last day."""
        return self.starts_on if edge is Edge.START else self.ends_on

    def moved(self, edge: Edge, day: date | None) -> "Phase":
        """The phase with another first or last day (None: undecided)."""
        return replace(self, starts_on=day) if edge is Edge.START else replace(self, ends_on=day)


def current_phase(phases: Iterable[Phase], day: date) -> Phase | None:
    """The phase in which ``day`` lies, or None before, between and after."""
    return next((phase for phase in phases if phase.runs_on(day)), None)


def next_phase(phases: Iterable[Phase], day: date) -> Phase | None:
    """The first phase that is still to begin on a known day, or None."""
    coming = [phase for phase in phases if phase.starts_on is not None and phase.starts_on > day]
    return min(coming, key=lambda phase: (phase.starts_on, phase.number), default=None)


class PhaseOrder(DomainError):
    """The day would put the phases out of order. ``nearest``: the nearest day that would do (``11-24``)."""

    key = "plan.phase_order"


def require_order(phases: Sequence[Phase], changed: Phase, edge: Edge, today: date) -> None:
    """Raise PastDay or PhaseOrder unless ``changed``'s new day fits: in time, and between the days around it.

    A first day may lie in the past, because a campaign may run already when the bot arrives; a last day may not.
    """
    day = changed.day(edge)
    if day is None:
        return
    if edge is Edge.END and day < today:
        raise PastDay(nearest=_typed(today))
    earliest, latest = _bounds(phases, changed, edge)
    if earliest is not None and day < earliest:
        raise PhaseOrder(nearest=_typed(earliest))
    if latest is not None and day > latest:
        raise PhaseOrder(nearest=_typed(latest))


def _bounds(phases: Sequence[Phase], changed: Phase, edge: Edge) -> tuple[date | None, date | None]:
    """Between which days the day may lie, so that phases neither overlap nor run backwards."""
    one = timedelta(days=1)
    before = [p.ends_on or p.starts_on for p in phases if p.number < changed.number]
    after = [p.starts_on or p.ends_on for p in phases if p.number > changed.number]
    floor = max((day + one for day in before if day is not None), default=None)
    ceiling = min((day - one for day in after if day is not None), default=None)
    if edge is Edge.START:
        return floor, changed.ends_on if changed.ends_on is not None else ceiling
    return changed.starts_on if changed.starts_on is not None else floor, ceiling


def _typed(day: date) -> str:
    return f"{day.month}-{day.day}"


class TaskState(StrEnum):
    """Where a task stands: under way, done, or given up by the office."""

    OPEN = "open"
    DONE = "done"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True)
class Task:
    """One thing to be done. ``id`` 0: not stored yet.

    ``element``: the plan's elements it serves; ``measure``: which of its measures it carries out; ``evidence``:
    what is expected ("" nothing), ``pieces``: how many were handed in. ``owner_id`` is None too for an owner who left.
    ``edits`` grows with each change. Times are ms UTC.
    """

    id: int
    code: str
    phase: int
    title: str
    detail: str = ""
    element: str = ""
    measure: int | None = None
    evidence: str = ""
    owner_id: int | None = None
    due_on: date | None = None
    state: TaskState = TaskState.OPEN
    settled_at: int | None = None
    settled_by: int | None = None
    edits: int = 0
    changed_at: int = 0
    pieces: int = 0

    @property
    def open(self) -> bool:
        """Whether it is still to be done."""
        return self.state is TaskState.OPEN

    def days_over(self, today: date) -> int:
        """How many days ago it was due; 0 when it is not overdue."""
        if not self.open or self.due_on is None:
            return 0
        return max(0, (today - self.due_on).days)

    def overdue(self, today: date) -> bool:
        """Whether it is open and its day is past."""
        return self.days_over(today) > 0

    def red(self, today: date) -> bool:
        """Whether it needs a leader's eye: open and overdue, or open and nobody's."""
        return self.open and (self.owner_id is None or self.overdue(today))

    @property
    def lacks_evidence(self) -> bool:
        """Whether evidence is expected and none was handed in."""
        return bool(self.evidence) and self.pieces == 0


def in_order(tasks: Iterable[Task], today: date) -> tuple[Task, ...]:
    """Overdue first, then by date, then undated, then what is settled; within each by code."""
    return tuple(sorted(tasks, key=lambda t: (not t.open, not t.overdue(today), t.due_on or date.max, t.code)))


@dataclass(frozen=True, slots=True)
class Count:
    """How the tasks of a list stand. ``done`` and the reds are counted among ``total``; given-up ones are not."""

    total: int
    done: int
    overdue: int
    ownerless: int
    undated: int


def count(tasks: Iterable[Task], today: date) -> Count:
    """The figures of ``tasks``."""
    kept = [task for task in tasks if task.state is not TaskState.DROPPED]
    left = [task for task in kept if task.open]
    return Count(
        len(kept),
        len(kept) - len(left),
        sum(task.overdue(today) for task in left),
        sum(task.owner_id is None for task in left),
        sum(task.due_on is None for task in left),
    )


# what a phase's date does to its tasks --------------------------------------------------------------------------


def followed(tasks: Iterable[Task], old_end: date | None, new_end: date | None, today: date) -> tuple[Task, ...]:
    """The open tasks of a phase that change when its last day moves and its tasks go along.

    Undated ones get the last day. When it comes later, dated ones move by as many days; when it comes earlier, only
    those that would lie beyond it are pulled to it. Nothing moves into the past.
    """
    if new_end is None or new_end < today:
        return ()
    moved = (_follow(task, old_end, new_end, today) for task in tasks if task.open)
    return tuple(task for task in moved if task is not None)


def _follow(task: Task, old_end: date | None, new_end: date, today: date) -> Task | None:
    if task.due_on is None:
        return replace(task, due_on=new_end)
    shift = max(timedelta(), new_end - old_end) if old_end is not None else timedelta()
    day = min(new_end, task.due_on + shift)
    if day < today and day != task.due_on:
        day = today
    return replace(task, due_on=day) if day != task.due_on else None


# who may do what -------------------------------------------------------------------------------------------------


def may_finish(caller: Person, task: Task) -> bool:
    """Whether the caller may say that a task is done, or take that back: its owner, and the office."""
    return caller.role is Role.OFFICE or caller.id == task.owner_id


def may_ask(caller: Person, task: Task) -> bool:
    """Whether the caller may ask for help or another date: the owner of an open task."""
    return task.open and caller.id == task.owner_id


def may_manage(caller: Person) -> bool:
    """Whether the caller sets dates and states: the office."""
    return caller.role is Role.OFFICE


def may_choose_owner(caller: Person, task: Task, owner: Person | None) -> bool:
    """Whether the caller may give the task to somebody else.

    The office always; a station head what is owned within the own station, to somebody of the station
    (docs/decisions/0008). ``owner`` is who owns it now.
    """
    if not task.open:
        return False
    if caller.role is Role.OFFICE:
        return True
    return caller.role is Role.STATION_HEAD and owner is not None and caller.unit.holds(owner.unit)


def may_look_closer(caller: Person, task: Task, owner: Person | None) -> bool:
    """Whether the caller may see who owns a task and what was handed in."""
    if caller.role is Role.OFFICE or caller.id == task.owner_id:
        return True
    return owner is not None and may_see(caller, owner)


def leaders_of(owner: Person | None, people: Iterable[Person]) -> tuple[Person, ...]:
    """Who hears that a task is overdue: one level above its owner. Team leader → station head → office.

    A level with nobody on it is passed over; of a task of the office, the other people of the office hear.
    """
    staff = [one for one in people if owner is None or one.id != owner.id]
    office = tuple(one for one in staff if one.role is Role.OFFICE)
    if owner is None or owner.role not in {Role.COLLECTOR, Role.TEAM_LEADER}:
        return office
    above = (Role.TEAM_LEADER, Role.STATION_HEAD) if owner.role is Role.COLLECTOR else (Role.STATION_HEAD,)
    levels = (tuple(one for one in staff if one.role is role and one.unit.holds(owner.unit)) for role in above)
    return next((level for level in levels if level), office)


# what owners ask -------------------------------------------------------------------------------------------------


class AskKind(StrEnum):
    """What an owner wants of the office."""

    HELP = "help"
    MOVE = "move"


class AskState(StrEnum):
    """What became of it. ``moot``: the task was done, dropped, moved or given to somebody else meanwhile."""

    OPEN = "open"
    GRANTED = "granted"
    REFUSED = "refused"
    ANSWERED = "answered"
    MOOT = "moot"


@dataclass(frozen=True, slots=True)
class Ask:
    """A request for help (``text``) or for another date (``wanted_on``). Times are ms UTC."""

    id: int
    task_id: int
    person_id: int
    kind: AskKind
    text: str
    wanted_on: date | None
    state: AskState
    answer: str
    created_at: int
    settled_by: int | None
    settled_at: int | None


class EvidenceKind(StrEnum):
    """In what form evidence came."""

    PHOTO = "photo"
    DOCUMENT = "document"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Evidence:
    """One piece that was handed in for a task. ``file_id`` is the messenger's; ``created_at`` ms UTC."""

    id: int
    task_id: int
    person_id: int
    kind: EvidenceKind
    file_id: str | None
    file_name: str
    text: str
    created_at: int
