"""换期: asking a colleague, their answer, the leaders' approval, and the exchange of batches.

Every step is a change of state from where it was read, so of two who press at once the first wins and the second sees
what came of it.
"""

from collections.abc import Iterable

from domain.errors import NotForRole, NotFound, NotYours
from domain.outbox import Item, Post
from domain.people import Person
from domain.training.splitting import TRAINED
from domain.training.swapping import (
    AlreadySwapping,
    Colleagues,
    NoBatch,
    SameBatch,
    Swap,
    SwapLetter,
    SwapState,
    circle,
    colleagues,
    leads,
    may_answer,
    may_decide,
    may_see_swap,
    may_withdraw,
    nearest_leaders,
)
from services.training.calling import offer_missed
from services.training.common import coming, fresh, rebatch
from storage import audit, outbox, people
from storage import training as store
from storage.database import Connection, Database
from storage.training import covering, swaps

ASK, ANSWER = "swap_ask", "swap_answer"  # outbox kinds


async def choose(db: Database, caller: Person, page: int) -> Colleagues:
    """[换期]: whom to ask, or the request that is open. Raises NotForRole, NoBatch."""

    async def unit(tx: Connection) -> Colleagues:
        person = await fresh(tx, caller)
        if person.role not in TRAINED:
            raise NotForRole
        listed = colleagues(person, await people.listed(tx, circle(person)))
        return Colleagues(listed, await swaps.open_swap_of(tx, person.id), page)

    return await db.read(unit)


async def ask(db: Database, caller: Person, colleague_id: int, origin: str, now: int) -> Swap:
    """A colleague is asked to change batches. The same press (``origin``) again shows the request it made.

    Raises NotForRole, NotFound, NoBatch, SameBatch, AlreadySwapping.
    """

    async def unit(tx: Connection) -> Swap:
        person = await fresh(tx, caller)
        made = await swaps.swap_of_origin(tx, origin)
        if made is not None:
            return made
        colleague = await people.person(tx, colleague_id)
        if colleague is None:
            raise NotFound
        await swaps.end_void(tx, now)
        await _require_swappable(tx, person, colleague)
        swap_id = await swaps.add_swap(tx, person.id, colleague.id, person.batch or 0, origin, now)
        swap = await _the_swap(tx, swap_id or 0)
        await audit.append(tx, person.id, "training.swap_ask", f"swap:{swap.id}", now, {"colleague": colleague.id})
        await outbox.add(tx, [Post(f"{ASK}:{swap.id}:colleague", ASK, colleague.id, swap.id, now)], now)
        return swap

    return await db.write(unit)


async def _require_swappable(tx: Connection, person: Person, colleague: Person) -> None:
    if person.role not in TRAINED:
        raise NotForRole
    if person.batch is None:
        raise NoBatch
    if not colleague.unit.path.startswith(circle(person)):
        raise NotYours
    if colleague.role not in TRAINED or colleague.batch != 3 - person.batch:
        raise SameBatch
    for one in (person, colleague):
        if await swaps.open_swap_of(tx, one.id) is not None:
            raise AlreadySwapping(name=one.name)


async def look(db: Database, caller: Person, swap_id: int) -> Swap:
    """The request as it stands. Raises NotForRole, NotFound, NotYours."""

    async def unit(tx: Connection) -> Swap:
        return (await _seen(tx, caller, swap_id))[1]

    return await db.read(unit)


async def answer(db: Database, caller: Person, swap_id: int, now: int, *, agree: bool) -> Swap:
    """[同意] or [不同意] of the colleague; agreeing asks the leaders. Pressed late it shows what came of it.

    Raises NotForRole, NotFound, NotYours.
    """

    async def unit(tx: Connection) -> Swap:
        person, swap = await _seen(tx, caller, swap_id)
        if not may_answer(person, swap):
            return swap
        to = _answered(swap, agree=agree)
        await swaps.move_swap(tx, swap.id, SwapState.ASKED, to, now)
        await audit.append(tx, person.id, f"training.swap_{to}", f"swap:{swap.id}", now)
        if to is SwapState.AGREED:
            await _ask_leaders(tx, swap, now)
        else:
            await _tell(tx, swap, to, [swap.asker], now)
        return await _the_swap(tx, swap.id)

    return await db.write(unit)


def _answered(swap: Swap, *, agree: bool) -> SwapState:
    if not agree:
        return SwapState.DECLINED
    return SwapState.AGREED if swap.as_meant() else SwapState.MOOT


async def decide(db: Database, caller: Person, swap_id: int, now: int, *, approve: bool) -> Swap:
    """[批准] or [不批准] of a leader, for the sides they lead; with both approved the batches are exchanged.

    Raises NotForRole, NotFound, NotYours.
    """

    async def unit(tx: Connection) -> Swap:
        person, swap = await _seen(tx, caller, swap_id)
        if not may_decide(person, swap):
            return swap
        if approve:
            return await _approve(tx, person, swap, now)
        await swaps.move_swap(tx, swap.id, SwapState.AGREED, SwapState.REFUSED, now)
        return await _settled(tx, person, swap, SwapState.REFUSED, now)

    return await db.write(unit)


