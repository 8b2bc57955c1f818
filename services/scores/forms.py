"""[记一笔] and [冲正]: a proposal is put together step by step in a form that survives being left.

Every step checks anew who may score whom and what is in force.
"""

from dataclasses import replace
from datetime import date, tzinfo

from domain import scores as rules
from domain.clock import local_date
from domain.dates import parse_day
from domain.errors import MovedOn, NotFound, NotYours
from domain.people import LEADERS, Person, UnitKind, require_role
from domain.scores.shown import Asking, Choosing, Form
from services.scores.common import FORM, called, fresh
from services.scores.kept import Kept, dump, form_of, open_form, put, read, subject_of
from services.scores.standards import in_force_on
from storage import drafts, people
from storage import scores as store
from storage.database import Connection, Database
from storage.drafts import Draft

# beginning -------------------------------------------------------------------------------------------------------


async def begin(
    db: Database,
    caller: Person,
    origin: str,
    now: int,
    tz: tzinfo,
    *,
    person_id: int | None = None,
    unit_id: int | None = None,
) -> Form:
    """[记一笔], of nobody yet, or of a person or a team. Raises NotForRole, OwnScore, NotYours, NotFound."""

    async def unit(tx: Connection) -> Form:
        person = await fresh(tx, caller)
        require_role(person, *LEADERS)
        kept = Kept(person=person_id, team=None if person_id is not None else unit_id)
        await subject_of(tx, person, kept)
        draft = await drafts.begin(tx, person.id, FORM, kept.next.value, dump(kept), origin, now)
        return await form_of(tx, person, draft.id, Asking(draft.step), read(draft), now, tz)

    return await db.write(unit)


async def begin_reversal(db: Database, caller: Person, entry_id: int, origin: str, now: int, tz: tzinfo) -> Form:
    """[冲正] of an effective entry: the reason is asked.

    Raises NotForRole, OwnScore, NotYours, NoReversal, ReversedAlready, MovedOn, NotFound.
    """

    async def unit(tx: Connection) -> Form:
        person, entry = await called(tx, caller, entry_id)
        rules.require_reverser(person, entry, await store.reversals_of(tx, entry.id), now)
        kept = Kept(reverses=entry.id)
        draft = await drafts.begin(tx, person.id, FORM, kept.next.value, dump(kept), origin, now)
        return await form_of(tx, person, draft.id, Asking(draft.step), read(draft), now, tz)

    return await db.write(unit)


# steps -----------------------------------------------------------------------------------------------------------


async def form(db: Database, caller: Person, draft_id: int, now: int, tz: tzinfo) -> Form:
    """The form as it stands. Raises MovedOn when it is over, NotForRole."""

    async def unit(tx: Connection) -> Form:
        person = await fresh(tx, caller)
        draft = await open_form(tx, person, draft_id)
        return await form_of(tx, person, draft.id, Asking(draft.step), read(draft), now, tz)

    return await db.read(unit)


async def choosing(db: Database, caller: Person, draft_id: int, unit_id: int, now: int) -> Choosing:
    """Whom to score, below a unit (0: the caller's own). Raises MovedOn, NotYours, NotFound, NotForRole."""

    async def unit(tx: Connection) -> Choosing:
        person = await fresh(tx, caller)
        draft = await open_form(tx, person, draft_id)
        here = await people.unit(tx, unit_id or person.unit.id)
        if here is None:
            raise NotFound
        if not person.unit.holds(here):
            raise NotYours
        listed = [one for one in await people.listed(tx, here.path) if one.unit.id == here.id]
        below = [one for one in await people.units(tx, here.path) if one.parent_id == here.id]
        others = tuple(one for one in listed if one.id != person.id)
        return Choosing(draft.id, person.unit, here, tuple(below), others, here.kind is UnitKind.TEAM)

    return await db.read(unit)


async def choose_person(db: Database, caller: Person, draft_id: int, person_id: int, now: int, tz: tzinfo) -> Form:
    """A person is scored. Raises MovedOn, OwnScore, NotYours, NotFound, NotForRole."""
    return await _step(db, caller, draft_id, now, tz, person=person_id)


async def choose_team(db: Database, caller: Person, draft_id: int, unit_id: int, now: int, tz: tzinfo) -> Form:
    """A team is scored. Raises MovedOn, NotYours, NotFound, NotForRole."""
    return await _step(db, caller, draft_id, now, tz, team=unit_id)


async def choose_clause(db: Database, caller: Person, draft_id: int, clause_id: int, now: int, tz: tzinfo) -> Form:
    """A clause. Raises MovedOn, NotInForce, NotFound, NotForRole."""
    return await _step(db, caller, draft_id, now, tz, clause=clause_id)


