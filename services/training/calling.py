"""Calling the roll, and offering another session to whoever missed one."""

from collections.abc import Iterable
from datetime import tzinfo

from domain import training as rules
from domain.errors import MovedOn, NotFound, NotYours
from domain.outbox import Post
from domain.people import Person
from domain.training import Makeup, Mark, NothingComes, RollCall, Session, Unplaced
from services.training.common import busy, fresh, office
from storage import audit, outbox, people
from storage import training as store
from storage.database import Connection, Database


async def _caller(tx: Connection, caller: Person, session_id: int, now: int) -> tuple[Person, Session]:
    person, session = await fresh(tx, caller), await store.session(tx, session_id)
    if session is None:
        raise NotFound
    if not rules.may_call_roll(person, session):
        raise NotYours
    rules.require_open_roll(session, now)
    return person, session


async def _roll(tx: Connection, session: Session, page: int) -> RollCall:
    listed = await store.attendants(tx, session.id)
    marks, confirmed = await store.marks(tx, session.id), await store.confirmed(tx, session.id)
    return RollCall(session, listed, marks, confirmed, page)


async def roll(db: Database, caller: Person, session_id: int, page: int, now: int) -> RollCall:
    """[点名]: nobody is marked beforehand. Raises NotYours, NotForRole, NotFound, NoDate, TooEarly."""

    async def unit(tx: Connection) -> RollCall:
        _, session = await _caller(tx, caller, session_id, now)
        return await _roll(tx, session, page)

    return await db.read(unit)


async def mark(
    db: Database, caller: Person, session_id: int, person_id: int, to: Mark | None, page: int, now: int
) -> RollCall:
    """One tap beside a name. None takes a mark back: before the roll is called nothing is noted, after it: present.

    A correction after the call is audited. Raises as ``roll``; NotYours for somebody whom the session does not concern.
    """

    async def unit(tx: Connection) -> RollCall:
        person, session = await _caller(tx, caller, session_id, now)
        if person_id not in await store.receivers(tx, session_id):
            raise NotYours
        before = (await store.marks(tx, session_id)).get(person_id)
        if await store.confirmed(tx, session_id) is not None:
            await _correct(tx, person, session, person_id, before, to or Mark.PRESENT, now)
        elif to is None:
            await store.unmark(tx, session_id, person_id)
        else:
            await store.put_marks(tx, session_id, [person_id], to, person.id, now)
        return await _roll(tx, session, page)

    return await db.write(unit)


async def _correct(
    tx: Connection, person: Person, session: Session, person_id: int, before: Mark | None, after: Mark, now: int
) -> None:
    if after is before:
        return
    await store.put_marks(tx, session.id, [person_id], after, person.id, now)
    detail = {"person": person_id, "from": before.value if before else None, "to": after.value}
    await audit.append(tx, person.id, "training.roll_corrected", f"session:{session.id}", now, detail)
    if after in rules.MISSED:
        await offer_missed(tx, session, [person_id], now)
    else:
        await store.withdraw_offer(tx, session.id, person_id)


async def confirm(db: Database, caller: Person, session_id: int, now: int) -> RollCall:
    """The roll is called: whoever is not marked was there. Twice is once. Raises as ``roll``."""

    async def unit(tx: Connection) -> RollCall:
        person, session = await _caller(tx, caller, session_id, now)
        if not await store.confirm(tx, session_id, person.id, now):
            return await _roll(tx, session, 0)
        marks = await store.marks(tx, session_id)
        there = [one for one in await store.receivers(tx, session_id) if one not in marks]
        await store.put_marks(tx, session_id, there, Mark.PRESENT, person.id, now)
        called = await _roll(tx, session, 0)
        counts = {one.value: len(called.of(one)) for one in Mark}
        await audit.append(tx, person.id, "training.roll", f"session:{session_id}", now, counts)
        await offer_missed(tx, session, (one.id for to in rules.MISSED for one in called.of(to)), now)
        return called

    return await db.write(unit)


async def offer_missed(tx: Connection, missed: Session, people_ids: Iterable[int], now: int) -> None:
    """Another session of the same course to these people, or a place on the office's list while none is dated."""
    instead = rules.elsewhere(missed, await store.sessions(tx), now)
    for person_id in sorted(people_ids):
        made = await store.offer(tx, missed.id, person_id, instead.id if instead else None, now)
        if made.state == "offered":
            key = f"makeup:{made.id}:{made.offered_id}"
            await outbox.add(tx, [Post(key, "makeup", person_id, made.id, now)], now)


