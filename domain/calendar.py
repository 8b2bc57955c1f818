"""Working days, with holidays and the working weekends that pay for them (调休). Knows no source of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

SATURDAY = 5


@dataclass(frozen=True, slots=True)
class Calendar:
    """Days that are known to be working (True) or free; any other day is guessed: Monday to Friday works."""

    days: Mapping[date, bool]

    def is_working(self, day: date) -> bool:
        """Whether the office works on ``day``."""
        return self.days.get(day, day.weekday() < SATURDAY)

    def on_or_before(self, day: date) -> date:
        """``day``, or the last working day before it."""
        return self._walk(day, -1)

    def on_or_after(self, day: date) -> date:
        """``day``, or the first working day after it."""
        return self._walk(day, 1)

    def before(self, day: date, count: int) -> date:
        """The ``count``-th working day before ``day``."""
        for _ in range(count):
            day = self.on_or_before(day - timedelta(days=1))
        return day

    def first_of_week(self, day: date) -> date:
        """The first working day of the week (Monday to Sunday) in which ``day`` lies; Monday if none is."""
        monday = day - timedelta(days=day.weekday())
        week = (monday + timedelta(days=n) for n in range(7))
        return next((one for one in week if self.is_working(one)), monday)

    def _walk(self, day: date, step: int) -> date:
        # A month without a working day is a broken calendar, not a holiday: go by the week then.
        for n in range(31):
            if self.is_working(day + timedelta(days=n * step)):
                return day + timedelta(days=n * step)
        return day
