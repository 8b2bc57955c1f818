"""Looking at deeds: one's own, what waits, the honour roll, a leader's figures, the export."""

import asyncio
from collections.abc import Sequence
from datetime import datetime, time, timedelta, tzinfo

from content.deed_table import DeedRow, deed_csv, deed_table
from content.table_format import Format
from domain import deeds as rules
from domain.clock import local, local_date, millis
from domain.deeds import Deed, DeedState, Photo
from domain.deeds.shown import Card, Menu, RollPage, UnitFigures
from domain.errors import MovedOn, NotFound, NotYours
from domain.people import LEADERS, Person, Role, UnitKind, require_role
from services.deeds.common import card_of, fresh, readable, waiting
from storage import audit, people
from storage import deeds as store
from storage.database import Connection, Database

OWN = 8  # own deeds that are listed
FEWEST = 5  # people below whom a breakdown is hidden (PRODUCT §2.6)


async def menu(db: Database, caller: Person, now: int) -> Menu:
    """/deed. Raises NotForRole."""

    async def unit(tx: Connection) -> Menu:
        person = await fresh(tx, caller)
        return Menu(person, await store.own(tx, person.id, OWN), len(await waiting(tx, person, now)))

    return await db.read(unit)


async def card(db: Database, caller: Person, deed_id: int, now: int, tz: tzinfo) -> Card:
    """One deed. Raises NotYours, MovedOn (it is with its author), NotFound, NotForRole."""

    async def unit(tx: Connection) -> Card:
        person, deed = await readable(tx, caller, deed_id)
        return await card_of(tx, person, deed.id, now, tz)

    return await db.read(unit)


async def next_waiting(db: Database, caller: Person, after: int, now: int, tz: tzinfo) -> Card | None:
    """What has waited longest for the caller; ``after``: what comes behind that deed (0: the first). None: nothing."""

    async def unit(tx: Connection) -> Card | None:
        person = await fresh(tx, caller)
        ids = [deed.id for deed in await waiting(tx, person, now)]
        if not ids:
            return None
        at = ids.index(after) + 1 if after in ids else 0
        return await card_of(tx, person, ids[at % len(ids)], now, tz)

    return await db.read(unit)


async def photo(db: Database, caller: Person, deed_id: int, number: int) -> tuple[Deed, Photo]:
    """One picture of a deed, by its place from 0. Raises NotFound, and as ``card``."""

    async def unit(tx: Connection) -> tuple[Deed, Photo]:
        _, deed = await readable(tx, caller, deed_id)
        if number >= len(deed.photos):
            raise NotFound
        return deed, deed.photos[number]

    return await db.read(unit)


# the honour roll -------------------------------------------------------------------------------------------------


async def agree(db: Database, caller: Person, deed_id: int, agreed: bool, now: int, tz: tzinfo) -> Card:
    """[愿意上光荣榜], [不上榜]: by somebody who took part; it may be changed at any time. Raises NotYours, MovedOn."""

    async def unit(tx: Connection) -> Card:
        person, deed = await readable(tx, caller, deed_id)
        if person.id not in deed.people:
            raise NotYours
        if deed.state is not DeedState.CONFIRMED:
            raise MovedOn
        if any(one.person_id == person.id and one.agreed is not agreed for one in deed.sharers):
            await store.set_agreed(tx, deed.id, person.id, agreed)
            await audit.append(tx, person.id, "deed.agree", f"deed:{deed.id}", now, {"agreed": agreed})
        return await card_of(tx, person, deed.id, now, tz)

    return await db.write(unit)


async def honour_roll(db: Database, caller: Person, weeks_ago: int, now: int, tz: tzinfo) -> RollPage:
    """The roll of a week (Monday to Sunday), for everybody of the office. Raises NotForRole for somebody who left."""

    async def unit(tx: Connection) -> RollPage:
        person = await fresh(tx, caller)
        ago = min(weeks_ago, rules.ROLL_WEEKS)
        today = local_date(now, tz)
        monday = today - timedelta(days=today.weekday() + 7 * ago)
        since, until = (millis(datetime.combine(day, time(), tz)) for day in (monday, monday + timedelta(days=7)))
        return await roll_of(tx, await office_path(tx, person), since, until, ago)

    return await db.read(unit)


