"""The Bot API over HTTP: reads a call in any of Telegram's four ways, runs it, answers as Telegram does.

A plain ASGI application for speed. Faults are carried out here; what a method does stands in `methods`.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from urllib.parse import parse_qsl

import orjson
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException
from starlette.requests import Request
from starlette.types import Receive, Scope, Send

from sandbox import limits
from sandbox.errors import ApiError, bad_request, not_found, too_many_requests, unauthorized, unknown_parameter
from sandbox.faults import Fault
from sandbox.methods import TABLE
from sandbox.methods.args import Args
from sandbox.methods.common import Method
from sandbox.methods.updates import get_updates
from sandbox.records import Json, Upload
from sandbox.updates import Update
from sandbox.world import World

DROP_EXTENSION = "sandbox.drop"
"""Name of the ASGI extension under which `server` hands over the means to cut a connection."""

_JSON = [(b"content-type", b"application/json")]


class _PeerGoneError(Exception):
    """The client hung up before its answer was ready."""


class _CutError(Exception):
    """A fault says: close the connection without an answer."""


class BotApi:
    """`/bot<token>/<method>` as an ASGI application."""

    def __init__(self, world: World) -> None:
        self._world = world

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        name = scope["path_params"]["method"]
        method = TABLE.get(name.lower())
        label = method.name if method else name
        args: Args | None = None
        error: ApiError | None = None
        body = b""
        try:
            self._check_token(scope["path_params"]["token"])
            if method is None:
                raise not_found()
            args = await _read_args(scope, receive)
            body = await self._answer(method, args, receive)
        except ApiError as refused:
            error = refused
        except _PeerGoneError:
            return
        except _CutError:
            self._record(label, args, "connection cut")
            await _cut(scope, receive, send)
            return
        self._record(label, args, error.description if error else None)
        await _respond(send, error.code if error else 200, _error_body(error) if error else body)

    def call(self, method: Method, args: Args) -> object:
        """Run one method at once; the result, or ApiError."""
        check_parameters(method, args)
        if method.flood:
            wait = self._world.flood_wait(method.flood, args.integer("chat_id") or None)
            if wait:
                raise too_many_requests(wait)
        return method.run(self._world, args)

    def take_webhook_reply(self, reply: Json) -> None:
        """A method called in the answer to a webhook delivery: its result goes nowhere, as in Telegram."""
        name = str(reply["method"])
        method = TABLE.get(name.lower())
        if method is None or method.name == "getUpdates":
            return
        args = Args({key: value for key, value in reply.items() if key != "method"}, {})
        try:
            self.call(method, args)
        except ApiError as refused:
            self._record(method.name, args, refused.description)
        else:
            self._record(method.name, args, None)

    def _check_token(self, token: str) -> None:
        if token != self._world.token:
            raise unauthorized()

    async def _answer(self, method: Method, args: Args, receive: Receive) -> bytes:
        fault = self._world.faults.hit(method.name)
        if fault is not None:
            self._world.publish("faults", None, faults=self._world.faults.listing())
            await self._suffer_before(fault)
        if method.name == "getUpdates":
            body = await self._poll(method, args, receive)
        else:
            body = b'{"ok":true,"result":' + orjson.dumps(self.call(method, args)) + b"}"
        if fault is not None and fault.kind == "timeout_after":
            await self._hold(fault.seconds)
            raise _CutError
        return body

    async def _suffer_before(self, fault: Fault) -> None:
        match fault.kind:
            case "drop":
                raise _CutError
            case "timeout_before":
                await self._hold(fault.seconds)
                raise _CutError
            case "delay":
                await self._hold(fault.seconds)
            case "error":
                raise ApiError(fault.status, _STATUS_TEXTS.get(fault.status, "Internal Server Error"))
            case "flood":
                raise too_many_requests(max(1, round(fault.seconds)))

    async def _hold(self, seconds: float) -> None:
        """Let time pass, but not past the end of the world."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._world.closed.wait(), seconds)

    async def _poll(self, method: Method, args: Args, receive: Receive) -> bytes:
        check_parameters(method, args)
        polling = asyncio.ensure_future(get_updates(self._world, args))
        hanging_up = asyncio.ensure_future(_disconnected(receive))
        try:
            await asyncio.wait((polling, hanging_up), return_when=asyncio.FIRST_COMPLETED)
            if not polling.done():
                raise _PeerGoneError
            return _updates_body(polling.result())
        except _PeerGoneError:
            polling.cancel()
            await asyncio.wait((polling,))
            self._world.bot_lost()
            raise
        finally:
            polling.cancel()
            hanging_up.cancel()

    def _record(self, method: str, args: Args | None, error: str | None) -> None:
        chat_id = args.integer("chat_id") if args else 0
        self._world.record_call(method, chat_id or None, error)


