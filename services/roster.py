"""Importing the roster: a dry run that shows what would change, and the confirmation that changes it.

Decides nothing about rows (domain) and knows no file format (content).
"""

import asyncio
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict

from content.tables import read_table
from domain.errors import MovedOn, NotForRole
from domain.people import Binding, Person, Role, Unit, UnitKind, require_role
from domain.roster import (
    Place,
    RosterCheck,
    RosterCounts,
    RosterDiff,
    RosterResult,
    RosterRow,
    RowFault,
    diff,
    parse,
    places,
    reach,
    refusals,
)
from storage import audit, drafts, people
from storage.database import Connection, Database

KIND = "roster"
STEP = "confirm"


async def check(db: Database, caller: Person | None, data: bytes, filename: str, origin: str, now: int) -> RosterCheck:
    """Dry run. Faults, or what would change; then a draft is kept for ``confirm``, except for the command line (None).

    ``origin`` names the message with the file: the same message again gives the same draft.

    Raises:
        NotForRole: the caller is not of the office.
        BadTable: the file cannot be read.
    """
    if caller is not None:
        require_role(caller, Role.OFFICE)
    rows, faults = await _parsed(data, filename)

    async def work(tx: Connection) -> RosterCheck:
        found, change, _ = await _compare(tx, rows, caller)
        if faults or found:
            return RosterCheck(_in_order(faults + found))
        if caller is None or change.nothing:
            return RosterCheck((), change)
        draft = await drafts.begin(tx, caller.id, KIND, STEP, _dump(rows, change), origin, now)
        return RosterCheck((), change, draft.id)

    return await (db.read(work) if caller is None else db.write(work))


async def confirm(db: Database, caller: Person, draft_id: int, now: int, *, with_leaving: bool) -> RosterResult:
    """Do what the draft says, against the people as they are now.

    Only those leave who are still missing and of whom the dry run said so; with ``with_leaving`` false nobody does.

    Raises:
        NotForRole: the caller is not, or no longer, of the office.
        MovedOn: the draft is done or dropped, or no longer fits the people.
    """

    async def work(tx: Connection) -> RosterResult:
        fresh = await people.person(tx, caller.id)
        if fresh is None:
            raise NotForRole
        require_role(fresh, Role.OFFICE)
        draft = await drafts.open_draft(tx, draft_id, fresh.id)
        if draft is None or draft.kind != KIND or not await drafts.close(tx, draft_id, now):
            raise MovedOn
        rows, shown = _load(draft.data)
        found, change, units = await _compare(tx, rows, fresh)
        if found:
            raise MovedOn
        leaving = [person for person in change.leaving if person.id in shown] if with_leaving else []
        return await _apply(tx, fresh, change, leaving, units, now)

    return await db.write(work)


async def drop(db: Database, caller: Person, draft_id: int, now: int) -> None:
    """[放弃]: close the draft unimported. Raises MovedOn when it is done or dropped already, or somebody else's."""

    async def work(tx: Connection) -> None:
        draft = await drafts.open_draft(tx, draft_id, caller.id)
        if draft is None or draft.kind != KIND or not await drafts.close(tx, draft_id, now):
            raise MovedOn

    await db.write(work)


async def import_now(
    db: Database, data: bytes, filename: str, now: int, *, with_leaving: bool
) -> RosterCheck | RosterResult:
    """For the command line: import at once, or return the faults and change nothing.

    Raises:
        BadTable: the file cannot be read.
    """
    rows, faults = await _parsed(data, filename)

    async def work(tx: Connection) -> RosterCheck | RosterResult:
        found, change, units = await _compare(tx, rows, None)
        if faults or found:
            return RosterCheck(_in_order(faults + found))
        return await _apply(tx, None, change, change.leaving if with_leaving else (), units, now)

    return await db.write(work)


async def _parsed(data: bytes, filename: str) -> tuple[list[RosterRow], list[RowFault]]:
    return await asyncio.to_thread(lambda: parse(read_table(data, filename).rows))


def _in_order(faults: Iterable[RowFault]) -> tuple[RowFault, ...]:
    return tuple(sorted(faults, key=lambda fault: fault.row))


async def _compare(
    tx: Connection, rows: Sequence[RosterRow], caller: Person | None
) -> tuple[list[RowFault], RosterDiff, tuple[Unit, ...]]:
    # Everyone, because a staff number is one person's in the whole bureau; what is outside the reach is only refused.
    everyone = await people.listed(tx, "")
    units = reach(await people.units(tx), caller)
    return refusals(rows, everyone, units, caller), diff(rows, everyone, units, caller), units


async def _apply(
    tx: Connection,
    caller: Person | None,
    change: RosterDiff,
    leaving: Sequence[Person],
    units: Sequence[Unit],
    now: int,
) -> RosterResult:
    at = await _with_new_units(tx, change, units)
    left = await _say_goodbye(tx, leaving, now)
    for one in change.changed:
        row = one.row
        await people.change_person(tx, one.person, row.name, row.role, at[row.place].id, one.batch, now)
    for row in change.new:
        await people.add_person(tx, row.staff_no, row.name, row.role, at[row.place].id, row.batch)
    counts = RosterCounts(len(change.new), len(change.changed), len(leaving), change.unchanged)
    new_roles = [one.person.id for one in change.changed if one.of_role]
    detail = {**asdict(counts), "left_ids": [person.id for person in leaving], "new_roles": new_roles}
    office = at[Place(UnitKind.TOLL_OFFICE)]
    await audit.append(tx, caller.id if caller else None, "people.import", f"unit:{office.id}", now, detail)
    changed_role = [await people.person(tx, person_id) for person_id in new_roles]
    return RosterResult(counts, tuple(person for person in changed_role if person), left)


async def _with_new_units(tx: Connection, change: RosterDiff, units: Sequence[Unit]) -> dict[Place, Unit]:
    at = places(units)
    for new in change.new_units:
        parent = at.get(new.place.parent) if new.place.parent else None
        at[new.place] = await people.add_unit(tx, new.kind, new.name, parent)
    return at


async def _say_goodbye(tx: Connection, leaving: Iterable[Person], now: int) -> tuple[Binding, ...]:
    left = []
    for person in leaving:
        binding = await people.binding(tx, person.id) if person.joined else None
        if binding:
            left.append(binding)
        await people.leave(tx, person.id, now)
    return tuple(left)


def _dump(rows: Iterable[RosterRow], change: RosterDiff) -> str:
    content = {"rows": [asdict(row) for row in rows], "leaving": [person.id for person in change.leaving]}
    return json.dumps(content, ensure_ascii=False)


def _load(text: str) -> tuple[list[RosterRow], frozenset[int]]:
    content = json.loads(text)
    rows = [RosterRow(**{**fields, "role": Role(fields["role"])}) for fields in content["rows"]]
    return rows, frozenset(content["leaving"])
