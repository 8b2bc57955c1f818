"""The control API: what the chat page and the tests use to be people, to make faults and to look on.

Only turns HTTP into calls on the world and back. What people do stands in `control_people`, groups in `control_groups`.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from urllib.parse import quote

import orjson
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from sandbox import control_groups, control_people
from sandbox.bodies import done, guarded, json_answer, json_body, number_of, text_of, whole
from sandbox.events import Event, Watcher
from sandbox.records import Group
from sandbox.world import World

HEARTBEAT_SECONDS = 15.0
Restart = Callable[[], Awaitable[None]]


def routes(world: World, restart_bot: Restart | None) -> list[Route]:
    control = Control(world, restart_bot)
    return [
        Route("/api/state", control.state),
        *control_people.routes(world),
        *control_groups.routes(world),
        Route("/api/files/{file_id}", control.file),
        Route("/api/events", control.events),
        Route("/api/faults", control.faults),
        Route("/api/faults", guarded(control.add_fault), methods=["POST"]),
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
        return json_answer(
            {
                "bot": world.bot_card(),
                "accounts": [account.card() for account in world.accounts.values()],
                "groups": [world.group_card(chat) for chat in world.chats.values() if isinstance(chat, Group)],
                "faults": world.faults.listing(),
                "restartable": self._restart_bot is not None,
                "bot_online": world.bot_online,
                "labels": world.labels,
            }
        )

    async def file(self, request: Request) -> Response:
        file = self._world.files.by_id(request.path_params["file_id"])
        if file is None:
            return json_answer({"ok": False, "description": "no such file"}, 404)
        how = "inline" if file.kind == "photo" else "attachment"
        headers = {
            "content-disposition": f"{how}; filename*=UTF-8''{quote(file.name, safe='')}",
            "cache-control": "private, max-age=86400, immutable",
            "x-content-type-options": "nosniff",
        }
        return Response(file.content, media_type=file.mime, headers=headers)

    async def faults(self, request: Request) -> Response:
        return json_answer(self._world.faults.listing())

    async def add_fault(self, request: Request) -> Response:
        body = await json_body(request)
        fault = self._world.faults.add(
            text_of(body, "kind"),
            text_of(body, "method") or "*",
            probability=number_of(body, "probability", 1.0),
            times=whole(body, "count") if body.get("count") is not None else None,
            seconds=number_of(body, "seconds", 1.0),
            status=int(number_of(body, "status", 500)),
        )
        self._announce_faults()
        return json_answer(fault.as_json())

    async def remove_fault(self, request: Request) -> Response:
        found = self._world.faults.remove(request.path_params["id"])
        self._announce_faults()
        return done() if found else json_answer({"ok": False, "description": "no such fault"}, 404)

    async def clear_faults(self, request: Request) -> Response:
        self._world.faults.clear()
        self._announce_faults()
        return done()

    def _announce_faults(self) -> None:
        self._world.publish("faults", None, faults=self._world.faults.listing())

    async def calls(self, request: Request) -> Response:
        since = request.query_params.get("since", "0")
        after = int(since) if since.isdigit() else 0
        return json_answer([call.as_json() for call in self._world.calls if call.n > after])

    async def restart(self, request: Request) -> Response:
        if self._restart_bot is None:
            return json_answer({"ok": False, "description": "this bot cannot be restarted from here"}, 404)
        await self._restart_bot()
        return done()

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
