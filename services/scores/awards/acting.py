"""What people do with a proposal: agree, refuse, withdraw, object, decide. Each at most once, whoever presses twice.

A press on what is over already is no refusal: whoever may read the proposal sees how it stands.
"""

from collections.abc import Awaitable, Callable
from datetime import tzinfo

from domain.clock import local_date
from domain.people import Person
from domain.scores import awards as rules
from domain.scores.award_shown import Card
from domain.scores.awards import Award, AwardState, AwardStep
from services.calendar import working_days
from services.scores.awards.common import called, card_of, follow, leave, waiting
from storage import audit
from storage.database import Connection, Database
from storage.scores import awards as store

Act = Callable[[Connection, Person, Award], Awaitable[bool]]


async def _act(
    db: Database, caller: Person, award_id: int, now: int, act: Act, *, onward: bool = False
) -> tuple[Card, bool]:
    """The card after an act, and whether this press did it. ``onward``: the next that waits for the caller, if any."""

    async def unit(tx: Connection) -> tuple[Card, bool]:
        person, award = await called(tx, caller, award_id)
        done = await act(tx, person, award)
        if not done:
            rules.require_reader(person, award)
        following = await waiting(tx, person, now) if onward and done else ()
        return await card_of(tx, person, following[0].id if following else award.id, now), done

    return await db.write(unit)


async def _step(
    tx: Connection, person: Person, award: Award, kind: AwardStep, now: int, text: str = "", until: int | None = None
) -> bool:
    """The step with all that follows from it."""
    await store.add_step(tx, award.id, kind, person.id, now, text, until)
    detail: dict[str, object] = {"until": until} if until is not None else {"objections": len(award.objections)}
    await audit.append(tx, person.id, f"awards.{_VERBS[kind]}", f"award:{award.id}", now, detail)
    await follow(tx, award.id, now)
    return True


_VERBS = {
    AwardStep.AGREED: "agree",
    AwardStep.REFUSED: "refuse",
    AwardStep.WITHDRAWN: "withdraw",
    AwardStep.PASSED: "pass",
    AwardStep.REJECTED: "reject",
}


async def agree(
    db: Database, caller: Person, award_id: int, now: int, tz: tzinfo, *, onward: bool = False
) -> tuple[Card, bool]:
    """[同意公示]: the notice period begins and ends with the fifth working day after today.

    Raises OwnProposal, OwnAward, OwnTeam, NotYours, NotForRole, NotFound.
    """

    async def act(tx: Connection, person: Person, award: Award) -> bool:
        if award.state(now) is not AwardState.PROPOSED:
            return False
        rules.require_office(person, award)
        today = local_date(now, tz)
        until = rules.end_of(rules.last_day(today, await working_days(tx, today)), tz)
        return await _step(tx, person, award, AwardStep.AGREED, now, until=until)

    return await _act(db, caller, award_id, now, act, onward=onward)


async def refuse(
    db: Database, caller: Person, award_id: int, reason: str, now: int, *, onward: bool = False
) -> tuple[Card, bool]:
    """[退回] with a reason. Raises NoWords, WordsTooLong, and as ``agree``."""
    text = rules.words(reason)

    async def act(tx: Connection, person: Person, award: Award) -> bool:
        await leave(tx, person.id, now)
        if award.state(now) is not AwardState.PROPOSED:
            return False
        rules.require_office(person, award)
        return await _step(tx, person, award, AwardStep.REFUSED, now, text)

    return await _act(db, caller, award_id, now, act, onward=onward)


async def withdraw(db: Database, caller: Person, award_id: int, now: int) -> tuple[Card, bool]:
    """[撤回], by whoever proposed it, before it is decided. Raises NotYours, NotForRole, NotFound."""

    async def act(tx: Connection, person: Person, award: Award) -> bool:
        rules.require_withdrawer(person, award)
        if award.end is not None:
            return False
        return await _step(tx, person, award, AwardStep.WITHDRAWN, now)

    return await _act(db, caller, award_id, now, act)


async def object_(db: Database, caller: Person, award_id: int, words: str, now: int) -> tuple[Card, bool]:
    """[提异议], [陈述申辩] in words, while the notice period runs; again replaces what was said. False: it said this.

    The audit holds that and when it was changed and not the words: those may have to be erased.
    Raises NoWords, WordsTooLong, OwnProposal, NoticeOver, MovedOn, NotYours, NotForRole, NotFound.
    """
    text = rules.words(words)

    async def act(tx: Connection, person: Person, award: Award) -> bool:
        rules.require_objector(person, award, now)
        await leave(tx, person.id, now)
        before = award.objection_of(person.id)
        if before is not None and before.text == text:
            return False
        await store.put_objection(tx, award.id, person.id, text, now)
        detail: dict[str, object] = {"changed": before is not None, "length": len(text)}
        await audit.append(tx, person.id, "awards.object", f"award:{award.id}", now, detail)
        return True

    return await _act(db, caller, award_id, now, act)


async def decide(
    db: Database, caller: Person, award_id: int, reason: str, now: int, *, passed: bool, onward: bool = False
) -> tuple[Card, bool]:
    """[通过], [不通过] after the notice period; ``reason`` may be "" where it is passed and nobody objected.

    Raises WordsTooLong, OwnProposal, OwnAward, OwnTeam, NotYours, NotForRole, NotFound, NoticeRuns, ReasonDue, MovedOn.
    """
    text = rules.words(reason) if reason.strip() else ""

    async def act(tx: Connection, person: Person, award: Award) -> bool:
        if award.end is not None:
            await leave(tx, person.id, now)
            return False
        rules.require_decider(person, award, now)
        rules.require_reason(award, text, passed=passed)
        await leave(tx, person.id, now)
        return await _step(tx, person, award, AwardStep.PASSED if passed else AwardStep.REJECTED, now, text)

    return await _act(db, caller, award_id, now, act, onward=onward)
