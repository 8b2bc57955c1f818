"""The sample office: units, people, courses, sessions, phases and tasks as data, with days counted from today.

It fills a demonstration and the tests; a real office imports its roster. Knows no database and reads no clock: whoever
loads it says which day today is.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta, tzinfo
from functools import lru_cache
from pathlib import Path

from content.campaign import load_campaign
from content.fields import Fields, root_of
from content.yaml_files import Fault, stamp
from domain.clock import MINUTE, millis
from domain.people import Role, UnitKind
from domain.plan import Phase, Task, TaskState
from domain.questions import Course
from domain.training import CourseInfo, Session

SAMPLE = Path(__file__).parent / "sample" / "office.yaml"
MAX_DAYS = 400
BATCHES = 2

CHILDREN = {
    None: {UnitKind.BUREAU},
    UnitKind.BUREAU: {UnitKind.TOLL_OFFICE},
    UnitKind.TOLL_OFFICE: {UnitKind.STATION, UnitKind.BRANCH},
    UnitKind.STATION: {UnitKind.TEAM},
    UnitKind.BRANCH: {UnitKind.TEAM},
    UnitKind.TEAM: set(),
}
PLACES = {
    Role.BUREAU: {UnitKind.BUREAU},
    Role.OFFICE: {UnitKind.TOLL_OFFICE},
    Role.STATION_HEAD: {UnitKind.STATION, UnitKind.BRANCH},
    Role.TEAM_LEADER: {UnitKind.TEAM},
    Role.COLLECTOR: {UnitKind.TEAM},
}
_CLOCK = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")


@dataclass(frozen=True, slots=True)
class UnitInfo:
    """A unit before it has an id: ``ref`` names it within the file, ``parent`` is the ref of the unit above."""

    ref: str
    kind: UnitKind
    name: str
    parent: str | None


@dataclass(frozen=True, slots=True)
class PersonInfo:
    """A member of staff before they have an id; ``unit`` is a ref, ``batch`` None for those who are not trained."""

    staff_no: str
    name: str
    role: Role
    unit: str
    batch: int | None


@dataclass(frozen=True, slots=True)
class SessionInfo:
    """A session with its day counted from today (negative: past). Day, time and length are all known or all None."""

    course: CourseInfo
    batch: int
    in_days: int | None
    at: time | None
    minutes: int | None
    venue: str | None
    lecturer: str | None
    bring: str | None

    def on(self, today: date, tz: tzinfo) -> Session:
        """The session as the domain knows it, without an id (0). Its uid is the same on every day."""
        starts_at = ends_at = None
        if self.in_days is not None and self.at is not None and self.minutes is not None:
            starts_at = millis(datetime.combine(today + timedelta(days=self.in_days), self.at, tz))
            ends_at = starts_at + self.minutes * MINUTE
        return Session(
            id=0,
            uid=f"{self.course.code}-{self.batch}@tollmate",
            course=self.course,
            batch=self.batch,
            starts_at=starts_at,
            ends_at=ends_at,
            venue=self.venue,
            lecturer=self.lecturer,
            bring=self.bring,
            sequence=0,
            cancelled_at=None,
            updated_at=millis(datetime.combine(today, time(), tz)),
        )


@dataclass(frozen=True, slots=True)
class PhaseInfo:
    """A phase from ``from_days`` to ``to_days``, both included and counted from today."""

    number: int
    title: str
    from_days: int
    to_days: int

    def on(self, today: date) -> Phase:
        """The phase with its dates."""
        first, last = (today + timedelta(days=days) for days in (self.from_days, self.to_days))
        return Phase(self.number, self.title, first, last)


@dataclass(frozen=True, slots=True)
class TaskInfo:
    """What the sample says of a task of the campaign template: whose it is, when it is due, how it stands."""

    code: str
    owner: str | None
    in_days: int | None
    state: TaskState

    def on(self, today: date, task: Task, owner_id: int | None, now: int) -> Task:
        """The template's ``task`` with owner, day and state."""
        due = None if self.in_days is None else today + timedelta(days=self.in_days)
        settled = None if self.state is TaskState.OPEN else now
        return replace(
            task, owner_id=owner_id, due_on=due, state=self.state, settled_at=settled, settled_by=settled and owner_id
        )


