"""What the first screen shows: the next session, the running phase, own tasks, notices and practice that waits."""

from dataclasses import dataclass

from domain.people import Person
from domain.plan import Phase
from domain.practice import Run
from domain.training import Session


@dataclass(frozen=True, slots=True)
class Home:
    """A person's first screen. ``days_left`` counts from today to the phase's last day, today excluded.

    ``tasks``: how many of the campaign's tasks are the person's own to do, ``overdue`` how many of these are.
    ``notices``: how many wait for the person's confirmation, ``deeds``, ``scores``
    and ``awards`` for their signature.
    """

    person: Person
    session: Session | None
    phase: Phase | None
    days_left: int | None
    open_run: Run | None
    tasks: int = 0
    overdue: int = 0
    notices: int = 0
    deeds: int = 0
    scores: int = 0
    awards: int = 0
