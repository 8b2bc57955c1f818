"""What every use case of rewards and penalties begins and ends with: fresh rows, the card, what waits, who is told."""

from dataclasses import replace

from domain.errors import NotFound
from domain.outbox import Post
from domain.people import Person, Role
from domain.scores import awards as rules
from domain.scores.award_shown import Card, Rights
from domain.scores.awards import Award, AwardStep, Step
from services.scores.common import fresh
from storage import drafts, outbox, people
from storage.database import Connection
from storage.scores import awards as store

FORM = "awards"  # the kind of every form of this area
ASK, NEWS, DUE, ANSWER = "award_ask", "award_news", "award_due", "award_answer"  # outbox kinds
PAUSE = 30_000  # ms after a proposal before somebody is asked: a slip is taken back within it


async def the_award(tx: Connection, award_id: int) -> Award:
    """The proposal. Raises NotFound."""
    award = await store.award(tx, award_id)
    if award is None:
        raise NotFound
    return award


async def called(tx: Connection, caller: Person, award_id: int) -> tuple[Person, Award]:
    """Caller and proposal; rights are still to be checked. Raises NotForRole, NotFound."""
    return await fresh(tx, caller), await the_award(tx, award_id)


async def readable(tx: Connection, caller: Person, award_id: int) -> tuple[Person, Award]:
    """Caller and proposal, for whoever may read it. Raises NotYours, MovedOn, NotForRole, NotFound."""
    person, award = await called(tx, caller, award_id)
    rules.require_reader(person, award)
    return person, award


async def card_of(tx: Connection, caller: Person, award_id: int, now: int) -> Card:
    """The proposal as the caller may deal with it, without what others objected unless the caller deals with it."""
    award = await the_award(tx, award_id)
    deals = rules.deals_with(caller, award)
    return Card(
        award=award if deals else replace(award, objections=()),
        state=award.state(now),
        caller=caller,
        rights=_rights(caller, award, now),
        deals=deals,
        concerned=rules.concerned(caller, award),
        own=award.objection_of(caller.id),
        left=len([one for one in await waiting(tx, caller, now) if one.id != award.id]),
    )


def _rights(caller: Person, award: Award, now: int) -> Rights:
    return Rights(
        agree=rules.may_agree(caller, award, now),
        decide=rules.may_decide(caller, award, now),
        withdraw=rules.may_withdraw(caller, award),
        object=rules.may_object(caller, award, now),
    )


async def leave(tx: Connection, person_id: int, now: int) -> None:
    """Close the form of this area that the person has open, if it is the one that they are in."""
    draft = await drafts.awaiting(tx, person_id)
    if draft is not None and draft.kind == FORM:
        await drafts.close(tx, draft.id, now)


# what waits ------------------------------------------------------------------------------------------------------


async def waiting(tx: Connection, caller: Person, now: int) -> tuple[Award, ...]:
    """What the caller, of the office, may agree to or decide at ``now`` (ms UTC), the longest first."""
    if caller.role is not Role.OFFICE:
        return ()
    within = await store.open_within(tx, caller.scope)
    mine = [one for one in within if rules.may_agree(caller, one, now) or rules.may_decide(caller, one, now)]
    return tuple(sorted(mine, key=lambda one: (one.waits_since, one.id)))


async def waiting_count(tx: Connection, caller: Person, now: int) -> int:
    """How many wait for the caller: for the first screen and the digest."""
    return len(await waiting(tx, caller, now))


# telling ---------------------------------------------------------------------------------------------------------


async def able(tx: Connection, award: Award) -> tuple[Person, ...]:
    """Who of the office may agree to it and decide it."""
    return tuple(one for one in await people.leaders(tx) if rules.may_sign(one, award))


async def ask(tx: Connection, award: Award, now: int) -> None:
    """The office is asked to agree."""
    posts = [Post(f"{ASK}:{award.id}:{one.id}", ASK, one.id, award.id, now + PAUSE) for one in await able(tx, award)]
    await outbox.add(tx, posts, now)


async def follow(tx: Connection, award_id: int, now: int) -> None:
    """What follows from the last step: requests that are moot go, the next one is put in, news are told."""
    award = await the_award(tx, award_id)
    step = award.steps[-1]
    await outbox.cancel(tx, ASK, award.id, now)
    if step.until is not None:
        posts = [Post(f"{DUE}:{award.id}:{one.id}", DUE, one.id, award.id, step.until) for one in await able(tx, award)]
        await outbox.add(tx, posts, now)
    else:
        await outbox.cancel(tx, DUE, award.id, now)
    await _tell(tx, award, step, now)


async def _tell(tx: Connection, award: Award, step: Step, now: int) -> None:
    """To whom it concerns once the notice period has begun, and to whoever proposed it and did not do this."""
    posts = []
    if award.agreed is not None:
        posts += [_post(NEWS, award, step, one.id, now) for one in await _concerned(tx, award)]
    present = await people.person(tx, award.proposer_id) is not None
    if step.kind is not AwardStep.WITHDRAWN and present:
        posts.append(_post(ANSWER, award, step, award.proposer_id, now))
    await outbox.add(tx, posts, now)


async def _concerned(tx: Connection, award: Award) -> tuple[Person, ...]:
    if award.person_id is None:
        return tuple(one for one in await people.listed(tx, award.unit.path) if rules.concerned(one, award))
    person = await people.person(tx, award.person_id)
    return (person,) if person is not None else ()


def _post(kind: str, award: Award, step: Step, person_id: int, now: int) -> Post:
    key = f"{kind}:{award.id}:{step.kind.value}:{person_id}"
    return Post(key, kind, person_id, award.id, now, {"step": step.kind.value})
