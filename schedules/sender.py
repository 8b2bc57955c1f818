"""Drains the outbox: leases what may go out, makes the call, writes what became of it.

The lease is on disk before the call and the result after it, so a crash leaves in doubt only what was in the air. The
sender paces itself and alone waits when Telegram asks it to; it has its own connections, and gives way to taps.
Knows neither who is told nor what is said.
"""

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, Protocol

import structlog
from telegram.error import BadRequest, Forbidden, InvalidToken, NetworkError, RetryAfter, TelegramError, TimedOut

from domain.outbox import Action, Item, Outcome, Result, settle
from domain.people import Person
from schedules.pace import Pace
from services import outbox
from services.outbox import Parcel
from services.timing import Timing
from storage.database import Database
from views import wire
from views.screen import Screen
from views.wire import Call

log = structlog.get_logger(__name__)

IDLE = 0.25  # seconds between two looks at an empty outbox
GATHER = 0.03  # seconds between two writes of results, so that they gather at speed
IN_THE_AIR = 2.0  # seconds of messages that may be waiting for their answers at once
DOWN = (1.0, 2.0, 5.0, 15.0, 30.0)  # seconds without sending, while Telegram cannot be reached
NOT_MODIFIED = "message is not modified"
GONE = ("message to edit not found", "message to delete not found", "message_id_invalid")
TOO_OLD = ("message can't be deleted",)
NO_CHAT = ("chat not found", "user is deactivated", "peer_id_invalid")
BLOCKED = ("bot was blocked", "user is deactivated", "bot can't initiate")

# What messages say now: a screen, None when there is nothing to say any more, or why it could not be made.
Said = Screen | Exception | None
Render = Callable[[Sequence[tuple[Item, Person]], int], Awaitable[Sequence[Said]]]


class Client(Protocol):
    """The sender's own Bot API client."""

    async def call(
        self,
        method: str,
        parameters: Mapping[str, object] | None = None,
        /,
        *,
        files: Mapping[str, tuple[str, bytes]] | None = None,
    ) -> Any:
        """Make a call and return its result. Raises telegram.error classes."""
        ...


