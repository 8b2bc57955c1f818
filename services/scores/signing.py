"""What people do with an entry: confirm, refuse, withdraw, appeal, decide. Each at most once, whoever presses twice.

A press on what is decided already is no refusal: whoever may read the entry sees how it stands.
"""

from collections.abc import Awaitable, Callable

from domain import scores as rules
from domain.errors import MovedOn
from domain.people import Person
from domain.scores import Entry, EntryState, StepKind
from domain.scores.shown import Card
from services.scores.common import APPEAL, ASK, ask, called, card_of, leave, tell, waiting
from storage import audit, outbox
from storage import scores as store
from storage.database import Connection, Database

Act = Callable[[Connection, Person, Entry], Awaitable[bool]]


async def _act(
    db: Database, caller: Person, entry_id: int, now: int, act: Act, *, onward: bool = False
) -> tuple[Card, bool]:
    """The card after an act, and whether this press did it. ``onward``: the next that waits for the caller, if any."""

    async def unit(tx: Connection) -> tuple[Card, bool]:
        person, entry = await called(tx, caller, entry_id)
        done = await act(tx, person, entry)
        if not done:
            rules.require_reader(person, entry)
        following = await waiting(tx, person, now) if onward and done else ()
        return await card_of(tx, person, following[0].id if following else entry.id, now), done

    return await db.write(unit)


async def _step(
    tx: Connection, person: Person, entry: Entry, kind: StepKind, now: int, text: str = "", until: int | None = None
) -> None:
    """The step with all that follows: audit, requests that are moot, news."""
    await store.add_step(tx, entry.id, kind, person.id, now, text, until)
    detail: dict[str, object] = {"until": until} if until is not None else {}
    await audit.append(tx, person.id, f"scores.{_VERBS[kind]}", f"score:{entry.id}", now, detail)
    await outbox.cancel(tx, ASK, entry.id, now)
    await outbox.cancel(tx, APPEAL, entry.id, now)
    await (ask if kind is StepKind.APPEALED else tell)(tx, entry.id, now)


_VERBS = {
    StepKind.CONFIRMED: "confirm",
    StepKind.REFUSED: "refuse",
    StepKind.WITHDRAWN: "withdraw",
    StepKind.APPEALED: "appeal",
    StepKind.GRANTED: "grant",
    StepKind.DISMISSED: "dismiss",
}


# what is proposed ------------------------------------------------------------------------------------------------


async def confirm(
    db: Database, caller: Person, entry_id: int, window: int, now: int, *, onward: bool = False
) -> tuple[Card, bool]:
    """[确认]: it may be appealed against for ``window`` ms, then it counts.

    Raises OwnProposal, OwnScore, OwnTeam, SharedDeed, NotYours, NotForRole, NotInForce, CapReached, NotFound.
    """

    async def act(tx: Connection, person: Person, entry: Entry) -> bool:
        if entry.state(now) is not EntryState.PROPOSED:
            return False
        rules.require_confirmer(person, entry)
        await _require_fit(tx, entry, now)
        await _step(tx, person, entry, StepKind.CONFIRMED, now, until=now + window)
        return True

    return await _act(db, caller, entry_id, now, act, onward=onward)


async def _require_fit(tx: Connection, entry: Entry, now: int) -> None:
    """The clause is in force and its cap holds still: both may have changed since it was proposed."""
    if entry.reverses is not None:
        return
    rules.require_in_force(entry.clause, await store.standards(tx), entry.happened_on)
    month = rules.month_of(entry.happened_on)
    others = await store.of_cap(tx, entry.clause.id, entry.person_id, entry.unit.id, month, but=entry.id)
    rules.require_room(entry.clause, others, entry.name, now)


async def refuse(
    db: Database, caller: Person, entry_id: int, reason: str, now: int, *, onward: bool = False
) -> tuple[Card, bool]:
    """[退回] with a reason. Raises NoWords, WordsTooLong, and as ``confirm`` but for NotInForce and CapReached."""
    text = rules.words(reason)

    async def act(tx: Connection, person: Person, entry: Entry) -> bool:
        if entry.state(now) is not EntryState.PROPOSED:
            return False
        rules.require_confirmer(person, entry)
        await leave(tx, person.id, now)
        await _step(tx, person, entry, StepKind.REFUSED, now, text)
        return True

    return await _act(db, caller, entry_id, now, act, onward=onward)


async def withdraw(db: Database, caller: Person, entry_id: int, now: int) -> tuple[Card, bool]:
    """[撤回], by whoever proposed it, before it is confirmed. Raises NotYours, NotForRole, NotFound."""

    async def act(tx: Connection, person: Person, entry: Entry) -> bool:
        rules.require_withdrawer(person, entry)
        if entry.state(now) is not EntryState.PROPOSED:
            return False
        await _step(tx, person, entry, StepKind.WITHDRAWN, now)
        return True

    return await _act(db, caller, entry_id, now, act)


# appeals ---------------------------------------------------------------------------------------------------------


async def appeal(db: Database, caller: Person, entry_id: int, words: str, now: int) -> tuple[Card, bool]:
    """[申诉] in words, once, while the window runs.

    Raises NoWords, WordsTooLong, NotYours, AppealedAlready (somebody else of the team was first), WindowOver, MovedOn,
    NotForRole, NotFound.
    """
    text = rules.words(words)

    async def act(tx: Connection, person: Person, entry: Entry) -> bool:
        if entry.appeal is not None and entry.appeal.person_id == person.id:
            return False
        rules.require_appellant(person, entry, now)
        if any(one.state(now) in rules.LIVE for one in await store.reversals_of(tx, entry.id)):
            raise rules.WindowOver  # it counted when the reversal was proposed; the clock was set back since
        await leave(tx, person.id, now)
        await _step(tx, person, entry, StepKind.APPEALED, now, text)
        return True

    return await _act(db, caller, entry_id, now, act)


async def decide(
    db: Database, caller: Person, entry_id: int, words: str, now: int, *, granted: bool, onward: bool = False
) -> tuple[Card, bool]:
    """The reply to an appeal: granted, the entry is void; dismissed, it counts.

    Raises NoWords, WordsTooLong, OwnProposal, OwnConfirmation, OwnAppeal, OwnScore, OwnTeam, SharedDeed, NotYours,
    NotForRole, NotFound, MovedOn when there is no appeal.
    """
    text = rules.words(words)

    async def act(tx: Connection, person: Person, entry: Entry) -> bool:
        if entry.reply is not None:
            return False
        if entry.appeal is None:
            rules.require_reader(person, entry)
            raise MovedOn
        rules.require_decider(person, entry)
        await leave(tx, person.id, now)
        await _step(tx, person, entry, StepKind.GRANTED if granted else StepKind.DISMISSED, now, text)
        return True

    return await _act(db, caller, entry_id, now, act, onward=onward)
