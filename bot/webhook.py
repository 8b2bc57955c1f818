"""Updates by webhook: one route that answers 200 only when the update is on the disk, a health page, and the server.

The secret is compared before the body is read. Must not know what an update means.
"""

import asyncio
import contextlib
import logging
import socket
from collections.abc import Callable, Iterator
from hmac import compare_digest
from typing import Final

import orjson
import uvicorn
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.intake import keep, raw_to_incoming
from bot.lanes import Lanes
from storage import inbox
from storage.database import Database
from storage.errors import StorageError

HEALTH: Final = "/health"
SECRET_HEADER: Final = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - a header's name
LARGEST_BODY: Final = 1_000_000  # bytes; an update has some thousand

log = logging.getLogger(__name__)

_GRACE: Final = 5  # seconds for requests under way
_KEEP_ALIVE: Final = 75


def webhook_app(path: str, secret: str, db: Database, lanes: Lanes, clock: Callable[[], int]) -> Starlette:
    """POST `path` takes one update: 401 without the secret, 403 with a wrong one, 413 above 1 MB, 400 for what is no
    update, 503 when it could not be stored (Telegram then repeats it), 200 once it is stored.

    While too much is queued the 200 waits, and Telegram with it. GET `/health` says how the inbox stands.
    Raises `ValueError` for an empty secret or a path that cannot be served.
    """
    if not secret:
        raise ValueError("a webhook needs a secret")
    if not path.startswith("/") or path == HEALTH:
        raise ValueError(f"a webhook cannot be served at {path!r}")
    expected = secret.encode()

    async def take(request: Request) -> Response:
        shown = request.headers.get(SECRET_HEADER)
        if shown is None or not compare_digest(shown.encode("latin-1"), expected):
            return Response(status_code=401 if shown is None else 403)
        body = await _body(request)
        if body is None:
            return Response(status_code=413, headers={"Connection": "close"})
        return Response(status_code=await _taken(body, db, lanes, clock()))

    async def health(_: Request) -> Response:
        try:
            counts = await db.read(inbox.counts)
        except StorageError:
            return JSONResponse({"ok": False}, status_code=503)
        return JSONResponse({"ok": True, "waiting": counts.waiting, "dead": counts.dead})

    return Starlette(routes=[Route(path, take, methods=["POST"]), Route(HEALTH, health, methods=["GET"])])


async def _body(request: Request) -> bytes | None:
    """The whole body; None if it is too large, whatever its header says; empty if the other side hung up."""
    parts = bytearray()
    with contextlib.suppress(ClientDisconnect):
        async for part in request.stream():
            parts += part
            if len(parts) > LARGEST_BODY:
                return None
        return bytes(parts)
    return b""


async def _taken(body: bytes, db: Database, lanes: Lanes, now: int) -> int:
    """Store and queue it; the status to answer."""
    try:
        update = orjson.loads(body)
        row = raw_to_incoming(update if isinstance(update, dict) else {}, now)
    except ValueError:  # no JSON, or JSON that is no update
        return 400
    try:
        new = await keep(db, [row], now)
    except StorageError as error:
        log.error("an update could not be stored, Telegram will repeat it: %s", error)
        return 503
    await lanes.put(new)
    return 200


class _Server(uvicorn.Server):
    """uvicorn's server, which leaves the process's signals alone and says when it listens."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.listening = asyncio.Event()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.listening.set()


class WebhookServer:
    """Serves `app` at `host` and `port` (0: a free one) between `start` and `stop`, in the caller's loop."""

    def __init__(self, app: Starlette, host: str, port: int) -> None:
        self._app = app
        self._address = (host, port)
        self._server: _Server | None = None
        self._task: asyncio.Task[None] | None = None
        self.port = port
        """The port that is listened at; known after `start`."""

    async def start(self) -> None:
        """Listen. Raises `OSError` if the address cannot be had."""
        # Bound here: for a port that is taken uvicorn would end the whole process.
        family = socket.AF_INET6 if ":" in self._address[0] else socket.AF_INET
        bound = socket.create_server(self._address, family=family)
        self.port = bound.getsockname()[1]
        self._server = _Server(_config(self._app))
        self._task = asyncio.get_running_loop().create_task(self._server.serve([bound]), name="webhook server")
        self._task.add_done_callback(_heard)
        listening = asyncio.get_running_loop().create_task(self._server.listening.wait())
        try:
            await asyncio.wait({listening, self._task}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            listening.cancel()

    async def stop(self) -> None:
        """Refuse new requests, finish those under way, and let go of the port."""
        if self._server is not None and self._task is not None:
            self._server.should_exit = True
            await asyncio.wait({self._task})


def _config(app: Starlette) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        log_config=None,  # bot/logs.py has taken the loggers
        access_log=False,  # the path may be a secret
        lifespan="off",
        ws="none",
        proxy_headers=False,
        server_header=False,
        timeout_keep_alive=_KEEP_ALIVE,
        timeout_graceful_shutdown=_GRACE,
    )


def _heard(task: "asyncio.Task[None]") -> None:
    if not task.cancelled() and task.exception() is not None:
        log.critical("the webhook server broke", exc_info=task.exception())