async def office_path(tx: Connection, person: Person) -> str:
    """The path of the toll office to which somebody belongs; the bureau's own for the bureau."""
    above = [one for one in await people.units(tx) if one.kind is UnitKind.TOLL_OFFICE and one.holds(person.unit)]
    return above[0].path if above else person.unit.path


async def roll_of(tx: Connection, scope: str, since: int, until: int, weeks_ago: int) -> RollPage:
    """What was confirmed from ``since`` to before ``until`` (ms UTC) in the units under ``scope``."""
    confirmed = await store.confirmed_between(tx, scope, since, until)
    staff = [one.name for one in await people.listed(tx, scope)] if confirmed else []
    return RollPage(since, until, weeks_ago, rules.roll(confirmed, staff))


# figures and export ----------------------------------------------------------------------------------------------


async def figures(db: Database, caller: Person) -> tuple[UnitFigures, ...]:
    """How many deeds of each station of the caller's part stand where. Raises NotForRole."""

    async def unit(tx: Connection) -> tuple[UnitFigures, ...]:
        person = await fresh(tx, caller)
        require_role(person, *LEADERS, Role.BUREAU)
        counts, units = await store.counts(tx, person.scope), await people.units(tx, person.scope)
        staff = {one.unit.id: one.people for one in await people.unit_counts(tx, person.scope)}
        shown = [one for one in units if one.kind in {UnitKind.STATION, UnitKind.BRANCH}] or [person.unit]
        found = []
        for one in shown:
            below = [counts.get(other.id, (0, 0)) for other in units if one.holds(other)]
            hidden = staff.get(one.id, 0) < FEWEST
            confirmed, waits = sum(pair[0] for pair in below), sum(pair[1] for pair in below)
            found.append(UnitFigures(one, None if hidden else confirmed, None if hidden else waits))
        return tuple(found)

    return await db.read(unit)


async def export(db: Database, caller: Person, kind: Format, now: int, tz: tzinfo) -> bytes:
    """The deeds of a leader's part as a table; who exported is audited. Raises NotForRole."""

    async def unit(tx: Connection) -> Sequence[DeedRow]:
        person = await fresh(tx, caller)
        require_role(person, *LEADERS)
        listed = await store.submitted_within(tx, person.scope)
        detail: dict[str, object] = {"rows": len(listed), "format": kind.value, "scope": person.scope}
        await audit.append(tx, person.id, "deed.export", f"unit:{person.unit.id}", now, detail)
        named = await store.named(tx, [deed.id for deed in listed], person.scope)
        return [_row(deed, named.get(deed.id, ()), tz) for deed in listed]

    rows = await db.write(unit)
    return await asyncio.to_thread(deed_table if kind is Format.XLSX else deed_csv, rows)


def _row(deed: Deed, seen: Sequence[store.Named], tz: tzinfo) -> DeedRow:
    """A deed's line. Who took part and is of another part of the tree, not among ``seen``, is counted and not named."""
    honour = rules.honour(deed)
    agreed = [one.name for one in seen if honour is not None and one.name in honour.names]
    return DeedRow(
        number=deed.id,
        day=f"{local(deed.happened_at, tz):%Y-%m-%d %H:%M}"
        if deed.exact
        else f"{local(deed.happened_at, tz):%Y-%m-%d}",
        station=deed.station,
        team=deed.unit.name if deed.unit.kind is UnitKind.TEAM else "",
        people=tuple(one.name for one in seen),
        staff_nos=tuple(one.staff_no for one in seen),
        unnamed=len(deed.sharers) - len(seen),
        kind=deed.kind,
        tags=deed.tags,
        place=deed.place,
        text=deed.text,
        photos=len(deed.photos),
        state=deed.state,
        first=_signed(deed.first, tz),
        second=_signed(deed.second, tz),
        honour=tuple(agreed),
    )


def _signed(signature: rules.Signature | None, tz: tzinfo) -> str:
    return f"{signature.name} {local(signature.at, tz):%Y-%m-%d %H:%M}" if signature else ""
