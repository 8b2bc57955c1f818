"""Delivery by webhook: each update is posted until a 2xx confirms it, in order within a chat, chats side by side."""

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

import orjson

from sandbox.outgoing import Answer, BrokenAnswerError, HttpPoster
from sandbox.records import Json
from sandbox.updates import Update, UpdateQueue

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 — a header's name
_LONGEST_RETRY = 60.0


@dataclass(frozen=True, slots=True)
class WebhookSettings:
    url: str
    secret: str = ""
    max_connections: int = 40
    ip_address: str = ""
    has_certificate: bool = False


class Webhook:
    """Off while `settings` is None. A failed delivery is tried again after `retry_seconds`, then twice as long, …"""

    def __init__(
        self,
        queue: UpdateQueue,
        clock: Callable[[], float],
        retry_seconds: float,
        delivered: Callable[[], None],
    ) -> None:
        self.settings: WebhookSettings | None = None
        self.on_reply: Callable[[Json], None] | None = None
        self._queue = queue
        self._clock = clock
        self._retry_seconds = retry_seconds
        self._delivered = delivered
        self._lanes: dict[int, deque[int]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._poster: HttpPoster | None = None
        self._slots = asyncio.Semaphore(1)
        self._last_error: tuple[int, str] | None = None

    def use(self, settings: WebhookSettings | None) -> None:
        """Start, change or stop; what is pending stays pending either way."""
        for task in self._tasks:
            task.cancel()
        self._tasks.clear()
        self._lanes.clear()
        if self._poster is not None:
            self._poster.close()
        self.settings, self._poster, self._queue.on_push = settings, None, None
        if settings is None:
            self._last_error = None
            return
        self._poster = HttpPoster(settings.url, {SECRET_HEADER: settings.secret} if settings.secret else {})
        self._slots = asyncio.Semaphore(settings.max_connections)
        self._queue.on_push = self._enqueue
        for update in list(self._queue.pending.values()):
            self._enqueue(update)

    def info(self) -> Json:
        """The WebhookInfo fields that delivery knows."""
        settings = self.settings or WebhookSettings("")
        info: Json = {"url": settings.url, "has_custom_certificate": settings.has_certificate}
        if self.settings is not None:
            info["max_connections"] = settings.max_connections
            if settings.ip_address:
                info["ip_address"] = settings.ip_address
        if self._last_error is not None:
            info["last_error_date"], info["last_error_message"] = self._last_error
        return info

    def _enqueue(self, update: Update) -> None:
        lane = self._lanes.get(update.key)
        if lane is not None:
            lane.append(update.id)
            return
        self._lanes[update.key] = deque([update.id])
        task = asyncio.get_running_loop().create_task(self._drain(update.key))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _drain(self, key: int) -> None:
        lane = self._lanes[key]
        pause = self._retry_seconds
        while lane:
            update = self._queue.pending.get(lane[0])
            if update is None:
                lane.popleft()
            elif await self._deliver(update):
                self._queue.confirm(update.id)
                self._delivered()
                lane.popleft()
                pause = self._retry_seconds
            else:
                await asyncio.sleep(pause)
                pause = min(pause * 2, _LONGEST_RETRY)
        del self._lanes[key]

    async def _deliver(self, update: Update) -> bool:
        assert self._poster is not None
        try:
            async with self._slots:
                answer = await self._poster.post(update.body)
        except TimeoutError:
            return self._failed("Read timeout expired")
        except ConnectionRefusedError:
            return self._failed("Connection refused")
        except (OSError, BrokenAnswerError) as error:
            return self._failed(str(error) or "Connection closed")
        if not 200 <= answer.status < 300:
            return self._failed(f"Wrong response from the webhook: {answer.status} {answer.reason}")
        self._take_reply(answer)
        return True

    def _failed(self, message: str) -> bool:
        self._last_error = (int(self._clock()), message)
        return False

    def _take_reply(self, answer: Answer) -> None:
        if self.on_reply is None or not answer.body.lstrip().startswith(b"{"):
            return
        try:
            reply = orjson.loads(answer.body)
        except orjson.JSONDecodeError:
            return
        if isinstance(reply, dict) and isinstance(reply.get("method"), str):
            self.on_reply(reply)
