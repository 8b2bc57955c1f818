"""Training: courses, lecturers, batches and sessions, and which session comes next for whom.

A date, time, venue or lecturer may be unknown: it is None here and 待定 on the screen, and nothing is scheduled for it.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from domain.errors import NotYours
from domain.people import Person, Role
from domain.questions import Course


@dataclass(frozen=True, slots=True)
class CourseInfo:
    """One course of the plan. ``half_days`` is its length: 2 for a day, 1 for half a day."""

    code: Course
    title: str
    half_days: int


@dataclass(frozen=True, slots=True)
class Session:
    """One course taught to one batch. Times are ms UTC; ``uid`` and ``sequence`` are for calendars (RFC 5545).

    ``organiser_id``: who calls the roll; None: the office does.
    """

    id: int
    uid: str
    course: CourseInfo
    batch: int
    starts_at: int | None
    ends_at: int | None
    venue: str | None
    lecturer: str | None
    bring: str | None
    sequence: int
    cancelled_at: int | None
    updated_at: int
    organiser_id: int | None = None

    def over(self, now: int) -> bool:
        """Whether the session has ended by ``now``; an unknown date is never over."""
        return self.ends_at is not None and self.ends_at <= now


def concerns(session: Session, person: Person) -> bool:
    """Whether a person may see the session: the own batch for staff, every session for the office and the bureau.

    Heads and leaders see both batches, because their people are in both.
    """
    return person.role is not Role.COLLECTOR or session.batch == person.batch


def require_concern(session: Session, person: Person) -> None:
    """Raise NotYours unless the session concerns the person."""
    if not concerns(session, person):
        raise NotYours


def in_order(sessions: Iterable[Session], now: int) -> tuple[Session, ...]:
    """Next first: coming sessions by time, then undated ones in the plan's order, then past ones, latest first."""
    listed = list(sessions)
    coming = sorted(
        (s for s in listed if s.starts_at is not None and not s.over(now)), key=lambda s: (s.starts_at, s.id)
    )
    undated = sorted(
        (s for s in listed if s.starts_at is None), key=lambda s: (list(Course).index(s.course.code), s.id)
    )
    past = sorted((s for s in listed if s.starts_at is not None and s.over(now)), key=lambda s: -(s.starts_at or 0))
    return (*coming, *undated, *past)