class Sender:
    """Make it, ``run`` it in a task, ``stop`` it. One for a database.

    ``rate``: messages a second over all chats. ``chat_pause``: ms between two to one chat.
    ``unsent``: the error class of a call that never left the machine.
    ``clock``: ms UTC.
    """

    def __init__(
        self,
        db: Database,
        client: Client,
        render: Render,
        clock: Callable[[], int],
        timing: Timing,
        *,
        rate: float,
        chat_pause: int = 1_000,
        unsent: type[TelegramError],
    ) -> None:
        self._db = db
        self._client = client
        self._render = render
        self._clock = clock
        self._timing = timing
        self._unsent = unsent
        self._chat_pause = chat_pause
        self._pace = Pace(rate, time.monotonic)
        self._slots = asyncio.Semaphore(max(8, round(rate * IN_THE_AIR)))
        self._done: list[Result] = []
        self._finished = asyncio.Event()
        self._stopping = asyncio.Event()
        self._failures = 0
        self._in_the_air = 0
        self._idle = asyncio.Event()

    async def run(self) -> None:
        """Send until ``stop``; what is in the air then is waited for."""
        if left := await outbox.recover(self._db, self._clock()):
            log.warning("messages were in the air when the process ended", count=left)
        async with asyncio.TaskGroup() as calls:
            settling = calls.create_task(self._settle_results())
            async with asyncio.TaskGroup() as air:
                while not self._stopping.is_set():
                    try:
                        await self._round(air)
                    except Exception:
                        # The rows say what is still to be done: the next round finds it.
                        log.exception("a round of the sender failed")
                        await self._sleep(1.0)
            settling.cancel()
        await self._write_results()

    def stop(self) -> None:
        """Begin to end ``run``."""
        self._stopping.set()

    async def idle(self) -> None:
        """Wait until a look that begins after this call finds nothing to send, in the air or unwritten."""
        self._idle.clear()
        await self._idle.wait()

    async def _round(self, air: asyncio.TaskGroup) -> None:
        """Lease a few messages and start each in its own slot; nothing is leased long before it may go out."""
        await self._turn()
        nothing_left = not (self._in_the_air or self._done)
        parcels = await outbox.take(self._db, self._clock(), self._pace.batch, self._timing, self._chat_pause)
        if parcels is None:
            if nothing_left:
                self._idle.set()
            await self._sleep(IDLE)
            self._pace.idle()
            return
        for parcel, said in zip(parcels, await self._made(parcels), strict=True):
            await self._turn()
            self._pace.use(1)
            await self._slots.acquire()
            self._in_the_air += 1
            air.create_task(self._deliver(parcel, said))

    async def _made(self, parcels: Sequence[Parcel]) -> Sequence[Said]:
        try:
            return await self._render([(parcel.item, parcel.to.person) for parcel in parcels], self._clock())
        except Exception as error:  # noqa: BLE001 - logged with each message that it concerns
            return [error] * len(parcels)

    async def _turn(self) -> None:
        """Wait for the next slot. Whatever else is ready, a tap above all, comes first."""
        await asyncio.sleep(0)
        while (delay := self._pace.delay()) > 0 and not self._stopping.is_set():
            await self._sleep(delay)

    async def _sleep(self, seconds: float) -> None:
        if seconds < GATHER:
            await asyncio.sleep(seconds)  # stopping can wait for that
            return
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._stopping.wait(), seconds)

    async def _deliver(self, parcel: Parcel, said: Said) -> None:
        try:
            self._done.append(await self._attempt(parcel, said))
        except Exception:
            # A message that cannot be made must not stop the others, nor be tried for ever.
            log.exception("a message could not be made", kind=parcel.item.kind, item=parcel.item.id)
            self._done.append(settle(parcel.item, Outcome.REFUSED, self._clock(), "fault"))
        finally:
            self._in_the_air -= 1
            self._finished.set()
            self._slots.release()

    async def _attempt(self, parcel: Parcel, said: Said) -> Result:
        if isinstance(said, Exception):
            raise said
        if said is None:
            return settle(parcel.item, Outcome.MOOT, self._clock())
        try:
            answer = await self._carry_out(parcel, said)
        except TelegramError as error:
            return self._failed(parcel.item, error)
        self._failures = 0
        return _sent(parcel, answer, self._clock())

    async def _carry_out(self, parcel: Parcel, screen: Screen) -> Any:
        if parcel.target is None:
            return await self._make(wire.send(parcel.to.chat_id, screen))
        chat_id, message_id = parcel.target.chat_id or parcel.to.chat_id, parcel.target.message_id or 0
        if parcel.item.action is Action.DELETE:
            return await self._delete(chat_id, message_id, screen)
        return await self._change(wire.edit(chat_id, message_id, screen))

    async def _delete(self, chat_id: int, message_id: int, instead: Screen) -> Any:
        """After 48 hours Telegram deletes no message any more; then it says what happened."""
        try:
            return await self._client.call("deleteMessage", {"chat_id": chat_id, "message_id": message_id})
        except BadRequest as error:
            if _says(error, GONE):
                return None
            if not _says(error, TOO_OLD):
                raise
        return await self._change(wire.edit(chat_id, message_id, instead))

    async def _change(self, call: Call) -> Any:
        try:
            return await self._make(call)
        except BadRequest as error:
            if NOT_MODIFIED in error.message.lower():
                return None
            raise

    async def _make(self, call: Call) -> Any:
        return await self._client.call(call.method, call.params, files=call.files or None)

    def _failed(self, item: Item, error: TelegramError) -> Result:
        outcome, cause = classified(error, self._unsent)
        if isinstance(error, RetryAfter):
            self._pace.pause(error.retry_after.total_seconds())  # type: ignore[union-attr]
        elif outcome is Outcome.NOT_SENT:
            self._pace.pause(DOWN[min(self._failures, len(DOWN) - 1)])
            self._failures += 1
        log.info("not sent", kind=item.kind, item=item.id, outcome=outcome.value, reason=error.message)
        return settle(item, outcome, self._clock(), cause)

    async def _settle_results(self) -> None:
        """The first result is written at once; those of the next moment share a write."""
        while True:
            await self._finished.wait()
            await self._write_results()
            await asyncio.sleep(GATHER)

    async def _write_results(self) -> None:
        self._finished.clear()
        results = list(self._done)
        if not results:
            return
        try:
            await outbox.settle(self._db, results, self._clock())
        except Exception:
            log.exception("results were not written; trying again", count=len(results))
            await asyncio.sleep(1.0)
            self._finished.set()
        else:
            del self._done[: len(results)]


def classified(error: Exception, unsent: type[TelegramError]) -> tuple[Outcome, str | None]:
    """What a failed call came to, and the cause to keep."""
    if isinstance(error, RetryAfter):
        return Outcome.WAIT, None
    if isinstance(error, unsent | InvalidToken):
        return Outcome.NOT_SENT, None  # a token that was withdrawn stops the whole bot elsewhere
    if isinstance(error, TimedOut):
        return Outcome.MAYBE, None
    if isinstance(error, Forbidden):
        return Outcome.BLOCKED, None
    if isinstance(error, BadRequest):
        return Outcome.REFUSED, "chat_gone" if _says(error, NO_CHAT) else "refused"
    if isinstance(error, NetworkError):
        return Outcome.SERVER, None
    return Outcome.REFUSED, "refused"


def _says(error: TelegramError, reasons: Sequence[str]) -> bool:
    return any(reason in error.message.lower() for reason in reasons)


def _sent(parcel: Parcel, answer: Any, now: int) -> Result:
    result = settle(parcel.item, Outcome.SENT, now)
    if parcel.item.action is not Action.SEND:
        return result
    return Result(
        result.item_id,
        result.state,
        result.cause,
        result.due_at,
        result.attempts,
        result.uncertain,
        parcel.to.chat_id,
        int(answer["message_id"]),
    )
