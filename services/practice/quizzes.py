"""Groups and their daily question: binding, setting the time, planning, what became of a posting, totals.

Makes no call. What is posted is leased before and settled after, like the outbox; a question of which nobody knows
whether it was posted is not posted twice. Authorises on every press; nobody's answer is ever known.
"""

import random
from dataclasses import dataclass
from datetime import date, time

import structlog

from domain.clock import MINUTE
from domain.errors import MovedOn, NotYours
from domain.outbox import Outcome
from domain.people import LEADERS, Person, Unit, require_role
from domain.practice import quizzes as rules
from domain.practice import shuffled
from domain.practice.quizzes import BoundElsewhere, ForAnother, Group, GroupCard, NotALeader, Quiz, QuizState
from services.practice.running import Bank
from services.timing import Timing
from storage import audit, people
from storage.database import Connection, Database
from storage.practice import quizzes as store

RETRY = MINUTE  # ms until a failed call is tried again
GRACE = MINUTE  # ms for Telegram to close a question by itself
UPGRADE = 5 * MINUTE  # ms within which leaving a chat and its upgrade are one event

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Heard:
    """What Telegram says of a poll. ``votes`` counts by option in the order shown, ``answered`` people."""

    poll_id: str
    question: str
    options: tuple[str, ...]
    votes: tuple[int, ...]
    answered: int
    closed: bool


# binding ---------------------------------------------------------------------------------------------------------


async def added(db: Database, person: Person | None, chat_id: int) -> tuple[Unit, ...] | None:
    """Somebody added the bot to a chat: the units it can be bound to, () when not by them; None: it is bound."""

    async def unit(tx: Connection) -> tuple[Unit, ...] | None:
        if await store.group_in(tx, chat_id) is not None:
            return None
        caller = await people.person(tx, person.id) if person else None
        return rules.bindable(caller, await people.units(tx, caller.scope)) if caller else ()

    return await db.read(unit)


async def bind(db: Database, caller: Person, chat_id: int, title: str, asked: int, unit_id: int, now: int) -> Group:
    """[绑定到 X站]. ``asked``: the id of the person for whom the button is. Twice is once.

    Raises ForAnother, NotALeader, NotYours, BoundElsewhere.
    """

    async def unit(tx: Connection) -> Group:
        person = await people.person(tx, caller.id)
        if caller.id != asked:
            raise ForAnother
        if person is None or not rules.may_bind(person):
            raise NotALeader
        units = {one.id: one for one in rules.bindable(person, await people.units(tx, person.scope))}
        if unit_id not in units:
            raise NotYours
        if await store.bind(tx, chat_id, title, unit_id, person.id, now):
            await audit.append(tx, person.id, "quiz.bind", f"unit:{unit_id}", now, {"chat": chat_id})
        bound = await store.group_in(tx, chat_id)
        assert bound is not None
        if bound.unit.id != unit_id:
            raise BoundElsewhere(unit=bound.unit.name)
        return bound

    return await db.write(unit)


async def group_in(db: Database, chat_id: int) -> Group | None:
    """The group that a chat is; None when it belongs to no unit."""
    return await db.read(lambda tx: store.group_in(tx, chat_id))


async def removed(db: Database, chat_id: int, now: int) -> None:
    """The bot is in the chat no more: the binding ends."""

    async def unit(tx: Connection) -> None:
        await _end(tx, chat_id, now, "removed")

    await db.write(unit)


async def _end(tx: Connection, chat_id: int, now: int, cause: str) -> None:
    group_id = await store.leave(tx, chat_id, now)
    if group_id is not None:
        await store.drop_waiting(tx, group_id, now)
        await audit.append(tx, None, "quiz.unbound", f"group:{group_id}", now, {"cause": cause})


async def migrated(db: Database, old: int, new: int, now: int) -> None:
    """A group was upgraded to a supergroup: another chat id, the same binding. Twice is once."""

    async def unit(tx: Connection) -> None:
        if not await store.migrate(tx, old, new, now - UPGRADE):
            await _end(tx, old, now, "upgraded")

    await db.write(unit)


