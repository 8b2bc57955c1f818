"""The four ways to call a method, the Date header, files by multipart and flood control."""

import io
from collections.abc import Awaitable, Callable
from email.utils import parsedate_to_datetime
from typing import Any

import aiohttp
import pytest

from sandbox.flood import FloodLimits
from sandbox.records import Account
from sandbox.server import SandboxServer
from sandbox.world import World

Ask = Callable[..., Awaitable[tuple[int, dict[str, Any]]]]


@pytest.fixture
def url(server: SandboxServer) -> str:
    return f"{server.url}/bot{server.world.token}"


@pytest.mark.parametrize("way", ["query", "form", "json", "multipart"])
async def test_parameters_come_four_ways(http: aiohttp.ClientSession, url: str, person: Account, way: str) -> None:
    values = {"chat_id": str(person.id), "text": "你好 & =<b>", "disable_notification": "true"}
    multipart = aiohttp.FormData(values)
    multipart.add_field("unused", b"x", filename="x.bin")
    call = {
        "query": lambda: http.get(f"{url}/sendMessage", params=values),
        "form": lambda: http.post(f"{url}/sendMessage", data=values),
        "json": lambda: http.post(f"{url}/sendMessage", json=values),
        "multipart": lambda: http.post(f"{url}/sendMessage", data=multipart),
    }[way]
    async with call() as response:
        answer = await response.json()
    assert answer["result"]["text"] == "你好 & =<b>"


async def test_every_answer_is_dated(http: aiohttp.ClientSession, url: str) -> None:
    for path in ("getMe", "nonsense"):
        async with http.get(f"{url}/{path}") as response:
            assert parsedate_to_datetime(response.headers["Date"]).tzinfo is not None


async def test_a_broken_body_is_refused(http: aiohttp.ClientSession, url: str) -> None:
    for body, status in ((b"{", 400), (b"[]", 400), (b"", 200)):
        async with http.post(f"{url}/getMe", data=body, headers={"Content-Type": "application/json"}) as response:
            assert response.status == status


async def test_an_upload_is_found_by_its_attach_name(
    http: aiohttp.ClientSession, url: str, server: SandboxServer, person: Account
) -> None:
    form = aiohttp.FormData({"chat_id": str(person.id), "document": "attach://f1"})
    form.add_field("f1", b"a,b\n", filename="名单.csv", content_type="text/csv")
    async with http.post(f"{url}/sendDocument", data=form) as response:
        document = (await response.json())["result"]["document"]
    async with http.get(f"{url}/getFile", params={"file_id": document["file_id"]}) as response:
        path = (await response.json())["result"]["file_path"]
    async with http.get(f"{server.url}/file/bot{server.world.token}/{path}") as response:
        assert await response.read() == b"a,b\n"
    async with http.get(f"{server.url}/file/bot1:WRONG/{path}") as response:
        assert response.status == 401


@pytest.mark.parametrize(
    ("photo", "reason"),
    [
        ("", "there is no photo in the request"),
        ("AgACnonsense", "wrong file identifier/HTTP URL specified"),
        ("https://a.cn/x.png", "failed to get HTTP URL content"),
        ("attach://gone", "there is no photo in the request"),
    ],
)
async def test_photos_that_cannot_be_found_are_refused(ask: Ask, person: Account, photo: str, reason: str) -> None:
    status, answer = await ask("sendPhoto", chat_id=person.id, photo=photo)
    assert (status, answer["description"]) == (400, f"Bad Request: {reason}")


async def test_what_is_no_picture_is_no_photo(http: aiohttp.ClientSession, url: str, person: Account) -> None:
    form = aiohttp.FormData({"chat_id": str(person.id)})
    form.add_field("photo", b"%PDF-1.7", filename="x.png")
    async with http.post(f"{url}/sendPhoto", data=form) as response:
        assert (await response.json())["description"] == "Bad Request: IMAGE_PROCESS_FAILED"


async def test_flood_control_names_the_seconds_to_wait(ask: Ask, world: World, person: Account) -> None:
    world.flood = FloodLimits(per_second=30, per_chat_per_second=0.5, per_chat_burst=1)
    first, _ = await ask("sendMessage", chat_id=person.id, text="一")
    second, refused = await ask("sendMessage", chat_id=person.id, text="二")
    action, _ = await ask("sendChatAction", chat_id=person.id, action="typing")
    assert (first, second, action) == (200, 429, 200)
    assert refused == {
        "ok": False,
        "error_code": 429,
        "description": "Too Many Requests: retry after 2",
        "parameters": {"retry_after": 2},
    }


async def test_flood_control_counts_all_chats_together(
    ask: Ask, world: World, person: Account, stranger: Account
) -> None:
    world.start(stranger.id)
    world.flood = FloodLimits(per_second=0.1, burst=1)
    assert (await ask("sendMessage", chat_id=person.id, text="一"))[0] == 200
    assert (await ask("sendMessage", chat_id=stranger.id, text="一"))[0] == 429
    world.flood = None
    assert (await ask("sendMessage", chat_id=stranger.id, text="一"))[0] == 200


async def test_long_bodies_come_in_pieces(ask: Ask, person: Account) -> None:
    status, answer = await ask("sendMessage", chat_id=person.id, text="字" * 4096, reply_markup="x" * 300_000)
    assert (status, answer["description"]) == (400, "Bad Request: can't parse reply keyboard markup JSON object")


@pytest.mark.parametrize("kind", ["application/json", "multipart/form-data; boundary=x"])
async def test_a_body_above_50_mb_is_too_large(http: aiohttp.ClientSession, url: str, kind: str) -> None:
    part = b'--x\r\nContent-Disposition: form-data; name="document"; filename="a"\r\n\r\n%b\r\n--x--\r\n'
    body = part % (b"x" * (50 * 1024 * 1024 + 1))
    async with http.post(f"{url}/sendDocument", data=io.BytesIO(body), headers={"Content-Type": kind}) as response:
        assert (response.status, (await response.json())["description"]) == (413, "Request Entity Too Large")


async def test_a_broken_form_is_refused(http: aiohttp.ClientSession, url: str) -> None:
    headers = {"Content-Type": "multipart/form-data"}
    async with http.post(f"{url}/getMe", data=b"x", headers=headers) as response:
        assert response.status == 400


@pytest.mark.parametrize(("path", "status"), [("documents/file_9.txt", 404), ("../../etc/passwd", 404)])
async def test_unknown_files_are_not_found(
    http: aiohttp.ClientSession, server: SandboxServer, path: str, status: int
) -> None:
    async with http.get(f"{server.url}/file/bot{server.world.token}/{path}") as response:
        assert response.status == status


async def test_edits_and_answers_count_as_floods_only_when_told(ask: Ask, world: World, person: Account) -> None:
    _, sent = await ask("sendMessage", chat_id=person.id, text="一")
    edit = {"chat_id": person.id, "message_id": sent["result"]["message_id"]}
    world.flood = FloodLimits(per_chat_burst=1)
    assert [(await ask("editMessageText", **edit, text=text))[0] for text in "二三"] == [200, 200]
    world.flood = FloodLimits(per_chat_burst=1, edits=True)
    assert [(await ask("editMessageText", **edit, text=text))[0] for text in "四五"] == [200, 429]
    assert world.flood == FloodLimits(per_chat_burst=1, edits=True)
