"""Puts the parts behind one address: the Bot API, the control API and the page."""

from collections.abc import Awaitable, Callable
from pathlib import Path

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from sandbox import control
from sandbox.botapi import BotApi
from sandbox.world import World

PAGE = Path(__file__).parent / "page"


def create_app(world: World, *, restart_bot: Callable[[], Awaitable[None]] | None = None) -> Starlette:
    """The whole sandbox as one application over `world`."""
    bot_api = BotApi(world)
    world.webhook.on_reply = bot_api.take_webhook_reply
    return Starlette(
        routes=[
            Route("/bot{token}/{method}", bot_api),
            Route("/file/bot{token}/{path:path}", _downloads(world)),
            *control.routes(world, restart_bot),
            Route("/", _index),
            Mount("/static", StaticFiles(directory=PAGE, check_dir=False)),
        ],
        exception_handlers={404: _not_found},
    )


async def _index(request: Request) -> Response:
    return FileResponse(PAGE / "index.html", headers={"cache-control": "no-cache"})


async def _not_found(request: Request, error: Exception) -> Response:
    return JSONResponse({"ok": False, "error_code": 404, "description": "Not Found"}, 404)


def _downloads(world: World) -> Callable[[Request], Awaitable[Response]]:
    async def download(request: Request) -> Response:
        if request.path_params["token"] != world.token:
            return JSONResponse({"ok": False, "error_code": 401, "description": "Unauthorized"}, 401)
        file = world.files.by_path(request.path_params["path"])
        if file is None:
            return await _not_found(request, LookupError())
        return Response(file.content, media_type="application/octet-stream")

    return download
