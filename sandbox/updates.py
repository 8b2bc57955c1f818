"""The queue of updates between people and the bot: numbered by one, kept until confirmed, one long poll at a time.

Knows nothing of what an update means; `key` only tells which updates must keep their order (one chat).
"""

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Collection
from dataclasses import dataclass
from itertools import islice

import orjson

from sandbox.errors import OTHER_POLLER, TERMINATED_BY_WEBHOOK, conflict
from sandbox.records import Json

ALL_KINDS = frozenset(
    {
        "message", "edited_message", "channel_post", "edited_channel_post", "business_connection",
        "business_message", "edited_business_message", "deleted_business_messages", "message_reaction",
        "message_reaction_count", "inline_query", "chosen_inline_result", "callback_query", "shipping_query",
        "pre_checkout_query", "purchased_paid_media", "poll", "poll_answer", "my_chat_member", "chat_member",
        "chat_join_request", "chat_boost", "removed_chat_boost", "managed_bot", "guest_message",
    }
)  # fmt: skip
DEFAULT_KINDS = ALL_KINDS - {"chat_member", "message_reaction", "message_reaction_count"}
_FUTURE_SLACK = 10


@dataclass(frozen=True, slots=True)
class Update:
    """One update, serialised when it happened: later edits of the message do not reach into it."""

    id: int
    key: int
    kind: str
    body: bytes


class UpdateQueue:
    """Pending updates in order. `on_push` is told of each new one (the webhook listens), `on_confirm` of
    fewer, `on_poll` of a poll that begins to wait."""

    def __init__(self, first_id: int = 100_000_001) -> None:
        self.pending: OrderedDict[int, Update] = OrderedDict()
        self.next_id = first_id
        self.allowed: frozenset[str] = DEFAULT_KINDS
        self.explicitly_allowed: list[str] = []
        self.on_push: Callable[[Update], None] | None = None
        self.on_poll: Callable[[], None] | None = None
        self.on_confirm: Callable[[], None] | None = None
        self._waiting: asyncio.Future[None] | None = None

    @property
    def polled_now(self) -> bool:
        return self._waiting is not None

    def push(self, kind: str, key: int, content: Json) -> int | None:
        """Queue one update; None when the bot did not ask for this kind."""
        if kind not in self.allowed:
            return None
        update = Update(self.next_id, key, kind, orjson.dumps({"update_id": self.next_id, kind: content}))
        self.next_id += 1
        self.pending[update.id] = update
        self._wake()
        if self.on_push is not None:
            self.on_push(update)
        return update.id

    def allow(self, kinds: Collection[str]) -> None:
        """Remember `allowed_updates`; an empty list is the default selection."""
        known = ALL_KINDS.intersection(kinds)
        self.explicitly_allowed = [kind for kind in kinds if kind in known]
        self.allowed = frozenset(known) or DEFAULT_KINDS

    def confirm(self, update_id: int) -> None:
        self.pending.pop(update_id, None)

    def drop_all(self) -> None:
        self.pending.clear()

    def take(self, offset: int, limit: int) -> list[Update]:
        """Forget what `offset` confirms (negative: all but the last -offset) and show the first `limit` after it."""
        before = len(self.pending)
        if offset < 0:
            while len(self.pending) > -offset:
                self.pending.popitem(last=False)
        elif 0 < offset <= self.next_id + _FUTURE_SLACK:
            while self.pending and next(iter(self.pending)) < offset:
                self.pending.popitem(last=False)
        if len(self.pending) < before and self.on_confirm is not None:
            self.on_confirm()
        return list(islice(self.pending.values(), limit))

    async def poll(self, offset: int, limit: int, timeout: float) -> list[Update]:
        """`take`, waiting up to `timeout` seconds for the first update. A second poller ends the first with 409."""
        updates = self.take(offset, limit)
        if updates or timeout <= 0:
            return updates
        self.end_poll(OTHER_POLLER)
        waiting = self._waiting = asyncio.get_running_loop().create_future()
        if self.on_poll is not None:
            self.on_poll()
        try:
            await asyncio.wait_for(waiting, timeout)
        except TimeoutError:
            return []
        finally:
            if self._waiting is waiting:
                self._waiting = None
        return list(islice(self.pending.values(), limit))

    def end_poll(self, reason: str = TERMINATED_BY_WEBHOOK) -> None:
        """Refuse the poll that is waiting, if any."""
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_exception(conflict(reason))
        self._waiting = None

    def release_poll(self) -> None:
        """Answer the poll that is waiting with whatever there is (on shutdown: nothing)."""
        self._wake()

    def _wake(self) -> None:
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_result(None)
        self._waiting = None
