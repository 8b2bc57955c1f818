"""Which reminders a date makes: the slots of sessions, phases, tasks and the weekly digest, and how late each may come.

Working days count for what is done at a desk; a session is where it is. Knows no storage and no audience.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo

from domain.calendar import Calendar
from domain.clock import DAY, HOUR, MINUTE, local_date, millis
from domain.errors import DomainError
from domain.people import LEADERS
from domain.plan import Phase, Task
from domain.schedules import Planned
from domain.training import Session

MORNING = time(9)
PHASE_MORNING = time(8, 30)
EVENING = time(18)
NOON = time(12)
SOON = 2 * HOUR  # before a session
TASK_DAYS = 3  # working days before a task is due
ROLL_CALL = "rollcall"
HONOUR_ROLL = "honour"


def session_slots(session: Session, tz: tzinfo) -> tuple[Planned, ...]:
    """``week`` (7 days before, 09:00), ``eve`` (the day before, 18:00), ``soon`` (2 hours before), ``rollcall``.

    The last comes at the start, for the organiser if there is one; the others never after it. A session without a date
    has none.
    """
    if session.starts_at is None or session.ends_at is None or session.cancelled_at is not None:
        return ()
    day, start = local_date(session.starts_at, tz), session.starts_at
    evening = _at(day - timedelta(days=1), EVENING, tz)
    return (
        Planned(day, "week", _at(day - timedelta(days=7), MORNING, tz), _at(day - timedelta(days=2), EVENING, tz)),
        Planned(day, "eve", evening, max(evening, start - SOON - MINUTE)),
        Planned(day, "soon", start - SOON, start - 10 * MINUTE),
        *((Planned(day, ROLL_CALL, start, session.ends_at),) if session.organiser_id is not None else ()),
    )


def phase_slots(phase: Phase, tz: tzinfo, calendar: Calendar) -> tuple[Planned, ...]:
    """``start`` (first day, 08:30; that day and the next), ``week`` and ``eve`` of its last day, on working days."""
    return tuple(_phase(phase, tz, calendar))


def _phase(phase: Phase, tz: tzinfo, calendar: Calendar) -> Iterator[Planned]:
    first, last = phase.starts_on, phase.ends_on
    if first is not None:
        yield Planned(first, "start", _at(first, PHASE_MORNING, tz), _at(first + timedelta(days=2), time(), tz))
    if last is None:
        return
    week, eve = (calendar.on_or_before(last - timedelta(days=days)) for days in (7, 1))
    # Behind a long holiday both are the same day: then once.
    for slot, told in (("week", week), ("eve", eve)) if week < eve else (("eve", eve),):
        if first is None or told > first:
            yield Planned(last, slot, _at(told, MORNING, tz), _at(told, MORNING, tz) + DAY)


def task_slots(due_on: date | None, done: bool, tz: tzinfo, calendar: Calendar) -> tuple[Planned, ...]:
    """``soon`` (three working days before, 09:00), ``due`` (the day itself), ``overdue`` (the working day after)."""
    if due_on is None or done:
        return ()
    soon, after = calendar.before(due_on, TASK_DAYS), calendar.on_or_after(due_on + timedelta(days=1))
    return (
        Planned(due_on, "soon", _at(soon, MORNING, tz), _at(due_on, MORNING, tz) - MINUTE),
        Planned(due_on, "due", _at(due_on, MORNING, tz), _at(due_on + timedelta(days=1), time(), tz)),
        Planned(due_on, "overdue", _at(after, MORNING, tz), _at(after, MORNING, tz) + 7 * DAY),
    )


def weekly(day: date, calendar: Calendar, tz: tzinfo) -> Planned:
    """The leaders' digest of the week in which ``day`` lies: its first working day, 09:00; good until the next noon."""
    told = calendar.first_of_week(day)
    monday = day - timedelta(days=day.weekday())
    return Planned(monday, "weekly", _at(told, MORNING, tz), _at(told, MORNING, tz) + DAY + 3 * HOUR)


def honour_roll(day: date, calendar: Calendar, tz: tzinfo) -> Planned:
    """The past week's honour roll, in the week of ``day``: its first working day, noon; good for three days."""
    told = calendar.first_of_week(day)
    monday = day - timedelta(days=day.weekday())
    return Planned(monday, HONOUR_ROLL, _at(told, NOON, tz), _at(told, NOON, tz) + 3 * DAY)


def _at(day: date, clock: time, tz: tzinfo) -> int:
    return millis(datetime.combine(day, clock, tz))


# what reminders show ---------------------------------------------------------------------------------------------

MUTABLE = ("session", "phase", "task", "notice_nudge", "honour", "digest")  # outbox kinds that a person may switch off
SNOOZABLE = frozenset({"session", "phase", "task"})  # a notice is confirmed with the same one tap
SNOOZE = HOUR
LEADERS_OF_PHASE = LEADERS  # who is told that one ends: they have to close it
SNOOZES = 2  # how often one reminder may be put off
LATER = ":later"  # what a put-off message's key ends in, once for each time


class TooLate(DomainError):
    """There is no time left to put the reminder off: what it is about would be over."""

    key = "reminders.too_late"


class OftenEnough(DomainError):
    """The reminder was put off as often as it may be."""

    key = "reminders.often_enough"


def again(key: str) -> str:
    """The dedupe key of what comes when the message with ``key`` is put off: always the same, so it comes once."""
    return key + LATER


def snoozes(key: str) -> int:
    """How often the message with this dedupe key was put off already."""
    return key.count(LATER)


@dataclass(frozen=True, slots=True)
class PuttingOff:
    """Whether a reminder may be put off, and when it comes again if it was (ms UTC)."""

    allowed: bool
    again_at: int | None = None


@dataclass(frozen=True, slots=True)
class SessionReminder:
    """A session that comes."""

    session: Session
    putting_off: PuttingOff


@dataclass(frozen=True, slots=True)
class PhaseReminder:
    """A phase that starts or ends. ``tasks``: how many of the reader's own are open in it."""

    phase: Phase
    slot: str
    tasks: int
    putting_off: PuttingOff


@dataclass(frozen=True, slots=True)
class TaskReminder:
    """A task of the reader's own."""

    task: Task
    putting_off: PuttingOff


@dataclass(frozen=True, slots=True)
class OpenTask:
    """An overdue task and its owner's name, if it has one."""

    task: Task
    owner: str | None


@dataclass(frozen=True, slots=True)
class Unheard:
    """A notice that some have not confirmed: how it begins, and their names."""

    title: str
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Digest:
    """What is open in a leader's own part in the week of ``today``.

    ``swaps``, ``deeds``, ``scores``, ``awards``: what waits for this leader, with what was left unanswered on the level
    below. What is nobody's part (tasks without an owner, what owners ask, sessions that lack something, people without
    a batch, reported questions) is the office's.
    """

    today: date
    overdue: tuple[OpenTask, ...] = ()
    unheard: tuple[Unheard, ...] = ()
    swaps: int = 0
    ownerless: int = 0
    asks: int = 0
    incomplete: tuple[Session, ...] = ()
    unbatched: int = 0
    reports: int = 0
    deeds: int = 0
    scores: int = 0
    awards: int = 0

    @property
    def nothing(self) -> bool:
        """Whether there is nothing to tell."""
        return self == Digest(self.today)


@dataclass(frozen=True, slots=True)
class Missed:
    """Something that could not be told in time: which kind, of which day, and what it was about, if it still exists."""

    kind: str
    day: date
    due_at: int
    title: str | None
