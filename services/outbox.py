"""The outbox's use cases: which messages may go out now, to whom, and what became of them.

Here stand the rules that hold for every message that speaks first: quiet hours, three pushes a day, mutes, people who
cannot be reached. Neither renders nor sends.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from domain import outbox as rules
from domain.clock import local_date, midnight
from domain.errors import NotFound
from domain.outbox import BUNDLE, PUSHES_A_DAY, Action, Item, Outcome, Post, Result, State
from domain.people import Binding, Person
from services.timing import Timing, opening
from storage import outbox as store
from storage import people
from storage.database import Connection, Database

WINDOW = 64  # pending rows looked at for one take: enough that held ones do not stand in the way


@dataclass(frozen=True, slots=True)
class Parcel:
    """A leased message and where it goes. ``target`` is the row whose message is edited or deleted."""

    item: Item
    to: Binding
    target: Item | None = None


@dataclass(slots=True)
class _Sorted:
    """What one look at the pending rows decides."""

    leased: list[Parcel] = field(default_factory=list)
    chats: set[int] = field(default_factory=set)
    held: dict[int, int] = field(default_factory=dict)
    refused: list[Item] = field(default_factory=list)
    results: list[Result] = field(default_factory=list)
    bundled: list[tuple[Item, Binding]] = field(default_factory=list)

    @property
    def others(self) -> bool:
        """Whether a row is not just sent."""
        return bool(self.held or self.refused or self.results or self.bundled)

    @property
    def anything(self) -> bool:
        """Whether there is anything to write."""
        return bool(self.leased or self.others)

    def lease(self, parcel: Parcel) -> None:
        """It goes out now, and nothing else to that chat."""
        self.leased.append(parcel)
        self.chats.add(parcel.to.chat_id)


async def recover(db: Database, now: int) -> int:
    """After a start: what was in the air when the process ended is uncertain. Returns how many."""

    async def unit(tx: Connection) -> int:
        left = await store.leased(tx)
        await store.settle(tx, [rules.settle(item, Outcome.MAYBE, now) for item in left], now)
        return len(left)

    return await db.write(unit)


async def take(db: Database, now: int, limit: int, timing: Timing, chat_pause: int) -> tuple[Parcel, ...] | None:
    """Lease up to ``limit`` messages that may go out at ``now``; the lease is on disk when this returns.

    None when nothing is due. At most one for a chat; what else waits for it is held for ``chat_pause`` ms. What cannot
    or need not be sent is settled on the way. The choice is made while reading, so that taps do not wait for it.
    Whatever changed between that and the lease is not leased, and who joined meanwhile is not taken for absent. One
    caller at a time.
    """

    async def look(tx: Connection) -> _Sorted:
        chosen = await _sort(tx, await store.pending(tx, now, limit), now, limit, timing, chat_pause)
        if chosen.others:
            found = await store.pending(tx, now, max(WINDOW, limit))
            chosen = await _sort(tx, found, now, limit, timing, chat_pause)
        return chosen

    async def unit(tx: Connection) -> tuple[Parcel, ...]:
        for item, to in chosen.bundled:
            await _bundle(tx, item, to, now, timing, chosen)
        refused, _ = await _refused(tx, chosen.refused, now) if chosen.refused else ({}, {})
        await store.settle(tx, [*refused.values(), *chosen.results], now)
        await store.hold(tx, chosen.held)
        leased = await store.lease(tx, [parcel.item.id for parcel in chosen.leased], now)
        return tuple(parcel for parcel in chosen.leased if parcel.item.id in leased)

    chosen = await db.read(look)
    return await db.write(unit) if chosen.anything else None


async def settle(db: Database, results: Sequence[Result], now: int) -> None:
    """Write what became of leased messages."""
    await db.write(lambda tx: store.settle(tx, results, now))


async def opened(db: Database, person: Person, item_id: int) -> Item:
    """A line of the own bundle, to be read in full. Raises NotFound for somebody else's."""
    item = await db.read(lambda tx: store.get(tx, item_id))
    if item is None or item.person_id != person.id or item.action is not Action.SEND:
        raise NotFound
    return item


