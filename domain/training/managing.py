"""Changing sessions, telling those whom it concerns, calling the roll, and making up for what was missed."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo
from enum import StrEnum

from domain.clock import HOUR, MINUTE, local, millis
from domain.dates import BadMoment, parse_moment
from domain.errors import DomainError
from domain.people import Person, Role
from domain.training.sessions import CourseInfo, Session

SETTLING = MINUTE  # changes within it are told as one
ROLL_OPENS = 30 * MINUTE  # before the start
TEXT_LIMIT = 80
DAY_LONG, HALF_DAY = 7 * HOUR, 3 * HOUR


class Part(StrEnum):
    """What of a session can be changed from the chat."""

    TIME = "time"
    VENUE = "venue"
    LECTURER = "lecturer"
    BRING = "bring"
    ORGANISER = "organiser"


class Mark(StrEnum):
    """What a roll call says of a person."""

    PRESENT = "present"
    LATE = "late"
    LEAVE = "leave"
    ABSENT = "absent"


EXCEPTIONS = (Mark.LATE, Mark.LEAVE, Mark.ABSENT)
MISSED = frozenset({Mark.LEAVE, Mark.ABSENT})


class TextTooLong(DomainError):
    """A venue, a lecturer or a bring-list beyond ``limit`` characters."""

    key = "training.text_too_long"


class EndsBefore(DomainError):
    """A session would end before it begins."""

    key = "training.ends_before"


class Overlap(DomainError):
    """People would have to be in two places: the first one's ``name``, their ``count``, the other ``course`` and when.

    ``when`` is as it can be typed: ``11-30 14:00``.
    """

    key = "training.overlap"


class OwnOverlap(Overlap):
    """The same of a single person."""

    key = "training.own_overlap"


class Unchanged(DomainError):
    """The new value is the old one."""

    key = "training.unchanged"


class NobodyOfName(DomainError):
    """No present person has this name or staff number."""

    key = "training.nobody_of_name"


class SeveralOfName(DomainError):
    """More than one person has this name: the staff number decides."""

    key = "training.several_of_name"


class NothingComes(DomainError):
    """No other session of the course has a date yet."""

    key = "training.nothing_comes"


class WasHeld(DomainError):
    """The session's roll was called: nothing of it can be changed any more."""

    key = "training.was_held"


class TooEarly(DomainError):
    """The roll is called from half an hour before the start on."""

    key = "training.too_early"


class NoDate(DomainError):
    """The session has no date yet, or was cancelled."""

    key = "training.no_date"


@dataclass(frozen=True, slots=True)
class SessionChange:
    """What people knew of a session before a change, and when they are told (ms UTC)."""

    id: int
    session_id: int
    starts_at: int | None
    ends_at: int | None
    venue: str | None
    lecturer: str | None
    bring: str | None
    made_by: int
    tell_at: int


@dataclass(frozen=True, slots=True)
class Makeup:
    """Somebody who missed a session; ``offered_id`` is the one offered instead, None while there is none.

    ``state``: waiting, offered, accepted, declined.
    """

    id: int
    missed_id: int
    person_id: int
    offered_id: int | None
    state: str


@dataclass(frozen=True, slots=True)
class RollCall:
    """The list of a roll call. ``confirmed_at``: ms UTC; None: marks are only noted. ``page`` counts from 0."""

    session: Session
    people: tuple[Person, ...]
    marks: dict[int, Mark]
    confirmed_at: int | None
    page: int

    def of(self, mark: Mark) -> tuple[Person, ...]:
        """The people with this mark."""
        return tuple(one for one in self.people if self.marks.get(one.id) is mark)

    @property
    def unmarked(self) -> int:
        """How many will be recorded as present."""
        return sum(one.id not in self.marks for one in self.people)


@dataclass(frozen=True, slots=True)
class Preview:
    """A change before it is made: ``before`` and ``after``, how many are told of it, and the form that holds it.

    ``organiser``: the new one, when that is what changes.
    """

    draft_id: int
    part: Part
    before: Session
    after: Session
    told: int
    organiser: Person | None = None


@dataclass(frozen=True, slots=True)
class Changed:
    """A session after a change, and how many are told of it."""

    session: Session
    told: int


@dataclass(frozen=True, slots=True)
class ChangeLetter:
    """A session as it is now, what people knew of it, and what is different."""

    session: Session
    old: SessionChange
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Unplaced:
    """Somebody who has to make a session up and has no other one: none is dated, or they declined."""

    makeup: Makeup
    person: Person
    missed: Session


@dataclass(frozen=True, slots=True)
class MakeupLetter:
    """An offer, what was missed, and what is offered."""

    makeup: Makeup
    missed: Session
    offered: Session


def may_manage(person: Person) -> bool:
    """Whether the person may change sessions."""
    return person.role is Role.OFFICE


def may_call_roll(person: Person, session: Session) -> bool:
    """Whether the person may call the roll: the organiser, and the office."""
    return person.role is Role.OFFICE or person.id == session.organiser_id


