"""What the first screen shows: the next session, the running phase, and practice that waits."""

from dataclasses import dataclass

from domain.people import Person
from domain.plan import Phase
from domain.practice import Run
from domain.training import Session


@dataclass(frozen=True, slots=True)
class Home:
    """A person's first screen. ``days_left`` counts from today to the phase's last day, today excluded."""

    person: Person
    session: Session | None
    phase: Phase | None
    days_left: int | None
    open_run: Run | None
