"""[月结]: a preview first, then one press that names it. A closed month never changes; twice is once."""

from datetime import tzinfo

from domain import scores as rules
from domain.clock import local_date
from domain.errors import NotFound
from domain.people import Person, Unit
from domain.scores import Close, Entry
from domain.scores.shown import ClosePage, ClosePreview, ClosesPage
from services.scores.common import fresh
from storage import audit, people
from storage import scores as store
from storage.database import Connection, Database


async def close_preview(
    db: Database, caller: Person, unit_id: int, month: str | None, now: int, tz: tzinfo
) -> ClosePreview | ClosePage:
    """What a close of a month (None: the first that may be closed) would take; the page of one that is closed already.

    Raises NotForRole, NotYours, NotFound, MonthRuns, ClosedAlready.
    """

    async def unit(tx: Connection) -> ClosePreview | ClosePage:
        person, here = await closer(tx, caller, unit_id)
        known = await store.close_of(tx, here.id, month) if month is not None else None
        if known is not None:
            return await _page(tx, person, known)
        return await _preview(tx, person, here, month, now, tz)

    return await db.read(unit)


async def close(
    db: Database, caller: Person, unit_id: int, month: str, mark: int, now: int, tz: tzinfo
) -> ClosePage | ClosePreview:
    """[确认月结] of the preview that ``mark`` names. Another preview when it has changed since; the page when closed.

    Raises NotForRole, NotYours, NotFound, MonthRuns, ClosedAlready.
    """

    async def unit(tx: Connection) -> ClosePage | ClosePreview:
        person, here = await closer(tx, caller, unit_id)
        known = await store.close_of(tx, here.id, month)
        if known is None:
            preview = await _preview(tx, person, here, month, now, tz)
            if preview.mark != mark:
                return preview
            await _close(tx, person, here, month, now)
            known = await store.close_of(tx, here.id, month)
        assert known is not None
        return await _page(tx, person, known)

    return await db.write(unit)


async def _close(tx: Connection, caller: Person, here: Unit, month: str, now: int) -> None:
    taken = rules.taken(await store.of_books(tx, here.id), month, now)
    await store.add_close(tx, here.id, month, taken, caller.id, now)
    detail: dict[str, object] = {"month": month, "entries": len(taken), "points": sum(one.points for one in taken)}
    await audit.append(tx, caller.id, "scores.close", f"unit:{here.id}", now, detail)


async def closer(tx: Connection, caller: Person, unit_id: int) -> tuple[Person, Unit]:
    """Caller and unit (0: the caller's own), for whoever closes its months. Raises NotForRole, NotYours, NotFound."""
    person = await fresh(tx, caller)
    here = await people.unit(tx, unit_id or person.unit.id)
    if here is None:
        raise NotFound
    rules.require_closer(person, here)
    return person, here


async def _preview(tx: Connection, caller: Person, here: Unit, month: str | None, now: int, tz: tzinfo) -> ClosePreview:
    entries, last = await store.of_books(tx, here.id), (await store.last_closed(tx)).get(here.id)
    today = local_date(now, tz)
    months = _closable(entries, last, now, tz)
    if month is None and not months:
        return ClosePreview(caller, here, "", (), 0, 0, 0)
    wanted = month if month is not None else months[0]
    if not rules.is_month(wanted):
        raise NotFound
    rules.require_closable(wanted, last, today)
    taken = rules.taken(entries, wanted, now)
    undecided = len(rules.left_over(entries, wanted, now))
    return ClosePreview(caller, here, wanted, months, len(taken), undecided, rules.mark(wanted, taken))


def _closable(entries: tuple[Entry, ...], last: str | None, now: int, tz: tzinfo) -> tuple[str, ...]:
    first = min((rules.month_of(one.happened_on) for one in entries), default=None)
    return rules.closable(last, first, local_date(now, tz))


async def _page(tx: Connection, caller: Person, close: Close) -> ClosePage:
    return ClosePage(caller, close, len(await store.entries_of_close(tx, close.id)))


async def closes(db: Database, caller: Person, unit_id: int, now: int, tz: tzinfo) -> ClosesPage:
    """The closed months of a unit (0: the caller's own). Raises NotForRole, NotYours, NotFound."""

    async def unit(tx: Connection) -> ClosesPage:
        person, here = await closer(tx, caller, unit_id)
        known, entries = await store.closes_of(tx, here.id), await store.of_books(tx, here.id)
        others = [one for one in await people.units(tx, person.scope) if one.id != here.id]
        return ClosesPage(
            caller=person,
            unit=here,
            closes=known,
            units=tuple(one for one in others if rules.may_close(person, one)),
            closable=_closable(entries, known[0].month if known else None, now, tz),
            may_close=True,
        )

    return await db.read(unit)


async def closed(db: Database, caller: Person, unit_id: int, month: str) -> ClosePage:
    """A closed month. Raises NotForRole, NotYours, NotFound."""

    async def unit(tx: Connection) -> ClosePage:
        person, here = await closer(tx, caller, unit_id)
        known = await store.close_of(tx, here.id, month)
        if known is None:
            raise NotFound
        return await _page(tx, person, known)

    return await db.read(unit)
