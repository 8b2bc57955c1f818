"""课堂小测: choosing a group and a subject, the next question, the end, and the leader's card that stays current.

Makes no call: what is planned here the clockwork posts within a second, and it closes what is over.
"""

import random
from datetime import tzinfo

from domain.clock import HOUR, local_date
from domain.errors import MovedOn, NotFound, NotYours
from domain.people import Person
from domain.practice import class_quizzes as rules
from domain.practice import shuffled
from domain.practice.class_quizzes import ClassQuiz, ClassState, Setup, Subject
from domain.practice.quizzes import Group, QuizState, draw, fits
from domain.questions import Topic
from domain.training import Session
from services.practice.running import Bank
from storage import audit, people, training
from storage.database import Connection, Database
from storage.practice import class_quizzes as store
from storage.practice import quizzes

CARD_EVERY = 3_000  # ms between two edits of a card
KEPT_CURRENT = HOUR  # ms after the end for which totals that come late still change the card


# beginning -------------------------------------------------------------------------------------------------------


async def where(db: Database, caller: Person, session_id: int) -> tuple[Group, ...]:
    """The groups to which the person may put a class quiz of a session. Raises NotFound, NotYours."""

    async def unit(tx: Connection) -> tuple[Group, ...]:
        person, session = await _fresh(tx, caller), await _session(tx, session_id)
        if session is None:
            raise NotFound
        if not rules.holds_class(person, session):
            raise NotYours
        known = (*await quizzes.groups(tx, person.scope), *await quizzes.groups_above(tx, person.scope))
        groups = {group.id: group for group in known}
        return tuple(one for one in groups.values() if rules.may_begin(person, one, session))

    return await db.read(unit)


async def setup(db: Database, bank: Bank, caller: Person, group_id: int, session_id: int) -> Setup | ClassQuiz:
    """What it can be about; or the one that the person has running there. ``session_id`` 0: it is for no session.

    Raises NotYours, NotFound, MovedOn when the bot is not in the group any more.
    """

    async def unit(tx: Connection) -> Setup | ClassQuiz:
        _, group, session = await _may(tx, caller, group_id, session_id)
        running = await store.open_in(tx, group_id, bank.known)
        if running is not None and running.leader_id == caller.id:
            return running
        course: tuple[Subject, ...] = (session.course.code,) if session else ()
        subjects = (*course, *Topic, None)
        return Setup(group, session, tuple(one for one in subjects if any(map(fits, rules.about(bank.live, one)))))

    return await db.read(unit)


async def begin(
    db: Database,
    bank: Bank,
    caller: Person,
    group_id: int,
    session_id: int,
    subject: Subject,
    size: int,
    *,
    place: tuple[int, int],
    origin: str,
    now: int,
    tz: tzinfo,
) -> ClassQuiz:
    """[3题] or [5题]: the first question. One that runs in the group is over. The same ``origin`` begins it once.

    ``place``: chat and message of the card. Raises as ``setup``.
    """
    rng = _rng()

    async def unit(tx: Connection) -> ClassQuiz:
        again = await store.of_origin(tx, origin, bank.known)
        if again is not None:
            return again
        person, group, _ = await _may(tx, caller, group_id, session_id)
        if size not in rules.SIZES:
            raise MovedOn
        running = await store.open_in(tx, group_id, bank.known)
        if running is not None:
            await _end(tx, running, ClassState.DROPPED, now)
        about = (group.id, session_id or None, person.id, subject, size)
        class_id = await store.add(tx, *about, origin=origin, place=place, now=now)
        detail = {"class": class_id, "size": size, "session": session_id or None}
        await audit.append(tx, person.id, "quiz.class", f"group:{group.id}", now, detail)
        if not await _put(tx, bank, await _get(tx, bank, class_id), rng, now, tz):
            raise MovedOn
        return await _showing(tx, bank, class_id, place, now)

    return await db.write(unit)


async def _may(tx: Connection, caller: Person, group_id: int, session_id: int) -> tuple[Person, Group, Session | None]:
    person, group, session = await _fresh(tx, caller), await quizzes.group(tx, group_id), await _session(tx, session_id)
    if group is None:
        raise MovedOn
    if not rules.may_begin(person, group, session):
        raise NotYours
    return person, group, session


async def _fresh(tx: Connection, caller: Person) -> Person:
    person = await people.person(tx, caller.id)
    if person is None:
        raise NotYours
    return person


async def _session(tx: Connection, session_id: int) -> Session | None:
    """0 is none. Raises NotFound."""
    session = await training.session(tx, session_id) if session_id else None
    if session_id and session is None:
        raise NotFound
    return session


# running ---------------------------------------------------------------------------------------------------------


async def card(db: Database, bank: Bank, caller: Person, class_id: int, place: tuple[int, int], now: int) -> ClassQuiz:
    """As it stands; its card is in this message from now on. Raises NotYours."""

    async def unit(tx: Connection) -> ClassQuiz:
        await _own(tx, bank, caller, class_id)
        return await _showing(tx, bank, class_id, place, now)

    return await db.write(unit)