async def _approve(tx: Connection, person: Person, swap: Swap, now: int) -> Swap:
    sides = {"asker": leads(person, swap.asker), "colleague": leads(person, swap.colleague)}
    await swaps.approve_swap(tx, swap.id, person.id, **sides, now=now)
    await audit.append(tx, person.id, "training.swap_approve", f"swap:{swap.id}", now, dict(sides))
    swap = await _the_swap(tx, swap.id)
    if swap.asker_by is None or swap.colleague_by is None:
        return swap
    if not swap.as_meant():
        await swaps.move_swap(tx, swap.id, SwapState.AGREED, SwapState.MOOT, now)
        return await _settled(tx, person, swap, SwapState.MOOT, now)
    await swaps.move_swap(tx, swap.id, SwapState.AGREED, SwapState.DONE, now)
    for one in swap.parties:
        await rebatch(tx, one, 3 - (one.batch or 0), now)
    done = await _settled(tx, person, swap, SwapState.DONE, now)
    for one in swap.parties:
        await _make_up(tx, one.id, now)
    return done


async def _settled(tx: Connection, person: Person, swap: Swap, state: SwapState, now: int) -> Swap:
    await audit.append(tx, person.id, f"training.swap_{state}", f"swap:{swap.id}", now)
    await outbox.cancel(tx, ASK, swap.id, now)
    await _tell(tx, swap, state, swap.parties, now)
    return await _the_swap(tx, swap.id)


async def _make_up(tx: Connection, person_id: int, now: int) -> None:
    """Courses that the new batch has behind it and the person was not taught are made up for like any missed one."""
    person, taught = await people.person(tx, person_id), await covering.taught(tx, person_id)
    assert person is not None
    mine = [one for one in await store.sessions(tx, person.batch) if one.cancelled_at is None]
    ahead = {one.course.code for one in mine if not one.over(now)}
    for one in mine:
        if one.over(now) and one.course.code not in taught | ahead:
            await offer_missed(tx, one, [person.id], now)


async def withdraw(db: Database, caller: Person, swap_id: int, now: int) -> Swap:
    """[撤回], by the asker, or by the colleague who had agreed. Raises NotForRole, NotFound, NotYours."""

    async def unit(tx: Connection) -> Swap:
        person, swap = await _seen(tx, caller, swap_id)
        if not may_withdraw(person, swap):
            return swap
        await swaps.move_swap(tx, swap.id, swap.state, SwapState.WITHDRAWN, now)
        await audit.append(tx, person.id, "training.swap_withdrawn", f"swap:{swap.id}", now)
        await outbox.cancel(tx, ASK, swap.id, now)
        if swap.state is SwapState.AGREED:
            others = [one for one in swap.parties if one.id != person.id]
            await _tell(tx, swap, SwapState.WITHDRAWN, others, now)
        return await _the_swap(tx, swap.id)

    return await db.write(unit)


async def to_decide(db: Database, caller: Person) -> tuple[Swap, ...]:
    """[换期审批]: what waits for this leader, oldest first. Raises NotForRole."""

    async def unit(tx: Connection) -> tuple[Swap, ...]:
        person = await fresh(tx, caller)
        return tuple(swap for swap in await swaps.agreed_swaps(tx) if may_decide(person, swap))

    return await db.read(unit)


async def _seen(tx: Connection, caller: Person, swap_id: int) -> tuple[Person, Swap]:
    person, swap = await fresh(tx, caller), await _the_swap(tx, swap_id)
    if not may_see_swap(person, swap):
        raise NotYours
    return person, swap


async def _the_swap(tx: Connection, swap_id: int) -> Swap:
    swap = await swaps.swap(tx, swap_id)
    if swap is None:
        raise NotFound
    return swap


# messages --------------------------------------------------------------------------------------------------------


async def _ask_leaders(tx: Connection, swap: Swap, now: int) -> None:
    everybody = await people.listed(tx, "")
    asked = {one.id for side in swap.parties for one in nearest_leaders(side, swap, everybody)}
    posts = [Post(f"{ASK}:{swap.id}:leader:{one}", ASK, one, swap.id, now) for one in sorted(asked)]
    await outbox.add(tx, posts, now)


async def _tell(tx: Connection, swap: Swap, state: SwapState, whom: Iterable[Person], now: int) -> None:
    key = f"{ANSWER}:{swap.id}:{state}"
    await outbox.add(tx, [Post(f"{key}:{one.id}", ANSWER, one.id, swap.id, now) for one in whom], now)


async def ask_letter(db: Database, item: Item, person: Person, now: int) -> SwapLetter | None:
    """To the colleague or a leader; moot once the person has nothing to say about it."""
    swap = await db.read(lambda tx: swaps.swap(tx, item.subject_id))
    if swap is None or not (may_answer(person, swap) or may_decide(person, swap)):
        return None
    return SwapLetter(swap)


async def answer_letter(db: Database, item: Item, person: Person, now: int) -> SwapLetter | None:
    """What came of it, with the reader's sessions once batches were exchanged."""

    async def unit(tx: Connection) -> SwapLetter | None:
        swap = await swaps.swap(tx, item.subject_id)
        if swap is None or swap.open:
            return None
        return SwapLetter(swap, await coming(tx, person, now) if swap.state is SwapState.DONE else ())

    return await db.read(unit)
