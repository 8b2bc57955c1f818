"""The control API: what the chat page and the tests use to be people, to make faults and to look on.

Only turns HTTP into calls on the world and back.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from urllib.parse import quote

import orjson
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from sandbox.errors import ActError, ApiError
from sandbox.events import Event, Watcher
from sandbox.records import Json, Upload
from sandbox.world import World

HEARTBEAT_SECONDS = 15.0
Restart = Callable[[], Awaitable[None]]
Endpoint = Callable[[Request], Awaitable[Response]]


def routes(world: World, restart_bot: Restart | None) -> list[Route]:
    control = Control(world, restart_bot)
    acts: dict[str, Endpoint] = {
        "start": control.start,
        "send": control.send,
        "photo": control.photo,
        "document": control.document,
        "press": control.press,
        "vote": control.vote,
        "block": control.block,
        "read": control.read,
        "language": control.language,
        "delete_chat": control.delete_chat,
    }
    return [
        Route("/api/state", control.state),
        Route("/api/accounts", _guarded(control.add_account), methods=["POST"]),
        Route("/api/accounts/{id:int}/chat", _guarded(control.chat)),
        *(Route(f"/api/accounts/{{id:int}}/{name}", _guarded(act), methods=["POST"]) for name, act in acts.items()),
        Route("/api/files/{file_id}", control.file),
        Route("/api/events", control.events),
        Route("/api/faults", control.faults),
        Route("/api/faults", _guarded(control.add_fault), methods=["POST"]),
        Route("/api/faults", control.clear_faults, methods=["DELETE"]),
        Route("/api/faults/{id:int}", control.remove_fault, methods=["DELETE"]),
        Route("/api/calls", control.calls),
        Route("/api/bot/restart", control.restart, methods=["POST"]),
    ]


class Control:
    """One method per endpoint."""

    def __init__(self, world: World, restart_bot: Restart | None) -> None:
        self._world = world
        self._restart_bot = restart_bot

    async def state(self, request: Request) -> Response:
        world = self._world
        return _json(
            {
                "bot": world.bot_card(),
                "accounts": [account.card() for account in world.accounts.values()],
                "faults": world.faults.listing(),
                "restartable": self._restart_bot is not None,
                "bot_online": world.bot_online,
                "labels": world.labels,
            }
        )

    async def add_account(self, request: Request) -> Response:
        body = await _body(request)
        number = body.get("id")
        account = self._world.add_account(
            _text(body, "first_name") or "陌生人",
            last_name=_text(body, "last_name") or None,
            username=_text(body, "username") or None,
            language_code=_text(body, "language_code") or "zh-hans",
            caption=_text(body, "caption"),
            payload=_text(body, "payload") or None,
            id=_integer(body, "id") if number is not None else None,
        )
        return _json(account.card())

    async def chat(self, request: Request) -> Response:
        world, number = self._world, _account_id(request)
        chat = world.chat(number)
        account = chat.account
        return _json(
            {
                "account": account.card(),
                "messages": [world.as_seen(message, number) for message in world.visible(chat)],
                "commands": world.commands.seen_by(number, account.language_code),
                "reply_keyboard": chat.reply_keyboard,
            }
        )

    async def start(self, request: Request) -> Response:
        message = self._world.start(_account_id(request), _text(await _body(request), "payload"))
        return _done(message_id=message["message_id"])

    async def send(self, request: Request) -> Response:
        message = self._world.send(_account_id(request), _text(await _body(request), "text"))
        return _done(message_id=message["message_id"])

    async def photo(self, request: Request) -> Response:
        uploads, caption = await _files(request)
        messages = self._world.send_photos(_account_id(request), uploads, caption)
        return _done(message_ids=[message["message_id"] for message in messages])

    async def document(self, request: Request) -> Response:
        uploads, caption = await _files(request)
        messages = self._world.send_documents(_account_id(request), uploads, caption)
        return _done(message_ids=[message["message_id"] for message in messages])

    async def press(self, request: Request) -> Response:
        body = await _body(request)
        query_id = self._world.press(
            _account_id(request), _integer(body, "message_id"), _text(body, "data"), forge=body.get("forge") is True
        )
        return _done(callback_query_id=query_id)

    async def vote(self, request: Request) -> Response:
        body = await _body(request)
        options = body.get("option_ids")
        if not isinstance(options, list) or not all(isinstance(number, int) for number in options):
            raise ActError("option_ids must be a list of numbers")
        self._world.vote(_account_id(request), _integer(body, "message_id"), options)
        return _done()

    async def block(self, request: Request) -> Response:
        self._world.block(_account_id(request), (await _body(request)).get("blocked") is True)
        return _done()

    async def read(self, request: Request) -> Response:
        self._world.read(_account_id(request))
        return _done()

    async def language(self, request: Request) -> Response:
        self._world.set_language(_account_id(request), _text(await _body(request), "language_code"))
        return _done()

    async def delete_chat(self, request: Request) -> Response:
        self._world.delete_chat(_account_id(request))
        return _done()

    async def file(self, request: Request) -> Response:
        file = self._world.files.by_id(request.path_params["file_id"])
        if file is None:
            return _json({"ok": False, "description": "no such file"}, 404)
        how = "inline" if file.kind == "photo" else "attachment"
        headers = {
            "content-disposition": f"{how}; filename*=UTF-8''{quote(file.name, safe='')}",
            "cache-control": "private, max-age=86400, immutable",
            "x-content-type-options": "nosniff",
        }
        return Response(file.content, media_type=file.mime, headers=headers)

    async def faults(self, request: Request) -> Response:
        return _json(self._world.faults.listing())

    async def add_fault(self, request: Request) -> Response:
        body = await _body(request)
        fault = self._world.faults.add(
            _text(body, "kind"),
            _text(body, "method") or "*",
            probability=_number(body, "probability", 1.0),
            times=_integer(body, "count") if body.get("count") is not None else None,
            seconds=_number(body, "seconds", 1.0),
            status=int(_number(body, "status", 500)),
        )
        self._announce_faults()
        return _json(fault.as_json())

    async def remove_fault(self, request: Request) -> Response:
        found = self._world.faults.remove(request.path_params["id"])
        self._announce_faults()
        return _done() if found else _json({"ok": False, "description": "no such fault"}, 404)

    async def clear_faults(self, request: Request) -> Response:
        self._world.faults.clear()
        self._announce_faults()
        return _done()

    def _announce_faults(self) -> None:
        self._world.publish("faults", None, faults=self._world.faults.listing())

    async def calls(self, request: Request) -> Response:
        since = request.query_params.get("since", "0")
        after = int(since) if since.isdigit() else 0
        return _json([call.as_json() for call in self._world.calls if call.n > after])

    async def restart(self, request: Request) -> Response:
        if self._restart_bot is None:
            return _json({"ok": False, "description": "this bot cannot be restarted from here"}, 404)
        await self._restart_bot()
        return _done()

    async def events(self, request: Request) -> Response:
        account = request.query_params.get("account", "")
        last = request.headers.get("last-event-id") or request.query_params.get("after", "")
        watcher = self._world.events.watch(
            int(account) if account.lstrip("-").isdigit() else None, int(last) if last.isdigit() else None
        )
        headers = {"cache-control": "no-store", "x-accel-buffering": "no"}
        return StreamingResponse(self._stream(watcher), media_type="text/event-stream", headers=headers)

    async def _stream(self, watcher: Watcher) -> AsyncIterator[bytes]:
        try:
            yield b"retry: 1000\n\n"
            if self._world.closed.is_set():
                return
            while True:
                try:
                    event = await asyncio.wait_for(watcher.next(), HEARTBEAT_SECONDS)
                except TimeoutError:
                    yield b": still here\n\n"
                    continue
                if event is None:
                    return
                yield self._frame(event)
        finally:
            self._world.events.leave(watcher)

    def _frame(self, event: Event) -> bytes:
        data = event.data
        message = data.get("message")
        if isinstance(message, dict) and event.account is not None and "poll" in message:
            data = {**data, "message": self._world.as_seen(message, event.account)}
        return b"id: %d\ndata: %b\n\n" % (event.id, orjson.dumps(data))


def _guarded(endpoint: Endpoint) -> Endpoint:
    """Turn refusals into 400 answers."""

    async def guarded(request: Request) -> Response:
        try:
            return await endpoint(request)
        except (ActError, ApiError) as refused:
            return _json({"ok": False, "description": str(refused)}, 400)

    return guarded


def _account_id(request: Request) -> int:
    number = request.path_params["id"]
    assert isinstance(number, int)
    return number


async def _body(request: Request) -> Json:
    raw = await request.body()
    if not raw:
        return {}
    try:
        value = orjson.loads(raw)
    except orjson.JSONDecodeError:
        raise ActError("the body is not JSON") from None
    if not isinstance(value, dict):
        raise ActError("the body must be a JSON object")
    return value


async def _files(request: Request) -> tuple[list[Upload], str]:
    async with request.form(max_files=10) as form:
        uploads = [
            Upload(item.filename or "", item.content_type or "", await item.read())
            for item in form.getlist("file")
            if isinstance(item, UploadFile)
        ]
        caption = form.get("caption")
    if not uploads:
        raise ActError("there is no file in the request")
    return uploads, caption if isinstance(caption, str) else ""


def _text(body: Json, name: str) -> str:
    value = body.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise ActError(f"{name} must be a text")
    return value


def _integer(body: Json, name: str) -> int:
    value = body.get(name)
    if not isinstance(value, int) or isinstance(value, bool):
        raise ActError(f"{name} must be a whole number")
    return value


def _number(body: Json, name: str, default: float) -> float:
    value = body.get(name)
    if value is None:
        return default
    if not isinstance(value, (int, float)) or isinstance(value, bool):
        raise ActError(f"{name} must be a number")
    return float(value)


def _json(value: object, status: int = 200) -> Response:
    return Response(orjson.dumps(value), status, media_type="application/json", headers={"cache-control": "no-store"})


def _done(**fields: object) -> Response:
    return _json({"ok": True, **fields})