async def set_day(db: Database, caller: Person, draft_id: int, day: date, now: int, tz: tzinfo) -> Form:
    """The day it happened. A clause that was not in force then is to be chosen anew. Raises FutureDay, MovedOn."""
    return await _step(db, caller, draft_id, now, tz, day=day)


async def _step(
    db: Database,
    caller: Person,
    draft_id: int,
    now: int,
    tz: tzinfo,
    *,
    person: int | None = None,
    team: int | None = None,
    clause: int | None = None,
    day: date | None = None,
) -> Form:
    async def unit(tx: Connection) -> Form:
        who = await fresh(tx, caller)
        draft = await open_form(tx, who, draft_id)
        kept = read(draft)
        if kept.reverses is not None:
            raise MovedOn
        if person is not None or team is not None:
            kept = await _with_subject(tx, who, kept, person, team)
        if clause is not None:
            kept = await _with_clause(tx, kept, clause, now, tz)
        if day is not None:
            kept = await _with_day(tx, kept, day, now, tz)
        return await put(tx, who, draft, kept, kept.next, now, tz)

    return await db.write(unit)


async def _with_subject(tx: Connection, caller: Person, kept: Kept, person: int | None, team: int | None) -> Kept:
    """A clause is for people or for teams: the other kind of subject needs another clause."""
    kind_stays = (kept.person is None) == (person is None)
    changed = replace(kept, person=person, team=team, clause=kept.clause if kind_stays else None)
    await subject_of(tx, caller, changed)
    return changed


async def _with_clause(tx: Connection, kept: Kept, clause_id: int, now: int, tz: tzinfo) -> Kept:
    clause = await store.clause(tx, clause_id)
    if clause is None:
        raise NotFound
    if clause.subject is not kept.subject:
        raise MovedOn
    rules.require_in_force(clause, await store.standards(tx), _day(kept, now, tz))
    return replace(kept, clause=clause.id)


def _day(kept: Kept, now: int, tz: tzinfo) -> date:
    return date.fromisoformat(kept.day) if kept.day else local_date(now, tz)


async def _with_day(tx: Connection, kept: Kept, day: date, now: int, tz: tzinfo) -> Kept:
    if day > local_date(now, tz):
        raise rules.FutureDay
    standard = await in_force_on(tx, day)
    still = kept.clause is not None and standard is not None and standard.clause(kept.clause) is not None
    return replace(kept, day=day.isoformat(), clause=kept.clause if still else None)


async def take_part(
    db: Database, caller: Person, draft: Draft, text: str, message_id: int, now: int, tz: tzinfo
) -> Form:
    """The day or the reason in words. Raises BadDay, FarDay, FutureDay, NoWords, WordsTooLong, MovedOn, NotForRole."""

    async def unit(tx: Connection) -> Form:
        person = await fresh(tx, caller)
        current = await open_form(tx, person, draft.id)
        kept = read(current)
        if message_id > current.seen:
            if Asking(draft.step) is Asking.DAY:
                kept = await _with_day(tx, kept, parse_day(text, local_date(now, tz), past=True), now, tz)
            else:
                kept = replace(kept, reason=rules.words(text))
            return await put(tx, person, current, kept, kept.next, now, tz, message_id)
        return await form_of(tx, person, current.id, Asking(current.step), kept, now, tz)

    return await db.write(unit)


async def ask_part(db: Database, caller: Person, draft_id: int, asking: Asking, now: int, tz: tzinfo) -> Form:
    """Back to a part of the form that is to be changed. Raises MovedOn, NotForRole."""

    async def unit(tx: Connection) -> Form:
        person = await fresh(tx, caller)
        draft = await open_form(tx, person, draft_id)
        kept = read(draft)
        allowed = REVERSAL_PARTS if kept.reverses is not None else PARTS
        if asking not in allowed or (asking is Asking.PREVIEW and kept.next is not Asking.PREVIEW):
            raise MovedOn
        return await put(tx, person, draft, kept, asking, now, tz)

    return await db.write(unit)


PARTS = frozenset({Asking.SUBJECT, Asking.CLAUSE, Asking.DAY, Asking.REASON, Asking.PREVIEW})
REVERSAL_PARTS = frozenset({Asking.REASON, Asking.PREVIEW})


async def drop(db: Database, caller: Person, draft_id: int, now: int) -> None:
    """[放弃]. Raises MovedOn when it is over already."""

    async def unit(tx: Connection) -> None:
        person = await fresh(tx, caller)
        await drafts.close(tx, (await open_form(tx, person, draft_id)).id, now)

    await db.write(unit)
