"""The sandbox on a port of its own, a person who has started the bot, and three ways to talk to it."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import aiohttp
import pytest
import telegram

from sandbox.records import Account, Group
from sandbox.server import SandboxServer
from sandbox.world import World

Ask = Callable[..., Awaitable[tuple[int, dict[str, Any]]]]

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000028000000140806000000"
    "1f15c4890000000d49444154789c6300010000050001"
)  # fmt: skip


@pytest.fixture
async def server() -> AsyncIterator[SandboxServer]:
    async with SandboxServer(world=World(webhook_retry_seconds=0.01, seed=1)) as running:
        yield running


@pytest.fixture
def world(server: SandboxServer) -> World:
    return server.world


@pytest.fixture
def stranger(world: World) -> Account:
    return world.add_account("李四")


@pytest.fixture
def person(world: World) -> Account:
    account = world.add_account("张三", username="zhangsan", caption="收费员 · 城东站一班", payload="abc")
    world.start(account.id)
    world.updates.drop_all()
    return account


@pytest.fixture
def group(world: World, person: Account, stranger: Account) -> Group:
    """A supergroup that the first one made, with the bot as an ordinary member."""
    made = world.add_group("城东站", [person.id, stranger.id])
    world.set_bot(made.id, "member")
    world.updates.drop_all()
    return made


@pytest.fixture
def told(world: World) -> Callable[[], list[dict[str, Any]]]:
    """What waits for the bot: the updates without their numbers; asking empties the queue."""

    def take() -> list[dict[str, Any]]:
        updates = [json.loads(update.body) for update in world.updates.pending.values()]
        world.updates.drop_all()
        return [{kind: value for kind, value in update.items() if kind != "update_id"} for update in updates]

    return take


@pytest.fixture
async def bot(server: SandboxServer) -> AsyncIterator[telegram.Bot]:
    made = telegram.Bot(server.world.token, base_url=f"{server.url}/bot", base_file_url=f"{server.url}/file/bot")
    async with made:
        yield made


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.fixture
def ask(server: SandboxServer, http: aiohttp.ClientSession) -> Ask:
    """Call a Bot API method with a JSON body: (status, answer)."""

    async def call(method: str, **params: object) -> tuple[int, dict[str, Any]]:
        async with http.post(f"{server.url}/bot{server.world.token}/{method}", json=params) as response:
            return response.status, await response.json()

    return call


@pytest.fixture
def refusal(ask: Ask) -> Callable[..., Awaitable[str]]:
    """Call a method that must be refused: the description."""

    async def call(method: str, **params: object) -> str:
        status, answer = await ask(method, **params)
        assert status == answer["error_code"]
        assert answer["ok"] is False
        return str(answer["description"])

    return call


@pytest.fixture
def control(server: SandboxServer, http: aiohttp.ClientSession) -> Ask:
    """Call the control API: POST where there is a body, else GET."""

    async def call(path: str, body: object = None, method: str = "") -> tuple[int, Any]:
        verb = method or ("GET" if body is None else "POST")
        async with http.request(verb, f"{server.url}/api/{path}", json=body) as response:
            return response.status, await response.json()

    return call


@pytest.fixture
def png() -> bytes:
    """A picture of 40 × 20: the header is what counts."""
    return PNG
