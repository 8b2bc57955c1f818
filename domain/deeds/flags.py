"""When the time of a deed asks for a closer look; it refuses nothing: people swap shifts, and help on the way home."""

from datetime import date, datetime, time, timedelta, tzinfo

from domain.clock import HOUR, local, millis
from domain.deeds.deed import OLD, Deed
from domain.quiet import DAY_ENDS, NIGHT_ENDS, Pattern, Shift

MARGIN = 2 * HOUR  # before and after a shift that still belong to it


def odd_time(deed: Deed, pattern: Pattern | None, now: int, tz: tzinfo) -> bool:
    """Whether it was logged more than a week after, or happened while the author's team was off.

    ``pattern``: the team's shifts, if they are known; ``now``: ms UTC, for a deed that is not submitted yet.
    """
    if (deed.submitted_at or now) - deed.happened_at > OLD:
        return True
    return deed.exact and pattern is not None and not _on_shift(deed.happened_at, pattern, tz)


def _on_shift(at: int, pattern: Pattern, tz: tzinfo) -> bool:
    """Whether a shift that began on the day or the day before was under way."""
    today = local(at, tz).date()
    for day in (today - timedelta(days=1), today):
        shift = pattern.on(day)
        if shift is Shift.REST:
            continue
        begins, ends = (NIGHT_ENDS, DAY_ENDS) if shift is Shift.DAY else (DAY_ENDS, NIGHT_ENDS)
        last = day if shift is Shift.DAY else day + timedelta(days=1)
        if _at(day, begins, tz) - MARGIN <= at < _at(last, ends, tz) + MARGIN:
            return True
    return False


def _at(day: date, clock: time, tz: tzinfo) -> int:
    return millis(datetime.combine(day, clock, tz))
