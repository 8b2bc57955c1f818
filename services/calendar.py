"""The working calendar: the office's own days first, the published ones second, the week last, with a warning."""

from collections.abc import Mapping
from datetime import date, timedelta
from functools import cache

import structlog
from chinese_calendar import constants

from domain.calendar import Calendar
from storage import reminders
from storage.database import Connection

log = structlog.get_logger(__name__)

NEAR = timedelta(days=60)  # what is planned now reaches as far as that

_warned: set[int] = set()


async def working_days(tx: Connection, today: date | None = None) -> Calendar:
    """The calendar as it is known now. ``today``: warns once of each near year of which nothing is known."""
    own = await reminders.calendar_days(tx)
    for day in (today, today + NEAR) if today is not None else ():
        _warn_beyond(day.year, own)
    return Calendar({**_published(), **own})


@cache
def _published() -> Mapping[date, bool]:
    """Public holidays and the working weekends that pay for them, as the State Council's office announced them."""
    return {**dict.fromkeys(constants.holidays, False), **dict.fromkeys(constants.workdays, True)}


def _warn_beyond(year: int, own: Mapping[date, bool]) -> None:
    known = {day.year for day in _published()} | {day.year for day in own}
    if year not in known and year not in _warned:
        _warned.add(year)
        log.warning("没有这一年的节假日安排，暂按周一至周五上班；请导入工作日历 (no calendar for this year)", year=year)
