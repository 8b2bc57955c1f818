"""The monthly close: which unit's books an entry stands in, in which month it counts, and what a close takes.

A closed month never changes: what comes late counts in the next one. Months are ``YYYY-MM``, which sort as text.
"""

import json
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from domain.errors import DomainError, NotForRole, NotYours
from domain.people import Person, Role, Unit, UnitKind
from domain.scores.ledger import UNDECIDED, Entry, EntryState

CLOSERS = frozenset({Role.STATION_HEAD, Role.OFFICE})
CLOSING = frozenset({UnitKind.TOLL_OFFICE, UnitKind.STATION, UnitKind.BRANCH})  # kinds of units that keep books
OFFERED = 6  # months that are offered for a close at most


class MonthRuns(DomainError):
    """A month is closed when it is over."""

    key = "scores.month_runs"


class ClosedAlready(DomainError):
    """This month is behind one that was closed. ``last``: the month that was closed last."""

    key = "scores.closed_already"


@dataclass(frozen=True, slots=True)
class Close:
    """A closed month of a unit. ``closed_at``: ms UTC."""

    id: int
    unit: Unit
    month: str
    closed_by: int
    name: str
    closed_at: int


def month_of(day: date) -> str:
    """The month of a day.

    >>> month_of(date(2026, 3, 9))
    '2026-03'
    """
    return f"{day:%Y-%m}"


def next_month(month: str) -> str:
    """The month after.

    >>> next_month("2026-12")
    '2027-01'
    """
    return month_of(_first(month) + timedelta(days=31))


def first_and_last(month: str) -> tuple[date, date]:
    """The first and the last day of a month."""
    return _first(month), _first(next_month(month)) - timedelta(days=1)


def _first(month: str) -> date:
    return date.fromisoformat(f"{month}-01")


def is_month(text: str) -> bool:
    """Whether a text from outside is a month."""
    try:
        return month_of(_first(text)) == text
    except ValueError:
        return False


def closing_unit(unit: Unit) -> int:
    """The id of the unit whose books hold what concerns ``unit``: of a team the station or branch point above it."""
    return unit.parent_id if unit.kind is UnitKind.TEAM and unit.parent_id is not None else unit.id


def booked_month(entry: Entry, closed: Mapping[int, str]) -> str:
    """The month in which an entry counts. ``closed``: the last closed month by id of the closing unit."""
    if entry.closed is not None:
        return entry.closed
    last = closed.get(closing_unit(entry.unit))
    happened = month_of(entry.happened_on)
    return max(happened, next_month(last)) if last is not None else happened


# totals ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class MonthTotal:
    """What a subject's effective entries of a month come to. ``points``: tenths; ``closed``: it changes no more."""

    month: str
    points: int
    entries: int
    closed: bool


def totals(entries: Iterable[Entry], closed: Mapping[int, str], now: int) -> tuple[MonthTotal, ...]:
    """The months in which effective entries count, newest first."""
    found: dict[str, list[Entry]] = {}
    for entry in entries:
        if entry.state(now) is EntryState.EFFECTIVE:
            found.setdefault(booked_month(entry, closed), []).append(entry)
    return tuple(
        MonthTotal(month, sum(one.points for one in found[month]), len(found[month]), _all_closed(found[month]))
        for month in sorted(found, reverse=True)
    )


def _all_closed(entries: Iterable[Entry]) -> bool:
    return all(one.closed is not None for one in entries)


# closing ---------------------------------------------------------------------------------------------------------


def require_closer(caller: Person, unit: Unit) -> None:
    """Raise unless the caller closes the unit's months: its head, and the office. Raises NotForRole, NotYours."""
    if caller.role not in CLOSERS:
        raise NotForRole
    if unit.kind not in CLOSING or not caller.unit.holds(unit):
        raise NotYours


def may_close(caller: Person, unit: Unit) -> bool:
    """Whether the caller closes the unit's months."""
    return caller.role in CLOSERS and unit.kind in CLOSING and caller.unit.holds(unit)


def require_closable(month: str, last: str | None, today: date) -> None:
    """Raise unless the month is over and behind no closed one; ``last``: the unit's last. MonthRuns, ClosedAlready."""
    if month >= month_of(today):
        raise MonthRuns
    if last is not None and month <= last:
        raise ClosedAlready(last=last)


def closable(last: str | None, first: str | None, today: date) -> tuple[str, ...]:
    """The months that may be closed, oldest first. ``first``: the first month of an entry that is in no close."""
    previous = month_of(today.replace(day=1) - timedelta(days=1))
    begin = next_month(last) if last is not None else min(first or previous, previous)
    found = []
    while begin <= previous:
        found.append(begin)
        begin = next_month(begin)
    return tuple(found[-OFFERED:])


def taken(entries: Iterable[Entry], month: str, now: int) -> tuple[Entry, ...]:
    """What a close of the month takes of a unit's ``entries``: effective, in no close yet, of that month or before."""
    return tuple(
        one
        for one in entries
        if one.closed is None and month_of(one.happened_on) <= month and one.state(now) is EntryState.EFFECTIVE
    )


def left_over(entries: Iterable[Entry], month: str, now: int) -> tuple[Entry, ...]:
    """What is still undecided and goes to the next month."""
    return tuple(one for one in entries if month_of(one.happened_on) <= month and one.state(now) in UNDECIDED)


def mark(month: str, entries: Iterable[Entry]) -> int:
    """Names exactly these entries and this month: 32 bits, for a button."""
    return zlib.crc32(json.dumps([month, sorted(one.id for one in entries)]).encode())