def check_parameters(method: Method, args: Args) -> None:
    """Refuse what the method does not know: stricter than Telegram, so that a misspelt name is noticed."""
    if not args.values.keys() <= method.params:
        raise unknown_parameter(min(args.values.keys() - method.params))


async def _read_args(scope: Scope, receive: Receive) -> Args:
    values: dict[str, object] = {}
    if scope["query_string"]:
        values.update(parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True))
    kind = _content_type(scope)
    if kind.startswith(b"multipart/form-data"):
        return await _read_multipart(scope, receive, values)
    body = await _read_body(receive)
    if kind.startswith(b"application/json"):
        values.update(_json_object(body))
    elif body and (not kind or kind.startswith(b"application/x-www-form-urlencoded")):
        values.update(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))
    return Args(values, {})


def _content_type(scope: Scope) -> bytes:
    for name, value in scope["headers"]:
        if name == b"content-type":
            return bytes(value).lower()
    return b""


async def _read_body(receive: Receive) -> bytes:
    message = await receive()
    body: bytes = message.get("body", b"")
    if not message.get("more_body"):
        return body
    parts, size = [body], len(body)
    while message.get("more_body"):
        message = await receive()
        parts.append(message.get("body", b""))
        size += len(parts[-1])
        if size > limits.UPLOAD_BYTES:
            raise ApiError(413, "Request Entity Too Large")
    return b"".join(parts)


def _json_object(body: bytes) -> Json:
    if not body:
        return {}
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError:
        raise bad_request("can't parse the request body as JSON") from None
    if not isinstance(value, dict):
        raise bad_request("the request body must be a JSON object")
    return {key: item for key, item in value.items() if item is not None}


async def _read_multipart(scope: Scope, receive: Receive, values: dict[str, object]) -> Args:
    uploads: dict[str, Upload] = {}
    try:
        form = await Request(scope, receive).form(max_files=100, max_part_size=1 << 20)
    except MultiPartException as error:
        raise bad_request(error.message) from None
    async with _Closing(form.close):
        for name, value in form.multi_items():
            if not isinstance(value, UploadFile):
                values[name] = value
                continue
            content = await value.read()
            if len(content) > limits.UPLOAD_BYTES:
                raise ApiError(413, "Request Entity Too Large")
            uploads[name] = Upload(value.filename or "", value.content_type or "", content)
    return Args(values, uploads)


class _Closing:
    """`async with` for a thing that only has an async close."""

    def __init__(self, close: Callable[[], Awaitable[None]]) -> None:
        self._close = close

    async def __aenter__(self) -> None:
        return None

    async def __aexit__(self, *exception: object) -> None:
        await self._close()


_STATUS_TEXTS = {502: "Bad Gateway", 503: "Service Unavailable", 504: "Gateway Timeout"}


async def _disconnected(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _cut(scope: Scope, receive: Receive, send: Send) -> None:
    """Close the connection without an answer; a server that cannot do that answers 502."""
    means = scope.get("extensions", {}).get(DROP_EXTENSION)
    if means is None:
        await _respond(send, 502, _error_body(ApiError(502, "Bad Gateway")))
        return
    means["close"]()
    await _disconnected(receive)


def _updates_body(updates: list[Update]) -> bytes:
    return b'{"ok":true,"result":[' + b",".join(update.body for update in updates) + b"]}"


def _error_body(error: ApiError) -> bytes:
    body: Json = {"ok": False, "error_code": error.code, "description": error.description}
    if error.retry_after is not None:
        body["parameters"] = {"retry_after": error.retry_after}
    if error.migrate_to_chat_id is not None:
        body["parameters"] = {"migrate_to_chat_id": error.migrate_to_chat_id}
    return orjson.dumps(body)


async def _respond(send: Send, status: int, body: bytes) -> None:
    headers = [*_JSON, (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
