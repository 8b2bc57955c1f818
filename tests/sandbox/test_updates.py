"""Long polling: offsets, limits, kinds, one poller at a time."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp
import pytest

from sandbox.records import Account
from sandbox.server import SandboxServer
from sandbox.world import World

Ask = Callable[..., Awaitable[tuple[int, dict[str, Any]]]]


async def texts(ask: Ask, **params: object) -> list[str]:
    _, answer = await ask("getUpdates", **params)
    return [update["message"]["text"] for update in answer["result"]]


async def test_updates_stay_until_an_offset_confirms_them(ask: Ask, world: World, person: Account) -> None:
    for text in "一二三":
        world.send(person.id, text)
    first = next(iter(world.updates.pending))
    assert await texts(ask, limit=2) == ["一", "二"]
    assert await texts(ask) == ["一", "二", "三"]
    assert await texts(ask, offset=first + 2) == ["三"]
    assert list(world.updates.pending) == [first + 2]


async def test_update_ids_increase_by_one(ask: Ask, world: World, person: Account) -> None:
    for text in "一二三":
        world.send(person.id, text)
    _, answer = await ask("getUpdates")
    ids = [update["update_id"] for update in answer["result"]]
    assert ids == list(range(ids[0], ids[0] + 3))


async def test_a_negative_offset_keeps_the_last_ones_only(ask: Ask, world: World, person: Account) -> None:
    for text in "一二三":
        world.send(person.id, text)
    assert await texts(ask, offset=-1) == ["三"]
    assert len(world.updates.pending) == 1


async def test_an_offset_far_ahead_confirms_nothing(ask: Ask, world: World, person: Account) -> None:
    world.send(person.id, "一")
    assert await texts(ask, offset=world.updates.next_id + 100) == ["一"]


async def test_a_long_poll_ends_with_the_first_update(ask: Ask, world: World, person: Account) -> None:
    polling = asyncio.ensure_future(texts(ask, timeout=30))
    await polled(world)
    world.send(person.id, "来了")
    assert await asyncio.wait_for(polling, 2) == ["来了"]


async def polled(world: World) -> None:
    """Until the bot's poll stands open."""
    async with asyncio.timeout(2):
        while not world.updates.polled_now:
            await asyncio.sleep(0)


async def test_a_long_poll_without_updates_ends_empty_in_time(ask: Ask, server: SandboxServer) -> None:
    began = time.monotonic()
    assert await texts(ask, timeout=1) == []
    assert 0.9 < time.monotonic() - began < 3


async def test_a_second_poller_ends_the_first_with_a_conflict(ask: Ask, world: World, person: Account) -> None:
    first = asyncio.ensure_future(ask("getUpdates", timeout=30))
    await polled(world)
    second = asyncio.ensure_future(ask("getUpdates", timeout=30))
    status, answer = await asyncio.wait_for(first, 2)
    assert (status, answer["description"]) == (
        409,
        "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running",
    )
    world.send(person.id, "二")
    assert (await asyncio.wait_for(second, 2))[0] == 200


async def test_setting_a_webhook_ends_the_poll(ask: Ask, world: World) -> None:
    polling = asyncio.ensure_future(ask("getUpdates", timeout=30))
    await polled(world)
    await ask("setWebhook", url="http://127.0.0.1:9/")
    assert (await polling)[1]["description"] == "Conflict: terminated by setWebhook request"
    status, answer = await ask("getUpdates")
    assert (status, answer["description"]) == (
        409,
        "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first",
    )


async def test_allowed_kinds_are_remembered(ask: Ask, world: World, person: Account) -> None:
    await ask("getUpdates", allowed_updates=["callback_query"])
    world.send(person.id, "不要")
    assert await texts(ask) == []
    await ask("getUpdates", allowed_updates=[])
    world.send(person.id, "要")
    assert await texts(ask) == ["要"]


async def test_later_edits_do_not_reach_into_updates(ask: Ask, world: World, person: Account) -> None:
    _, sent = await ask("sendMessage", chat_id=person.id, text="旧")
    number = sent["result"]["message_id"]
    world.press(person.id, number, "a")
    await ask("editMessageText", chat_id=person.id, message_id=number, text="新")
    _, answer = await ask("getUpdates")
    assert answer["result"][0]["callback_query"]["message"]["text"] == "旧"


async def test_the_bot_is_online_while_it_polls_and_gone_when_it_hangs_up(
    server: SandboxServer, http: aiohttp.ClientSession, world: World
) -> None:
    watcher = world.events.watch(None)
    assert not world.bot_online
    polling = asyncio.ensure_future(http.get(f"{server.url}/bot{world.token}/getUpdates", params={"timeout": 30}))
    assert (await watcher.next()).data == {"type": "bot", "account": None, "bot_online": True}
    polling.cancel()
    assert (await watcher.next()).data["bot_online"] is False
    with pytest.raises(asyncio.CancelledError):
        await polling


async def test_an_update_that_meets_a_dead_poller_is_not_lost(
    server: SandboxServer, http: aiohttp.ClientSession, ask: Ask, world: World, person: Account
) -> None:
    polling = asyncio.ensure_future(http.get(f"{server.url}/bot{world.token}/getUpdates", params={"timeout": 30}))
    await polled(world)
    polling.cancel()
    world.send(person.id, "还在")
    assert await texts(ask) == ["还在"]