async def go_on(
    db: Database,
    bank: Bank,
    caller: Person,
    class_id: int,
    position: int,
    *,
    place: tuple[int, int],
    now: int,
    tz: tzinfo,
) -> ClassQuiz:
    """[下一题] under the question at ``position``: it closes and the next one comes, or it is over. Twice is once."""
    rng = _rng()

    async def unit(tx: Connection) -> ClassQuiz:
        own = await _own(tx, bank, caller, class_id)
        if own.state is ClassState.OPEN and own.position == position:
            await _close(tx, own, now)
            if own.last or not await _put(tx, bank, own, rng, now, tz):
                await _end(tx, own, ClassState.FINISHED, now)
        return await _showing(tx, bank, class_id, place, now)

    return await db.write(unit)


async def finish(
    db: Database, bank: Bank, caller: Person, class_id: int, place: tuple[int, int], now: int
) -> ClassQuiz:
    """[提前结束]. Twice is once."""

    async def unit(tx: Connection) -> ClassQuiz:
        await _end(tx, await _own(tx, bank, caller, class_id), ClassState.FINISHED, now)
        return await _showing(tx, bank, class_id, place, now)

    return await db.write(unit)


def _rng() -> random.Random:
    return random.Random(random.SystemRandom().getrandbits(64))


async def _put(tx: Connection, bank: Bank, own: ClassQuiz, rng: random.Random, now: int, tz: tzinfo) -> bool:
    """The next question is due now. False when none is left that was not put in this one."""
    before = {one.question.id for one in own.quizzes}
    left = [one for one in rules.about(bank.live, own.subject) if one.id not in before]
    for question in draw(left, await quizzes.used(tx, own.group.id), rng):
        day, slot = local_date(now, tz), f"class:{own.id}:{len(own.quizzes)}"
        when = {"due_at": now, "late_until": now + rules.LATE, "closes_at": own.created_at + rules.LONGEST}
        order = shuffled(question, rng)
        return await quizzes.plan(tx, own.group, day, slot, question, order, class_id=own.id, **when)
    return False


async def _close(tx: Connection, own: ClassQuiz, now: int) -> None:
    """What stands there is stopped; what waits to be posted is not posted any more."""
    current = own.current
    if current.state is QuizState.PLANNED:
        await quizzes.settle(tx, current, QuizState.FAILED, "skipped", current.due_at)
    await quizzes.close_by(tx, current.id, now)


async def _end(tx: Connection, own: ClassQuiz, state: ClassState, now: int) -> None:
    if await store.end(tx, own.id, state, now):
        await _close(tx, own, now)


async def _own(tx: Connection, bank: Bank, caller: Person, class_id: int) -> ClassQuiz:
    own = await store.get(tx, class_id, bank.known)
    if own is None or own.leader_id != caller.id:
        raise NotYours
    if not rules.may_begin(await _fresh(tx, caller), own.group, await _session(tx, own.session_id or 0)):
        raise NotYours
    return own


async def _get(tx: Connection, bank: Bank, class_id: int) -> ClassQuiz:
    own = await store.get(tx, class_id, bank.known)
    assert own is not None
    return own


async def _showing(tx: Connection, bank: Bank, class_id: int, place: tuple[int, int], now: int) -> ClassQuiz:
    own = await _get(tx, bank, class_id)
    await store.show(tx, class_id, place, own.figures, now)
    return own


# the card that stays current -------------------------------------------------------------------------------------


async def outdated(db: Database, bank: Bank, now: int) -> tuple[tuple[ClassQuiz, Person], ...]:
    """Class quizzes whose card shows other figures than they have, and who leads them; each every 3 s at most."""

    async def unit(tx: Connection) -> tuple[tuple[ClassQuiz, Person], ...]:
        found = await store.shown_lately(tx, now - KEPT_CURRENT, bank.known)
        changed = [one for one in found if one.shown != one.figures and now - one.shown_at >= CARD_EVERY]
        leaders = [(one, await people.person(tx, one.leader_id)) for one in changed]
        return tuple((one, leader) for one, leader in leaders if leader is not None)

    return await db.read(unit)


async def note_shown(db: Database, own: ClassQuiz, now: int) -> None:
    """The card shows the figures of ``own``, unless it stands elsewhere by now."""
    await db.write(lambda tx: store.note_shown(tx, own, now))


async def expire(db: Database, bank: Bank, now: int) -> None:
    """Whatever nobody has ended after two hours is over."""

    async def look(tx: Connection) -> list[ClassQuiz]:
        found = await store.shown_lately(tx, now + 1, bank.known)
        return [one for one in found if now - one.created_at > rules.LONGEST]

    for own in await db.read(look):
        await db.write(lambda tx, own=own: _end(tx, own, ClassState.FINISHED, now))  # type: ignore[misc]
