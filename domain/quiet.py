"""When people are left in peace: quiet hours, the sleep after a night shift, and the end of a shift.

Pure rules on moments in ms UTC; who has which pattern is for storage, what waits is for the outbox.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from enum import StrEnum

from domain.clock import local, millis

SLEEP_UNTIL = time(14)  # after a night shift
DAY_ENDS, NIGHT_ENDS = time(20), time(8)
OFFICE_ENDS = time(18)  # for people without a pattern


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
    """When the present or next shift is over, never inside quiet hours (ms UTC).

    Whoever asks for it wants it right after the shift, also before the sleep that follows a night.
    """
    ends = _shift_ends(now, pattern, tz)
    return opens_at(ends, quiet, None, tz)


def _shift_ends(now: int, pattern: Pattern | None, tz: tzinfo) -> int:
    today = local(now, tz).date()
    if pattern is None:
        end = _at(today, OFFICE_ENDS, tz)
        return end if end > now else _at(today + timedelta(days=1), time(), tz)
    ends = (_ends_on(pattern, today + timedelta(days=n), tz) for n in range(-1, len(pattern.cycle) + 1))
    return next((end for end in ends if end is not None and end > now), _at(today, OFFICE_ENDS, tz))


def _ends_on(pattern: Pattern, day: date, tz: tzinfo) -> int | None:
    match pattern.on(day):
        case Shift.DAY:
            return _at(day, DAY_ENDS, tz)
        case Shift.NIGHT:
            return _at(day + timedelta(days=1), NIGHT_ENDS, tz)
        case Shift.REST:
            return None


def _at(day: date, clock: time, tz: tzinfo) -> int:
    return millis(datetime.combine(day, clock, tz))
