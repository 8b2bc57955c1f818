"""Changing sessions: a form in the chat, a preview of who is told, and the change with all that follows from it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import tzinfo

from domain import training as rules
from domain.errors import MovedOn, NotFound
from domain.outbox import Post, State
from domain.people import Person
from domain.questions import Course
from domain.reminders import session_slots
from domain.training import Changed, Part, Preview, Session, WasHeld
from services import schedules
from services.timing import Timing
from services.training.calling import offer_waiting, replace_offers
from services.training.common import busy, office
from storage import audit, drafts, outbox, people
from storage import training as store
from storage.database import Connection, Database
from storage.drafts import Draft

FORM = "session"


async def _session(tx: Connection, session_id: int) -> Session:
    session = await store.session(tx, session_id)
    if session is None:
        raise NotFound
    if session.cancelled_at is not None:
        raise MovedOn
    if await store.confirmed(tx, session_id) is not None:
        raise WasHeld
    return session


# the form --------------------------------------------------------------------------------------------------------


async def ask(db: Database, caller: Person, session_id: int, part: Part, origin: str, now: int) -> Session:
    """[改时间] and the like: what the caller sends next is the new value. Raises NotForRole, NotFound, MovedOn."""

    async def unit(tx: Connection) -> Session:
        person, session = await office(tx, caller), await _session(tx, session_id)
        data = json.dumps({"session": session.id, "part": part.value})
        await drafts.begin(tx, person.id, FORM, "ask", data, origin, now)
        return session

    return await db.write(unit)


async def take(
    db: Database, caller: Person, draft: Draft, text: str, message_id: int, now: int, timing: Timing
) -> Preview:
    """What was typed, as a preview. Typed again it replaces what was typed before; nothing is changed yet.

    Raises what the part's rules refuse, Overlap, NotForRole, NotFound, MovedOn.
    """

    async def unit(tx: Connection) -> Preview:
        await office(tx, caller)
        current = await drafts.open_draft(tx, draft.id, caller.id)
        if current is None:
            raise MovedOn
        data = json.loads(current.data)
        session, part = await _session(tx, data["session"]), Part(data["part"])
        if message_id > current.seen:
            value = await _value(tx, session, part, text, now, timing)
            data |= {"value": value, "sequence": session.sequence}
            await _checked(tx, session, part, value, timing.tz)
            await drafts.put(tx, current.id, "confirm", json.dumps(data, ensure_ascii=False), message_id)
        return await _preview(tx, current.id, session, part, data["value"], caller)

    return await db.write(unit)


async def _value(tx: Connection, session: Session, part: Part, text: str, now: int, timing: Timing) -> object:
    if part is not Part.ORGANISER and rules.undecided(text):
        return [None, None] if part is Part.TIME else None
    if part is Part.TIME:
        return list(rules.parse_time(text, session, now, timing.tz))
    if part is Part.ORGANISER:
        return rules.find_person(text, await people.listed(tx, "")).id
    return rules.checked_text(text)


async def _checked(tx: Connection, session: Session, part: Part, value: object, tz: tzinfo) -> Session:
    after = rules.changed(session, part, tuple(value) if isinstance(value, list) else value)
    if part in {Part.TIME, Part.ORGANISER}:
        await _require_free(tx, after, tz)
    return after


async def _require_free(tx: Connection, after: Session, tz: tzinfo) -> None:
    """Raise Overlap when somebody would have to be in two places."""
    there = await busy(tx, after)
    for other in await store.sessions(tx):
        both = sorted(there & await busy(tx, other)) if rules.overlaps(after, other) else []
        if both:
            first = await people.person(tx, both[0])
            raise rules.overlap(first.name if first else "", len(both), other, tz)


async def _preview(
    tx: Connection, draft_id: int, session: Session, part: Part, value: object, caller: Person
) -> Preview:
    after = rules.changed(session, part, tuple(value) if isinstance(value, list) else value)
    told = int(after.organiser_id != caller.id) if part is Part.ORGANISER else len(await _affected(tx, session, caller))
    organiser = await people.person(tx, after.organiser_id) if part is Part.ORGANISER and after.organiser_id else None
    return Preview(draft_id, part, session, after, told, organiser)


async def _affected(tx: Connection, session: Session, caller: Person) -> Sequence[int]:
    """Whom the session concerns, and who organises it; never the one who changes it."""
    return sorted(await busy(tx, session) - {caller.id})


# changing --------------------------------------------------------------------------------------------------------


async def apply(db: Database, caller: Person, draft_id: int, now: int, timing: Timing) -> Changed:
    """[确认]: what the preview said, if the session is still what it was. Raises MovedOn, Overlap, NotForRole."""

    async def unit(tx: Connection) -> Changed:
        person = await office(tx, caller)
        draft = await drafts.open_draft(tx, draft_id, person.id)
        if draft is None or draft.kind != FORM or draft.step != "confirm":
            raise MovedOn
        data = json.loads(draft.data)
        session = await _session(tx, data["session"])
        if session.sequence != data["sequence"]:
            raise MovedOn
        after = await _checked(tx, session, Part(data["part"]), data["value"], timing.tz)
        await drafts.close(tx, draft.id, now)
        return await _change(tx, person, session, after, now, timing)

    return await db.write(unit)


async def _change(tx: Connection, person: Person, before: Session, after: Session, now: int, timing: Timing) -> Changed:
    session = await _written(tx, replace(after, updated_at=now))
    await audit.append(tx, person.id, "training.change", f"session:{after.id}", now, _differences(before, after))
    await schedules.plan(tx, "session", session.id, session_slots(session, timing.tz), now)
    if before.starts_at != session.starts_at:
        await outbox.cancel(tx, "session", session.id, now)
        await offer_waiting(tx, session, now)
    if before.organiser_id != session.organiser_id:
        return Changed(session, await _tell_organiser(tx, person, session, now))
    return Changed(session, await _tell(tx, person, before, session, now))


async def _written(tx: Connection, session: Session) -> Session:
    """The session as it is stored now, its sequence grown. It was read in this transaction: nobody was faster."""
    await store.change_session(tx, session)
    after = await store.session(tx, session.id)
    assert after is not None
    return after


def _differences(before: Session, after: Session) -> dict[str, object]:
    fields = ("starts_at", "ends_at", "venue", "lecturer", "bring", "organiser_id", "cancelled_at")
    pairs = ((name, getattr(before, name), getattr(after, name)) for name in fields)
    return {name: [old, new] for name, old, new in pairs if old != new}


async def _tell_organiser(tx: Connection, person: Person, session: Session, now: int) -> int:
    organiser = session.organiser_id
    if organiser is None or organiser == person.id:
        return 0
    key = f"organiser:{session.id}:{session.sequence}"
    return await outbox.add(tx, [Post(key, "rollcall", organiser, session.id, now, {"assigned": True})], now)


async def _tell(tx: Connection, person: Person, before: Session, session: Session, now: int) -> int:
    """One message a minute after the first change; later changes within it only change what it will say."""
    change = await store.open_change(tx, session.id, now)
    change = change or await store.add_change(tx, before, person.id, now + rules.SETTLING)
    affected = await _affected(tx, session, person)
    # Whoever still has a message waiting (held over night) reads there what is new, against what they knew.
    waiting = await _waiting(tx, session)
    posts = [
        Post(
            f"session_change:{change.id}:{one}",
            "session_change",
            one,
            session.id,
            change.tell_at,
            {"change": change.id},
        )
        for one in affected
        if one not in waiting
    ]
    await outbox.add(tx, posts, now)
    return len(affected)


async def _waiting(tx: Connection, session: Session) -> dict[int, int]:
    """By person: the change of which they have not been told yet."""
    items = await outbox.of_subject(tx, "session_change", session.id)
    return {item.person_id: int(str(item.detail["change"])) for item in items if item.state is State.PENDING}


async def may_cancel(db: Database, caller: Person, session_id: int) -> tuple[Session, int]:
    """[取消此场] asks first: the session, and how many would be told. Raises NotForRole, NotFound, MovedOn."""

    async def unit(tx: Connection) -> tuple[Session, int]:
        await office(tx, caller)
        session = await _session(tx, session_id)
        return session, len(await _affected(tx, session, caller))

    return await db.read(unit)


async def cancel(db: Database, caller: Person, session_id: int, now: int, timing: Timing) -> Changed:
    """Cancel a session: its reminders end, and whoever knew a date is told once. Raises as ``may_cancel``."""

    async def unit(tx: Connection) -> Changed:
        person, session = await office(tx, caller), await _session(tx, session_id)
        after = await _written(tx, replace(session, cancelled_at=now, updated_at=now))
        await audit.append(tx, person.id, "training.cancel", f"session:{session.id}", now)
        await schedules.plan(tx, "session", session.id, (), now)
        waiting = await _waiting(tx, session)
        for kind in ("session", "session_change", "rollcall"):
            await outbox.cancel(tx, kind, session.id, now)
        told = await _tell_cancelled(tx, person, session, waiting, now)
        await replace_offers(tx, session, now)
        return Changed(after, told)

    return await db.write(unit)


async def _tell_cancelled(
    tx: Connection, person: Person, session: Session, waiting: Mapping[int, int], now: int
) -> int:
    """Whoever knew a date. ``waiting``: changes that people were not told of, so that they read the date they knew."""
    kind, posts = "session_cancelled", []
    for one in await _affected(tx, session, person):
        change = await store.change(tx, waiting[one]) if one in waiting else None
        known = rules.as_known(session, change) if change else session
        if known.starts_at is not None and not known.over(now):
            detail = {"change": change.id} if change else {}
            posts.append(Post(f"{kind}:{session.id}:{one}", kind, one, session.id, now, detail))
    return await outbox.add(tx, posts, now)


async def create(db: Database, caller: Person, course: Course, batch: int, origin: str, now: int) -> Session:
    """[新增场次]: a session without a date, to be filled in from its card. The same press again makes it once.

    Raises NotForRole, NotFound.
    """

    async def unit(tx: Connection) -> Session:
        person = await office(tx, caller)
        info = next((one for one in await store.courses(tx) if one.code is course), None)
        if info is None:
            raise NotFound
        uid = f"{course}-{batch}-{origin.replace(':', '-')}@tollmate"
        known = next((one for one in await store.sessions(tx) if one.uid == uid), None)
        if known is not None:
            return known
        blank = Session(0, uid, info, batch, None, None, None, None, None, 0, None, now)
        session_id = await store.add_session(tx, blank)
        await audit.append(tx, person.id, "training.create", f"session:{session_id}", now)
        return await _session(tx, session_id)

    return await db.write(unit)


async def courses(db: Database, caller: Person) -> Sequence[rules.CourseInfo]:
    """What a new session may be of. Raises NotForRole."""

    async def unit(tx: Connection) -> Sequence[rules.CourseInfo]:
        await office(tx, caller)
        return await store.courses(tx)

    return await db.read(unit)
