"""What screens show of the campaign: values that services gather and views put into words."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from domain.people import Person, Unit
from domain.plan.campaign import Ask, Count, Edge, Evidence, Phase, Task


@dataclass(frozen=True, slots=True)
class Overview:
    """/plan of one person on ``today``.

    ``coming``: the next phase, while none runs. ``mine``: what the person still has to do. ``part``: the tasks that
    people of a leader's part of the tree own; ``whole``: all tasks, for the office and the bureau. ``asks``: what waits
    for the office. ``empty``: no campaign was loaded yet.
    """

    person: Person
    today: date
    title: str
    phase: Phase | None
    coming: Phase | None
    mine: tuple[Task, ...]
    part: Count | None
    whole: Count | None
    asks: int
    empty: bool


class Which(StrEnum):
    """Lists of tasks that are no phase's."""

    MINE = "mine"
    PART = "part"
    OVERDUE = "overdue"
    OWNERLESS = "ownerless"
    UNDATED = "undated"


@dataclass(frozen=True, slots=True)
class Listing:
    """A list of tasks: a phase's, or one of ``Which``. ``owners``: those whom the caller may see by name."""

    person: Person
    today: date
    which: Which | int
    phase: Phase | None
    tasks: tuple[Task, ...]
    owners: Mapping[int, Person]
    count: Count


@dataclass(frozen=True, slots=True)
class Rights:
    """What the caller may do with a task."""

    finish: bool
    ask: bool
    manage: bool
    give: bool
    look_closer: bool


@dataclass(frozen=True, slots=True)
class TaskCard:
    """One task. ``owner`` and ``settled_by`` are None where the caller may not see them; ``asks`` are the open ones."""

    task: Task
    today: date
    phase: Phase
    owner: Person | None
    settled_by: Person | None
    asks: tuple[Ask, ...]
    rights: Rights


@dataclass(frozen=True, slots=True)
class Handed:
    """What was handed in for a task. ``removable``: pieces that the caller may take back; ``may_add``: one may add."""

    task: Task
    pieces: tuple[Evidence, ...]
    removable: frozenset[int]
    may_add: bool


@dataclass(frozen=True, slots=True)
class Told:
    """How many people are reminded at ``at`` (ms UTC), quiet hours and sleep after a night counted in."""

    at: int
    people: int


@dataclass(frozen=True, slots=True)
class Preview:
    """What a new date would do, before it is confirmed.

    ``told``: the coming reminders. ``informed``: how many people know the old date and would hear of the change.
    """

    old: date | None
    new: date | None
    told: tuple[Told, ...]
    informed: int


@dataclass(frozen=True, slots=True)
class TaskPreview:
    """A new date of a task. ``owner`` None: nobody is there to be reminded."""

    task: Task
    owner: Person | None
    preview: Preview


@dataclass(frozen=True, slots=True)
class PhasePreview:
    """A new first or last day of a phase. ``along``: its tasks that would change with it."""

    phase: Phase
    edge: Edge
    preview: Preview
    along: tuple[Task, ...]


@dataclass(frozen=True, slots=True)
class Choosing:
    """Whom a task may be given to, in ``here``: the units below it and the people on it."""

    task: Task
    root: Unit
    here: Unit
    units: tuple[Unit, ...]
    people: tuple[Person, ...]
    may_clear: bool


@dataclass(frozen=True, slots=True)
class AskCard:
    """A request with its task, who asked and who settled it. ``mine``: the caller may settle it."""

    ask: Ask
    task: Task
    asker: Person | None
    settled_by: Person | None
    may_settle: bool


@dataclass(frozen=True, slots=True)
class Overdue:
    """A task that has climbed to its owner's leader."""

    task: Task
    owner: Person | None


class ChangeKind(StrEnum):
    """What a person is told of a change."""

    TASK_DATE = "task_date"
    PHASE_DATE = "phase_date"
    OWNER = "owner"
    RELEASED = "released"


@dataclass(frozen=True, slots=True)
class Change:
    """Something that changed since a person was told of it: a date, or whose task it is."""

    kind: ChangeKind
    old: date | None
    task: Task | None = None
    phase: Phase | None = None
    edge: Edge | None = None


@dataclass(frozen=True, slots=True)
class Loaded:
    """What loading the template did: how many tasks are new, how many were there."""

    new: int
    known: int


@dataclass(frozen=True, slots=True)
class Agenda:
    """A person's dated tasks, for a calendar. ``phases`` by number."""

    tasks: tuple[Task, ...]
    phases: Mapping[int, Phase] = field(default_factory=dict)
