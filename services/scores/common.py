"""What every use case of scores begins and ends with: fresh rows, the card of an entry, what waits, who is asked."""

from collections.abc import Iterable

from domain import scores as rules
from domain.errors import NotForRole, NotFound
from domain.outbox import Post
from domain.people import Person
from domain.scores import Entry, EntryState, Step
from domain.scores.shown import Card, Rights
from storage import drafts, outbox, people
from storage import scores as store
from storage.database import Connection

FORM = "scores"  # the kind of every form of scores
ASK, NEWS, APPEAL, ANSWER = "score_ask", "score_news", "score_appeal", "score_answer"  # outbox kinds
PAUSE = 30_000  # ms after a proposal before somebody is asked: a slip is taken back within it


async def fresh(tx: Connection, caller: Person) -> Person:
    """The caller as the rows have them now. Raises NotForRole when they have left, and for the bureau."""
    person = await people.person(tx, caller.id)
    if person is None or not rules.may_have_scores(person):
        raise NotForRole
    return person


async def the_entry(tx: Connection, entry_id: int) -> Entry:
    """The entry. Raises NotFound."""
    entry = await store.entry(tx, entry_id)
    if entry is None:
        raise NotFound
    return entry


async def called(tx: Connection, caller: Person, entry_id: int) -> tuple[Person, Entry]:
    """Caller and entry; rights are still to be checked. Raises NotForRole, NotFound."""
    return await fresh(tx, caller), await the_entry(tx, entry_id)


async def readable(tx: Connection, caller: Person, entry_id: int) -> tuple[Person, Entry]:
    """Caller and entry, for whoever may read it. Raises NotYours, NotForRole, NotFound."""
    person, entry = await called(tx, caller, entry_id)
    rules.require_reader(person, entry)
    return person, entry


async def card_of(tx: Connection, caller: Person, entry_id: int, now: int) -> Card:
    """The entry as the caller may deal with it."""
    entry = await the_entry(tx, entry_id)
    reversals = await store.reversals_of(tx, entry.id)
    live = [one for one in reversals if one.state(now) in rules.LIVE]
    return Card(
        entry=entry,
        state=entry.state(now),
        caller=caller,
        rights=_rights(caller, entry, reversals, now),
        reversal=live[-1] if live else None,
        reversal_state=live[-1].state(now) if live else None,
        left=len([one for one in await waiting(tx, caller, now) if one.id != entry.id]),
    )


def _rights(caller: Person, entry: Entry, reversals: Iterable[Entry], now: int) -> Rights:
    return Rights(
        confirm=rules.may_confirm(caller, entry, now),
        withdraw=rules.may_withdraw(caller, entry, now),
        appeal=rules.may_appeal(caller, entry, now),
        decide=rules.may_decide(caller, entry, now),
        reverse=rules.may_reverse(caller, entry, reversals, now),
    )


async def leave(tx: Connection, person_id: int, now: int) -> None:
    """Close the form of scores that the person has open, if it is the one that they are in."""
    draft = await drafts.awaiting(tx, person_id)
    if draft is not None and draft.kind == FORM:
        await drafts.close(tx, draft.id, now)


# what waits ------------------------------------------------------------------------------------------------------


async def waiting(tx: Connection, caller: Person, now: int) -> tuple[Entry, ...]:
    """What waits for the caller's signature or reply at ``now`` (ms UTC), the longest first."""
    if caller.role not in rules.SIGNERS:
        return ()
    within = await store.waiting_within(tx, caller.scope)
    leaders = await people.leaders(tx) if within else ()
    return tuple(one for one in within if caller.id in rules.waits_for(one, leaders, now))


async def waiting_counts(tx: Connection, caller: Person, now: int) -> tuple[int, int]:
    """How many proposals and how many appeals wait for the caller."""
    states = [one.state(now) for one in await waiting(tx, caller, now)]
    return states.count(EntryState.PROPOSED), states.count(EntryState.APPEALED)


# telling ---------------------------------------------------------------------------------------------------------


async def ask(tx: Connection, entry_id: int, now: int) -> None:
    """Whoever is nearest is asked for the signature or the reply that is due."""
    entry = await the_entry(tx, entry_id)
    appealed = entry.state(now) is EntryState.APPEALED
    kind, due = (APPEAL, now) if appealed else (ASK, now + PAUSE)
    nearest = rules.levels(entry, await people.leaders(tx), now)[:1]
    ids = [one for level in nearest for one in level]
    await outbox.add(tx, [Post(f"{kind}:{entry.id}:{one}", kind, one, entry.id, due) for one in ids], now)


async def tell(tx: Connection, entry_id: int, now: int) -> None:
    """The last step is news to whom the entry concerns (a confirmation, a reply) and to whoever proposed it.

    The proposer of a team's own entry, who is told as its leader already, is not told twice; a dismissed appeal changes
    nothing for the proposer.
    """
    entry = await the_entry(tx, entry_id)
    step = entry.steps[-1]
    told = [one.id for one in rules.concerned(entry, await _staff(tx, entry)) if one.id != step.person_id]
    posts = [_post(NEWS, entry, step, one, now) for one in told] if step.kind in _NEWS else []
    heard = step.kind in _NEWS and entry.proposer_id in told
    present = await people.person(tx, entry.proposer_id) is not None
    if step.kind in _ANSWERS and not heard and present:
        posts.append(_post(ANSWER, entry, step, entry.proposer_id, now))
    await outbox.add(tx, posts, now)


_NEWS = frozenset({rules.StepKind.CONFIRMED, *rules.REPLIES})
_ANSWERS = frozenset({rules.StepKind.CONFIRMED, rules.StepKind.REFUSED, rules.StepKind.GRANTED})


async def _staff(tx: Connection, entry: Entry) -> tuple[Person, ...]:
    """Whom it may concern: the person, or everybody of the team."""
    if entry.person_id is None:
        return await people.listed(tx, entry.unit.path)
    person = await people.person(tx, entry.person_id)
    return (person,) if person is not None else ()


def _post(kind: str, entry: Entry, step: Step, person_id: int, now: int) -> Post:
    key = f"{kind}:{entry.id}:{step.kind.value}:{person_id}"
    return Post(key, kind, person_id, entry.id, now, {"step": step.kind.value})
