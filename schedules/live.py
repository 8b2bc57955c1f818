"""Keeps senders' cards current: whoever follows a notice sees its figures change in the message itself.

What a card last showed stands in a row, so a restart neither repeats nor forgets an edit. Called every few seconds; a
card that cannot be edited never stands in another's way.
"""

from collections.abc import Callable, Mapping
from datetime import tzinfo
from typing import Any, Protocol

import structlog

from services import notices as service
from services.notices import Live, Place
from storage.database import Database
from views import notices as views
from views import wire
from views.texts import Texts

log = structlog.get_logger(__name__)

THOROUGH = 60_000  # ms between two looks at the cards of notices that seem to be done with
SHARE = 600  # a look at many receivers costs tens of ms: it is made for one part in so many of the time at most
PAUSE = 30_000  # ms before a card whose edit failed is tried again
SAME = "message is not modified"
# The message cannot show the card any more; whoever wants it opens it again.
GONE = ("message to edit not found", "message can't be edited", "no text in the message", "chat not found", "blocked")


class Client(Protocol):
    """The part of the Bot API client that is needed here."""

    async def call(self, method: str, parameters: Mapping[str, object] | None = None, /) -> Any:
        """Call a method. Raises for whatever Telegram refuses; the text says why."""
        ...


class LiveCards:
    """The cards of one database. ``clock``: ms UTC. ``counter``: seconds, and never goes back."""

    def __init__(
        self, db: Database, api: Client, tz: tzinfo, clock: Callable[[], int], counter: Callable[[], float]
    ) -> None:
        self._db = db
        self._api = api
        self._tz = tz
        self._clock = clock
        self._counter = counter
        self._not_before: dict[Place, int] = {}
        self._looked_at = 0
        self._rests_until = 0.0

    async def refresh(self, now: int) -> None:
        """Edit every card whose figures differ from what it shows. ``now``: ms UTC."""
        await service.finish(self._db, now)
        began = self._counter()
        if began < self._rests_until:
            return
        thoroughly = now - self._looked_at >= THOROUGH
        self._looked_at = now if thoroughly else self._looked_at
        outdated = await service.outdated(self._db, now, thoroughly=thoroughly)
        self._rests_until = self._counter() + SHARE * (self._counter() - began)
        for live in outdated:
            if self._not_before.get(live.place, 0) > self._clock():
                continue
            try:
                await self._show(live)
            except Exception as error:  # noqa: BLE001 - one card's trouble is not another's
                await self._failed(live, error)
            else:
                self._not_before.pop(live.place, None)

    async def _show(self, live: Live) -> None:
        if not await service.still_shown(self._db, live):
            return
        screen = views.card(Texts.of(live.viewer.locale), live.viewer, live.card, self._tz)
        call = wire.edit(live.place.chat_id, live.place.message_id, screen)
        try:
            await self._api.call(call.method, call.params)
        except Exception as error:
            if SAME not in str(error).lower():
                raise
        await service.note_shown(self._db, live)

    async def _failed(self, live: Live, error: Exception) -> None:
        if any(reason in str(error).lower() for reason in GONE):
            await service.lost(self._db, live.place)
            log.info("a card is shown no more", notice=live.card.notice.id, reason=str(error))
            return
        self._not_before[live.place] = self._clock() + PAUSE
        log.warning("a card was not updated", notice=live.card.notice.id, error=type(error).__name__)
