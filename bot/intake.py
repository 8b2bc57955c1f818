"""How updates come in: stored first, acknowledged after. The long poll, and what it shares with the webhook.

An update is acknowledged to Telegram by the offset of the next poll, and the offset moves only once the update lies in
the inbox. Must not know what an update means; of its insides only what names the chat is looked at.
"""

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Final, TypeGuard

import orjson
from telegram.error import BadRequest, Conflict, InvalidToken, NetworkError, RetryAfter, TelegramError

from bot.lanes import Lanes
from bot.transport import Api
from domain.inbox import Incoming
from storage import inbox
from storage.database import Database
from storage.errors import StorageError

POLL_SECONDS: Final = 30
LIMIT: Final = 100
LONGEST_PAUSE: Final = 15.0

log = logging.getLogger(__name__)

_MARGIN: Final = 10.0  # seconds a long poll's answer may be late
_FIRST_PAUSE: Final = 0.5
_LARGEST: Final = 2**63 - 1  # SQLite's

_HINT: Final = "如在防火墙后，请设置 TOLLMATE_PROXY_URL 或 TOLLMATE_API_BASE_URL"
_OFFLINE: Final = f"连不上 Telegram（%s）。{_HINT}；正在重试"
_CONFLICT: Final = "另有一个程序正用同一个令牌收取消息（%s）。请只留一个在运行；正在重试"
_REFUSED: Final = "Telegram 暂不发送更新（%s）；正在重试"
_UNSTORED: Final = "收到的更新无法写入数据库（%s）；未向 Telegram 确认，不会丢失，正在重试"
_BACK: Final = "已恢复接收 Telegram 更新"


def raw_to_incoming(update: Mapping[str, object], now: int) -> Incoming:
    """The update as a row for the inbox, received at `now` (ms UTC).

    Its lane is the chat's id; where there is no chat the person's, which is that of their private chat; else 0.
    Raises `ValueError` if it has no usable `update_id`.
    """
    update_id = update.get("update_id")
    if not _is_id(update_id) or update_id < 0:
        raise ValueError("an update without an update_id")
    try:
        body = orjson.dumps(update).decode()
    except TypeError as error:  # an integer of more than 64 bits: no field of Telegram's has one
        raise ValueError(str(error)) from error
    return Incoming(update_id, _lane(update.values()), body, now)


def _lane(parts: Iterable[object]) -> int:
    """https://core.telegram.org/bots/api#update: beside its id an update has one field, named after its kind."""
    for part in parts:
        if isinstance(part, Mapping):
            message = part.get("message")
            holders = [part, message] if isinstance(message, Mapping) else [part]
            named = [holder.get("chat") for holder in reversed(holders)]
            for who in (*named, part.get("user"), part.get("from")):
                if isinstance(who, Mapping) and _is_id(number := who.get("id")):
                    return number
    return 0


def _is_id(value: object) -> TypeGuard[int]:
    return type(value) is int and abs(value) <= _LARGEST


async def store(db: Database, updates: Sequence[Mapping[str, object]], now: int) -> list[Incoming]:
    """Put the updates into the inbox and return the new ones, by id; when it returns, they are on the disk.

    What is no update is logged and passed over. Raises `StorageError`: then none of them is kept.
    """
    rows: list[Incoming] = []
    for update in updates:
        try:
            rows.append(raw_to_incoming(update, now))
        except ValueError:
            log.error("something without an update_id among the updates, fields: %s", ", ".join(update))
    return await keep(db, rows, now)


async def keep(db: Database, rows: Sequence[Incoming], now: int) -> list[Incoming]:
    """`store` for what is a row already."""
    if not rows:
        return []
    new = await db.write(lambda tx: inbox.add(tx, rows, now))
    unique = {row.update_id: row for row in reversed(rows)}  # the first of two counts, here as in the inbox
    return [unique[update_id] for update_id in new]


class Poller:
    """The long poll. `run` it in a task of its own, `stop` it from another.

    `longest_pause`: seconds between two attempts while Telegram cannot be reached, at most.
    """

    def __init__(
        self,
        api: Api,
        db: Database,
        lanes: Lanes,
        clock: Callable[[], int],
        allowed_updates: Sequence[str],
        *,
        longest_pause: float = LONGEST_PAUSE,
    ) -> None:
        self._api = api
        self._db = db
        self._lanes = lanes
        self._clock = clock
        self._allowed = list(allowed_updates)
        self._longest_pause = longest_pause
        self._offset: int | None = None
        self._trouble: str | None = None
        self._failures = 0
        self._scope: asyncio.Timeout | None = None
        self._stopped = False
        self._ended = asyncio.Event()

    async def run(self) -> None:
        """Poll until `stop`. Raises `InvalidToken` when Telegram does not know the token; all else is tried again."""
        if self._stopped:
            return
        self._ended.clear()
        self._scope = scope = asyncio.timeout(None)
        try:
            async with scope:
                # Pending updates are never dropped: they are what people sent while nobody listened.
                await self._insist(lambda: self._api.call("deleteWebhook", {"drop_pending_updates": False}))
                while True:
                    await self._insist(self._round)
        except TimeoutError:
            if not scope.expired():
                raise
        finally:
            self._scope = None
            self._ended.set()

    async def stop(self) -> None:
        """End the long poll at once and wait until `run` has returned.

        What was received and not confirmed is in the inbox, or comes again.
        """
        self._stopped = True
        if self._scope is not None:
            self._scope.reschedule(asyncio.get_running_loop().time())
            await self._ended.wait()

    async def _insist(self, step: Callable[[], Awaitable[object]]) -> None:
        """Do it until it succeeds; say what is wrong when it begins and when it is over."""
        while True:
            try:
                await step()
            except InvalidToken:
                raise
            except (TelegramError, StorageError) as error:
                self._tell(error)
                await asyncio.sleep(self._pause(error))
            else:
                self._tell(None)
                return

    async def _round(self) -> None:
        answer = await self._api.call("getUpdates", self._question(), read_timeout=POLL_SECONDS + _MARGIN)
        updates = [each for each in answer if isinstance(each, dict)] if isinstance(answer, list) else []
        if not updates:
            return
        new = await store(self._db, updates, self._clock())
        ids = [number for each in updates if _is_id(number := each.get("update_id"))]
        if ids:
            # Not the highest ever seen: after a quiet week Telegram may go on with lower numbers.
            self._offset = max(ids) + 1
        self._tell(None)  # before the lanes, where there may be a wait
        await self._lanes.put(new)

    def _question(self) -> dict[str, object]:
        return {"offset": self._offset, "timeout": POLL_SECONDS, "limit": LIMIT, "allowed_updates": self._allowed}

    def _tell(self, error: Exception | None) -> None:
        trouble = None if error is None else _words_for(error)
        self._failures = 0 if error is None else self._failures + 1
        if trouble is not None and trouble != self._trouble:
            log.warning(trouble, error)
        elif trouble is None and self._trouble is not None:
            log.info(_BACK)
        self._trouble = trouble

    def _pause(self, error: Exception) -> float:
        if isinstance(error, RetryAfter):
            wait = error.retry_after
            return wait.total_seconds() if isinstance(wait, timedelta) else float(wait)
        longest = min(self._longest_pause, _FIRST_PAUSE * 2.0 ** min(self._failures, 10))
        return longest * random.uniform(0.5, 1.0)


def _words_for(error: Exception) -> str:
    if isinstance(error, StorageError):
        return _UNSTORED
    if isinstance(error, Conflict):
        return _CONFLICT
    if isinstance(error, NetworkError) and not isinstance(error, BadRequest):
        return _OFFLINE
    return _REFUSED