def default_length(course: CourseInfo) -> int:
    """How long a session of the course takes, ms: seven hours with lunch for a day, three for half a day."""
    days, half = divmod(course.half_days, 2)
    return DAY_LONG if days and not half else HALF_DAY if not days else DAY_LONG + HALF_DAY


_WITH_END = re.compile(r"(.*[:：点點时時]\s*\d{0,2}\S*?)\s*(?:[-–—~～到至])\s*(\d{1,2})[:：](\d{2})\s*$")


def parse_time(text: str, session: Session, now: int, tz: tzinfo) -> tuple[int, int]:
    """Start and end (ms UTC) as typed: ``11-30 9:00`` or ``11-30 9:00-16:30``; without an end the length stays.

    Raises BadMoment, PastMoment, FarDay, EndsBefore.
    """
    match = _WITH_END.match(text)
    starts = parse_moment(match[1] if match else text, now, tz)
    if match is None:
        return starts, starts + _length(session)
    hour, minute = int(match[2]), int(match[3])
    if hour > 23 or minute > 59:
        raise BadMoment
    begins = local(starts, tz)
    ends = millis(datetime(begins.year, begins.month, begins.day, hour, minute, tzinfo=tz))
    if ends <= starts:
        raise EndsBefore
    return starts, ends


def _length(session: Session) -> int:
    if session.starts_at is not None and session.ends_at is not None:
        return session.ends_at - session.starts_at
    return default_length(session.course)


def checked_text(text: str) -> str:
    """A venue, lecturer or bring-list in one line. Raises TextTooLong, Unchanged when it is empty."""
    line = " ".join(text.split())
    if not line:
        raise Unchanged
    if len(line) > TEXT_LIMIT:
        raise TextTooLong(limit=TEXT_LIMIT)
    return line


def undecided(text: str) -> bool:
    """Whether somebody typed that a value is not decided."""
    return text.strip().lower() in {"待定", "未定", "tbd"}


def as_known(session: Session, change: SessionChange) -> Session:
    """The session as people knew it before a change."""
    return replace(
        session,
        starts_at=change.starts_at,
        ends_at=change.ends_at,
        venue=change.venue,
        lecturer=change.lecturer,
        bring=change.bring,
    )


def find_person(text: str, people: Iterable[Person]) -> Person:
    """The person whose staff number or whole name ``text`` is. Raises NobodyOfName, SeveralOfName."""
    wanted = text.strip()
    listed = list(people)
    found = [one for one in listed if one.staff_no == wanted] or [one for one in listed if one.name == wanted]
    if not found:
        raise NobodyOfName
    if len(found) > 1:
        raise SeveralOfName
    return found[0]


def changed(session: Session, part: Part, value: object) -> Session:
    """The session with another value of one part; TIME takes (start, end). Raises Unchanged."""
    if part is Part.TIME:
        assert isinstance(value, tuple)
        after = replace(session, starts_at=value[0], ends_at=value[1])
    elif part is Part.ORGANISER:
        after = replace(session, organiser_id=value)  # type: ignore[arg-type]
    else:
        after = replace(session, **{part.value: value})  # type: ignore[arg-type]
    if after == session:
        raise Unchanged
    return after


def told(old: SessionChange, now: Session) -> tuple[Part, ...]:
    """Which parts are different from what people knew; () when everything is back where it was."""
    pairs = (
        (Part.TIME, (old.starts_at, old.ends_at), (now.starts_at, now.ends_at)),
        (Part.VENUE, old.venue, now.venue),
        (Part.LECTURER, old.lecturer, now.lecturer),
        (Part.BRING, old.bring, now.bring),
    )
    return tuple(part for part, before, after in pairs if before != after)


def overlaps(one: Session, other: Session) -> bool:
    """Whether two dated, uncancelled sessions share a moment."""
    if one.id == other.id or one.cancelled_at is not None or other.cancelled_at is not None:
        return False
    if one.starts_at is None or one.ends_at is None or other.starts_at is None or other.ends_at is None:
        return False
    return one.starts_at < other.ends_at and other.starts_at < one.ends_at


def overlap(name: str, count: int, other: Session, tz: tzinfo) -> Overlap:
    """The refusal that names what people have at that time."""
    at = local(other.starts_at or 0, tz)
    kind = Overlap if count > 1 else OwnOverlap
    return kind(name=name, count=count, course=other.course.title, when=f"{at.month}-{at.day} {at:%H:%M}")


def require_open_roll(session: Session, now: int) -> None:
    """Raise NoDate or TooEarly unless the roll may be called at ``now`` (ms UTC)."""
    if session.starts_at is None or session.cancelled_at is not None:
        raise NoDate
    if now < session.starts_at - ROLL_OPENS:
        raise TooEarly


def elsewhere(missed: Session, sessions: Sequence[Session], now: int) -> Session | None:
    """The first coming session of the same course, for somebody who missed one; None while none is dated."""
    coming = [
        s
        for s in sessions
        if s.id != missed.id
        and s.course.code is missed.course.code
        and s.cancelled_at is None
        and s.starts_at is not None
        and s.starts_at > now
    ]
    return min(coming, key=lambda s: (s.starts_at, s.id), default=None)