async def renamed(db: Database, chat_id: int, title: str) -> None:
    """The group has another title."""
    await db.write(lambda tx: store.rename(tx, chat_id, title))


# what a leader sees and sets -------------------------------------------------------------------------------------


async def groups(db: Database, caller: Person) -> tuple[Group, ...]:
    """The groups whose questions the person sets. Raises NotForRole for whoever leads nothing."""
    require_role(caller, *LEADERS)
    return await db.read(lambda tx: store.groups(tx, caller.scope))


async def card(db: Database, bank: Bank, caller: Person, group_id: int, now: int, timing: Timing) -> GroupCard:
    """One group. Raises NotYours, MovedOn when the bot is in it no more."""

    async def unit(tx: Connection) -> GroupCard:
        return await _card(tx, bank, await _led(tx, caller, group_id), now, timing)

    return await db.read(unit)


async def set_daily(
    db: Database, bank: Bank, caller: Person, group_id: int, at: time | None, now: int, timing: Timing
) -> GroupCard:
    """The daily question comes at ``at``, or not any more (None). Twice is once.

    Raises NotYours, MovedOn, also for a time that cannot be chosen.
    """

    async def unit(tx: Connection) -> GroupCard:
        group = await _led(tx, caller, group_id)
        if at is not None and at not in rules.times(timing.quiet, timing.tz, now):
            raise MovedOn
        if await store.set_daily(tx, group_id, at, now):
            detail = {"at": at.strftime("%H:%M") if at else None}
            await audit.append(tx, caller.id, "quiz.daily", f"group:{group_id}", now, detail)
        group = await _led(tx, caller, group_id)
        return await _card(tx, bank, group, now, timing)

    return await db.write(unit)


async def _led(tx: Connection, caller: Person, group_id: int) -> Group:
    person, group = await people.person(tx, caller.id), await store.group(tx, group_id)
    if group is None:
        raise MovedOn
    if person is None or not rules.may_lead(person, group):
        raise NotYours
    return group


async def _card(tx: Connection, bank: Bank, group: Group, now: int, timing: Timing) -> GroupCard:
    came, missed = await store.recent(tx, group, bank.known)
    return GroupCard(group, rules.times(timing.quiet, timing.tz, now), came, missed)


# the daily question ----------------------------------------------------------------------------------------------


async def recover(db: Database) -> int:
    """After a start: whatever was in the air when the process ended is unknown. Returns how many."""
    return await db.write(store.recover)


async def plan_daily(db: Database, bank: Bank, now: int, timing: Timing) -> int:
    """Plan the questions that are due at ``now``, each once a day and group; one that is too late is noted as missed.

    Returns how many were planned.
    """

    async def look(tx: Connection) -> list[tuple[Group, date, int]]:
        return [one for group in await store.with_daily(tx) for one in await _undone(tx, group, now, timing)]

    planned = [await _plan_day(db, bank, *one, now, timing) for one in await db.read(look)]
    return sum(planned)


async def _undone(tx: Connection, group: Group, now: int, timing: Timing) -> list[tuple[Group, date, int]]:
    """The days of a group that are due and have no question yet, with the moment."""
    due = list(rules.due_days(group, now, timing.quiet, timing.tz))
    known = await store.days(tx, group.id, due[0][0]) if due else frozenset()
    return [(group, day, at) for day, at in due if day not in known]


async def _plan_day(db: Database, bank: Bank, group: Group, day: date, at: int, now: int, timing: Timing) -> bool:
    rng = random.Random(random.SystemRandom().getrandbits(64))

    async def unit(tx: Connection) -> bool:
        if now > at + rules.LATE:
            if await store.note_missed(tx, group, day, at, at + rules.LATE):
                await _audit_missed(tx, group.id, day, now)
            return False
        drawn = rules.draw(bank.live, await store.used(tx, group.id), rng)
        when = {"due_at": at, "late_until": at + rules.LATE, "closes_at": rules.closing(at, timing.tz)}
        planned = [await store.plan(tx, group, day, rules.DAILY, one, shuffled(one, rng), **when) for one in drawn]
        return any(planned)

    return await db.write(unit)


