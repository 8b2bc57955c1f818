"""[提交], and [提为加分] of a verified deed: new entries, each once however often it is pressed."""

from datetime import date, tzinfo

from domain import scores as rules
from domain.clock import local_date
from domain.deeds import Deed, DeedState
from domain.errors import MovedOn, NotForRole, NotFound, NotYours
from domain.people import LEADERS, Person
from domain.scores import Clause, Entry
from domain.scores.shown import Asking, Card, DeedProposal
from services.scores.common import ask, card_of, fresh, the_entry
from services.scores.kept import Kept, open_form, read, subject_of
from services.scores.standards import in_force_on
from storage import audit, deeds, drafts, people
from storage import scores as store
from storage.database import Connection, Database


async def propose(db: Database, caller: Person, draft_id: int, now: int, tz: tzinfo) -> tuple[Card, bool]:
    """[提交]: the entry, and whether this press proposed it.

    Raises MovedOn, FutureDay, NotInForce, CapReached, OwnScore, NotYours, ReversedAlready, NotForRole, NotFound.
    """

    async def unit(tx: Connection) -> tuple[Card, bool]:
        person, origin = await fresh(tx, caller), f"draft:{draft_id}"
        again = await store.of_origin(tx, origin)
        if again is not None and again.proposer_id == person.id:
            return await card_of(tx, person, again.id, now), False
        draft = await open_form(tx, person, draft_id)
        kept = read(draft)
        if kept.next is not Asking.PREVIEW:
            raise MovedOn
        add = _propose if kept.reverses is None else _reverse
        entry_id = await add(tx, person, kept, origin, now, tz)
        await drafts.close(tx, draft.id, now)
        await proposed(tx, person, entry_id, now)
        return await card_of(tx, person, entry_id, now), True

    return await db.write(unit)


async def proposed(tx: Connection, person: Person, entry_id: int, now: int) -> None:
    """What follows from every new entry: the audit, and somebody who is asked."""
    entry = await the_entry(tx, entry_id)
    detail: dict[str, object] = {"clause": entry.clause.id, "points": entry.points, "reverses": entry.reverses}
    await audit.append(tx, person.id, "scores.propose", f"score:{entry.id}", now, detail)
    await ask(tx, entry.id, now)


async def _propose(tx: Connection, caller: Person, kept: Kept, origin: str, now: int, tz: tzinfo) -> int:
    subject, here = await subject_of(tx, caller, kept)
    clause, day = await store.clause(tx, kept.clause or 0), date.fromisoformat(kept.day)
    assert here is not None
    assert clause is not None  # clauses are never deleted
    if day > local_date(now, tz):
        raise rules.FutureDay
    rules.require_in_force(clause, await store.standards(tx), day)
    others = await store.of_cap(tx, clause.id, kept.person, here.id, rules.month_of(day))
    rules.require_room(clause, others, subject.name if subject else here.name, now)
    return await store.add_entry(
        tx,
        origin=origin,
        person_id=kept.person,
        unit_id=here.id,
        clause=clause,
        points=clause.points,
        happened_on=day,
        reason=kept.reason,
        proposer_id=caller.id,
        now=now,
    )


async def _reverse(tx: Connection, caller: Person, kept: Kept, origin: str, now: int, _tz: tzinfo) -> int:
    entry = await the_entry(tx, kept.reverses or 0)
    rules.require_reverser(caller, entry, await store.reversals_of(tx, entry.id), now)
    return await store.add_entry(
        tx,
        origin=origin,
        person_id=entry.person_id,
        unit_id=entry.unit.id,
        clause=entry.clause,
        points=-entry.points,
        happened_on=entry.happened_on,
        reason=kept.reason,
        proposer_id=caller.id,
        now=now,
        reverses=entry.id,
    )


# from a deed -----------------------------------------------------------------------------------------------------


async def propose_for_deed(db: Database, caller: Person, deed_id: int, now: int, tz: tzinfo) -> DeedProposal:
    """[提为加分]: one entry for each of a verified deed's people, under the clause for deeds of its kind.

    Whoever has one already keeps it; whom the cap leaves no room, and who left or belongs elsewhere, is left out.
    Raises NoClause, SharedDeed, NotYours, NotForRole, NotFound, MovedOn for a deed that is not verified.
    """

    async def unit(tx: Connection) -> DeedProposal:
        person = await fresh(tx, caller)
        deed, clause = await _scorable(tx, person, deed_id, tz)
        known = await store.of_deed(tx, deed.id)
        live = _live(known, now)
        made, full, elsewhere = [], [], 0
        for person_id in deed.people:
            if any(one.person_id == person_id for one in live):
                continue
            sharer = await people.person(tx, person_id)
            if sharer is None or not rules.may_propose(person, sharer.id, sharer.unit):
                elsewhere += 1
                continue
            tries = sum(one.person_id == person_id for one in known if one.reverses is None)
            entry = await _of_deed(tx, person, sharer, deed, clause, f"deed:{deed.id}:{person_id}:{tries}", now, tz)
            if entry is None:
                full.append(sharer.name)
            else:
                made.append(entry)
        return DeedProposal(deed.id, clause, tuple(made), live, tuple(full), elsewhere)

    return await db.write(unit)


async def _scorable(tx: Connection, caller: Person, deed_id: int, tz: tzinfo) -> tuple[Deed, Clause]:
    deed = await deeds.deed(tx, deed_id)
    if deed is None:
        raise NotFound
    if caller.id in deed.people:
        raise rules.SharedDeed
    if caller.role not in LEADERS:
        raise NotForRole
    if not caller.unit.holds(deed.unit):
        raise NotYours
    if deed.state is not DeedState.CONFIRMED:
        raise MovedOn
    standard = await in_force_on(tx, local_date(deed.happened_at, tz))
    clause = standard.for_deed(deed.kind.value) if standard is not None else None
    if clause is None:
        raise rules.NoClause
    return deed, clause


def _live(entries: tuple[Entry, ...], now: int) -> tuple[Entry, ...]:
    """The entries that stand, without reversals and what those took back for good."""
    taken_back = {one.reverses for one in entries if one.state(now) is rules.EntryState.EFFECTIVE}
    return tuple(
        one for one in entries if one.reverses is None and one.id not in taken_back and one.state(now) in rules.LIVE
    )


async def _of_deed(
    tx: Connection, caller: Person, sharer: Person, deed: Deed, clause: Clause, origin: str, now: int, tz: tzinfo
) -> Entry | None:
    """The new entry; None when the clause's cap leaves no room."""
    day = local_date(deed.happened_at, tz)
    others = await store.of_cap(tx, clause.id, sharer.id, sharer.unit.id, rules.month_of(day))
    try:
        rules.require_room(clause, others, sharer.name, now)
    except rules.CapReached:
        return None
    entry_id = await store.add_entry(
        tx,
        origin=origin,
        person_id=sharer.id,
        unit_id=sharer.unit.id,
        clause=clause,
        points=clause.points,
        happened_on=day,
        reason="",
        proposer_id=caller.id,
        now=now,
        deed_id=deed.id,
    )
    await proposed(tx, caller, entry_id, now)
    return await the_entry(tx, entry_id)
