"""Who shares a deed, and who saw it: colleagues of the station, chosen by name."""

from datetime import tzinfo

from domain import deeds as rules
from domain.deeds import Deed
from domain.deeds.shown import Card, Choosing
from domain.errors import MovedOn, NotFound
from domain.people import Person
from services.deeds.changing import changed, noted
from services.deeds.common import own_deed, the_deed
from storage import deeds as store
from storage import people
from storage.database import Connection, Database

A_PAGE = 16  # colleagues on a page


async def choosing(db: Database, caller: Person, deed_id: int, page: int, *, witness: bool) -> Choosing:
    """Colleagues of the station to share the deed, or to bear witness. Raises as ``set_kind``."""

    async def unit(tx: Connection) -> Choosing:
        person, deed = await own_deed(tx, caller, deed_id)
        return await _choosing(tx, person, deed, page, witness=witness)

    return await db.read(unit)


async def _choosing(tx: Connection, person: Person, deed: Deed, page: int, *, witness: bool) -> Choosing:
    colleagues = [one for one in await _colleagues(tx, deed) if not (witness and one.id in deed.people)]
    colleagues.sort(key=lambda one: one.unit.id != deed.unit.id)
    pages = max(1, -(-len(colleagues) // A_PAGE))
    here = min(page, pages - 1)
    chosen = {deed.witness.person_id} if witness and deed.witness else set() if witness else set(deed.people)
    return Choosing(
        deed, tuple(colleagues[here * A_PAGE : (here + 1) * A_PAGE]), frozenset(chosen), here, pages, witness
    )


async def _colleagues(tx: Connection, deed: Deed) -> list[Person]:
    listed = await people.listed(tx, rules.station_path(deed.unit))
    return [one for one in listed if one.id != deed.author_id and rules.may_log(one)]


async def switch_person(
    db: Database, caller: Person, deed_id: int, person_id: int, on: bool, page: int, now: int, tz: tzinfo
) -> Choosing:
    """Somebody shares the deed, or does not. Raises TooManyPeople, NotFound for somebody of elsewhere, and as above."""

    async def unit(tx: Connection) -> Choosing:
        person, deed = await own_deed(tx, caller, deed_id)
        await _require_colleague(tx, deed, person_id)
        if on is not (person_id in deed.people):
            await _switch(tx, deed, person_id, on)
            await noted(tx, person, deed, now, tz, ["people"])
        return await _choosing(tx, person, await the_deed(tx, deed.id), page, witness=False)

    return await db.write(unit)


async def _switch(tx: Connection, deed: Deed, person_id: int, on: bool) -> None:
    if on and len(deed.people) > rules.OTHERS:
        raise rules.TooManyPeople(limit=rules.OTHERS)
    await (store.share if on else store.unshare)(tx, deed.id, person_id)
    if on and deed.witness is not None and deed.witness.person_id == person_id:
        await store.change(tx, deed.id, witness_id=None)
    else:
        await store.change(tx, deed.id)


async def set_witness(db: Database, caller: Person, deed_id: int, person_id: int | None, now: int, tz: tzinfo) -> Card:
    """Who saw it; None: nobody in particular. Raises NotFound for somebody of elsewhere, and as above."""

    async def change(tx: Connection, _person: Person, deed: Deed) -> bool:
        if person_id is not None:
            await _require_colleague(tx, deed, person_id)
            if person_id in deed.people:
                raise MovedOn
        return await store.change(tx, deed.id, witness_id=person_id)

    return await changed(db, caller, deed_id, now, tz, "witness", change)


async def _require_colleague(tx: Connection, deed: Deed, person_id: int) -> None:
    if person_id not in {one.id for one in await _colleagues(tx, deed)}:
        raise NotFound
