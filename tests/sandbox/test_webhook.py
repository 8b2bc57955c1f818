"""Delivery by webhook: the secret, retries, order, and switching between webhook and polling."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from aiohttp import web

from sandbox.records import Account
from sandbox.world import World

Ask = Callable[..., Awaitable[tuple[int, dict[str, Any]]]]


@dataclass
class Hook:
    """A bot's webhook: remembers what came, answers what it is told to."""

    url: str = ""
    answers: list[web.Response] = field(default_factory=list)
    bodies: list[dict[str, Any]] = field(default_factory=list)
    secrets: list[str | None] = field(default_factory=list)

    async def take(self, request: web.Request) -> web.Response:
        self.bodies.append(await request.json())
        self.secrets.append(request.headers.get("X-Telegram-Bot-Api-Secret-Token"))
        return self.answers.pop(0) if self.answers else web.Response()

    def texts(self) -> list[str]:
        return [body["message"]["text"] for body in self.bodies]


@pytest.fixture
async def hook() -> AsyncIterator[Hook]:
    hook = Hook()
    app = web.Application()
    app.router.add_post("/hook", hook.take)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    hook.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    yield hook
    await runner.cleanup()


async def all_delivered(world: World) -> None:
    await world.wait_for(lambda w: not w.updates.pending)


async def test_updates_are_posted_with_the_secret(ask: Ask, hook: Hook, world: World, person: Account) -> None:
    world.send(person.id, "早就在")
    await ask("setWebhook", url=hook.url, secret_token="s-1_x")
    world.send(person.id, "刚来")
    await all_delivered(world)
    assert hook.texts() == ["早就在", "刚来"]
    assert hook.secrets == ["s-1_x", "s-1_x"]
    assert world.bot_online


async def test_a_failed_delivery_is_repeated_in_order(ask: Ask, hook: Hook, world: World, person: Account) -> None:
    hook.answers = [web.Response(status=500), web.Response(status=404)]
    await ask("setWebhook", url=hook.url)
    world.send(person.id, "一")
    world.send(person.id, "二")
    await all_delivered(world)
    assert hook.texts() == ["一", "一", "一", "二"]
    _, info = await ask("getWebhookInfo")
    assert info["result"]["last_error_message"] == "Wrong response from the webhook: 404 Not Found"
    assert info["result"]["pending_update_count"] == 0


async def test_one_stuck_chat_does_not_hold_up_another(
    ask: Ask, hook: Hook, world: World, person: Account, stranger: Account
) -> None:
    world.start(stranger.id)
    world.updates.drop_all()
    world.webhook._retry_seconds = 60
    hook.answers = [web.Response(status=500)]
    await ask("setWebhook", url=hook.url)
    world.send(person.id, "卡住")
    await world.wait_for(lambda w: hook.bodies or w.send(stranger.id, "通过"))
    await world.wait_for(lambda w: len(w.updates.pending) == 1)
    assert "通过" in hook.texts()


async def test_without_a_listener_updates_wait(ask: Ask, hook: Hook, world: World, person: Account) -> None:
    await ask("setWebhook", url="http://127.0.0.1:9/hook")
    world.send(person.id, "等着")
    async with asyncio.timeout(2):
        while "last_error_message" not in (await ask("getWebhookInfo"))[1]["result"]:
            await asyncio.sleep(0)
    assert (await ask("getWebhookInfo"))[1]["result"]["last_error_message"] == "Connection refused"
    await ask("deleteWebhook")
    assert [update["message"]["text"] for update in (await ask("getUpdates"))[1]["result"]] == ["等着"]


async def test_dropping_pending_updates_when_the_hook_is_set(
    ask: Ask, hook: Hook, world: World, person: Account
) -> None:
    world.send(person.id, "旧")
    await ask("setWebhook", url=hook.url, drop_pending_updates=True)
    world.send(person.id, "新")
    await all_delivered(world)
    assert hook.texts() == ["新"]


async def test_a_method_in_the_answer_is_carried_out(ask: Ask, hook: Hook, world: World, person: Account) -> None:
    hook.answers = [web.json_response({"method": "sendMessage", "chat_id": person.id, "text": "回"})]
    await ask("setWebhook", url=hook.url)
    world.send(person.id, "问")
    await all_delivered(world)
    assert world.visible(world.chat(person.id))[-1]["text"] == "回"


@pytest.mark.parametrize(
    ("params", "reason"),
    [
        ({"url": "ftp://a.cn"}, "invalid webhook URL specified"),
        ({"url": "http://127.0.0.1:9/", "secret_token": "空 格"}, "secret token contains unallowed characters"),
        ({"url": "http://127.0.0.1:9/", "secret_token": "x" * 257}, "secret token is too long"),
    ],
)
async def test_wrong_hooks_are_refused(
    refusal: Callable[..., Awaitable[str]], params: dict[str, str], reason: str
) -> None:
    assert await refusal("setWebhook", **params) == f"Bad Request: {reason}"


@pytest.fixture
async def raw_hook() -> AsyncIterator[tuple[str, list[bytes]]]:
    """A webhook that answers with bytes as given, one per delivery, and then hangs up."""
    answers: list[bytes] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        await reader.readexactly(int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0]))
        writer.write(answers.pop(0))
        writer.close()

    listener = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with listener:
        yield f"http://127.0.0.1:{listener.sockets[0].getsockname()[1]}/", answers


CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n"


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [(b"", "Connection closed"), (b"hello\r\n\r\n", "Wrong HTTP answer"), (CHUNKED[:50], "Connection closed")],
)
async def test_broken_answers_are_failures(
    ask: Ask, raw_hook: tuple[str, list[bytes]], world: World, person: Account, wrong: bytes, reason: str
) -> None:
    url, answers = raw_hook
    answers += [wrong, CHUNKED, CHUNKED]
    await ask("setWebhook", url=url)
    world.send(person.id, "一")
    await all_delivered(world)
    assert (await ask("getWebhookInfo"))[1]["result"]["last_error_message"] == reason


async def test_a_connection_that_went_away_in_between_is_replaced(
    ask: Ask, raw_hook: tuple[str, list[bytes]], world: World, person: Account
) -> None:
    url, answers = raw_hook
    answers += [CHUNKED, CHUNKED]
    await ask("setWebhook", url=url)
    for text in "一二":
        world.send(person.id, text)
        await all_delivered(world)
    assert "last_error_message" not in (await ask("getWebhookInfo"))[1]["result"]


async def test_a_wrong_method_in_the_answer_is_only_logged(ask: Ask, hook: Hook, world: World, person: Account) -> None:
    hook.answers = [
        web.json_response({"method": "sendMessage", "chat_id": 5, "text": "x"}),
        web.json_response({"method": "getUpdates"}),
        web.Response(text="{not json"),
    ]
    await ask("setWebhook", url=hook.url, ip_address="127.0.0.1")
    for text in "一二三":
        world.send(person.id, text)
    await all_delivered(world)
    assert [call.error for call in world.calls] == [None, "Bad Request: chat not found"]
    assert (await ask("getWebhookInfo"))[1]["result"]["ip_address"] == "127.0.0.1"
