"""Working days, with holidays and the working weekends that pay for them (调休). Knows no source of them."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from domain.errors import DomainError

SATURDAY = 5
_DATE = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:T00:00:00)?$")


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


class BadDays(DomainError):
    """A table of working days has faults: each a row number and a text key; nothing was taken over."""

    key = "reminders.calendar_refused"

    def __init__(self, faults: tuple[tuple[int, str], ...]) -> None:
        self.faults = faults
        super().__init__()


_WORKING = {
    **dict.fromkeys(("上班", "工作日", "补班", "補班", "working"), True),
    **dict.fromkeys(("休息", "放假", "节假日", "節假日", "free"), False),
}
_HEADINGS = ("日期", "date")
NAME_LIMIT = 20


def parse_days(rows: Iterable[tuple[int, tuple[str, ...]]]) -> dict[date, tuple[bool, str]]:
    """Days from a table's rows: working or free, and why. A heading is passed over.

    A row is its number and its cells: 日期, 上班 or 休息, 名称. Raises BadDays with every fault.
    """
    days: dict[date, tuple[bool, str]] = {}
    faults: list[tuple[int, str]] = []
    for number, cells in rows:
        first, second, third = (*cells, "", "", "")[:3]
        if first.lower() in _HEADINGS:
            continue
        found, working = _day(first), _WORKING.get(second.lower())
        if found is None:
            faults.append((number, "reminders.fault.day"))
        if working is None:
            faults.append((number, "reminders.fault.working"))
        if len(third) > NAME_LIMIT:
            faults.append((number, "reminders.fault.name"))
        if found in days:
            faults.append((number, "reminders.fault.twice"))
        if found is not None and working is not None:
            days[found] = (working, third)
    if not days and not faults:
        faults.append((1, "reminders.fault.empty"))
    if faults:
        raise BadDays(tuple(faults))
    return days


def _day(text: str) -> date | None:
    match = _DATE.match(text)
    if match is None:
        return None
    try:
        return date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError:
        return None
