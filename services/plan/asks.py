"""What owners ask the office, and its answers: help in a line, another date granted or refused with one tap.

Everybody of the office gets the request; the first who settles it wins, the others see what became of it.
"""

import json
from dataclasses import replace
from datetime import date, tzinfo

from domain import plan as rules
from domain.clock import local_date
from domain.dates import PastDay
from domain.errors import NotFound
from domain.outbox import Post
from domain.people import Person, Role
from domain.plan import Ask, AskKind, AskState
from domain.plan.shown import AskCard
from services.plan.common import FORM, asking, change, fresh, leave, managed, the_task
from services.plan.doing import Step
from storage import audit, drafts, outbox, people
from storage import plan as store
from storage.database import Connection, Database

LINE_LIMIT = 300  # characters of a request or an answer


async def ask_help(db: Database, caller: Person, task_id: int, text: str, origin: str, now: int) -> AskCard:
    """[需要帮助] with its line. The same ``origin`` again is the same request. Raises NotYours, NotFound, MovedOn."""
    return await _ask(db, caller, task_id, AskKind.HELP, text[:LINE_LIMIT], None, origin, now)


async def ask_move(db: Database, caller: Person, task_id: int, day: date, origin: str, now: int, tz: tzinfo) -> AskCard:
    """[改期] with the proposed day. Raises NotYours, NotFound, MovedOn, PastDay."""
    _require_coming(day, now, tz)
    return await _ask(db, caller, task_id, AskKind.MOVE, "", day, origin, now)


async def _ask(
    db: Database, caller: Person, task_id: int, kind: AskKind, text: str, day: date | None, origin: str, now: int
) -> AskCard:
    async def unit(tx: Connection) -> AskCard:
        again = await store.ask_of(tx, origin)
        if again is not None:
            return await _card(tx, await fresh(tx, caller), again)
        person, task = await asking(tx, caller, task_id)
        await store.close_asks(tx, task.id, now, kind)  # who asks again means the newer one
        wanted = Ask(0, task.id, person.id, kind, text, day, AskState.OPEN, "", now, None, None)
        ask_id = await store.add_ask(tx, wanted, origin)
        await audit.append(tx, person.id, "plan.ask", f"task:{task.id}", now, {"ask": ask_id, "kind": kind.value})
        office = [one for one in await people.listed(tx, "") if one.role is Role.OFFICE and one.id != person.id]
        await outbox.add(
            tx, [Post(f"task_ask:{ask_id}:{one.id}", "task_ask", one.id, ask_id, now) for one in office], now
        )
        await leave(tx, person, now)
        return await _card(tx, person, await _the_ask(tx, ask_id))

    return await db.write(unit)


async def waiting(db: Database, caller: Person) -> tuple[AskCard, ...]:
    """What waits for the office, oldest first. Raises NotForRole."""

    async def unit(tx: Connection) -> tuple[AskCard, ...]:
        person = await managed(tx, caller)
        return tuple([await _card(tx, person, one) for one in await store.open_asks(tx)])

    return await db.read(unit)


async def ask_card(db: Database, caller: Person, ask_id: int) -> AskCard:
    """One request, for the office and for who asked. Raises NotForRole, NotFound."""

    async def unit(tx: Connection) -> AskCard:
        person, found = await fresh(tx, caller), await _the_ask(tx, ask_id)
        if person.id != found.person_id:
            await managed(tx, caller)
        return await _card(tx, person, found)

    return await db.read(unit)


async def settle(
    db: Database, caller: Person, ask_id: int, *, granted: bool, now: int, tz: tzinfo
) -> tuple[AskCard, bool]:
    """[同意] and [不同意] of a date, [知道了] of a request for help (``granted``). For the office.

    The second value is false when somebody was first, or the task moved on: the card says what became of it.
    Raises NotForRole, NotFound, PastDay when the day that was asked for is past by now.
    """

    async def unit(tx: Connection) -> tuple[AskCard, bool]:
        person, found = await managed(tx, caller), await _the_ask(tx, ask_id)
        first = await _settle(tx, person, found, _verdict(found, granted), "", now, tz)
        return await _card(tx, person, await _the_ask(tx, ask_id)), first

    return await db.write(unit)


async def begin_answer(db: Database, caller: Person, ask_id: int, origin: str, now: int) -> AskCard:
    """[回复] opens the form for a line. Raises NotForRole, NotFound. A settled request is only shown."""

    async def unit(tx: Connection) -> AskCard:
        person, found = await managed(tx, caller), await _the_ask(tx, ask_id)
        if found.state is AskState.OPEN:
            await drafts.begin(tx, person.id, FORM, Step.ANSWER.value, json.dumps({"ask": ask_id}), origin, now)
        return await _card(tx, person, found)

    return await db.write(unit)


async def answer(db: Database, caller: Person, ask_id: int, text: str, now: int, tz: tzinfo) -> tuple[AskCard, bool]:
    """The office's line. The second value is false when somebody was first. Raises NotForRole, NotFound."""

    async def unit(tx: Connection) -> tuple[AskCard, bool]:
        person, found = await managed(tx, caller), await _the_ask(tx, ask_id)
        first = await _settle(tx, person, found, AskState.ANSWERED, text[:LINE_LIMIT], now, tz)
        await leave(tx, person, now)
        return await _card(tx, person, await _the_ask(tx, ask_id)), first

    return await db.write(unit)


async def _settle(tx: Connection, caller: Person, found: Ask, state: AskState, line: str, now: int, tz: tzinfo) -> bool:
    if state is AskState.GRANTED and found.state is AskState.OPEN:
        _require_coming(found.wanted_on, now, tz)
    if not await store.settle_ask(tx, found.id, state, caller.id, line, now):
        return False
    await audit.append(tx, caller.id, "plan.answer", f"ask:{found.id}", now, {"state": state.value})
    if state is AskState.GRANTED:
        task = await the_task(tx, found.task_id)
        await change(tx, task, replace(task, due_on=found.wanted_on), caller, now, tz, tell=False)
    await outbox.cancel(tx, "task_ask", found.id, now)
    if found.person_id != caller.id:
        post = Post(f"task_answer:{found.id}", "task_answer", found.person_id, found.task_id, now, {"ask": found.id})
        await outbox.add(tx, [post], now)
    return True


def _verdict(found: Ask, granted: bool) -> AskState:
    if found.kind is AskKind.HELP:
        return AskState.ANSWERED
    return AskState.GRANTED if granted else AskState.REFUSED


def _require_coming(day: date | None, now: int, tz: tzinfo) -> None:
    today = local_date(now, tz)
    if day is not None and day < today:
        raise PastDay(nearest=f"{today.month}-{today.day}")


async def _the_ask(tx: Connection, ask_id: int) -> Ask:
    found = await store.ask(tx, ask_id)
    if found is None:
        raise NotFound
    return found


async def _card(tx: Connection, caller: Person, found: Ask) -> AskCard:
    return AskCard(
        ask=found,
        task=await the_task(tx, found.task_id),
        asker=await people.person(tx, found.person_id),
        settled_by=await people.person(tx, found.settled_by) if found.settled_by else None,
        may_settle=rules.may_manage(caller) and found.state is AskState.OPEN,
    )
