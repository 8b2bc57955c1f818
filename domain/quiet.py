"""When people are left in peace: quiet hours, the sleep after a night shift, and the end of a shift.

Pure rules on moments in ms UTC; who has which pattern is for storage, what waits is for the outbox.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from enum import StrEnum

from domain.clock import local, millis

SLEEP_UNTIL = time(14)  # after a night shift
DAY_ENDS, NIGHT_ENDS = time(20), time(8)
OFFICE_ENDS, MORNING = time(18), time(8)  # for people without a pattern, or on a day off


class Shift(StrEnum):
    """What a team does on a day: 白班 08–20, 夜班 20–08 of the next day, 休."""

    DAY = "D"
    NIGHT = "N"
    REST = "R"


@dataclass(frozen=True, slots=True)
class Quiet:
    """Quiet hours by the office's clock, from ``from_`` to ``to``, usually across midnight. The same twice: none."""

    from_: time
    to: time


@dataclass(frozen=True, slots=True)
class Pattern:
    """How a team's shifts go round: one letter a day from ``first_day`` on, again and again in both directions."""

    first_day: date
    cycle: str

    def on(self, day: date) -> Shift:
        """The shift that begins on ``day``."""
        return Shift(self.cycle[(day - self.first_day).days % len(self.cycle)])


_LETTERS = {"白": "D", "日": "D", "夜": "N", "晚": "N", "休": "R", "下": "R", "D": "D", "N": "N", "R": "R"}
CYCLE_LIMIT = 28


def parse_cycle(text: str) -> str | None:
    """A cycle as people type it (白白夜夜休休), one letter a day; None when it is none, or longer than four weeks.

    >>> parse_cycle("白 白 夜 休")
    'DDNR'
    """
    letters = [_LETTERS.get(char) for char in text.upper() if not char.isspace() and char not in "，,、-"]
    cycle = "".join(letter for letter in letters if letter is not None)
    return cycle if None not in letters and 1 <= len(cycle) <= CYCLE_LIMIT else None


def opens_at(at: int, quiet: Quiet, pattern: Pattern | None, tz: tzinfo) -> int:
    """``at`` itself, or the end of the quiet time into which it falls (ms UTC)."""
    while (later := _end_of_quiet(at, quiet, pattern, tz)) > at:
        at = later
    return at


def _end_of_quiet(at: int, quiet: Quiet, pattern: Pattern | None, tz: tzinfo) -> int:
    moment = local(at, tz)
    day, clock = moment.date(), moment.time()
    if quiet.from_ < quiet.to and quiet.from_ <= clock < quiet.to:
        return _at(day, quiet.to, tz)
    if quiet.from_ > quiet.to and clock >= quiet.from_:
        return _at(day + timedelta(days=1), quiet.to, tz)
    if quiet.from_ > quiet.to and clock < quiet.to:
        return _at(day, quiet.to, tz)
    if pattern is not None and pattern.on(day - timedelta(days=1)) is Shift.NIGHT and clock < SLEEP_UNTIL:
        return _at(day, SLEEP_UNTIL, tz)
    return at


def after_shift(now: int, quiet: Quiet, pattern: Pattern | None, tz: tzinfo) -> int:
    """When today's shift is over and the person may be disturbed (ms UTC); on a free day as for the office.

    After a night that is after the sleep: what is said here has to be what the sender will do.
    """
    return opens_at(_shift_ends(now, pattern, tz), quiet, pattern, tz)


def _shift_ends(now: int, pattern: Pattern | None, tz: tzinfo) -> int:
    """The end of the shift that runs, or is still to begin today; without one 18:00, or the next morning."""
    today = local(now, tz).date()
    days = (today - timedelta(days=1), today) if pattern else ()
    ends = [_ends_on(pattern, day, tz) for day in days if pattern]
    office = (_at(today, OFFICE_ENDS, tz), _at(today + timedelta(days=1), MORNING, tz))
    return next(end for end in (*ends, *office) if end is not None and end > now)


def _ends_on(pattern: Pattern, day: date, tz: tzinfo) -> int | None:
    shift = pattern.on(day)
    if shift is Shift.REST:
        return None
    return _at(day, DAY_ENDS, tz) if shift is Shift.DAY else _at(day + timedelta(days=1), NIGHT_ENDS, tz)


def _at(day: date, clock: time, tz: tzinfo) -> int:
    return millis(datetime.combine(day, clock, tz))
