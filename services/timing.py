"""When a message reaches people: quiet hours and shift patterns, for the sender and for previews."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import time, tzinfo

from domain.people import Person
from domain.quiet import Quiet, opens_at
from storage import reminders
from storage.database import Connection


@dataclass(frozen=True, slots=True)
class Timing:
    """The office's clock and its quiet hours (the same time twice: none)."""

    tz: tzinfo
    quiet_from: time
    quiet_to: time

    @property
    def quiet(self) -> Quiet:
        """The quiet hours as a rule."""
        return Quiet(self.quiet_from, self.quiet_to)


async def opening(tx: Connection, people: Iterable[Person], at: int, timing: Timing) -> dict[int, int]:
    """From when on each person may be disturbed, at ``at`` or after it (ms UTC), by person id."""
    patterns = await reminders.patterns(tx)
    return {one.id: opens_at(at, timing.quiet, patterns.get(one.unit.id), timing.tz) for one in people}


async def arrival(tx: Connection, person: Person, at: int, urgent: bool, timing: Timing) -> int:
    """When a message due at ``at`` (ms UTC) really reaches the person."""
    return at if urgent else (await opening(tx, [person], at, timing))[person.id]
