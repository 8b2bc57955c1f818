"""A lean Bot API for measuring: taps, each counted once it is answered and its message edited, and messages sent.

Every chat has one tap under way, as a person has: the next one is handed out only after the last was answered and
shown, and it presses the first button of the keyboard that was just shown. Closed loop: at once. Open loop: so many
taps a second over all chats, however long they take. Raw asyncio and httptools, so that the bot is what is measured.
``POST /control/load`` gives the chats, ``GET /control/report`` the figures.
"""

import argparse
import asyncio
import random
import time
from collections import deque
from dataclasses import dataclass
from typing import Any, cast
from urllib.parse import parse_qsl

import httptools
import orjson
import uvloop

SEED = 20261201  # of the moments of presses: the same in every round and for every bot
ME = {"id": 1, "is_bot": True, "first_name": "bench", "username": "bench_bot", "can_join_groups": False}


@dataclass(slots=True)
class Tap:
    """One press under way in a chat."""

    at: float = 0.0
    answered: bool = False
    edited: str | None = None


class Load:
    """The chats, the taps that are ready to be handed out, and the clock of the measurement."""

    def __init__(self, delay: float) -> None:
        self.delay = delay
        self.wanted = 0
        self.handed = 0
        self.finished = 0
        self.refused = 0
        self.first_at = self.last_at = 0.0
        self.latencies: list[float] = []
        self.sent_at: list[float] = []
        self._pause = 0.0
        self._ready: deque[tuple[int, str]] = deque()
        self._resting: deque[tuple[int, str]] = deque()
        self._pressed: dict[int, float] = {}
        self._taps: dict[int, Tap] = {}
        self._unconfirmed: dict[int, dict[str, Any]] = {}
        self._waiting: list[asyncio.Future[None]] = []

    def begin(self, chats: dict[str, str], taps: int, per_second: float = 0.0) -> None:
        """``chats``: chat id → callback data of the first press. ``per_second``: taps in an open loop, at
        random moments; 0: closed."""
        self.wanted = taps
        self._pause = 1 / per_second if per_second else 0.0
        idle = self._resting if per_second else self._ready
        idle.extend((int(chat), data) for chat, data in chats.items())
        if per_second:
            # People do not press in step; presses at even gaps would, with a sender that works every so many ms.
            loop = asyncio.get_running_loop()
            times = random.Random(SEED)
            for _ in range(taps):
                loop.call_later(times.uniform(0, taps * self._pause), self._press_one)
        self._wake()

    def _press_one(self) -> None:
        """One more person presses; when every chat waits for an answer already, nobody is left to press."""
        if self._resting:
            chat, data = self._resting.popleft()
            self._pressed[chat] = time.perf_counter()
            self._ready.append((chat, data))
            self._wake()

    def sent(self) -> None:
        """sendMessage."""
        self.sent_at.append(time.perf_counter())

    def report(self) -> dict[str, object]:
        """Taps finished, seconds from handing out the first to finishing the last, latencies; when messages came."""
        return {
            "finished": self.finished,
            "seconds": self.last_at - self.first_at,
            "refused": self.refused,
            "latencies": self.latencies,
            "pressed": self.finished + len(self._taps) + len(self._ready),
            "sent_at": self.sent_at,
        }

    async def updates(self, offset: int, limit: int, timeout: float) -> list[dict[str, Any]]:
        """getUpdates, with Telegram's meaning of the offset."""
        for number in [n for n in self._unconfirmed if n < offset]:
            del self._unconfirmed[number]
        if not self._ready and timeout:
            future = asyncio.get_running_loop().create_future()
            self._waiting.append(future)
            await asyncio.wait([future], timeout=min(timeout, 1.0))
        while self._ready and len(self._unconfirmed) < limit and self.handed < self.wanted:
            self._hand_out(*self._ready.popleft())
        return list(self._unconfirmed.values())

    def _hand_out(self, chat: int, data: str) -> None:
        self.first_at = self.first_at or time.perf_counter()
        self.handed += 1
        self._taps[chat] = Tap(self._pressed.pop(chat, time.perf_counter()))
        self._unconfirmed[self.handed] = _press(self.handed, chat, data)

    def answered(self, query_id: str) -> None:
        """answerCallbackQuery."""
        self._note(int(query_id.partition("-")[2]), answered=True)

    def edited(self, chat: int, markup: dict[str, Any]) -> None:
        """editMessageText."""
        self._note(chat, data=markup["inline_keyboard"][0][0]["callback_data"])

    def _note(self, chat: int, *, answered: bool = False, data: str | None = None) -> None:
        tap = self._taps.get(chat)
        if tap is None:
            return
        tap.answered |= answered
        tap.edited = data or tap.edited
        if tap.answered and tap.edited:
            del self._taps[chat]
            self.finished += 1
            self.last_at = time.perf_counter()
            self.latencies.append(self.last_at - tap.at)
            (self._resting if self._pause else self._ready).append((chat, tap.edited))
            self._wake()

    def _wake(self) -> None:
        for future in self._waiting:
            if not future.done():
                future.set_result(None)
        self._waiting.clear()