async def answer(
    db: Database, caller: Person, makeup_id: int, now: int, tz: tzinfo, *, accept: bool
) -> tuple[Makeup, Session, Session]:
    """[参加] or [不能参加]: the offer as it stands, what was missed, what is offered. Twice is once.

    Raises NotFound, NotYours, MovedOn when what was offered is over or cancelled, Overlap.
    """

    async def unit(tx: Connection) -> tuple[Makeup, Session, Session]:
        made = await store.makeup(tx, makeup_id)
        if made is None or made.offered_id is None:
            raise NotFound
        if made.person_id != caller.id:
            raise NotYours
        missed, offered = await _known(tx, made.missed_id), await _known(tx, made.offered_id)
        if offered.cancelled_at is not None or offered.starts_at is None or offered.starts_at <= now:
            raise MovedOn
        if accept and made.state == "offered":
            await _require_free(tx, caller, offered, tz)
        await store.answer(tx, makeup_id, "accepted" if accept else "declined", now)
        made = await store.makeup(tx, makeup_id)
        assert made is not None
        return made, missed, offered

    return await db.write(unit)


async def _require_free(tx: Connection, person: Person, offered: Session, tz: tzinfo) -> None:
    """Raise Overlap when the person has another session at that time."""
    for other in await store.sessions(tx):
        if rules.overlaps(offered, other) and person.id in await busy(tx, other):
            raise rules.overlap(person.name, 1, other, tz)


async def offer_waiting(tx: Connection, session: Session, now: int) -> None:
    """A session has a date: who waits for one of its course is offered it."""
    for made in await store.unplaced(tx):
        missed = await _known(tx, made.missed_id)
        if made.state == "waiting" and missed.course.code is session.course.code:
            await offer_missed(tx, missed, [made.person_id], now)


async def replace_offers(tx: Connection, cancelled: Session, now: int) -> None:
    """A session is cancelled: who was offered it, or had accepted, is offered another."""
    for made in await store.take_offers_back(tx, cancelled.id, now):
        await offer_missed(tx, await _known(tx, made.missed_id), [made.person_id], now)


async def unplaced(db: Database, caller: Person) -> tuple[Unplaced, ...]:
    """Who still has to make something up and has no session for it, for the office. Raises NotForRole."""

    async def unit(tx: Connection) -> tuple[Unplaced, ...]:
        await office(tx, caller)
        return await _unplaced(tx)

    return await db.read(unit)


async def _unplaced(tx: Connection) -> tuple[Unplaced, ...]:
    found = [
        (made, await people.person(tx, made.person_id), await _known(tx, made.missed_id))
        for made in await store.unplaced(tx)
    ]
    return tuple(Unplaced(made, person, missed) for made, person, missed in found if person is not None)


async def offer_again(db: Database, caller: Person, makeup_id: int, now: int) -> tuple[Unplaced, ...]:
    """The office offers somebody on its list the next session of the course; who is left on the list. Twice is once.

    Raises NotForRole, NotFound, NothingComes while no session of the course is dated.
    """

    async def unit(tx: Connection) -> tuple[Unplaced, ...]:
        person, made = await office(tx, caller), await store.makeup(tx, makeup_id)
        if made is None:
            raise NotFound
        if made.state in {"waiting", "declined"}:
            await _again(tx, person, made, now)
        return await _unplaced(tx)

    return await db.write(unit)


async def _again(tx: Connection, person: Person, made: Makeup, now: int) -> None:
    missed = await _known(tx, made.missed_id)
    instead = rules.elsewhere(missed, await store.sessions(tx), now)
    if instead is None:
        raise NothingComes
    await store.offer(tx, missed.id, made.person_id, instead.id, now)
    await audit.append(tx, person.id, "training.makeup", f"person:{made.person_id}", now, {"session": instead.id})
    key = f"makeup:{made.id}:{instead.id}:{now}"
    await outbox.add(tx, [Post(key, "makeup", made.person_id, made.id, now)], now)


async def _known(tx: Connection, session_id: int) -> Session:
    """A session that a row refers to: sessions are cancelled, never deleted."""
    session = await store.session(tx, session_id)
    assert session is not None
    return session
