"""Calendar files (RFC 5545): what is common to every one. What an event says is its area's."""

from collections.abc import Iterable
from datetime import date, tzinfo
from functools import cache

from icalendar import Calendar, Event, Timezone


def calendar_file(area: str, events: Iterable[Event], tz: tzinfo | None = None, *, method: str = "PUBLISH") -> bytes:
    """The events as a file that a phone's calendar takes in. ``tz``: whose zone timed events name; None without any.

    ``method``: PUBLISH, or CANCEL for events that are taken out of a calendar (RFC 5546).
    """
    calendar = Calendar()
    calendar.add("prodid", f"-//Tollmate//{area}//ZH")
    calendar.add("version", "2.0")
    calendar.add("method", method)
    if tz is not None:
        calendar.add_component(timezone(tz))
    for event in events:
        calendar.add_component(event)
    return bytes(calendar.to_ical())


@cache
def timezone(tz: tzinfo) -> Timezone:
    """The VTIMEZONE of ``tz``: slow to make, always the same. Nothing we date is older than its first day."""
    return Timezone.from_tzinfo(tz, first_date=date(2020, 1, 1))
