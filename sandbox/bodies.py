"""Reading the bodies of the control API and writing its answers. Knows no world."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import orjson
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import Response

from sandbox.errors import ActError, ApiError
from sandbox.records import Json, Upload

Endpoint = Callable[[Request], Awaitable[Response]]


def guarded(endpoint: Endpoint) -> Endpoint:
    """Turn refusals into 400 answers."""

    async def answer(request: Request) -> Response:
        try:
            return await endpoint(request)
        except (ActError, ApiError) as refused:
            return json_answer({"ok": False, "description": str(refused)}, 400)

    return answer


def account_id(request: Request) -> int:
    number = request.path_params["id"]
    assert isinstance(number, int)
    return number


async def json_body(request: Request) -> Json:
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


@dataclass(frozen=True, slots=True)
class SentFiles:
    """What a person attached: to which chat (None: the private one), with what caption."""

    uploads: list[Upload]
    caption: str
    chat: int | None


async def form_files(request: Request) -> SentFiles:
    async with request.form(max_files=10) as form:
        uploads = [
            Upload(item.filename or "", item.content_type or "", await item.read())
            for item in form.getlist("file")
            if isinstance(item, UploadFile)
        ]
        caption, chat = form.get("caption"), form.get("chat_id")
    if not uploads:
        raise ActError("there is no file in the request")
    return SentFiles(
        uploads, caption if isinstance(caption, str) else "", chat_number(chat if isinstance(chat, str) else "")
    )


def chat_number(text: str) -> int | None:
    """A chat's id written as text, as forms and addresses carry it; None where there is none."""
    if not text:
        return None
    try:
        return int(text)
    except ValueError:
        raise ActError("chat_id must be a whole number") from None


def text_of(body: Json, name: str) -> str:
    value = body.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise ActError(f"{name} must be a text")
    return value


def whole(body: Json, name: str) -> int:
    value = body.get(name)
    if not isinstance(value, int) or isinstance(value, bool):
        raise ActError(f"{name} must be a whole number")
    return value


def whole_or_none(body: Json, name: str) -> int | None:
    return None if body.get(name) is None else whole(body, name)


def number_of(body: Json, name: str, default: float) -> float:
    value = body.get(name)
    if value is None:
        return default
    if not isinstance(value, (int, float)) or isinstance(value, bool):
        raise ActError(f"{name} must be a number")
    return float(value)


def json_answer(value: object, status: int = 200) -> Response:
    return Response(orjson.dumps(value), status, media_type="application/json", headers={"cache-control": "no-store"})


def done(**fields: object) -> Response:
    return json_answer({"ok": True, **fields})
