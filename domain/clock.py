"""The one place that reads the real clock, and the conversions between stored and shown time.

Stored times are milliseconds since the epoch, UTC; people see the office's time zone.
"""

import time
from datetime import UTC, date, datetime, tzinfo

MINUTE = 60_000
HOUR = 60 * MINUTE
DAY = 24 * HOUR


def now() -> int:
    """The present moment in milliseconds UTC. Only the composition root passes this function on."""
    return time.time_ns() // 1_000_000


def local(moment: int, tz: tzinfo) -> datetime:
    """``moment`` (ms UTC) as an aware datetime in ``tz``."""
    return datetime.fromtimestamp(moment / 1000, UTC).astimezone(tz)


def local_date(moment: int, tz: tzinfo) -> date:
    """The calendar day on which ``moment`` (ms UTC) falls in ``tz``."""
    return local(moment, tz).date()


def millis(moment: datetime) -> int:
    """An aware datetime as ms UTC. A naive one is a bug and raises ValueError."""
    if moment.tzinfo is None:
        raise ValueError("a naive datetime has no place on the time line")
    return round(moment.timestamp() * 1000)


def midnight(moment: int, tz: tzinfo) -> int:
    """The beginning of that day in ``tz``, ms UTC."""
    return millis(local(moment, tz).replace(hour=0, minute=0, second=0, microsecond=0))