def _press(number: int, chat: int, data: str) -> dict[str, Any]:
    person = {"id": chat, "is_bot": False, "first_name": "张三", "language_code": "zh-hans"}
    return {
        "update_id": number,
        "callback_query": {
            "id": f"{number}-{chat}",
            "from": person,
            "chat_instance": "1",
            "data": data,
            "message": _message(chat, "第 2/5 题 · 法规 · 单选\n" + "题干" * 40, [["A", data], ["B", data]]),
        },
    }


def _message(chat: int, text: str, keys: list[list[str]]) -> dict[str, Any]:
    buttons = [{"text": text_, "callback_data": data} for text_, data in keys]
    return {
        "message_id": 7,
        "date": 1_790_000_000,
        "chat": {"id": chat, "type": "private", "first_name": "张三"},
        "from": ME,
        "text": text,
        "reply_markup": {"inline_keyboard": [buttons]},
    }


class Server(asyncio.Protocol):
    """One connection; requests come one at a time."""

    def __init__(self, load: Load) -> None:
        self._load = load
        self._parser = httptools.HttpRequestParser(self)
        self._transport: asyncio.Transport | None = None
        self._url = b""
        self._type = b""
        self._body = bytearray()
        self._tasks: set[asyncio.Task[None]] = set()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)  # uvloop's own class is no subclass of it

    def data_received(self, data: bytes) -> None:
        self._parser.feed_data(data)

    def on_message_begin(self) -> None:
        self._url, self._type, self._body = b"", b"", bytearray()

    def on_url(self, url: bytes) -> None:
        self._url += url

    def on_header(self, name: bytes, value: bytes) -> None:
        if name.lower() == b"content-type":
            self._type = value

    def on_body(self, body: bytes) -> None:
        self._body += body

    def on_message_complete(self) -> None:
        method = self._url.partition(b"?")[0].rpartition(b"/")[2].decode()
        if method == "getUpdates":
            task = asyncio.get_running_loop().create_task(self._updates(self._parameters()))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
            return
        result = self._result(method)
        delay = 0.0 if method in {"load", "report", "getMe"} else self._load.delay
        if delay:
            asyncio.get_running_loop().call_later(delay, self._send, result)
        else:
            self._send(result)

    async def _updates(self, given: dict[str, Any]) -> None:
        offset, limit = int(given.get("offset") or 0), int(given.get("limit") or 100)
        self._send(await self._load.updates(offset, limit, float(given.get("timeout") or 0)))

    def _result(self, method: str) -> object:
        if method == "report":
            return self._load.report()
        if method == "load":
            given = orjson.loads(self._body)
            self._load.begin(given["chats"], given["taps"], given.get("per_second", 0.0))
            return True
        if method == "getMe":
            return ME
        given = self._parameters()
        if method == "answerCallbackQuery":
            self._load.answered(str(given["callback_query_id"]))
            self._load.refused += bool(given.get("text"))
        elif method == "editMessageText":
            markup = given["reply_markup"]
            markup = orjson.loads(markup) if isinstance(markup, str) else markup
            self._load.edited(int(given["chat_id"]), markup)
            return _message(int(given["chat_id"]), str(given["text"]), [["A", "x"], ["B", "x"]])
        elif method == "sendMessage":
            self._load.sent()
            return _message(int(given["chat_id"]), str(given["text"])[:100], [["A", "x"]])
        return True

    def _parameters(self) -> dict[str, Any]:
        if self._type.startswith(b"application/json"):
            parameters: dict[str, Any] = orjson.loads(self._body) if self._body else {}
            return parameters
        return dict(parse_qsl(self._body.decode()))

    def _send(self, result: object) -> None:
        if self._transport is None or self._transport.is_closing():
            return
        body = orjson.dumps({"ok": True, "result": result})
        head = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n" % len(body)
        self._transport.write(head + body)


async def serve(port: int, delay: float) -> None:
    """Listen until the process is ended."""
    load = Load(delay)
    server = await asyncio.get_running_loop().create_server(lambda: Server(load), "127.0.0.1", port)
    await server.serve_forever()


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--delay", type=float, required=True, help="seconds until an answer")
    arguments = parser.parse_args()
    uvloop.run(serve(arguments.port, arguments.delay))