async def lines_of(db: Database, bundle_id: int) -> tuple[Item, ...]:
    """The rows that a day's bundle shows."""
    return await db.read(lambda tx: store.merged_into(tx, bundle_id))


async def _sort(
    tx: Connection, found: Sequence[Item], now: int, limit: int, timing: Timing, chat_pause: int
) -> _Sorted:
    out = _Sorted()
    refused, reach = await _refused(tx, found, now)
    pushes = await store.pushes(tx, reach, midnight(now, timing.tz))
    open_from = await opening(tx, [to.person for to in reach.values()], now, timing)
    for item in found:
        if item.id in refused:
            out.refused.append(item)
            continue
        to = reach[item.person_id]
        if _speaks(item) and open_from[item.person_id] > now:
            out.held[item.id] = open_from[item.person_id]
        elif to.chat_id in out.chats:
            out.held[item.id] = now + chat_pause
        elif len(out.leased) + len(out.bundled) < limit:
            await _admit(tx, item, to, pushes.get(item.person_id, 0), now, out)
    return out


def _speaks(item: Item) -> bool:
    """Whether sending it makes a phone ring that should be left in peace; an edit makes no sound."""
    return item.action is Action.SEND and not item.urgent


async def _refused(tx: Connection, items: Sequence[Item], now: int) -> tuple[dict[int, Result], Mapping[int, Binding]]:
    """What is not sent because of the person, by row; and the way to each person who can be reached."""
    ids = {item.person_id for item in items}
    reach = await people.reachable(tx, ids)
    muted = await store.muted(tx, ids)
    verdicts = {item.id: _verdict(item, reach.get(item.person_id), muted, now) for item in items}
    return {id_: verdict for id_, verdict in verdicts.items() if verdict is not None}, reach


def _verdict(item: Item, to: Binding | None, muted: frozenset[tuple[int, str]], now: int) -> Result | None:
    if to is None:
        return rules.settle(item, Outcome.UNREACHABLE, now)
    if to.blocked:
        return rules.settle(item, Outcome.BARRED, now)
    if (item.person_id, item.kind) in muted:
        return rules.settle(item, Outcome.MOOT, now, "muted")
    return None


async def _admit(tx: Connection, item: Item, to: Binding, pushes: int, now: int, out: _Sorted) -> None:
    if item.action is not Action.SEND:
        await _change(tx, item, to, now, out)
    elif item.urgent or item.kind == BUNDLE or pushes < PUSHES_A_DAY - 1:
        out.lease(Parcel(item, to))
    else:
        out.bundled.append((item, to))


async def _change(tx: Connection, item: Item, to: Binding, now: int, out: _Sorted) -> None:
    """An edit or deletion of a message that exists; of one that was never sent there is nothing to change."""
    found = await store.get(tx, item.target_id) if item.target_id is not None else None
    target = _aimed(item, found) if found is not None else None
    if target is None or target.message_id is None:
        out.results.append(rules.settle(item, Outcome.MOOT, now))
    else:
        out.lease(Parcel(item, to, target))


def _aimed(item: Item, target: Item) -> Item:
    """The target in the message that the item names, or in the one that it became."""
    if item.named is None:
        return target
    chat_id, message_id = item.named
    return replace(target, chat_id=chat_id, message_id=message_id)


async def _bundle(tx: Connection, item: Item, to: Binding, now: int, timing: Timing, out: _Sorted) -> None:
    """The day's last push: one message with a line for whatever is due; later lines are added by a silent edit."""
    key = f"{BUNDLE}:{item.person_id}:{local_date(now, timing.tz).isoformat()}"
    bundle = await store.by_key(tx, key)
    if bundle is None:
        await store.add(tx, [Post(key, BUNDLE, item.person_id, 0, now)], now)
        bundle = await store.by_key(tx, key)
        assert bundle is not None
    elif bundle.state in {State.FAILED, State.UNKNOWN, State.BLOCKED, State.CANCELLED}:
        out.lease(Parcel(item, to))  # there is no bundle to add it to
        return
    elif bundle.state is State.SENT:
        edit = Post(f"{key}:{item.id}", BUNDLE, item.person_id, 0, now, action=Action.EDIT, target_id=bundle.id)
        await store.add(tx, [edit], now)
    await store.merge(tx, [item], bundle.id, now)
