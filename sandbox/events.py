"""What happened, for whoever watches: the pages over SSE and tests in process. Bounded; forgets the oldest first."""

import asyncio
from collections import deque
from dataclasses import dataclass

from sandbox.records import Json

RING = 2000
_BACKLOG = 10_000


@dataclass(frozen=True, slots=True)
class Event:
    """`account` is None for what concerns everybody (faults, the bot's presence)."""

    id: int
    account: int | None
    data: Json


class Watcher:
    """One open stream. `next` waits for the next event that concerns it; None means the bus was closed."""

    def __init__(self, account: int | None) -> None:
        self.account = account
        self.queue: asyncio.Queue[Event | None] = asyncio.Queue(_BACKLOG)

    def offer(self, event: Event | None) -> None:
        if event is not None and not concerns(event, self.account):
            return
        if self.queue.full():
            self.queue.get_nowait()
        self.queue.put_nowait(event)

    async def next(self) -> Event | None:
        return await self.queue.get()


def concerns(event: Event, account: int | None) -> bool:
    return account is None or event.account is None or event.account == account


class EventBus:
    """Numbered events, the last `RING` of them kept for readers who come back."""

    def __init__(self) -> None:
        self.ring: deque[Event] = deque(maxlen=RING)
        self._last_id = 0
        self._watchers: set[Watcher] = set()

    def publish(self, kind: str, account: int | None, /, **fields: object) -> None:
        self._last_id += 1
        event = Event(self._last_id, account, {"type": kind, "account": account, **fields})
        self.ring.append(event)
        for watcher in self._watchers:
            watcher.offer(event)

    def watch(self, account: int | None, after: int | None = None) -> Watcher:
        """Open a stream; with `after`, what came later and is still in the ring is delivered first."""
        watcher = Watcher(account)
        if after is not None:
            for event in self.ring:
                if event.id > after:
                    watcher.offer(event)
        self._watchers.add(watcher)
        return watcher

    def leave(self, watcher: Watcher) -> None:
        self._watchers.discard(watcher)

    def close(self) -> None:
        for watcher in self._watchers:
            watcher.offer(None)