@dataclass(frozen=True, slots=True)
class Agenda:
    """The dated part of an office, as of one day."""

    sessions: tuple[Session, ...]
    phases: tuple[Phase, ...]


@dataclass(frozen=True, slots=True)
class Office:
    """A whole office. Units come parents first; people, sessions, phases and tasks in the file's order."""

    title: str
    courses: tuple[CourseInfo, ...]
    units: tuple[UnitInfo, ...]
    people: tuple[PersonInfo, ...]
    sessions: tuple[SessionInfo, ...]
    phases: tuple[PhaseInfo, ...]
    tasks: tuple[TaskInfo, ...] = ()

    def at(self, today: date, tz: tzinfo) -> Agenda:
        """Sessions and phases as they stand if today is ``today``; times of day are meant in ``tz``."""
        return Agenda(
            tuple(session.on(today, tz) for session in self.sessions),
            tuple(phase.on(today) for phase in self.phases),
        )


@dataclass(slots=True)
class _Known:
    """What the file has named so far, for references and repetitions."""

    units: dict[str, UnitKind] = field(default_factory=dict)
    courses: dict[str, CourseInfo] = field(default_factory=dict)
    staff_nos: set[str] = field(default_factory=set)
    sessions: set[tuple[str, int]] = field(default_factory=set)


def load_office(path: Path = SAMPLE) -> tuple[Office, list[Fault]]:
    """The office of one file and every fault, sorted by place; what is faulty is left out of the office."""
    office, faults = _read(path, stamp(path))
    return office, list(faults)


@lru_cache(maxsize=2)
def _read(path: Path, _stamp: tuple[int, int]) -> tuple[Office, tuple[Fault, ...]]:
    fields, faults = root_of(path)
    if fields is None:
        return Office("", (), (), (), (), ()), tuple(faults)
    known = _Known()
    fields.keys(("campaign", "courses", "units", "people", "sessions", "phases", "tasks"))
    # Order matters: units and courses are named before people and sessions refer to them.
    office = Office(
        title=fields.text("campaign", 60) or "",
        courses=tuple(_courses(fields, known)),
        units=tuple(_units(fields, None, None, known)),
        people=tuple(_people(fields, known)),
        sessions=tuple(_sessions(fields, known)),
        phases=tuple(_phases(fields)),
        tasks=tuple(_tasks(fields, known)),
    )
    return office, tuple(sorted(faults))


def _courses(fields: Fields, known: _Known) -> Iterator[CourseInfo]:
    for child in fields.children("courses"):
        child.keys(("code", "title", "half_days"))
        code, title, half_days = child.choice("code", Course), child.text("title", 30), child.whole("half_days", 1, 10)
        if code is not None and code in known.courses:
            child.note(child.node, f"课程“{code}”重复")
        elif code is not None and title is not None and half_days is not None:
            known.courses[code] = CourseInfo(code, title, half_days)
            yield known.courses[code]


def _units(fields: Fields, parent: str | None, above: UnitKind | None, known: _Known) -> Iterator[UnitInfo]:
    for child in fields.children("units"):
        child.keys(("ref", "kind", "name"), ("units",))
        ref, kind, name = child.text("ref", 20), child.choice("kind", UnitKind), child.text("name", 30)
        if ref is not None and ref in known.units:
            child.note(child.node, f"单位代号“{ref}”重复")
        elif ref is not None and kind is not None and name is not None:
            if kind not in CHILDREN[above]:
                child.note(child.node, f"“{kind}”不能放在这一层")
            known.units[ref] = kind
            yield UnitInfo(ref, kind, name, parent)
            yield from _units(child, ref, kind, known)


