"""What will happen and when: planned occurrences of a subject's dates, and what becomes of one that comes late.

A subject (a session, a phase, a task, a notice with a time, the weekly digest) has one schedule; its dates make
occurrences. Knows no storage; which slots a subject has is in ``domain.reminders``.
"""

from dataclasses import dataclass
from datetime import date

from domain.clock import MINUTE

NOT_LATE = 5 * MINUTE  # a tick comes every 15 s; beyond this a message says that it is late


@dataclass(frozen=True, slots=True)
class Planned:
    """One thing that will happen. ``local_date`` is the day it is about, not the day of the reminder.

    ``due_at`` and ``late_until`` are ms UTC: later than ``late_until`` it is missed. With the schedule, ``local_date``
    and ``slot`` are its identity, so the same reminder of the same day exists once, however often dates are moved.
    """

    local_date: date
    slot: str
    due_at: int
    late_until: int


@dataclass(frozen=True, slots=True)
class Occurrence:
    """A planned thing that is due: of which subject, about which day, which of its slots, and when it was due."""

    kind: str
    subject_id: int
    local_date: date
    slot: str
    due_at: int
    late_until: int

    def missed(self, now: int) -> bool:
        """Whether it is too late to be of use at ``now`` (ms UTC)."""
        return now > self.late_until
