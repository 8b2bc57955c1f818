"""Runs the sandbox on a port, in the caller's event loop: for tests, for the demo and alone.

uvicorn's protocol speaks HTTP; listening and stopping are done here, because uvicorn's own server takes the process's
signals and looks for its end only ten times a second.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from email.utils import formatdate
from types import TracebackType
from typing import Self

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.server import ServerState

from sandbox.app import create_app
from sandbox.botapi import DROP_EXTENSION
from sandbox.world import World

_KEEP_ALIVE_SECONDS = 75
_GRACE_SECONDS = 2.0
_BACKLOG = 2048


class _Protocol(HttpToolsProtocol):
    """uvicorn's protocol, which also hands each request the means to cut its connection (for faults)."""

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self.scope["extensions"] = {DROP_EXTENSION: {"close": self.transport.close}}


class SandboxServer:
    """`async with SandboxServer() as s:` serves `s.world` at `s.url` until the block ends."""

    def __init__(
        self,
        port: int = 0,
        *,
        host: str = "127.0.0.1",
        world: World | None = None,
        restart_bot: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        self.world = world or World()
        self.url = ""
        self._address = (host, port)
        self._restart_bot = restart_bot
        self._state = ServerState()
        self._listener: asyncio.Server | None = None
        self._clock: asyncio.TimerHandle | None = None

    async def __aenter__(self) -> Self:
        """Listen; OSError if the port is taken."""
        loop = asyncio.get_running_loop()
        config = self._config()
        config.load()
        host, port = self._address
        self._listener = await loop.create_server(
            lambda: _Protocol(config, self._state, {}, loop), host, port, backlog=_BACKLOG
        )
        port = self._listener.sockets[0].getsockname()[1]
        self.url = f"http://{host}:{port}"
        self._set_date()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._listener is not None
        assert self._clock is not None
        self._listener.close()
        self.world.close()
        for connection in list(self._state.connections):
            connection.shutdown()
        await self._finish_requests()
        for connection in list(self._state.connections):
            connection.transport.close()
        self._clock.cancel()
        await self._listener.wait_closed()

    async def _finish_requests(self) -> None:
        if not self._state.tasks:
            return
        _, late = await asyncio.wait(set(self._state.tasks), timeout=_GRACE_SECONDS)
        for task in late:
            task.cancel()
        if late:
            await asyncio.wait(late)

    def _set_date(self) -> None:
        self._state.default_headers = [(b"date", formatdate(time.time(), usegmt=True).encode())]
        self._clock = asyncio.get_running_loop().call_later(1, self._set_date)

    def _config(self) -> uvicorn.Config:
        return uvicorn.Config(
            create_app(self.world, restart_bot=self._restart_bot),
            http=_Protocol,
            ws="none",
            loop="none",
            lifespan="off",
            log_config=None,
            log_level="warning",
            access_log=False,
            proxy_headers=False,
            timeout_keep_alive=_KEEP_ALIVE_SECONDS,
        )