def _people(fields: Fields, known: _Known) -> Iterator[PersonInfo]:
    for child in fields.children("people"):
        child.keys(("staff_no", "name", "role", "unit"), ("batch",))
        staff_no, name = child.text("staff_no", 20), child.text("name", 20)
        role, unit, batch = child.choice("role", Role), child.text("unit", 20), child.whole("batch", 1, BATCHES)
        if unit is not None and unit not in known.units:
            child.note(child.get("unit") or child.node, f"没有代号为“{unit}”的单位")
        elif unit is not None and role is not None and known.units[unit] not in PLACES[role]:
            child.note(child.get("unit") or child.node, f"角色“{role}”不能放在这类单位")
        if staff_no is not None and staff_no in known.staff_nos:
            child.note(child.node, f"工号“{staff_no}”重复")
        elif staff_no is not None and name is not None and role is not None and unit in known.units:
            known.staff_nos.add(staff_no)
            yield PersonInfo(staff_no, name, role, unit, batch)


def _sessions(fields: Fields, known: _Known) -> Iterator[SessionInfo]:
    for child in fields.children("sessions"):
        child.keys(("course", "batch"), ("in_days", "at", "hours", "venue", "lecturer", "bring"))
        code, batch = child.choice("course", Course), child.whole("batch", 1, BATCHES)
        when = [key for key in ("in_days", "at", "hours") if child.get(key) is not None]
        if len(when) in (1, 2):
            child.note(child.node, "“in_days”“at”“hours”要么都写，要么都不写（待定）")
        days, hours = child.whole("in_days", -MAX_DAYS, MAX_DAYS), child.number("hours", 24)
        at = _time(child)
        venue, lecturer, bring = child.text("venue", 40), child.text("lecturer", 20), child.text("bring", 80)
        if code is not None and code not in known.courses:
            child.note(child.get("course") or child.node, f"“courses”里没有课程“{code}”")
        elif code is not None and (code, batch) in known.sessions:
            child.note(child.node, f"课程“{code}”的第 {batch} 期重复")
        elif code is not None and batch is not None:
            known.sessions.add((code, batch))
            minutes = None if hours is None else round(hours * 60)
            yield SessionInfo(known.courses[code], batch, days, at, minutes, venue, lecturer, bring)


def _time(fields: Fields) -> time | None:
    node, text = fields.get("at"), fields.text("at", 5)
    if node is None or text is None:
        return None
    if not _CLOCK.fullmatch(text):
        fields.note(node, "“at”应是 24 小时制时刻，如 09:00")
        return None
    return time.fromisoformat(text)


def _phases(fields: Fields) -> Iterator[PhaseInfo]:
    ended = -MAX_DAYS - 1
    for number, child in enumerate(fields.children("phases"), start=1):
        child.keys(("title", "from_days", "to_days"))
        title = child.text("title", 30)
        first, last = (child.whole(key, -MAX_DAYS, MAX_DAYS) for key in ("from_days", "to_days"))
        if title is None or first is None or last is None:
            continue
        if not ended < first <= last:
            child.note(child.node, "阶段的日期应先后相接，不能重叠或倒过来")
        ended = last
        yield PhaseInfo(number, title, first, last)


def _tasks(fields: Fields, known: _Known) -> Iterator[TaskInfo]:
    codes = {task.code for task in load_campaign()[0].tasks}
    for child in fields.children("tasks"):
        child.keys(("code",), ("owner", "in_days", "state"))
        code, owner = child.text("code", 10), child.text("owner", 20)
        days, state = child.whole("in_days", -MAX_DAYS, MAX_DAYS), child.choice("state", TaskState)
        if owner is not None and owner not in known.staff_nos:
            child.note(child.get("owner") or child.node, f"没有工号为“{owner}”的人")
        if code is not None and code not in codes:
            child.note(child.get("code") or child.node, f"活动方案模板里没有编号“{code}”，或前面已写过")
        elif code is not None:
            codes.discard(code)
            yield TaskInfo(code, owner, days, state or TaskState.OPEN)
