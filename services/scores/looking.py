"""Looking at scores: one's own, what waits, a person's, a unit's, the bureau's figures. Never people beside totals."""

from collections.abc import Iterable, Mapping
from datetime import tzinfo

from domain import scores as rules
from domain.clock import local_date
from domain.errors import NotForRole, NotFound, NotYours
from domain.people import LEADERS, Person, Role, Unit, UnitKind, may_see, require_role
from domain.scores import Entry, EntryState, MonthTotal
from domain.scores.shown import Card, Counts, Line, Lines, Own, PersonPage, UnitFigures, UnitPage
from services.scores.common import card_of, fresh, readable, waiting, waiting_counts
from storage import people
from storage import scores as store
from storage.database import Connection, Database

A_PAGE = 6  # entries on a page
FEWEST = 5  # people below whom a figure is hidden (PRODUCT §2.6)


async def own(db: Database, caller: Person, now: int, tz: tzinfo, page: int = 0) -> Own:
    """/score. Raises NotForRole for the bureau."""

    async def unit(tx: Connection) -> Own:
        person = await fresh(tx, caller)
        entries, closed = await store.about_person(tx, person.id), await store.last_closed(tx)
        this_month, earlier = _totals(entries, closed, now, tz)
        proposals, appeals = await waiting_counts(tx, person, now)
        return Own(
            caller=person,
            entries=_lines(entries, closed, now, page),
            this_month=this_month,
            earlier=earlier,
            proposals=proposals,
            appeals=appeals,
            leads=person.unit if person.role in LEADERS else None,
            may_close=rules.may_close(person, person.unit),
            may_load=person.role is Role.OFFICE,
        )

    return await db.read(unit)


async def card(db: Database, caller: Person, entry_id: int, now: int) -> Card:
    """One entry. Raises NotYours, NotFound, NotForRole."""

    async def unit(tx: Connection) -> Card:
        person, entry = await readable(tx, caller, entry_id)
        return await card_of(tx, person, entry.id, now)

    return await db.read(unit)


async def next_waiting(db: Database, caller: Person, after: int, now: int) -> Card | None:
    """What has waited longest for the caller; ``after``: what comes behind that entry (0: the first). None: nothing."""

    async def unit(tx: Connection) -> Card | None:
        person = await fresh(tx, caller)
        ids = [entry.id for entry in await waiting(tx, person, now)]
        if not ids:
            return None
        at = ids.index(after) + 1 if after in ids else 0
        return await card_of(tx, person, ids[at % len(ids)], now)

    return await db.read(unit)


async def person_page(db: Database, caller: Person, person_id: int, now: int, tz: tzinfo, page: int = 0) -> PersonPage:
    """A person's entries, for their leaders: those of the leader's part. Raises NotYours, NotForRole, NotFound."""

    async def unit(tx: Connection) -> PersonPage:
        person, other = await fresh(tx, caller), await people.person(tx, person_id)
        require_role(person, *LEADERS)
        if other is None:
            raise NotFound
        if not may_see(person, other):
            raise NotYours
        closed = await store.last_closed(tx)
        entries = [one for one in await store.about_person(tx, other.id) if rules.may_read(person, one)]
        this_month, earlier = _totals(entries, closed, now, tz)
        return PersonPage(
            caller=person,
            person=other,
            entries=_lines(entries, closed, now, page),
            this_month=this_month,
            earlier=earlier,
            may_propose=rules.may_propose(person, other.id, other.unit),
        )

    return await db.read(unit)


async def unit_page(db: Database, caller: Person, unit_id: int, now: int, tz: tzinfo, page: int = 0) -> UnitPage:
    """A unit of a leader's part (0: the own): counts, a team's own entries. Raises NotYours, NotForRole, NotFound."""

    async def unit(tx: Connection) -> UnitPage:
        person = await fresh(tx, caller)
        require_role(person, *LEADERS)
        here = await people.unit(tx, unit_id or person.unit.id)
        if here is None:
            raise NotFound
        if not person.unit.holds(here):
            raise NotYours
        return await _unit_page(tx, person, here, now, tz, page)

    return await db.read(unit)


async def _unit_page(tx: Connection, caller: Person, here: Unit, now: int, tz: tzinfo, page: int) -> UnitPage:
    closed, team = await store.last_closed(tx), here.kind is UnitKind.TEAM
    entries = await store.about_team(tx, here.id) if team else ()
    this_month, earlier = _totals(entries, closed, now, tz)
    return UnitPage(
        caller=caller,
        unit=here,
        counts=_counts(await store.open_within(tx, here.path), now),
        units=tuple(one for one in await people.units(tx, here.path) if one.parent_id == here.id),
        people=tuple(one for one in await people.listed(tx, here.path) if one.unit.id == here.id),
        entries=_lines(entries, closed, now, page) if team else None,
        this_month=this_month if team else None,
        earlier=earlier if team else (),
        may_propose=rules.may_propose(caller, None, here),
        may_close=rules.may_close(caller, here),
        last_closed=closed.get(rules.closing_unit(here)),
    )


def _counts(entries: Iterable[Entry], now: int) -> Counts:
    states = [one.state(now) for one in entries]
    return Counts(
        proposed=states.count(EntryState.PROPOSED),
        confirmed=states.count(EntryState.CONFIRMED),
        appealed=states.count(EntryState.APPEALED),
        effective=states.count(EntryState.EFFECTIVE),
    )


def _totals(
    entries: Iterable[Entry], closed: Mapping[int, str], now: int, tz: tzinfo
) -> tuple[MonthTotal, tuple[MonthTotal, ...]]:
    """This month's total, 0 where there is none, and the others'."""
    month = rules.month_of(local_date(now, tz))
    found = rules.totals(entries, closed, now)
    this = next((one for one in found if one.month == month), MonthTotal(month, 0, 0, closed=False))
    return this, tuple(one for one in found if one.month != month)


def _lines(entries: Iterable[Entry], closed: Mapping[int, str], now: int, page: int) -> Lines:
    """A page of entries that come newest first."""
    listed = tuple(entries)
    taken_back = {one.reverses for one in listed if one.state(now) is EntryState.EFFECTIVE}
    pages = max(1, -(-len(listed) // A_PAGE))
    here = min(page, pages - 1)
    lines = [
        Line(one, one.state(now), rules.booked_month(one, closed), one.id in taken_back)
        for one in listed[here * A_PAGE : (here + 1) * A_PAGE]
    ]
    return Lines(tuple(lines), here, pages)


async def figures(db: Database, caller: Person) -> tuple[UnitFigures, ...]:
    """How many entries of each station count or are under way: for the bureau and the office. Raises NotForRole."""

    async def unit(tx: Connection) -> tuple[UnitFigures, ...]:
        person = await people.person(tx, caller.id)
        if person is None:
            raise NotForRole
        require_role(person, Role.BUREAU, Role.OFFICE)
        counts, units = await store.counts(tx, person.scope), await people.units(tx, person.scope)
        staff = {one.unit.id: one.people for one in await people.unit_counts(tx, person.scope)}
        stations = [one for one in units if one.kind in {UnitKind.STATION, UnitKind.BRANCH}]
        below = {one.id: sum(counts.get(other.id, 0) for other in units if one.holds(other)) for one in stations}
        return tuple(UnitFigures(one, below[one.id] if staff[one.id] >= FEWEST else None) for one in stations)

    return await db.read(unit)