async def _audit_missed(tx: Connection, group_id: int, day: date, now: int) -> None:
    await audit.append(tx, None, "quiz.missed", f"group:{group_id}", now, {"day": day.isoformat()})
    log.warning("a daily question was missed", group=group_id, day=day.isoformat())


async def take(db: Database, bank: Bank, now: int, *, of_class: bool = False) -> Quiz | None:
    """Lease the next question that is due; the lease is on disk when this returns. None: nothing is due.

    One that is too late by now is noted as missed on the way, one that its class has passed over as skipped.
    """

    async def unit(tx: Connection) -> Quiz | None:
        for quiz in await store.waiting(tx, now, bank.known, of_class=of_class):
            if of_class and quiz.closes_at <= now:
                await store.settle(tx, quiz, QuizState.FAILED, "skipped", quiz.due_at)
            elif now > quiz.late_until:
                await store.settle(tx, quiz, QuizState.MISSED, quiz.cause, quiz.due_at)
                await _audit_missed(tx, quiz.group_id, quiz.day, now)
            else:
                await store.lease(tx, quiz.id)
                return quiz
        return None

    if not await db.read(lambda tx: store.waiting(tx, now, bank.known, of_class=of_class)):
        return None
    return await db.write(unit)


async def posted(db: Database, quiz: Quiz, poll_id: str, message_id: int) -> None:
    """It stands in the group."""
    await db.write(lambda tx: store.posted(tx, quiz.id, poll_id, message_id))


async def not_posted(
    db: Database, quiz: Quiz, outcome: Outcome, cause: str | None, now: int, again: int = RETRY
) -> None:
    """A call that did not post it, or perhaps did. What never left, or failed there, is tried again in ``again`` ms."""

    async def unit(tx: Connection) -> None:
        match outcome:
            case Outcome.NOT_SENT | Outcome.WAIT | Outcome.SERVER:
                await store.settle(tx, quiz, QuizState.PLANNED, outcome.value, now + again)
            case Outcome.MAYBE:
                await store.settle(tx, quiz, QuizState.UNKNOWN, outcome.value, quiz.due_at)
            case _:
                await store.settle(tx, quiz, QuizState.FAILED, cause or outcome.value, quiz.due_at)
        if outcome is Outcome.BLOCKED or cause == "chat_gone":
            await _end(tx, quiz.chat_id, now, outcome.value)

    await db.write(unit)


# totals ----------------------------------------------------------------------------------------------------------


async def heard(db: Database, bank: Bank, poll: Heard, now: int) -> None:
    """A ``poll`` update, or the answer to stopPoll: the totals of one question.

    An update about a poll that nobody knows may be of a question whose posting is in doubt: then it was posted.
    """

    async def unit(tx: Connection) -> None:
        quiz = await store.by_poll(tx, poll.poll_id, bank.known)
        if quiz is None:
            quiz = next((one for one in await store.unknown(tx, bank.known) if _same(one, poll)), None)
            if quiz is None:
                return
            await store.posted(tx, quiz.id, poll.poll_id, None)
        if rules.newer(quiz, poll.votes, poll.answered):
            await store.put_totals(tx, quiz.id, poll.votes, poll.answered, now if poll.closed else None)

    await db.write(unit)


def _same(quiz: Quiz, poll: Heard) -> bool:
    return quiz.question.stem.strip() == poll.question and len(quiz.order) == len(poll.options)


async def to_close(db: Database, bank: Bank, now: int, *, of_class: bool = False) -> tuple[Quiz, ...]:
    """Questions whose time is over and of which no end was heard; daily ones later, for they end by themselves."""
    before = now if of_class else now - GRACE
    return await db.read(lambda tx: store.to_close(tx, before, bank.known, of_class=of_class))


async def closed(db: Database, quiz: Quiz, now: int) -> None:
    """It cannot be stopped any more: what is known of it is final."""
    await db.write(lambda tx: store.close(tx, quiz.id, now))
