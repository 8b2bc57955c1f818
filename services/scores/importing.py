"""A new version of the standard from a table: a dry run with every fault, then [确认启用]; the newest as a table."""

import asyncio
import json
from dataclasses import asdict, replace
from datetime import date, tzinfo

from content.score_standard_table import standard_table
from content.scores import load_standard as load_sample
from content.tables import read_table
from domain import scores as rules
from domain.clock import local_date
from domain.errors import MovedOn
from domain.people import Person, Role, require_role
from domain.roster import RowFault
from domain.scores import Clause, Standard, SubjectKind
from domain.scores.standard_table import StandardCheck, parse_standard
from services.scores.common import fresh
from services.scores.standards import load_standard
from storage import audit, drafts
from storage import scores as store
from storage.database import Connection, Database

TABLE_FORM = "score_standard"  # the form that takes in a table, and holds a checked one until it is confirmed
FILE, CONFIRM = "file", "confirm"  # its steps


async def ask_table(db: Database, caller: Person, origin: str, now: int) -> None:
    """[导入标准], by the office: the next file is a standard. Raises NotForRole."""

    async def unit(tx: Connection) -> None:
        person = await _office(tx, caller)
        await drafts.begin(tx, person.id, TABLE_FORM, FILE, "{}", origin, now)

    await db.write(unit)


async def check_table(
    db: Database, caller: Person, data: bytes, filename: str, origin: str, now: int, tz: tzinfo
) -> StandardCheck:
    """Dry run: every fault, or the standard and a draft for ``confirm_table``. The same ``origin``, the same draft.

    Raises NotForRole, and BadTable when the file cannot be read.
    """
    today = local_date(now, tz)
    standard, faults = await asyncio.to_thread(
        lambda: parse_standard(read_table(data, filename, exact=True).rows, today)
    )

    async def unit(tx: Connection) -> StandardCheck:
        person = await _office(tx, caller)
        if standard is None:
            return StandardCheck(tuple(faults))
        try:
            rules.require_next(await store.standards(tx), standard, today)
        except rules.StandardTooEarly as error:
            return StandardCheck((RowFault(1, error.key, error.values),))
        draft = await drafts.begin(tx, person.id, TABLE_FORM, CONFIRM, _dump(standard), origin, now)
        return StandardCheck((), standard, draft.id)

    return await db.write(unit)


async def confirm_table(db: Database, caller: Person, draft_id: int, now: int, tz: tzinfo) -> Standard:
    """[确认启用]. Raises NotForRole, StandardTooEarly, MovedOn when it is done, dropped or somebody else's."""

    async def unit(tx: Connection) -> Standard:
        person = await _office(tx, caller)
        draft = await drafts.open_draft(tx, draft_id, person.id)
        if draft is None or draft.kind != TABLE_FORM or draft.step != CONFIRM:
            raise MovedOn
        return _load(draft.data)

    standard = await db.read(unit)
    stored = await load_standard(db, caller, standard, now, tz)
    await db.write(lambda tx: drafts.close(tx, draft_id, now))
    return stored


async def drop_table(db: Database, caller: Person, draft_id: int, now: int) -> None:
    """[放弃]. Raises MovedOn when it is done or dropped already, or somebody else's."""

    async def unit(tx: Connection) -> None:
        draft = await drafts.open_draft(tx, draft_id, (await fresh(tx, caller)).id)
        if draft is None or draft.kind != TABLE_FORM or not await drafts.close(tx, draft_id, now):
            raise MovedOn

    await db.write(unit)


async def standard_file(db: Database, caller: Person, now: int, tz: tzinfo) -> bytes:
    """The newest version as xlsx, or the sample that ships as one from today on; for the office. Raises NotForRole."""

    async def unit(tx: Connection) -> Standard:
        person = await _office(tx, caller)
        known = await store.standards(tx)
        await audit.append(tx, person.id, "scores.export_standard", "standard", now)
        return known[-1] if known else load_sample()[0].from_(local_date(now, tz))

    standard = await db.write(unit)
    return await asyncio.to_thread(standard_table, standard)


async def _office(tx: Connection, caller: Person) -> Person:
    person = await fresh(tx, caller)
    require_role(person, Role.OFFICE)
    return person


def _dump(standard: Standard) -> str:
    clauses = [{**asdict(one), "deeds": sorted(one.deeds)} for one in standard.clauses]
    said = {"title": standard.title, "from": standard.effective_from.isoformat(), "clauses": clauses}
    return json.dumps(said, ensure_ascii=False)


def _load(text: str) -> Standard:
    said = json.loads(text)
    clauses = (Clause(**{**one, "subject": SubjectKind(one["subject"])}) for one in said["clauses"])
    listed = tuple(replace(one, deeds=frozenset(one.deeds)) for one in clauses)
    return Standard(0, 0, said["title"], date.fromisoformat(said["from"]), listed)
