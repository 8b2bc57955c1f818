"""The campaign's phases. Dates may be unknown; a phase runs from its first to its last day, both included."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Phase:
    """One of the three phases. ``number`` counts from 1."""

    number: int
    title: str
    starts_on: date | None
    ends_on: date | None

    def runs_on(self, day: date) -> bool:
        """Whether ``day`` lies within the phase; never true while a date is unknown."""
        return self.starts_on is not None and self.ends_on is not None and self.starts_on <= day <= self.ends_on


def current_phase(phases: Iterable[Phase], day: date) -> Phase | None:
    """The phase in which ``day`` lies, or None before, between and after."""
    return next((phase for phase in phases if phase.runs_on(day)), None)
